//! What the rows of each table look like: this tells which table a page belongs to that nothing points to, and keeps an
//! overwritten row from being taken for an intact one.

use rusqlite::Connection;
use rusqlite::types::Value;

use super::record::Row;
use crate::body;

/// More events than any room has ever had.
const MAX_SEQ: i64 = 1 << 40;

/// Columns that hold one of a few words.
const WORDS: &[(&str, &str, &[&str])] = &[
    ("users", "role", &["owner", "admin", "member", "guest"]),
    ("users", "status", &["pending", "active", "suspended", "removed"]),
    ("rooms", "kind", &["direct", "group", "channel"]),
    ("rooms", "write_rule", &["everyone", "admins"]),
    ("rooms", "invite_rule", &["everyone", "admins"]),
    ("rooms", "mention_rule", &["everyone", "admins"]),
    ("rooms", "history_rule", &["all", "since_joined"]),
    ("members", "role", &["owner", "admin", "member"]),
    ("members", "notify", &["all", "mentions", "none"]),
    ("tickets", "state", &["open", "waiting", "confirmed", "refused", "done"]),
];

/// A table of the current layout.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: String,
    columns: Vec<Column>,
    /// Its rows are in pages of the kind that indices have.
    pub(super) without_rowid: bool,
    /// Its root page in a new database.
    pub(super) root: u32,
}

#[derive(Debug)]
struct Column {
    name: String,
    kind: String,
    /// Rows from before the column was added do not have it.
    may_lack: bool,
    nullable: bool,
    /// It is the row's id, which is not stored a second time.
    is_id: bool,
    words: Option<&'static [&'static str]>,
}

/// The tables of a new database.
pub(super) fn tables(conn: &Connection) -> rusqlite::Result<Vec<Table>> {
    let sql = "SELECT l.name, l.wr, s.rootpage FROM pragma_table_list AS l JOIN sqlite_schema AS s ON s.name = l.name
               WHERE l.schema = 'main' AND l.type = 'table' AND l.name NOT LIKE 'sqlite_%' ORDER BY s.rowid";
    let mut query = conn.prepare(sql)?;
    let found = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    found
        .map(|found| {
            let (name, without_rowid, root): (String, bool, u32) = found?;
            Ok(Table { columns: columns(conn, &name, without_rowid)?, name, without_rowid, root })
        })
        .collect()
}

fn columns(conn: &Connection, table: &str, without_rowid: bool) -> rusqlite::Result<Vec<Column>> {
    let sql = "SELECT name, type, \"notnull\", dflt_value IS NOT NULL, pk FROM pragma_table_info(?1) ORDER BY cid";
    let mut query = conn.prepare(sql)?;
    let found = query.query_map([table], |row| {
        let (name, kind): (String, String) = (row.get(0)?, row.get(1)?);
        let (not_null, has_default, key): (bool, bool, bool) = (row.get(2)?, row.get(3)?, row.get(4)?);
        let words = WORDS.iter().find(|(of, column, _)| *of == table && *column == name).map(|(_, _, words)| *words);
        let is_id = key && kind == "INTEGER" && !without_rowid;
        Ok(Column { name, kind, may_lack: !not_null || has_default, nullable: !not_null && !key, is_id, words })
    })?;
    found.collect()
}

impl Table {
    /// Could this be a row of the table?
    pub(super) fn fits(&self, row: &Row) -> bool {
        let known = row.values.len() <= self.columns.len()
            && self.columns[row.values.len()..].iter().all(|column| column.may_lack)
            && self.columns.iter().zip(&row.values).all(|(column, value)| column.fits(value, row.id));
        known && (self.name != "events" || is_event(row))
    }

    /// The statement that inserts a row with this many values, unless a row with its id exists.
    pub(super) fn insert(&self, values: usize) -> String {
        let names: Vec<&str> = self.columns[..values].iter().map(|column| column.name.as_str()).collect();
        let places = vec!["?"; values].join(", ");
        format!("INSERT OR IGNORE INTO {} ({}) VALUES ({places})", self.name, names.join(", "))
    }

    /// The row's values in the order of [`Self::insert`].
    pub(super) fn values(&self, row: Row) -> Vec<Value> {
        let of = |(column, value): (&Column, Value)| if column.is_id { Value::Integer(row.id) } else { value };
        self.columns.iter().zip(row.values).map(of).collect()
    }
}

impl Column {
    fn fits(&self, value: &Value, id: i64) -> bool {
        if self.is_id {
            return *value == Value::Null && id > 0;
        }
        match (value, self.kind.as_str()) {
            (Value::Null, _) => self.nullable,
            (Value::Integer(_), "INTEGER") | (Value::Blob(_), "BLOB") | (Value::Real(_), "REAL") => true,
            (Value::Text(text), "TEXT") => self.words.is_none_or(|words| words.contains(&text.as_str())),
            _ => false,
        }
    }
}

/// The columns of `events`, with a body that can be parsed.
fn is_event(row: &Row) -> bool {
    match row.values.as_slice() {
        [_, Value::Integer(room), Value::Integer(seq), Value::Text(kind), _, _, _, client, Value::Text(text), ..] => {
            let client = if let Value::Text(client) = client { Some(client.clone()) } else { None };
            *room > 0 && (1..MAX_SEQ).contains(seq) && body::decode(kind, text, client).is_ok()
        }
        _ => false,
    }
}
