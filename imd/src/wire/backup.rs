//! Backups, and bringing one back.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ErrorCode;

/// The backups on the box, the one under way, and the schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BackupState {
    /// Newest first.
    pub backups: Vec<Backup>,
    /// The one being made.
    pub under_way: Option<BackupProgress>,
    /// Why the last one was not made.
    pub failed: Option<ErrorCode>,
    /// When they are made by themselves.
    pub schedule: BackupSchedule,
    /// Bytes that one more takes while it is made.
    pub needed_bytes: u64,
    /// Bytes free on the data disk.
    pub free_bytes: u64,
    /// USB disks that are plugged in.
    pub disks: Vec<UsbDisk>,
}

/// A disk that is plugged into the box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UsbDisk {
    /// Names it, whenever it is plugged in.
    pub id: String,
    /// What it is called; may be empty.
    pub label: String,
    /// `exfat`, `vfat`, `ext4`, or another one, which is not taken.
    pub format: String,
    /// Can it be used?
    pub state: UsbDiskState,
    /// Bytes it holds; 0 when it cannot be used.
    pub total_bytes: u64,
    /// Of them free.
    pub free_bytes: u64,
}

/// Can a disk be used?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UsbDiskState {
    /// Yes.
    Ready,
    /// Its format is not taken.
    Format,
    /// It is locked, or broken.
    Unwritable,
}

/// What a backup shall be like.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MakeBackup {
    /// Locks it (age v1, opened by any `age` program), 8 to 256 characters; left out: it is open to whoever has it. Kept
    /// nowhere.
    #[serde(default)]
    pub passphrase: Option<String>,
    /// On this USB disk; left out: on the box.
    #[serde(default)]
    pub disk: Option<String>,
}

impl std::fmt::Debug for MakeBackup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MakeBackup").field("locked", &self.passphrase.is_some()).finish_non_exhaustive()
    }
}

/// A backup on the box. Unless it is locked, whoever has the file has everything that was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Backup {
    /// Names it: `GET /api/v1/admin/backups/{name}` is the file.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// When it was begun, milliseconds since 1970.
    pub made_at: i64,
    /// Opens with a passphrase alone.
    pub locked: bool,
    /// The USB disk it is on; absent: the box.
    pub disk: Option<String>,
}

/// How far a backup is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BackupProgress {
    /// Bytes written.
    pub done_bytes: u64,
    /// Bytes there are.
    pub total_bytes: u64,
}

/// When backups are made by themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BackupSchedule {
    /// How often.
    pub every: Every,
    /// How many are kept there, those made by hand included: 1 to 30.
    pub keep: u32,
    /// On this USB disk; left out: on the box.
    #[serde(default)]
    pub disk: Option<String>,
    /// Keep a copy of the database alone, each day and two deep, for the day that it is damaged; absent: as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub daily_copy: Option<bool>,
}

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// Only by hand.
    Never,
    /// Once a day.
    Day,
    /// Once a week.
    Week,
}

/// A backup is ready and the box restarts into it: reload when `/healthz` answers again and sign in as before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Restored {
    /// The name of the box that it is of.
    pub name: String,
    /// When it was made, milliseconds since 1970.
    pub made_at: i64,
    /// How many stored files came with it.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Invites that are good no more, because another box made the backup and it is not locked: make new ones.
    #[serde(default)]
    pub invites_void: u64,
}

/// Backups that lie on the box or on USB disks, for whoever brings one back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StoredBackups {
    /// Newest first.
    pub backups: Vec<Backup>,
    /// USB disks that are plugged in.
    pub disks: Vec<UsbDisk>,
}

/// Which of them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RestoreStored {
    /// As listed.
    pub name: String,
    /// The USB disk it is on; left out: the box.
    #[serde(default)]
    pub disk: Option<String>,
    /// Opens a locked one.
    #[serde(default)]
    pub passphrase: Option<String>,
}

impl std::fmt::Debug for RestoreStored {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RestoreStored").field("name", &self.name).field("disk", &self.disk).finish_non_exhaustive()
    }
}
