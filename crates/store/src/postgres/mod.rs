//! PostgreSQL, for houses that one machine cannot hold: the same queries, on a server that several machines share.
//!
//! Not used by the daemon yet: `docs/decisions/0059` says what is missing. The client blocks, because it is only used on
//! the writer's thread and on threads for reading.

mod layout;
mod link;
mod open;
mod sql;

pub(crate) use link::{Link, Prepared, value};
pub use open::PostgresOptions;
pub(crate) use postgres::Row as PgRow;
