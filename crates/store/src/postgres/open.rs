//! Connecting to PostgreSQL.

use postgres::{Client, NoTls};

use super::layout;
use super::link::Link;
use crate::change::Change;
use crate::engine::{Session, Work};
use crate::soundness::Health;
use crate::sql::Conn;
use crate::{OpenError, Store, StoreError};

/// How to open the store on a PostgreSQL server.
#[derive(Debug, Clone)]
pub struct PostgresOptions {
    /// Where the server is and who asks, as libpq spells it: `host=/run/postgresql user=imbox dbname=imbox`.
    pub server: String,
    /// How many reads may run at the same time.
    pub readers: usize,
    /// How many writes may be queued before senders are told that the box is busy.
    pub queue: usize,
}

/// Only one program at a time writes to a database: this is the number of the lock that it holds.
const WRITER: i64 = 0x1_6d62_6f78;

impl Store {
    /// Opens the store on a PostgreSQL server, lays out an empty database, and starts its writer. `emit` is called as with
    /// [`Store::open`]. Blocks.
    ///
    /// # Errors
    /// [`OpenError::Unusable`], also when another program writes to this database.
    pub fn open_postgres(
        options: &PostgresOptions,
        emit: impl FnMut(Vec<Change>) + Send + 'static,
    ) -> Result<Self, OpenError> {
        let opened = || {
            let writer = connect(&options.server)?;
            lay_out(&writer)?;
            let mut readers: Vec<Box<dyn Session>> = Vec::new();
            for _ in 0..options.readers.max(1) {
                readers.push(Box::new(connect(&options.server)?));
            }
            Self::start(Box::new(writer), readers, options.queue, (Health::sound(), Box::new(emit)), None)
        };
        opened()
            .map_err(|error: StoreError| OpenError::Unusable { path: "PostgreSQL".into(), detail: error.to_string() })
    }
}

fn connect(server: &str) -> Result<Link, StoreError> {
    Ok(Link::new(Client::connect(server, NoTls)?))
}

fn lay_out(link: &Link) -> Result<(), StoreError> {
    let conn = Conn::Postgres(link);
    let alone: bool = conn.query_row("SELECT pg_try_advisory_lock(?1)", [WRITER], |row| row.get(0))?;
    if !alone {
        return Err(StoreError::Other("another program writes to this database".to_owned()));
    }
    let collation: String =
        conn.query_row("SELECT datcollate FROM pg_database WHERE datname = current_database()", [], |row| row.get(0))?;
    if collation != "C" {
        return Err(StoreError::Other(format!("the database has the collation {collation} and needs C")));
    }
    let known: bool = conn.query_row("SELECT to_regclass('settings') IS NOT NULL", [], |row| row.get(0))?;
    if known { Ok(()) } else { link.batch(&format!("BEGIN; {} COMMIT;", layout::statements())) }
}

impl Link {
    fn transaction(&self, begin: &str, end: &str, work: Work<'_>) -> Result<(), StoreError> {
        self.batch(begin)?;
        let done = work(&Conn::Postgres(self));
        let ended = self.batch(if done.is_ok() { end } else { "ROLLBACK" });
        done.and(ended)
    }
}

impl Session for Link {
    fn read(&mut self, work: Work<'_>) -> Result<(), StoreError> {
        self.transaction("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", "ROLLBACK", work)
    }

    fn write(&mut self, work: Work<'_>) -> Result<(), StoreError> {
        self.transaction("BEGIN", "COMMIT", work)
    }

    fn close(self: Box<Self>) {}
}
