//! How long messages are kept: the rules, what they would delete, and the daily round that applies them.
//!
//! A wrong clock must not empty a box. If the clock was set by more than a day while the program ran, or at a start
//! differs by more than a week of being off explains, a rule of N days waits for N days: everything that was said
//! before is older than that by then. A change that is not noticed moves a round forward by two days at most.

use crate::actions::rooms::access::access;
use crate::actions::{Caller, Core, Done, Refused};
use crate::chat::{Believed, MAX_KEEP_DAYS, RoomId, UserId};
use crate::store::{Act, Rule, Setting};
use crate::wire::{Expiring, KeepRound, KeepState, SetKeep};

const DAY_MS: i64 = 24 * 3_600_000;
/// A box that was off for longer than this may just as well have lost the time.
const OFF_MS: i64 = 7 * DAY_MS;
/// How far the time used by a round advances from one round to the next: the day that has passed, and one to catch up.
const STEP_MS: i64 = 2 * DAY_MS;

/// The box's rule, and what it has deleted.
///
/// # Errors
/// As any read.
pub(in crate::actions) async fn state(core: &Core) -> Done<KeepState> {
    let days = core.store.box_keep().await?;
    let believed = believed(core).await?;
    Ok(KeepState {
        days,
        waits_until: days.and_then(|days| believed.waits_until(days)),
        last: last_round(core).await?.filter(|last| last.events > 0),
    })
}

/// Sets how long the box keeps messages, or reports what that would delete.
///
/// # Errors
/// `forbidden`, `invalid_setting`, and as any write.
pub async fn set_box(core: &Core, caller: &Caller, to: SetKeep) -> Done<Expiring> {
    caller.must_be_admin()?;
    let days = checked(to.days)?;
    let would = expiring(core, Rule::Box(days), days).await?;
    if !to.check {
        let act = caller.act(core, "storage.keep", "box".to_owned(), spelled(days));
        core.store.set_box_keep(days, core.now(), act).await?;
    }
    Ok(would)
}

/// Sets how long a room keeps messages, at most as long as the box does, or reports what that would delete.
///
/// # Errors
/// `not_found`, `forbidden`, `invalid_setting`, and as any write.
pub async fn set_room(core: &Core, caller: &Caller, room: RoomId, to: SetKeep) -> Done<Expiring> {
    access(core, caller, room).await?.may_change()?;
    let days = checked(to.days)?;
    let (keep, _) = core.store.room_keep(room).await?;
    if days.is_some_and(|days| !keep.room_may(days)) {
        return Err(Refused::invalid("days", "must not be more than the box's"));
    }
    let would = expiring(core, Rule::Room(room, days), days.or(keep.of_box)).await?;
    if !to.check {
        let name = core.store.room_summary(room).await?.name;
        core.store.set_room_keep(room, days, caller.act(core, "room.keep", name, spelled(days))).await?;
    }
    Ok(would)
}

fn checked(days: u32) -> Done<Option<u32>> {
    if days > MAX_KEEP_DAYS {
        return Err(Refused::invalid("days", "must be 0 to 36500"));
    }
    Ok((days > 0).then_some(days))
}

fn spelled(days: Option<u32>) -> String {
    days.map_or_else(|| "no rule".to_owned(), |days| format!("{days} days"))
}

async fn expiring(core: &Core, rule: Rule, days: Option<u32>) -> Done<Expiring> {
    let now = core.now();
    let would = core.store.count_expired(rule, now).await?;
    let believed = Believed { now, ..believed(core).await? };
    Ok(Expiring {
        events: would.cleared.events,
        files: would.cleared.tally.files,
        bytes: would.cleared.tally.bytes,
        oldest_at: would.oldest_at,
        before: days.map(|days| now - i64::from(days) * DAY_MS),
        waits_until: days.and_then(|days| believed.waits_until(days)),
    })
}

/// To be called at the start. `noted` is the time that the last run left on the disk.
///
/// # Errors
/// As any write.
pub async fn begin(core: &Core, noted: Option<i64>) -> Done<()> {
    let now = core.now();
    if noted.is_some_and(|noted| !(noted - DAY_MS..=noted + OFF_MS).contains(&now)) {
        clock_was_set(core, now).await?;
    }
    Ok(())
}

/// The clock shows `now`, and did not get there by the passing of time.
///
/// # Errors
/// As any write.
pub(in crate::actions) async fn clock_was_set(core: &Core, now: i64) -> Done<()> {
    core.store.set(Setting::ClockSet, Some(now.to_string())).await?;
    // From here on, waiting keeps the messages.
    Ok(core.store.set(Setting::KeepUpto, Some(now.to_string())).await?)
}

/// Once a day, deletes messages that no rule keeps any more. Two rounds at once are one after the other: each would advance the
/// time it uses, and together by more than one may.
///
/// # Errors
/// As any write.
pub async fn round_if_due(core: &Core) -> Done<()> {
    let _alone = core.rooms.keep_round.lock().await;
    let now = core.now();
    // The clock was set a moment ago: once `deadlines` has noted that, this waits.
    if (now - core.due()).abs() > DAY_MS {
        return Ok(());
    }
    if core.store.keeps_for_ever().await? {
        // Whoever sets the first rule is told what it deletes, however old that is.
        if core.store.number::<i64>(Setting::KeepUpto).await?.is_some() {
            core.store.set(Setting::KeepUpto, None).await?;
        }
        return Ok(());
    }
    // A clock that was set back also makes it due.
    if last_round(core).await?.is_some_and(|last| (0..DAY_MS).contains(&(now - last.at))) {
        return Ok(());
    }
    let upto = core.store.number::<i64>(Setting::KeepUpto).await?;
    let upto = upto.map_or(now, |upto| now.min(upto.saturating_add(STEP_MS)));
    core.store.set(Setting::KeepUpto, Some(upto.to_string())).await?;
    let believed = Believed { now: upto, ..believed(core).await? };
    let gone = core.store.clear_expired(believed).await?;
    let (events, files, bytes) = (gone.events, gone.tally.files, gone.tally.bytes);
    if events > 0 {
        tracing::info!(events, files, bytes, "messages past their time were deleted");
        let detail = format!("{events} messages, {files} files, {bytes} bytes");
        let (actor, address, target) = (UserId(0), String::new(), "box".to_owned());
        core.store.note(Act { actor, address, action: "storage.kept", target, detail, at: now }).await?;
    }
    Ok(core.store.set(Setting::KeepRound, Some(format!("{now} {events} {files} {bytes}"))).await?)
}

async fn last_round(core: &Core) -> Done<Option<KeepRound>> {
    let text = core.store.setting(Setting::KeepRound).await?.unwrap_or_default();
    let numbers: Vec<i64> = text.split(' ').filter_map(|number| number.parse().ok()).collect();
    let [at, events, files, bytes] = numbers[..] else { return Ok(None) };
    let [events, files, bytes] = [events, files, bytes].map(i64::cast_unsigned);
    Ok(Some(KeepRound { at, events, files, bytes }))
}

async fn believed(core: &Core) -> Done<Believed> {
    Ok(Believed { now: core.now(), since: core.store.number(Setting::ClockSet).await?.unwrap_or(i64::MIN) })
}
