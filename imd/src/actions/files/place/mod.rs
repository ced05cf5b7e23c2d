//! A USB disk as the place for the files. Messages, people and thumbnails stay on the card; the files themselves are on
//! the disk for as long as an admin wants that.
//!
//! Which disk that is, is noted in a file of the data folder and not in the database: it describes where things are on
//! this particular card, so it must not be part of backups or change when a copy is restored. The disk is recognised by
//! its file system's id and by a mark that this box has left on it (`files/box`), never by a device name.

mod choose;
mod follow;
mod mover;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, watch};

pub use choose::{choose, give_up, state};
pub(in crate::actions) use choose::{forget_all, let_go};
pub use follow::{follow, take_up};
pub use mover::keep_moving;

use crate::files::{Pace, Way, write_whole};
use crate::wire::ErrorCode;

/// In the data folder: which disk was chosen. Without the file, none was.
pub const FILE: &str = "files-place";
/// On the disk: the folder for everything of ours except backups.
const FOLDER: &str = "files";
/// In that folder: whose files these are. `files` looks for it by this name.
const MARK: &str = "box";
/// Largest mark that is read; ours are much smaller.
const MARK_BYTES: u64 = 4 << 10;
/// What is being deleted, as fast as the disk allows.
const GOING: &str = "deleted-files";

/// The disk that was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Chosen {
    /// The file system's own id.
    disk: String,
    way: Way,
    /// Its label when it was chosen.
    label: String,
}

impl Chosen {
    /// As it is stored: `ABCD-1234 there HOLIDAY`.
    fn spell(&self) -> String {
        let way = match self.way {
            Way::There => "there",
            Way::Back => "back",
        };
        format!("{} {way} {}", self.disk, self.label)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut words = text.splitn(3, ' ');
        let disk = words.next().filter(|id| !id.is_empty())?.to_owned();
        let way = match words.next()? {
            "there" => Way::There,
            "back" => Way::Back,
            _ => return None,
        };
        Some(Self { disk, way, label: words.next().unwrap_or_default().to_owned() })
    }
}

/// The mark that says whose files are on a disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    /// The box's id.
    #[serde(rename = "box")]
    id: String,
    /// The box's name at that time.
    name: String,
}

impl Mark {
    /// `None` if no box has left one. Blocks.
    fn read(folder: &Path) -> io::Result<Option<Self>> {
        let path = folder.join(MARK);
        let meta = match path.symlink_metadata() {
            Ok(meta) => meta,
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        // Somebody's disk may contain anything, for instance a pipe that nobody writes to. Whatever cannot be
        // understood is not ours.
        let text = if meta.is_file() && meta.len() <= MARK_BYTES { fs::read(path)? } else { Vec::new() };
        let read: Option<Self> = serde_json::from_slice(&text).ok();
        let Self { id, name } = read.unwrap_or_else(|| Self { id: String::new(), name: String::new() });
        Ok(Some(Self { id, name: name.chars().filter(|c| !c.is_control()).take(64).collect() }))
    }

    /// Blocks.
    fn write(&self, folder: &Path) -> io::Result<()> {
        write_whole(&folder.join(MARK), &serde_json::to_vec(self)?)
    }
}

/// The chosen disk, and the state of moving files to or from it.
#[derive(Debug)]
pub(in crate::actions) struct UsbStorage {
    file: PathBuf,
    chosen: watch::Sender<Option<Chosen>>,
    /// Held while a disk is taken into use or out of it.
    switching: tokio::sync::Mutex<()>,
    /// Notified when there may be files to move.
    kick: Notify,
    pace: Pace,
    moving: Mutex<Moving>,
    /// How often it came, went, failed or worked again.
    changes: AtomicU64,
}

/// The state of moving files.
#[derive(Debug, Clone, Copy, Default)]
struct Moving {
    /// For which direction the files to move were counted. Until they are for the chosen one, nothing else is known.
    counted: Option<Way>,
    /// Bytes in both places, while files are being moved.
    total: Option<u64>,
    /// Why the last attempt ended early.
    failed: Option<ErrorCode>,
    /// Files that could not be read and stay where they are.
    unreadable: u64,
    /// Why the chosen disk is not used although it is plugged in.
    refused: Option<ErrorCode>,
}

impl UsbStorage {
    /// With the disk that was chosen before this start.
    pub(in crate::actions) fn new(folder: &Path) -> Self {
        let file = folder.join(FILE);
        let chosen = read(&file).unwrap_or_else(|error| {
            tracing::error!(%error, "the note about the disk for the files cannot be read; the disk can be chosen again");
            None
        });
        Self {
            file,
            chosen: watch::Sender::new(chosen),
            switching: tokio::sync::Mutex::default(),
            kick: Notify::new(),
            pace: Pace::default(),
            moving: Mutex::default(),
            changes: AtomicU64::new(0),
        }
    }

    fn chosen(&self) -> Option<Chosen> {
        self.chosen.borrow().clone()
    }

    /// The choice is stored; moving begins.
    fn settle(&self, chosen: &Chosen) {
        self.chosen.send_replace(Some(chosen.clone()));
        self.kick.notify_one();
    }

    fn moving(&self) -> MutexGuard<'_, Moving> {
        self.moving.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something that the self-check reports has changed.
    fn note_change(&self) {
        self.changes.fetch_add(1, Ordering::SeqCst);
    }

    /// How often something that the self-check reports has changed.
    pub(in crate::actions) fn changes(&self) -> u64 {
        self.changes.load(Ordering::SeqCst)
    }

    /// The program is stopping: the file being moved stays where it is.
    pub(in crate::actions) fn stop(&self) {
        self.pace.halt();
    }

    /// Why moving files stopped, if it did.
    pub(in crate::actions) fn trouble(&self) -> Option<ErrorCode> {
        self.moving().failed
    }
}

fn read(file: &Path) -> io::Result<Option<Chosen>> {
    match fs::read_to_string(file) {
        Ok(text) => Chosen::parse(&text).map(Some).ok_or(io::ErrorKind::InvalidData.into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
