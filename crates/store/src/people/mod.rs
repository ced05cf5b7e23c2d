//! People: who they are and what they may do on the box, their devices, and tickets for further devices.

pub(crate) mod devices;
pub(crate) mod quiet;
pub(crate) mod standing;
pub(crate) mod tickets;
pub(crate) mod users;
pub(crate) mod users_admin;
