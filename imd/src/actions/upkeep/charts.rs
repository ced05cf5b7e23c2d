//! Values over time: who is online, how much is said, and the load on the machine.

use crate::actions::{Caller, Core, Done};
use crate::store::{Ring, Sample};
use crate::wire::{Chart, ChartPoint, ErrorCode};

/// Two days in steps of five minutes, three months in steps of an hour, five years in steps of a day: about 4,600 rows.
const RINGS: &[Ring] =
    &[Ring { step_s: 300, keep: 576 }, Ring { step_s: 3_600, keep: 2_160 }, Ring { step_s: 86_400, keep: 1_830 }];

/// Seconds between two measurements.
pub const EVERY_S: u64 = 60;

/// The values at one of these steps.
///
/// # Errors
/// `forbidden`, `bad_request` for a step that is not kept, and as any read.
pub async fn chart(core: &Core, caller: &Caller, step_s: u32) -> Done<Chart> {
    caller.must_be_admin()?;
    if RINGS.iter().all(|ring| ring.step_s != step_s) {
        return Err(ErrorCode::BadRequest.into());
    }
    let points = core.store.samples(step_s).await?.into_iter().map(|sample| ChartPoint {
        at: sample.at,
        online: sample.online,
        messages: sample.messages,
        free_bytes: sample.free_bytes,
        temperature_mc: sample.temperature,
        memory_available: sample.memory,
    });
    Ok(Chart { step_s, points: points.collect() })
}

/// Up to where messages have been counted: the newest event at the last measurement.
#[derive(Debug, Clone, Copy)]
pub struct Counted(i64);

/// Begins counting with what is sent from now on.
///
/// # Errors
/// As any read.
pub async fn begin(core: &Core) -> Done<Counted> {
    Ok(Counted(core.store.newest_event().await?))
}

/// Takes a measurement.
///
/// # Errors
/// As any read or write.
pub async fn measure(core: &Core, counted: Counted) -> Done<Counted> {
    let (messages, newest) = core.store.messages_since(counted.0).await?;
    let machine = core.system.health().await;
    let sample = Sample {
        at: core.now(),
        online: u32::try_from(core.hub.user_count()).unwrap_or(u32::MAX),
        messages,
        free_bytes: core.blobs.free_bytes().await?,
        temperature: machine.temperature,
        memory: machine.memory.map(|memory| memory.available),
    };
    core.store.add_sample(sample, RINGS).await?;
    Ok(Counted(newest))
}
