//! Finding messages: an index that follows the log ([`keep`]), and questions to it ([`find`](find::find)).
//!
//! The index is in a folder of its own, in no backup, and can be removed at any time: it is made anew from the log.

mod admin;
mod find;
mod follow;
mod indexes;

pub use admin::{rebuild, renew_if_stale, state};
pub use find::{MAX_PAGE, Question, carried, find};
pub use follow::keep;
pub use indexes::{FOLDER, Indexes};
