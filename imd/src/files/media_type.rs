//! The type of a file: by its first bytes if they show it, otherwise by its name.

/// How many of the first bytes are looked at. Office documents only show their type in about the third entry of the
/// archive that they are.
pub(super) const HEAD_BYTES: usize = 8 << 10;

const UNKNOWN: &str = "application/octet-stream";

/// Media type (RFC 6838) without parameters of the content that begins with `head` and was sent as `name`.
///
/// A name never makes something an image that does not look like one: when the content should have shown its type and
/// did not, it is `application/octet-stream`.
pub fn media_type(head: &[u8], name: &str) -> String {
    let head = &head[..head.len().min(HEAD_BYTES)];
    let by_name = mime_guess::from_path(name).first().map(|guess| guess.essence_str().to_ascii_lowercase());
    let textual = is_textual(head);
    // Some signatures consist of two letters, with which a text may begin.
    if let Some(kind) = infer::get(head).filter(|kind| !textual || is_text_format(kind.mime_type())) {
        // The content is an archive or a container, and only the name tells which kind of file it is.
        return match (usual(kind.mime_type()), by_name) {
            ("application/zip", Some(named)) if is_zip_inside(&named) => named,
            // An SVG is XML, and some texts begin like a page.
            ("text/xml" | "text/html", Some(named)) if is_markup(&named) => named,
            // Voice recorders write sound into a container for films.
            ("video/mp4", Some(named)) if named.starts_with("audio/") => "audio/mp4".to_owned(),
            ("video/webm", Some(named)) if named.starts_with("audio/") => "audio/webm".to_owned(),
            ("video/3gpp", Some(named)) if named.starts_with("audio/") => "audio/3gpp".to_owned(),
            (shown, _) => shown.to_owned(),
        };
    }
    match by_name {
        Some(named) if named.starts_with("image/") && named != "image/svg+xml" => UNKNOWN.to_owned(),
        Some(named) if textual && (named.starts_with("video/") || named.starts_with("audio/")) => {
            "text/plain".to_owned()
        }
        // A transport stream, as cameras and televisions write it, and a program in TypeScript have the same extension.
        Some(named) if named == "video/vnd.dlna.mpeg-tts" => {
            if is_transport_stream(head) {
                "video/mp2t".to_owned()
            } else {
                UNKNOWN.to_owned()
            }
        }
        Some(named) => usual(&named).to_owned(),
        None if looks_like_text(head) => "text/plain".to_owned(),
        None => UNKNOWN.to_owned(),
    }
}

/// The name that browsers use for a type that has several.
fn usual(media_type: &str) -> &str {
    match media_type {
        "audio/m4a" | "audio/x-m4a" => "audio/mp4",
        "audio/x-wav" | "audio/vnd.wave" => "audio/wav",
        "audio/x-flac" => "audio/flac",
        "video/x-m4v" => "video/mp4",
        "image/heif" => "image/heic",
        other => other,
    }
}

/// Formats that are text, or can be.
fn is_text_format(media_type: &str) -> bool {
    media_type.starts_with("text/")
        || matches!(media_type, "application/pdf" | "application/rtf" | "application/postscript" | "application/x-sh")
}

/// Does it contain nothing that no text contains, in any encoding?
fn is_textual(head: &[u8]) -> bool {
    !head.is_empty() && head.iter().all(|byte| *byte >= 0x20 && *byte != 0x7f || b"\n\r\t\x0c\x1b".contains(byte))
}

/// Packets of 188 bytes that each begin with `G`.
fn is_transport_stream(head: &[u8]) -> bool {
    head.len() > 188 && head.iter().step_by(188).all(|byte| *byte == 0x47)
}

/// Is this one of the types of photos? None of them can contain a script.
pub fn is_photo(media_type: &str) -> bool {
    matches!(media_type, "image/jpeg" | "image/png" | "image/webp" | "image/gif" | "image/heic" | "image/avif")
}

fn is_zip_inside(named: &str) -> bool {
    named.starts_with("application/vnd.") || matches!(named, "application/epub+zip" | "application/java-archive")
}

fn is_markup(named: &str) -> bool {
    named.ends_with("+xml") || matches!(named, "text/html" | "text/xml" | "application/xml")
}

/// Is it UTF-8 without control characters that no text has? The end of `head` may cut a character in two.
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

    /// Were this to fail, a photo would be shown as a grey box, or a video would not play.
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

    /// Were this to fail, a page or drawing with a script inside would run as the app.
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

    /// Were this to fail, a note that begins with two unlucky letters would be a broken picture, and a program a film.
    #[test]
    fn a_text_is_no_picture_and_no_film() {
        for (head, name, expected) in [
            (&b"BM, please call back"[..], "note.txt", "text/plain"),
            (b"BM, please call back", "note", "text/plain"),
            (b"BM\xb2\xe2\xca\xd4", "note.txt", "text/plain"),
            (b"MZ is the answer", "a.txt", "text/plain"),
            (b"ID3 tags", "a.md", "text/markdown"),
            (b"let x=1", "a.ts", "text/plain"),
            (b"\x01\x02\x03", "a.ts", "application/octet-stream"),
            (&[b"G".to_vec(), vec![0; 187]].concat().repeat(3), "a.ts", "video/mp2t"),
            (b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", "a.bmp", "image/bmp"),
        ] {
            assert_eq!(media_type(head, name), expected, "{name}");
        }
    }

    /// Were this to fail, a voice message or a film from a phone would be a file that does not play.
    #[test]
    fn what_phones_record_has_its_usual_type() {
        let ftyp = |brand: &str| [b"\0\0\0\x18ftyp", brand.as_bytes(), b"\0\0\0\0isomiso2"].concat();
        for (head, name, expected) in [
            (ftyp("qt  "), "IMG_0001.MOV", "video/quicktime"),
            (ftyp("mp42"), "20260101_101010.mp4", "video/mp4"),
            (ftyp("isom"), "VID.mp4", "video/mp4"),
            (ftyp("M4A "), "Neue Aufnahme.m4a", "audio/mp4"),
            (ftyp("mp42"), "Voice 001.m4a", "audio/mp4"),
            (ftyp("3gp4"), "voice.3gp", "video/3gpp"),
            (ftyp("heic"), "IMG_0002.HEIC", "image/heic"),
            (ftyp("avif"), "a.avif", "image/avif"),
            (b"#!AMR\n\x3c\0\x01\x02\x03\x04\x05".to_vec(), "rec.amr", "audio/amr"),
            (b"\xff\xf1\x50\x80\x02\x1f\xfc".to_vec(), "a.aac", "audio/aac"),
            (b"OggS\0\x02\0\0\0\0\0\0\0\0".to_vec(), "a.opus", "audio/ogg"),
            (b"RIFF\x24\0\0\0WAVEfmt ".to_vec(), "a.wav", "audio/wav"),
            (b"fLaC\0\0\0\x22".to_vec(), "a.flac", "audio/flac"),
        ] {
            assert_eq!(media_type(&head, name), expected, "{name}");
        }
    }

    /// Were this to fail, a note or a table would be saved without the program that opens it.
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
