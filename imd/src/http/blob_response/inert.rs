//! Types and names of files as headers that keep a browser from doing anything with them that the app has not asked
//! for.

use std::fmt::Write;

const UNKNOWN: &str = "application/octet-stream";

/// May a browser show this by itself? None of these types can run scripts in the page's name.
pub(super) fn can_be_shown(media_type: &str) -> bool {
    let essence = essence(media_type);
    let (top, sub) = essence.split_once('/').unwrap_or_default();
    match top {
        "image" | "audio" | "video" => is_token(sub) && !sub.ends_with("xml"),
        _ => matches!(essence.as_str(), "application/pdf" | "text/plain"),
    }
}

/// `Content-Type`: the file's own type where a browser can only show or save it. Everything else is sent as plain
/// bytes, above all pages, drawings, scripts and style sheets, which the app's own pages could be made to load. A text
/// is sent with `charset`.
pub(super) fn content_type(media_type: &str, charset: &str) -> String {
    let essence = essence(media_type);
    match essence.as_str() {
        _ if is_text(&essence) => format!("{essence}; charset={}", charset.to_ascii_lowercase()),
        "application/zip"
        | "application/gzip"
        | "application/x-7z-compressed"
        | "application/vnd.rar"
        | "application/x-tar"
        | "application/epub+zip"
        | "application/json"
        | "application/rtf"
        | "application/msword" => essence,
        _ if can_be_shown(&essence) => essence,
        // Office documents of all vendors.
        _ => match essence.strip_prefix("application/vnd.") {
            Some(sub) if is_token(sub) && !sub.ends_with("xml") => essence,
            _ => UNKNOWN.to_owned(),
        },
    }
}

/// Is it a text whose encoding a browser has to be told?
pub(super) fn is_text(media_type: &str) -> bool {
    matches!(essence(media_type).as_str(), "text/plain" | "text/csv" | "text/calendar" | "text/vcard")
}

/// `Content-Disposition` (RFC 6266) with the name in ASCII for old programs, and in full (RFC 8187) where ASCII is not
/// enough.
pub(super) fn content_disposition(disposition: &str, name: &str) -> String {
    // Some programs take `%41` in the plain form for an `A`; quotes and backslashes would need escaping.
    let plain = |c: char| (c.is_ascii_graphic() || c == ' ') && !matches!(c, '"' | '\\' | '%');
    let ascii: String = name.chars().map(|c| if plain(c) { c } else { '_' }).collect();
    let mut value = format!("{disposition}; filename=\"{ascii}\"");
    if ascii != name {
        value.push_str("; filename*=UTF-8''");
        for byte in name.bytes() {
            if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
                value.push(char::from(byte));
            } else {
                // Writing to a string cannot fail.
                let _ = write!(value, "%{byte:02X}");
            }
        }
    }
    value
}

/// Type and subtype in lower case, without parameters.
fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn is_token(sub: &str) -> bool {
    !sub.is_empty() && sub.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were this to fail, a file could read and write in the name of whoever opens it; or a photo would not be shown.
    #[test]
    fn only_what_cannot_act_is_shown() {
        for media_type in [
            "image/jpeg",
            "IMAGE/PNG",
            "image/heif",
            "audio/mpeg",
            "video/mp4",
            "application/pdf",
            "text/plain",
            "text/plain; charset=gbk",
        ] {
            assert!(can_be_shown(media_type), "{media_type}");
            assert_ne!(content_type(media_type, "UTF-8"), UNKNOWN, "{media_type}");
        }
        for media_type in [
            "text/html",
            "application/xhtml+xml",
            "image/svg+xml",
            " Image/SVG+XML ; x",
            "text/xml",
            "application/xml",
            "application/rss+xml",
            "text/javascript",
            "application/javascript",
            "application/x-javascript",
            "text/css",
            "application/wasm",
            "multipart/x-mixed-replace",
            "message/rfc822",
            "text/x-shellscript",
            "text/markdown",
            "application/vnd.wap.xhtml+xml",
            "image/",
            "image/a b",
            "image/a\r\nx: y",
            "image/ä",
            "",
            "jpeg",
            "/",
        ] {
            assert!(!can_be_shown(media_type), "{media_type}");
            assert_eq!(content_type(media_type, "UTF-8"), UNKNOWN, "{media_type}");
        }
    }

    /// Were this to fail, a phone would not know which program opens a document.
    #[test]
    fn documents_are_saved_with_their_type() {
        for media_type in [
            "application/zip",
            "application/msword",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.oasis.opendocument.text",
        ] {
            assert!(!can_be_shown(media_type));
            assert_eq!(content_type(media_type, "UTF-8"), media_type);
        }
        assert_eq!(content_type("text/plain", "UTF-8"), "text/plain; charset=utf-8");
        assert_eq!(content_type("text/csv; header=present", "UTF-8"), "text/csv; charset=utf-8");
    }

    /// Were this to fail, a file would be saved under a wrong name, or its name would become another header.
    #[test]
    fn names_are_told_in_full_and_no_further() {
        for (name, expected) in [
            ("a b.txt", "inline; filename=\"a b.txt\""),
            ("é%.txt", "inline; filename=\"__.txt\"; filename*=UTF-8''%C3%A9%25.txt"),
            ("停.pdf", "inline; filename=\"_.pdf\"; filename*=UTF-8''%E5%81%9C.pdf"),
            ("a\"; x=\"b", "inline; filename=\"a_; x=_b\"; filename*=UTF-8''a%22%3B%20x%3D%22b"),
            ("a\r\nb\\c", "inline; filename=\"a__b_c\"; filename*=UTF-8''a%0D%0Ab%5Cc"),
            ("it's (1).md", "inline; filename=\"it's (1).md\""),
            ("'é(", "inline; filename=\"'_(\"; filename*=UTF-8''%27%C3%A9%28"),
        ] {
            assert_eq!(content_disposition("inline", name), expected);
        }
    }
}
