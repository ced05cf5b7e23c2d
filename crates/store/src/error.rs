//! What can go wrong in the store, in terms of the domain.

use std::path::PathBuf;

/// Why a read or write failed. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk is full. Reading still works, and writing works again once there is space.
    #[error("the disk is full")]
    DiskFull,
    /// The disk refuses writes.
    #[error("the disk is read-only")]
    ReadOnly,
    /// The writer's queue is full, or another program has locked the database.
    #[error("the store is busy")]
    Busy,
    /// The store is closing.
    #[error("the store is closed")]
    Closed,
    /// There is no such row.
    #[error("not found")]
    NotFound,
    /// A unique name is taken, or the state has changed in the meantime.
    #[error("conflict")]
    Conflict,
    /// The name looks like that of an owner or admin.
    #[error("the name of an admin")]
    NameOfAdmin,
    /// The same client id was used for a message in another room.
    #[error("client id used for another message")]
    ClientIdReused,
    /// The change would leave the box or the room without an owner.
    #[error("the last owner")]
    LastOwner,
    /// A table with a limited size is full.
    #[error("limit reached")]
    LimitReached,
    /// This person has stored as much as they may.
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
    /// It was made by a newer program.
    #[error("{path} was written by a newer imd (layout {found}, this program knows up to {known})")]
    Newer {
        /// Path of the database.
        path: PathBuf,
        /// Version of its layout.
        found: i64,
        /// The newest layout version this program knows.
        known: i64,
    },
    /// It is not a database, or is damaged.
    #[error("{path} is damaged: {detail}")]
    Damaged {
        /// Path of the database.
        path: PathBuf,
        /// SQLite's message.
        detail: String,
    },
    /// It cannot be read or written.
    #[error("{path} cannot be opened: {detail}")]
    Unusable {
        /// Path of the database.
        path: PathBuf,
        /// The system's message.
        detail: String,
    },
}

impl StoreError {
    /// The same error for another job of the same batch.
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
