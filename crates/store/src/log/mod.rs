//! The log of each room, in both directions: what is appended, who follows it, what is deleted, and what is reported.

pub(crate) mod body;
pub(crate) mod edits;
pub(crate) mod events;
pub(crate) mod followers;
pub(crate) mod mentions;
pub(crate) mod reactions;
pub(crate) mod reported_files;
pub(crate) mod reports;
pub(crate) mod retention;
pub(crate) mod stars;
