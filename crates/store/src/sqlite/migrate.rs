//! Numbered migrations, each in a transaction of its own. Before the first one that is due, the database is copied.
//!
//! Migrations only expand. `PRAGMA user_version` is the version of the layout; `min_program`, which is stored outside
//! the tables, is the oldest layout version a program must know to open the database, so that a system that was rolled
//! back still can.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use crate::OpenError;

struct Migration {
    /// The layout version after it.
    version: i64,
    sql: &'static str,
    /// The oldest layout version a program must know to work with a database of this version.
    min_program: i64,
}

const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, sql: include_str!("../../migrations/0001_init.sql"), min_program: 1 },
    Migration { version: 2, sql: include_str!("../../migrations/0002_audit.sql"), min_program: 1 },
    Migration { version: 3, sql: include_str!("../../migrations/0003_joining.sql"), min_program: 1 },
    Migration { version: 4, sql: include_str!("../../migrations/0004_uploads.sql"), min_program: 1 },
    Migration { version: 5, sql: include_str!("../../migrations/0005_admin.sql"), min_program: 1 },
    Migration { version: 6, sql: include_str!("../../migrations/0006_quota.sql"), min_program: 1 },
    Migration { version: 7, sql: include_str!("../../migrations/0007_keep.sql"), min_program: 1 },
    Migration { version: 8, sql: include_str!("../../migrations/0008_reports.sql"), min_program: 1 },
    Migration { version: 9, sql: include_str!("../../migrations/0009_own_quota.sql"), min_program: 1 },
    Migration { version: 10, sql: include_str!("../../migrations/0010_folded.sql"), min_program: 1 },
    Migration { version: 11, sql: include_str!("../../migrations/0011_looks.sql"), min_program: 1 },
    Migration { version: 12, sql: include_str!("../../migrations/0012_followers.sql"), min_program: 1 },
    Migration { version: 13, sql: include_str!("../../migrations/0013_mentions.sql"), min_program: 1 },
    Migration { version: 14, sql: include_str!("../../migrations/0014_reactions.sql"), min_program: 1 },
    Migration { version: 15, sql: include_str!("../../migrations/0015_quiet.sql"), min_program: 1 },
    Migration { version: 16, sql: include_str!("../../migrations/0016_mine.sql"), min_program: 1 },
    Migration { version: 17, sql: include_str!("../../migrations/0017_stars.sql"), min_program: 1 },
    Migration { version: 18, sql: include_str!("../../migrations/0018_edits.sql"), min_program: 1 },
];

/// The newest layout version this program knows.
pub const LATEST: i64 = MIGRATIONS[MIGRATIONS.len() - 1].version;

/// Brings the database at `path` to [`LATEST`]; leaves a newer one as it is if that still allows this program.
pub(super) fn migrate(conn: &mut Connection, path: &Path) -> Result<(), OpenError> {
    migrate_with(conn, path, MIGRATIONS)
}

fn migrate_with(conn: &mut Connection, path: &Path, migrations: &[Migration]) -> Result<(), OpenError> {
    let known = migrations.last().map_or(0, |m| m.version);
    let found = version(conn, path)?;
    if found > known && min_program(conn, path)? > known {
        return Err(OpenError::Newer { path: path.to_owned(), found, known });
    }
    let mut steps = migrations.iter().filter(|m| m.version > found).peekable();
    // A new database contains nothing to go back to.
    if let Some(first) = steps.peek().filter(|_| found > 0) {
        copy_aside(conn, path, first.version)?;
    }
    for step in steps {
        apply(conn, step).map_err(|e| unusable(path, &e))?;
        tracing::info!(version = step.version, "database migrated");
    }
    Ok(())
}

/// Makes what the migrations up to `version` make, in an empty database.
pub(super) fn made_by_migrations(conn: &Connection, version: i64) -> rusqlite::Result<()> {
    MIGRATIONS.iter().filter(|step| step.version <= version).try_for_each(|step| conn.execute_batch(step.sql))
}

fn apply(conn: &mut Connection, step: &Migration) -> rusqlite::Result<()> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    tx.execute_batch(step.sql)?;
    // What an earlier step demanded is in the database still.
    tx.execute(
        "INSERT INTO settings (key, value) VALUES ('min_program', ?1)
         ON CONFLICT (key) DO UPDATE SET value = max(CAST(value AS INTEGER), CAST(excluded.value AS INTEGER))",
        [step.min_program.to_string()],
    )?;
    tx.pragma_update(None, "user_version", step.version)?;
    tx.commit()
}

/// Makes `imd.db.before-N`: an intact, checkpointed copy from before the migrations from N on. The copy by an earlier
/// program is deleted: a card has no room for all of them.
fn copy_aside(conn: &Connection, path: &Path, version: i64) -> Result<(), OpenError> {
    let copy = path.with_extension(format!("db.before-{version}"));
    let fail = |detail: String| OpenError::Unusable { path: copy.clone(), detail };
    let earlier = copies(path).map_err(|e| fail(e.to_string()))?;
    // A half-written copy of an earlier attempt is useless.
    if copy.exists() {
        std::fs::remove_file(&copy).map_err(|e| fail(e.to_string()))?;
    }
    conn.execute("VACUUM INTO ?1", [copy.to_string_lossy().as_ref()]).map_err(|e| fail(e.to_string()))?;
    std::fs::File::open(&copy).and_then(|f| f.sync_all()).map_err(|e| fail(e.to_string()))?;
    for old in earlier.iter().filter(|old| **old != copy) {
        std::fs::remove_file(old).map_err(|e| fail(e.to_string()))?;
    }
    Ok(())
}

/// The copies that migrations have left beside the database at `path`.
fn copies(path: &Path) -> std::io::Result<Vec<PathBuf>> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let prefix = format!("{stem}.db.before-");
    let entries = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    let ours = |entry: &std::fs::DirEntry| entry.file_name().to_string_lossy().starts_with(&prefix);
    Ok(entries.into_iter().filter(ours).map(|entry| entry.path()).collect())
}

pub(super) fn version(conn: &Connection, path: &Path) -> Result<i64, OpenError> {
    conn.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(|e| unusable(path, &e))
}

pub(super) fn min_program(conn: &Connection, path: &Path) -> Result<i64, OpenError> {
    let value: Option<String> = conn
        .query_row("SELECT value FROM settings WHERE key = 'min_program'", [], |row| row.get(0))
        .optional()
        .map_err(|e| unusable(path, &e))?;
    Ok(value.and_then(|v| v.parse().ok()).unwrap_or(i64::MAX))
}

pub(super) fn unusable(path: &Path, error: &rusqlite::Error) -> OpenError {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    let detail = error.to_string();
    match error.sqlite_error_code() {
        Some(DatabaseCorrupt | NotADatabase) => OpenError::Damaged { path: path.to_owned(), detail },
        _ => OpenError::Unusable { path: path.to_owned(), detail },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(min_program: i64) -> [Migration; 2] {
        [
            Migration { version: 1, sql: MIGRATIONS[0].sql, min_program: 1 },
            Migration { version: 99, sql: "CREATE TABLE added (x INTEGER) STRICT;", min_program },
        ]
    }

    fn open(dir: &tempfile::TempDir) -> (Connection, std::path::PathBuf) {
        let path = dir.path().join("imd.db");
        (Connection::open(&path).unwrap(), path)
    }

    #[test]
    fn a_copy_is_taken_before_a_migration_and_holds_what_was_there() {
        let dir = tempfile::tempdir().unwrap();
        let (mut conn, path) = open(&dir);
        migrate(&mut conn, &path).unwrap();
        conn.execute("INSERT INTO settings VALUES ('box_name', 'before')", []).unwrap();
        assert_eq!(copies(&path).unwrap(), [] as [PathBuf; 0], "a fresh one holds nothing to go back to");
        std::fs::write(dir.path().join("imd.db.before-2"), "an earlier program's").unwrap();
        migrate_with(&mut conn, &path, &next(1)).unwrap();
        assert_eq!(copies(&path).unwrap(), [dir.path().join("imd.db.before-99")]);
        let copy = Connection::open(dir.path().join("imd.db.before-99")).unwrap();
        let name: String =
            copy.query_row("SELECT value FROM settings WHERE key = 'box_name'", [], |r| r.get(0)).unwrap();
        assert_eq!(name, "before");
        assert_eq!(version(&copy, &path).unwrap(), LATEST);
    }

    #[test]
    fn an_older_program_opens_what_still_allows_it_and_refuses_what_does_not() {
        for (min_program, opens) in [(1, true), (99, false)] {
            let dir = tempfile::tempdir().unwrap();
            let (mut conn, path) = open(&dir);
            migrate_with(&mut conn, &path, &next(min_program)).unwrap();
            let again = migrate(&mut conn, &path);
            assert_eq!(again.is_ok(), opens, "{again:?}");
            if !opens {
                assert!(matches!(again, Err(OpenError::Newer { found: 99, .. })));
            }
        }
    }

    #[test]
    fn a_step_that_any_program_can_live_with_takes_back_nothing_that_an_earlier_one_demanded() {
        let demanding = Migration { version: 98, sql: "CREATE TABLE demanded (x INTEGER) STRICT;", min_program: 98 };
        let [first, harmless] = next(1);
        for at_once in [true, false] {
            let dir = tempfile::tempdir().unwrap();
            let (mut conn, path) = open(&dir);
            let steps = [&first, &demanding, &harmless].map(|step| Migration { ..*step });
            if !at_once {
                migrate_with(&mut conn, &path, &steps[..2]).unwrap();
            }
            migrate_with(&mut conn, &path, &steps).unwrap();
            assert_eq!(version(&conn, &path).unwrap(), 99);
            assert_eq!(min_program(&conn, &path).unwrap(), 98);
            assert!(matches!(migrate(&mut conn, &path), Err(OpenError::Newer { found: 99, .. })));
        }
    }

    #[test]
    fn a_failing_migration_leaves_the_database_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let (mut conn, path) = open(&dir);
        migrate(&mut conn, &path).unwrap();
        let broken = [Migration {
            version: LATEST + 1,
            sql: "CREATE TABLE half (x INTEGER); SELECT nonsense;",
            min_program: LATEST + 1,
        }];
        assert!(migrate_with(&mut conn, &path, &broken).is_err());
        assert_eq!(version(&conn, &path).unwrap(), LATEST);
        assert!(conn.prepare("SELECT * FROM half").is_err());
    }
}
