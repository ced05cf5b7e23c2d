//! The self-check: at the start, every hour and on demand the box checks itself, and reports what is wrong and where it
//! can be put right.
//!
//! Gathering the facts and judging them are separate: `judge` is pure. A box with problems is still served.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::actions::machine::clock::made_at;
use crate::actions::machine::view::last_update;
use crate::actions::{Caller, Core, Done, upkeep::health};
use crate::store::Setting;
use crate::system::network::Link;
use crate::system::{self, NextStart, Ntp, SlotHealth, UpdateEnd};
use crate::wire::{DatabaseState, ErrorCode, Finding, FindingId, FindingSeverity, Health, PatrolReport, Repair};

/// How long a report is reused, in milliseconds.
const FRESH_MS: i64 = 5_000;

/// The last report, and how often the disk for the files had changed before it was made.
#[derive(Debug, Default)]
pub(super) struct Last(Mutex<Option<(u64, PatrolReport)>>);

impl Last {
    fn lock(&self) -> MutexGuard<'_, Option<(u64, PatrolReport)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The last report, made anew when it is older than 5 s or the disk for the files has come, gone or failed since, so that
/// admins see at once what has changed.
///
/// # Errors
/// `forbidden`, and as any read.
pub async fn report(core: &Core, caller: &Caller) -> Done<PatrolReport> {
    caller.must_be_admin()?;
    let last = core.upkeep.last_patrol.lock().clone();
    let is_fresh = |&(changes, ref last): &(u64, PatrolReport)| {
        changes == core.files.usb_storage.changes() && (0..FRESH_MS).contains(&(core.now() - last.at))
    };
    let report = match last.filter(is_fresh) {
        Some((_, report)) => report,
        None => look(core).await?,
    };
    shown_to(core, caller, report).await
}

/// Adds the open reports of messages that this admin may know of: nobody is told of reports about themselves.
async fn shown_to(core: &Core, caller: &Caller, mut report: PatrolReport) -> Done<PatrolReport> {
    let open = core.store.open_reports(caller.user).await?;
    if open > 0 {
        report.findings.push(Finding {
            id: FindingId::MessagesReported,
            severity: FindingSeverity::Warning,
            value: Some(open.into()),
            repair: Some(Repair::Reports),
            update: None,
            dismissible: false,
        });
        report.findings.sort_by_key(|finding| finding.severity);
    }
    Ok(report)
}

/// Runs the self-check now.
///
/// # Errors
/// `forbidden`, and as any read.
pub async fn look_now(core: &Core, caller: &Caller) -> Done<PatrolReport> {
    caller.must_be_admin()?;
    let report = look(core).await?;
    shown_to(core, caller, report).await
}

/// Runs the self-check and remembers the result.
///
/// # Errors
/// As any read.
pub async fn look(core: &Core) -> Done<PatrolReport> {
    let changes = core.files.usb_storage.changes();
    let facts = gather(core).await?;
    let report = PatrolReport { at: facts.now, findings: judge(&facts) };
    *core.upkeep.last_patrol.lock() = Some((changes, report.clone()));
    Ok(report)
}

/// The facts to judge.
#[derive(Debug, Clone, Default)]
struct Facts {
    now: i64,
    health: Option<Health>,
    total_bytes: u64,
    machine: system::Health,
    clock: Option<(Option<Ntp>, bool)>,
    connected: Option<bool>,
    announced: bool,
    name_taken: bool,
    next: Option<NextStart>,
    other: Option<SlotHealth>,
    /// An update that was rolled back, if no admin has read of it yet.
    gone_back: Option<system::LastUpdate>,
    /// An admin has read how the last update ended.
    end_read: bool,
    /// A repair of the file system, if no admin has read of it yet.
    mended: Option<system::Mended>,
    files: Files,
    last_backup: Option<i64>,
    without_password: usize,
    waiting: u32,
}

/// The USB disk with the files, if there is one.
#[derive(Debug, Clone, Copy, Default)]
struct Files {
    away: bool,
    /// Free bytes, if it is full.
    full: Option<u64>,
    /// Moving files has stopped.
    stopped: bool,
}

/// An admin has read of something that is over: it is not shown again until it happens again.
///
/// # Errors
/// `forbidden`, `not_found` if there is no such finding or it is not over, and as any write.
pub async fn dismiss(core: &Core, caller: &Caller, finding: FindingId) -> Done<PatrolReport> {
    caller.must_be_admin()?;
    let control = &core.system;
    let (setting, mark) = match finding {
        FindingId::UpdateFellBack => (Setting::ReadOfUpdate, control.last_update().await.map(|last| last.mark)),
        FindingId::CardMended => (Setting::ReadOfMended, control.mended().await.map(|mended| mended.mark)),
        _ => return Err(ErrorCode::NotFound.into()),
    };
    let mark = mark.ok_or(ErrorCode::NotFound)?;
    let target = if setting == Setting::ReadOfUpdate { "update" } else { "card" };
    let act = caller.act(core, "patrol.dismiss", target.to_owned(), String::new());
    core.store.set_all(vec![(setting, mark.as_str().to_owned())], act).await?;
    look_now(core, caller).await
}

async fn gather(core: &Core) -> Done<Facts> {
    let control = &core.system;
    let (machine, clock, network, update, health, space, last, mended) = tokio::join!(
        control.health(),
        control.clock_state(),
        control.network_state(),
        control.update_state(),
        health::probe(core),
        core.blobs.space(),
        control.last_update(),
        control.mended(),
    );
    let (of_update, of_mended) =
        (core.store.setting(Setting::ReadOfUpdate).await?, core.store.setting(Setting::ReadOfMended).await?);
    let end_read = last.as_ref().is_some_and(|last| of_update.as_deref() == Some(last.mark.as_str()));
    let (announced, host) = {
        let announced = core.identity.announced.borrow();
        (!announced.serial_name.is_empty(), announced.host_label.as_ref().map(ToString::to_string))
    };
    let wanted = core.identity.wanted.borrow().clone();
    let up = |network: system::network::NetworkState| network.interfaces.iter().any(|i| i.link == Link::Connected);
    let update = update.ok();
    let admins = core.store.admins().await?;
    Ok(Facts {
        now: core.now(),
        health: Some(health),
        total_bytes: space.unwrap_or_default().total,
        machine,
        clock: clock.ok().map(|clock| (clock.ntp, clock.synchronised)),
        connected: network.ok().map(up),
        announced,
        name_taken: host.is_some_and(|host| host != wanted),
        next: update.as_ref().map(|update| update.next),
        other: update.and_then(|update| update.other).map(|slot| slot.health),
        gone_back: last.filter(|last| !end_read && matches!(last.end, UpdateEnd::RolledBack(_))),
        end_read,
        mended: mended.filter(|mended| of_mended.as_deref() != Some(mended.mark.as_str())),
        files: Files {
            away: core.blobs.is_away(),
            full: core.blobs.disk_full().await.map(|space| space.free),
            stopped: core.files.usb_storage.trouble().is_some(),
        },
        last_backup: core.store.number(Setting::LastBackup).await?,
        without_password: admins.iter().filter(|admin| !admin.has_password).count(),
        waiting: core.store.join_request_count(core.due()).await?,
    })
}

const DAY_MS: i64 = 24 * 3_600_000;
/// A backup this old is reported.
const OLD_BACKUP_MS: i64 = 14 * DAY_MS;
/// From this temperature on, the firmware of a Raspberry Pi reduces its speed.
const TOO_HOT: i32 = 80_000;
/// How much of a disk's life may be used up, in tenths.
const WORN: u8 = 9;

fn judge(facts: &Facts) -> Vec<Finding> {
    use FindingId as I;
    use FindingSeverity::{Bad, Hint, Warning};
    let mut found = Vec::new();
    let mut add = |severity, id, value: Option<i64>, repair| {
        found.push(Finding { id, severity, value, repair, update: None, dismissible: false });
    };
    let number = |number: u64| i64::try_from(number).ok();

    if let Some(health) = &facts.health {
        let free = number(health.free_bytes);
        match (health.writer, health.writable, health.space) {
            (false, ..) => add(Bad, I::WriterStuck, None, Some(Repair::RestartBox)),
            (_, false, true) => add(Bad, I::DiskReadOnly, None, Some(Repair::RestartBox)),
            (_, _, false) => add(Bad, I::DiskFull, free, Some(Repair::Storage)),
            _ if health.free_bytes < facts.total_bytes / 10 => add(Warning, I::DiskLow, free, Some(Repair::Storage)),
            _ => {}
        }
        if health.database == DatabaseState::Damaged {
            add(Bad, I::DatabaseDamaged, None, Some(Repair::Database));
        }
    }
    if facts.files.away {
        add(Bad, I::FilesAway, None, Some(Repair::Files));
    }
    if let Some(free) = facts.files.full {
        add(Bad, I::FilesDiskFull, number(free), Some(Repair::Files));
    }
    if facts.files.stopped {
        add(Warning, I::FilesStopped, None, Some(Repair::Files));
    }
    let machine = &facts.machine;
    let errors: u64 = machine.file_systems.iter().map(|fs| fs.errors).sum();
    if errors > 0 {
        add(Bad, I::DiskErrors, number(errors), Some(Repair::Backup));
    }
    if let Some(used) = machine.disks.iter().filter_map(|disk| disk.life_used).max().filter(|used| *used >= WORN) {
        add(Warning, I::DiskWorn, Some(used.into()), Some(Repair::Backup));
    }
    if let Some(memory) = machine.memory.filter(|memory| memory.available < memory.total / 20) {
        add(Warning, I::MemoryLow, number(memory.available), Some(Repair::RestartBox));
    }
    if let Some(heat) = machine.temperature.filter(|heat| *heat >= TOO_HOT) {
        add(Warning, I::TooHot, Some(heat.into()), None);
    }
    let weak = machine.throttling.is_some_and(|t| t.now.under_voltage || t.ever.under_voltage);
    if weak || machine.under_voltage == Some(true) {
        add(Warning, I::UnderVoltage, None, None);
    } else if machine.throttling.is_some_and(|t| t.now.throttled || t.now.frequency_capped) {
        add(Warning, I::SlowedDown, None, None);
    }
    if facts.now < made_at() {
        add(Bad, I::ClockUnset, None, Some(Repair::Clock));
    } else if facts.clock == Some((Some(Ntp::On), false)) {
        add(Hint, I::ClockAlone, None, Some(Repair::Clock));
    }
    if facts.connected == Some(false) {
        add(Warning, I::NoNetwork, None, Some(Repair::Network));
    }
    if !facts.announced {
        add(Hint, I::NotAnnounced, None, Some(Repair::Network));
    } else if facts.name_taken {
        add(Warning, I::NameTaken, None, Some(Repair::Name));
    }
    if facts.next == Some(NextStart::Other) {
        add(Hint, I::UpdateWaiting, None, Some(Repair::RestartBox));
    } else if facts.other == Some(SlotHealth::Bad) && facts.gone_back.is_none() && !facts.end_read {
        // The reason was not recorded.
        add(Warning, I::UpdateFellBack, None, Some(Repair::Update));
    }
    match facts.last_backup.map(|at| facts.now.saturating_sub(at)) {
        None => add(Hint, I::NoBackup, None, Some(Repair::Backup)),
        Some(age) if age > OLD_BACKUP_MS => add(Hint, I::BackupOld, Some(age / DAY_MS), Some(Repair::Backup)),
        Some(_) => {}
    }
    if facts.without_password > 0 {
        add(Warning, I::AdminWithoutPassword, i64::try_from(facts.without_password).ok(), Some(Repair::Password));
    }
    if facts.waiting > 0 {
        add(Hint, I::PeopleWaiting, Some(facts.waiting.into()), Some(Repair::Requests));
    }
    let over = |severity, id, value, repair, update| Finding { id, severity, value, repair, update, dismissible: true };
    if let Some(last) = &facts.gone_back {
        let update = Some(last_update(last.clone()));
        found.push(over(Warning, I::UpdateFellBack, None, Some(Repair::Update), update));
    }
    if let Some(mended) = &facts.mended {
        found.push(over(Warning, I::CardMended, Some(mended.pieces.into()), Some(Repair::Backup), None));
    }
    found.sort_by_key(|finding| finding.severity);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::{Causes, DiskHealth, DiskKind, FileSystemHealth, Memory, Throttling};

    fn well() -> Facts {
        let health = Health {
            status: "ok".to_owned(),
            writer: true,
            writable: true,
            free_bytes: 50,
            space: true,
            read_only: false,
            database: DatabaseState::Sound,
        };
        Facts {
            now: made_at() + 30 * DAY_MS,
            health: Some(health),
            total_bytes: 100,
            machine: system::Health {
                temperature: Some(TOO_HOT - 1),
                memory: Some(Memory { total: 100, available: 5, swap_total: 0, swap_free: 0 }),
                ..system::Health::default()
            },
            clock: Some((Some(Ntp::On), true)),
            connected: Some(true),
            announced: true,
            next: Some(NextStart::Current),
            other: Some(SlotHealth::Good),
            last_backup: Some(made_at() + 16 * DAY_MS),
            ..Facts::default()
        }
    }

    fn found(change: impl FnOnce(&mut Facts)) -> Vec<(FindingId, Option<i64>)> {
        let mut facts = well();
        change(&mut facts);
        judge(&facts).into_iter().map(|finding| (finding.id, finding.value)).collect()
    }

    /// Were this to fail, admins would get used to ignoring the self-check.
    #[test]
    fn a_box_that_is_well_has_nothing_to_say_up_to_each_limit() {
        assert_eq!(found(|_| {}), []);
        assert_eq!(found(|f| f.health.as_mut().unwrap().free_bytes = 10), []);
    }

    /// Were this to fail, an admin would learn of a problem when something is lost.
    #[test]
    fn each_thing_that_is_not_well_is_found_with_its_number() {
        use FindingId as I;
        fn of(facts: &mut Facts) -> &mut Health {
            facts.health.as_mut().unwrap()
        }
        assert_eq!(found(|f| of(f).free_bytes = 9), [(I::DiskLow, Some(9))]);
        assert_eq!(found(|f| of(f).space = false), [(I::DiskFull, Some(50))]);
        assert_eq!(found(|f| of(f).writable = false), [(I::DiskReadOnly, None)]);
        assert_eq!(found(|f| of(f).writer = false), [(I::WriterStuck, None)]);
        assert_eq!(found(|f| of(f).database = DatabaseState::Damaged), [(I::DatabaseDamaged, None)]);
        assert_eq!(found(|f| f.files.away = true), [(I::FilesAway, None)]);
        assert_eq!(found(|f| f.files.full = Some(7)), [(I::FilesDiskFull, Some(7))]);
        assert_eq!(found(|f| f.files.stopped = true), [(I::FilesStopped, None)]);
        assert_eq!(found(|f| f.machine.temperature = Some(TOO_HOT)), [(I::TooHot, Some(80_000))]);
        let memory = Memory { total: 100, available: 4, swap_total: 0, swap_free: 0 };
        assert_eq!(found(|f| f.machine.memory = Some(memory)), [(I::MemoryLow, Some(4))]);
        assert_eq!(found(|f| f.machine.under_voltage = Some(true)), [(I::UnderVoltage, None)]);
        let causes = Causes { throttled: true, ..Causes::default() };
        let slow = Throttling { now: causes, ever: causes };
        assert_eq!(found(|f| f.machine.throttling = Some(slow)), [(I::SlowedDown, None)]);
        let fs = FileSystemHealth { device: "x".to_owned(), errors: 3, last_error_at: None, lifetime_writes: None };
        assert_eq!(found(|f| f.machine.file_systems = vec![fs]), [(I::DiskErrors, Some(3))]);
        let disk = DiskHealth {
            device: "x".to_owned(),
            model: None,
            size: 1,
            kind: DiskKind::Flash,
            request_errors: None,
            life_used: Some(WORN),
        };
        assert_eq!(found(|f| f.machine.disks = vec![disk]), [(I::DiskWorn, Some(9))]);
        assert_eq!(found(|f| f.now = made_at() - 1), [(I::ClockUnset, None)]);
        assert_eq!(found(|f| f.clock = Some((Some(Ntp::On), false))), [(I::ClockAlone, None)]);
        assert_eq!(found(|f| f.clock = Some((Some(Ntp::Off), false))), []);
        assert_eq!(found(|f| f.connected = Some(false)), [(I::NoNetwork, None)]);
        assert_eq!(found(|f| f.announced = false), [(I::NotAnnounced, None)]);
        assert_eq!(found(|f| f.name_taken = true), [(I::NameTaken, None)]);
        assert_eq!(found(|f| f.next = Some(NextStart::Other)), [(I::UpdateWaiting, None)]);
        assert_eq!(found(|f| f.other = Some(SlotHealth::Bad)), [(I::UpdateFellBack, None)]);
        let last = |end| system::LastUpdate {
            mark: system::Mark::of(b"x"),
            end,
            slot: "B".to_owned(),
            version: "2.0".to_owned(),
            at: 0,
        };
        let back = last(UpdateEnd::RolledBack(system::WentBack::NoNetwork));
        let both_known = |f: &mut Facts| (f.other, f.gone_back) = (Some(SlotHealth::Bad), Some(back.clone()));
        assert_eq!(found(both_known), [(I::UpdateFellBack, None)], "once, not twice");
        assert_eq!(found(|f| (f.other, f.end_read) = (Some(SlotHealth::Bad), true)), [], "somebody has read of it");
        let mended = system::Mended { mark: system::Mark::of(b"x"), pieces: 2 };
        assert_eq!(found(|f| f.mended = Some(mended)), [(I::CardMended, Some(2))]);
        assert_eq!(found(|f| f.last_backup = None), [(I::NoBackup, None)]);
        assert_eq!(found(|f| f.now += 1), [(I::BackupOld, Some(14))]);
        assert_eq!(found(|f| f.without_password = 2), [(I::AdminWithoutPassword, Some(2))]);
        assert_eq!(found(|f| f.waiting = 3), [(I::PeopleWaiting, Some(3))]);
        let both = found(|f| (f.waiting, f.connected, of(f).writer) = (1, Some(false), false));
        assert_eq!(both.iter().map(|f| f.0).collect::<Vec<_>>(), [I::WriterStuck, I::NoNetwork, I::PeopleWaiting]);
    }
}
