//! The people of the box: who they are, what they can change about themselves, and what admins do with accounts.

pub mod admin;
pub mod avatar;
pub mod directory;
pub mod import;
pub mod profile;
pub mod quiet;
pub mod quota;
