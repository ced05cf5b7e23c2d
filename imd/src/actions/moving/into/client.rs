//! Requests to the old box: what it offers, and its backup piece by piece, repeated for as long as the connection
//! breaks.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::super::{TOKEN_HEADER, token_of};
use super::MoveIns;
use crate::actions::backup::restore::is_newer;
use crate::actions::{Core, Done, Refused};
use crate::fetch::{self, Ask, Asking, FetchResponse};
use crate::files::{FilesError, Growing};
use crate::wire::{ErrorBody, ErrorCode, MoveInStage as Stage, MoveOffer};

/// Bytes of one request. This determines how exactly the old box knows the progress, and how many requests it counts.
const PIECE: u64 = 64 << 20;
/// The largest response except for the file.
const ANSWER_BYTES: usize = 16 << 10;
/// Pause before the first retry after a broken connection; it doubles with each further one.
const PAUSE: Duration = Duration::from_secs(1);
/// The longest pause between two retries.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// What was ordered, stored on the disk until it is done. The code may be stored too: the card receives everything that
/// it opens anyway.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Job {
    pub(super) address: SocketAddr,
    pub(super) code: String,
    /// Present once the old box has answered.
    pub(super) offer: Option<MoveOffer>,
}

/// Why an attempt ended.
pub(super) enum Ended {
    /// It may work later: after the seconds that the old box asked for, or after our own pause.
    Again(Stage, Option<u64>),
    /// It will not work.
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

/// Repeats requests until everything has arrived; returns the path of the backup.
pub(super) async fn fetch_all(core: &Core, job: &mut Job) -> Result<PathBuf, ErrorCode> {
    let mut pause = PAUSE;
    loop {
        match fetch_on(core, job, &mut pause).await {
            Ok(whole) => return Ok(whole),
            Err(Ended::Never(code)) => return Err(code),
            Err(Ended::Again(stage, after)) => {
                core.moving.into.now.send_modify(|now| now.stage = stage);
                tokio::time::sleep(after.map_or(pause, Duration::from_secs).min(LONGEST_PAUSE)).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
}

/// Continues until everything has arrived or something fails.
async fn fetch_on(core: &Core, job: &mut Job, pause: &mut Duration) -> Result<PathBuf, Ended> {
    let ins = &core.moving.into;
    let folder = ins.folder.join("file");
    let mut have = 0;
    if let Some(offer) = &job.offer {
        let kept = Growing::open(folder.clone(), &offer.tag).await?;
        have = kept.length();
        // Everything may have arrived before a restart, and the old box may be switched off.
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
        // What arrived of an interrupted piece counts.
        growing.settle().await?;
        if growing.length() > first {
            *pause = PAUSE;
        }
        came?;
    }
    Ok(growing.path())
}

/// First and last byte of the next request.
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

/// The old box's offer, if there is room for it here in addition to the bytes that have already arrived.
pub(super) async fn ask_offer(core: &Core, job: &Job, have: u64) -> Result<MoveOffer, Ended> {
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

/// Tells the old box that everything has arrived.
pub(super) async fn say_arrived(job: &Job) -> Result<(), Ended> {
    ask(job, Asking::Post, "/api/v1/move/offer/arrived", &[]).await.map(drop)
}

/// For a while there is both the packed and the unpacked form; `have` bytes of the packed one are already here.
async fn check_room(core: &Core, size: u64, have: u64) -> Done<()> {
    let free = core.blobs.free_bytes().await?.saturating_sub(core.blobs.reserve());
    let needed = size.saturating_mul(2).saturating_sub(have);
    if needed > free { Err(ErrorCode::DiskFull.into()) } else { Ok(()) }
}

/// Sends a request to the old box. A refusal is an error, and so is an answer that is not from a box. Nothing is
/// revealed about what else may answer at that address.
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

    /// Were this to fail, the last bytes would never be requested, or again and again.
    #[test]
    fn pieces_end_where_the_file_ends() {
        assert_eq!(next_piece(0, 1), Some((0, 0)));
        assert_eq!(next_piece(0, PIECE), Some((0, PIECE - 1)));
        assert_eq!(next_piece(0, PIECE + 1), Some((0, PIECE - 1)));
        assert_eq!(next_piece(PIECE, PIECE + 1), Some((PIECE, PIECE)));
        assert_eq!(next_piece(PIECE + 1, PIECE + 1), None);
    }
}
