//! What people can do: one file for each intent, in a folder for each subject. Every dialect (REST, WebSocket, later
//! XMPP) calls these actions and nothing below them. Nothing here parses a request or knows a socket.
//!
//! The folders depend on each other in one direction only; `tests/tidy/rules.rs` has the table, and a test holds it.

pub mod access;
pub mod backup;
mod caller;
mod concurrency;
mod core;
mod csv;
mod disk;
mod error;
pub mod files;
pub mod identity;
pub mod joining;
pub mod live;
pub mod machine;
pub mod moving;
pub mod people;
pub mod picture;
pub mod qr;
mod rates;
mod reauthenticated;
pub mod rooms;
pub mod search;
mod secrets;
#[cfg(test)]
mod tests;
mod update;
pub mod upkeep;
pub mod view;
mod word;

pub use caller::Caller;
pub use core::{Core, Parts};
pub use error::Refused;
pub use rates::Rates;
pub use secrets::{Token, holders_code, is_code, token_hash};
pub use update::{Hub, Session, Update};

/// Result of every action.
pub type Done<T> = Result<T, Refused>;
