//! A connection inside of a transaction: statements, parameters and values.

use std::cell::RefCell;
use std::collections::HashMap;
use std::error::Error;

use postgres::error::SqlState;
use postgres::types::private::BytesMut;
use postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, Row, Statement};

use super::sql::renamed;
use crate::StoreError;
use crate::sql::{Params, Value};

/// A statement that the server has prepared.
pub(crate) type Prepared = Statement;

/// A connection, and what was prepared on it. Queries only borrow the connection for as long as the server works.
pub(crate) struct Link {
    /// `None` only while it is dropped.
    client: RefCell<Option<Client>>,
    prepared: RefCell<HashMap<String, Statement>>,
}

impl Link {
    pub(super) fn new(client: Client) -> Self {
        Self { client: RefCell::new(Some(client)), prepared: RefCell::default() }
    }

    /// Statements without parameters and results.
    pub(super) fn batch(&self, sql: &str) -> Result<(), StoreError> {
        self.ask(|client| client.batch_execute(sql))
    }

    pub(crate) fn prepare(&self, sql: &str) -> Result<Prepared, StoreError> {
        if let Some(known) = self.prepared.borrow().get(sql) {
            return Ok(known.clone());
        }
        let made = self.ask(|client| client.prepare(&renamed(sql)))?;
        self.prepared.borrow_mut().insert(sql.to_owned(), made.clone());
        Ok(made)
    }

    pub(crate) fn execute(&self, statement: &Prepared, params: impl Params) -> Result<usize, StoreError> {
        let params = owned(params)?;
        let changed = self.ask(|client| client.execute(statement, &borrowed(&params)))?;
        Ok(usize::try_from(changed).unwrap_or(usize::MAX))
    }

    pub(crate) fn query(&self, statement: &Prepared, params: impl Params) -> Result<Vec<Row>, StoreError> {
        let params = owned(params)?;
        self.ask(|client| client.query(statement, &borrowed(&params)))
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.client.borrow().as_ref().is_none_or(Client::is_closed)
    }

    fn ask<T>(&self, ask: impl FnOnce(&mut Client) -> Result<T, postgres::Error>) -> Result<T, StoreError> {
        match self.client.borrow_mut().as_mut() {
            Some(client) => Ok(ask(client)?),
            None => Err(StoreError::Closed),
        }
    }
}

/// Saying goodbye to the server blocks, which an asynchronous thread must not do, and the last handle to a store may be
/// dropped on one.
impl Drop for Link {
    fn drop(&mut self) {
        if let Some(client) = self.client.get_mut().take() {
            std::thread::spawn(move || drop(client));
        }
    }
}

/// A parameter on its way to the server.
#[derive(Debug)]
enum Sent {
    Null,
    Int(i64),
    Text(String),
    Blob(Vec<u8>),
}

fn owned(params: impl Params) -> Result<Vec<Sent>, StoreError> {
    let mut all = Vec::new();
    params.each(&mut |value| {
        all.push(match value {
            Value::Null => Sent::Null,
            Value::Int(number) => Sent::Int(number),
            Value::Text(text) => Sent::Text(text.to_owned()),
            Value::Blob(bytes) => Sent::Blob(bytes.to_owned()),
        });
        Ok(())
    })?;
    Ok(all)
}

fn borrowed(params: &[Sent]) -> Vec<&(dyn ToSql + Sync)> {
    params.iter().map(|param| param as &(dyn ToSql + Sync)).collect()
}

impl ToSql for Sent {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(number) if *kind == Type::BOOL => (*number != 0).to_sql(kind, out),
            Self::Int(number) if *kind == Type::INT4 => i32::try_from(*number)?.to_sql(kind, out),
            Self::Int(number) if *kind == Type::INT8 => number.to_sql(kind, out),
            Self::Text(text) if <&str as ToSql>::accepts(kind) => text.as_str().to_sql(kind, out),
            Self::Blob(bytes) if *kind == Type::BYTEA => bytes.as_slice().to_sql(kind, out),
            // The text of the query leads the server to another type than the column has: a mistake in the query.
            _ => Err(format!("{self:?} as {kind}").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// The value of a column. Everything that both engines store is a number, a text or bytes; comparisons are numbers too.
pub(crate) fn value(row: &Row, column: usize) -> Result<Value<'_>, StoreError> {
    Ok(row.try_get::<_, Got<'_>>(column)?.0)
}

struct Got<'v>(Value<'v>);

impl<'v> FromSql<'v> for Got<'v> {
    fn from_sql(kind: &Type, raw: &'v [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(match *kind {
            Type::BOOL => Value::Int(bool::from_sql(kind, raw)?.into()),
            Type::INT4 => Value::Int(i32::from_sql(kind, raw)?.into()),
            Type::INT8 => Value::Int(i64::from_sql(kind, raw)?),
            Type::BYTEA => Value::Blob(raw),
            _ => Value::Text(<&str>::from_sql(kind, raw)?),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(Value::Null))
    }

    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::BOOL | Type::INT4 | Type::INT8 | Type::BYTEA) || <&str as FromSql>::accepts(kind)
    }
}

impl From<postgres::Error> for StoreError {
    fn from(error: postgres::Error) -> Self {
        match error.code() {
            Some(&SqlState::UNIQUE_VIOLATION) => Self::Conflict,
            Some(&SqlState::DISK_FULL) => Self::DiskFull,
            Some(&SqlState::READ_ONLY_SQL_TRANSACTION) => Self::ReadOnly,
            Some(&(SqlState::LOCK_NOT_AVAILABLE | SqlState::T_R_DEADLOCK_DETECTED)) => Self::Busy,
            Some(&(SqlState::DATA_CORRUPTED | SqlState::INDEX_CORRUPTED)) => Self::Damaged(error.to_string()),
            Some(_) => Self::Other(error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string)),
            None => Self::Other(error.to_string()),
        }
    }
}
