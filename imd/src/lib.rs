//! The imbox daemon.

pub mod chat;
pub mod wire;
