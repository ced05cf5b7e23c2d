//! Comma-separated values (RFC 4180), in and out.

/// Appends a field: quoted always; what a spreadsheet would run as a formula is made text.
pub(super) fn push_field(csv: &mut String, text: &str) {
    csv.push('"');
    if text.starts_with(['=', '+', '-', '@', '\t']) {
        csv.push('\'');
    }
    csv.push_str(&text.replace('"', "\"\""));
    csv.push('"');
}

/// A record, and the line that it begins on, counted from 1.
pub(super) type Record = (u32, Vec<String>);

/// The records of a text, empty lines left out. Commas, semicolons and tabs separate: whichever the first line has, as
/// spreadsheets of different countries write.
pub(super) fn parse(text: &str) -> Vec<Record> {
    let text = text.trim_start_matches('\u{feff}');
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
            '"' if field.is_empty() => quoted = true,
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

#[cfg(test)]
mod tests {
    use super::*;

    /// An admin who opens the export would run what a person called themselves.
    #[test]
    fn a_name_cannot_become_a_formula_or_break_its_row() {
        let mut csv = String::new();
        push_field(&mut csv, "=HYPERLINK(\"x\"),\r\n");
        assert_eq!(csv, "\"'=HYPERLINK(\"\"x\"\"),\r\n\"");
    }

    /// Half the residents would be missing, or be called what their neighbour is.
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
    }
}
