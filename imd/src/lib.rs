//! The imbox daemon.

pub mod files;
pub mod wire;
