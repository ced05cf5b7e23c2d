//! What an engine has to do: everything else is the same for SQLite and PostgreSQL.

use super::StoreError;
use super::sql::Conn;

/// Something to be done inside of a transaction.
pub(crate) type Work<'w> = &'w mut dyn FnMut(&Conn<'_>) -> Result<(), StoreError>;

/// One connection to a database. Blocks, so it is only used on the writer's thread and on threads for reading.
pub(crate) trait Session: Send {
    /// Runs `work` in a transaction that sees one moment, and changes nothing.
    ///
    /// # Errors
    /// Those of `work`, and when the database cannot be asked.
    fn read(&mut self, work: Work<'_>) -> Result<(), StoreError>;

    /// Runs `work` in a transaction. When this returns `Ok`, everything is on the disk; otherwise nothing is.
    ///
    /// # Errors
    /// Those of `work`, and of the commit.
    fn write(&mut self, work: Work<'_>) -> Result<(), StoreError>;

    /// Called after each commit was answered.
    fn committed(&mut self) {}

    /// The error of a failed write, with its true cause.
    fn explain(&self, error: StoreError) -> StoreError {
        error
    }

    /// Called after the last commit.
    fn close(self: Box<Self>);
}
