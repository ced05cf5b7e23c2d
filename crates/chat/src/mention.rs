//! Mentions: `@handle` in a text. Finds what may be one; whether somebody is called so only the store knows.

use std::ops::Range;

use super::UserId;
use super::name::HANDLE_MAX;

/// Most different mentions in one message; what comes after them is plain text.
pub const MAX_MENTIONS: usize = 50;
/// For so many people at most, `@here` is kept for each of them.
pub const MAX_HERE: usize = 100;

/// Whom a mention means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mentioned {
    /// One person.
    Person(UserId),
    /// Everybody in the room: `@all`.
    All,
    /// Everybody who is online: `@here`.
    Here,
}

/// A mention in a message that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// Whom it means.
    pub who: Mentioned,
    /// What stands behind the `@`, in lower case: their handle at that time, `all` or `here`.
    pub handle: String,
}

/// Whom `@all` and `@here` mean in a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Reach {
    /// Nobody: they are words like any other.
    #[default]
    Nobody,
    /// Everybody in the room, and those who are online in it.
    Everybody {
        /// The latter; `None`: over [`MAX_HERE`], for whom it is the same as `@all`.
        here: Option<Vec<UserId>>,
    },
}

impl Reach {
    /// For a room in which `online` people are, the first of them being `some`.
    #[must_use]
    pub fn of(some: Vec<UserId>, online: usize) -> Self {
        Self::Everybody { here: Some(some).filter(|_| online <= MAX_HERE) }
    }
}

/// What may be a mention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token<'t> {
    /// Where its `@` stands in the text, in bytes.
    at: usize,
    /// What stands behind it, as it was written, without dots at the end.
    called: &'t str,
}

impl Token<'_> {
    /// The handles that it may be, the longer one first, each with where it stands in the text (with its `@`).
    pub fn handles(&self) -> impl Iterator<Item = (String, Range<usize>)> {
        let inner = self.called.trim_end_matches(['-', '_', '.']);
        let lengths = [Some(self.called.len()), Some(inner.len()).filter(|n| *n < self.called.len())];
        let fits = |n: &usize| (2..=HANDLE_MAX).contains(n);
        lengths
            .into_iter()
            .flatten()
            .filter(fits)
            .map(|n| (self.called[..n].to_ascii_lowercase(), self.at..self.at + 1 + n))
    }
}

/// All that may be mentions, in their order. An `@` in the middle of a word, in an e-mail address or in a web address
/// is none.
#[must_use]
pub fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    if !text.as_bytes().contains(&b'@') {
        return found;
    }
    let (mut before, mut in_address) = (None, false);
    for (at, c) in text.char_indices() {
        if ends_address(c) {
            in_address = false;
        } else if !in_address && !before.is_some_and(is_word) {
            in_address = begins_address(&text.as_bytes()[at..]);
        }
        if c == '@' && !in_address && !before.is_some_and(is_before_none) {
            let rest = &text[at + 1..];
            let end = rest.find(|c| !is_in_handle(c)).unwrap_or(rest.len());
            let goes_on = rest[end..].chars().next().is_some_and(|c| c == '@' || is_word(c));
            let called = rest[..end].trim_end_matches('.');
            if !goes_on && called.starts_with(|c: char| c.is_ascii_alphanumeric()) {
                found.push(Token { at, called });
            }
        }
        before = Some(c);
    }
    found
}

/// What different mentions a text may have: each with the handles that it may be. At most [`MAX_MENTIONS`].
#[must_use]
pub(super) fn called(text: &str) -> Vec<Vec<String>> {
    let mut all: Vec<Vec<String>> = Vec::new();
    for token in tokens(text) {
        let handles: Vec<String> = token.handles().map(|(handle, _)| handle).collect();
        if !handles.is_empty() && !all.contains(&handles) {
            all.push(handles);
            if all.len() == MAX_MENTIONS {
                break;
            }
        }
    }
    all
}

fn is_in_handle(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

/// Letters and digits of scripts that put blanks between words (Latin, Greek, Cyrillic). In Chinese, what stands directly beside a
/// mention is another word.
fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || matches!(c, '\u{c0}'..='\u{52f}' | '\u{1e00}'..='\u{1fff}')
}

/// Stands before an `@` that is none: of an e-mail address, of a path, of another `@`.
fn is_before_none(c: char) -> bool {
    is_word(c) || matches!(c, '@' | '/' | '%' | '+' | '-')
}

fn begins_address(rest: &[u8]) -> bool {
    ["http://", "https://", "www."]
        .iter()
        .any(|start| rest.get(..start.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(start.as_bytes())))
}

fn ends_address(c: char) -> bool {
    c.is_whitespace() || "<>\"'“”‘’，。；：！？、（）【】《》".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        tokens(text).iter().filter_map(|token| token.handles().next()).map(|(handle, _)| handle).collect()
    }

    /// Were this to fail, whoever was meant would not hear of it.
    #[test]
    fn who_is_called_is_found_wherever_it_stands() {
        for (text, handles) in [
            ("@wang-fang", &["wang-fang"][..]),
            ("Hi @Wang-Fang, hi (@marta)!", &["wang-fang", "marta"]),
            ("@anna.", &["anna"]),
            ("@anna... really?", &["anna"]),
            ("@wang.fang says", &["wang.fang"]),
            ("请问@wang-fang你好", &["wang-fang"]),
            ("你好，@wang-fang。@marta：看", &["wang-fang", "marta"]),
            ("안녕 @kim은", &["kim"]),
            ("first\n@anna\tsecond", &["anna"]),
            ("@anna/@marta", &["anna"]),
            ("Thanks.@anna", &["anna"]),
            ("see http://box.org/a @anna", &["anna"]),
            ("见http://box.org/a，@anna", &["anna"]),
            ("@all @here", &["all", "here"]),
        ] {
            assert_eq!(found(text), handles, "{text}");
        }
    }

    /// Were this to fail, people would be told of messages that are about addresses, or about somebody else.
    #[test]
    fn what_is_part_of_something_else_is_no_mention() {
        for text in [
            "anna@example.org",
            "anna+box@example.org a_@anna",
            "@anna@example.org",
            "@@anna",
            "@ anna",
            "@",
            "@-anna",
            "@a",
            "@annaé",
            "ä@anna",
            "https://medium.com/@anna",
            "https://example.org/?to=(@anna)",
            "HTTP://x.org/(@anna) WWW.x.org/(@anna)",
            "no one",
        ] {
            assert_eq!(found(text), [] as [String; 0], "{text}");
        }
    }

    #[test]
    fn a_handle_has_at_most_as_many_letters_as_handles_have() {
        let (longest, longer) = ("a".repeat(HANDLE_MAX), "a".repeat(HANDLE_MAX + 1));
        assert_eq!(found(&format!("@{longest}")), [longest]);
        assert_eq!(found(&format!("@{longer}")), [] as [String; 0]);
    }

    #[test]
    fn a_sign_at_the_end_is_part_of_it_only_if_somebody_is_called_so() {
        let text = "so @anna_ and";
        let handles: Vec<_> = tokens(text)[0].handles().collect();
        assert_eq!(handles, [("anna_".to_owned(), 3..9), ("anna".to_owned(), 3..8)]);
        assert_eq!(&text[3..8], "@anna");
    }

    #[test]
    fn fifty_are_called_and_the_fifty_first_is_not_nor_is_one_twice() {
        let text = |n: usize| (0..n).map(|i| format!("@user-{i} @USER-{i}")).collect::<Vec<_>>().join(" ");
        assert_eq!(called(&text(MAX_MENTIONS)).len(), MAX_MENTIONS);
        assert_eq!(called(&text(MAX_MENTIONS + 1)).len(), MAX_MENTIONS);
        assert_eq!(called(&text(MAX_MENTIONS + 1)).last().unwrap(), &["user-49"]);
    }

    #[test]
    fn here_means_those_who_are_here_while_they_are_few() {
        let few = vec![UserId(1)];
        assert_eq!(Reach::of(few.clone(), MAX_HERE), Reach::Everybody { here: Some(few.clone()) });
        assert_eq!(Reach::of(few, MAX_HERE + 1), Reach::Everybody { here: None });
    }
}
