//! The part of a long text that shows why it was found.

use std::ops::Range;

/// Characters of an excerpt.
const CHARS: usize = 240;
/// Of these, the most that stand before the first hit.
const BEFORE: usize = 60;

/// A piece of an excerpt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The text, as it was written.
    pub text: String,
    /// Is it what was looked for?
    pub hit: bool,
}

/// About 240 characters of `text` around the first of `hits` (byte ranges, ascending, apart from each other), cut between
/// characters. Where something is left out there is an ellipsis.
#[must_use]
pub fn excerpt(text: &str, hits: &[Range<usize>]) -> Vec<Part> {
    let from = match hits.first() {
        Some(first) => start(text, first.start),
        None => 0,
    };
    let to = text[from..].char_indices().nth(CHARS).map_or(text.len(), |(at, _)| from + at);
    let mut parts = Vec::new();
    let mut push = |text: &str, hit: bool| {
        if !text.is_empty() {
            parts.push(Part { text: text.to_owned(), hit });
        }
    };
    if from > 0 {
        push("…", false);
    }
    let mut at = from;
    for hit in hits {
        let (start, end) = (hit.start.min(to), hit.end.min(to));
        push(&text[at..start], false);
        push(&text[start..end], true);
        at = end;
    }
    push(&text[at..to], false);
    if to < text.len() {
        push("…", false);
    }
    parts
}

/// Where to begin so that the hit at `hit` is seen with what is before it: after a blank, if there is one near.
fn start(text: &str, hit: usize) -> usize {
    let mut before = text[..hit].char_indices().rev();
    let Some((earliest, _)) = before.nth(BEFORE) else { return 0 };
    let blank = text[earliest..hit].char_indices().find(|(_, c)| c.is_whitespace());
    blank.map_or(earliest, |(at, c)| earliest + at + c.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, hits: &[Range<usize>]) -> String {
        let part = |part: Part| if part.hit { format!("[{}]", part.text) } else { part.text };
        excerpt(text, hits).into_iter().map(part).collect()
    }

    /// Were this to fail, the list of results would not show the words that somebody looked for.
    #[test]
    fn the_first_hit_is_seen_and_a_long_text_is_cut() {
        assert_eq!(shown("the key is here", std::slice::from_ref(&(4..7))), "the [key] is here");
        let long = format!("{}key{}", "一二三四五 ".repeat(40), "x".repeat(500));
        let at = long.find("key").unwrap();
        let cut = shown(&long, std::slice::from_ref(&(at..at + 3)));
        assert!(cut.starts_with("…一二三四五 ") && cut.contains("[key]xxx") && cut.ends_with("x…"), "{cut}");
        assert_eq!(shown(&"字".repeat(241), &[]), format!("{}…", "字".repeat(240)));
        assert_eq!(shown(&"字".repeat(240), &[]), "字".repeat(240));
        assert_eq!(shown("", &[]), "");
    }
}
