//! What goes to those who are connected: the first frame, events as they happen, and signals that nobody keeps.

pub mod announce;
pub mod hello;
pub mod signals;
