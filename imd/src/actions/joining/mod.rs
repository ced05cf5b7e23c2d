//! Joining: invites, creating an account, and join requests.

pub mod box_info;
pub mod invites;
pub mod join;
pub mod join_requests;
