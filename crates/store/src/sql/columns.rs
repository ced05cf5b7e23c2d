//! Columns of rows: how they are named, and what is read from them.

use std::fmt::Display;

use rusqlite::RowIndex;

use super::Value;
#[cfg(feature = "postgres")]
use super::{StoreError, postgres};

/// A column, by its name or its place.
pub(crate) trait Index: Display {
    fn rusqlite(&self) -> impl RowIndex;
    #[cfg(feature = "postgres")]
    fn postgres(&self, row: &postgres::PgRow) -> Result<usize, StoreError>;
}

impl Index for usize {
    fn rusqlite(&self) -> impl RowIndex {
        *self
    }

    #[cfg(feature = "postgres")]
    fn postgres(&self, _: &postgres::PgRow) -> Result<usize, StoreError> {
        Ok(*self)
    }
}

impl Index for &str {
    fn rusqlite(&self) -> impl RowIndex {
        *self
    }

    #[cfg(feature = "postgres")]
    fn postgres(&self, row: &postgres::PgRow) -> Result<usize, StoreError> {
        let place = row.columns().iter().position(|column| column.name() == *self);
        place.ok_or_else(|| StoreError::Other(format!("no column {self}")))
    }
}

/// Something that can be read from a column.
pub(crate) trait Column: Sized {
    /// `None` when the value is of another kind or out of range.
    fn read(value: Value<'_>) -> Option<Self>;
}

macro_rules! numbers {
    ($($type:ty),+) => {$(
        impl Column for $type {
            fn read(value: Value<'_>) -> Option<Self> {
                match value {
                    Value::Int(number) => number.try_into().ok(),
                    _ => None,
                }
            }
        }
    )+};
}

numbers!(i64, i32, u32, u8, usize);

impl Column for bool {
    fn read(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Int(number) => Some(number != 0),
            _ => None,
        }
    }
}

impl Column for String {
    fn read(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text.to_owned()),
            _ => None,
        }
    }
}

impl Column for Vec<u8> {
    fn read(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Blob(bytes) => Some(bytes.to_owned()),
            _ => None,
        }
    }
}

impl<const N: usize> Column for [u8; N] {
    fn read(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Blob(bytes) => bytes.try_into().ok(),
            _ => None,
        }
    }
}

impl<T: Column> Column for Option<T> {
    fn read(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::read(value).map(Some),
        }
    }
}
