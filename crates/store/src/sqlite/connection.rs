//! One connection to the database, with the settings that durability depends on.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::migrate::unusable;
use crate::OpenError;

/// A connection with the settings that durability depends on.
pub(super) fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, OpenError> {
    let fail = |e: rusqlite::Error| unusable(path, &e);
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let conn = Connection::open_with_flags(path, flags).map_err(fail)?;
    conn.busy_timeout(std::time::Duration::from_secs(5)).map_err(fail)?;
    conn.set_prepared_statement_cache_capacity(128);
    conn.pragma_update(None, "foreign_keys", true).map_err(fail)?;
    // Whatever a schema contains cannot call functions that do harm, whoever provided the file.
    conn.pragma_update(None, "trusted_schema", false).map_err(fail)?;
    if flags.contains(OpenFlags::SQLITE_OPEN_READ_WRITE) {
        conn.pragma_update(None, "journal_mode", "WAL").map_err(fail)?;
        // FULL: when a commit returns, it is on the disk, even if the power fails.
        conn.pragma_update(None, "synchronous", "FULL").map_err(fail)?;
        conn.pragma_update(None, "wal_autocheckpoint", 2_000).map_err(fail)?;
        // Limits the size of the log file after a burst of writes.
        conn.pragma_update(None, "journal_size_limit", 16 << 20).map_err(fail)?;
    }
    conn.pragma_update(None, "cache_size", -8_192).map_err(fail)?;
    conn.pragma_update(None, "temp_store", "MEMORY").map_err(fail)?;
    Ok(conn)
}
