//! The health of the box.

use crate::actions::Core;
use crate::store::{Soundness, StoreError};
use crate::wire::{DatabaseState, Health};

/// How long the writer thread may take to answer before it counts as stuck.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

/// How long an answer is reused: anyone on the network may ask, and each check is a write.
const FRESH: std::time::Duration = std::time::Duration::from_secs(2);

/// When less than this is free, a message may no longer fit.
const A_MESSAGE: u64 = 64 << 10;

/// The last answer and when it was found.
pub type Last = tokio::sync::Mutex<Option<(std::time::Instant, Health)>>;

/// The health of the box, at most two seconds old.
pub async fn health(core: &Core) -> Health {
    let mut last = core.upkeep.last_health.lock().await;
    if let Some((found, health)) = last.as_ref()
        && found.elapsed() < FRESH
    {
        return health.clone();
    }
    let health = probe(core).await;
    *last = Some((std::time::Instant::now(), health.clone()));
    health
}

/// Checks with a real commit and by asking the disk for its free space.
pub(in crate::actions) async fn probe(core: &Core) -> Health {
    let probe = tokio::time::timeout(PATIENCE, core.store.probe_write(core.now())).await;
    let read_only = matches!(probe, Ok(Err(StoreError::ReadOnly)));
    let (writer, writable) = match probe {
        Ok(Ok(())) => (true, true),
        Ok(Err(StoreError::DiskFull | StoreError::ReadOnly)) => (true, false),
        Ok(Err(_)) | Err(_) => (false, false),
    };
    let database = match core.store.soundness() {
        Soundness::Looking => DatabaseState::Checking,
        Soundness::Sound => DatabaseState::Sound,
        Soundness::Unknown => DatabaseState::Unknown,
        Soundness::Damaged => DatabaseState::Damaged,
    };
    let free_bytes = core.blobs.free_bytes().await.unwrap_or(0);
    // A full disk may still take this check, which is small and rewrites the same place, but no message.
    let writable = writable && free_bytes >= A_MESSAGE;
    let space = free_bytes > core.blobs.reserve();
    let whole = database != DatabaseState::Damaged;
    let status = if writer && writable && space && whole { "ok" } else { "sick" };
    Health { status: status.to_owned(), writer, writable, free_bytes, space, read_only, database }
}
