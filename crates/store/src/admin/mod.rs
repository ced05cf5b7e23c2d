//! What admins look at: who has done what, and measurements over time.

pub(crate) mod audit;
pub(crate) mod samples;
