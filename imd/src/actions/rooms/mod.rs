//! Rooms: who may do what in them, their members, messages and history.

pub(super) mod access;
pub mod admin;
pub mod history;
pub mod manage;
pub mod members;
pub mod messages;
pub mod picture;
pub mod reports;
pub mod retention;
