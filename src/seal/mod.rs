//! The seal: what keeps the database from telling who asked anonymously.
//!
//! What is sealed can be opened only with a key that lies outside the database. What is marked can be compared but
//! never read back. Both are made with keys derived from the configured one, a different key for each [`Purpose`].
//!
//! **Changing the key.** Two keys may be configured, the new one first. The first one seals and marks; both open. A mark
//! depends on its key, so somebody has as many marks as there are keys: what is stored bears the first, and
//! [`Seal::marks`] gives all of them, so that who was blocked under the old key stays blocked while it is kept. Once the
//! old key is gone, what it sealed cannot be opened and its marks are nobody's any more: an answer to such a question no
//! longer finds its asker, and a block no longer holds. So the old key is kept until the last question that it sealed is
//! over.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;

pub mod key;

#[cfg(test)]
mod tests;

/// How what is sealed begins: which form it has.
const FORM: &str = "s1.";

/// What is sealed is filled up to a multiple of so many bytes, so that its length does not tell a long account name from
/// a short one. No address comes near one block.
const BLOCK: usize = 256;

/// Bytes of a nonce: so many that random ones do not meet.
const NONCE: usize = 24;

/// Bytes of a mark. A shorter one is as good for comparing, and shorter to store.
const MARK: usize = 16;

/// What something is sealed or marked for. What was made for one purpose is nothing to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Who asked an anonymous question, and where they can be reached.
    Asker,
    /// What was answered to an event, and what it made.
    Reply,
    /// An event that could not be handled yet.
    Event,
    /// What an anonymous asker did and is done at the hour.
    Deed,
    /// What the marks of an anonymous poll are made with, and who is filling a survey in.
    Ballot,
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Self::Asker => "asker",
            Self::Reply => "reply",
            Self::Event => "event",
            Self::Deed => "deed",
            Self::Ballot => "ballot",
        }
    }
}

/// Why something could not be sealed or opened. Never says what was in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// It was not sealed by us, for this purpose, with a key that we have.
    #[error("what was sealed cannot be opened with the configured keys")]
    Shut,
    /// It is too much to be sealed.
    #[error("it is too long to be sealed")]
    TooLong,
}

/// Where somebody can be written to in private.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// The account.
    pub account: String,
    /// The person's id on its platform.
    pub user: String,
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Address(…)")
    }
}

/// The root of what is derived from one configured key.
#[derive(Clone)]
struct Root([u8; 32]);

impl Root {
    fn of(key: &[u8]) -> Self {
        Self(hmac(b"tuanqing seal 1", &[key]))
    }

    fn derive(&self, use_for: &str, purpose: Purpose) -> [u8; 32] {
        hmac(&self.0, &[use_for.as_bytes(), b"/", purpose.name().as_bytes()])
    }

    fn cipher(&self, purpose: Purpose) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.derive("seal", purpose).into())
    }

    fn mark(&self, purpose: Purpose, who: &str) -> String {
        let whole = hmac(&self.derive("mark", purpose), &[who.as_bytes()]);
        hex::encode(&whole[..MARK])
    }
}

/// Seals, opens and marks. Holds the keys and shows them to nobody.
#[derive(Clone)]
pub struct Seal {
    first: Root,
    older: Vec<Root>,
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal(…)")
    }
}

impl Seal {
    /// With a key that seals, and older ones that only open. [`key::check`] says which keys are good enough.
    pub fn new<'a>(first: &str, older: impl IntoIterator<Item = &'a str>) -> Self {
        let older = older.into_iter().map(|key| Root::of(key.as_bytes())).collect();
        Self { first: Root::of(first.as_bytes()), older }
    }

    fn roots(&self) -> impl Iterator<Item = &Root> {
        std::iter::once(&self.first).chain(&self.older)
    }

    /// Seals a text: never the same twice, and its length tells only how many blocks of 256 bytes it fills.
    ///
    /// # Errors
    /// [`SealError::TooLong`] beyond 4 GB.
    pub fn seal(&self, purpose: Purpose, plain: &str) -> Result<String, SealError> {
        let length = u32::try_from(plain.len()).map_err(|_| SealError::TooLong)?;
        let mut padded = Vec::with_capacity(plain.len() + BLOCK);
        padded.extend_from_slice(&length.to_be_bytes());
        padded.extend_from_slice(plain.as_bytes());
        padded.resize(padded.len().next_multiple_of(BLOCK), 0);
        let nonce: [u8; NONCE] = rand::random();
        let payload = Payload { msg: &padded, aad: FORM.as_bytes() };
        let sealed = self.first.cipher(purpose).encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| SealError::TooLong)?;
        Ok(format!("{FORM}{}", URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat())))
    }

    /// Opens what was sealed for this purpose with any of the keys.
    ///
    /// # Errors
    /// [`SealError::Shut`].
    pub fn open(&self, purpose: Purpose, sealed: &str) -> Result<String, SealError> {
        let bytes = sealed.strip_prefix(FORM).and_then(|coded| URL_SAFE_NO_PAD.decode(coded).ok());
        let bytes = bytes.ok_or(SealError::Shut)?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE>().ok_or(SealError::Shut)?;
        let open = |root: &Root| {
            let payload = Payload { msg: sealed, aad: FORM.as_bytes() };
            root.cipher(purpose).decrypt(&XNonce::from(*nonce), payload).ok()
        };
        let padded = self.roots().find_map(open).ok_or(SealError::Shut)?;
        let (length, rest) = padded.split_first_chunk::<4>().ok_or(SealError::Shut)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| SealError::Shut)?;
        let plain = rest.get(..length).ok_or(SealError::Shut)?;
        String::from_utf8(plain.to_vec()).map_err(|_| SealError::Shut)
    }

    /// The mark of somebody (`domain::somebody`): the same for the same person, and nothing that could be read back
    /// without the key. What is stored bears this one.
    pub fn mark(&self, purpose: Purpose, who: &str) -> String {
        self.first.mark(purpose, who)
    }

    /// Every mark that somebody may be stored under: one for each key. What is compared is compared with all of them.
    pub fn marks(&self, purpose: Purpose, who: &str) -> Vec<String> {
        self.roots().map(|root| root.mark(purpose, who)).collect()
    }

    /// Seals where somebody can be written to.
    ///
    /// # Errors
    /// [`SealError::TooLong`].
    pub fn seal_address(&self, account: &str, user: &str) -> Result<String, SealError> {
        // an account's name has no slash
        self.seal(Purpose::Asker, &format!("{account}/{user}"))
    }

    /// Opens where somebody can be written to.
    ///
    /// # Errors
    /// [`SealError::Shut`].
    pub fn open_address(&self, sealed: &str) -> Result<Address, SealError> {
        let plain = self.open(Purpose::Asker, sealed)?;
        let (account, user) = plain.split_once('/').ok_or(SealError::Shut)?;
        Ok(Address { account: account.to_owned(), user: user.to_owned() })
    }
}

/// Whether a stored text is sealed.
pub fn is_sealed(stored: &str) -> bool {
    stored.starts_with(FORM)
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes a key of any length; were that ever to change, everything sealed would be shut and nothing be open
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return rand::random() };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}
