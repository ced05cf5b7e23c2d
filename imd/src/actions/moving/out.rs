//! The old box: packs a backup, locked with a code, for the box on which the code is entered. There is one move at a
//! time, valid for an hour after it was last asked for; meanwhile people go on using this box.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::{MappedMutexGuard, Mutex, MutexGuard, watch};

use super::{kept_of, new_code, shown, token_of};
use crate::actions::backup::destinations::Destination;
use crate::actions::backup::make::{announce, check_space, lock, needed, write_as};
use crate::actions::disk::on_disk;
use crate::actions::secrets::random_hex;
use crate::actions::{Caller, Core, Done, Refused, identity::addresses};
use crate::chat::UserId;
use crate::files::{FilesError, Lock, Progress, clear, write_whole};
use crate::store::Act;
use crate::wire::{ErrorCode, MoveBegun, MoveOffer, MoveOut, MoveOutStage as Stage};

/// How long the code stays valid when it is not used, in milliseconds.
const LASTS_MS: i64 = 3_600_000;
/// After how many seconds to ask again while the backup is being packed.
const PACKING_S: u32 = 2;
/// The backup to be fetched, in the folder.
const FILE: &str = "backup.tar.age";
/// The note about it, so that a restart does not end the move.
const NOTE: &str = "offer.json";

/// The move that was begun, if there is one.
#[derive(Debug)]
pub(in crate::actions) struct MoveOuts {
    folder: PathBuf,
    open: Mutex<Option<Open>>,
}

/// As it is also stored on the disk. It contains neither the code nor the token.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Open {
    /// Tells it from an earlier move.
    id: String,
    /// The stored form of the token, see [`kept_of`].
    token: String,
    /// The admin who began it.
    by: i64,
    stage: Stage,
    failed: Option<ErrorCode>,
    /// When it expires, in the time that deadlines use, milliseconds since 1970.
    until: i64,
    /// Present once the backup is packed.
    offer: Option<MoveOffer>,
    /// Bytes that the new box has at least received.
    done: u64,
}

impl MoveOuts {
    /// Without a move; the backup to be fetched will be in `folder`.
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder, open: Mutex::default() }
    }

    /// The clock was set by this many milliseconds, and deadlines with it.
    pub(in crate::actions) async fn moved(&self, by: i64) {
        if let Some(open) = self.open.lock().await.as_mut() {
            open.until = open.until.saturating_add(by);
        }
    }

    async fn keep(&self, open: &Open) -> Done<()> {
        let text = serde_json::to_vec(open).map_err(|_| Refused::from(ErrorCode::Internal))?;
        let path = self.folder.join(NOTE);
        on_disk(move || write_whole(&path, &text)).await
    }

    /// Deletes the backup; the note may stay, to tell why.
    async fn drop_file(&self) -> Done<()> {
        let path = self.folder.join(FILE);
        on_disk(move || clear(&path)).await
    }

    async fn drop_all(&self) -> Done<()> {
        let path = self.folder.clone();
        on_disk(move || clear(&path)).await
    }

    /// Ends a move whose time is over.
    async fn end_if_over(&self, open: &mut Open, due: i64) -> Done<()> {
        if open.stage == Stage::Open && due >= open.until {
            open.stage = Stage::Expired;
            self.keep(open).await?;
            self.drop_file().await?;
            tracing::info!("nobody fetched what was packed for another box");
        }
        Ok(())
    }
}

/// Takes a move up again after a restart; a backup that was being packed is gone.
///
/// # Errors
/// Those of the disk.
pub async fn resume(core: &Core) -> Done<()> {
    let outs = &core.moving.out;
    let text = tokio::fs::read(outs.folder.join(NOTE)).await.unwrap_or_default();
    match serde_json::from_slice::<Open>(&text) {
        Ok(open) => *outs.open.lock().await = Some(open),
        Err(_) => outs.drop_all().await?,
    }
    expire(core).await
}

/// Ends the move when its time is over; to be called now and then.
///
/// # Errors
/// Those of the disk; it is tried again the next time.
pub async fn expire(core: &Core) -> Done<()> {
    match core.moving.out.open.lock().await.as_mut() {
        Some(open) => core.moving.out.end_if_over(open, core.due()).await,
        None => Ok(()),
    }
}

/// The state of the move.
///
/// # Errors
/// `forbidden`, and as any read.
pub async fn state(core: &Core, caller: &Caller) -> Done<MoveOut> {
    caller.must_be_admin()?;
    expire(core).await?;
    let open = core.moving.out.open.lock().await.clone();
    let mut state = MoveOut {
        id: String::new(),
        stage: Stage::None,
        failed: None,
        seconds: 0,
        done_bytes: 0,
        total_bytes: 0,
        addresses: numbers(core),
        needed_bytes: needed(core).await?,
        free_bytes: core.blobs.free_bytes().await?,
    };
    let Some(open) = open else { return Ok(state) };
    (state.id, state.stage, state.failed) = (open.id, open.stage, open.failed);
    let size = open.offer.as_ref().map_or(0, |offer| offer.size);
    (state.done_bytes, state.total_bytes) = (open.done, size);
    match open.stage {
        Stage::Packing => {
            let Progress { done, total } = core.backup.shelf.progress().unwrap_or_default();
            (state.done_bytes, state.total_bytes) = (done, total);
        }
        Stage::Open => state.seconds = open.until.saturating_sub(core.due()).unsigned_abs() / 1_000,
        Stage::None | Stage::Arrived | Stage::Expired | Stage::Failed => {}
    }
    Ok(state)
}

/// The box's IP addresses.
fn numbers(core: &Core) -> Vec<String> {
    addresses::list(core).into_iter().filter(|address| !address.is_name).map(|address| address.url).collect()
}

/// Begins a move: packs the box, and lets whoever has the code fetch it. An earlier move ends.
///
/// # Errors
/// `forbidden`, `backup_running`, `disk_full`, and as any write.
pub async fn begin(core: &Arc<Core>, caller: &Caller) -> Done<MoveBegun> {
    caller.must_be_admin()?;
    let outs = &core.moving.out;
    let alone = core.backup.shelf.claim().ok_or_else(|| Refused::from(ErrorCode::BackupRunning))?;
    // Frees the space of the earlier one.
    *outs.open.lock().await = None;
    outs.drop_all().await?;
    let place = Destination::on_box(outs.folder.clone());
    check_space(core, &place).await?;
    tokio::fs::create_dir_all(&outs.folder).await.map_err(FilesError::from)?;
    let code = new_code()?;
    let (lock, token) = (lock(code.clone())?, kept_of(&token_of(&code)));
    core.store.note(caller.act(core, "move.begin", "box".to_owned(), String::new())).await?;
    let progress = announce(core).await?;
    let open = Open {
        id: random_hex::<8>()?,
        token: token.clone(),
        by: caller.user.0,
        stage: Stage::Packing,
        failed: None,
        until: i64::MAX,
        offer: None,
        done: 0,
    };
    *outs.open.lock().await = Some(open);
    let task = Arc::clone(core);
    tokio::spawn(async move {
        pack(&task, &place, &token, (lock, progress)).await;
        drop(alone);
    });
    Ok(MoveBegun { code: shown(&code), state: state(core, caller).await? })
}

async fn pack(core: &Core, place: &Destination, token: &str, (lock, progress): (Lock, watch::Sender<Progress>)) {
    let packed = packed(core, place, (lock, progress)).await;
    core.backup.shelf.note_end();
    let outs = &core.moving.out;
    let mut open = outs.open.lock().await;
    let kept = match (open.as_mut().filter(|open| open.token == token), packed) {
        // It was cancelled meanwhile.
        (None, _) => outs.drop_all().await,
        (Some(open), Ok(offer)) => {
            (open.stage, open.offer) = (Stage::Open, Some(offer));
            open.until = core.due().saturating_add(LASTS_MS);
            outs.keep(open).await
        }
        (Some(open), Err(refused)) => {
            tracing::warn!(code = ?refused.code, "the box was not packed for another one");
            (open.stage, open.failed) = (Stage::Failed, Some(refused.code));
            outs.drop_all().await
        }
    };
    if let Err(refused) = kept {
        tracing::warn!(code = ?refused.code, "a move does not outlive a restart");
    }
}

async fn packed(core: &Core, place: &Destination, how: (Lock, watch::Sender<Progress>)) -> Done<MoveOffer> {
    let note = write_as(core, (place, FILE), core.now(), (Some(how.0), how.1)).await?;
    let size = tokio::fs::metadata(core.moving.out.folder.join(FILE)).await.map_err(FilesError::from)?.len();
    let (layout, min_program) = (note.layout, note.min_program);
    Ok(MoveOffer { name: note.name, program: note.program, layout, min_program, tag: random_hex::<16>()?, size })
}

/// Cancels the move: nothing can be fetched any more.
///
/// # Errors
/// `forbidden`, and as any write.
pub async fn revoke(core: &Core, caller: &Caller) -> Done<MoveOut> {
    caller.must_be_admin()?;
    let was = core.moving.out.open.lock().await.take();
    // A backup that is still being packed is deleted once that is done.
    if was.as_ref().is_some_and(|open| open.stage != Stage::Packing) {
        core.moving.out.drop_all().await?;
    }
    if was.is_some() {
        core.store.note(caller.act(core, "move.revoke", "box".to_owned(), String::new())).await?;
    }
    state(core, caller).await
}

/// Who asks with the token of a code.
#[derive(Debug, Clone, Copy)]
pub struct Fetcher<'a> {
    /// Their address.
    pub from: IpAddr,
    /// Empty if there is none.
    pub token: &'a str,
}

impl Fetcher<'_> {
    /// The move that the token belongs to, whatever its state.
    async fn find<'c>(&self, core: &'c Core) -> Done<MappedMutexGuard<'c, Open>> {
        core.rates.sign_in(self.from)?;
        let (open, kept) = (core.moving.out.open.lock().await, kept_of(self.token));
        let found = MutexGuard::try_map(open, |open| open.as_mut().filter(|open| open.token == kept));
        let mut open = found.map_err(|_| Refused::from(ErrorCode::MoveWrongCode))?;
        core.moving.out.end_if_over(&mut open, core.due()).await?;
        Ok(open)
    }

    /// The move that can be fetched; its hour starts again.
    async fn fetch<'c>(&self, core: &'c Core) -> Done<(MappedMutexGuard<'c, Open>, MoveOffer)> {
        let mut open = self.find(core).await?;
        match (open.stage, open.offer.clone()) {
            (Stage::Packing, _) => Err(Refused::later(ErrorCode::Busy, PACKING_S)),
            (Stage::Open, Some(offer)) => {
                open.until = core.due().saturating_add(LASTS_MS);
                Ok((open, offer))
            }
            _ => Err(ErrorCode::MoveExpired.into()),
        }
    }
}

/// What may be fetched.
///
/// # Errors
/// `rate_limited`, `move_wrong_code`, `move_expired`, `busy` while it is being packed.
pub async fn offered(core: &Core, by: Fetcher<'_>) -> Done<MoveOffer> {
    let (open, offer) = by.fetch(core).await?;
    core.moving.out.keep(&open).await?;
    Ok(offer)
}

/// The path of the backup and its tag; `from` is the first byte that is wanted.
///
/// # Errors
/// As [`offered`].
pub async fn file(core: &Core, by: Fetcher<'_>, from: u64) -> Done<(PathBuf, String)> {
    let (mut open, offer) = by.fetch(core).await?;
    open.done = from.min(offer.size);
    core.moving.out.keep(&open).await?;
    Ok((core.moving.out.folder.join(FILE), offer.tag))
}

/// The new box has received everything and found it intact. May be called again.
///
/// # Errors
/// `rate_limited`, `move_wrong_code`, `move_expired`, `busy`, and as any write.
pub async fn arrived(core: &Core, by: Fetcher<'_>) -> Done<()> {
    if by.find(core).await?.stage == Stage::Arrived {
        return Ok(());
    }
    let (mut open, offer) = by.fetch(core).await?;
    (open.stage, open.done) = (Stage::Arrived, offer.size);
    let (actor, address) = (UserId(open.by), by.from.to_string());
    let act =
        Act { actor, address, action: "move.arrived", target: "box".to_owned(), detail: String::new(), at: core.now() };
    core.store.note(act).await?;
    core.moving.out.keep(&open).await?;
    tracing::info!("another box has taken over all of this one");
    core.moving.out.drop_file().await
}
