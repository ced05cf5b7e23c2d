//! Finding messages.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{File, Mention};

/// What was found, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SearchPage {
    /// Messages in your rooms that have everything you asked for.
    pub hits: Vec<SearchHit>,
    /// Ask again with this as `cursor` for older ones. A page may have fewer hits than asked for, even none, and still go on.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub next: Option<i64>,
    /// Number of newest events of the box that cannot be found yet; other than 0 only when the index is being made or very much is
    /// being said.
    pub behind: u64,
}

/// A message that was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SearchHit {
    /// Its room.
    pub room: i64,
    /// Its number in the room.
    pub seq: u64,
    /// The user who sent it.
    pub sender: i64,
    /// When it was sent, milliseconds since 1970.
    pub at: i64,
    /// About 240 characters of its text around the first hit. All parts together are what is shown; a part that only says
    /// `…` stands for what was left out.
    pub excerpt: Vec<ExcerptPart>,
    /// Its files.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub files: Vec<File>,
    /// Whom it mentions.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub mentions: Vec<Mention>,
}

/// A piece of an excerpt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExcerptPart {
    /// The text, as it was written.
    pub text: String,
    /// Whether it is what you looked for.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub hit: bool,
}

/// What a message may carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Carries {
    /// Any file, photos included.
    File,
    /// A picture.
    Photo,
    /// A video.
    Video,
    /// Sound.
    Audio,
    /// A web address.
    Link,
}

/// The index of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SearchState {
    /// Its size in bytes. It is in no backup, because it can be made anew.
    pub bytes: u64,
    /// Number of events it was made from.
    pub taken: u64,
    /// Number of messages among them that were deleted later; their words leave the index when it is made anew, at the latest
    /// after a week.
    pub deleted: u64,
    /// Number of newest events that it does not have yet.
    pub behind: u64,
    /// Whether it is being made anew. The old one answers meanwhile.
    pub making: bool,
}
