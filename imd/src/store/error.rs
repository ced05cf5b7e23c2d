//! What can go wrong in the store, in the words of the domain.

use std::path::PathBuf;

/// Why a read or write did not work. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No room on the disk. Reading goes on; writing works again once there is space.
    #[error("the disk is full")]
    DiskFull,
    /// The disk refuses writes.
    #[error("the disk is read-only")]
    ReadOnly,
    /// The writer has more queued than it may, or the database is locked by another program.
    #[error("the store is busy")]
    Busy,
    /// The store is closing.
    #[error("the store is closed")]
    Closed,
    /// There is no such row.
    #[error("not found")]
    NotFound,
    /// A unique name is taken, or the state changed meanwhile.
    #[error("conflict")]
    Conflict,
    /// It looks like the name of somebody who runs the box.
    #[error("the name of an admin")]
    NameOfAdmin,
    /// The same client id was used for a message to another room.
    #[error("client id used for another message")]
    ClientIdReused,
    /// Taking this away would leave the box or the room without an owner.
    #[error("the last owner")]
    LastOwner,
    /// A bounded table is full.
    #[error("limit reached")]
    LimitReached,
    /// Somebody has stored as much as one person may.
    #[error("quota exceeded")]
    QuotaExceeded,
    /// The database is damaged.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// Anything else, for the log only.
    #[error("{0}")]
    Other(String),
}

/// Why the store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Made by a newer program.
    #[error("{path} was written by a newer imd (layout {found}, this program knows up to {known})")]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its layout.
        found: i64,
        /// The newest this program knows.
        known: i64,
    },
    /// Not a database, or broken.
    #[error("{path} is damaged: {detail}")]
    Damaged {
        /// The database.
        path: PathBuf,
        /// What SQLite says.
        detail: String,
    },
    /// Cannot be read or written.
    #[error("{path} cannot be opened: {detail}")]
    Unusable {
        /// The database.
        path: PathBuf,
        /// What the system says.
        detail: String,
    },
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        match &error {
            rusqlite::Error::QueryReturnedNoRows => Self::NotFound,
            rusqlite::Error::SqliteFailure(cause, detail) => match cause.code {
                Code::DiskFull => Self::DiskFull,
                Code::ReadOnly => Self::ReadOnly,
                Code::DatabaseBusy | Code::DatabaseLocked => Self::Busy,
                Code::DatabaseCorrupt | Code::NotADatabase => Self::Damaged(detail.clone().unwrap_or_default()),
                // A file-size limit or a full quota shows as a failed write, not as SQLITE_FULL.
                Code::SystemIoFailure if is_write_failure(cause.extended_code) => Self::DiskFull,
                Code::ConstraintViolation if cause.extended_code == rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE => {
                    Self::Conflict
                }
                _ => Self::Other(error.to_string()),
            },
            _ => Self::Other(error.to_string()),
        }
    }
}

fn is_write_failure(extended: i32) -> bool {
    matches!(
        extended,
        rusqlite::ffi::SQLITE_IOERR_WRITE | rusqlite::ffi::SQLITE_IOERR_SHMSIZE | rusqlite::ffi::SQLITE_IOERR_TRUNCATE
    )
}

impl StoreError {
    /// The same error for another waiter of the same batch.
    pub(super) fn repeat(&self) -> Self {
        match self {
            Self::DiskFull => Self::DiskFull,
            Self::ReadOnly => Self::ReadOnly,
            Self::Busy => Self::Busy,
            Self::Closed => Self::Closed,
            Self::NotFound => Self::NotFound,
            Self::Conflict => Self::Conflict,
            Self::ClientIdReused => Self::ClientIdReused,
            Self::LastOwner => Self::LastOwner,
            Self::NameOfAdmin => Self::NameOfAdmin,
            Self::LimitReached => Self::LimitReached,
            Self::QuotaExceeded => Self::QuotaExceeded,
            Self::Damaged(s) => Self::Damaged(s.clone()),
            Self::Other(s) => Self::Other(s.clone()),
        }
    }
}
