//! Voice notes: what is shown of a recording before it is played.

use super::Unfit;

/// Longest voice note, milliseconds.
pub const MAX_VOICE_MS: u32 = 60 * 60 * 1_000;
/// Most levels of a voice note.
pub const MAX_VOICE_LEVELS: usize = 64;

/// How a recording is drawn; made only by [`Voice::new`]. Whoever recorded it says so, and nobody looks whether it is true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voice {
    duration_ms: u32,
    levels: String,
}

impl Voice {
    /// `levels`: 1 to 64 hexadecimal digits (`0`–`9`, `a`–`f`), each the loudness of a stretch of equal length.
    ///
    /// # Errors
    /// [`Unfit::Voice`] when it lasts no time or over an hour, or has other levels.
    pub fn new(duration_ms: u32, levels: String) -> Result<Self, Unfit> {
        let drawn = (1..=MAX_VOICE_LEVELS).contains(&levels.len())
            && levels.bytes().all(|level| matches!(level, b'0'..=b'9' | b'a'..=b'f'));
        if drawn && (1..=MAX_VOICE_MS).contains(&duration_ms) {
            Ok(Self { duration_ms, levels })
        } else {
            Err(Unfit::Voice)
        }
    }

    /// How long it lasts, milliseconds.
    #[must_use]
    pub fn duration_ms(&self) -> u32 {
        self.duration_ms
    }

    /// Its loudness over time, a hexadecimal digit for each stretch.
    #[must_use]
    pub fn levels(&self) -> &str {
        &self.levels
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_lasts_up_to_an_hour_and_has_up_to_64_levels() {
        let voice = |duration_ms, levels: &str| Voice::new(duration_ms, levels.to_owned()).is_ok();
        assert!(voice(1, "0") && voice(MAX_VOICE_MS, &"f".repeat(MAX_VOICE_LEVELS)));
        assert!(!voice(0, "0") && !voice(MAX_VOICE_MS + 1, "0"));
        for levels in ["", "g", "F", "0 1", "０", &"0".repeat(MAX_VOICE_LEVELS + 1)] {
            assert!(!voice(1_000, levels), "{levels:?}");
        }
    }
}
