//! File names that can be shown and saved: whatever a device sends, the result is a plain name.

use crate::chat::{composed, is_hidden};

/// Longest name in bytes of UTF-8: what every common file system allows.
pub const NAME_MAX_BYTES: usize = 255;

/// A longer "extension" is a sentence with a dot in it, and may be cut like the rest.
const EXTENSION_MAX_BYTES: usize = 32;

/// The name to show and to save under, composed (NFC). Cleaning it again changes nothing.
///
/// Removes folders, control characters, characters that reverse the writing direction or are invisible, leading dots,
/// and spaces and dots at the end; replaces what Windows forbids by `_`; cuts the name to [`NAME_MAX_BYTES`] between
/// characters, keeping the extension; and returns `file` if nothing is left.
pub fn clean_name(raw: &str) -> String {
    let raw = &composed(raw);
    let base = raw.split(['/', '\\']).rev().find(|part| !part.trim_matches(is_margin).is_empty()).unwrap_or_default();
    let name: String = base.chars().filter(|c| !is_hidden(*c)).map(|c| if is_forbidden(c) { '_' } else { c }).collect();
    let mut name = name.trim_start_matches(is_margin).trim_end_matches(is_margin).to_owned();
    if is_windows_device(&name) {
        name.insert(0, '_');
    }
    let name = cut(&name);
    if name.is_empty() { "file".to_owned() } else { name }
}

/// Characters that no name begins or ends with.
fn is_margin(c: char) -> bool {
    c == '.' || c.is_whitespace() || is_hidden(c)
}

fn is_forbidden(c: char) -> bool {
    matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*')
}

/// Names that Windows reserves for devices, whatever extension follows.
fn is_windows_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL")
        || ["COM", "LPT"].iter().any(|port| {
            stem.strip_prefix(port).is_some_and(|rest| {
                matches!(rest, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³")
            })
        })
}

fn cut(name: &str) -> String {
    if name.len() <= NAME_MAX_BYTES {
        return name.to_owned();
    }
    let extension = match name.rfind('.') {
        Some(dot) if name.len() - dot <= EXTENSION_MAX_BYTES => &name[dot..],
        _ => "",
    };
    let stem = &name[..name.len() - extension.len()];
    let stem = &stem[..stem.floor_char_boundary(NAME_MAX_BYTES - extension.len())];
    // Half of a joined emoji, or a space before the extension, is not worth keeping.
    let stem = stem.trim_end_matches(|c| is_margin(c) || c == '\u{200d}');
    format!("{stem}{extension}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASES: &[(&str, &str)] = &[
        // Ordinary names stay as they are.
        ("photo.jpg", "photo.jpg"),
        ("停水通知 (1).pdf", "停水通知 (1).pdf"),
        ("Größe & Maß #2.ods", "Größe & Maß #2.ods"),
        ("archive.tar.gz", "archive.tar.gz"),
        ("no extension", "no extension"),
        ("قائمة.pdf", "قائمة.pdf"),
        ("👩‍👩‍👧‍👦.png", "👩‍👩‍👧‍👦.png"),
        // As a Mac writes it.
        ("U\u{308}bersicht.pdf", "Übersicht.pdf"),
        // Paths.
        ("../../etc/passwd", "passwd"),
        ("..\\..\\Windows\\win.ini", "win.ini"),
        ("C:\\Users\\me\\a.doc", "a.doc"),
        ("/absolute/b.txt", "b.txt"),
        ("folder/", "folder"),
        ("folder/ ", "folder"),
        ("folder/..", "folder"),
        ("a/./b/../c", "c"),
        // Nothing left.
        ("", "file"),
        (".", "file"),
        ("..", "file"),
        ("...", "file"),
        ("/", "file"),
        ("\\", "file"),
        ("../..", "file"),
        ("   ", "file"),
        ("\0", "file"),
        ("\n\r\t", "file"),
        ("\u{202e}", "file"),
        ("\u{200b}", "file"),
        // Margins.
        (".hidden", "hidden"),
        (".. .x", "x"),
        ("  a.txt  ", "a.txt"),
        ("a.txt...", "a.txt"),
        ("a.txt. . ", "a.txt"),
        ("\u{3000}全角.txt\u{3000}", "全角.txt"),
        // Control characters and direction.
        ("a\0b\u{7f}c\u{85}d\n.txt", "abcd.txt"),
        ("bill\u{202e}fdp.exe", "billfdp.exe"),
        ("\u{2066}a\u{2069}\u{200f}b.txt", "ab.txt"),
        ("a\u{feff}\u{200b}\u{ad}b", "ab"),
        ("a\u{2028}b\u{2029}c", "abc"),
        ("a.txt\u{202e} .", "a.txt"),
        // Windows.
        ("a<b>c:d\"e|f?g*h", "a_b_c_d_e_f_g_h"),
        ("???", "___"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("com1.tar.gz", "_com1.tar.gz"),
        ("LPT9", "_LPT9"),
        ("COM", "COM"),
        ("COM10", "COM10"),
        ("console.log", "console.log"),
        ("auxiliary", "auxiliary"),
    ];

    /// Were this to fail, a file would be saved outside the downloads, not at all, or under a name that lies about what
    /// it is.
    #[test]
    fn whatever_comes_a_plain_name_goes() {
        for (raw, expected) in CASES {
            assert_eq!(clean_name(raw), *expected, "{raw:?}");
        }
    }

    /// Were this to fail, a name would lose its extension, and the phone would not know how to open the file.
    #[test]
    fn long_names_are_cut_before_the_extension() {
        let exact = format!("{}.jpg", "a".repeat(NAME_MAX_BYTES - 4));
        assert_eq!(clean_name(&exact), exact);
        let over = format!("{}.jpg", "a".repeat(NAME_MAX_BYTES - 3));
        assert_eq!(clean_name(&over), exact);

        let emojis = clean_name(&format!("{}.jpg", "😀".repeat(300)));
        assert_eq!(emojis, format!("{}.jpg", "😀".repeat(62)));
        assert_eq!(clean_name(&"😀".repeat(300)), "😀".repeat(63));

        let family = clean_name(&format!("{}.jpg", "👩\u{200d}👧".repeat(100)));
        assert!(family.len() <= NAME_MAX_BYTES && !family.contains("\u{200d}."));

        let sentence = clean_name(&format!("{}. {}", "a".repeat(100), "b".repeat(300)));
        assert_eq!(sentence.len(), NAME_MAX_BYTES);
        let spaced = clean_name(&format!("{}{}.jpg", "a".repeat(250), " ".repeat(9)));
        assert_eq!(spaced, format!("{}.jpg", "a".repeat(250)));
        assert!(clean_name(&"\u{202e}.".repeat(100_000)).len() <= NAME_MAX_BYTES);
    }

    /// Were this to fail, a name would change each time a message is forwarded.
    #[test]
    fn cleaning_twice_changes_nothing_more() {
        let long =
            ["x".repeat(300), "😀 ".repeat(200), format!("{}.{}", "é".repeat(200), "y".repeat(31)), "a. ".repeat(99)];
        for raw in CASES.iter().map(|(raw, _)| *raw).chain(long.iter().map(String::as_str)) {
            let once = clean_name(raw);
            assert_eq!(clean_name(&once), once, "{raw:?}");
            assert!(!once.is_empty() && once.len() <= NAME_MAX_BYTES);
        }
    }
}
