//! Checks that a database which somebody brings is laid out as a box makes it. Triggers and views would run with
//! whatever the box does to its tables afterwards, so it may contain nothing that no migration has made.

use std::collections::BTreeSet;

use rusqlite::Connection;

use super::migrate::{LATEST, made_by_migrations};

/// What is wrong with its layout for this version; usually nothing.
pub(super) fn check(conn: &Connection, version: i64) -> rusqlite::Result<Option<String>> {
    let found = parts(conn)?;
    let made = Connection::open_in_memory()?;
    made_by_migrations(&made, version.min(LATEST))?;
    let made = parts(&made)?;
    // A newer program's tables may be unknown here; everything that runs by itself must be known.
    let runs = |part: &String| !matches!(part.split(' ').next(), Some("table" | "index" | "column"));
    if let Some(part) = found.iter().find(|part| runs(part) && !made.contains(*part)) {
        return Ok(Some(format!("it holds what no box makes: {part}")));
    }
    if version > LATEST {
        return Ok(None);
    }
    Ok(found.symmetric_difference(&made).next().map(|part| format!("its layout is not a box's: {part}")))
}

/// Tables, indexes, columns, and triggers with their text, one line each.
fn parts(conn: &Connection) -> rusqlite::Result<BTreeSet<String>> {
    let mut parts = BTreeSet::new();
    let mut tables = Vec::new();
    // SQLite reserves these names (statistics, sequences) for itself.
    let mut stmt = conn.prepare("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")?;
    let rows = stmt.query_map([], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?, row.get::<_, String>(3)?))
    })?;
    for row in rows {
        let (kind, name, of, sql) = row?;
        let is_virtual = sql.to_ascii_uppercase().trim_start().starts_with("CREATE VIRTUAL");
        parts.insert(match kind.as_str() {
            "table" if is_virtual => format!("virtual {name}"),
            "table" | "index" => format!("{kind} {name} of {of}"),
            // For what runs by itself, the whole text matters.
            _ => sql.split_whitespace().collect::<Vec<_>>().join(" "),
        });
        if kind == "table" && !is_virtual {
            tables.push(name);
        }
    }
    for table in tables {
        let mut stmt = conn.prepare(
            "SELECT name, type, \"notnull\", coalesce(dflt_value, ''), pk, hidden FROM pragma_table_xinfo(?1)",
        )?;
        let rows = stmt.query_map([&table], |row| {
            let (name, kind, default): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(3)?);
            let (required, key, hidden): (i64, i64, i64) = (row.get(2)?, row.get(4)?, row.get(5)?);
            Ok(format!("column {table}.{name} {kind} {required} {default} {key} {hidden}"))
        })?;
        for column in rows {
            parts.insert(column?);
        }
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(version: i64) -> Connection {
        let conn = Connection::open_in_memory().unwrap();
        made_by_migrations(&conn, version).unwrap();
        conn
    }

    /// Were this to fail, a backup from an earlier version would be refused.
    #[test]
    fn what_the_box_ever_made_is_taken() {
        for version in 1..=LATEST {
            let conn = database(version);
            conn.execute_batch("ANALYZE").unwrap();
            assert_eq!(check(&conn, version).unwrap(), None, "{version}");
        }
        assert_eq!(check(&database(LATEST), LATEST + 1).unwrap(), None);
    }

    /// Were this to fail, a manipulated backup could do anything with every message from then on.
    #[test]
    fn nothing_is_taken_that_no_migration_made() {
        for change in [
            "CREATE TRIGGER t AFTER INSERT ON events BEGIN UPDATE users SET role = 'owner'; END",
            "CREATE VIEW v AS SELECT * FROM users",
            "DROP TRIGGER audit_keeps; CREATE TRIGGER audit_keeps BEFORE DELETE ON audit BEGIN DELETE FROM events; END",
            "CREATE TABLE more (x)",
            "ALTER TABLE users ADD COLUMN more TEXT",
            "ALTER TABLE users ADD COLUMN more TEXT AS (name)",
            "CREATE INDEX more ON users (name)",
            "DROP INDEX users_pending",
        ] {
            let conn = database(LATEST);
            conn.execute_batch(change).unwrap();
            assert!(check(&conn, LATEST).unwrap().is_some(), "{change}");
        }
        let conn = database(LATEST);
        conn.execute_batch("CREATE TEMP TABLE x (y); CREATE TRIGGER t AFTER DELETE ON events BEGIN SELECT 1; END")
            .unwrap();
        assert!(check(&conn, LATEST + 1).unwrap().is_some(), "also a newer one's trigger");
    }
}
