//! Names that people give themselves and their rooms, and the handles derived from them.

use deunicode::deunicode_char;
use unicode_normalization::char::is_combining_mark;

use super::Unfit;
use super::spelling::{is_seen, one_line};

/// Longest display name, in Unicode scalar values.
const NAME_MAX: usize = 64;
/// Longest topic, in Unicode scalar values.
const TOPIC_MAX: usize = 256;
/// Longest handle, in bytes (it is ASCII).
pub const HANDLE_MAX: usize = 32;

/// A name to show: 1 to 64 characters, composed (NFC), without invisible ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplayName(String);

impl DisplayName {
    /// Cleans and checks a name.
    ///
    /// # Errors
    /// [`Unfit::Empty`] when none of its characters are visible, [`Unfit::TooLong`] over 64 characters.
    pub fn new(raw: &str) -> Result<Self, Unfit> {
        let name = one_line(raw);
        if !is_seen(&name) {
            return Err(Unfit::Empty);
        }
        if name.chars().count() > NAME_MAX {
            return Err(Unfit::TooLong);
        }
        Ok(Self(name))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Cleans and checks a room's topic: one line of at most 256 characters, which may be empty.
///
/// # Errors
/// [`Unfit::TooLong`].
pub fn topic(raw: &str) -> Result<String, Unfit> {
    let topic = one_line(raw);
    if topic.chars().count() > TOPIC_MAX { Err(Unfit::TooLong) } else { Ok(topic) }
}

/// A unique ASCII name: 2 to 32 of `a-z 0-9 - _ .`, the first a letter or digit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handle(String);

impl Handle {
    /// Checks a handle that somebody chose; capitals become lower case.
    ///
    /// # Errors
    /// [`Unfit::Empty`] under 2 characters, [`Unfit::TooLong`] over 32, [`Unfit::ClientId`] for any other character and
    /// for reserved handles.
    pub fn new(raw: &str) -> Result<Self, Unfit> {
        let handle = raw.trim().to_ascii_lowercase();
        if handle.len() > HANDLE_MAX {
            return Err(Unfit::TooLong);
        }
        if handle.len() < 2 {
            return Err(Unfit::Empty);
        }
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
        let starts = handle.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
        let free = !is_reserved(&handle);
        if starts && free && handle.chars().all(fits) { Ok(Self(handle)) } else { Err(Unfit::ClientId) }
    }

    /// The handle.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Handles that could be mistaken for the box itself or for its admins.
const RESERVED: &[&str] = &[
    "admin",
    "administrator",
    "all",
    "box",
    "everyone",
    "here",
    "imbox",
    "imd",
    "mod",
    "moderator",
    "official",
    "owner",
    "root",
    "security",
    "staff",
    "support",
    "system",
];

/// Is this handle reserved, so that nobody may have it?
#[must_use]
pub fn is_reserved(handle: &str) -> bool {
    RESERVED.contains(&handle)
}

/// The handle that a display name suggests, at most 24 bytes so that a number can be added: 王芳 becomes `wang-fang`,
/// Jürgen Größe `jurgen-grosse`, Иван `ivan`.
///
/// `user` if nothing of the name can be written in ASCII.
#[must_use]
pub fn handle_base(name: &DisplayName) -> String {
    let mut handle = in_latin(name.as_str());
    handle.truncate(24);
    let handle = handle.trim_matches('-');
    if handle.len() < 2 { format!("user{handle}") } else { handle.to_owned() }
}

/// A name as it may be typed in Latin letters: word by word, without gaps, and its initials, each after a blank. 王芳 is
/// ` wang-fang wangfang wf`. Empty if nothing of it can be written so.
#[must_use]
pub fn spelled(name: &str) -> String {
    let latin = in_latin(name);
    let latin = latin.trim_matches('-');
    if latin.is_empty() {
        return String::new();
    }
    let initials = latin.split('-').filter_map(|word| word.chars().next());
    format!(" {latin} {} {}", latin.replace('-', ""), initials.collect::<String>())
}

/// Words in Latin letters, in lower case, with hyphens between them.
fn in_latin(name: &str) -> String {
    let mut words = String::new();
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            words.push(c.to_ascii_lowercase());
        } else if let Some(latin) = c.is_alphanumeric().then(|| deunicode_char(c)).flatten() {
            // A syllable that ends in a blank is a word of its own, as in Chinese.
            let word = latin.ends_with(' ');
            if word {
                separate(&mut words);
            }
            words.extend(latin.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()));
            if word {
                separate(&mut words);
            }
        } else if !is_combining_mark(c) {
            separate(&mut words);
        }
    }
    words
}

fn separate(handle: &mut String) {
    if !handle.is_empty() && !handle.ends_with('-') {
        handle.push('-');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(name: &str) -> String {
        handle_base(&DisplayName::new(name).unwrap())
    }

    #[test]
    fn chinese_names_make_handles_that_can_be_typed() {
        assert_eq!(base("王芳"), "wang-fang");
        assert_eq!(base("吕 Lü 3号楼"), "lu-lu-3-hao-lou");
        assert_eq!(base("Anna-Lena  Müller"), "anna-lena-muller");
        assert_eq!(base("Jürgen Größe"), "jurgen-grosse");
        assert_eq!(base("Иван Петров"), "ivan-petrov");
        assert_eq!(base("Νίκος"), "nikos");
        assert_eq!(base("Łukasz Żółć"), "lukasz-zolc");
        assert_eq!(base("🙂🙂"), "user");
        assert_eq!(base("A"), "usera");
        for name in ["王芳", "🙂", "x", &"长".repeat(64), "Ünï cödé", "שָׁלוֹם", "محمد", "한국", "さくら"]
        {
            assert!(Handle::new(&base(name)).is_ok(), "{name}");
            assert!(base(name).len() <= 24);
        }
    }

    #[test]
    fn a_name_is_typed_in_latin_letters_as_a_whole_or_by_its_initials() {
        assert_eq!(spelled("王芳"), " wang-fang wangfang wf");
        assert_eq!(spelled("Ada Lovelace"), " ada-lovelace adalovelace al");
        assert_eq!(spelled("Иван"), " ivan ivan i");
        assert_eq!(spelled("🙂"), "");
    }

    #[test]
    fn a_name_has_1_to_64_characters_that_can_be_seen() {
        assert_eq!(DisplayName::new("  王\t芳\n ").unwrap().as_str(), "王 芳");
        assert!(DisplayName::new(&"👨‍👩‍👧".repeat(12)).is_ok());
        assert!(DisplayName::new(&"x".repeat(64)).is_ok());
        assert_eq!(DisplayName::new(&"x".repeat(65)), Err(Unfit::TooLong));
        for nothing in ["", "   ", "\u{200b}\u{200d}", "\u{3164}", "\u{202e}", "\u{301}"] {
            assert_eq!(DisplayName::new(nothing), Err(Unfit::Empty), "{nothing:?}");
        }
        assert_eq!(DisplayName::new("evil\u{202e}gpj.exe\u{0}").unwrap().as_str(), "evilgpj.exe");
    }

    #[test]
    fn a_handle_has_2_to_32_plain_characters() {
        assert_eq!(Handle::new("Wang.Fang").unwrap().as_str(), "wang.fang");
        assert!(Handle::new(&"a".repeat(32)).is_ok());
        for bad in ["a", &"a".repeat(33), "-a", "a b", "王芳", "a/b", "admin", "Owner", "imbox"] {
            assert!(Handle::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_topic_is_one_line_of_at_most_256() {
        assert_eq!(topic("a\nb").unwrap(), "a b");
        assert!(topic(&"x".repeat(256)).is_ok());
        assert_eq!(topic(&"x".repeat(257)), Err(Unfit::TooLong));
    }
}
