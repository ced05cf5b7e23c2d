//! Finding messages: [`tokens`] says what words a text has, [`Query`] what somebody looks for, [`Index`] which messages may
//! have it.
//!
//! The index is made from the log and can be thrown away at any time. It answers with candidates: messages that have all the
//! words, wherever they stand. Whoever asks reads each of them in the log and lets [`Query::find`] decide, so that nothing is
//! found by words that it no longer has. Nothing here knows who may see what.

mod document;
mod excerpt;
mod index;
mod query;
mod text;

pub use document::{Document, Has};
pub use excerpt::{Part, excerpt};
pub use index::{Counts, Filter, Index, IndexError, Place, Stretch};
pub use query::{MAX_QUERY_CHARS, NoQuery, Query};
pub use text::{Token, tokens};
