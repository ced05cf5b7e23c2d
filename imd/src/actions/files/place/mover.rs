//! Moves files that are in the wrong place, one at a time, while everything else goes on. After a restart, a power cut
//! or a reconnected disk it starts again with whatever is left.
//!
//! Pictures of people and rooms stay on the card: they are small, and faces should be visible while the disk is away.

use std::sync::Arc;
use std::time::Duration;

use super::Chosen;
use super::choose::finish;
use crate::actions::disk::is_gone;
use crate::actions::{Core, Done};
use crate::chat::UploadId;
use crate::files::{FilesError, RelocateError, Way};
use crate::wire::ErrorCode;

/// How often to look for files that were stored in the wrong place meanwhile, or could not be moved the last time.
const AGAIN: Duration = Duration::from_secs(3_600);

/// Moves whatever there is to move, until the task is aborted.
pub async fn keep_moving(core: Arc<Core>) {
    loop {
        let before = core.files.usb_storage.trouble();
        if let Some(chosen) = core.files.usb_storage.chosen() {
            let ended = run(&core, &chosen).await;
            let mut moving = core.files.usb_storage.moving();
            moving.total = None;
            if let Err(code) = ended {
                tracing::warn!(?code, "moving files stopped");
                (moving.failed, moving.counted) = (Some(code), Some(chosen.way));
            }
        }
        if before != core.files.usb_storage.trouble() {
            core.files.usb_storage.note_change();
        }
        let _ = tokio::time::timeout(AGAIN, core.files.usb_storage.kick.notified()).await;
    }
}

/// What became of one file.
enum Went {
    /// It is in the right place, or was deleted.
    Well,
    /// It cannot be read and stays where it is.
    Unreadable,
    /// Nothing can be moved for now: moving was stopped, or the disk is gone.
    Stop,
}

async fn run(core: &Core, chosen: &Chosen) -> Result<(), ErrorCode> {
    if !core.blobs.is_attached() {
        return Ok(());
    }
    let found = async {
        let (strays, settled) = core.blobs.strays().await?;
        let pictures = match chosen.way {
            Way::There => core.store.pictures().await?,
            Way::Back => Default::default(),
        };
        Done::Ok((strays, pictures, settled))
    };
    let (mut strays, pictures, settled) = match found.await {
        Ok(found) => found,
        Err(_) if is_gone(core).await => return Ok(()),
        Err(refused) => return Err(refused.code),
    };
    strays.retain(|(hash, _)| !pictures.contains(&hash.to_string()));
    let total: u64 = strays.iter().map(|(_, size)| size).sum();
    {
        let mut moving = core.files.usb_storage.moving();
        (moving.total, moving.failed, moving.unreadable) = ((total > 0).then_some(total + settled), None, 0);
        moving.counted = Some(chosen.way);
    }
    core.files.usb_storage.pace.begin(settled);
    let mut unreadable = 0;
    for (hash, _) in strays {
        // A backup and the sweeper must find every file where they expect it.
        let _alone = core.files.packing.lock().await;
        if core.files.usb_storage.chosen().as_ref() != Some(chosen) {
            return Ok(());
        }
        match went(core, core.blobs.relocate(hash, core.files.usb_storage.pace.clone()).await).await? {
            Went::Well => {}
            Went::Unreadable => unreadable += 1,
            Went::Stop => return Ok(()),
        }
        core.files.usb_storage.moving().unreadable = unreadable;
    }
    let partials = core.blobs.partials_astray().await;
    for id in partials.unwrap_or_default() {
        // A client that is sending to it is interrupted and continues a moment later.
        let _turn = core.files.turns.take(UploadId(id.cast_signed())).await;
        match went(core, core.blobs.relocate_partial(id, core.files.usb_storage.pace.clone()).await).await? {
            Went::Well | Went::Unreadable => {}
            Went::Stop => return Ok(()),
        }
    }
    if chosen.way == Way::Back && unreadable == 0 {
        finish(core, chosen).await.map_err(|refused| refused.code)?;
    }
    Ok(())
}

async fn went(core: &Core, ended: Result<(), RelocateError>) -> Result<Went, ErrorCode> {
    let Err(error) = ended else { return Ok(Went::Well) };
    if core.files.usb_storage.pace.is_halted() || core.files.usb_storage.chosen().is_none() {
        return Ok(Went::Stop);
    }
    match error {
        RelocateError::Halted | RelocateError::Target(FilesError::Away) => Ok(Went::Stop),
        _ if !matches!(error, RelocateError::Target(FilesError::DiskFull)) && is_gone(core).await => Ok(Went::Stop),
        RelocateError::Source(error) => {
            tracing::error!(%error, "a file cannot be read, and stays where it is");
            Ok(Went::Unreadable)
        }
        RelocateError::Target(error) => {
            let to_disk = core.files.usb_storage.chosen().is_some_and(|chosen| chosen.way == Way::There);
            tracing::warn!(%error, to_disk, "a file cannot be moved");
            Err(match (to_disk, error) {
                (true, FilesError::DiskFull) => ErrorCode::UsbFull,
                (true, _) => ErrorCode::UsbUnwritable,
                (false, FilesError::DiskFull) => ErrorCode::DiskFull,
                (false, FilesError::ReadOnly) => ErrorCode::DiskReadOnly,
                (false, _) => ErrorCode::Internal,
            })
        }
    }
}
