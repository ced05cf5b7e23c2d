//! Text as it is stored, shown, searched and confused: one place for every name, handle, search and file name. Knows
//! nothing of what the names are for.
//!
//! Stored is NFC (UAX #15), so that what is typed on a Mac and on a phone is the same name. Searches compare a folded
//! form without case, accents and widths. Names that can be confused with each other have the same skeleton (UTS #39).

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};
use unicode_security::confusable_detection::skeleton as confusable;

/// How many marks a letter may have in addition to those it is composed with; languages need up to three.
const MARKS: usize = 3;

/// Canonical composition: one spelling for what looks the same and is the same.
#[must_use]
pub fn composed(text: &str) -> String {
    text.nfc().collect()
}

/// A line to show as a name: composed, with white space reduced to single blanks, without invisible characters, and
/// with no more marks on a letter than languages need.
#[must_use]
pub(super) fn one_line(raw: &str) -> String {
    let mut line = String::with_capacity(raw.len());
    let (mut blank, mut marks) = (false, 0);
    for c in raw.nfc() {
        if c.is_whitespace() || is_blank(c) {
            blank = !line.is_empty();
            continue;
        }
        let before = if blank { None } else { line.chars().next_back() };
        let keeps = if is_combining_mark(c) && !is_joining(c) {
            marks += 1;
            before.is_some() && marks <= MARKS
        } else if is_joining(c) {
            before.is_some_and(|before| joins(before, c))
        } else {
            marks = 0;
            !is_hidden(c)
        };
        if keeps {
            if std::mem::take(&mut blank) {
                line.push(' ');
            }
            line.push(c);
        }
    }
    let end = line.trim_end_matches(['\u{200c}', '\u{200d}']).len();
    line.truncate(end);
    composed(&line)
}

/// Does it have anything visible? Marks, joiners and blank fillers alone are invisible.
#[must_use]
pub fn is_seen(text: &str) -> bool {
    text.chars().any(|c| !c.is_whitespace() && !is_blank(c) && !is_hidden(c) && !is_joining(c) && !is_combining_mark(c))
}

/// Characters that are invisible and that no name needs: control characters, direction changes, tags, fillers.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
            | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e00ff}' | '\u{e01f0}'..='\u{e0fff}')
}

/// Letters that are drawn as nothing.
fn is_blank(c: char) -> bool {
    matches!(c, '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}')
}

/// The two joiners and the variation selectors: invisible by themselves, but needed for emoji and many scripts.
fn is_joining(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{180b}'..='\u{180d}' | '\u{e0100}'..='\u{e01ef}')
}

/// Does a joiner after this character change what is seen?
fn joins(before: char, c: char) -> bool {
    let joiner = matches!(c, '\u{200c}' | '\u{200d}');
    !before.is_ascii() && (!is_joining(before) || joiner && !matches!(before, '\u{200c}' | '\u{200d}'))
}

/// The form that searches compare: without case, accents, widths and invisible characters, and with one mark for each
/// kind of apostrophe, dash and dot. What is searched and what is typed are both folded before they are compared.
#[must_use]
pub fn folded(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        fold(c, &mut plain);
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Adds one character in the form that searches compare, as [`folded`] does: nothing, one character, or a few.
pub fn fold(c: char, into: &mut String) {
    if c.is_ascii() {
        if !is_hidden(c) {
            into.push(c.to_ascii_lowercase());
        }
        return;
    }
    let letters = std::iter::once(c)
        .nfkd()
        .filter(|c| canonical_combining_class(*c) == 0 && !is_hidden(*c) && !is_joining(*c))
        // To upper case and down again, so that ß and SS, and ς and σ, are the same.
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase);
    for c in letters {
        match typed_as(c) {
            Some(letters) => into.push_str(letters),
            None => into.push(c),
        }
    }
}

/// A password in the form that is compared (RFC 8265, `OpaqueString`): every blank as the plain one, composed. Case is
/// kept.
#[must_use]
pub fn opaque(password: &str) -> String {
    let blank = |c: char| if c.is_whitespace() && !c.is_control() { ' ' } else { c };
    password.chars().map(blank).nfc().collect()
}

/// What people type instead: letters with a stroke or bow, which is no accent in Unicode, but is one for people, and the
/// marks that some keyboards write in another way (O’Brien, Anne–Marie, 玛丽·居里).
fn typed_as(c: char) -> Option<&'static str> {
    Some(match c {
        'ł' => "l",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ŧ' => "t",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ı' => "i",
        '’' | '‘' | 'ʼ' | 'ʻ' | '′' => "'",
        '“' | '”' | '„' => "\"",
        '‐' | '–' | '—' | '−' => "-",
        '・' | '•' | '‧' | '∙' => "·",
        _ => return None,
    })
}

/// What a hurried reader sees: names that can be confused have the same skeleton.
#[must_use]
pub fn skeleton(name: &str) -> String {
    let seen = name.nfkc().filter(|c| !is_hidden(*c) && !is_joining(*c));
    let folded = folded(&seen.map(in_latin).collect::<String>());
    let letters = confusable(&folded).filter(|c| c.is_alphanumeric());
    // A great i is taken for a small l: so that a name is also its own in capitals, a small i is one, too.
    let letters: String = letters.map(|c| if c == 'i' { 'l' } else { c }).collect();
    if letters.is_empty() { folded } else { letters }
}

/// The Latin letter or digit that a letter is taken for, as it is or as its capital, so that a name in capitals is taken for itself.
fn in_latin(c: char) -> String {
    let prototype = |c: char| confusable(c.encode_utf8(&mut [0; 4])).collect::<String>();
    let mut capital = c.to_uppercase();
    let capital = capital.next().filter(|_| capital.next().is_none()).unwrap_or(c);
    [c, capital].map(prototype).into_iter().find(|form| form.is_ascii()).unwrap_or_else(|| c.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were this to fail, somebody could have an invisible name, or exactly the name that somebody else has.
    #[test]
    fn a_line_has_nothing_in_it_that_cannot_be_seen() {
        for (raw, shown) in [
            ("  王\t芳\n ", "王 芳"),
            ("Olga\u{e0041}", "Olga"),
            ("Ol\u{200b}ga", "Olga"),
            ("Ol\u{200d}ga\u{200d}", "Olga"),
            ("Olga\u{fe0f}", "Olga"),
            ("evil\u{202e}gpj.exe\u{0}", "evilgpj.exe"),
            ("\u{301}Anna", "Anna"),
            ("U\u{308}mit", "Ümit"),
            ("a\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}b", "à\u{301}\u{302}\u{303}b"),
            ("👨‍👩‍👧", "👨‍👩‍👧"),
            ("❤️ Li", "❤️ Li"),
            ("می‌خواهم", "می‌خواهم"),
            ("\u{3164}x\u{2800}y", "x y"),
        ] {
            assert_eq!(one_line(raw), shown, "{raw:?}");
            assert_eq!(one_line(shown), shown, "twice changes nothing more: {raw:?}");
        }
        for nothing in
            ["", " ", "\u{301}", "\u{200b}", "\u{200d}\u{fe0f}", "\u{3164}", "\u{202e}", "\u{e0041}", "\u{2800}"]
        {
            assert!(!is_seen(nothing) && !is_seen(&one_line(nothing)), "{nothing:?}");
        }
        assert!(["a", "王", "🙂", "1", "-", "ि\u{915}"].into_iter().all(is_seen));
    }

    /// Were this to fail, people who type as they speak would find nobody.
    #[test]
    fn what_is_looked_for_is_found_however_it_is_written() {
        for (name, typed) in [
            ("Иван Петров", "ИВАН"),
            ("Łukasz Żółć", "lukasz zolc"),
            ("Jürgen Größe", "jurgen GROSSE"),
            ("Ægir Þór", "aegir thor"),
            ("İpek Işık", "ipek isik"),
            ("Νίκος ΑΣ", "νικος ας"),
            ("U\u{308}mit", "ümit"),
            ("Ｗａｎｇ", "wang"),
            ("王  芳", "王 芳"),
            ("O’Brien", "o'brien"),
            ("O'Brien", "O‘BRIEN"),
            ("Anne‑Marie", "anne-marie"),
            ("玛丽·居里", "玛丽・居里"),
        ] {
            assert!(folded(name).contains(&folded(typed)), "{name}: {} {}", folded(name), folded(typed));
        }
        assert_ne!(folded("王芳"), folded("王方"));
    }

    /// Were this to fail, a stranger could be taken for an admin.
    #[test]
    fn names_that_look_alike_have_one_skeleton() {
        for other in ["olga", "OLGA", "0lga", "OIga", "О\u{301}lga", "Оlgа", "Olg\u{200b}a", "O l g a", "Olga.", "Оlɡa"]
        {
            assert_eq!(skeleton(other), skeleton("Olga"), "{other:?}");
        }
        for (name, other) in [
            ("Alice", "ALICE"),
            ("Ivan", "ivan"),
            ("Illi", "ILLI"),
            ("Кирилл", "КИРИЛЛ"),
            ("Нина", "НИНА"),
            ("Нans", "Hans"),
        ] {
            assert_eq!(skeleton(name), skeleton(other), "{other:?}");
        }
        for other in ["Olga 2", "Olgas", "Helga", "Ольга", ""] {
            assert_ne!(skeleton(other), skeleton("Olga"), "{other:?}");
        }
        assert_ne!(skeleton("🙂"), skeleton("🙃"));
    }
}
