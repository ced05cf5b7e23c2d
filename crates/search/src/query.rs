//! What somebody looks for: words and quoted phrases, all of which a message must have.

use std::ops::Range;

use crate::text::{Token, tokens};

/// Longest question, in Unicode scalar values.
pub const MAX_QUERY_CHARS: usize = 200;
/// Most words and signs in it.
const MAX_TOKENS: usize = 64;
/// So many words at most are also found as beginnings; each has to be put together from all words that begin so.
const MAX_BEGINNINGS: usize = 8;
/// From this many letters on, a word is also found as the beginning of a longer one. With fewer, almost everything begins so.
const PREFIX_CHARS: usize = 3;

/// A question that can be answered: it has at least one word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// What must stand together, for each part of the question.
    clauses: Vec<Vec<Wanted>>,
}

/// A token as it is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) text: String,
    /// Longer words that begin so are wanted, too.
    pub(crate) begins: bool,
    /// It has to come right after the sign before it.
    follows: bool,
}

/// Why a question cannot be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoQuery {
    /// It has no letter and no sign.
    #[error("nothing to look for")]
    Empty,
    /// It has more than [`MAX_QUERY_CHARS`] characters.
    #[error("too long")]
    TooLong,
}

impl Query {
    /// Reads what somebody typed. What stands in quotation marks must be found exactly so; every other word is also found as the
    /// beginning of a longer one.
    ///
    /// # Errors
    /// Why there is nothing to look for.
    pub fn parse(typed: &str) -> Result<Self, NoQuery> {
        if typed.chars().take(MAX_QUERY_CHARS + 1).count() > MAX_QUERY_CHARS {
            return Err(NoQuery::TooLong);
        }
        let mut clauses = Vec::new();
        for (number, part) in typed.split(['"', '“', '”', '„', '«', '»', '「', '」']).enumerate() {
            if number % 2 == 1 {
                clauses.push(clause(part, false));
            } else {
                clauses.extend(part.split_whitespace().map(|word| clause(word, true)));
            }
        }
        clauses.retain(|clause| !clause.is_empty());
        let mut left = MAX_TOKENS;
        for clause in &mut clauses {
            clause.truncate(left);
            left -= clause.len();
        }
        clauses.retain(|clause| !clause.is_empty());
        for wanted in clauses.iter_mut().flatten().filter(|wanted| wanted.begins).skip(MAX_BEGINNINGS) {
            wanted.begins = false;
        }
        if clauses.is_empty() { Err(NoQuery::Empty) } else { Ok(Self { clauses }) }
    }

    /// All tokens that a message must have, each once.
    pub(crate) fn wanted(&self) -> Vec<&Wanted> {
        let mut wanted: Vec<&Wanted> = Vec::new();
        for one in self.clauses.iter().flatten() {
            if !wanted.iter().any(|known| known.text == one.text && known.begins == one.begins) {
                wanted.push(one);
            }
        }
        wanted
    }

    /// Where it is found in a message with these texts (what was said, names of files): the bytes of each hit, by text,
    /// ascending and apart from each other. `None` unless every part of the question is somewhere in one of them.
    #[must_use]
    pub fn find(&self, texts: &[&str]) -> Option<Vec<Vec<Range<usize>>>> {
        let split: Vec<_> = texts.iter().map(|text| tokens(text)).collect();
        let mut hits = vec![Vec::new(); texts.len()];
        for clause in &self.clauses {
            let mut found = false;
            for (tokens, hits) in split.iter().zip(&mut hits) {
                let before = hits.len();
                hits.extend(occurrences(clause, tokens));
                found |= hits.len() > before;
            }
            if !found {
                return None;
            }
        }
        Some(hits.into_iter().map(joined).collect())
    }
}

fn clause(text: &str, may_go_on: bool) -> Vec<Wanted> {
    let tokens = tokens(text);
    let last = tokens.len().saturating_sub(1);
    let begins = |number, token: &Token| {
        may_go_on && number == last && !token.sign && token.text.chars().nth(PREFIX_CHARS - 1).is_some()
    };
    let wanted = |(number, token): (usize, &Token)| Wanted {
        text: token.text.clone(),
        begins: begins(number, token),
        follows: token.follows,
    };
    tokens.iter().enumerate().map(wanted).collect()
}

fn occurrences<'a>(clause: &'a [Wanted], tokens: &'a [Token]) -> impl Iterator<Item = Range<usize>> + 'a {
    tokens.windows(clause.len()).filter_map(|run| {
        let same = |(wanted, token): (&Wanted, &Token)| {
            let word = if wanted.begins { token.text.starts_with(&wanted.text) } else { token.text == wanted.text };
            word && (token.follows || !wanted.follows)
        };
        let (first, last) = (run.first()?, run.last()?);
        clause.iter().zip(run).all(same).then_some(first.at.start..last.at.end)
    })
}

/// Hits that touch or overlap become one.
fn joined(mut hits: Vec<Range<usize>>) -> Vec<Range<usize>> {
    hits.sort_by_key(|hit| (hit.start, hit.end));
    let mut apart: Vec<Range<usize>> = Vec::with_capacity(hits.len());
    for hit in hits {
        match apart.last_mut() {
            Some(last) if hit.start <= last.end => last.end = last.end.max(hit.end),
            _ => apart.push(hit),
        }
    }
    apart
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(query: &str, text: &str) -> Option<Vec<String>> {
        let found = Query::parse(query).unwrap().find(&[text])?;
        Some(found[0].iter().map(|hit| text[hit.clone()].to_owned()).collect())
    }

    /// Were this to fail, something would not be found that is there, or something that is not.
    #[test]
    fn every_word_must_be_there_and_is_marked() {
        for (query, text, expected) in [
            ("meeting", "The Meeting is at 3", Some(vec!["Meeting"])),
            ("meet", "two meetings, one MEET-up", Some(vec!["meetings", "MEET"])),
            ("at", "attention at the gate", Some(vec!["at"])),
            ("会议", "明天开会，议程", None),
            ("会 议", "议程：开会", Some(vec!["议", "会"])),
            ("会议室", "三楼会议室见，会议改期", Some(vec!["会议室"])),
            ("会", "开会", Some(vec!["会"])),
            ("室会", "会议室", None),
            ("key lobby", "in the lobby: the Keys", Some(vec!["lobby", "Keys"])),
            ("key lobby", "in the lobby", None),
            ("\"the key\"", "the keys", None),
            ("\"the key\"", "give me the key", Some(vec!["the key"])),
            ("“the key", "give me the key", Some(vec!["the key"])),
            ("re-enter", "please re enter", Some(vec!["re enter"])),
            ("192.168.1.7", "http://192.168.1.7/", Some(vec!["192.168.1.7"])),
            ("192.168.1.7", "http://192.168.1.70/", None),
            ("strasse", "Hauptstraße Straße", Some(vec!["Straße"])),
            ("🎉", "done 🎉🎉", Some(vec!["🎉🎉"])),
        ] {
            let expected = expected.map(|words: Vec<&str>| words.into_iter().map(str::to_owned).collect());
            assert_eq!(hits(query, text), expected, "{query:?} in {text:?}");
        }
    }

    #[test]
    fn a_word_may_be_in_the_text_and_another_in_a_files_name() {
        let query = Query::parse("plan lobby").unwrap();
        assert_eq!(query.find(&["the lobby", "Plan_2.pdf"]), Some(vec![vec![4..9], vec![0..4]]));
        assert_eq!(query.find(&["the lobby", "photo.jpg"]), None);
    }

    #[test]
    fn what_has_no_word_is_no_question_and_200_characters_are_the_most() {
        for nothing in ["", "  ", "?!", "\"\"", "\u{200b}"] {
            assert_eq!(Query::parse(nothing), Err(NoQuery::Empty), "{nothing:?}");
        }
        assert!(Query::parse(&"字".repeat(MAX_QUERY_CHARS)).is_ok());
        assert_eq!(Query::parse(&"字".repeat(MAX_QUERY_CHARS + 1)), Err(NoQuery::TooLong));
        let many = Query::parse(&"ab ".repeat(66)).unwrap();
        assert_eq!(many.clauses.len(), MAX_TOKENS);
        let words = Query::parse("one two three four five six seven eight nine").unwrap();
        assert!(words.find(&["ones twos threes fours fives sixes sevens eights nine"]).is_some());
        assert!(words.find(&["ones twos threes fours fives sixes sevens eights nines"]).is_none());
    }
}
