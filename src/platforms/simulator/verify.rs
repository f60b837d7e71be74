//! Whether a request comes from our own page: it carries the token that the page was served with.
//!
//! Another site open in the same browser can post to this address, but can neither read the token nor set the header.

use axum::http::HeaderMap;
use subtle::ConstantTimeEq;

use super::Stage;
use crate::platforms::Refused;

/// The header that carries the token.
pub const TOKEN_HEADER: &str = "x-simulator-token";

impl Stage {
    /// Admits a request with exactly one token header that holds exactly this stage's token.
    ///
    /// # Errors
    /// Why it is turned away.
    pub fn admit(&self, headers: &HeaderMap) -> Result<(), Refused> {
        let mut given = headers.get_all(TOKEN_HEADER).iter();
        let (Some(token), None) = (given.next(), given.next()) else { return Err(Refused::SignatureMissing) };
        let fits = bool::from(token.as_bytes().ct_eq(self.token().as_bytes()));
        if fits { Ok(()) } else { Err(Refused::SignatureWrong) }
    }
}
