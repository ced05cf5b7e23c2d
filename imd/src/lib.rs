//! The imbox daemon.
