//! Checks whether the database is intact: once after each start, beside everything else. Damage that a read or write
//! meets is recorded as well.
//!
//! When a card loses a block, that only shows when somebody reads it. Without this check, a damaged box would go on for
//! weeks, and its backups would be damaged too.

use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{InterruptHandle, OpenFlags};

use super::connection::connect;
use super::{Store, StoreError};

/// What is known of the database's pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Soundness {
    /// The check has not finished.
    #[default]
    Looking,
    /// All pages were read and are intact.
    Sound,
    /// There was not enough time for all of it; what was read is intact.
    Unknown,
    /// Something in it is damaged: save what can still be read, and replace the card.
    Damaged,
}

/// Shared by everything that may meet damage. Damage is never forgotten.
#[derive(Clone, Default)]
pub(super) struct Health {
    state: Arc<(Mutex<State>, Condvar)>,
}

#[derive(Default)]
struct State {
    soundness: Soundness,
    /// Stops the check.
    stop: Option<InterruptHandle>,
    stopped: bool,
}

impl Health {
    pub(super) fn get(&self) -> Soundness {
        self.lock().soundness
    }

    /// Records damage if this error is damage.
    pub(super) fn note<T>(&self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(StoreError::Damaged(detail)) = &result {
            self.found(Soundness::Damaged, detail);
        }
        result
    }

    /// Reads every page on a thread and a connection of its own, for at most `time`.
    pub(super) fn look(&self, path: &Path, time: Duration) -> std::io::Result<()> {
        let (health, file) = (self.clone(), path.to_owned());
        std::thread::Builder::new().name("store-look".to_owned()).spawn(move || health.look_now(&file))?;
        let health = self.clone();
        std::thread::Builder::new().name("store-look-end".to_owned()).spawn(move || health.end_after(time))?;
        Ok(())
    }

    /// Ends the check, if it is still running.
    pub(super) fn stop(&self) {
        let mut state = self.lock();
        state.stopped = true;
        if let Some(look) = state.stop.take() {
            look.interrupt();
        }
        self.state.1.notify_all();
    }

    fn look_now(&self, path: &Path) {
        let found = match connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY) {
            Ok(conn) => {
                {
                    let mut state = self.lock();
                    if state.stopped {
                        drop(state);
                        return self.found(Soundness::Unknown, "");
                    }
                    state.stop = Some(conn.get_interrupt_handle());
                }
                conn.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0)).map_err(StoreError::from)
            }
            Err(error) => Err(StoreError::Other(error.to_string())),
        };
        match found {
            Ok(said) if said == "ok" => self.found(Soundness::Sound, ""),
            Ok(said) | Err(StoreError::Damaged(said)) => self.found(Soundness::Damaged, &said),
            // There was not enough time, or the store is being closed.
            Err(_) => self.found(Soundness::Unknown, ""),
        }
    }

    fn end_after(&self, time: Duration) {
        let (_, changed) = &*self.state;
        let looking = |state: &mut State| !state.stopped && state.soundness == Soundness::Looking;
        let waited = changed.wait_timeout_while(self.lock(), time, looking);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        // This also stops a check that has not begun yet.
        state.stopped = true;
        if let Some(look) = state.stop.take() {
            look.interrupt();
        }
    }

    fn found(&self, found: Soundness, detail: &str) {
        let mut state = self.lock();
        match (state.soundness, found) {
            (Soundness::Damaged, _) => return,
            (_, Soundness::Damaged) => tracing::error!(detail, "the database is damaged: save what can be read"),
            (_, Soundness::Unknown) => tracing::info!("the check of the database did not finish"),
            _ => tracing::debug!("the database is sound"),
        }
        state.soundness = found;
        state.stop = None;
        self.state.1.notify_all();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        // Only complete values are stored under the lock.
        self.state.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store {
    /// The present state of the database's pages.
    #[must_use]
    pub fn soundness(&self) -> Soundness {
        self.health.get()
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::FileExt;

    use super::*;
    use crate::{Options, Setting};

    /// Waits for a condition.
    async fn until(what: &str, holds: impl Fn() -> bool) {
        let wait = async {
            while !holds() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        assert!(tokio::time::timeout(Duration::from_secs(20), wait).await.is_ok(), "never: {what}");
    }

    /// Were this to fail, a box whose card has lost a block would go on as if nothing had happened, and so would its
    /// backups, until the day somebody scrolls back to what is lost.
    #[tokio::test]
    async fn a_damaged_page_is_found_without_anyone_reading_it_and_the_rest_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let options = Options { path: folder.path().join("imd.db"), readers: 1, queue: 64 };
        let store = Store::open(&options, drop).unwrap();
        store.set(Setting::BoxName, Some("Rose Court ".repeat(4_000))).await.unwrap();
        until("sound", || store.soundness() == Soundness::Sound).await;
        store.close().await;
        drop(store);
        // A page in the middle of a table, in a file that still opens without complaint.
        let conn = rusqlite::Connection::open(&options.path).unwrap();
        let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'events_client'";
        let page: i64 = conn.query_row(sql, [], |row| row.get(0)).unwrap();
        let size: i64 = conn.query_row("PRAGMA page_size", [], |row| row.get(0)).unwrap();
        conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
        drop(conn);
        let file = std::fs::OpenOptions::new().write(true).open(&options.path).unwrap();
        file.write_all_at(&[0xA5; 512], ((page - 1) * size).cast_unsigned()).unwrap();
        let store = Store::open(&options, drop).unwrap();
        until("damaged", || store.soundness() == Soundness::Damaged).await;
        assert!(store.setting(Setting::BoxName).await.unwrap().is_some(), "what is whole is read");
        store.close().await;
    }

    /// Were this to fail, a large database would keep the card busy for minutes after each start, or keep the box from
    /// stopping.
    #[tokio::test]
    async fn the_look_ends_when_its_time_is_over_and_when_the_store_is_closed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("imd.db");
        let conn = rusqlite::Connection::open(&path).unwrap();
        conn.execute_batch(
            "CREATE TABLE t (x TEXT);
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) INSERT INTO t SELECT hex(i) FROM n;",
        )
        .unwrap();
        drop(conn);
        for time in [Duration::ZERO, Duration::from_secs(3_600)] {
            let health = Health::default();
            health.look(&path, time).unwrap();
            if !time.is_zero() {
                health.stop();
            }
            // Each thread holds a reference.
            until("the look is over", || Arc::strong_count(&health.state) == 1).await;
        }
    }
}
