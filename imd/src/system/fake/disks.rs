//! The imagined USB disk: a folder beside its note, as the image's service leaves them. It is there until it is let go, and
//! again after a restart.

use std::fs;
use std::io;
use std::path::Path;

use async_trait::async_trait;

use super::super::SystemError;
use super::super::disks::{Disks, UsbDisk, read_notes};
use super::Fake;

const ID: &str = "USB-0001";

/// Plugs it in, if nothing was ever imagined there.
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
        let state = self.shared.state();
        let Some(root) = &state.disks else { return Vec::new() };
        let noted = read_notes(root).into_iter().map(|noted| noted.disk);
        noted.filter(|disk| !state.let_go.contains(&disk.id)).collect()
    }

    async fn eject(&self, id: &str) -> Result<(), SystemError> {
        if !self.usb_disks().await.iter().any(|disk| disk.id == id) {
            return Err(SystemError::NoSuchDisk);
        }
        self.shared.state().let_go.insert(id.to_owned());
        Ok(())
    }
}
