//! In which encoding a text's bytes are: by its mark, by being UTF-8, else by what its letters would be. Offices in China save
//! GBK, and many an old program whatever its country wrote.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8};

/// How many of the first bytes are looked at.
pub const ENCODING_HEAD: usize = 64 << 10;

/// Which language a text is most likely in whose few letters could be several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likely {
    /// Chinese.
    Chinese,
    /// Any other.
    Other,
}

/// The encoding of a text that begins with `head`, which may be cut anywhere, by the name that browsers know.
#[must_use]
pub fn encoding_of(head: &[u8], likely: Likely) -> &'static str {
    detect(&head[..head.len().min(ENCODING_HEAD)], likely).name()
}

/// The name that browsers know of the encoding that somebody calls so.
#[must_use]
pub fn encoding_called(label: &str) -> Option<&'static str> {
    Some(Encoding::for_label_no_replacement(label.as_bytes())?.name())
}

/// The whole text, its mark taken off; what is no letter in its encoding is shown as such.
#[must_use]
pub fn decoded(text: &[u8], likely: Likely) -> String {
    let encoding = detect(&text[..text.len().min(ENCODING_HEAD)], likely);
    // Later bytes may show what the first did not.
    let encoding =
        if encoding == UTF_8 && std::str::from_utf8(text).is_err() { detect(text, likely) } else { encoding };
    encoding.decode(text).0.into_owned()
}

fn detect(head: &[u8], likely: Likely) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return encoding;
    }
    match std::str::from_utf8(head) {
        Ok(_) => return UTF_8,
        // A letter that is cut in two by the end.
        Err(error) if error.error_len().is_none() => return UTF_8,
        Err(_) => {}
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(head, true);
    let hint: Option<&[u8]> = match likely {
        Likely::Chinese => Some(b"cn"),
        Likely::Other => None,
    };
    detector.guess(hint, Utf8Detection::Deny)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A note from an office would be shown as signs that nobody can read.
    #[test]
    fn what_computers_save_is_read() {
        for (bytes, name, text) in [
            (&b"\xb2\xe2\xca\xd4"[..], "GBK", "测试"),
            (
                b"\xd0\xd5\xc3\xfb,\xbd\xc7\xc9\xab\r\n\xcd\xf5\xb7\xbc,member\r\n",
                "GBK",
                "姓名,角色\r\n王芳,member\r\n",
            ),
            ("测试".as_bytes(), "UTF-8", "测试"),
            (b"\xef\xbb\xbfa", "UTF-8", "a"),
            (b"\xff\xfeK\x6d", "UTF-16LE", "测"),
            (b"\xfe\xff\x6dK", "UTF-16BE", "测"),
            (b"plain", "UTF-8", "plain"),
            (b"", "UTF-8", ""),
        ] {
            assert_eq!(encoding_of(bytes, Likely::Chinese), name, "{text}");
            assert_eq!(decoded(bytes, Likely::Chinese), text);
        }
        let german = b"Sehr geehrte Damen und Herren, die Gr\xf6\xdfe der T\xfcren im M\xfcllraum wird ge\xe4ndert. Mit freundlichen Gr\xfc\xdfen";
        assert_eq!(encoding_of(german, Likely::Other), "windows-1252");
        // Cut in the middle of a letter, it is what it was.
        assert_eq!(encoding_of(&"测试".as_bytes()[..5], Likely::Chinese), "UTF-8");
        assert_eq!((encoding_called("gb2312"), encoding_called("nothing")), (Some("GBK"), None));
    }
}
