//! What uses the box's storage, making room, and the factory reset.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ErrorCode, KeepState, UsbDisk};

/// What uses the box's storage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StorageReport {
    /// Size of the data disk in bytes.
    pub total_bytes: u64,
    /// Free bytes on the data disk.
    pub free_bytes: u64,
    /// The limits that are set.
    pub limits: StorageLimits,
    /// How long messages are kept.
    pub keep: KeepState,
    /// Size of the database in bytes: messages, people, rooms.
    pub database_bytes: u64,
    /// Size of the index that messages are found by, in bytes.
    pub search_bytes: u64,
    /// Size of the files stored on the data disk, in bytes; each counts once, however often it was sent.
    pub files_bytes: u64,
    /// Size of the files stored on a USB disk, in bytes; absent when none is in use or it is not plugged in.
    pub usb_files_bytes: Option<u64>,
    /// Size of the backups on the box, in bytes.
    pub backups_bytes: u64,
    /// Number of messages and notices that are kept.
    pub events: u64,
    /// Files by kind, largest first.
    pub kinds: Vec<StorageShare>,
    /// The groups and channels that use most, at most 20.
    pub rooms: Vec<StorageShare>,
    /// All direct rooms together: who talks with whom is nobody else's business.
    pub direct: StorageShare,
    /// The people whose files use most, at most 20.
    pub people: Vec<StorageShare>,
}

/// Limits for files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StorageLimits {
    /// Bytes of files that one person may have stored, at least 1 MiB; 0: any number. Nothing is taken from whoever
    /// already has more.
    pub quota_bytes: u64,
    /// When fewer bytes than this are free, no file is accepted, but messages are: 16 MiB to half of the disk.
    pub reserve_bytes: u64,
}

/// How much a person has stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OwnStorage {
    /// Bytes of their files in all rooms, sent or not. The same file sent twice counts twice.
    pub used_bytes: u64,
    /// Bytes that they may have stored; absent: any number.
    pub quota_bytes: Option<u64>,
}

/// Files of one kind, room or person. The same file sent twice counts twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StorageShare {
    /// Id of the room or person; absent for a kind.
    pub id: Option<i64>,
    /// Name of the room or person, or the kind: `image`, `video`, `audio`, `text`, `application`.
    pub name: String,
    /// Number of files.
    pub files: u64,
    /// Their size in bytes.
    pub bytes: u64,
}

/// Delete old messages and their files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CleanUp {
    /// Everything is deleted that was sent before the first message younger than this many days; 1 to 36,500.
    pub older_than_days: u32,
    /// Only in this room; left out: in all rooms, direct ones included.
    #[serde(default)]
    pub room: Option<i64>,
    /// `true`: change nothing, only report what would be deleted.
    #[serde(default)]
    pub check: bool,
}

/// What was deleted (or, with `check`, would be).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CleanedUp {
    /// Number of messages and notices.
    pub events: u64,
    /// Number of files.
    pub files: u64,
    /// Size of those files in bytes. What another message also carries stays on the disk.
    pub bytes: u64,
}

/// Reset the box: everything on it is deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FactoryReset {
    /// The box's name, typed to confirm the reset.
    pub name: String,
    /// `true`: the backups on the box are kept, so that one can be restored later.
    #[serde(default)]
    pub keep_backups: bool,
}

/// Where the files are stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FilesPlace {
    /// The USB disk that the files are on, or are being moved to or from; absent: all files are on the box's own card.
    pub disk: Option<FilesDisk>,
    /// The disks that are plugged in. While one of them is in use, no other can be chosen (`conflict`).
    pub disks: Vec<PlaceChoice>,
}

/// A USB disk with files of this box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FilesDisk {
    /// Identifies the disk, whenever it is plugged in.
    pub id: String,
    /// Its label when it was chosen; may be empty.
    pub label: String,
    /// Where new files are stored; the others are being moved there.
    pub way: FilesWay,
    /// Whether it is not plugged in or cannot be used. Files on it are unavailable, but messages still work.
    pub away: bool,
    /// Size of the disk in bytes; 0 when it is away.
    pub total_bytes: u64,
    /// Free bytes on the disk.
    pub free_bytes: u64,
    /// Size of the files on it, in bytes; absent when it is away.
    pub files_bytes: Option<u64>,
    /// While files are being moved: bytes that have arrived.
    pub done_bytes: Option<u64>,
    /// While files are being moved: bytes in all.
    pub all_bytes: Option<u64>,
    /// Why moving the files stopped. It is tried again every hour, and when the same move is ordered again. For a disk
    /// that is away: why it is not used although it is plugged in (`usb_unwritable`, `usb_format`, `usb_other_box`;
    /// `files_away` when this box's files are no longer on it).
    pub failed: Option<ErrorCode>,
    /// Number of files that cannot be read and therefore stay where they are.
    pub unreadable: u64,
}

/// In which direction files are moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FilesWay {
    /// To the USB disk.
    ToDisk,
    /// Back to the box's card; once all of them are there, the disk is no longer needed.
    ToBox,
}

/// A disk that could be chosen for the files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlaceChoice {
    /// The disk.
    pub disk: UsbDisk,
    /// Why it cannot be chosen: `usb_format`, `usb_unwritable`, `usb_full`, `usb_other_box`, `conflict`.
    pub refused: Option<ErrorCode>,
    /// The name of the other box whose files are on it.
    pub holds: Option<String>,
}

/// Choose where files are stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeepFiles {
    /// Id of a USB disk; `null`: the box's own card.
    pub disk: Option<String>,
}

/// What a repair set aside: a damaged database and what belonged to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SetAside {
    /// Identifies it.
    pub name: String,
    /// When it was set aside, milliseconds since 1970.
    pub at: i64,
    /// Its size in bytes; more than that of `files` when stored files were set aside with it.
    pub bytes: u64,
    /// The files that can be downloaded.
    pub files: Vec<SetAsideFile>,
}

/// A file that was set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SetAsideFile {
    /// `imd.db`, `imd.db-wal`, `imd.db-shm` or `report.json`.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
}
