//! The daemon's JSON in a form that people can read at a terminal. Knows nothing of its meaning.

use std::fmt::Write as _;

use serde_json::Value;

/// For people: a list as a table, anything else line by line.
pub(super) fn shown(answer: &Value) -> String {
    match answer {
        Value::Null => "done\n".to_owned(),
        Value::Array(rows) => table(rows),
        Value::Object(fields) => {
            let mut text = String::new();
            for (name, value) in fields {
                // Writing to a String cannot fail.
                let _ = match value {
                    Value::Array(rows) if rows.iter().all(Value::is_object) => write!(text, "{name}:\n{}", table(rows)),
                    Value::Null => Ok(()),
                    Value::Object(_) => columns(&format!("{name}."), value)
                        .iter()
                        .try_for_each(|(name, value)| writeln!(text, "{name}: {value}")),
                    plain => writeln!(text, "{name}: {}", word(plain)),
                };
            }
            text
        }
        plain => format!("{}\n", word(plain)),
    }
}

fn table(rows: &[Value]) -> String {
    let rows: Vec<Vec<(String, String)>> = rows.iter().map(|row| columns("", row)).collect();
    let mut widths: Vec<(String, usize)> = Vec::new();
    for (name, value) in rows.iter().flatten() {
        let width = value.chars().count().max(name.chars().count());
        match widths.iter_mut().find(|(known, _)| known == name) {
            Some((_, widest)) => *widest = width.max(*widest),
            None => widths.push((name.clone(), width)),
        }
    }
    let line = |field: &dyn Fn(&str) -> String| {
        let fields: Vec<String> = widths.iter().map(|(name, width)| format!("{:width$}", field(name))).collect();
        format!("{}\n", fields.join("  ").trim_end())
    };
    let mut text = line(&|name| name.to_owned());
    for row in &rows {
        let of =
            |name: &str| row.iter().find(|(known, _)| known == name).map_or(String::new(), |(_, value)| value.clone());
        text.push_str(&line(&of));
    }
    text
}

/// A row's plain fields; fields of nested objects are named after both.
fn columns(prefix: &str, row: &Value) -> Vec<(String, String)> {
    let Value::Object(fields) = row else { return vec![("value".to_owned(), word(row))] };
    let field = |(name, value): (&String, &Value)| match value {
        Value::Object(_) => columns(&format!("{name}."), value),
        plain => vec![(format!("{prefix}{name}"), word(plain))],
    };
    fields.iter().flat_map(field).collect()
}

fn word(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.replace(char::is_control, " "),
        // An object in a list in a table is shown by its name only.
        Value::Object(fields) if fields.contains_key("name") => word(&fields["name"]),
        Value::Array(values) => values.iter().map(word).collect::<Vec<_>>().join(" "),
        plain => plain.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Were this to fail, an admin at the console would read nonsense, or somebody's name could move their cursor.
    #[test]
    fn answers_are_tables_for_people() {
        let answer = json!({"people": [{"user": {"id": 1, "name": "A\u{1b}[2J"}, "devices": 2}, {"user": {"id": 22, "name": "王芳"}}], "next": null});
        assert_eq!(
            shown(&answer),
            "people:\ndevices  user.id  user.name\n2        1        A [2J\n         22       王芳\n"
        );
        assert_eq!(shown(&Value::Null), "done\n");
        let answer = json!({"code": "AB", "state": {"stage": "open", "addresses": ["10.0.0.1"]}});
        assert_eq!(shown(&answer), "code: AB\nstate.addresses: 10.0.0.1\nstate.stage: open\n");
        let answer = json!([{"files": [{"name": "a.txt", "kept": null}, {"name": "b"}]}]);
        assert_eq!(shown(&answer), "files\na.txt b\n");
    }
}
