//! The imbox daemon.

pub mod chat;
pub mod cli;
pub mod config;
pub mod data_dir;
pub mod exit;
pub mod open_files;
pub mod wire;
