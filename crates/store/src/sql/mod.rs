//! What all queries are written against: one text of each query, whichever engine runs it.
//!
//! A query is SQL that SQLite and PostgreSQL both understand, with numbered parameters (`?1`; for PostgreSQL they are
//! renamed once, when the statement is prepared). Without the feature `postgres` there is one engine, and nothing here
//! costs anything beyond what `rusqlite` does.

mod columns;
mod params;
mod words;

use rusqlite::CachedStatement;

use super::StoreError;
#[cfg(feature = "postgres")]
use super::postgres;

pub(crate) use columns::{Column, Index};
pub(crate) use params::{Param, Params, Value};
pub(crate) use words::{Word, seq, word};

/// A connection inside of a transaction.
pub(crate) enum Conn<'c> {
    Sqlite(&'c rusqlite::Connection),
    #[cfg(feature = "postgres")]
    Postgres(&'c postgres::Link),
}

impl Conn<'_> {
    /// A statement that is kept prepared for the next time.
    pub(crate) fn prepare_cached(&self, sql: &str) -> Result<Statement<'_>, StoreError> {
        Ok(match self {
            Self::Sqlite(conn) => Statement::Sqlite(conn.prepare_cached(sql)?),
            #[cfg(feature = "postgres")]
            Self::Postgres(link) => Statement::Postgres(link, link.prepare(sql)?),
        })
    }

    /// Runs a statement; returns how many rows it has changed.
    pub(crate) fn execute(&self, sql: &str, params: impl Params) -> Result<usize, StoreError> {
        match self {
            Self::Sqlite(conn) => execute(&mut conn.prepare(sql)?, params),
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => self.prepare_cached(sql)?.execute(params),
        }
    }

    /// The first row, as `read` makes of it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none, those of `read`, and as any read.
    pub(crate) fn query_row<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        match self {
            Self::Sqlite(conn) => query_row(&mut conn.prepare(sql)?, params, read),
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => self.prepare_cached(sql)?.query_row(params, read),
        }
    }

    /// Has the engine given up the whole transaction (SQLite does so when the disk is full)?
    pub(crate) fn is_given_up(&self) -> bool {
        match self {
            Self::Sqlite(conn) => conn.is_autocommit(),
            #[cfg(feature = "postgres")]
            Self::Postgres(link) => link.is_closed(),
        }
    }

    /// Does a statement that fails spoil all that follows in its transaction, unless there is a savepoint before it?
    pub(crate) fn needs_savepoints(&self) -> bool {
        !matches!(self, Self::Sqlite(_))
    }
}

/// A prepared statement.
pub(crate) enum Statement<'c> {
    Sqlite(CachedStatement<'c>),
    #[cfg(feature = "postgres")]
    Postgres(&'c postgres::Link, postgres::Prepared),
}

impl Statement<'_> {
    /// Runs it; returns how many rows it has changed.
    pub(crate) fn execute(&mut self, params: impl Params) -> Result<usize, StoreError> {
        match self {
            Self::Sqlite(stmt) => execute(stmt, params),
            #[cfg(feature = "postgres")]
            Self::Postgres(link, stmt) => link.execute(stmt, params),
        }
    }

    /// Runs an `INSERT … RETURNING id`; returns the id.
    pub(crate) fn insert(&mut self, params: impl Params) -> Result<i64, StoreError> {
        self.query_row(params, |row| row.get(0))
    }

    /// The first row, as `read` makes of it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is none, those of `read`, and as any read.
    pub(crate) fn query_row<T>(
        &mut self,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        match self {
            Self::Sqlite(stmt) => query_row(stmt, params, read),
            #[cfg(feature = "postgres")]
            Self::Postgres(link, stmt) => {
                let rows = link.query(stmt, params)?;
                read(&Row::Postgres(rows.first().ok_or(StoreError::NotFound)?))
            }
        }
    }

    /// All rows, one after the other.
    pub(crate) fn query(&mut self, params: impl Params) -> Result<Rows<'_>, StoreError> {
        Ok(match self {
            Self::Sqlite(stmt) => {
                bind(stmt, params)?;
                Rows::Sqlite(stmt.raw_query())
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(link, stmt) => Rows::Postgres { rows: link.query(stmt, params)?, next: 0 },
        })
    }

    /// All rows, as `read` makes of each.
    pub(crate) fn query_map<T, F>(&mut self, params: impl Params, read: F) -> Result<Mapped<'_, F>, StoreError>
    where
        F: FnMut(&Row<'_>) -> Result<T, StoreError>,
    {
        Ok(Mapped { rows: self.query(params)?, read })
    }

    /// Is there a row?
    pub(crate) fn exists(&mut self, params: impl Params) -> Result<bool, StoreError> {
        Ok(self.query(params)?.next()?.is_some())
    }
}

/// The rows that a query yields.
pub(crate) enum Rows<'s> {
    Sqlite(rusqlite::Rows<'s>),
    #[cfg(feature = "postgres")]
    Postgres {
        rows: Vec<postgres::PgRow>,
        next: usize,
    },
}

impl Rows<'_> {
    /// The next row; `None` after the last one.
    pub(crate) fn next(&mut self) -> Result<Option<Row<'_>>, StoreError> {
        match self {
            Self::Sqlite(rows) => Ok(rows.next()?.map(Row::Sqlite)),
            #[cfg(feature = "postgres")]
            Self::Postgres { rows, next } => {
                let row = rows.get(*next).map(Row::Postgres);
                *next += 1;
                Ok(row)
            }
        }
    }
}

/// Rows that are read while they are iterated over.
pub(crate) struct Mapped<'s, F> {
    rows: Rows<'s>,
    read: F,
}

impl<T, F: FnMut(&Row<'_>) -> Result<T, StoreError>> Iterator for Mapped<'_, F> {
    type Item = Result<T, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.rows.next() {
            Ok(row) => row.map(|row| (self.read)(&row)),
            Err(error) => Some(Err(error)),
        }
    }
}

/// One row.
pub(crate) enum Row<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    #[cfg(feature = "postgres")]
    Postgres(&'r postgres::PgRow),
}

impl<'r> Row<'r> {
    /// The value of a column, which is named or counted from 0.
    ///
    /// # Errors
    /// When there is no such column, or what is in it is no `T`.
    pub(crate) fn get<I: Index, T: Column>(&self, column: I) -> Result<T, StoreError> {
        let value = self.value(&column)?;
        T::read(value).ok_or_else(|| StoreError::Other(format!("unexpected value in column {column}")))
    }

    /// A text that is not copied.
    pub(crate) fn text<I: Index>(&self, column: I) -> Result<&'r str, StoreError> {
        match self.value(&column)? {
            Value::Text(text) => Ok(text),
            _ => Err(StoreError::Other(format!("no text in column {column}"))),
        }
    }

    fn value<I: Index>(&self, column: &I) -> Result<Value<'r>, StoreError> {
        match self {
            Self::Sqlite(row) => Ok(Value::try_from(row.get_ref(column.rusqlite())?)?),
            #[cfg(feature = "postgres")]
            Self::Postgres(row) => postgres::value(row, column.postgres(row)?),
        }
    }
}

/// A row that need not be there.
pub(crate) trait Optional<T> {
    /// `None` for [`StoreError::NotFound`].
    fn optional(self) -> Result<Option<T>, StoreError>;
}

impl<T> Optional<T> for Result<T, StoreError> {
    fn optional(self) -> Result<Option<T>, StoreError> {
        match self {
            Ok(row) => Ok(Some(row)),
            Err(StoreError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn bind(stmt: &mut rusqlite::Statement<'_>, params: impl Params) -> Result<(), StoreError> {
    let mut count = 0;
    params.each(&mut |value| {
        count += 1;
        Ok(stmt.raw_bind_parameter(count, value)?)
    })?;
    if count == stmt.parameter_count() {
        Ok(())
    } else {
        Err(StoreError::Other(format!("{count} parameters for a statement with {}", stmt.parameter_count())))
    }
}

fn execute(stmt: &mut rusqlite::Statement<'_>, params: impl Params) -> Result<usize, StoreError> {
    bind(stmt, params)?;
    Ok(stmt.raw_execute()?)
}

fn query_row<T>(
    stmt: &mut rusqlite::Statement<'_>,
    params: impl Params,
    read: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    bind(stmt, params)?;
    let mut rows = stmt.raw_query();
    read(&Row::Sqlite(rows.next()?.ok_or(StoreError::NotFound)?))
}
