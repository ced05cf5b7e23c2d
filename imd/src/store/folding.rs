//! The form of each name that searches compare with, stored beside it. SQLite knows upper and lower case for ASCII
//! only, so Rust makes this form.

use rusqlite::Connection;

use crate::chat::folded;

/// Adds missing ones: after the migration, and for names that an older program has added since.
pub(super) fn fill_in(conn: &mut Connection) -> rusqlite::Result<()> {
    let tx = conn.transaction()?;
    for table in ["users", "rooms"] {
        let missing = {
            let mut stmt = tx.prepare(&format!("SELECT id, name FROM {table} WHERE folded = '' AND name <> ''"))?;
            let rows = stmt.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
            rows.collect::<Result<Vec<_>, _>>()?
        };
        let mut update = tx.prepare(&format!("UPDATE {table} SET folded = ?2 WHERE id = ?1"))?;
        for (id, name) in missing {
            update.execute((id, folded(&name)))?;
        }
    }
    tx.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were this to fail, nobody who was there before an update could be found after it.
    #[test]
    fn names_from_before_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("imd.db");
        let mut conn = Connection::open(&path).unwrap();
        crate::store::migrate::migrate(&mut conn, &path).unwrap();
        let sql = "INSERT INTO users (handle, name, role, status, created_at) VALUES ('ivan', 'Иван Петров', 'member', 'active', 1)";
        conn.execute(sql, []).unwrap();
        for _ in 0..2 {
            fill_in(&mut conn).unwrap();
            let folded: String = conn.query_row("SELECT folded FROM users", [], |row| row.get(0)).unwrap();
            assert_eq!(folded, "иван петров");
        }
    }
}
