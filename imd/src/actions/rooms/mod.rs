//! Rooms: who may do what in them, their members, messages and history.

pub(super) mod access;
pub mod admin;
pub mod history;
pub mod manage;
pub mod members;
pub mod mentions;
pub mod messages;
pub mod picture;
pub mod reactions;
pub mod reports;
pub mod retention;
pub mod stars;

/// What is going on with rooms.
#[derive(Default)]
pub(super) struct Rooms {
    /// Held during a round that deletes what was kept long enough.
    keep_round: tokio::sync::Mutex<()>,
}
