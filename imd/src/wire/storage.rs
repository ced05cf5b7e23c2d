//! What takes the space, making room, and starting all over.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ErrorCode, KeepState, UsbDisk};

/// What takes the space on the box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StorageReport {
    /// Bytes of the data disk.
    pub total_bytes: u64,
    /// Of them free.
    pub free_bytes: u64,
    /// What is set.
    pub limits: StorageLimits,
    /// How long messages are kept.
    pub keep: KeepState,
    /// Messages, people, rooms: the database.
    pub database_bytes: u64,
    /// Stored files on the data disk, each once however often it was sent.
    pub files_bytes: u64,
    /// Stored files on a USB disk; absent when none is in use, or it is not here.
    pub usb_files_bytes: Option<u64>,
    /// Backups on the box.
    pub backups_bytes: u64,
    /// Messages and notices kept.
    pub events: u64,
    /// Files by kind, largest first.
    pub kinds: Vec<StorageShare>,
    /// The groups and channels that take most, at most 20.
    pub rooms: Vec<StorageShare>,
    /// All direct rooms together: who talks with whom is nobody else's business.
    pub direct: StorageShare,
    /// The people whose files take most, at most 20.
    pub people: Vec<StorageShare>,
}

/// What files may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StorageLimits {
    /// Bytes of files that one person may have stored, at least 1 MiB; 0: any number. Who has more keeps it.
    pub quota_bytes: u64,
    /// Below so many free bytes no file is taken, and the chat goes on: 16 MiB to half of the disk.
    pub reserve_bytes: u64,
}

/// What somebody has stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OwnStorage {
    /// Bytes of their files, in all rooms, sent or not; the same file sent twice counts twice.
    pub used_bytes: u64,
    /// Bytes that they may have stored; absent: any number.
    pub quota_bytes: Option<u64>,
}

/// Files of one kind, room or person. The same bytes sent twice count twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StorageShare {
    /// The room's or person's id.
    pub id: Option<i64>,
    /// The room's or person's name; the kind: `image`, `video`, `audio`, `text`, `application`.
    pub name: String,
    /// How many files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Delete what is old, with its files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CleanUp {
    /// All that came before the first message that is younger than this, 1 to 36,500.
    pub older_than_days: u32,
    /// Only in this room; left out: in all, direct ones too.
    #[serde(default)]
    pub room: Option<i64>,
    /// `true`: only say what would go.
    #[serde(default)]
    pub check: bool,
}

/// What has gone (or, with `check`, would go).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CleanedUp {
    /// Messages and notices.
    pub events: u64,
    /// Files.
    pub files: u64,
    /// Their bytes; what another message carries too stays on the disk.
    pub bytes: u64,
}

/// Start all over: everything on the box is lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FactoryReset {
    /// The box's name, typed by whoever means it.
    pub name: String,
    /// `true`: backups on the box stay, for bringing one back later.
    #[serde(default)]
    pub keep_backups: bool,
}

/// Where the files are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FilesPlace {
    /// The USB disk they are kept on, or are on their way to or from; absent: they are all on the box's own card.
    pub disk: Option<FilesDisk>,
    /// The disks that are plugged in. While one is in use, no other is a choice (`conflict`).
    pub disks: Vec<PlaceChoice>,
}

/// A USB disk with files of this box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FilesDisk {
    /// Names it, whenever it is plugged in.
    pub id: String,
    /// What it was called when it was chosen; may be empty.
    pub label: String,
    /// Where what is new goes, and what is elsewhere follows.
    pub way: FilesWay,
    /// It is not plugged in, or cannot be used: files on it cannot be had, and messages go on.
    pub away: bool,
    /// Bytes it holds; 0 when it is away.
    pub total_bytes: u64,
    /// Of them free.
    pub free_bytes: u64,
    /// Bytes of files on it; absent when it is away.
    pub files_bytes: Option<u64>,
    /// While files are under way: bytes that are where they belong,
    pub done_bytes: Option<u64>,
    /// of so many.
    pub all_bytes: Option<u64>,
    /// Why they stopped on their way; it is tried again each hour, and when the same is ordered once more. Of a disk that is away:
    /// why it is not taken though it is plugged in (`usb_unwritable`, `usb_format`, `usb_other_box`; `files_away` when this box's
    /// files are not on it any more).
    pub failed: Option<ErrorCode>,
    /// Files that cannot be read where they are, and stay there.
    pub unreadable: u64,
}

/// Which way files go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FilesWay {
    /// To the USB disk.
    ToDisk,
    /// Back to the box's card; when all are there, the disk is free.
    ToBox,
}

/// A disk that files could be kept on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlaceChoice {
    /// The disk.
    pub disk: UsbDisk,
    /// Why not: `usb_format`, `usb_unwritable`, `usb_full`, `usb_other_box`, `conflict`.
    pub refused: Option<ErrorCode>,
    /// The name of the other box whose files are on it.
    pub holds: Option<String>,
}

/// Where files shall be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeepFiles {
    /// A USB disk's id; `null`: the box's own card.
    pub disk: Option<String>,
}

/// What a repair put aside: a damaged database, and what belonged to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SetAside {
    /// Names it.
    pub name: String,
    /// When, milliseconds since 1970.
    pub at: i64,
    /// All that it takes; more than its files where stored files were put aside with it.
    pub bytes: u64,
    /// What can be downloaded.
    pub files: Vec<SetAsideFile>,
}

/// A file that was put aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SetAsideFile {
    /// `imd.db`, `imd.db-wal`, `imd.db-shm` or `report.json`.
    pub name: String,
    /// Its size.
    pub bytes: u64,
}
