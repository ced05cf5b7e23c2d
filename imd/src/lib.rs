//! The imbox daemon.

pub mod files;
pub mod http;
pub mod wire;
