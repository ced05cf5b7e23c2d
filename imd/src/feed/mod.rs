//! What was committed, for whoever follows it: `live` for those who show it at once and may lose track, [`follow()`] for those
//! who must have all of it and may come later. Neither ever holds up a write.

mod follow;
mod live;

pub use follow::{Follower, follow};
pub use live::{Committed, Pace, Publisher, Subscriber, channel};
