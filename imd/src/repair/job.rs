//! The state of a repair: nothing chosen yet, in progress, or done. One thing at a time, on a thread of its own.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::files::{self, DATABASE, Opening};
use crate::actions::backup::{BACKUP, COPY, nightly, restore};
use crate::actions::is_code;
use crate::clock::Clock;
use crate::files::FilesError;
use crate::store::{self, Go, SalvageError, SalvageReport};
use crate::wire::{ErrorCode, OldCopy, RepairChoice, RepairStage, RepairState};

/// The choice of whoever has the box in their hands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// Save what can be read.
    Salvage,
    /// Restore the copy or backup with this name.
    Copy(String),
    /// Start with an empty box.
    Anew,
    /// Continue with the database as it is.
    Leave,
}

impl Choice {
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text.split_once(' ') {
            Some(("copy", name)) => Some(Self::Copy(name.to_owned())),
            None if text == "salvage" => Some(Self::Salvage),
            None if text == "anew" => Some(Self::Anew),
            _ => None,
        }
    }

    fn wire(&self) -> RepairChoice {
        match self {
            Self::Salvage => RepairChoice::Salvage,
            Self::Copy(_) => RepairChoice::Copy,
            Self::Anew => RepairChoice::Anew,
            Self::Leave => RepairChoice::Leave,
        }
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Salvage => f.write_str("salvage"),
            Self::Copy(name) => write!(f, "copy {name}"),
            Self::Anew => f.write_str("anew"),
            Self::Leave => f.write_str("leave"),
        }
    }
}

/// Where a repair is ordered and followed.
#[derive(Debug)]
pub struct RepairJob {
    folder: PathBuf,
    code: String,
    opening: Opening,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    stop: AtomicBool,
    /// Becomes true when the box can start again.
    done: watch::Sender<bool>,
}

#[derive(Debug, Default)]
struct State {
    working: Option<Choice>,
    done_pages: u32,
    total_pages: u32,
    failed: Option<ErrorCode>,
    report: Option<SalvageReport>,
}

impl RepairJob {
    /// For the database in `folder`. `code` has to be entered on the page. A choice that was made before a power cut is
    /// carried out again.
    #[must_use]
    pub fn open(folder: &Path, code: String, opening: Opening, clock: Arc<dyn Clock>) -> Arc<Self> {
        let done = watch::channel(false).0;
        let (state, stop) = (Mutex::default(), AtomicBool::new(false));
        let job = Arc::new(Self { folder: folder.to_owned(), code, opening, clock, state, stop, done });
        if let Some(choice) = files::chosen(folder) {
            tracing::info!(%choice, "the chosen repair is continued");
            job.begin(choice);
        }
        job
    }

    /// Is this the code?
    #[must_use]
    pub fn is_code(&self, typed: &str) -> bool {
        is_code(&self.code, typed)
    }

    /// Tells when the box can start again.
    #[must_use]
    pub fn done(&self) -> watch::Receiver<bool> {
        self.done.subscribe()
    }

    /// The state of the repair.
    #[must_use]
    pub fn state(&self) -> RepairState {
        let state = self.lock();
        let size = |name: &str| fs::metadata(self.folder.join(name)).map(|meta| meta.len()).unwrap_or_default();
        let stage = match (&state.working, *self.done.borrow()) {
            _ if self.opening == Opening::Unreadable => RepairStage::Unreadable,
            (_, true) => RepairStage::Done,
            (Some(_), false) => RepairStage::Working,
            (None, false) => RepairStage::Choosing,
        };
        RepairState {
            stage,
            choice: state.working.as_ref().map(Choice::wire),
            done_pages: state.done_pages,
            total_pages: state.total_pages,
            failed: state.failed,
            detail: if let Opening::Damaged(detail) = &self.opening { Some(detail.clone()) } else { None },
            may_leave: self.opening == Opening::Ordered,
            database_bytes: size(DATABASE[2]),
            log_bytes: size(DATABASE[0]),
            copies: self.copies(),
            lost_events: state.report.as_ref().map(|report| report.lost_events),
        }
    }

    /// Takes a choice.
    ///
    /// # Errors
    /// `conflict` when a repair is in progress, `backup_missing`, `forbidden` for leaving a database that does not open
    /// and for anything on a card that cannot be read, and those of the disk.
    pub fn choose(self: &Arc<Self>, choice: Choice) -> Result<(), ErrorCode> {
        {
            let mut state = self.lock();
            if state.working.is_some() || *self.done.borrow() {
                return Err(ErrorCode::Conflict);
            }
            match &choice {
                Choice::Copy(name) if !self.copies().iter().any(|copy| copy.name == *name) => {
                    return Err(ErrorCode::BackupMissing);
                }
                _ if self.opening == Opening::Unreadable => return Err(ErrorCode::Forbidden),
                Choice::Leave if self.opening != Opening::Ordered => return Err(ErrorCode::Forbidden),
                _ => {}
            }
            *state = State { working: Some(choice.clone()), ..State::default() };
        }
        let leaves = choice == Choice::Leave;
        let noted = if leaves { files::forget(&self.folder) } else { files::remember(&self.folder, &choice) };
        if let Err(error) = noted {
            let code = disk(error);
            *self.lock() = State { failed: Some(code), ..State::default() };
            return Err(code);
        }
        tracing::warn!(%choice, "repair chosen");
        if leaves {
            self.done.send_replace(true);
        } else {
            self.begin(choice);
        }
        Ok(())
    }

    /// The path of the damaged database, or of its log.
    #[must_use]
    pub fn file(&self, log: WhichFile) -> PathBuf {
        self.folder.join(match log {
            WhichFile::Database => DATABASE[2],
            WhichFile::Log => DATABASE[0],
        })
    }

    /// Ends a repair in progress; the next start begins it again.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    fn begin(self: &Arc<Self>, choice: Choice) {
        *self.lock() = State { working: Some(choice.clone()), ..State::default() };
        let job = Arc::clone(self);
        tokio::task::spawn_blocking(move || match job.make(&choice) {
            Ok(()) => {
                tracing::info!(%choice, "repaired; starting again");
                job.done.send_replace(true);
            }
            Err(ErrorCode::Busy) => {}
            Err(code) => {
                tracing::error!(?code, %choice, "not repaired");
                *job.lock() = State { failed: Some(code), ..State::default() };
                // It has to be chosen again by somebody, not by the next start.
                if let Err(error) = files::order(&job.folder) {
                    tracing::error!(%error, "the order stays");
                }
            }
        });
    }

    fn make(&self, choice: &Choice) -> Result<(), ErrorCode> {
        let work = files::begin(&self.folder).map_err(disk)?;
        let new = work.join(DATABASE[2]);
        match choice {
            Choice::Salvage => self.salvage(&work, &new)?,
            Choice::Copy(name) => self.copy(&work, &new, name)?,
            Choice::Anew | Choice::Leave => {}
        }
        files::ready(&self.folder, choice, self.clock.now()).map_err(disk)
    }

    fn salvage(&self, work: &Path, new: &Path) -> Result<(), ErrorCode> {
        let mut tell = |done, total| {
            let mut state = self.lock();
            (state.done_pages, state.total_pages) = (done, total);
            if self.stop.load(Ordering::Relaxed) { Go::Stop } else { Go::On }
        };
        let report = store::salvage(&self.folder.join(DATABASE[2]), new, self.clock.now(), &mut tell);
        let report = report.map_err(|error| {
            tracing::warn!(%error, "nothing saved");
            match error {
                SalvageError::NoRoom { .. } => ErrorCode::DiskFull,
                SalvageError::Newer(_) => ErrorCode::BackupNewer,
                SalvageError::Nothing => ErrorCode::BackupDamaged,
                SalvageError::Stopped => ErrorCode::Busy,
                SalvageError::Disk(error) => disk(error),
                SalvageError::Store(_) => ErrorCode::Internal,
            }
        })?;
        tracing::info!(?report, "saved what could be read");
        let text = serde_json::to_vec_pretty(&report).map_err(|_| ErrorCode::Internal)?;
        fs::write(work.join(files::REPORT), text).map_err(disk)?;
        self.lock().report = Some(report);
        Ok(())
    }

    /// Restores a copy of the database, or a backup with its files.
    fn copy(&self, work: &Path, new: &Path, name: &str) -> Result<(), ErrorCode> {
        if BACKUP.made_at(name).is_some() {
            let unpacked = work.join("unpacked");
            restore::unpack_checked(&self.folder.join("backups").join(name), &unpacked, &self.folder)
                .map_err(|error| error.code)?;
            let merge = || -> io::Result<()> {
                merge(&unpacked.join("blobs"), &self.folder.join("blobs"))?;
                fs::rename(unpacked.join(DATABASE[2]), new)
            };
            return merge().map_err(disk);
        }
        let from = self.folder.join(nightly::FOLDER).join(name);
        store::inspect(&from).map_err(|error| {
            tracing::warn!(%error, "the copy cannot be used");
            ErrorCode::BackupDamaged
        })?;
        let copy = || fs::copy(&from, new).and_then(|_| fs::File::open(new)?.sync_all());
        copy().map_err(disk)
    }

    /// The copies and backups that can be restored, newest first.
    fn copies(&self) -> Vec<OldCopy> {
        let mut found = Vec::new();
        for (folder, series, with_files) in [(nightly::FOLDER, COPY, false), ("backups", BACKUP, true)] {
            for entry in fs::read_dir(self.folder.join(folder)).into_iter().flatten().flatten() {
                let Ok(name) = entry.file_name().into_string() else { continue };
                let Some(made_at) = series.made_at(&name) else { continue };
                let size = entry.metadata().map(|meta| meta.len()).unwrap_or_default();
                found.push(OldCopy { made_at, size, with_files, name });
            }
        }
        found.sort_by_key(|copy| std::cmp::Reverse(copy.made_at));
        found
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Which of the damaged files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhichFile {
    /// The database.
    Database,
    /// Its write-ahead log, which contains the newest messages.
    Log,
}

/// Adds the files that do not exist yet. Their names tell, because they are named after their content.
fn merge(from: &Path, to: &Path) -> io::Result<()> {
    if !from.exists() {
        return Ok(());
    }
    for folder in fs::read_dir(from)? {
        let folder = folder?;
        let into = to.join(folder.file_name());
        fs::create_dir_all(&into)?;
        for file in fs::read_dir(folder.path())? {
            let file = file?;
            let place = into.join(file.file_name());
            if !place.exists() {
                fs::rename(file.path(), place)?;
            }
        }
    }
    Ok(())
}

fn disk(error: io::Error) -> ErrorCode {
    tracing::error!(%error, "repair");
    match FilesError::from(error) {
        FilesError::DiskFull => ErrorCode::DiskFull,
        FilesError::ReadOnly => ErrorCode::DiskReadOnly,
        _ => ErrorCode::Internal,
    }
}
