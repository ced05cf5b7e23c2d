//! What of a message is looked for: its words, the names of its files, who wrote it, where, and what it carries.

use std::collections::BTreeSet;

use chat::{Event, EventBody, EventId, FileRef, RoomId, UserId};

use crate::text::tokens;

/// The most letters of a word that are indexed.
pub(crate) const TERM_CHARS: usize = 40;
/// No text contains it: before terms that are not words.
const MARK: char = '\u{e000}';

/// What a message may carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Has {
    /// Any file, photos included.
    File,
    /// A picture.
    Photo,
    /// A film.
    Video,
    /// Sound.
    Audio,
    /// A web address.
    Link,
}

impl Has {
    const ALL: [Self; 5] = [Self::File, Self::Photo, Self::Video, Self::Audio, Self::Link];

    /// Does this message carry it?
    #[must_use]
    pub fn is_in(self, text: &str, files: &[FileRef]) -> bool {
        let any = |kind: &str| files.iter().any(|file| file.media_type.starts_with(kind));
        match self {
            Self::File => !files.is_empty(),
            Self::Photo => any("image/"),
            Self::Video => any("video/"),
            Self::Audio => any("audio/"),
            Self::Link => text.contains("http://") || text.contains("https://") || text.contains("www."),
        }
    }

    pub(crate) fn term(self) -> String {
        let word = match self {
            Self::File => "f",
            Self::Photo => "p",
            Self::Video => "v",
            Self::Audio => "a",
            Self::Link => "l",
        };
        format!("{MARK}h{word}")
    }
}

// In hexadecimal, as bits: a minus would end the term.
pub(crate) fn room_term(room: RoomId) -> String {
    format!("{MARK}r{:x}", room.0)
}

pub(crate) fn sender_term(sender: UserId) -> String {
    format!("{MARK}u{:x}", sender.0)
}

/// The beginning of a word that is indexed.
pub(crate) fn clipped(word: &str) -> &str {
    word.char_indices().nth(TERM_CHARS).map_or(word, |(end, _)| &word[..end])
}

/// A message, ready to be indexed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub(crate) id: EventId,
    pub(crate) at: i64,
    pub(crate) terms: String,
}

impl Document {
    /// `None` for events that are not messages.
    #[must_use]
    pub fn of(id: EventId, event: &Event) -> Option<Self> {
        let EventBody::Message { text, files, .. } = &event.body else { return None };
        let mut terms = BTreeSet::new();
        for text in std::iter::once(text.as_str()).chain(files.iter().map(|file| file.name.as_str())) {
            terms.extend(tokens(text).into_iter().map(|token| clipped(&token.text).to_owned()));
        }
        terms.extend([room_term(event.room), sender_term(event.sender)]);
        terms.extend(Has::ALL.into_iter().filter(|has| has.is_in(text, files)).map(Has::term));
        Some(Self { id, at: event.at, terms: terms.into_iter().collect::<Vec<_>>().join(" ") })
    }
}
