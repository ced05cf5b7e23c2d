//! USB disks that are plugged in, as admins see them.

use crate::actions::Core;
use crate::files::{Space, space_at};
use crate::system::{DiskState, UsbDisk};
use crate::wire;

/// The largest file on a disk with the file system `vfat` (FAT32), in bytes.
pub(in crate::actions) const FAT_FILE: u64 = u32::MAX as u64;

/// The disks that are plugged in.
pub(in crate::actions) async fn disks(core: &Core) -> Vec<wire::UsbDisk> {
    let mut found = Vec::new();
    for disk in core.system.usb_disks().await {
        found.push(shown(disk).await);
    }
    found
}

/// A disk as admins see it.
pub(in crate::actions) async fn shown(disk: UsbDisk) -> wire::UsbDisk {
    let UsbDisk { id, label, format, state, folder } = disk;
    let ready = state == DiskState::Ready;
    let space = if ready { space_at(folder).await.unwrap_or_default() } else { Space::default() };
    let state = match state {
        DiskState::Ready => wire::UsbDiskState::Ready,
        DiskState::Format => wire::UsbDiskState::Format,
        DiskState::Unwritable => wire::UsbDiskState::Unwritable,
    };
    wire::UsbDisk { id, label, format, state, total_bytes: space.total, free_bytes: space.free }
}
