//! Disks, through the image's own service for each (`imbox-disk@.service`) and systemd (`org.freedesktop.systemd1`).

use std::time::Duration;

use async_trait::async_trait;
use zbus::OwnedObjectPath;

use super::super::disks::{Disks, Noted, UsbDisk, read_notes};
use super::super::{Capability, SystemError};
use super::DBus;
use super::login::SYSTEMD;

/// How often to check whether it was ejected.
const LOOK: Duration = Duration::from_millis(100);

impl DBus {
    async fn notes(&self) -> Vec<Noted> {
        let root = self.options.disks.clone();
        tokio::task::spawn_blocking(move || read_notes(&root)).await.unwrap_or_default()
    }
}

#[async_trait]
impl Disks for DBus {
    async fn usb_disks(&self) -> Vec<UsbDisk> {
        self.notes().await.into_iter().map(|noted| noted.disk).collect()
    }

    /// `StopUnit(s name, s mode) → o job`; the note and the folder disappear once the unit has stopped.
    async fn eject(&self, id: &str) -> Result<(), SystemError> {
        let noted = self.notes().await.into_iter().find(|noted| noted.disk.id == id);
        let Noted { disk, device } = noted.ok_or(SystemError::NoSuchDisk)?;
        let note = disk.folder.with_extension("disk");
        let unit = format!("imbox-disk@{device}.service");
        self.bus.call::<_, OwnedObjectPath>(&SYSTEMD, "StopUnit", &(unit.as_str(), "replace")).await?;
        let gone = async {
            for path in [note, disk.folder] {
                while tokio::fs::try_exists(&path).await.unwrap_or(false) {
                    tokio::time::sleep(LOOK).await;
                }
            }
        };
        let gone = tokio::time::timeout(self.options.patience, gone).await;
        gone.map_err(|_| SystemError::NoAnswer(Capability::Disks))
    }
}
