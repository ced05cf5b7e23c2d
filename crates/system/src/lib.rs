//! The machine that the box runs on: power, name, clock, network, updates, log, readings, and what happened to it
//! before.
//!
//! [`SystemControl`] is everything the admin pages can do to the machine, one trait and one file per capability:
//!
//! | trait | verbs |
//! | --- | --- |
//! | [`Power`] | `restart_box`, `shut_down`, `restart_daemon` |
//! | [`Naming`] | `name`, `set_name` |
//! | [`TimeKeeping`] | `clock_state`, `time_zones`, `set_time_zone`, `set_ntp`, `set_ntp_servers`, `set_time` |
//! | [`Network`] | `network_state`, `scan_wifi`, `apply` → `confirm` or `undo`, `changes`, `set_wifi_country` |
//! | [`Update`] | `update_state`, `inspect_update`, `install_update`, `mark_current_good`/`bad`, `start_other_next` |
//! | [`Journal`] | `read_log`, `follow_log` |
//! | [`Vitals`] | `health` |
//! | [`Aftermath`] | `last_update`, `mended` |
//! | [`Disks`] | `usb_disks`, `eject` |
//!
//! There are two implementations: [`DBus`] asks the services of a systemd machine, and [`Fake`] keeps everything in
//! memory and behaves alike, so that every page can be tried anywhere. The configuration alone decides which one is
//! used: a developer's own machine must never be restarted because it happens to have a system bus.
//!
//! Errors are [`SystemError`]: a stable code and a sentence for people. If a service is missing, only its capability
//! fails with [`SystemError::NotHere`]; the others still work.
//!
//! Nothing here knows HTTP, the database, users or rights, keeps settings over a restart (a method says when its
//! service forgets one, and the caller sets it again), or opens a connection to anything but this machine's own bus.

mod aftermath;
mod dbus;
mod disks;
mod error;
mod fake;
mod health;
mod journal;
mod kernel;
mod name;
pub mod network;
mod power;
mod time;
mod update;

pub use aftermath::{Aftermath, LastUpdate, Mark, Mended, UpdateEnd, WentBack};
pub use dbus::{DBus, DBusOptions};
pub use disks::{DiskState, Disks, UsbDisk};
pub use error::{BundleFault, Capability, SystemError};
pub use fake::{Fake, Pace};
pub use health::{Causes, CpuSpeed, DiskHealth, DiskKind, FileSystemHealth, Health, Memory, Throttling, Vitals};
pub use journal::{Cursor, Journal, LogEntry, LogFilter, LogPage, LogPosition, MAX_PAGE, Severity, Since};
pub use name::{BoxName, HostName, Naming};
pub use network::Network;
pub use power::Power;
pub use time::{ClockState, Ntp, TimeKeeping};
pub use update::{BundleInfo, InstallProgress, NextStart, Slot, SlotHealth, Update, UpdateState};

/// Everything that can be asked of the machine.
pub trait SystemControl:
    Power + Naming + TimeKeeping + Network + Update + Journal + Vitals + Aftermath + Disks + 'static
{
}

impl<T> SystemControl for T where
    T: Power + Naming + TimeKeeping + Network + Update + Journal + Vitals + Aftermath + Disks + 'static
{
}
