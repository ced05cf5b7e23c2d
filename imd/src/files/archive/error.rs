//! Why an archive is not accepted.

use std::io;

use crate::age::AgeError;
use crate::files::FilesError;

/// Why an archive is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// It does not begin like an archive.
    #[error("this is not a backup")]
    NoArchive,
    /// It is incomplete or altered.
    #[error("the backup is damaged: {0}")]
    Damaged(&'static str),
    /// It is locked, and no passphrase was given.
    #[error("the backup is locked with a passphrase")]
    Locked,
    /// The passphrase is wrong.
    #[error("the passphrase of the backup is wrong")]
    WrongPassphrase,
    /// The disk failed.
    #[error(transparent)]
    Disk(#[from] FilesError),
}

impl From<io::Error> for ArchiveError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            // What the tar library reports for what it cannot read.
            io::ErrorKind::Other | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => {
                Self::Damaged("it cannot be read")
            }
            _ => Self::Disk(error.into()),
        }
    }
}

impl From<AgeError> for ArchiveError {
    fn from(error: AgeError) -> Self {
        match error {
            // A file that asks for more work than any program of ours writes is not one of ours.
            AgeError::Foreign | AgeError::TooMuchWork => Self::NoArchive,
            AgeError::WrongPassphrase => Self::WrongPassphrase,
            AgeError::Damaged => Self::Damaged("its header was altered"),
            AgeError::Io(error) => error.into(),
        }
    }
}
