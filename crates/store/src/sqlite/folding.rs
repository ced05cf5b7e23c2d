//! Names in the forms in which they are looked for and taken for each other, beside each name. SQLite knows only ASCII's case, so
//! Rust makes them.

use rusqlite::Connection;

use chat::{folded, skeleton};

/// Adds missing ones: after the migration, and for names that an older program has added since.
pub(super) fn fill_in(conn: &mut Connection) -> rusqlite::Result<()> {
    let tx = conn.transaction()?;
    fill(&tx, "users", "folded", folded)?;
    fill(&tx, "rooms", "folded", folded)?;
    fill(&tx, "users", "looks", skeleton)?;
    tx.commit()
}

fn fill(conn: &Connection, table: &str, column: &str, form: impl Fn(&str) -> String) -> rusqlite::Result<()> {
    let missing = {
        let mut stmt = conn.prepare(&format!("SELECT id, name FROM {table} WHERE {column} = '' AND name <> ''"))?;
        let rows = stmt.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
        rows.collect::<Result<Vec<_>, _>>()?
    };
    let mut update = conn.prepare(&format!("UPDATE {table} SET {column} = ?2 WHERE id = ?1"))?;
    for (id, name) in missing {
        update.execute((id, form(&name)))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// After an update nobody would be found who was there before it, nor told apart from a namesake.
    #[test]
    fn names_from_before_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("imd.db");
        let mut conn = Connection::open(&path).unwrap();
        crate::sqlite::migrate::migrate(&mut conn, &path).unwrap();
        let sql = "INSERT INTO users (handle, name, role, status, created_at) VALUES ('ivan', 'Иван Петров', 'member', 'active', 1)";
        conn.execute(sql, []).unwrap();
        for _ in 0..2 {
            fill_in(&mut conn).unwrap();
            let forms = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?));
            let (folded, looks) = conn.query_row("SELECT folded, looks FROM users", [], forms).unwrap();
            assert_eq!((folded.as_str(), looks), ("иван петров", skeleton("Иван Петров")));
        }
    }
}
