//! Watches for the chosen disk: as soon as it is plugged in, its files are available without a restart. It is looked
//! for every second, and only if a disk was chosen.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::{Chosen, FOLDER, Mark};
use crate::actions::disk::on_disk;
use crate::actions::{Core, Done, identity::facts};
use crate::system::{DiskState, UsbDisk};
use crate::wire::ErrorCode;

const EVERY: Duration = Duration::from_secs(1);

/// Takes the disk into use that was chosen before this start. To be called before anybody asks for a file.
pub async fn take_up(core: &Core) {
    if let Some(chosen) = core.files.usb_storage.chosen() {
        core.blobs.set_way(Some(chosen.way));
        look(core).await;
    }
}

/// Follows the chosen disk until the task is aborted.
pub async fn follow(core: Arc<Core>) {
    let mut chosen = core.files.usb_storage.chosen.subscribe();
    let (mut refused, mut seen) = (None, core.blobs.is_away());
    loop {
        // Admins see the change at once and not within an hour.
        if seen != core.blobs.is_away() {
            seen = !seen;
            core.files.usb_storage.note_change();
        }
        if chosen.borrow_and_update().is_none() {
            refused = None;
            if chosen.changed().await.is_err() {
                return;
            }
            continue;
        }
        let now = look(&core).await;
        if now != refused
            && let Some(code) = now
        {
            tracing::warn!(?code, "the disk with the files cannot be used");
        }
        refused = now;
        core.files.usb_storage.moving().refused = now;
        if seen == core.blobs.is_away() {
            let _ = tokio::time::timeout(EVERY, chosen.changed()).await;
        }
    }
}

/// Takes the disk into use if it has been plugged in, and out of use if it is gone. Returns why a disk that is plugged
/// in is not used.
async fn look(core: &Core) -> Option<ErrorCode> {
    let _switching = core.files.usb_storage.switching.lock().await;
    let chosen = core.files.usb_storage.chosen()?;
    let disks = core.system.usb_disks().await;
    let disk = disks.into_iter().find(|disk| disk.id == chosen.disk);
    let (disk, unusable) = match disk {
        Some(disk) => match disk.state {
            DiskState::Ready => (Some(disk), None),
            DiskState::Format => (None, Some(ErrorCode::UsbFormat)),
            DiskState::Unwritable => (None, Some(ErrorCode::UsbUnwritable)),
        },
        None => (None, None),
    };
    match disk {
        None if core.blobs.is_attached() => {
            tracing::warn!(disk = chosen.disk, "the disk with the files is gone");
            core.files.usb_storage.pace.halt();
            // Work in progress on it fails by itself.
            core.blobs.detach(Duration::ZERO).await;
            unusable
        }
        Some(disk) if !core.blobs.is_attached() => {
            let taken = take(core, &disk).await;
            match taken {
                Ok(()) => {
                    tracing::info!(disk = chosen.disk, "the disk with the files is here");
                    core.files.usb_storage.kick.notify_one();
                    None
                }
                Err(code) => Some(code),
            }
        }
        None => unusable,
        Some(_) => None,
    }
}

/// The chosen disk, if it can be used at the moment.
pub(in crate::actions) async fn find(core: &Core, chosen: &Chosen) -> Option<UsbDisk> {
    let disks = core.system.usb_disks().await;
    disks.into_iter().find(|disk| disk.id == chosen.disk && disk.state == DiskState::Ready)
}

async fn take(core: &Core, disk: &UsbDisk) -> Result<(), ErrorCode> {
    let taken = async {
        let folder = disk.folder.join(FOLDER);
        let ours = Mark { id: core.identity.id.clone(), name: facts::name(core).await? };
        check_mark(folder.clone(), ours).await?;
        core.blobs.attach(folder).await?;
        Done::Ok(())
    };
    taken.await.map_err(|refused| refused.code)
}

/// Accepts a disk only if it has this box's files. Notes the box's current name on it for whoever finds the disk.
async fn check_mark(folder: PathBuf, ours: Mark) -> Done<()> {
    let look = move || {
        let found = Mark::read(&folder)?;
        match found {
            Some(found) if found.id != ours.id => Ok(Err(ErrorCode::UsbOtherBox)),
            Some(found) if found == ours => Ok(Ok(())),
            // Only the name is noted: a disk that cannot be written can still be read.
            Some(_) => Ok(ours.write(&folder).or_else(|error| {
                tracing::debug!(%error, "the box's old name stays on the disk");
                Ok(())
            })),
            None => Ok(Err(ErrorCode::FilesAway)),
        }
    };
    Ok(on_disk(look).await??)
}
