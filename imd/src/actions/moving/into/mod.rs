//! The new box, which nobody owns: it fetches the backup from the old one piece by piece, continues after broken
//! connections and restarts of either box, and then restores it like any other backup. Whoever begins the move needs
//! this box's claim code.

mod client;

use std::io;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::sync::{OwnedMutexGuard, watch};
use tokio::task::AbortHandle;

use self::client::{Ended, Job, ask_offer, fetch_all, say_arrived};
use super::address;
use crate::actions::backup::restore::prepare;
use crate::actions::disk::on_disk;
use crate::actions::secrets::typed;
use crate::actions::{Core, Done, Refused, access::claim, identity::facts};
use crate::age::{self, Passphrase};
use crate::files::{FilesError, clear, write_whole};
use crate::wire::{ErrorCode, MoveHere, MoveIn, MoveInStage as Stage};

/// Limit for the first request, because somebody is waiting for its result.
const FIRST: Duration = Duration::from_secs(20);
/// Limit for telling the old box that everything has arrived, which is only a courtesy.
const FAREWELL: Duration = Duration::from_secs(10);
/// In the folder: what was ordered, so that a restart can continue.
const JOB: &str = "job.json";

/// The move to this box, if there is one.
#[derive(Debug)]
pub(super) struct MoveIns {
    folder: PathBuf,
    now: watch::Sender<MoveIn>,
    life: Mutex<Life>,
}

/// State of the task that carries out the move.
#[derive(Debug, Default)]
enum Life {
    #[default]
    None,
    Going(AbortHandle),
    /// The backup is being prepared for the restart: from here on the move cannot be cancelled.
    Sealed(AbortHandle),
}

impl MoveIns {
    /// Without a move; what will be fetched goes to `folder`.
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder, now: watch::channel(nothing()).0, life: Mutex::default() }
    }

    /// The program is stopping; the next start continues.
    pub(super) fn stop(&self) {
        if let Life::Going(task) | Life::Sealed(task) = &*self.life() {
            task.abort();
        }
    }

    fn life(&self) -> MutexGuard<'_, Life> {
        self.life.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From here on the move cannot be cancelled. Returns `false` if it just was.
    fn seal(&self) -> bool {
        let mut life = self.life();
        let Life::Going(task) = &*life else { return false };
        *life = Life::Sealed(task.clone());
        self.now.send_modify(|now| now.stage = Stage::Checking);
        true
    }

    async fn keep(&self, job: &Job) -> Done<()> {
        let text = serde_json::to_vec(job).map_err(|_| Refused::from(ErrorCode::Internal))?;
        let folder = self.folder.clone();
        let write = move || {
            std::fs::create_dir_all(&folder)?;
            write_whole(&folder.join(JOB), &text)
        };
        on_disk(write).await
    }

    async fn drop_all(&self) -> Done<()> {
        let folder = self.folder.clone();
        on_disk(move || clear(&folder)).await
    }
}

fn nothing() -> MoveIn {
    let (name, address) = (String::new(), String::new());
    MoveIn { stage: Stage::None, failed: None, name, address, done_bytes: 0, total_bytes: 0 }
}

/// Whoever has the box in their hands.
#[derive(Debug, Clone, Copy)]
pub struct Holder<'a> {
    /// Their address.
    pub from: IpAddr,
    /// The box's claim code, as typed.
    pub code: &'a str,
}

impl Holder<'_> {
    async fn check(&self, core: &Core) -> Done<()> {
        core.rates.sign_in(self.from)?;
        claim::check_code(core, self.code).await
    }
}

/// The state of the move to this box.
///
/// # Errors
/// `rate_limited`, `already_claimed`, `wrong_claim_code`.
pub async fn state(core: &Core, by: Holder<'_>) -> Done<MoveIn> {
    by.check(core).await?;
    Ok(core.moving.into.now.borrow().clone())
}

/// Begins to move another box here. The old box is asked before this returns.
///
/// # Errors
/// `rate_limited`, `already_claimed`, `wrong_claim_code`, `backup_running` during another move or restore, `move_address`,
/// `move_unreachable`, `move_wrong_code`, `move_expired`, `backup_newer`, `disk_full`, and as any write.
pub async fn begin(core: &Arc<Core>, by: Holder<'_>, order: MoveHere) -> Done<MoveIn> {
    by.check(core).await?;
    let address = address::parse(&order.address, core.moving.loopback_only)?;
    let alone =
        Arc::clone(&core.backup.restoring).try_lock_owned().map_err(|_| Refused::from(ErrorCode::BackupRunning))?;
    let mut job = Job { address, code: typed(&order.code), offer: None };
    match tokio::time::timeout(FIRST, ask_offer(core, &job, 0)).await {
        Ok(Ok(offer)) => job.offer = Some(offer),
        Ok(Err(Ended::Again(Stage::Waiting, _))) => {}
        Ok(Err(Ended::Again(..))) | Err(_) => return Err(ErrorCode::MoveUnreachable.into()),
        Ok(Err(Ended::Never(code))) => return Err(code.into()),
    }
    core.moving.into.keep(&job).await?;
    Ok(start(core, job, alone))
}

/// Continues a move after a restart; a box that has an owner has nothing to continue.
///
/// # Errors
/// As any read.
pub async fn resume(core: &Arc<Core>) -> Done<()> {
    let text = tokio::fs::read(core.moving.into.folder.join(JOB)).await.unwrap_or_default();
    let job = serde_json::from_slice::<Job>(&text).ok();
    match (job, Arc::clone(&core.backup.restoring).try_lock_owned()) {
        (Some(job), Ok(alone)) if !facts::is_claimed(core).await? => {
            start(core, job, alone);
            Ok(())
        }
        _ => core.moving.into.drop_all().await,
    }
}

/// Cancels the move and deletes what has arrived.
///
/// # Errors
/// `rate_limited`, `already_claimed`, `wrong_claim_code`, `backup_running` when it is too late, and as any write.
pub async fn cancel(core: &Core, by: Holder<'_>) -> Done<MoveIn> {
    by.check(core).await?;
    let ins = &core.moving.into;
    match &mut *ins.life() {
        Life::Sealed(_) => return Err(ErrorCode::BackupRunning.into()),
        Life::None => {}
        going => {
            if let Life::Going(task) = std::mem::take(going) {
                task.abort();
            }
        }
    }
    // Waits until the task has let go of it.
    let _alone = core.backup.restoring.lock().await;
    ins.drop_all().await?;
    ins.now.send_replace(nothing());
    Ok(nothing())
}

fn start(core: &Arc<Core>, job: Job, alone: OwnedMutexGuard<()>) -> MoveIn {
    let ins = &core.moving.into;
    let offer = job.offer.as_ref();
    let (name, total_bytes) = offer.map(|offer| (offer.name.clone(), offer.size)).unwrap_or_default();
    let begun = MoveIn { stage: Stage::Waiting, name, address: job.address.to_string(), total_bytes, ..nothing() };
    ins.now.send_replace(begun.clone());
    // Held while it is begun: it asks for its own life.
    let mut life = ins.life();
    let task = Arc::clone(core);
    let going = tokio::spawn(async move {
        let ended = run(&task, job).await;
        let ins = &task.moving.into;
        if let Err(code) = ended {
            tracing::warn!(?code, "the move from another box ended");
            if let Err(refused) = ins.drop_all().await {
                tracing::warn!(code = ?refused.code, "what was received could not be deleted yet");
            }
            *ins.life() = Life::None;
            ins.now.send_modify(|now| (now.stage, now.failed) = (Stage::Failed, Some(code)));
        }
        drop(alone);
    });
    *life = Life::Going(going.abort_handle());
    begun
}

async fn run(core: &Core, mut job: Job) -> Result<(), ErrorCode> {
    let mut claimed = core.access.claimed.subscribe();
    let archive = tokio::select! {
        fetched = fetch_all(core, &mut job) => fetched?,
        // Somebody set the box up meanwhile: it is theirs.
        _ = claimed.wait_for(|claimed| *claimed) => return Err(ErrorCode::AlreadyClaimed),
    };
    let ins = &core.moving.into;
    if !ins.seal() {
        return Err(ErrorCode::MoveExpired);
    }
    let passphrase = Passphrase::new(job.code.clone()).ok_or(ErrorCode::MoveWrongCode)?;
    let locked = is_locked(&archive).await.map_err(|error| Refused::from(FilesError::from(error)).code)?;
    // Somebody who overheard the token could answer in the old box's place, but not lock anything with the code.
    if !locked {
        return Err(ErrorCode::BackupDamaged);
    }
    let (note, _) = prepare(core.folder.clone(), archive, Some(passphrase)).await.map_err(|refused| refused.code)?;
    if !matches!(tokio::time::timeout(FAREWELL, say_arrived(&job)).await, Ok(Ok(()))) {
        tracing::info!("the old box does not know that all has arrived");
    }
    // A start from the backup clears it, too.
    if let Err(refused) = ins.drop_all().await {
        tracing::warn!(code = ?refused.code, "what was received from another box is deleted at the next start");
    }
    tracing::info!(files = note.files, "another box was moved here; restarting into it");
    ins.now.send_modify(|now| now.stage = Stage::Ready);
    core.restart.send_replace(true);
    Ok(())
}

async fn is_locked(archive: &std::path::Path) -> io::Result<bool> {
    let mut beginning = Vec::new();
    tokio::fs::File::open(archive).await?.take(64).read_to_end(&mut beginning).await?;
    Ok(age::is_locked(&beginning))
}
