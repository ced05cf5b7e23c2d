//! System updates: receiving and checking one, installing it into the slot that is not running, and going back to the
//! previous version.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use futures_util::Stream;
use tokio::sync::watch;

use super::view;
use crate::actions::error::bundle_fault;
use crate::actions::{Caller, Core, Done, Refused};
use crate::files::{Spool, clean_name};
use crate::system::{BundleFault, BundleInfo, InstallProgress, SystemError};
use crate::wire::{ErrorCode, UpdateBundle, UpdateState};

/// Larger than both slots together, which no update is.
const MAX_BYTES: u64 = 512 << 20;

/// The update that is being received or installed.
#[derive(Debug)]
pub(super) struct Updates {
    spool: Spool,
    one_at_a_time: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    bundle: Option<Bundle>,
    install: Option<watch::Receiver<InstallProgress>>,
}

/// An update that was received and whose signature is valid.
#[derive(Debug, Clone)]
struct Bundle {
    path: PathBuf,
    size: u64,
    info: BundleInfo,
}

impl Updates {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { spool: Spool::new(folder), one_at_a_time: tokio::sync::Mutex::default(), state: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_installing(&self) -> bool {
        let running =
            |progress: &watch::Receiver<InstallProgress>| matches!(*progress.borrow(), InstallProgress::Running { .. });
        self.lock().install.as_ref().is_some_and(running)
    }
}

/// Both slots, the uploaded update, and the progress of its installation.
///
/// # Errors
/// `forbidden`, `not_on_this_machine`, `system_…`.
pub async fn state(core: &Core, caller: &Caller) -> Done<UpdateState> {
    caller.must_be_admin()?;
    let slots = core.system.update_state().await?;
    let last = core.system.last_update().await.map(view::last_update);
    let updates = core.machine.updates.lock();
    let bundle = updates.bundle.as_ref().map(|bundle| view::bundle(&bundle.info, bundle.size));
    let install = updates.install.as_ref().map(|progress| view::install(&progress.borrow()));
    Ok(view::update(slots, bundle, install, last))
}

/// Receives an update and checks it. One that is damaged, or not signed by a trusted key, is not kept.
///
/// # Errors
/// `forbidden`, `update_running`, `file_too_large`, `disk_full`, `upload_interrupted`, `update_signature`, `update_damaged`,
/// `not_on_this_machine`, `system_…`, and as any write.
pub async fn receive<S, E>(core: &Core, caller: &Caller, name: &str, len: Option<u64>, body: S) -> Done<UpdateBundle>
where
    S: Stream<Item = Result<Bytes, E>>,
    E: std::fmt::Display,
{
    caller.must_be_admin()?;
    let updates = &core.machine.updates;
    let _alone = updates.one_at_a_time.try_lock().map_err(|_| Refused::from(ErrorCode::UpdateRunning))?;
    if updates.is_installing() {
        return Err(ErrorCode::UpdateRunning.into());
    }
    // A machine that cannot be updated says so before 100 MB have been sent.
    core.system.update_state().await?;
    updates.lock().bundle = None;
    let space = core.blobs.space().await?;
    let room = space.free.saturating_sub(core.blobs.reserve()).min(MAX_BYTES);
    if len.is_some_and(|len| len > room && len <= MAX_BYTES) {
        return Err(ErrorCode::DiskFull.into());
    }
    let name = format!("{}.raucb", clean_name(name).trim_end_matches(".raucb").replace(' ', "-"));
    let (path, size) = updates.spool.receive(body, &name, len, room).await?;
    let info = match core.system.inspect_update(&path).await {
        Ok(info) => info,
        Err(error) => {
            updates.spool.clear().await?;
            return Err(error.into());
        }
    };
    let act = caller.act(core, "update.upload", info.version.clone(), format!("{size} bytes"));
    core.store.note(act).await?;
    let shown = view::bundle(&info, size);
    updates.lock().bundle = Some(Bundle { path, size, info });
    Ok(shown)
}

/// Removes the uploaded update.
///
/// # Errors
/// `forbidden`, `update_running`, and as any write.
pub async fn discard(core: &Core, caller: &Caller) -> Done<()> {
    caller.must_be_admin()?;
    let updates = &core.machine.updates;
    let _alone = updates.one_at_a_time.try_lock().map_err(|_| Refused::from(ErrorCode::UpdateRunning))?;
    if updates.is_installing() {
        return Err(ErrorCode::UpdateRunning.into());
    }
    let waiting = updates.lock().bundle.take();
    updates.spool.clear().await?;
    if let Some(bundle) = waiting {
        core.store.note(caller.act(core, "update.discard", bundle.info.version, String::new())).await?;
    }
    Ok(())
}

/// Begins to install the uploaded update into the other slot and continues by itself; [`state`] tells the progress.
///
/// # Errors
/// `forbidden`, `update_missing`, `update_running`, `update_incompatible`, `not_on_this_machine`, `system_…`, and as any write.
pub async fn install(core: &Core, caller: &Caller) -> Done<UpdateState> {
    caller.must_be_admin()?;
    let updates = &core.machine.updates;
    let alone = updates.one_at_a_time.try_lock().map_err(|_| Refused::from(ErrorCode::UpdateRunning))?;
    let bundle = updates.lock().bundle.clone().ok_or(ErrorCode::UpdateMissing)?;
    if !bundle.info.fits {
        return Err(SystemError::BundleRefused(BundleFault::Incompatible).into());
    }
    let progress = core.system.install_update(&bundle.path).await?;
    updates.lock().install = Some(progress.clone());
    drop(alone);
    core.store.note(caller.act(core, "update.install", bundle.info.version.clone(), String::new())).await?;
    tracing::info!(by = caller.user.0, version = bundle.info.version, "update is being installed");
    tokio::spawn(follow(progress, bundle.info.version));
    state(core, caller).await
}

/// Logs how the installation ended.
async fn follow(mut progress: watch::Receiver<InstallProgress>, version: String) {
    let ended = progress.wait_for(|now| !matches!(now, InstallProgress::Running { .. })).await;
    match ended.map(|now| now.clone()) {
        Ok(InstallProgress::Failed(fault)) => {
            tracing::warn!(version, code = ?bundle_fault(fault), "update not installed");
        }
        Ok(_) => tracing::info!(version, "update installed; the next start is from it"),
        Err(_) => tracing::warn!(version, "nobody knows how the installation ended"),
    }
}

/// Goes back to the previous version: the box restarts from the other slot at once.
///
/// # Errors
/// `forbidden`, `update_running`, `no_other_version`, `not_on_this_machine`, `system_…`, and as any write.
pub async fn go_back(core: &Core, caller: &Caller) -> Done<()> {
    caller.must_be_admin()?;
    if core.machine.updates.is_installing() {
        return Err(ErrorCode::UpdateRunning.into());
    }
    let control = &core.system;
    control.start_other_next().await?;
    core.store.note(caller.act(core, "update.back", "box".to_owned(), String::new())).await?;
    tracing::info!(by = caller.user.0, "going back to the other slot");
    Ok(control.restart_box().await?)
}
