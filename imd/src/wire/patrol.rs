//! Patrol: what is not well with the box, what it means and what mends it; and what is plotted.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the last self-check found: made at the start, each hour, and when asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PatrolReport {
    /// When it looked, milliseconds since 1970.
    pub at: i64,
    /// Worst first; none: all is well.
    pub findings: Vec<Finding>,
}

/// One thing that is not well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Finding {
    /// What it is; the page has the words.
    pub id: FindingId,
    /// How bad.
    pub severity: FindingSeverity,
    /// The number that belongs to it, as the id says.
    pub value: Option<i64>,
    /// What mends it.
    pub repair: Option<Repair>,
    /// Of an update that was gone back from.
    pub update: Option<super::LastUpdate>,
    /// It tells of something that is over: `POST /api/v1/admin/patrol/dismiss` says that it was read.
    pub dismissible: bool,
}

/// Which finding was read and need not be shown again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DismissFinding {
    /// One that is `dismissible`.
    pub finding: FindingId,
}

/// How bad a finding is, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingSeverity {
    /// Something does not work, or will be lost.
    Bad,
    /// It will be, unless somebody does something.
    Warning,
    /// Good to know.
    Hint,
}

/// What can be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingId {
    /// Nothing can be stored: the writer does not answer.
    WriterStuck,
    /// Pages of the database are damaged: some of it can no longer be read.
    DatabaseDamaged,
    /// The disk refuses writing; reading goes on.
    DiskReadOnly,
    /// Less is free than is kept for the chat: no file is taken. `value`: bytes free.
    DiskFull,
    /// Files are kept on a USB disk that is not plugged in or cannot be used: they cannot be had, and messages go on.
    FilesAway,
    /// The USB disk with the files is full: no file is taken. `value`: bytes free.
    FilesDiskFull,
    /// Files stopped on their way to or from the USB disk.
    FilesStopped,
    /// Less than a tenth of the disk is free. `value`: bytes free.
    DiskLow,
    /// The file system has found errors: data may be damaged. `value`: how many.
    DiskErrors,
    /// The card was damaged, by a power cut for one, and was mended at a start. `value`: pieces of files that lost their names.
    CardMended,
    /// The disk's life is nearly used up. `value`: tenths.
    DiskWorn,
    /// Less than a twentieth of the memory is left. `value`: bytes.
    MemoryLow,
    /// The processor is at 80 °C or above. `value`: thousandths of a degree.
    TooHot,
    /// The board slows itself down.
    SlowedDown,
    /// The power supply is too weak, now or at some time since the start.
    UnderVoltage,
    /// The clock is before this version was made: times of messages are wrong.
    ClockUnset,
    /// No time server has been reached since the start.
    ClockAlone,
    /// No cable and no Wi-Fi is in use.
    NoNetwork,
    /// The box is not announced: no phone finds it by its name.
    NotAnnounced,
    /// Another machine has the name that this box wants.
    NameTaken,
    /// A new version is installed and waits for a restart.
    UpdateWaiting,
    /// A new version did not prove itself, and the box went back to the one before; `update` says why.
    UpdateFellBack,
    /// No backup was ever made.
    NoBackup,
    /// The last backup is over two weeks old. `value`: days.
    BackupOld,
    /// Owners or admins have no password, and so can change nothing. `value`: how many.
    AdminWithoutPassword,
    /// People wait to be let in. `value`: how many.
    PeopleWaiting,
    /// Messages were reported and nobody has answered. `value`: how many; those of the admin who asks are not told of.
    MessagesReported,
}

/// What mends a finding: where a button should lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Repair {
    /// Make room.
    Storage,
    /// See where the files are.
    Files,
    /// Restart the box (`POST /api/v1/admin/power`).
    RestartBox,
    /// Set the clock.
    Clock,
    /// Look at the network.
    Network,
    /// Choose another name.
    Name,
    /// See the updates.
    Update,
    /// Make a backup.
    Backup,
    /// Set a password.
    Password,
    /// Answer those who wait.
    Requests,
    /// Look at what was reported.
    Reports,
    /// Repair the database (`POST /api/v1/admin/repair`).
    Database,
}

/// What is plotted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Chart {
    /// Seconds that a point stands for.
    pub step_s: u32,
    /// Oldest first; stretches in which the box was off are missing.
    pub points: Vec<ChartPoint>,
}

/// One stretch of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChartPoint {
    /// When it begins, milliseconds since 1970.
    pub at: i64,
    /// Most people online at once.
    pub online: u32,
    /// Messages sent.
    pub messages: u32,
    /// Least free on the data disk, bytes.
    pub free_bytes: u64,
    /// Highest temperature of the processor, thousandths of a degree Celsius.
    pub temperature_mc: Option<i32>,
    /// Least memory that was available, bytes.
    pub memory_available: Option<u64>,
}
