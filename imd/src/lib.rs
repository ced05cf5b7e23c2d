//! The imbox daemon: chat, files and discovery for one building, in one process.
//!
//! `ARCHITECTURE.md` is the map. Dependencies point one way: dialects (`http`, `ws`) → `actions` → `store`, `live`,
//! `files`, `discovery`, `system` → `chat`; only `app` sees all of it.

/// The crates that know nothing of the daemon, under the names that it calls them by.
pub use {age, chat, discovery, search, store, system, wire};

pub mod actions;
pub mod app;
pub mod calendar;
pub mod cli;
pub mod clock;
pub mod config;
pub mod console;
pub mod data_dir;
pub mod exit;
pub mod feed;
pub mod fetch;
pub mod files;
pub mod http;
pub mod live;
pub mod memory;
pub mod open_files;
pub mod picture;
pub mod probe;
pub mod repair;
pub mod serve;
pub mod ws;
