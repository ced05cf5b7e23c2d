//! What the client accepts (RFC 9110, section 12): `Accept` and `Accept-Encoding`, where a weight of 0 means no.

use axum::http::HeaderMap;
use axum::http::header::{self, HeaderName};

/// Does the client accept a response compressed with gzip?
pub(super) fn gzip(headers: &HeaderMap) -> bool {
    let weight = |coding| weight(headers, header::ACCEPT_ENCODING, coding);
    weight("gzip").or_else(|| weight("x-gzip")).or_else(|| weight("*")).is_some_and(|weight| weight > 0.0)
}

/// Does the client ask for this media type by its name?
pub(super) fn media_type(headers: &HeaderMap, name: &str) -> bool {
    weight(headers, header::ACCEPT, name).is_some_and(|weight| weight > 0.0)
}

/// The weight of `name`; `None` when it is not named.
fn weight(headers: &HeaderMap, header: HeaderName, name: &str) -> Option<f32> {
    let lines = headers.get_all(header).into_iter().filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| line.split(',')).find_map(|item| {
        let mut parts = item.split(';').map(str::trim);
        parts.next().filter(|given| given.eq_ignore_ascii_case(name))?;
        let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        Some(weight.and_then(|weight| weight.parse().ok()).unwrap_or(1.0))
    })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn with(header: HeaderName, lines: &[&'static str]) -> HeaderMap {
        lines.iter().map(|line| (header.clone(), HeaderValue::from_static(line))).collect()
    }

    /// Were this to fail, a client that cannot decompress would get unreadable bytes.
    #[test]
    fn packed_is_sent_only_to_who_takes_it() {
        for (lines, takes) in [
            (&["gzip"][..], true),
            (&["br, GZIP;q=0.5"], true),
            (&["x-gzip"], true),
            (&["br", "gzip"], true),
            (&["*"], true),
            (&["gzip;q=0"], false),
            (&["gzip; q=0.000, *"], false),
            (&["*;q=0"], false),
            (&["gzipped"], false),
            (&["identity"], false),
            (&[""], false),
            (&[], false),
        ] {
            assert_eq!(gzip(&with(header::ACCEPT_ENCODING, lines)), takes, "{lines:?}");
        }
    }

    #[test]
    fn a_media_type_is_asked_for_by_its_name() {
        for (line, asked) in [
            ("text/html,*/*;q=0.8", true),
            ("application/json, Text/HTML;level=1;q=0.1", true),
            ("text/html;q=0, */*", false),
            ("*/*", false),
            ("text/htmlx", false),
        ] {
            assert_eq!(media_type(&with(header::ACCEPT, &[line]), "text/html"), asked, "{line}");
        }
    }
}
