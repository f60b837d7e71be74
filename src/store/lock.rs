//! The lock beside the SQLite file: one service per file.
//!
//! Short administrative commands (importing a roster, retrying a message) do not take it; they write through the same
//! door with `BEGIN IMMEDIATE`, and the running service notices what they changed.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

/// Held while it lives; the system releases it when the process ends, however it ends.
#[derive(Debug)]
pub struct ProcessLock {
    _file: File,
}

impl ProcessLock {
    /// Takes the lock for a database file.
    ///
    /// # Errors
    /// Says that another service holds it, or that the file cannot be made.
    pub fn take(database: &Path) -> Result<Self, anyhow::Error> {
        let mut path = database.as_os_str().to_owned();
        path.push(".lock");
        let path = PathBuf::from(path);
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => anyhow::bail!(
                "另一个 tuanqing 正在使用 {}。SQLite 只能由一个服务使用：请先停掉那一个；要开几个，请用 PostgreSQL。",
                database.display()
            ),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_service_on_the_same_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("a.sqlite");
        let first = ProcessLock::take(&database).unwrap();
        assert!(ProcessLock::take(&database).unwrap_err().to_string().contains("PostgreSQL"));
        drop(first);
        ProcessLock::take(&database).unwrap();
    }
}
