//! The imbox daemon.

pub mod chat;
pub mod live;
pub mod store;
pub mod wire;
