//! Files: uploading and downloading them, whole or in parts, and where their contents are stored.

pub mod place;
pub mod set_aside;
pub mod sweep;
pub mod transfer;
mod turns;
pub mod uploads;

use std::path::Path;

use tokio::sync::Mutex;

use place::UsbStorage;
use turns::Turns;

/// What is going on with files.
pub(super) struct Files {
    pub(in crate::actions) usb_storage: UsbStorage,
    pub(in crate::actions) turns: Turns,
    /// Held while files are packed, swept or moved: each of these must find every file where it expects it. If sweeping
    /// waited for a backup in any other way, uploads would wait for the sweeping.
    pub(in crate::actions) packing: Mutex<()>,
}

impl Files {
    pub(super) fn new(folder: &Path) -> Self {
        Self { usb_storage: UsbStorage::new(folder), turns: Turns::default(), packing: Mutex::default() }
    }
}
