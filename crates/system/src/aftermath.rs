//! What happened to the machine before this program started: what became of the last update, and whether the card's
//! file system had to be repaired. What runs before this program has left notes about it
//! (`overlay/rootfs/usr/lib/imbox`).
//!
//! Knows nothing of who was told: each note has a mark, by which the caller remembers that.

use std::path::Path;

use async_trait::async_trait;
use serde::Deserialize;
use tokio::io::AsyncReadExt;

/// No more than this is read of a note.
const MAX_BYTES: u64 = 64 << 10;

/// Distinguishes a note from every other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark(String);

impl Mark {
    /// The mark of a note with this content.
    #[must_use]
    pub fn of(note: &[u8]) -> Self {
        Self(blake3::hash(note).to_hex().to_string())
    }

    /// As text, to be remembered.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why an update was rolled back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WentBack {
    /// The new version did not come up in three starts.
    DidNotStart,
    /// This program exited again and again.
    DaemonFailed,
    /// This program did not answer, or reported that it was not well.
    NoAnswer,
    /// This program answered, but at none of the addresses that worked before.
    NoNetwork,
    /// Another reason, which this version does not know.
    Unknown,
}

/// How an update ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpdateEnd {
    /// The new version worked and is kept.
    Committed,
    /// It was rolled back.
    RolledBack(WentBack),
}

/// What became of the last update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastUpdate {
    /// Distinguishes it from every other update.
    pub mark: Mark,
    /// How it ended.
    pub end: UpdateEnd,
    /// The slot it was installed in, by its name in the boot loader.
    pub slot: String,
    /// The version of the update.
    pub version: String,
    /// When that was noted, milliseconds since 1970 by the clock of that time.
    pub at: i64,
}

/// A repair of a damaged file system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mended {
    /// Distinguishes it from every other repair.
    pub mark: Mark,
    /// Number of pieces of files whose names were lost.
    pub pieces: u32,
}

/// Tells what happened before.
#[async_trait]
pub trait Aftermath: Send + Sync {
    /// What became of the last update; `None` when there was none, or it is unknown.
    async fn last_update(&self) -> Option<LastUpdate>;

    /// The last repair of the data's file system; `None` when there was none.
    async fn mended(&self) -> Option<Mended>;
}

/// Reads `update/outcome` in the folder of notes.
pub(super) async fn read_update(folder: &Path) -> Option<LastUpdate> {
    #[derive(Deserialize)]
    struct Note {
        outcome: String,
        reason: String,
        slot: String,
        version: String,
        /// In seconds.
        at: i64,
    }
    let bytes = read(&folder.join("update/outcome")).await?;
    let note: Note = match serde_json::from_slice(&bytes) {
        Ok(note) => note,
        Err(error) => {
            tracing::warn!(%error, "what became of the last update cannot be read");
            return None;
        }
    };
    let end = match (note.outcome.as_str(), note.reason.as_str()) {
        ("committed", _) => UpdateEnd::Committed,
        (_, "did_not_start") => UpdateEnd::RolledBack(WentBack::DidNotStart),
        (_, "daemon_failed") => UpdateEnd::RolledBack(WentBack::DaemonFailed),
        (_, "no_answer") => UpdateEnd::RolledBack(WentBack::NoAnswer),
        (_, "no_network") => UpdateEnd::RolledBack(WentBack::NoNetwork),
        _ => UpdateEnd::RolledBack(WentBack::Unknown),
    };
    let Note { slot, version, at, .. } = note;
    Some(LastUpdate { mark: Mark::of(&bytes), end, slot, version, at: at.saturating_mul(1_000) })
}

/// Reads `mended` in the folder of notes: the time, what `ls -l` shows of `lost+found`, and the output of e2fsck(8).
pub(super) async fn read_mended(folder: &Path) -> Option<Mended> {
    let bytes = read(&folder.join("mended")).await?;
    let text = String::from_utf8_lossy(&bytes);
    let listed = text.lines().skip(1).skip_while(|line| line.starts_with("total "));
    // Such a piece is named after the number of its inode: #12345.
    let pieces = listed.take_while(|line| line.starts_with(['-', 'd', 'l', 'b', 'c', 'p', 's']) && line.contains(" #"));
    Some(Mended { mark: Mark::of(&bytes), pieces: u32::try_from(pieces.count()).unwrap_or(u32::MAX) })
}

/// The content of a note; `None` if it does not exist, as is usual.
async fn read(file: &Path) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let opened = tokio::fs::File::open(file).await;
    let read = match opened {
        Ok(opened) => opened.take(MAX_BYTES).read_to_end(&mut bytes).await,
        Err(error) => Err(error),
    };
    match read {
        Ok(0) => None,
        Ok(_) => Some(bytes),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => {
            tracing::warn!(%error, file = %file.display(), "a note cannot be read");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("update")).unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        folder
    }

    /// Were this to fail, the admin would wonder why the box has the old version, or be told of an update that nobody
    /// made.
    #[tokio::test]
    async fn what_became_of_the_update_is_read_as_it_was_noted() {
        let note = |outcome: &str, reason: &str| {
            let text =
                format!(r#"{{"outcome":"{outcome}","reason":"{reason}","slot":"B","version":"2.0","at":1795000000}}"#);
            folder(&[("update/outcome", &text)])
        };
        let back = |why| UpdateEnd::RolledBack(why);
        for (outcome, reason, end) in [
            ("committed", "", UpdateEnd::Committed),
            ("rolled_back", "did_not_start", back(WentBack::DidNotStart)),
            ("rolled_back", "daemon_failed", back(WentBack::DaemonFailed)),
            ("rolled_back", "no_answer", back(WentBack::NoAnswer)),
            ("rolled_back", "no_network", back(WentBack::NoNetwork)),
            ("rolled_back", "of a later version", back(WentBack::Unknown)),
        ] {
            let last = read_update(note(outcome, reason).path()).await.unwrap();
            assert_eq!((last.end, last.version.as_str(), last.slot.as_str()), (end, "2.0", "B"), "{reason}");
            assert_eq!(last.at, 1_795_000_000_000);
        }
        let (one, other) = (note("committed", ""), note("rolled_back", "no_answer"));
        assert_ne!(read_update(one.path()).await.unwrap().mark, read_update(other.path()).await.unwrap().mark);
    }

    #[tokio::test]
    async fn no_note_and_half_a_note_tell_nothing() {
        assert_eq!(read_update(folder(&[]).path()).await, None);
        assert_eq!(read_update(folder(&[("update/outcome", "")]).path()).await, None);
        assert_eq!(read_update(folder(&[("update/outcome", "{\"outcome\":")]).path()).await, None);
        assert_eq!(read_mended(folder(&[]).path()).await, None);
    }

    /// Were this to fail, nobody would look for what was lost.
    #[tokio::test]
    async fn the_pieces_that_were_found_are_counted() {
        let words = "e2fsck 1.47.0\n-- a line of its own #1\n***** FILE SYSTEM WAS MODIFIED *****\n";
        let none = format!("2026-11-21T12:00:00Z\ntotal 0\n{words}");
        let two = format!(
            "2026-11-21T12:00:00Z\ntotal 8\n-rw------- 1 800 800 12 Nov 21 12:00 #4711\ndrwx------ 2 0 0 4096 Nov 21 12:00 #12\n{words}"
        );
        for (text, pieces) in [(none, 0), (two, 2)] {
            assert_eq!(read_mended(folder(&[("mended", &text)]).path()).await.unwrap().pieces, pieces);
        }
    }
}
