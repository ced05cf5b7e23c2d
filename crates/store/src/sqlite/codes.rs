//! Codes of invites in a copy of the database that is not in use: they are changed before it leaves the box, and when
//! it comes back.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension};

use crate::StoreError;

/// Invites that are read at a time.
const PAGE: i64 = 500;

/// What happens to an invite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Becomes {
    /// It stays as it is.
    Same,
    /// It gets another code.
    Code(String),
    /// It is revoked.
    Void,
}

/// Changes the codes of all invites in the database at `path`, which nobody else has open, and returns how many valid
/// invites were revoked. Its audit log records that too, at the time `at`. No trace is left of the old codes. Blocks.
///
/// # Errors
/// As any write, and those of `change`.
pub fn change_codes<E: From<StoreError>>(
    path: &Path,
    at: i64,
    mut change: impl FnMut(&str) -> Result<Becomes, E>,
) -> Result<u64, E> {
    let mut conn = open(path)?;
    let tx = conn.transaction().map_err(StoreError::from)?;
    let (mut last, mut void) = (i64::MIN, 0);
    loop {
        let page = page(&tx, last)?;
        let Some((newest, _)) = page.last() else { break };
        last = *newest;
        for (id, code) in &page {
            match change(code)? {
                Becomes::Same => {}
                Becomes::Code(code) => {
                    let sql = "UPDATE invites SET code = ?2 WHERE id = ?1";
                    tx.prepare_cached(sql).and_then(|mut stmt| stmt.execute((id, code))).map_err(StoreError::from)?;
                }
                Becomes::Void => {
                    let sql = "UPDATE invites SET revoked = 1 WHERE id = ?1 AND revoked = 0";
                    let done = tx.prepare_cached(sql).and_then(|mut stmt| stmt.execute([id]));
                    void += done.map_err(StoreError::from)? as u64;
                }
            }
        }
    }
    if void > 0 {
        note(&tx, void, at)?;
    }
    tx.commit().map_err(StoreError::from)?;
    conn.close().map_err(|(_, error)| StoreError::from(error))?;
    std::fs::File::open(path).and_then(|file| file.sync_all()).map_err(|error| StoreError::Other(error.to_string()))?;
    Ok(void)
}

fn open(path: &Path) -> Result<Connection, StoreError> {
    let conn = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    conn.pragma_update(None, "trusted_schema", false)?;
    // Stays a single file all along; if this is interrupted, the file is made anew.
    conn.pragma_update(None, "journal_mode", "MEMORY")?;
    conn.pragma_update(None, "secure_delete", true)?;
    Ok(conn)
}

/// Ids and codes after `last`. The length that is read is far more than any code has.
fn page(conn: &Connection, last: i64) -> Result<Vec<(i64, String)>, StoreError> {
    let sql = "SELECT id, substr(code, 1, 200) FROM invites WHERE id > ?1 ORDER BY id LIMIT ?2";
    let mut stmt = conn.prepare_cached(sql)?;
    let rows = stmt.query_map((last, PAGE), |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn note(conn: &Connection, void: u64, at: i64) -> Result<(), StoreError> {
    let audited = conn.query_row("SELECT 1 FROM sqlite_schema WHERE name = 'audit'", [], |_| Ok(())).optional()?;
    if audited.is_some() {
        conn.execute(
            // The actor is nobody, because whoever restores a backup has not signed in.
            "INSERT INTO audit (at, actor, name, address, action, target, detail) VALUES (?1, 0, '', '', 'invite.void', ?2, '')",
            (at, void.to_string()),
        )?;
    }
    Ok(())
}
