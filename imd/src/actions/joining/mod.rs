//! Becoming one of the people: invites, joining, and who waits to be let in.

pub mod box_info;
pub mod invites;
pub mod join;
pub mod join_requests;
