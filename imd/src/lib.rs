//! The imbox daemon.

pub mod wire;
