//! The size of the write-ahead log. SQLite empties it by itself, but never while a reader uses it. With readers that
//! overlap without a break it would grow for ever, so now and then the writer insists. A store that was closed leaves
//! one complete file behind, which can be copied off a card.
//! file behind: that is what somebody copies off a card.

use std::path::PathBuf;
use std::time::Duration;

use rusqlite::Connection;

/// Commits between two checks.
const LOOK_EVERY: u32 = 1_024;
/// Above this many bytes the writer waits for the readers; that is about three seconds of the heaviest load measured.
const TOO_LARGE: u64 = 64 << 20;
/// How long it waits; senders wait as long.
const PATIENCE: Duration = Duration::from_millis(500);
/// How long a statement otherwise waits for another program's lock.
const BUSY: Duration = Duration::from_secs(5);

pub(super) struct Wal {
    file: Option<PathBuf>,
    commits: u32,
}

impl Wal {
    pub(super) fn of(conn: &Connection) -> Self {
        let file = conn.path().filter(|path| !path.is_empty()).map(|path| PathBuf::from(format!("{path}-wal")));
        Self { file, commits: 0 }
    }

    /// To be called after each commit.
    pub(super) fn committed(&mut self, conn: &Connection) {
        self.commits += 1;
        if self.commits < LOOK_EVERY {
            return;
        }
        self.commits = 0;
        let size = self.file.as_ref().and_then(|file| file.metadata().ok()).map_or(0, |file| file.len());
        if size > TOO_LARGE
            && let Err(error) = restart(conn)
        {
            tracing::warn!(%error, size, "the write-ahead log is large and could not be emptied");
        }
    }

    /// To be called after the last commit.
    pub(super) fn closing(conn: &Connection) {
        if let Err(error) = restart(conn) {
            // What is in the log still counts: the next start reads it.
            tracing::warn!(%error, "the write-ahead log could not be emptied at the end");
        }
    }
}

/// Writes everything into the database and lets the next commit start at the beginning of the log.
fn restart(conn: &Connection) -> rusqlite::Result<()> {
    conn.busy_timeout(PATIENCE)?;
    let done = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    conn.busy_timeout(BUSY)?;
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were this to fail, a log that is never emptied would fill the card.
    #[test]
    fn a_log_that_is_too_large_is_emptied() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("imd.db");
        let conn = Connection::open(&path).unwrap();
        conn.pragma_update(None, "journal_mode", "WAL").unwrap();
        conn.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
        conn.execute_batch("CREATE TABLE t (x BLOB); INSERT INTO t VALUES (zeroblob(70000000));").unwrap();
        let log = dir.path().join("imd.db-wal");
        assert!(log.metadata().unwrap().len() > TOO_LARGE);
        let mut wal = Wal::of(&conn);
        (1..LOOK_EVERY).for_each(|_| wal.committed(&conn));
        assert!(log.metadata().unwrap().len() > TOO_LARGE, "looking costs, so it is done now and then");
        wal.committed(&conn);
        assert_eq!(log.metadata().unwrap().len(), 0);
    }
}
