//! What can go wrong with files, distinguished by what the person who sent them can do about it.

use std::io;

/// Why a file was not stored, or a picture not made. In every case nothing was kept.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// More bytes than the caller allows; reported as soon as that is known.
    #[error("the file is over the limit of {max_bytes} bytes")]
    TooLarge {
        /// The limit that was exceeded.
        max_bytes: u64,
    },
    /// The bytes ended early, the connection broke, or there were not as many as announced.
    #[error("the upload was interrupted after {received} bytes")]
    Interrupted {
        /// Number of bytes that had arrived by then.
        received: u64,
    },
    /// No space is left, or less than what is reserved for the chat.
    #[error("the disk is full")]
    DiskFull,
    /// The file system refuses writing.
    #[error("the disk is read-only")]
    ReadOnly,
    /// It is, or belongs, on a disk that is not plugged in.
    #[error("the disk with the files is away")]
    Away,
    /// There are already as many uploads or pictures in progress as allowed; trying again makes sense.
    #[error("too many uploads or pictures at once")]
    Busy,
    /// It is not a readable picture, or has more pixels than allowed.
    #[error("the picture cannot be used: {0}")]
    ImageUnfit(String),
    /// Nothing is stored under this hash.
    #[error("no such file")]
    NotFound,
    /// The disk failed in some other way.
    #[error("the disk failed")]
    Io(#[source] io::Error),
}

impl From<io::Error> for FilesError {
    /// Classifies errors of the file system. Errors of a network stream are `Interrupted` and do not come this way.
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull,
            io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly,
            io::ErrorKind::NotFound => Self::NotFound,
            _ => Self::Io(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use nix::errno::Errno;

    use super::*;

    /// Were this to fail, somebody whose disk is full would be told of an unknown error and would not think of deleting
    /// something.
    #[test]
    fn errors_of_the_disk_are_told_apart() {
        let sorted = |errno: Errno| FilesError::from(io::Error::from(errno));
        assert!(matches!(sorted(Errno::ENOSPC), FilesError::DiskFull));
        assert!(matches!(sorted(Errno::EDQUOT), FilesError::DiskFull));
        assert!(matches!(sorted(Errno::EROFS), FilesError::ReadOnly));
        assert!(matches!(sorted(Errno::ENOENT), FilesError::NotFound));
        assert!(matches!(sorted(Errno::EIO), FilesError::Io(_)));
    }
}
