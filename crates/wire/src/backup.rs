//! Making, listing and restoring backups.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ErrorCode;

/// The backups that exist, the one being made, and the schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BackupState {
    /// Newest first.
    pub backups: Vec<Backup>,
    /// The backup that is being made.
    pub under_way: Option<BackupProgress>,
    /// Why the last attempt failed.
    pub failed: Option<ErrorCode>,
    /// When backups are made automatically.
    pub schedule: BackupSchedule,
    /// Bytes that another backup would need on the data disk while it is made.
    pub needed_bytes: u64,
    /// Free bytes on the data disk.
    pub free_bytes: u64,
    /// USB disks that are plugged in.
    pub disks: Vec<UsbDisk>,
}

/// A USB disk that is plugged in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UsbDisk {
    /// Identifies the disk, whenever it is plugged in.
    pub id: String,
    /// Its label; may be empty.
    pub label: String,
    /// Its file system: `exfat`, `vfat`, `ext4`, or another one, which is not supported.
    pub format: String,
    /// Whether it can be used.
    pub state: UsbDiskState,
    /// Its size in bytes; 0 when it cannot be used.
    pub total_bytes: u64,
    /// Free bytes on it.
    pub free_bytes: u64,
}

/// Whether a disk can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UsbDiskState {
    /// It can.
    Ready,
    /// Its file system is not supported.
    Format,
    /// It is write-protected or broken.
    Unwritable,
}

/// Options of a new backup.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MakeBackup {
    /// Locks the backup with a passphrase of 8 to 256 characters (age v1: any `age` program opens it). The box does not
    /// keep the passphrase. Left out: whoever has the file can read it.
    #[serde(default)]
    pub passphrase: Option<String>,
    /// Id of the USB disk to write it to; left out: the box.
    #[serde(default)]
    pub disk: Option<String>,
}

impl std::fmt::Debug for MakeBackup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MakeBackup").field("locked", &self.passphrase.is_some()).finish_non_exhaustive()
    }
}

/// A backup. Unless it is locked, whoever has the file can read everything that was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Backup {
    /// Its file name: download it from `GET /api/v1/admin/backups/{name}`.
    pub name: String,
    /// Size in bytes.
    pub size: u64,
    /// When making it began, milliseconds since 1970.
    pub made_at: i64,
    /// Whether it needs a passphrase.
    pub locked: bool,
    /// Id of the USB disk it is on; absent: it is on the box.
    pub disk: Option<String>,
}

/// Progress of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BackupProgress {
    /// Bytes written.
    pub done_bytes: u64,
    /// Bytes in all.
    pub total_bytes: u64,
}

/// When backups are made automatically.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BackupSchedule {
    /// How often one is made.
    pub every: Every,
    /// How many backups are kept in that place, those made by hand included: 1 to 30.
    pub keep: u32,
    /// Id of the USB disk to write them to; left out: the box.
    #[serde(default)]
    pub disk: Option<String>,
    /// Whether to keep copies of the database alone, one a day and the last two of them, in case it gets damaged;
    /// absent: leave this as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub daily_copy: Option<bool>,
}

/// How often a backup is made.
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

/// A backup is ready and the box restarts into it. Reload the page when `/healthz` answers again, and sign in as
/// before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Restored {
    /// The name of the box in the backup.
    pub name: String,
    /// When the backup was made, milliseconds since 1970.
    pub made_at: i64,
    /// Number of files in it.
    pub files: u64,
    /// Their size in bytes.
    pub bytes: u64,
    /// Number of invites that are no longer valid, because the backup was made by another box and is not locked. Create
    /// new ones.
    #[serde(default)]
    pub invites_void: u64,
}

/// Backups on the box and on USB disks, for whoever restores one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StoredBackups {
    /// Newest first.
    pub backups: Vec<Backup>,
    /// USB disks that are plugged in.
    pub disks: Vec<UsbDisk>,
}

/// Which backup to restore.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RestoreStored {
    /// Its name, as in the list.
    pub name: String,
    /// Id of the USB disk it is on; left out: the box.
    #[serde(default)]
    pub disk: Option<String>,
    /// The passphrase, when it is locked.
    #[serde(default)]
    pub passphrase: Option<String>,
}

impl std::fmt::Debug for RestoreStored {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RestoreStored").field("name", &self.name).field("disk", &self.disk).finish_non_exhaustive()
    }
}
