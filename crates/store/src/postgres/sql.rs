//! Makes PostgreSQL's text of a query from the common one.

/// With parameters as PostgreSQL names them: `$1` for `?1`. A `?` without a number after it is left alone.
pub(super) fn renamed(sql: &str) -> String {
    let mut text = String::with_capacity(sql.len());
    let mut letters = sql.chars().peekable();
    while let Some(letter) = letters.next() {
        let is_parameter = letter == '?' && letters.peek().is_some_and(char::is_ascii_digit);
        text.push(if is_parameter { '$' } else { letter });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_renamed_and_nothing_else() {
        assert_eq!(renamed("SELECT '?', ?1 WHERE x = ?12 AND '盒' = ?2"), "SELECT '?', $1 WHERE x = $12 AND '盒' = $2");
    }
}
