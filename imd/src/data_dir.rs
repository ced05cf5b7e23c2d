//! The data folder: created when missing, and used by one process at a time.
//!
//! Nothing here knows what is stored in it.

use std::fs::{DirBuilder, File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use nix::unistd::{AccessFlags, access};

use crate::exit::{self, Failure};

/// Its lock shows who uses the folder; the file stays when that process ends.
const LOCK_FILE: &str = "imd.lock";

/// The data folder, locked until this is dropped or the process ends, in whatever way.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    _lock: File,
}

/// Why the data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataDirError {
    /// The folder is missing and cannot be created, or its name is taken by something else.
    #[error("the data folder {} cannot be made: {source}", path.display())]
    CannotMake {
        /// The folder.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// The folder exists, but files in it cannot be created or written.
    #[error("the data folder {} is not writable: {source}", path.display())]
    NotWritable {
        /// The folder.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// Another process uses the folder.
    #[error("the data folder {} is used by another imd{}", path.display(), holder.map(|id| format!(" (process {id})")).unwrap_or_default())]
    InUse {
        /// The folder.
        path: PathBuf,
        /// The id of the other process, if it has left it.
        holder: Option<u32>,
    },
}

impl DataDir {
    /// Creates the folder if it is missing (for its owner only, mode 0700) and locks it.
    ///
    /// A full disk is no reason to refuse: what is stored can still be read.
    ///
    /// # Errors
    /// If it cannot be created or written, or another process uses it.
    pub fn open(path: &Path) -> Result<Self, DataDirError> {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
        made.map_err(|source| DataDirError::CannotMake { path: path.to_owned(), source })?;

        let not_writable = |source| DataDirError::NotWritable { path: path.to_owned(), source };
        access(path, AccessFlags::W_OK | AccessFlags::X_OK).map_err(|errno| not_writable(errno.into()))?;
        let options = File::options().read(true).write(true).create(true).truncate(false).clone();
        let mut lock = options.open(path.join(LOCK_FILE)).map_err(not_writable)?;

        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(DataDirError::InUse { path: path.to_owned(), holder: holder(&mut lock) });
            }
            Err(TryLockError::Error(source)) => return Err(not_writable(source)),
        }
        // Only so that another process can name this one in its message; a full disk does without.
        let _ = lock.set_len(0).and_then(|()| write!(lock, "{}", std::process::id()));
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    /// The path as it was given.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

fn holder(lock: &mut File) -> Option<u32> {
    let mut text = String::new();
    lock.rewind().ok()?;
    lock.take(16).read_to_string(&mut text).ok()?;
    text.parse().ok()
}

impl From<DataDirError> for Failure {
    fn from(error: DataDirError) -> Self {
        let end = match error {
            DataDirError::CannotMake { .. } | DataDirError::NotWritable { .. } => exit::FOLDER_NOT_WRITABLE,
            DataDirError::InUse { .. } => exit::FOLDER_IN_USE,
        };
        Self::new(end, error)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_missing_folder_is_made_for_its_owner_alone() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("a/b");
        let folder = DataDir::open(&path).unwrap();
        assert_eq!(folder.path(), path);
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn a_second_holder_is_refused_and_told_who_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let first = DataDir::open(folder.path()).unwrap();
        let refusal = DataDir::open(folder.path()).unwrap_err();
        assert!(refusal.to_string().ends_with(&format!("(process {})", std::process::id())), "{refusal}");
        assert_eq!(Failure::from(refusal).exit, exit::FOLDER_IN_USE);
        drop(first);
        DataDir::open(folder.path()).unwrap();
    }

    #[test]
    fn a_file_in_its_place_is_left_alone() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("data");
        std::fs::write(&path, "a diary").unwrap();
        let refusal = DataDir::open(&path).unwrap_err();
        assert_eq!(Failure::from(refusal).exit, exit::FOLDER_NOT_WRITABLE);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "a diary");
    }

    /// Root may write anywhere except in a file system that refuses it, and sysfs refuses new files to everyone.
    #[test]
    fn a_folder_that_takes_no_files_is_refused() {
        let refusal = DataDir::open(Path::new("/sys/kernel")).unwrap_err();
        assert!(matches!(refusal, DataDirError::NotWritable { .. }), "{refusal}");
        assert_eq!(Failure::from(refusal).exit, exit::FOLDER_NOT_WRITABLE);
    }
}
