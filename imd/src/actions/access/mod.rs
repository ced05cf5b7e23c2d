//! Access: signing in, passwords, sign-in links, the claim of the box, devices.

pub mod claim;
pub mod devices;
pub mod hand_over;
pub mod in_app;
pub mod own_password;
pub(super) mod passwords;
pub mod reauth;
pub mod reclaim;
pub mod sign_in;
pub mod tickets;
