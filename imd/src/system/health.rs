//! What the kernel shows about the machine: heat, power, memory, disks. Plain facts; what they mean is patrol's to say.

use std::time::Duration;

use async_trait::async_trait;

/// The facts of one moment. `None` where this machine does not show it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Health {
    /// Of the processor, in thousandths of a degree Celsius.
    pub temperature: Option<i32>,
    /// The supply was below what the board needs (4.63 V on a Raspberry Pi) when last looked at.
    pub under_voltage: Option<bool>,
    /// Whether the board slows itself down.
    pub throttling: Option<Throttling>,
    /// The processor's speed.
    pub cpu: Option<CpuSpeed>,
    /// Processes that ran or waited to run, averaged over 1, 5 and 15 minutes.
    pub load: Option<[f32; 3]>,
    /// Since the machine was started.
    pub up: Option<Duration>,
    /// Memory and swap.
    pub memory: Option<Memory>,
    /// Each ext4 file system that is in use.
    pub file_systems: Vec<FileSystemHealth>,
    /// Each disk or card.
    pub disks: Vec<DiskHealth>,
}

/// What a Raspberry Pi's firmware does to protect itself, where its kernel passes it on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Throttling {
    /// At this moment.
    pub now: Causes,
    /// At any time since the machine was started.
    pub ever: Causes,
}

/// Why a board slows down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Causes {
    /// Too little voltage.
    pub under_voltage: bool,
    /// The highest speed is not allowed.
    pub frequency_capped: bool,
    /// Slowed down.
    pub throttled: bool,
    /// Over the soft limit of temperature.
    pub too_hot: bool,
}

/// The first processor's speed, kHz.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CpuSpeed {
    /// Now.
    pub now: u64,
    /// What it could run at.
    pub highest: u64,
}

/// Memory, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// All there is.
    pub total: u64,
    /// What programs could still get without swapping (the kernel's estimate).
    pub available: u64,
    /// Swap, compressed memory included.
    pub swap_total: u64,
    /// Of it free.
    pub swap_free: u64,
}

/// What ext4 remembers about a file system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSystemHealth {
    /// The kernel's name of its device, `mmcblk0p4`.
    pub device: String,
    /// Errors since it was last checked; anything but 0 means that data may be damaged.
    pub errors: u64,
    /// When the latest was found, milliseconds since 1970; `None` when there was none.
    pub last_error_at: Option<i64>,
    /// KiB written to it in its life.
    pub lifetime_writes: Option<u64>,
}

/// What the kernel knows about a disk or card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiskHealth {
    /// The kernel's name, `mmcblk0`.
    pub device: String,
    /// What its maker called it.
    pub model: Option<String>,
    /// Bytes.
    pub size: u64,
    /// Whether it is a card, a flash chip or a disk.
    pub kind: DiskKind,
    /// Failed requests since the machine was started, where the kernel counts them (USB and SATA disks).
    pub request_errors: Option<u64>,
    /// The part of its life that is used up, in tenths: 1 is 0 to 10 %, 11 is beyond. Only eMMC tells (JESD84-B51, 7.4.21).
    pub life_used: Option<u8>,
}

/// What kind of disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiskKind {
    /// An SD card.
    Card,
    /// A flash chip on the board (eMMC).
    Flash,
    /// A disk or SSD.
    Disk,
}

/// Looks at the machine.
#[async_trait]
pub trait Vitals: Send + Sync {
    /// The facts of now. Never fails: what cannot be read is missing.
    async fn health(&self) -> Health;
}
