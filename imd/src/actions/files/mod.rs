//! Files: into a room and out of it, in parts too, and where their bytes lie.

pub(super) mod concurrency;
pub mod place;
pub mod set_aside;
pub mod sweep;
pub mod transfer;
pub(super) mod turns;
pub mod uploads;
