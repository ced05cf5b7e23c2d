//! A USB disk as the place for the files. Messages, people and thumbnails stay on the card; the files themselves lie on the disk,
//! as long as an admin wants it.
//!
//! Which disk that is stands in a file of the data folder and not in the database: it says where bytes lie on this very card, so
//! it goes neither into backups nor back in time with a copy. The disk is known by its file system's id and by a mark that this
//! box left on it (`files/box`), never by a device's name.

mod choose;
mod follow;
mod mover;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, watch};

pub use choose::{choose, give_up, state};
pub(in crate::actions) use choose::{forget_all, let_go};
pub use follow::{follow, take_up};
pub use mover::keep_moving;

use crate::files::{Pace, Way, write_whole};
use crate::wire::ErrorCode;

/// In the data folder: which disk was chosen. Absent: none.
pub const FILE: &str = "files-place";
/// On the disk: all that is ours but for backups.
const FOLDER: &str = "files";
/// In that folder: whose it is. `files` looks for it by this name.
const MARK: &str = "box";
/// One of ours is never this long.
const MARK_BYTES: u64 = 4 << 10;
/// What is going, as fast as the disk can.
const GOING: &str = "deleted-files";

/// The disk that was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Chosen {
    /// The file system's own id.
    disk: String,
    way: Way,
    /// What it was called then.
    label: String,
}

impl Chosen {
    /// As it is written down: `ABCD-1234 there HOLIDAY`.
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

/// Whose files lie on a disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    /// The box's id.
    #[serde(rename = "box")]
    id: String,
    /// What the box was called.
    name: String,
}

impl Mark {
    /// `None` where no box left one. Blocks.
    fn read(folder: &Path) -> io::Result<Option<Self>> {
        let path = folder.join(MARK);
        let meta = match path.symlink_metadata() {
            Ok(meta) => meta,
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        // On somebody's disk anything may lie, a pipe that nobody writes to for one. What cannot be understood is not ours.
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

/// The disk that was chosen, and what is going on with it.
#[derive(Debug)]
pub struct UsbStorage {
    file: PathBuf,
    chosen: watch::Sender<Option<Chosen>>,
    /// Held while a disk is taken into use or let go.
    switching: tokio::sync::Mutex<()>,
    /// There may be something to move.
    kick: Notify,
    pace: Pace,
    moving: Mutex<Moving>,
}

/// How far the files are.
#[derive(Debug, Clone, Copy, Default)]
struct Moving {
    /// All bytes, here and there, while some are under way.
    total: Option<u64>,
    /// Why the last time ended early.
    failed: Option<ErrorCode>,
    /// Files that could not be read and stay where they are.
    unreadable: u64,
    /// Why the chosen disk, which is plugged in, is not taken.
    refused: Option<ErrorCode>,
}

impl UsbStorage {
    /// With what was chosen before this start.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        let file = folder.join(FILE);
        let chosen = read(&file).unwrap_or_else(|error| {
            tracing::error!(%error, "which disk the files are on cannot be read; it can be chosen again");
            None
        });
        Self {
            file,
            chosen: watch::Sender::new(chosen),
            switching: tokio::sync::Mutex::default(),
            kick: Notify::new(),
            pace: Pace::default(),
            moving: Mutex::default(),
        }
    }

    fn chosen(&self) -> Option<Chosen> {
        self.chosen.borrow().clone()
    }

    /// What was chosen is written down; it begins.
    fn settle(&self, chosen: &Chosen) {
        self.chosen.send_replace(Some(chosen.clone()));
        self.kick.notify_one();
    }

    fn moving(&self) -> MutexGuard<'_, Moving> {
        self.moving.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The box stops: the file under way stays where it is.
    pub fn stop(&self) {
        self.pace.halt();
    }

    /// Why files stopped on their way, if they did.
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
