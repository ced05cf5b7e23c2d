//! Making backups, by hand and on a schedule, and keeping the newest few.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use super::destinations::{self, Destination};
use super::{BACKUP, FORMAT, Manifest, codes, nightly};
use crate::actions::disk::{blocking, on_disk};
use crate::actions::secrets::random;
use crate::actions::{Caller, Core, Done, Refused, identity::facts, machine::usb};
use crate::age::{Passphrase, Randomness};
use crate::files::{Amount, Amounts, FilesError, Lock, Progress, entries, hash_file};
use crate::store::{self, Setting};
use crate::wire::{Backup, BackupProgress, BackupSchedule, BackupState, ErrorCode, Every, MakeBackup};

/// Where backups lie, and the one under way.
#[derive(Debug)]
pub struct Shelf {
    folder: PathBuf,
    one_at_a_time: Arc<tokio::sync::Mutex<()>>,
    under_way: Mutex<Option<watch::Receiver<Progress>>>,
    failed: Mutex<Option<ErrorCode>>,
    packing: tokio::sync::Mutex<()>,
}

impl Shelf {
    /// With nothing under way yet.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            one_at_a_time: Arc::default(),
            under_way: Mutex::default(),
            failed: Mutex::default(),
            packing: tokio::sync::Mutex::default(),
        }
    }
}

impl Shelf {
    /// Waits until no backup is being made, and holds the next one up as long as this is held: sweeping would wait for a
    /// backup, and uploads for the sweeping.
    pub async fn at_rest(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.packing.lock().await
    }

    /// How far the one under way is; `None` without one.
    pub(in crate::actions) fn progress(&self) -> Option<Progress> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|progress| *progress.borrow())
    }

    /// Nothing is under way any more.
    pub(in crate::actions) fn note_end(&self) {
        *self.under_way.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn note_failure(&self, code: Option<ErrorCode>) {
        *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = code;
    }

    /// The folder on the box.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Keeps the next one from beginning; `None` while one is under way.
    pub(in crate::actions) fn claim(&self) -> Option<tokio::sync::OwnedMutexGuard<()>> {
        Arc::clone(&self.one_at_a_time).try_lock_owned().ok()
    }
}

/// The backups there are, newest first, the one under way, and the schedule.
///
/// # Errors
/// `forbidden`, and as any read.
pub async fn state(core: &Core, caller: &Caller) -> Done<BackupState> {
    caller.must_be_admin()?;
    let shelf = &core.backups;
    let under_way = shelf.progress();
    let failed = *shelf.failed.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(BackupState {
        backups: list_all(core).await?,
        under_way: under_way.map(|p| BackupProgress { done_bytes: p.done, total_bytes: p.total }),
        failed: failed.filter(|_| under_way.is_none()),
        schedule: schedule(core).await?,
        needed_bytes: needed(core).await?,
        free_bytes: core.blobs.free_bytes().await?,
        disks: usb::disks(core).await,
    })
}

/// Begins to make one; goes on by itself.
///
/// # Errors
/// `forbidden`, `password_too_short` or `password_unfit` for the passphrase, `backup_running`, `disk_full` when it would not
/// fit, `usb_…` for a disk, and as any write.
pub async fn begin(core: &Arc<Core>, caller: &Caller, order: MakeBackup) -> Done<BackupState> {
    caller.must_be_admin()?;
    let lock = order.passphrase.map(chosen).transpose()?;
    let alone = core.backups.claim().ok_or_else(|| Refused::from(ErrorCode::BackupRunning))?;
    let place = destinations::find(core, &core.backups, order.disk.as_deref()).await?;
    check_space(core, &place).await?;
    let detail = if lock.is_some() { "locked" } else { "" };
    core.store.note(caller.act(core, "backup.make", "box".to_owned(), detail.to_owned())).await?;
    let progress = announce(core).await?;
    let task = Arc::clone(core);
    tokio::spawn(async move {
        make(&task, &place, lock, progress).await;
        drop(alone);
    });
    state(core, caller).await
}

/// What locks a backup with a passphrase that somebody chose.
fn chosen(passphrase: String) -> Done<Lock> {
    match passphrase.chars().count() {
        0..8 => Err(ErrorCode::PasswordTooShort.into()),
        257.. => Err(ErrorCode::PasswordUnfit.into()),
        _ => lock(passphrase),
    }
}

/// The passphrase, and a key that is used once.
pub(in crate::actions) fn lock(passphrase: String) -> Done<Lock> {
    let passphrase = Passphrase::new(passphrase).ok_or(ErrorCode::PasswordUnfit)?;
    Ok(Lock { passphrase, randomness: Randomness { file_key: random()?, salt: random()?, nonce: random()? } })
}

/// Makes one if the schedule says that it is time. It is not locked: the box would have to keep what locks it beside the
/// very same messages, and whoever can take a backup from the box can take its card.
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
    // A clock that was set back makes it due, too.
    if last.is_some_and(|last| (0..every).contains(&(core.now() - last))) {
        return Ok(());
    }
    let Some(_alone) = core.backups.claim() else { return Ok(()) };
    let begun = async {
        let place = destinations::find(core, &core.backups, schedule.disk.as_deref()).await?;
        check_space(core, &place).await?;
        Done::Ok((place, announce(core).await?))
    };
    match begun.await {
        Ok((place, progress)) => make(core, &place, None, progress).await,
        // Whoever looks sees why there is none.
        Err(refused) => {
            core.backups.note_failure(Some(refused.code));
            return Err(refused);
        }
    }
    Ok(())
}

/// Sets the schedule.
///
/// # Errors
/// `forbidden`, `invalid_setting`, `usb_absent`, and as any write.
pub async fn set_schedule(core: &Core, caller: &Caller, to: BackupSchedule) -> Done<BackupState> {
    caller.must_be_admin()?;
    if !(1..=30).contains(&to.keep) {
        return Err(Refused::invalid("keep", "must be 1 to 30"));
    }
    // One that was chosen before may be away for a while.
    if to.disk.is_some() && to.disk != schedule(core).await?.disk {
        destinations::find(core, &core.backups, to.disk.as_deref()).await?;
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

/// Where a backup lies.
///
/// # Errors
/// `forbidden`, `backup_missing`.
pub async fn path(core: &Core, caller: &Caller, name: &str) -> Done<PathBuf> {
    caller.must_be_admin()?;
    for place in destinations::all(core, &core.backups).await {
        let here = list(&place).await.unwrap_or_default();
        if here.into_iter().any(|backup| backup.name == name) {
            return Ok(place.folder.join(name));
        }
    }
    Err(ErrorCode::BackupMissing.into())
}

/// A backup is about to be taken away from the box: that is written down.
///
/// # Errors
/// As any write.
pub async fn note_download(core: &Core, caller: &Caller, name: &str) -> Done<()> {
    Ok(core.store.note(caller.act(core, "backup.download", name.to_owned(), String::new())).await?)
}

/// Deletes a backup.
///
/// # Errors
/// `forbidden`, `backup_missing`, and as any write.
pub async fn delete(core: &Core, caller: &Caller, name: &str) -> Done<()> {
    let path = path(core, caller, name).await?;
    tokio::fs::remove_file(path).await.map_err(FilesError::from)?;
    Ok(core.store.note(caller.act(core, "backup.delete", name.to_owned(), String::new())).await?)
}

/// Whoever looks sees from now on how far it is, until [`Shelf::note_end`].
pub(in crate::actions) async fn announce(core: &Core) -> Done<watch::Sender<Progress>> {
    // Without the files it were no backup of the box: `files_away`.
    let total = core.blobs.inventory().await?.amount().bytes;
    let (tell, progress) = watch::channel(Progress { done: 0, total });
    *core.backups.under_way.lock().unwrap_or_else(PoisonError::into_inner) = Some(progress);
    Ok(tell)
}

/// Makes one and remembers how it ended.
async fn make(core: &Core, place: &Destination, lock: Option<Lock>, progress: watch::Sender<Progress>) {
    let ended = write(core, place, lock, progress).await;
    core.backups.note_end();
    let failed = match ended {
        Ok(name) => {
            tracing::info!(name, "backup made");
            None
        }
        Err(refused) => {
            tracing::warn!(code = ?refused.code, "no backup was made");
            Some(refused.code)
        }
    };
    core.backups.note_failure(failed);
}

async fn write(
    core: &Core,
    place: &Destination,
    lock: Option<Lock>,
    progress: watch::Sender<Progress>,
) -> Done<String> {
    let now = core.now();
    let name = format!("{}{}", BACKUP.of(now), if lock.is_some() { LOCKED } else { "" });
    write_as(core, (place, &name), now, (lock, progress)).await?;
    core.store.set(Setting::LastBackup, Some(now.to_string())).await?;
    rotate(core, place).await?;
    Ok(name)
}

/// Writes all of the box into one file of this name; what it is of. The caller has [`Shelf::claim`]ed it.
pub(in crate::actions) async fn write_as(
    core: &Core,
    (place, name): (&Destination, &str),
    now: i64,
    (lock, progress): (Option<Lock>, watch::Sender<Progress>),
) -> Done<Manifest> {
    let shelf = &core.backups;
    tokio::fs::create_dir_all(&shelf.folder).await.map_err(FilesError::from)?;
    // What a broken-off one left.
    let database = shelf.folder.join("database.unfinished");
    let _ = tokio::fs::remove_file(&database).await;
    let _no_sweeping = shelf.packing.lock().await;
    // Until all is packed nothing that the copied database refers to may be swept away.
    let _kept = core.blobs.keep().await;
    core.store.copy_to(database.clone()).await?;
    // A passphrase keeps them safe enough, and a box to which all moves does not have the key.
    let ready = if lock.is_none() { seal_codes(core, database.clone()).await } else { Ok(()) };
    let packed = match ready {
        Ok(()) => pack(core, &database, (place, name), now, (lock, progress)).await,
        Err(refused) => Err(refused),
    };
    let _ = tokio::fs::remove_file(&database).await;
    packed
}

async fn seal_codes(core: &Core, database: PathBuf) -> Done<()> {
    let folder = core.folder.clone();
    blocking(move || codes::seal_all(&database, &folder)).await?
}

async fn pack(
    core: &Core,
    database: &Path,
    (place, name): (&Destination, &str),
    now: i64,
    (lock, progress): (Option<Lock>, watch::Sender<Progress>),
) -> Done<Manifest> {
    // After the database was copied: all that the copy refers to is in it, and what comes now is in neither note nor file.
    let inventory = core.blobs.inventory().await?;
    let manifest = describe(core, database.to_owned(), inventory.amount(), now).await?;
    let note = serde_json::to_vec_pretty(&manifest).map_err(|_| Refused::from(ErrorCode::Internal))?;
    let to = place.folder.join(name);
    match core.blobs.pack(to, note, database.to_owned(), inventory, lock, progress).await {
        Ok(_) => Ok(manifest),
        Err(error) => Err(place.refusal(core, error).await),
    }
}

async fn describe(core: &Core, database: PathBuf, amount: Amount, made_at: i64) -> Done<Manifest> {
    let looked = tokio::task::spawn_blocking(move || {
        let layout = store::inspect(&database);
        (layout, hash_file(&database))
    });
    let Ok((layout, hash)) = looked.await else { return Err(ErrorCode::Internal.into()) };
    let layout = layout.map_err(|error| {
        tracing::error!(%error, "the database is damaged; a copy of it would be no backup");
        Refused::from(ErrorCode::BackupDamaged)
    })?;
    Ok(Manifest {
        format: FORMAT.to_owned(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        layout: layout.version,
        min_program: layout.min_program,
        made_at,
        name: facts::name(core).await?,
        database_blake3: hash?.0,
        files: amount.files,
        bytes: amount.bytes,
    })
}

/// Only the newest few are kept.
async fn rotate(core: &Core, place: &Destination) -> Done<()> {
    let keep = schedule(core).await?.keep as usize;
    for old in list(place).await?.into_iter().skip(keep) {
        tokio::fs::remove_file(place.folder.join(&old.name)).await.map_err(FilesError::from)?;
    }
    Ok(())
}

/// Everywhere, newest first. A disk that cannot be read just now has none.
pub(super) async fn list_all(core: &Core) -> Done<Vec<Backup>> {
    let mut found = Vec::new();
    for place in destinations::all(core, &core.backups).await {
        match list(&place).await {
            Ok(here) => found.extend(here),
            Err(refused) if place.disk.is_none() => return Err(refused),
            Err(refused) => tracing::debug!(code = ?refused.code, "a disk cannot be read"),
        }
    }
    found.sort_by(|one, other| other.name.cmp(&one.name));
    Ok(found)
}

/// Newest first.
pub(super) async fn list(place: &Destination) -> Done<Vec<Backup>> {
    let (folder, disk) = (place.folder.clone(), place.disk_id());
    let mut found = on_disk(move || read_folder(&folder)).await?;
    found.iter_mut().for_each(|backup| backup.disk.clone_from(&disk));
    found.sort_by(|one, other| other.name.cmp(&one.name));
    Ok(found)
}

fn read_folder(folder: &Path) -> io::Result<Vec<Backup>> {
    let mut found = Vec::new();
    for entry in entries(folder)? {
        let meta = match entry.metadata() {
            // Renamed or removed a moment ago: what is under way has another name first.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            meta => meta?,
        };
        // On somebody's disk anything may lie: a link leads elsewhere.
        if !meta.is_file() {
            continue;
        }
        let Ok(name) = entry.file_name().into_string() else { continue };
        let (open, locked) = name.strip_suffix(LOCKED).map_or((name.as_str(), false), |open| (open, true));
        if let Some(made_at) = BACKUP.made_at(open) {
            found.push(Backup { size: meta.len(), made_at, locked, name, disk: None });
        }
    }
    Ok(found)
}

/// What the name of a locked one ends with.
const LOCKED: &str = ".age";

/// Bytes that one more backup takes while it is made: the files, and the database twice.
pub(in crate::actions) async fn needed(core: &Core) -> Done<u64> {
    let (files, database) = amounts(core).await?;
    Ok(destinations::on_the_box(files, database))
}

/// Bytes of all files, and of the database.
async fn amounts(core: &Core) -> Done<(u64, u64)> {
    let database = tokio::fs::metadata(core.folder.join("imd.db")).await.map(|meta| meta.len()).unwrap_or_default();
    let Amounts { on_box, on_disk } = core.blobs.amounts().await?;
    Ok((on_box.bytes + on_disk.map_or(0, |amount| amount.bytes), database))
}

/// Has the place room for one more?
pub(in crate::actions) async fn check_space(core: &Core, place: &Destination) -> Done<()> {
    let (files, database) = amounts(core).await?;
    place.check(core, files, database).await
}

async fn schedule(core: &Core) -> Done<BackupSchedule> {
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
