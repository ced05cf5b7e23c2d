//! Why an archive is not taken.

use std::io;

use crate::age::AgeError;
use crate::files::FilesError;

/// Why an archive is not taken.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// It does not begin as one.
    #[error("this is no backup")]
    NoArchive,
    /// It is cut short, or a byte of it is not as it was written.
    #[error("the backup is damaged: {0}")]
    Damaged(&'static str),
    /// It is locked, and no passphrase was given.
    #[error("the backup is locked with a passphrase")]
    Locked,
    /// It is locked with another passphrase.
    #[error("this is not the backup's passphrase")]
    WrongPassphrase,
    /// The disk.
    #[error(transparent)]
    Disk(#[from] FilesError),
}

impl From<io::Error> for ArchiveError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            // What tar says of what it cannot read.
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
            // What asks for more work than any program writes is a stranger's.
            AgeError::Foreign | AgeError::TooMuchWork => Self::NoArchive,
            AgeError::WrongPassphrase => Self::WrongPassphrase,
            AgeError::Damaged => Self::Damaged("its header is not as it was written"),
            AgeError::Io(error) => error.into(),
        }
    }
}
