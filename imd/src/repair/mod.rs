//! What happens to a damaged database: the holder of the box is shown what can be done, chooses, and it is done beside what
//! is there. Nothing is chosen by itself, and the damaged database is kept.
//!
//! `places` knows the files, `desk` what is going on, `page` how it looks. Nothing here knows sockets or SQL; the routes
//! are in `http/repair.rs`, because they stand behind the same guards as all others.

mod desk;
mod page;
mod places;

pub use desk::{Choice, Desk, WhichFile};
pub use page::{Language, SCRIPT, STYLE, page};
pub use places::{Opening, TookOver, is_ordered, order, take_over};
