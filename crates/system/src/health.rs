//! Readings of the machine from the kernel: temperature, power, memory, disks. The self-check judges what they mean.

use std::time::Duration;

use async_trait::async_trait;

/// The readings at one moment. `None` where they are not available on this machine.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Health {
    /// Temperature of the processor, in thousandths of a degree Celsius.
    pub temperature: Option<i32>,
    /// Whether the supply voltage was below what the board needs (4.63 V on a Raspberry Pi) at the last check.
    pub under_voltage: Option<bool>,
    /// Whether the board reduces its speed.
    pub throttling: Option<Throttling>,
    /// Speed of the processor.
    pub cpu: Option<CpuSpeed>,
    /// Load average over 1, 5 and 15 minutes.
    pub load: Option<[f32; 3]>,
    /// Time since the machine started.
    pub up: Option<Duration>,
    /// Memory and swap.
    pub memory: Option<Memory>,
    /// Every ext4 file system in use.
    pub file_systems: Vec<FileSystemHealth>,
    /// Every disk and card.
    pub disks: Vec<DiskHealth>,
}

/// What the firmware of a Raspberry Pi does to protect the board, if its kernel tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Throttling {
    /// At this moment.
    pub now: Causes,
    /// At any time since the machine was started.
    pub ever: Causes,
}

/// Why a board reduces its speed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Causes {
    /// The supply voltage is too low.
    pub under_voltage: bool,
    /// The frequency is capped.
    pub frequency_capped: bool,
    /// The board is throttled.
    pub throttled: bool,
    /// The soft temperature limit is exceeded.
    pub too_hot: bool,
}

/// Speed of the first processor core, in kHz.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CpuSpeed {
    /// The current speed.
    pub now: u64,
    /// The highest speed it supports.
    pub highest: u64,
}

/// Memory and swap in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// All memory.
    pub total: u64,
    /// Memory that programs can still use without swapping (the kernel's estimate).
    pub available: u64,
    /// All swap, compressed memory included.
    pub swap_total: u64,
    /// Free swap.
    pub swap_free: u64,
}

/// What ext4 records about a file system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSystemHealth {
    /// The kernel's name for its device, such as `mmcblk0p4`.
    pub device: String,
    /// Errors since it was last checked. Anything but 0 means that data may be damaged.
    pub errors: u64,
    /// When the last error was found, milliseconds since 1970; `None` when there was none.
    pub last_error_at: Option<i64>,
    /// KiB written to it since it was created.
    pub lifetime_writes: Option<u64>,
}

/// What the kernel reports about a disk or card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiskHealth {
    /// The kernel's name for it, such as `mmcblk0`.
    pub device: String,
    /// Its model name.
    pub model: Option<String>,
    /// Size in bytes.
    pub size: u64,
    /// The kind of disk.
    pub kind: DiskKind,
    /// Requests that failed since the machine started, where the kernel counts them (USB and SATA disks).
    pub request_errors: Option<u64>,
    /// How much of its life is used up, in tenths: 1 is 0 to 10 %, 11 is more than all of it. Only eMMC chips tell
    /// (JESD84-B51, 7.4.21).
    pub life_used: Option<u8>,
}

/// A kind of disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiskKind {
    /// An SD card.
    Card,
    /// A flash chip on the board (eMMC).
    Flash,
    /// A disk or SSD.
    Disk,
}

/// Reads the state of the machine.
#[async_trait]
pub trait Vitals: Send + Sync {
    /// The current readings. Never fails: what cannot be read is missing.
    async fn health(&self) -> Health;
}
