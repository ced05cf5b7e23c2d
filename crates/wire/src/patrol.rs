//! The self-check: what is wrong with the box and where it can be put right; and the charts.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The result of the last self-check. It runs at the start, every hour, and on demand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PatrolReport {
    /// When it ran, milliseconds since 1970.
    pub at: i64,
    /// What it found, worst first; empty when all is well.
    pub findings: Vec<Finding>,
}

/// Something that is wrong or worth knowing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Finding {
    /// What was found; clients have their own words for each.
    pub id: FindingId,
    /// How serious it is.
    pub severity: FindingSeverity,
    /// A number that belongs to the finding; the id says what it means.
    pub value: Option<i64>,
    /// Where it can be put right.
    pub repair: Option<Repair>,
    /// The update that was rolled back; only with `update_fell_back`.
    pub update: Option<super::LastUpdate>,
    /// Whether it tells of something that is over: `POST /api/v1/admin/patrol/dismiss` marks it as read.
    pub dismissible: bool,
}

/// Mark a finding as read, so that it is not shown again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DismissFinding {
    /// A finding that is `dismissible`.
    pub finding: FindingId,
}

/// How serious a finding is, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingSeverity {
    /// Something does not work, or data is being lost.
    Bad,
    /// Something will go wrong unless somebody acts.
    Warning,
    /// Good to know.
    Hint,
}

/// Everything the self-check can find.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingId {
    /// Nothing can be stored: the thread that writes does not answer.
    WriterStuck,
    /// Pages of the database are damaged, and some of it can no longer be read.
    DatabaseDamaged,
    /// The disk refuses writing; reading still works.
    DiskReadOnly,
    /// Less is free than is reserved for the chat, so no file is accepted. `value`: free bytes.
    DiskFull,
    /// Files are stored on a USB disk that is not plugged in or cannot be used. They are unavailable, but messages
    /// still work.
    FilesAway,
    /// The USB disk with the files is full, so no file is accepted. `value`: free bytes.
    FilesDiskFull,
    /// Moving the files to or from the USB disk has stopped.
    FilesStopped,
    /// Less than a tenth of the disk is free. `value`: free bytes.
    DiskLow,
    /// The file system has found errors: data may be damaged. `value`: number of errors.
    DiskErrors,
    /// The card's file system was damaged, for instance by a power cut, and was repaired during a start. `value`:
    /// pieces of files whose names were lost.
    CardMended,
    /// The disk has nearly reached the end of its life. `value`: tenths of it that are used up.
    DiskWorn,
    /// Less than a twentieth of the memory is available. `value`: bytes.
    MemoryLow,
    /// The processor is at 80 °C or above. `value`: thousandths of a degree Celsius.
    TooHot,
    /// The board has reduced its speed.
    SlowedDown,
    /// The power supply is too weak, now or at some time since the start.
    UnderVoltage,
    /// The clock is earlier than the date of this version: messages get wrong times.
    ClockUnset,
    /// No time server has answered since the start.
    ClockAlone,
    /// Neither a cable nor a Wi-Fi network is in use.
    NoNetwork,
    /// The box is not announced on the network: phones cannot find it by its name.
    NotAnnounced,
    /// Another machine on the network has the name that this box asks for.
    NameTaken,
    /// A new version is installed and takes effect with the next restart.
    UpdateWaiting,
    /// A new version did not work and was rolled back; `update` says why.
    UpdateFellBack,
    /// No backup was ever made.
    NoBackup,
    /// The last backup is over two weeks old. `value`: days.
    BackupOld,
    /// Owners or admins have no password and therefore cannot change anything. `value`: how many.
    AdminWithoutPassword,
    /// People wait for their join requests to be answered. `value`: how many.
    PeopleWaiting,
    /// Messages were reported and nobody has answered yet. `value`: how many, without those written by the admin who
    /// asks.
    MessagesReported,
}

/// Where a finding can be put right: what a button should open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Repair {
    /// Make room on the disk.
    Storage,
    /// Look where the files are stored.
    Files,
    /// Restart the box (`POST /api/v1/admin/power`).
    RestartBox,
    /// Set the clock.
    Clock,
    /// Look at the network.
    Network,
    /// Choose another name.
    Name,
    /// Look at the updates.
    Update,
    /// Make a backup.
    Backup,
    /// Set a password.
    Password,
    /// Answer the join requests.
    Requests,
    /// Answer the reports.
    Reports,
    /// Repair the database (`POST /api/v1/admin/repair`).
    Database,
}

/// Values over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Chart {
    /// Seconds that each point covers.
    pub step_s: u32,
    /// Oldest first. Times at which the box was off are missing.
    pub points: Vec<ChartPoint>,
}

/// The values of one stretch of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChartPoint {
    /// When it begins, milliseconds since 1970.
    pub at: i64,
    /// Most people who were online at once.
    pub online: u32,
    /// Number of messages sent.
    pub messages: u32,
    /// Lowest number of free bytes on the data disk.
    pub free_bytes: u64,
    /// Highest temperature of the processor, thousandths of a degree Celsius.
    pub temperature_mc: Option<i32>,
    /// Lowest number of bytes of memory available.
    pub memory_available: Option<u64>,
}
