//! A message before it is sent: which ones are accepted.

use super::mention::{Reach, called};
use super::spelling::is_seen;
use super::{FileId, Seq, Voice};

/// Longest text, in Unicode scalar values.
pub const MAX_TEXT_CHARS: usize = 8_000;
/// Most files in one message.
pub const MAX_FILES: usize = 20;
/// Longest client id, in Unicode scalar values.
pub const MAX_CLIENT_ID_CHARS: usize = 64;

/// A message that was accepted; made only by [`NewMessage::check`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// The client's id for it: the same id means the same message.
    pub client_id: String,
    /// The text, without control characters and with newlines as line ends.
    pub text: String,
    /// Files uploaded to the room before.
    pub files: Vec<FileId>,
    /// The message that this one answers.
    pub reply_to: Option<Seq>,
    /// What the text may mention: each with the handles that it may be, the longest first.
    pub called: Vec<Vec<String>>,
    /// Whom `@all` and `@here` mean; the room's rules say so.
    pub reach: Reach,
    /// Its one file is a voice note.
    pub voice: Option<Voice>,
}

/// Why a message or name is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// It has neither text nor files.
    Empty,
    /// It is too long.
    TooLong,
    /// It has too many files, or the same file twice.
    TooManyFiles,
    /// The client id is empty, too long, or has control characters.
    ClientId,
    /// A voice note that is not drawn as one, or without its one file.
    Voice,
}

impl NewMessage {
    /// Checks and cleans a message that a client wants to send.
    ///
    /// # Errors
    /// Why it is not accepted.
    pub fn check(client_id: String, text: String, files: Vec<FileId>, reply_to: Option<Seq>) -> Result<Self, Unfit> {
        let id_chars = client_id.chars().take(MAX_CLIENT_ID_CHARS + 1).count();
        if id_chars == 0 || id_chars > MAX_CLIENT_ID_CHARS || client_id.chars().any(char::is_control) {
            return Err(Unfit::ClientId);
        }
        // Bytes first: a text of at most MAX_TEXT_CHARS bytes need not be counted.
        if text.len() > MAX_TEXT_CHARS && text.chars().count() > MAX_TEXT_CHARS {
            return Err(Unfit::TooLong);
        }
        if files.len() > MAX_FILES || (1..files.len()).any(|i| files[..i].contains(&files[i])) {
            return Err(Unfit::TooManyFiles);
        }
        // A single carriage return ended a line on some old machines.
        let text = if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text };
        let text =
            if text.chars().any(is_unwanted) { text.chars().filter(|c| !is_unwanted(*c)).collect() } else { text };
        if !is_seen(&text) && files.is_empty() {
            return Err(Unfit::Empty);
        }
        let called = called(&text);
        Ok(Self { client_id, text, files, reply_to, called, reach: Reach::Nobody, voice: None })
    }

    /// Does it call everybody at once (`@all`, `@here`)? They are reserved, so nobody is called so.
    #[must_use]
    pub fn calls_everybody(&self) -> bool {
        self.called.iter().flatten().any(|handle| handle == "all" || handle == "here")
    }

    /// The same with its one file as a voice note.
    ///
    /// # Errors
    /// [`Unfit::Voice`] when it has no file, or several.
    pub fn spoken(self, voice: Voice) -> Result<Self, Unfit> {
        if self.files.len() == 1 { Ok(Self { voice: Some(voice), ..self }) } else { Err(Unfit::Voice) }
    }
}

/// Control characters that no text needs; newline and tab are kept.
fn is_unwanted(c: char) -> bool {
    c.is_control() && c != '\n' && c != '\t'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(id: &str, text: &str, files: usize) -> Result<NewMessage, Unfit> {
        let files = (0..files).map(|i| FileId(i as i64)).collect();
        NewMessage::check(id.to_owned(), text.to_owned(), files, None)
    }

    #[test]
    fn a_text_of_exactly_the_limit_is_sent_and_one_more_is_refused() {
        assert!(check("a", &"字".repeat(MAX_TEXT_CHARS), 0).is_ok());
        assert_eq!(check("a", &"字".repeat(MAX_TEXT_CHARS + 1), 0), Err(Unfit::TooLong));
        assert_eq!(check("a", &"x".repeat(MAX_TEXT_CHARS + 1), 0), Err(Unfit::TooLong));
    }

    #[test]
    fn a_photo_without_words_is_a_message_but_nothing_at_all_is_none() {
        assert!(check("a", "", 1).is_ok());
        assert_eq!(check("a", " \n\t", 0), Err(Unfit::Empty));
        for nothing in ["\u{0}\u{7}", "\u{200b}", "\u{301}", "\u{3164}\n\u{2060}", "\u{e0041}"] {
            assert_eq!(check("a", nothing, 0), Err(Unfit::Empty), "{nothing:?}");
        }
        assert!(check("a", "🏴", 0).is_ok());
    }

    #[test]
    fn twenty_files_fit_and_twenty_one_do_not_nor_does_one_twice() {
        assert!(check("a", "", MAX_FILES).is_ok());
        assert_eq!(check("a", "", MAX_FILES + 1), Err(Unfit::TooManyFiles));
        let twice = NewMessage::check("a".into(), String::new(), vec![FileId(1), FileId(1)], None);
        assert_eq!(twice, Err(Unfit::TooManyFiles));
    }

    #[test]
    fn a_voice_note_has_one_file() {
        let voice = || Voice::new(1_000, "05af".to_owned()).unwrap();
        assert_eq!(check("a", "", 1).unwrap().spoken(voice()).unwrap().voice, Some(voice()));
        assert_eq!(check("a", "hi", 0).unwrap().spoken(voice()), Err(Unfit::Voice));
        assert_eq!(check("a", "", 2).unwrap().spoken(voice()), Err(Unfit::Voice));
    }

    #[test]
    fn a_client_id_has_one_to_64_characters() {
        assert!(check(&"x".repeat(64), "hi", 0).is_ok());
        for bad in [String::new(), "x".repeat(65), "a\nb".to_owned()] {
            assert_eq!(check(&bad, "hi", 0), Err(Unfit::ClientId), "{bad:?}");
        }
    }

    #[test]
    fn everybody_is_called_by_two_words() {
        let calls = |text| check("a", text, 0).unwrap().calls_everybody();
        assert!(calls("@all") && calls("so, @Here: now") && calls("@all-"));
        assert!(!calls("all @everyone") && !calls("@allan"));
    }

    #[test]
    fn control_characters_vanish_and_lines_stay() {
        let sent = check("a", "one\u{1b}[31m\ntwo\t\u{0}three", 0).unwrap();
        assert_eq!(sent.text, "one[31m\ntwo\tthree");
        assert_eq!(check("a", "one\r\ntwo\rthree", 0).unwrap().text, "one\ntwo\nthree");
    }
}
