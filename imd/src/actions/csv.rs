//! Comma-separated values (RFC 4180): writing and reading them.

use std::iter::Peekable;
use std::str::Chars;

/// Written at the beginning of a file, so that Excel reads it as UTF-8.
pub(super) const MARK: char = '\u{feff}';

/// Appends a field. It is always quoted, and what a spreadsheet would run as a formula is turned into text.
pub(super) fn push_field(csv: &mut String, text: &str) {
    csv.push('"');
    // Formulas may also begin with full-width signs, as East Asian keyboards write them, and some programs skip leading
    // blanks.
    let begins = text.trim_start().chars().next();
    if text.starts_with('\t') || begins.is_some_and(|first| "=+-@＝＋－＠".contains(first)) {
        csv.push('\'');
    }
    csv.push_str(&text.replace('"', "\"\""));
    csv.push('"');
}

/// A record and the number of the line it begins on, counted from 1.
pub(super) type Record = (u32, Vec<String>);

/// The records of a text, without empty lines. Fields are separated by commas, semicolons or tabs, whichever the first
/// line has, because spreadsheets of different countries write different ones.
pub(super) fn parse(text: &str) -> Vec<Record> {
    let text = text.trim_start_matches(MARK);
    let first = text.lines().next().unwrap_or_default();
    let separator = [',', ';', '\t'].into_iter().max_by_key(|s| (first.matches(*s).count(), *s == ',')).unwrap_or(',');
    let mut records = Vec::new();
    let (mut record, mut field) = (Vec::new(), String::new());
    let (mut line, mut begins, mut quoted) = (1_u32, 1_u32, false);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                field.push('"');
            }
            '"' if quoted => quoted = false,
            // A quote that is never closed counts as an ordinary letter, so that it does not swallow the next person.
            '"' if field.is_empty() && is_closed(letters.clone(), separator) => quoted = true,
            '\r' if !quoted && letters.peek() == Some(&'\n') => {}
            '\n' | '\r' if !quoted => {
                record.push(std::mem::take(&mut field));
                records.push((begins, std::mem::take(&mut record)));
                line += 1;
                begins = line;
            }
            letter if letter == separator && !quoted => record.push(std::mem::take(&mut field)),
            letter => {
                line += u32::from(letter == '\n');
                field.push(letter);
            }
        }
    }
    if !field.is_empty() || !record.is_empty() {
        record.push(field);
        records.push((begins, record));
    }
    records.retain(|(_, fields)| fields.iter().any(|field| !field.trim().is_empty()));
    records
}

/// After an opening quote: is there a closing one with the end of the field behind it?
fn is_closed(mut letters: Peekable<Chars<'_>>, separator: char) -> bool {
    while let Some(letter) = letters.next() {
        if letter == '"' {
            match letters.next() {
                Some('"') => {}
                None | Some('\r' | '\n') => return true,
                Some(after) => return after == separator,
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were this to fail, an admin who opens the export would run whatever formula somebody took as a name.
    #[test]
    fn a_name_cannot_become_a_formula_or_break_its_row() {
        let mut csv = String::new();
        push_field(&mut csv, "=HYPERLINK(\"x\"),\r\n");
        assert_eq!(csv, "\"'=HYPERLINK(\"\"x\"\"),\r\n\"");
        for (text, field) in
            [("＝1", "\"'＝1\""), (" =1", "\"' =1\""), ("\t1", "\"'\t1\""), ("a=1", "\"a=1\""), ("", "\"\"")]
        {
            let mut csv = String::new();
            push_field(&mut csv, text);
            assert_eq!(csv, field);
        }
    }

    /// Were this to fail, half the residents would be missing, or would get their neighbour's name.
    #[test]
    fn what_spreadsheets_write_is_read() {
        let fields = |text: &str| parse(text).into_iter().map(|(line, f)| (line, f.join("|"))).collect::<Vec<_>>();
        let said = |list: &[(u32, &str)]| list.iter().map(|(l, s)| (*l, (*s).to_owned())).collect::<Vec<_>>();
        assert_eq!(fields("name,role\r\nAnn,member\r\n"), said(&[(1, "name|role"), (2, "Ann|member")]));
        assert_eq!(fields("\u{feff}name;role\n王芳;guest"), said(&[(1, "name|role"), (2, "王芳|guest")]));
        assert_eq!(
            fields("a,b\n\n\"x, \"\"y\"\"\nz\",1\n,\nlast,"),
            said(&[(1, "a|b"), (3, "x, \"y\"\nz|1"), (6, "last|")])
        );
        assert_eq!(fields(""), said(&[]));
        let open = "name,role\n\"Ann,member\n\"Bo\",guest\nthe \"best\",member";
        assert_eq!(
            fields(open),
            said(&[(1, "name|role"), (2, "\"Ann|member"), (3, "Bo|guest"), (4, "the \"best\"|member")])
        );
    }
}
