//! What happens to a damaged database: whoever has the box in their hands is shown what can be done, chooses, and it is
//! done beside the existing data. Nothing is chosen automatically, and the damaged database is kept.
//!
//! `files` knows the files, `job` the state, `page` how it looks. Nothing here knows sockets or SQL; the routes are in
//! `http/repair.rs`, because they are behind the same guards as all others.

mod files;
mod job;
mod page;

pub use files::{Opening, TookOver, is_ordered, order, take_over};
pub use job::{Choice, RepairJob, WhichFile};
pub use page::{Language, SCRIPT, STYLE, page};
