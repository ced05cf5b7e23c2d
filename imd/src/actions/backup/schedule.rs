//! The schedule: how often a backup is made automatically, where it goes, and how many are kept.

use super::destinations;
use super::list::state;
use super::make::{announce, check_space, make};
use super::nightly;
use crate::actions::{Caller, Core, Done, Refused};
use crate::store::Setting;
use crate::wire::{BackupSchedule, BackupState, Every};

/// Sets the schedule.
///
/// # Errors
/// `forbidden`, `invalid_setting`, `usb_absent`, and as any write.
pub async fn set_schedule(core: &Core, caller: &Caller, to: BackupSchedule) -> Done<BackupState> {
    caller.must_be_admin()?;
    if !(1..=30).contains(&to.keep) {
        return Err(Refused::invalid("keep", "must be 1 to 30"));
    }
    // A disk that was chosen before may be unplugged for a while.
    if to.disk.is_some() && to.disk != schedule(core).await?.disk {
        destinations::find(core, &core.backup.shelf, to.disk.as_deref()).await?;
    }
    let value = format!("{} {} {}", spell(to.every), to.keep, to.disk.unwrap_or_default()).trim_end().to_owned();
    let act = caller.act(core, "backup.schedule", "box".to_owned(), value.clone());
    let mut values = vec![(Setting::BackupSchedule, value)];
    if let Some(on) = to.daily_copy {
        values.push((Setting::NightlyCopy, if on { "on" } else { "off" }.to_owned()));
    }
    core.store.set_all(values, act).await?;
    state(core, caller).await
}

/// Makes a backup if the schedule says that it is time. It is not locked: the box would have to keep the passphrase
/// beside the very same messages, and whoever can take a backup from the box can also take its card.
///
/// # Errors
/// As any read.
pub async fn make_if_due(core: &Core) -> Done<()> {
    let schedule = schedule(core).await?;
    let every = match schedule.every {
        Every::Never => return Ok(()),
        Every::Day => 24 * 3_600_000,
        Every::Week => 7 * 24 * 3_600_000,
    };
    let last = core.store.number::<i64>(Setting::LastBackup).await?;
    // A clock that was set back also makes it due.
    if last.is_some_and(|last| (0..every).contains(&(core.now() - last))) {
        return Ok(());
    }
    let Some(_alone) = core.backup.shelf.claim() else { return Ok(()) };
    let begun = async {
        let place = destinations::find(core, &core.backup.shelf, schedule.disk.as_deref()).await?;
        check_space(core, &place).await?;
        Done::Ok((place, announce(core).await?))
    };
    match begun.await {
        Ok((place, progress)) => make(core, &place, None, progress).await,
        // Admins see why there is no backup.
        Err(refused) => {
            core.backup.shelf.note_failure(Some(refused.code));
            return Err(refused);
        }
    }
    Ok(())
}

/// The schedule as it is set.
///
/// # Errors
/// As any read.
pub(super) async fn schedule(core: &Core) -> Done<BackupSchedule> {
    let text = core.store.setting(Setting::BackupSchedule).await?.unwrap_or_default();
    let mut words = text.split(' ');
    let (every, keep) = (words.next().unwrap_or_default(), words.next().unwrap_or("3"));
    let disk = words.next().map(str::to_owned);
    let every = match every {
        "day" => Every::Day,
        "week" => Every::Week,
        _ => Every::Never,
    };
    let daily_copy = Some(nightly::is_on(core).await?);
    Ok(BackupSchedule { every, keep: keep.parse().unwrap_or(3), disk, daily_copy })
}

fn spell(every: Every) -> &'static str {
    match every {
        Every::Never => "never",
        Every::Day => "day",
        Every::Week => "week",
    }
}
