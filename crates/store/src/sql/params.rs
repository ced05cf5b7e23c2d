//! Parameters of statements.

use rusqlite::types::{FromSqlError, ToSqlOutput, ValueRef};

use crate::StoreError;

/// A value as both engines know it. Words of the domain are texts, flags are 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Value<'v> {
    Null,
    Int(i64),
    Text(&'v str),
    Blob(&'v [u8]),
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl<'v> TryFrom<ValueRef<'v>> for Value<'v> {
    type Error = rusqlite::Error;

    fn try_from(value: ValueRef<'v>) -> Result<Self, Self::Error> {
        Ok(match value {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(number) => Self::Int(number),
            ValueRef::Text(_) => Self::Text(value.as_str()?),
            ValueRef::Blob(bytes) => Self::Blob(bytes),
            // No table has such a column.
            ValueRef::Real(_) => return Err(FromSqlError::InvalidType.into()),
        })
    }
}

/// Something that can be a parameter.
pub(crate) trait Param {
    fn value(&self) -> Value<'_>;
}

macro_rules! numbers {
    ($($type:ty),+) => {$(
        impl Param for $type {
            fn value(&self) -> Value<'_> {
                Value::Int(i64::from(*self))
            }
        }
    )+};
}

numbers!(i64, i32, u32, u8, bool);

/// How many there are of something.
impl Param for usize {
    fn value(&self) -> Value<'_> {
        Value::Int(i64::try_from(*self).unwrap_or(i64::MAX))
    }
}

impl Param for str {
    fn value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl Param for String {
    fn value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl Param for [u8] {
    fn value(&self) -> Value<'_> {
        Value::Blob(self)
    }
}

impl Param for Vec<u8> {
    fn value(&self) -> Value<'_> {
        Value::Blob(self)
    }
}

impl<const N: usize> Param for [u8; N] {
    fn value(&self) -> Value<'_> {
        Value::Blob(self)
    }
}

impl<T: Param> Param for Option<T> {
    fn value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, Param::value)
    }
}

impl<T: Param + ?Sized> Param for &T {
    fn value(&self) -> Value<'_> {
        (**self).value()
    }
}

/// The parameters of one statement, in the order of their numbers.
pub(crate) trait Params {
    /// Hands each to `take`.
    fn each(&self, take: &mut impl FnMut(Value<'_>) -> Result<(), StoreError>) -> Result<(), StoreError>;
}

impl Params for [&dyn Param; 0] {
    fn each(&self, _: &mut impl FnMut(Value<'_>) -> Result<(), StoreError>) -> Result<(), StoreError> {
        Ok(())
    }
}

macro_rules! arrays {
    ($($length:literal),+) => {$(
        impl<T: Param> Params for [T; $length] {
            fn each(&self, take: &mut impl FnMut(Value<'_>) -> Result<(), StoreError>) -> Result<(), StoreError> {
                self.iter().try_for_each(|param| take(param.value()))
            }
        }
    )+};
}

arrays!(1, 2, 3, 4, 5, 6);

macro_rules! tuples {
    ($(($($name:ident $at:tt),+);)+) => {$(
        impl<$($name: Param),+> Params for ($($name,)+) {
            fn each(&self, take: &mut impl FnMut(Value<'_>) -> Result<(), StoreError>) -> Result<(), StoreError> {
                $(take(self.$at.value())?;)+
                Ok(())
            }
        }
    )+};
}

tuples! {
    (A 0, B 1);
    (A 0, B 1, C 2);
    (A 0, B 1, C 2, D 3);
    (A 0, B 1, C 2, D 3, E 4);
    (A 0, B 1, C 2, D 3, E 4, F 5);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12);
}
