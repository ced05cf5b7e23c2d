//! The names a box may have on the LAN: which are valid, and which one is tried next when one is taken. Pure rules;
//! nothing here touches the network or knows who has a name.

use std::fmt;

use thiserror::Error;

/// The longest DNS label in bytes (RFC 1035 §2.3.4; RFC 6763 §4.1.1 for instance names).
const MAX_LABEL_BYTES: usize = 63;

/// The longest string of a TXT record in bytes, key and `=` included (RFC 6763 §6.1).
const MAX_TXT_BYTES: usize = 255;

/// Why a name is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NameError {
    /// It is empty, or longer than the 63 bytes of a DNS label.
    #[error("a host name has 1 to 63 characters, this one has {0}")]
    Length(usize),
    /// It has a character other than letters, digits and hyphen (RFC 1035 §2.3.1).
    #[error("a host name has only letters, digits and hyphens, not {0:?}")]
    Character(char),
    /// It has a hyphen at one of its ends.
    #[error("a host name neither starts nor ends with a hyphen")]
    Hyphen,
    /// It is a serial name that a program which appends or increments numbers would turn into another box's.
    #[error("a serial name ends in a letter")]
    SerialEnd,
}

/// A DNS label for a host in lower case: letters, digits and inner hyphens, 1 to 63 bytes (RFC 1035 §2.3.1, and RFC
/// 1123 §2.1 for a leading digit).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HostLabel(String);

impl HostLabel {
    /// Checks `text` and converts it to lower case; `.local` at the end is accepted and removed.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let lower = text.to_lowercase();
        let label = lower.trim_end_matches('.').trim_end_matches(".local");
        if label.is_empty() || label.len() > MAX_LABEL_BYTES {
            return Err(NameError::Length(label.len()));
        }
        let odd = |c: &char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '-');
        if let Some(character) = label.chars().find(odd) {
            return Err(NameError::Character(character));
        }
        if label.starts_with('-') || label.ends_with('-') {
            return Err(NameError::Hyphen);
        }
        Ok(Self(label.to_owned()))
    }

    /// The label alone, such as `imbox`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name people type, such as `imbox.local`.
    pub fn local(&self) -> String {
        format!("{}.local", self.0)
    }

    /// The candidate with this number: `imbox`, `imbox-2`, `imbox-3`, …
    ///
    /// When a label would become longer than 63 bytes, its own end is cut, never the number.
    pub(super) fn candidate(&self, number: u32) -> Self {
        if number <= 1 {
            return self.clone();
        }
        let suffix = format!("-{number}");
        let room = MAX_LABEL_BYTES - suffix.len();
        let base = self.0.get(..room).unwrap_or(&self.0).trim_end_matches('-');
        Self(format!("{base}{suffix}"))
    }
}

impl fmt::Display for HostLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A label made from the box's serial number: only one box has it, and it never changes.
///
/// It ends in a letter, so that no program which resolves a conflict by incrementing a number (`…-1234` to `…-1235`)
/// can arrive at another box's name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SerialLabel(HostLabel);

impl SerialLabel {
    /// Checks `text` as a [`HostLabel`] that ends in a letter.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let label = HostLabel::parse(text)?;
        if label.0.ends_with(|c: char| c.is_ascii_digit()) {
            return Err(NameError::SerialEnd);
        }
        Ok(Self(label))
    }

    /// `<prefix>-<serial>`, with an `x` appended to a serial number that ends in a digit.
    pub fn from_serial(prefix: &str, serial: &str) -> Result<Self, NameError> {
        let end = if serial.ends_with(|c: char| c.is_ascii_digit()) { "x" } else { "" };
        Self::parse(&format!("{prefix}-{serial}{end}"))
    }

    /// The label alone.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The name people type, such as `imbox-00a1x.local`.
    pub fn local(&self) -> String {
        self.0.local()
    }
}

impl fmt::Display for SerialLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The name under which a box is listed: the name people gave it, made unique by the host name, which is already unique
/// on this LAN. At most 63 bytes of UTF-8 (RFC 6763 §4.1.1).
pub(super) fn instance_name(box_name: &str, host: &HostLabel) -> String {
    let box_name: String = box_name.chars().filter(|c| !c.is_control()).collect();
    let box_name = box_name.trim();
    if box_name.is_empty() || box_name.eq_ignore_ascii_case(host.as_str()) {
        return host.as_str().to_owned();
    }
    let suffix = format!(" ({host})");
    let Some(room) = MAX_LABEL_BYTES.checked_sub(suffix.len()) else {
        return host.as_str().to_owned();
    };
    format!("{}{suffix}", cut(box_name, room).trim_end())
}

/// `value` shortened so that `key=value` fits into one TXT string.
pub(super) fn txt_value(key: &str, value: &str) -> String {
    cut(value, MAX_TXT_BYTES.saturating_sub(key.len() + 1)).to_owned()
}

/// The longest beginning of `text` that has at most `bytes` bytes and splits no character.
fn cut(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or(0)).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(text: &str) -> HostLabel {
        HostLabel::parse(text).unwrap()
    }

    // Were this to fail, a name that resolvers refuse would leave the box without an address that anyone can type.
    #[test]
    fn only_labels_that_resolvers_accept_are_taken() {
        assert_eq!(host("ImBox.local").as_str(), "imbox");
        assert_eq!(host("imbox.local.").local(), "imbox.local");
        assert_eq!(HostLabel::parse(""), Err(NameError::Length(0)));
        assert_eq!(HostLabel::parse(&"a".repeat(64)), Err(NameError::Length(64)));
        assert!(HostLabel::parse(&"a".repeat(63)).is_ok());
        assert_eq!(HostLabel::parse("our box"), Err(NameError::Character(' ')));
        assert_eq!(HostLabel::parse("盒子"), Err(NameError::Character('盒')));
        assert_eq!(HostLabel::parse("a.b"), Err(NameError::Character('.')));
        assert_eq!(HostLabel::parse("-box"), Err(NameError::Hyphen));
        assert_eq!(HostLabel::parse("box-"), Err(NameError::Hyphen));
    }

    // Two boxes must never arrive at the same name, however often they count up.
    #[test]
    fn the_next_name_counts_from_two_and_stays_a_label() {
        let names: Vec<_> = (1..=3).map(|n| host("imbox").candidate(n).to_string()).collect();
        assert_eq!(names, ["imbox", "imbox-2", "imbox-3"]);
        let long = host(&"a".repeat(63)).candidate(12);
        assert_eq!(long.as_str(), format!("{}-12", "a".repeat(60)));
        let hyphen = host(&format!("{}-b", "a".repeat(61))).candidate(2);
        assert_eq!(hyphen.as_str(), format!("{}-2", "a".repeat(61)));
        assert!(HostLabel::parse(hyphen.as_str()).is_ok());
    }

    // Were this to fail, a serial name that ends in a digit could be incremented to the neighbour's.
    #[test]
    fn a_serial_name_ends_in_a_letter() {
        assert_eq!(SerialLabel::parse("imbox-1234"), Err(NameError::SerialEnd));
        let made = SerialLabel::from_serial("imbox", "10000000ABCD1234").unwrap();
        assert_eq!(made.as_str(), "imbox-10000000abcd1234x");
        assert_eq!(SerialLabel::from_serial("imbox", "12ab").unwrap().local(), "imbox-12ab.local");
    }

    // Were this to fail, a box listed under a cut or repeated name could not be told from the one next door.
    #[test]
    fn instance_names_are_unique_and_fit() {
        assert_eq!(instance_name("imbox", &host("imbox")), "imbox");
        assert_eq!(instance_name(" ", &host("imbox-2")), "imbox-2");
        assert_eq!(instance_name("Haus 3\n", &host("imbox-2")), "Haus 3 (imbox-2)");
        let long = instance_name(&"房".repeat(40), &host("imbox"));
        assert!(long.len() <= 63 && long.ends_with(" (imbox)") && long.starts_with('房'));
        assert_eq!(instance_name("Haus", &host(&"a".repeat(63))), "a".repeat(63));
    }

    #[test]
    fn a_long_box_name_still_fits_its_txt_string() {
        assert_eq!(txt_value("name", &"房".repeat(100)), "房".repeat(83));
        assert_eq!(txt_value("name", "x"), "x");
    }
}
