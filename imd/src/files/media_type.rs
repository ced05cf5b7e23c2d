//! What kind of file it is: by its first bytes where they show it, else by its name.

/// How many of the first bytes are looked at. Office documents show their kind only in the third entry or so of the
/// archive that they are.
pub(super) const HEAD_BYTES: usize = 8 << 10;

const UNKNOWN: &str = "application/octet-stream";

/// Media type (RFC 6838) without parameters of the content that begins with `head` and was sent as `name`.
///
/// A name never makes an image of what does not look like one: what the content should have shown and did not is
/// `application/octet-stream`.
pub fn media_type(head: &[u8], name: &str) -> String {
    let head = &head[..head.len().min(HEAD_BYTES)];
    let by_name = mime_guess::from_path(name).first().map(|guess| guess.essence_str().to_ascii_lowercase());
    if let Some(kind) = infer::get(head) {
        // The content shows an archive; only the name tells which of the many formats that are archives it holds.
        return match (kind.mime_type(), by_name) {
            ("application/zip", Some(named)) if is_zip_inside(&named) => named,
            // An SVG is XML, and many a text begins like a page.
            ("text/xml" | "text/html", Some(named)) if is_markup(&named) => named,
            (shown, _) => shown.to_owned(),
        };
    }
    match by_name {
        Some(named) if named.starts_with("image/") && named != "image/svg+xml" => UNKNOWN.to_owned(),
        Some(named) => named,
        None if looks_like_text(head) => "text/plain".to_owned(),
        None => UNKNOWN.to_owned(),
    }
}

/// Is this one of the types that thumbnails are made of? Nothing that can hold a script is.
pub fn is_photo(media_type: &str) -> bool {
    matches!(media_type, "image/jpeg" | "image/png" | "image/webp" | "image/gif")
}

fn is_zip_inside(named: &str) -> bool {
    named.starts_with("application/vnd.") || matches!(named, "application/epub+zip" | "application/java-archive")
}

fn is_markup(named: &str) -> bool {
    named.ends_with("+xml") || matches!(named, "text/html" | "text/xml" | "application/xml")
}

/// UTF-8 without control characters that no text has. A character cut in two by the end of `head` is fine.
fn looks_like_text(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default(),
        Err(_) => return false,
    };
    !text.is_empty() && !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}' | '\u{1b}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0";
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    const ZIP: &[u8] = b"PK\x03\x04\x14\0\0\0\x08\0";

    /// A photo would be shown as a grey box, a video not be played.
    #[test]
    fn the_content_decides_whatever_the_name_says() {
        for (head, name, expected) in [
            (JPEG, "photo.jpg", "image/jpeg"),
            (JPEG, "photo.html", "image/jpeg"),
            (PNG, "", "image/png"),
            (b"GIF89a\x01\0", "x.txt", "image/gif"),
            (b"RIFF\x24\0\0\0WEBPVP8 ", "x", "image/webp"),
            (b"%PDF-1.7\n", "Rechnung", "application/pdf"),
            (b"\0\0\0\x18ftypmp42\0\0\0\0", "clip.mov", "video/mp4"),
            (b"ID3\x03\0\0\0\0\0\0", "a", "audio/mpeg"),
            (ZIP, "all.zip", "application/zip"),
            (ZIP, "book.epub", "application/epub+zip"),
            (ZIP, "photo.jpg", "application/zip"),
        ] {
            assert_eq!(media_type(head, name), expected, "{name}");
        }
    }

    /// A page or drawing with a script inside would run as the app.
    #[test]
    fn markup_is_never_an_image() {
        for (head, name, expected) in [
            (&b"<!doctype html><script>"[..], "photo.jpg", "text/html"),
            (b"<html><body>", "photo.png", "text/html"),
            (b"<?xml version=\"1.0\"?><svg onload='x'/>", "photo.jpg", "text/xml"),
            (b"<?xml version=\"1.0\"?><svg onload='x'/>", "a.svg", "image/svg+xml"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'>", "a.svg", "image/svg+xml"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'>", "a.png", "application/octet-stream"),
            (b"no picture at all", "a.gif", "application/octet-stream"),
        ] {
            let found = media_type(head, name);
            assert_eq!(found, expected, "{name}");
            assert!(!is_photo(&found));
        }
        assert!(["image/jpeg", "image/png", "image/webp", "image/gif"].into_iter().all(is_photo));
    }

    /// A note or table would be saved without the program that opens it.
    #[test]
    fn the_name_decides_where_the_content_is_silent() {
        for (head, name, expected) in [
            (&b"a;b\n1;2\n"[..], "table.csv", "text/csv"),
            (b"hello", "NOTE.TXT", "text/plain"),
            (b"hello", "README", "text/plain"),
            ("你好".as_bytes(), "读我", "text/plain"),
            (&"你好".as_bytes()[..5], "读我", "text/plain"),
            (b"\x01\x02\x03", "noise", "application/octet-stream"),
            (b"\xff\xfe\xfd", "noise", "application/octet-stream"),
            (b"", "nothing", "application/octet-stream"),
            (b"", "", "application/octet-stream"),
        ] {
            assert_eq!(media_type(head, name), expected, "{name}");
        }
    }
}
