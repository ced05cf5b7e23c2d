//! What happens to a damaged database: the holder of the box is shown what can be done, chooses, and it is done beside what
//! is there. Nothing is chosen by itself, and the damaged database is kept.
//!
//! `files` knows the files, `job` what is going on, `page` how it looks. Nothing here knows sockets or SQL; the routes
//! are in `http/repair.rs`, because they stand behind the same guards as all others.

mod files;
mod job;
mod page;

pub use files::{Opening, TookOver, is_ordered, order, take_over};
pub use job::{Choice, RepairJob, WhichFile};
pub use page::{Language, SCRIPT, STYLE, page};
