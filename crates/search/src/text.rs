//! A text as a row of tokens, without case, accents and widths.
//!
//! Scripts that put blanks between words have a token for each word. Those that do not (Chinese, Japanese, Thai …) have one for
//! each sign: so a single sign can be found, and a word is found as signs that follow each other. Pairs of signs would find fewer
//! wrong candidates, but make the index larger than what is indexed.

use std::ops::Range;

use chat::fold;

/// A word or a sign of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// In the form that is compared.
    pub text: String,
    /// The bytes of the original that it stands for.
    pub at: Range<usize>,
    /// A sign of a script without blanks between words, or an emoji.
    pub sign: bool,
    /// A sign right after another one.
    pub follows: bool,
}

/// The tokens of `text`, in their order.
#[must_use]
pub fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut word: Option<Token> = None;
    let mut folded = String::new();
    for (start, c) in text.char_indices() {
        let end = start + c.len_utf8();
        folded.clear();
        fold(c, &mut folded);
        if folded.is_empty() {
            match word.as_mut() {
                // An accent or a joiner belongs to the letter before it.
                Some(word) if !c.is_whitespace() => word.at.end = end,
                _ => found.extend(word.take()),
            }
            continue;
        }
        for c in folded.chars() {
            if is_sign(c) {
                found.extend(word.take());
                let follows = found.last().is_some_and(|last: &Token| last.sign && last.at.end >= start);
                found.push(Token { text: c.to_string(), at: start..end, sign: true, follows });
            } else if c.is_alphanumeric() {
                let word = word.get_or_insert_with(|| Token {
                    text: String::new(),
                    at: start..end,
                    sign: false,
                    follows: false,
                });
                word.text.push(c);
                word.at.end = end;
            } else {
                found.extend(word.take());
            }
        }
    }
    found.extend(word);
    found
}

/// Does it stand for itself, without blanks around it?
fn is_sign(c: char) -> bool {
    matches!(c,
        // Thai, Lao; Myanmar; Khmer.
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        // Iteration mark and zero; kana without the middle dot; Bopomofo; kana again.
        | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}'
        | '\u{3105}'..='\u{312f}'
        | '\u{31f0}'..='\u{31ff}'
        // Han, with its extensions and compatibility forms.
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3fffd}'
        // Emoji.
        | '\u{2600}'..='\u{27bf}' | '\u{1f000}'..='\u{1faff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        tokens(text).into_iter().map(|token| token.text).collect()
    }

    /// Were this to fail, nobody would find what they look for unless they write it exactly as it was written.
    #[test]
    fn a_text_has_the_words_that_people_see() {
        for (text, expected) in [
            ("Hello, WORLD!", "hello world"),
            ("Füße ﬁnden", "fusse finden"),
            ("Cafe\u{301} élan", "cafe elan"),
            ("Łódź Ωμέγας", "lodz ωμεγασ"),
            ("三楼A栋的会议室", "三 楼 a 栋 的 会 议 室"),
            ("ＡＢＣ１２", "abc12"),
            ("ガス がす", "カ ス か す"),
            ("สวัสดี", "ส ว ั ส ด ี"),
            ("http://imbox.local/a_b?c=1", "http imbox local a b c 1"),
            ("don't re-enter 3.14", "don t re enter 3 14"),
            ("party🎉now", "party 🎉 now"),
            ("👩\u{200d}🔧 ❤\u{fe0f}", "👩 🔧 ❤"),
            ("a\u{200b}b\u{202e}c", "abc"),
            ("one\ntwo\tthree", "one two three"),
            (" \n!? ", ""),
        ] {
            let expected: Vec<_> = expected.split_whitespace().collect();
            assert_eq!(words(text), expected, "{text:?}");
        }
        assert_eq!(words("한국어").len(), 1);
    }

    /// The hit would be marked beside the word, or the page cut in the middle of a letter.
    #[test]
    fn a_token_knows_where_it_stands() {
        let text = "Zoë’s Café\u{301} 会议";
        for token in tokens(text) {
            assert!(text.get(token.at.clone()).is_some(), "{token:?}");
        }
        let marked: Vec<_> = tokens(text).into_iter().map(|token| &text[token.at]).collect();
        assert_eq!(marked, ["Zoë", "s", "Café\u{301}", "会", "议"]);
    }
}
