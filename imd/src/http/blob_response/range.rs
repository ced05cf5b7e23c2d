//! Which part of a file a request asks for (RFC 9110, section 14), and whether the client already has it (section 13).

use axum::http::header::{self, HeaderMap, HeaderName};

/// What is to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// All of it.
    Whole,
    /// The bytes from `first` to `last`, inclusive.
    Part { first: u64, last: u64 },
    /// The requested range is beyond the end.
    Nothing,
}

/// Does the client already have this version? (`If-None-Match`, section 13.1.2: weak comparison.)
pub(in crate::http) fn has_it_already(request: &HeaderMap, etag: &str) -> bool {
    request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

/// The part of `size` bytes that a GET asks for. Several ranges at once, other units and malformed ranges are ignored,
/// as section 14.2 allows; so is a range of another version (`If-Range`, section 13.1.5: strong comparison).
pub(super) fn wanted(request: &HeaderMap, size: u64, etag: &str) -> Wanted {
    let Some(range) = only(request, header::RANGE) else { return Wanted::Whole };
    if request.contains_key(header::IF_RANGE) && only(request, header::IF_RANGE) != Some(etag) {
        return Wanted::Whole;
    }
    part(range, size).unwrap_or(Wanted::Whole)
}

fn only(request: &HeaderMap, name: HeaderName) -> Option<&str> {
    let mut values = request.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then(|| value.trim())
}

/// `None` for anything but a single range of bytes.
fn part(range: &str, size: u64) -> Option<Wanted> {
    let (unit, spec) = range.split_once('=')?;
    if !unit.eq_ignore_ascii_case("bytes") {
        return None;
    }
    let (first, last) = spec.trim().split_once('-')?;
    if first.is_empty() {
        return match number(last)? {
            0 => Some(Wanted::Nothing),
            // The last bytes of an empty file are the whole file.
            _ if size == 0 => None,
            len => Some(Wanted::Part { first: size.saturating_sub(len), last: size - 1 }),
        };
    }
    let first = number(first)?;
    let last = if last.is_empty() { u64::MAX } else { number(last)? };
    if last < first {
        return None;
    }
    Some(if first < size { Wanted::Part { first, last: last.min(size - 1) } } else { Wanted::Nothing })
}

/// Digits only. A number too large for 64 bits is beyond the end of any file.
fn number(digits: &str) -> Option<u64> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ETAG: &str = "\"abc\"";

    fn request(headers: &[(HeaderName, &str)]) -> HeaderMap {
        headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
    }

    /// Were this to fail, videos could not be scrubbed and broken downloads not resumed, or files would come out with
    /// bytes missing.
    #[test]
    fn ranges_mean_what_the_standard_says() {
        let part = |first, last| Wanted::Part { first, last };
        for (range, size, expected) in [
            ("bytes=0-0", 10, part(0, 0)),
            ("bytes=0-9", 10, part(0, 9)),
            ("bytes=0-10", 10, part(0, 9)),
            ("bytes=3-5", 10, part(3, 5)),
            ("bytes=9-", 10, part(9, 9)),
            ("bytes=10-", 10, Wanted::Nothing),
            ("bytes=10-20", 10, Wanted::Nothing),
            ("bytes=-1", 10, part(9, 9)),
            ("bytes=-10", 10, part(0, 9)),
            ("bytes=-11", 10, part(0, 9)),
            ("bytes=-0", 10, Wanted::Nothing),
            ("bytes=0-", 0, Wanted::Nothing),
            ("bytes=-5", 0, Wanted::Whole),
            ("BYTES= 1-2 ", 10, part(1, 2)),
            ("bytes=2-99999999999999999999999", 10, part(2, 9)),
            ("bytes=99999999999999999999999-", 10, Wanted::Nothing),
            ("bytes=5-4", 10, Wanted::Whole),
            ("bytes=0-1,4-5", 10, Wanted::Whole),
            ("bytes=-", 10, Wanted::Whole),
            ("bytes=a-b", 10, Wanted::Whole),
            ("bytes=+1-2", 10, Wanted::Whole),
            ("bytes=1--2", 10, Wanted::Whole),
            ("bytes", 10, Wanted::Whole),
            ("lines=1-2", 10, Wanted::Whole),
        ] {
            assert_eq!(wanted(&request(&[(header::RANGE, range)]), size, ETAG), expected, "{range} of {size}");
        }
        assert_eq!(wanted(&request(&[]), 10, ETAG), Wanted::Whole);
        let two = header::RANGE;
        let mut twice = request(&[(two.clone(), "bytes=0-1")]);
        twice.append(two, "bytes=2-3".parse().unwrap());
        assert_eq!(wanted(&twice, 10, ETAG), Wanted::Whole);
    }

    /// Were this to fail, a download would continue with the bytes of another file.
    #[test]
    fn a_range_of_another_version_is_the_whole() {
        for (version, kept) in
            [(ETAG, true), ("\"abd\"", false), ("W/\"abc\"", false), ("Sat, 29 Oct 1994 19:43:31 GMT", false)]
        {
            let asked = request(&[(header::RANGE, "bytes=1-2"), (header::IF_RANGE, version)]);
            assert_eq!(wanted(&asked, 10, ETAG) != Wanted::Whole, kept, "{version}");
        }
    }

    /// Were this to fail, every photo would be sent again each time a room is opened; or an old one would be shown
    /// instead of a new one.
    #[test]
    fn what_is_there_already_is_not_sent_again() {
        for (tags, has) in [
            ("\"abc\"", true),
            ("W/\"abc\"", true),
            ("\"x\", W/\"y\" ,\"abc\"", true),
            ("*", true),
            ("\"abd\"", false),
            ("abc", false),
            ("", false),
        ] {
            assert_eq!(has_it_already(&request(&[(header::IF_NONE_MATCH, tags)]), ETAG), has, "{tags}");
        }
        assert!(!has_it_already(&request(&[]), ETAG));
    }
}
