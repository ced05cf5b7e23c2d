//! The encoding of a text: by its byte order mark, by being valid UTF-8, otherwise by which letters its bytes would be.
//! Offices in China save GBK, and many old programs use the encoding of their country.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GBK, UTF_8};

/// How many of the first bytes are looked at.
pub const ENCODING_HEAD: usize = 64 << 10;

/// Of so few letters the language cannot be told.
const SHORT: usize = 6;

/// The language to assume for a short text whose bytes are ambiguous.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likely {
    /// Chinese.
    Chinese,
    /// Any other.
    Other,
}

/// The encoding of a text that begins with `head`, which may be cut anywhere, under the name that browsers use.
#[must_use]
pub fn encoding_of(head: &[u8], likely: Likely) -> &'static str {
    detect(&head[..head.len().min(ENCODING_HEAD)], likely).name()
}

/// The name that browsers use for an encoding that somebody names like this.
#[must_use]
pub fn encoding_called(label: &str) -> Option<&'static str> {
    Some(Encoding::for_label_no_replacement(label.as_bytes())?.name())
}

/// The whole text without its byte order mark; bytes that are no letter in its encoding are shown as such.
#[must_use]
pub fn decoded(text: &[u8], likely: Likely) -> String {
    let encoding = detect(&text[..text.len().min(ENCODING_HEAD)], likely);
    // Later bytes may tell what the first ones did not.
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
        // A letter that the end cuts in two.
        Err(error) if error.error_len().is_none() => return UTF_8,
        Err(_) => {}
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(head, true);
    // A hint would make nearly every text Chinese, also long ones in other languages.
    if likely == Likely::Chinese && is_short_chinese(head) {
        return GBK;
    }
    detector.guess(None, Utf8Detection::Deny)
}

/// Is this a name or a few words that can be Chinese? So few letters show no language: 王芳 might as well be Cyrillic.
/// All letters are those of GB 2312, and at least half of them are of its first part, which has the usual ones.
fn is_short_chinese(text: &[u8]) -> bool {
    let (mut letters, mut usual) = (0, 0);
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        rest = match (first, after.split_first()) {
            (0..=0x7f, _) => after,
            (0xb0..=0xf7, Some((0xa1..=0xfe, after))) => {
                letters += 1;
                usual += usize::from(*first <= 0xd7);
                after
            }
            _ => return false,
        };
    }
    letters <= SHORT && usual * 2 >= letters
}

#[cfg(test)]
mod tests {
    use encoding_rs::{BIG5, EUC_KR, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252};

    use super::*;

    /// Were this to fail, a note from an office would be shown as unreadable characters.
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
        // Too short to be told, they are what is likely; any other text is what it is.
        for (text, encoding, chinese, other) in [
            ("王芳", GBK, "GBK", "windows-1251"),
            ("王婷\r\n", GBK, "GBK", "GBK"),
            ("Jörg", WINDOWS_1252, "windows-1252", "windows-1252"),
            ("Größe", WINDOWS_1252, "windows-1252", "windows-1252"),
            ("姓名,角色\r\n陳大文,成員\r\n", BIG5, "Big5", "Big5"),
            ("こんにちは", SHIFT_JIS, "Shift_JIS", "Shift_JIS"),
            ("엘리베이터 점검 안내", EUC_KR, "EUC-KR", "EUC-KR"),
            ("Имя;Роль\r\nИван Петров;member\r\n", WINDOWS_1251, "windows-1251", "windows-1251"),
            ("电梯维修通知：明天上午九点到十一点停运。", GBK, "GBK", "GBK"),
        ] {
            let bytes = encoding.encode(text).0;
            assert_eq!(encoding_of(&bytes, Likely::Chinese), chinese, "{text}");
            assert_eq!(encoding_of(&bytes, Likely::Other), other, "{text}");
        }
        let german = b"Sehr geehrte Damen und Herren, die Gr\xf6\xdfe der T\xfcren im M\xfcllraum wird ge\xe4ndert. Mit freundlichen Gr\xfc\xdfen";
        assert_eq!(encoding_of(german, Likely::Other), "windows-1252");
        assert_eq!(encoding_of(german, Likely::Chinese), "windows-1252");
        // Cut in the middle of a letter, it still has the same encoding.
        assert_eq!(encoding_of(&"测试".as_bytes()[..5], Likely::Chinese), "UTF-8");
        assert_eq!((encoding_called("gb2312"), encoding_called("nothing")), (Some("GBK"), None));
    }
}
