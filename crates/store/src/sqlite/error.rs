//! SQLite's errors in terms of the domain.

use rusqlite::{ErrorCode as Code, ffi};

use crate::StoreError;

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match &error {
            rusqlite::Error::QueryReturnedNoRows => Self::NotFound,
            rusqlite::Error::SqliteFailure(cause, detail) => match cause.code {
                Code::DiskFull => Self::DiskFull,
                Code::ReadOnly => Self::ReadOnly,
                Code::DatabaseBusy | Code::DatabaseLocked => Self::Busy,
                Code::DatabaseCorrupt | Code::NotADatabase => Self::Damaged(detail.clone().unwrap_or_default()),
                // A file-size limit or a full quota appears as a failed write, not as SQLITE_FULL.
                Code::SystemIoFailure if is_write_failure(cause.extended_code) => Self::DiskFull,
                Code::ConstraintViolation if cause.extended_code == ffi::SQLITE_CONSTRAINT_UNIQUE => Self::Conflict,
                _ => Self::Other(error.to_string()),
            },
            _ => Self::Other(error.to_string()),
        }
    }
}

fn is_write_failure(extended: i32) -> bool {
    matches!(extended, ffi::SQLITE_IOERR_WRITE | ffi::SQLITE_IOERR_SHMSIZE | ffi::SQLITE_IOERR_TRUNCATE)
}
