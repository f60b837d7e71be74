//! The key of the seal: from the configuration, from a file, or made at the first start beside a SQLite database.
//!
//! The file lies outside the database on purpose: a copy of the database alone tells nobody who asked.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use super::Seal;

/// The shortest key that is accepted, in bytes.
pub const SHORTEST_KEY: usize = 32;

/// Why there is no seal. Names files, never what is in them.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// There is none.
    #[error("没有密钥")]
    None,
    /// More than an old and a new one.
    #[error("最多写两把密钥（更换期间新旧各一把，新的在前）")]
    TooMany,
    /// One could be guessed.
    #[error("密钥太短，至少 {SHORTEST_KEY} 个字节；可以用 openssl rand -base64 32 生成")]
    TooShort,
    /// The file cannot be read or made.
    #[error("{what} {path}：{error}")]
    File {
        /// What was tried.
        what: &'static str,
        /// The file.
        path: String,
        /// What the system says.
        error: io::Error,
    },
}

/// Makes a seal of one or two keys, the new one first.
///
/// # Errors
/// Says what is wrong with the keys.
pub fn check<'a>(keys: impl IntoIterator<Item = &'a str>) -> Result<Seal, KeyError> {
    let keys: Vec<&str> = keys.into_iter().collect();
    let (first, older) = keys.split_first().ok_or(KeyError::None)?;
    if older.len() > 1 {
        return Err(KeyError::TooMany);
    }
    if keys.iter().any(|key| key.len() < SHORTEST_KEY) {
        return Err(KeyError::TooShort);
    }
    Ok(Seal::new(first, older.iter().copied()))
}

/// Reads the keys in a file, one a line.
///
/// # Errors
/// Where it cannot be read, or what is wrong with the keys.
pub fn read(path: &Path) -> Result<Seal, KeyError> {
    let text = fs::read_to_string(path).map_err(|error| file_error("读不了", path, error))?;
    check(text.lines().map(str::trim).filter(|line| !line.is_empty()))
}

/// Reads the key in a file, making it first where it is not there. Whoever else makes it at the same moment: all read the
/// same one afterwards.
///
/// # Errors
/// As [`read`], and where the file cannot be made.
pub fn read_or_make(path: &Path) -> Result<Seal, KeyError> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            make(path).map_err(|error| file_error("不能建立密钥文件", path, error))?;
        }
        _ => {}
    }
    read(path)
}

/// Writes a random key to a file of another name, which then gets this name only if nothing has it.
fn make(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let draft = folder.join(format!(".seal.key.{:016x}", rand::random::<u64>()));
    let made = write_new(&draft).and_then(|()| match fs::hard_link(&draft, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    });
    let removed = fs::remove_file(&draft);
    made?;
    removed?;
    // the name must be as durable as what will be sealed with the key
    fs::File::open(folder)?.sync_all()
}

fn write_new(path: &Path) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{}", hex::encode(rand::random::<[u8; 32]>()))?;
    file.sync_all()
}

/// Whether others than its owner may read a file.
pub fn is_open_to_others(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o077 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

fn file_error(what: &'static str, path: &Path, error: io::Error) -> KeyError {
    KeyError::File { what, path: path.display().to_string(), error }
}
