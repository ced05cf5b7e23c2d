//! Checks whether the database is intact: once after each start, beside everything else.
//!
//! When a card loses a block, that only shows when somebody reads it. Without this check, a damaged box would go on for
//! weeks, and its backups would be damaged too.

use std::path::Path;
use std::time::Duration;

use rusqlite::OpenFlags;

use super::connection::connect;
use crate::StoreError;
use crate::soundness::{Health, Soundness};

/// Reads every page on a thread and a connection of its own, for at most `time`.
pub(super) fn look(health: &Health, path: &Path, time: Duration) -> std::io::Result<()> {
    let (looks, file) = (health.clone(), path.to_owned());
    std::thread::Builder::new().name("store-look".to_owned()).spawn(move || look_now(&looks, &file))?;
    let ends = health.clone();
    std::thread::Builder::new().name("store-look-end".to_owned()).spawn(move || ends.end_after(time))?;
    Ok(())
}

fn look_now(health: &Health, path: &Path) {
    let found = match connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY) {
        Ok(conn) => {
            let handle = conn.get_interrupt_handle();
            if !health.begin(move || handle.interrupt()) {
                return health.found(Soundness::Unknown, "");
            }
            conn.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0)).map_err(StoreError::from)
        }
        Err(error) => Err(StoreError::Other(error.to_string())),
    };
    match found {
        Ok(said) if said == "ok" => health.found(Soundness::Sound, ""),
        Ok(said) | Err(StoreError::Damaged(said)) => health.found(Soundness::Damaged, &said),
        // There was not enough time, or the store is being closed.
        Err(_) => health.found(Soundness::Unknown, ""),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::FileExt;

    use super::*;
    use crate::{Options, Setting, Store};

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
            look(&health, &path, time).unwrap();
            if !time.is_zero() {
                health.stop();
            }
            // Each thread holds a reference.
            until("the look is over", || health.holders() == 1).await;
        }
    }
}
