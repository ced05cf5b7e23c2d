//! Reads a TOML document setting by setting and collects every fault, instead of stopping at the first.

use std::cell::RefCell;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::Fault;

/// The faults found so far.
pub(super) struct Faults<'a> {
    text: &'a str,
    found: RefCell<Vec<Fault>>,
}

impl<'a> Faults<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, found: RefCell::default() }
    }

    /// Adds a fault at this byte of the text.
    pub(super) fn add(&self, at: usize, key: &str, problem: impl Display) {
        let line = 1 + self.text.bytes().take(at).filter(|&byte| byte == b'\n').count();
        self.found.borrow_mut().push(Fault { line, key: key.to_owned(), problem: problem.to_string() });
    }

    /// The value if there is no fault, otherwise all faults.
    pub(super) fn none_or<T>(self, value: T) -> Result<T, Vec<Fault>> {
        let mut found = self.found.into_inner();
        found.sort_by_key(|fault| fault.line);
        if found.is_empty() { Ok(value) } else { Err(found) }
    }
}

/// The settings below one heading. A setting that nobody has asked for when the section is finished is unknown, and so
/// a fault.
pub(super) struct Section<'a> {
    heading: &'static str,
    table: Option<&'a DeTable<'a>>,
    known: Vec<&'static str>,
    faults: &'a Faults<'a>,
}

impl<'a> Section<'a> {
    /// The document's top level.
    pub(super) fn root(table: &'a DeTable<'a>, faults: &'a Faults<'a>) -> Self {
        Self { heading: "", table: Some(table), known: Vec::new(), faults }
    }

    /// The settings below `[heading]`; none if the document does not have it.
    pub(super) fn section(&mut self, heading: &'static str) -> Self {
        let table = self.value(heading).and_then(|value| match value.get_ref() {
            DeValue::Table(table) => Some(table),
            other => {
                let problem = format!("must be a section, [{heading}] on a line of its own, not {}", kind(other));
                self.faults.add(value.span().start, heading, problem);
                None
            }
        });
        Section { heading, table, known: Vec::new(), faults: self.faults }
    }

    /// Puts a setting into `target` if the document has it and `read` accepts it.
    pub(super) fn set<T>(
        &mut self,
        name: &'static str,
        target: &mut T,
        read: impl Fn(&DeValue<'_>) -> Result<T, String>,
    ) {
        let Some(value) = self.value(name) else { return };
        match read(value.get_ref()) {
            Ok(value) => *target = value,
            Err(problem) => self.faults.add(value.span().start, &self.full(name), problem),
        }
    }

    /// Adds a fault for each setting that nobody has asked for.
    pub(super) fn finish(self) {
        for key in self.table.into_iter().flat_map(DeTable::keys) {
            let name: &str = key.get_ref();
            if self.known.contains(&name) {
                continue;
            }
            let problem = match self.known.iter().filter_map(|known| Some((likeness(name, known)?, known))).min() {
                Some((_, meant)) => format!("there is no such setting; did you mean `{meant}`?"),
                None => format!("there is no such setting here; there are: {}", self.known.join(", ")),
            };
            self.faults.add(key.span().start, &self.full(name), problem);
        }
    }

    fn value(&mut self, name: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.known.push(name);
        let named = |entry: &(&Spanned<DeString<'_>>, _)| entry.0.get_ref() == name;
        self.table?.iter().find(named).map(|(_, value)| value)
    }

    fn full(&self, name: &str) -> String {
        match self.heading {
            "" => name.to_owned(),
            heading => format!("{heading}.{name}"),
        }
    }
}

/// A whole number.
pub(super) fn number<T>(range: RangeInclusive<T>) -> impl Fn(&DeValue<'_>) -> Result<T, String>
where
    T: Copy + Display + PartialOrd + TryFrom<i64>,
{
    move |value| {
        let outside = |given: &dyn Display| format!("must be {} to {}, not {given}", range.start(), range.end());
        let DeValue::Integer(given) = value else { return Err(expected("a whole number", value)) };
        let number = i64::from_str_radix(given.as_str(), given.radix()).ok().and_then(|given| T::try_from(given).ok());
        number.filter(|number| range.contains(number)).ok_or_else(|| outside(given))
    }
}

/// A duration in whole seconds.
pub(super) fn seconds(range: RangeInclusive<u64>) -> impl Fn(&DeValue<'_>) -> Result<Duration, String> {
    let read = number(range);
    move |value| read(value).map(Duration::from_secs)
}

/// A number of bytes, or a text with a binary unit (IEC 80000-13).
pub(super) fn size<T: TryFrom<u64>>(range: RangeInclusive<u64>) -> impl Fn(&DeValue<'_>) -> Result<T, String> {
    move |value| {
        let (bytes, given) = match value {
            DeValue::Integer(given) => (i64::from_str_radix(given.as_str(), given.radix()).ok(), given.to_string()),
            DeValue::String(given) => (Some(bytes(given)?), format!("\"{given}\"")),
            other => return Err(expected("a size, such as 65536 or \"64KiB\"", other)),
        };
        let bytes = bytes.and_then(|bytes| u64::try_from(bytes).ok()).filter(|bytes| range.contains(bytes));
        let (least, most) = (shown(*range.start()), shown(*range.end()));
        bytes.and_then(|bytes| T::try_from(bytes).ok()).ok_or_else(|| format!("must be {least} to {most}, not {given}"))
    }
}

const UNITS: [(&str, u32); 5] = [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10), ("B", 0)];

/// The bytes that a text such as `20 MiB` stands for; a value too large to represent becomes the largest one.
fn bytes(text: &str) -> Result<i64, String> {
    let digits = text.len() - text.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
    let (count, unit) = (&text[..digits], text[digits..].trim_start());
    let known = UNITS.iter().find(|(name, _)| unit.eq_ignore_ascii_case(name));
    match known {
        Some((_, shift)) if digits > 0 => {
            Ok(count.parse::<i64>().ok().and_then(|count| count.checked_mul(1 << shift)).unwrap_or(i64::MAX))
        }
        _ => Err(format!("\"{text}\" is not a size: a whole number and B, KiB, MiB, GiB or TiB, such as \"64KiB\"")),
    }
}

fn shown(bytes: u64) -> String {
    let fitting = UNITS.iter().find(|(_, shift)| bytes.is_multiple_of(1 << shift));
    fitting.map_or_else(|| bytes.to_string(), |(unit, shift)| format!("{}{unit}", bytes >> shift))
}

/// `true` or `false`.
pub(super) fn truth(value: &DeValue<'_>) -> Result<bool, String> {
    value.as_bool().ok_or_else(|| expected("true or false", value))
}

/// A text.
pub(super) fn text<'v>(value: &'v DeValue<'_>) -> Result<&'v str, String> {
    value.as_str().ok_or_else(|| expected("a text in quotes", value))
}

/// One of several words.
pub(super) fn one_of<T: Copy>(words: &[(&str, T)]) -> impl Fn(&DeValue<'_>) -> Result<T, String> {
    move |value| {
        let given = text(value)?;
        let meant = words.iter().find(|(word, _)| *word == given).map(|(_, meaning)| *meaning);
        let all = || words.iter().map(|(word, _)| format!("\"{word}\"")).collect::<Vec<_>>().join(", ");
        meant.ok_or_else(|| format!("must be one of {}, not \"{given}\"", all()))
    }
}

/// A list with a limited number of entries.
pub(super) fn list<T>(
    count: RangeInclusive<usize>,
    read: impl Fn(&DeValue<'_>) -> Result<T, String>,
) -> impl Fn(&DeValue<'_>) -> Result<Vec<T>, String> {
    move |value| {
        let entries = value.as_array().ok_or_else(|| expected("a list in square brackets", value))?;
        if !count.contains(&entries.len()) {
            return Err(format!("must have {} to {} entries, not {}", count.start(), count.end(), entries.len()));
        }
        entries.iter().map(|entry| read(entry.get_ref())).collect()
    }
}

fn expected(what: &str, found: &DeValue<'_>) -> String {
    format!("must be {what}, not {}", kind(found))
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a number",
        DeValue::Float(_) => "a number with a decimal point",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a section",
    }
}

/// How many letters differ between what was written and what may have been meant; `None` if too many.
fn likeness(written: &str, meant: &str) -> Option<usize> {
    let meant: Vec<char> = meant.chars().collect();
    let mut row: Vec<usize> = (0..=meant.len()).collect();
    for (line, letter) in written.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], line + 1);
        for column in 0..meant.len() {
            let replaced = diagonal + usize::from(letter != meant[column]);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    let distance = row[meant.len()];
    (distance <= 2 || distance * 3 <= meant.len()).then_some(distance)
}
