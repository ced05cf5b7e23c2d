//! One emoji, as people react with it: what counts as one, and its one spelling.
//!
//! The grammar is that of UTS #51, section 1.4.9, with Unicode's own properties of characters, so that new emoji are accepted as
//! soon as their characters are known. Whatever fits it is one extended grapheme cluster.

use std::iter::Peekable;
use std::str::Chars;

use unicode_properties::emoji::{EmojiStatus, UnicodeEmoji as _, is_regional_indicator, is_zwj};

/// No emoji takes more: the longest, two people of any skin who kiss, takes 35.
const MAX_BYTES: usize = 64;
/// Most emoji joined into one: a family of four.
const MAX_PARTS: usize = 4;
/// Most letters and digits in the name of a part of a country, as in the flag of Scotland (`gbsct`).
const MAX_TAGS: usize = 6;

const TEXT_STYLE: char = '\u{FE0E}';
const EMOJI_STYLE: char = '\u{FE0F}';
const KEYCAP: char = '\u{20E3}';
const BLACK_FLAG: char = '\u{1F3F4}';
const CANCEL_TAG: char = '\u{E007F}';

/// One emoji, fully qualified: ❤ and ❤️ are the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Emoji(String);

/// It is not exactly one emoji.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnEmoji;

/// May a part be joined with others?
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Joins,
    Alone,
}

impl Emoji {
    /// Takes exactly one emoji, in any of its spellings.
    ///
    /// # Errors
    /// When it is something else.
    pub fn new(text: &str) -> Result<Self, NotAnEmoji> {
        if text.len() > MAX_BYTES {
            return Err(NotAnEmoji);
        }
        let mut rest = text.chars().peekable();
        let mut emoji = String::with_capacity(MAX_BYTES);
        if rest.peek().is_some_and(|c| is_regional_indicator(*c)) {
            emoji.extend(rest.by_ref().take_while(|c| is_regional_indicator(*c)));
            // A flag is two of them, and whatever ended them was taken, too.
            return if emoji.chars().count() == 2 && emoji.len() == text.len() {
                Ok(Self(emoji))
            } else {
                Err(NotAnEmoji)
            };
        }
        for parts in 1..=MAX_PARTS {
            let part = take_part(&mut rest, &mut emoji).ok_or(NotAnEmoji)?;
            match rest.next() {
                None if parts == 1 || part == Part::Joins => return Ok(Self(emoji)),
                Some(c) if is_zwj(c) && part == Part::Joins => emoji.push(c),
                _ => return Err(NotAnEmoji),
            }
        }
        Err(NotAnEmoji)
    }

    /// Its characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Emoji> for String {
    fn from(emoji: Emoji) -> Self {
        emoji.0
    }
}

/// The next part of an emoji, in its full spelling.
fn take_part(rest: &mut Peekable<Chars<'_>>, emoji: &mut String) -> Option<Part> {
    let base = rest.next()?;
    let status = base.emoji_status();
    if !base.is_emoji_char() || is_regional_indicator(base) {
        return None;
    }
    emoji.push(base);
    let _ = rest.next_if(|c| matches!(*c, TEXT_STYLE | EMOJI_STYLE));
    if is_modifier(base) {
        return Some(Part::Alone);
    }
    // Digits, # and * are emoji only on a key.
    if status == EmojiStatus::EmojiOtherAndEmojiComponent {
        emoji.extend([EMOJI_STYLE, rest.next_if_eq(&KEYCAP)?]);
        return Some(Part::Alone);
    }
    if let Some(skin) = rest.next_if(|c| is_modifier(*c)) {
        emoji.push(skin);
        return takes_modifier(status).then_some(Part::Joins);
    }
    if !is_emoji_by_itself(status) {
        emoji.push(EMOJI_STYLE);
    }
    if base == BLACK_FLAG && rest.peek().copied().is_some_and(is_tag) {
        let tags = (0..MAX_TAGS).map_while(|_| rest.next_if(|c| is_tag(*c)));
        emoji.extend(tags);
        emoji.push(rest.next_if_eq(&CANCEL_TAG)?);
        return Some(Part::Alone);
    }
    Some(Part::Joins)
}

/// A colour of skin.
fn is_modifier(c: char) -> bool {
    matches!(c, '\u{1F3FB}'..='\u{1F3FF}')
}

/// A letter or digit that is not seen, in the name of a part of a country.
fn is_tag(c: char) -> bool {
    matches!(c, '\u{E0030}'..='\u{E0039}' | '\u{E0061}'..='\u{E007A}')
}

fn takes_modifier(status: EmojiStatus) -> bool {
    matches!(status, EmojiStatus::EmojiModifierBase | EmojiStatus::EmojiPresentationAndModifierBase)
}

/// Without a selector it is shown in colour.
fn is_emoji_by_itself(status: EmojiStatus) -> bool {
    !matches!(status, EmojiStatus::EmojiModifierBase | EmojiStatus::EmojiOther)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(text: &str) -> Option<String> {
        Emoji::new(text).ok().map(String::from)
    }

    /// Were this to fail, somebody could not react with what their keyboard has.
    #[test]
    fn every_kind_of_emoji_is_one() {
        for emoji in [
            "👍",
            "🙂",
            "❤️",
            "©️",
            "☺️",
            "⌚",
            "🏽",
            "👍🏿",
            "☝🏻",
            "🇨🇳",
            "🇪🇺",
            "#️⃣",
            "0️⃣",
            "*️⃣",
            "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
            "🏴‍☠️",
            "🏳️‍🌈",
            "👩‍⚕️",
            "👩🏽‍⚕️",
            "👁️‍🗨️",
            "👨‍👩‍👧‍👦",
            "👩‍❤️‍💋‍👨",
            "👩🏽‍❤️‍💋‍👨🏿",
            "🧑🏻‍🦰",
            "🐦‍🔥",
            "🫩",
        ] {
            assert_eq!(spelled(emoji).as_deref(), Some(emoji), "{emoji}");
        }
    }

    /// Were this to fail, the same heart would stand on a message twice, with one person each.
    #[test]
    fn an_emoji_has_one_spelling() {
        for (typed, kept) in [
            ("❤", "❤️"),
            ("❤\u{FE0E}", "❤️"),
            ("👍\u{FE0F}", "👍"),
            ("☝\u{FE0F}🏻", "☝🏻"),
            ("1\u{20E3}", "1️⃣"),
            ("👩‍⚕", "👩‍⚕️"),
            ("👁‍🗨", "👁️‍🗨️"),
            ("🏳‍🌈", "🏳️‍🌈"),
        ] {
            assert_eq!(spelled(typed).as_deref(), Some(kept), "{typed:?}");
        }
    }

    /// Were this to fail, words, pictures of several things, or what cannot be seen would stand below a message.
    #[test]
    fn anything_else_is_none() {
        for text in [
            "",
            " ",
            "a",
            "好",
            "1",
            "#",
            "1\u{FE0F}",
            "\u{20E3}",
            "\u{FE0F}",
            "\u{200D}",
            "👍👍",
            "👍 ",
            " 👍",
            "👍a",
            "a👍",
            "🇨",
            "🇨🇳🇨",
            "🇨🇳a",
            "🇨a",
            "🚗🏽",
            "👍🏽🏽",
            "👍\u{200D}",
            "\u{200D}👍",
            "👍\u{FE0F}\u{FE0F}",
            "🏽‍👍",
            "👍‍🏽",
            "🇨🇳‍👍",
            "1️⃣‍👍",
            "👍‍1️⃣",
            "🏴\u{E0067}",
            "🏴\u{E007F}",
            "👍\u{E0067}\u{E007F}",
            "👍\u{301}",
            "👍\u{0}",
            ":)",
            "<b>",
        ] {
            assert_eq!(spelled(text), None, "{text:?}");
        }
    }

    #[test]
    fn four_are_joined_and_five_are_not_and_a_name_has_six_signs() {
        let joined = |n: usize| vec!["👩🏽"; n].join("\u{200D}");
        assert!(Emoji::new(&joined(4)).is_ok());
        assert_eq!(Emoji::new(&joined(5)), Err(NotAnEmoji));
        let flag = |n: usize| format!("🏴{}\u{E007F}", "\u{E0061}".repeat(n));
        assert!(Emoji::new(&flag(6)).is_ok());
        assert_eq!(Emoji::new(&flag(7)), Err(NotAnEmoji));
        assert_eq!(Emoji::new(&"👍".repeat(10_000)), Err(NotAnEmoji));
    }

    #[test]
    fn no_text_of_such_characters_breaks_it() {
        let pieces =
            ["👩", "🏽", "\u{200D}", "\u{FE0F}", "\u{20E3}", "1", "🇨", "\u{E0067}", "\u{E007F}", "🏴", "❤", "x"];
        let mut number = 1_u64;
        for _ in 0..100_000 {
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let text: String = (0..number >> 60).map(|n| pieces[(number >> (4 * n)) as usize % pieces.len()]).collect();
            // What is taken is a spelling of itself.
            if let Some(kept) = spelled(&text) {
                assert_eq!(spelled(&kept), Some(kept));
            }
        }
    }
}
