//! A connection to SQLite as a [`Session`].

use rusqlite::{Connection, TransactionBehavior};

use super::disk::Disk;
use super::wal::Wal;
use crate::StoreError;
use crate::engine::{Session, Work};
use crate::sql::Conn;

/// For reading.
pub(crate) struct Reader(pub(super) Connection);

impl Session for Reader {
    fn read(&mut self, work: Work<'_>) -> Result<(), StoreError> {
        let tx = self.0.transaction()?;
        let done = work(&Conn::Sqlite(&tx));
        tx.finish()?;
        done
    }

    fn write(&mut self, _: Work<'_>) -> Result<(), StoreError> {
        Err(StoreError::ReadOnly)
    }

    fn close(self: Box<Self>) {}
}

/// For writing; there is only one.
pub(crate) struct Writer {
    conn: Connection,
    disk: Disk,
    wal: Wal,
}

impl Writer {
    pub(super) fn new(conn: Connection, disk: Disk) -> Self {
        let wal = Wal::of(&conn);
        Self { conn, disk, wal }
    }
}

impl Session for Writer {
    fn read(&mut self, work: Work<'_>) -> Result<(), StoreError> {
        work(&Conn::Sqlite(&self.conn))
    }

    fn write(&mut self, work: Work<'_>) -> Result<(), StoreError> {
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        work(&Conn::Sqlite(&tx))?;
        Ok(tx.commit()?)
    }

    fn committed(&mut self) {
        self.wal.committed(&self.conn);
    }

    fn explain(&self, error: StoreError) -> StoreError {
        self.disk.explain(error)
    }

    fn close(self: Box<Self>) {
        Wal::closing(&self.conn);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Options, Setting, Store};

    /// Someone whose card has gone read-only would be told to make space; and after it was mended, the box would have to
    /// be started again.
    #[tokio::test]
    async fn a_card_that_refuses_writes_is_told_as_such_and_works_again_when_it_takes_them() {
        use std::sync::atomic::{AtomicBool, Ordering};

        use nix::sys::resource::{Resource, getrlimit, setrlimit};

        /// What the system would say of the card.
        static READ_ONLY: AtomicBool = AtomicBool::new(false);
        let folder = tempfile::tempdir().unwrap();
        let options = Options { path: folder.path().join("imd.db"), readers: 1, queue: 64 };
        let disk = Disk::asking(&options.path, |_| READ_ONLY.load(Ordering::SeqCst));
        let store = Store::open_on(&options, disk, Box::new(drop)).unwrap();
        let write = |name: &str| store.set(Setting::BoxName, Some(name.repeat(10_000)));
        write("before").await.unwrap();
        // Every write to a file fails from here on, in this process alone; the signal that comes with it is not for us.
        let (soft, hard) = getrlimit(Resource::RLIMIT_FSIZE).unwrap();
        let mut too_large = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::from_raw(25)).unwrap();
        setrlimit(Resource::RLIMIT_FSIZE, 1, hard).unwrap();
        let full = write("full").await;
        READ_ONLY.store(true, Ordering::SeqCst);
        let read_only = write("read-only").await;
        setrlimit(Resource::RLIMIT_FSIZE, soft, hard).unwrap();
        too_large.recv().await;
        assert!(matches!(full, Err(StoreError::DiskFull)), "{full:?}");
        assert!(matches!(read_only, Err(StoreError::ReadOnly)), "{read_only:?}");
        assert!(store.setting(Setting::BoxName).await.unwrap().is_some_and(|name| name.starts_with("before")));
        READ_ONLY.store(false, Ordering::SeqCst);
        write("after").await.unwrap();
        store.close().await;
    }
}
