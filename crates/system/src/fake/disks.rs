//! Imagined USB disks: folders with notes beside them, as the image's service leaves them. A disk is there until it is
//! ejected, which removes its note, and again when its note is put back. A restart does that as well.

use std::fs;
use std::io;
use std::path::Path;

use async_trait::async_trait;

use super::super::SystemError;
use super::super::disks::{Disks, UsbDisk, read_notes};
use super::Fake;

const ID: &str = "USB-0001";

/// Plugs a disk in, unless one was imagined there before.
pub(super) fn plug_in(root: &Path) -> io::Result<()> {
    if root.exists() {
        return Ok(());
    }
    fs::create_dir_all(root.join(ID))?;
    fs::write(root.join(format!("{ID}.disk")), "sda1\nexfat\nready\nHOLIDAY\n")
}

#[async_trait]
impl Disks for Fake {
    async fn usb_disks(&self) -> Vec<UsbDisk> {
        let mut state = self.shared.state();
        let Some(root) = &state.disks else { return Vec::new() };
        let mut disks: Vec<UsbDisk> = read_notes(root).into_iter().map(|noted| noted.disk).collect();
        state.let_go.retain(|id| disks.iter().any(|disk| disk.id == *id));
        disks.retain(|disk| !state.let_go.contains(&disk.id));
        disks
    }

    async fn eject(&self, id: &str) -> Result<(), SystemError> {
        if !self.usb_disks().await.iter().any(|disk| disk.id == id) {
            return Err(SystemError::NoSuchDisk);
        }
        self.shared.state().let_go.insert(id.to_owned());
        Ok(())
    }
}
