//! The imbox daemon.

pub mod discovery;
