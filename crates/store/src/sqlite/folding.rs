//! Names in the forms in which they are looked for and taken for each other, beside each name. SQLite knows only ASCII's case, so
//! Rust makes them.

use rusqlite::Connection;

use chat::{folded, skeleton, spelled};

/// Makes those anew that are not as this program makes them: after the migration, after a change of the rules, and for
/// names that an older program has added or changed since.
pub(super) fn fill_in(conn: &mut Connection) -> rusqlite::Result<()> {
    let tx = conn.transaction()?;
    fill(&tx, "users", "folded", folded)?;
    fill(&tx, "rooms", "folded", folded)?;
    fill(&tx, "users", "looks", skeleton)?;
    fill(&tx, "users", "spelled", spelled)?;
    tx.commit()
}

fn fill(conn: &Connection, table: &str, column: &str, form: impl Fn(&str) -> String) -> rusqlite::Result<()> {
    let mut others = Vec::new();
    {
        let mut stmt = conn.prepare(&format!("SELECT id, name, {column} FROM {table} WHERE name <> ''"))?;
        let mut rows = stmt.query([])?;
        while let Some(row) = rows.next()? {
            let (name, found) = (row.get_ref(1)?.as_str()?, row.get_ref(2)?.as_str()?);
            let right = form(name);
            if right != found {
                others.push((row.get::<_, i64>(0)?, right));
            }
        }
    }
    let mut update = conn.prepare(&format!("UPDATE {table} SET {column} = ?2 WHERE id = ?1"))?;
    for other in others {
        update.execute(other)?;
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
        let forms = |row: &rusqlite::Row<'_>| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
        };
        // The second time as well, and after an older program, which knows nothing of the forms, has changed the name.
        for (name, form) in [("Иван Петров", "иван петров"), ("Иван Петров", "иван петров"), ("Пётр", "петр")]
        {
            conn.execute("UPDATE users SET name = ?1", [name]).unwrap();
            fill_in(&mut conn).unwrap();
            let made = conn.query_row("SELECT folded, looks, spelled FROM users", [], forms).unwrap();
            assert_eq!(made, (form.to_owned(), skeleton(name), spelled(name)));
        }
    }
}
