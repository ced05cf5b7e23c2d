//! Files: uploading and downloading them, whole or in parts, and where their contents are stored.

pub(super) mod concurrency;
pub mod place;
pub mod set_aside;
pub mod sweep;
pub mod transfer;
pub(super) mod turns;
pub mod uploads;
