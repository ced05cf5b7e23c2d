//! Everything that is committed, for the parts that follow it: `live` for the one that shows it at once and may lose track,
//! [`follow()`] for those that must see all of it and may be late. Neither ever holds up a write.

mod follow;
mod live;

pub use follow::{Follower, follow};
pub use live::{Committed, Pace, Publisher, Subscriber, channel};
