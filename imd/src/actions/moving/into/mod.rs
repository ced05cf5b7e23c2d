//! The new box, which nobody owns: fetches what the old one packed, piece by piece, goes on where it stopped after a broken
//! line or a restart of either, and then restores it as any backup. Whoever begins it has the box's claim code.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::AsyncReadExt;
use tokio::sync::{OwnedMutexGuard, watch};
use tokio::task::AbortHandle;

use super::{TOKEN_HEADER, address, token_of};
use crate::actions::backup::restore::{is_newer, prepare};
use crate::actions::disk::on_disk;
use crate::actions::secrets::typed;
use crate::actions::{Core, Done, Refused, access::claim, identity::facts};
use crate::age::{self, Passphrase};
use crate::fetch::{self, Ask, Asking, FetchResponse};
use crate::files::{FilesError, Growing, clear, write_whole};
use crate::wire::{ErrorBody, ErrorCode, MoveHere, MoveIn, MoveInStage as Stage, MoveOffer};

/// Bytes asked for at a time: what the old box knows of how far it is, and how often it counts a request.
const PIECE: u64 = 64 << 20;
/// The largest answer other than the file.
const ANSWER_BYTES: usize = 16 << 10;
/// A line that broke is tried again after so long, and after twice that.
const PAUSE: Duration = Duration::from_secs(1);
/// At most so long.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// The first question is answered while somebody waits for it.
const FIRST: Duration = Duration::from_secs(20);
/// Telling the old box that all is here is a courtesy.
const FAREWELL: Duration = Duration::from_secs(10);
/// What was begun, in the folder, so that a restart goes on with it.
const JOB: &str = "job.json";

/// The move to this box, if there is one.
#[derive(Debug)]
pub struct MoveIns {
    folder: PathBuf,
    now: watch::Sender<MoveIn>,
    life: Mutex<Life>,
}

/// Of the task that does it.
#[derive(Debug, Default)]
enum Life {
    #[default]
    None,
    Going(AbortHandle),
    /// It is being put beside what is there: from here on it cannot be broken off.
    Sealed(AbortHandle),
}

/// As kept on the disk until it is done: the card gets all that the code opens anyway.
#[derive(Clone, Serialize, Deserialize)]
struct Job {
    address: SocketAddr,
    code: String,
    /// Once the old box said so.
    offer: Option<MoveOffer>,
}

/// Why a try ended.
enum Ended {
    /// It may go better after a while, the seconds that the old box said or our own.
    Again(Stage, Option<u64>),
    /// It cannot.
    Never(ErrorCode),
}

impl From<Refused> for Ended {
    fn from(refused: Refused) -> Self {
        Self::Never(refused.code)
    }
}

impl From<FilesError> for Ended {
    fn from(error: FilesError) -> Self {
        Refused::from(error).into()
    }
}

impl MoveIns {
    /// None; what comes will lie in `folder`.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, now: watch::channel(nothing()).0, life: Mutex::default() }
    }

    /// The program ends; the next start goes on.
    pub fn stop(&self) {
        if let Life::Going(task) | Life::Sealed(task) = &*self.life() {
            task.abort();
        }
    }

    fn life(&self) -> MutexGuard<'_, Life> {
        self.life.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// From here on it cannot be broken off; not when it just was.
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

/// Whoever holds the box.
#[derive(Debug, Clone, Copy)]
pub struct Holder<'a> {
    /// Where they are.
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

/// How far the move to this box is.
///
/// # Errors
/// `rate_limited`, `already_claimed`, `wrong_claim_code`.
pub async fn state(core: &Core, by: Holder<'_>) -> Done<MoveIn> {
    by.check(core).await?;
    Ok(core.move_in.now.borrow().clone())
}

/// Begins to move another box here. The old box is asked before this answers.
///
/// # Errors
/// `rate_limited`, `already_claimed`, `wrong_claim_code`, `backup_running` during another move or restore, `move_address`,
/// `move_unreachable`, `move_wrong_code`, `move_expired`, `backup_newer`, `disk_full`, and as any write.
pub async fn begin(core: &Arc<Core>, by: Holder<'_>, order: MoveHere) -> Done<MoveIn> {
    by.check(core).await?;
    let address = address::parse(&order.address, core.loopback_alone)?;
    let alone = Arc::clone(&core.restoring).try_lock_owned().map_err(|_| Refused::from(ErrorCode::BackupRunning))?;
    let mut job = Job { address, code: typed(&order.code), offer: None };
    match tokio::time::timeout(FIRST, ask_offer(core, &job, 0)).await {
        Ok(Ok(offer)) => job.offer = Some(offer),
        Ok(Err(Ended::Again(Stage::Waiting, _))) => {}
        Ok(Err(Ended::Again(..))) | Err(_) => return Err(ErrorCode::MoveUnreachable.into()),
        Ok(Err(Ended::Never(code))) => return Err(code.into()),
    }
    core.move_in.keep(&job).await?;
    Ok(start(core, job, alone))
}

/// Goes on with what a restart broke off; on a box that has an owner there is nothing to go on with.
///
/// # Errors
/// As any read.
pub async fn resume(core: &Arc<Core>) -> Done<()> {
    let text = tokio::fs::read(core.move_in.folder.join(JOB)).await.unwrap_or_default();
    let job = serde_json::from_slice::<Job>(&text).ok();
    match (job, Arc::clone(&core.restoring).try_lock_owned()) {
        (Some(job), Ok(alone)) if !facts::is_claimed(core).await? => {
            start(core, job, alone);
            Ok(())
        }
        _ => core.move_in.drop_all().await,
    }
}

/// Breaks the move off and forgets what came.
///
/// # Errors
/// `rate_limited`, `already_claimed`, `wrong_claim_code`, `backup_running` when it is too late, and as any write.
pub async fn cancel(core: &Core, by: Holder<'_>) -> Done<MoveIn> {
    by.check(core).await?;
    let ins = &core.move_in;
    match &mut *ins.life() {
        Life::Sealed(_) => return Err(ErrorCode::BackupRunning.into()),
        Life::None => {}
        going => {
            if let Life::Going(task) = std::mem::take(going) {
                task.abort();
            }
        }
    }
    // Until the task has let go.
    let _alone = core.restoring.lock().await;
    ins.drop_all().await?;
    ins.now.send_replace(nothing());
    Ok(nothing())
}

fn start(core: &Arc<Core>, job: Job, alone: OwnedMutexGuard<()>) -> MoveIn {
    let ins = &core.move_in;
    let offer = job.offer.as_ref();
    let (name, total_bytes) = offer.map(|offer| (offer.name.clone(), offer.size)).unwrap_or_default();
    let begun = MoveIn { stage: Stage::Waiting, name, address: job.address.to_string(), total_bytes, ..nothing() };
    ins.now.send_replace(begun.clone());
    // Held while it is begun: it asks for its own life.
    let mut life = ins.life();
    let task = Arc::clone(core);
    let going = tokio::spawn(async move {
        let ended = run(&task, job).await;
        let ins = &task.move_in;
        if let Err(code) = ended {
            tracing::warn!(?code, "the move from another box ended");
            if let Err(refused) = ins.drop_all().await {
                tracing::warn!(code = ?refused.code, "what came of it stays for now");
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
    let mut claimed = core.claimed.subscribe();
    let archive = tokio::select! {
        fetched = fetch_all(core, &mut job) => fetched?,
        // Somebody set the box up meanwhile: it is theirs.
        _ = claimed.wait_for(|claimed| *claimed) => return Err(ErrorCode::AlreadyClaimed),
    };
    let ins = &core.move_in;
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
    let told = ask(&job, Asking::Post, "/api/v1/move/offer/arrived", &[]);
    if !matches!(tokio::time::timeout(FAREWELL, told).await, Ok(Ok(_))) {
        tracing::info!("the old box does not know that all has arrived");
    }
    // A start from the backup clears it, too.
    if let Err(refused) = ins.drop_all().await {
        tracing::warn!(code = ?refused.code, "what came from another box lies there until the next start");
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

/// Asks until all is here; where it is.
async fn fetch_all(core: &Core, job: &mut Job) -> Result<PathBuf, ErrorCode> {
    let mut pause = PAUSE;
    loop {
        match fetch_on(core, job, &mut pause).await {
            Ok(whole) => return Ok(whole),
            Err(Ended::Never(code)) => return Err(code),
            Err(Ended::Again(stage, after)) => {
                core.move_in.now.send_modify(|now| now.stage = stage);
                tokio::time::sleep(after.map_or(pause, Duration::from_secs).min(LONGEST_PAUSE)).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
}

/// Goes on until all is here or something goes wrong.
async fn fetch_on(core: &Core, job: &mut Job, pause: &mut Duration) -> Result<PathBuf, Ended> {
    let ins = &core.move_in;
    let folder = ins.folder.join("file");
    let mut have = 0;
    if let Some(offer) = &job.offer {
        let kept = Growing::open(folder.clone(), &offer.tag).await?;
        have = kept.length();
        // All may have come before a restart, and the old box be off.
        if have == offer.size {
            return Ok(kept.path());
        }
    }
    let offer = ask_offer(core, job, have).await?;
    if job.offer.as_ref() != Some(&offer) {
        job.offer = Some(offer.clone());
        ins.keep(job).await?;
    }
    let mut growing = Growing::open(folder, &offer.tag).await?;
    ins.now.send_modify(|now| {
        (now.name, now.total_bytes) = (offer.name.clone(), offer.size);
        (now.stage, now.done_bytes) = (Stage::Loading, growing.length());
    });
    while let Some((first, last)) = next_piece(growing.length(), offer.size) {
        let came = fetch_piece(ins, job, &offer, &mut growing, (first, last)).await;
        // What came of a piece that broke off counts.
        growing.settle().await?;
        if growing.length() > first {
            *pause = PAUSE;
        }
        came?;
    }
    Ok(growing.path())
}

/// First and last byte of what is asked for next.
fn next_piece(have: u64, size: u64) -> Option<(u64, u64)> {
    (have < size).then(|| (have, have.saturating_add(PIECE).min(size) - 1))
}

async fn fetch_piece(
    ins: &MoveIns,
    job: &Job,
    offer: &MoveOffer,
    growing: &mut Growing,
    (first, last): (u64, u64),
) -> Result<(), Ended> {
    const BROKEN: Ended = Ended::Again(Stage::Broken, None);
    let (range, tag) = (format!("bytes={first}-{last}"), format!("\"{}\"", offer.tag));
    let headers = [("range", range.as_str()), ("if-range", tag.as_str())];
    let mut answer = ask(job, Asking::Get, "/api/v1/move/offer/backup", &headers).await?;
    if answer.status() != 206 || answer.part() != Some((first, offer.size)) {
        return Err(BROKEN);
    }
    while growing.length() <= last {
        let Ok(Some(bytes)) = answer.next().await else { return Err(BROKEN) };
        let wanted = last + 1 - growing.length();
        growing.append(&bytes[..bytes.len().min(usize::try_from(wanted).unwrap_or(usize::MAX))]).await?;
        ins.now.send_modify(|now| now.done_bytes = growing.length());
    }
    Ok(())
}

/// What the old box offers, if this box can take it beside the bytes of it that came already.
async fn ask_offer(core: &Core, job: &Job, have: u64) -> Result<MoveOffer, Ended> {
    const NONSENSE: Ended = Ended::Again(Stage::Broken, None);
    let answer = ask(job, Asking::Get, "/api/v1/move/offer", &[]).await?;
    let Ok(text) = answer.whole(ANSWER_BYTES).await else { return Err(NONSENSE) };
    let Ok(offer) = serde_json::from_slice::<MoveOffer>(&text) else { return Err(NONSENSE) };
    let is_word = (1..=64).contains(&offer.tag.len()) && offer.tag.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !is_word || offer.size == 0 || offer.name.chars().count() > 64 {
        return Err(NONSENSE);
    }
    if is_newer(offer.layout, offer.min_program) {
        return Err(Ended::Never(ErrorCode::BackupNewer));
    }
    check_room(core, offer.size, have).await?;
    Ok(offer)
}

/// It lies here packed and unpacked for a while; `have` bytes of it do already.
async fn check_room(core: &Core, size: u64, have: u64) -> Done<()> {
    let free = core.blobs.free_bytes().await?.saturating_sub(core.blobs.reserve());
    let needed = size.saturating_mul(2).saturating_sub(have);
    if needed > free { Err(ErrorCode::DiskFull.into()) } else { Ok(()) }
}

/// Asks the old box; what it refuses, and everything that is no box, is an error. Of what else may answer there, nothing is told.
async fn ask(job: &Job, method: Asking, path: &str, headers: &[(&'static str, &str)]) -> Result<FetchResponse, Ended> {
    let broken = Ended::Again(Stage::Broken, None);
    let token = token_of(&job.code);
    let mut all = vec![(TOKEN_HEADER, token.as_str())];
    all.extend_from_slice(headers);
    let Ok(answer) = fetch::ask(job.address, Ask { method, path, headers: &all }).await else { return Err(broken) };
    if (200..300).contains(&answer.status()) {
        return Ok(answer);
    }
    let after = answer.retry_after();
    let text = answer.whole(ANSWER_BYTES).await.unwrap_or_default();
    let refused = serde_json::from_slice::<ErrorBody>(&text).map(|body| body.error.code);
    Err(match refused {
        Ok(code @ (ErrorCode::MoveWrongCode | ErrorCode::MoveExpired)) => Ended::Never(code),
        Ok(ErrorCode::Busy | ErrorCode::RateLimited) => Ended::Again(Stage::Waiting, after),
        _ => broken,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The last bytes would never come, or be asked for for ever.
    #[test]
    fn pieces_end_where_the_file_ends() {
        assert_eq!(next_piece(0, 1), Some((0, 0)));
        assert_eq!(next_piece(0, PIECE), Some((0, PIECE - 1)));
        assert_eq!(next_piece(0, PIECE + 1), Some((0, PIECE - 1)));
        assert_eq!(next_piece(PIECE, PIECE + 1), Some((PIECE, PIECE)));
        assert_eq!(next_piece(PIECE + 1, PIECE + 1), None);
    }
}
