//! The imagined slots: installing takes a while, and a broken version is rolled back when it is started.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::watch;

use super::super::{
    BundleFault, BundleInfo, InstallProgress, LastUpdate, Mark, NextStart, Slot, SlotHealth, SystemError, Update,
    UpdateEnd, UpdateState, WentBack,
};
use super::{Fake, Shared};

const COMPATIBLE: &str = "imbox-rpi-arm64";
/// The same moment twice: as RFC 3339, and in milliseconds since 1970.
const INSTALLED_AT: (&str, i64) = ("2026-01-01T12:00:00Z", 1_767_268_800_000);

#[derive(Debug)]
pub(super) struct Slots {
    slots: [Slot; 2],
    /// Why the version in the other slot is rolled back.
    broken: Option<WentBack>,
    /// The installed version has not been started yet.
    untried: bool,
    last: Option<LastUpdate>,
    current: usize,
    next: usize,
    installing: bool,
}

impl Default for Slots {
    fn default() -> Self {
        let slot = |name: &str, boot_name: &str| Slot {
            name: name.to_owned(),
            boot_name: boot_name.to_owned(),
            health: SlotHealth::Good,
            version: None,
            notes: None,
            installed_at: None,
            incomplete: false,
        };
        let slots = [slot("rootfs.0", "A"), slot("rootfs.1", "B")];
        Self { slots, broken: None, untried: false, last: None, current: 0, next: 0, installing: false }
    }
}

impl Slots {
    /// The result of three failed attempts by the boot loader.
    pub(super) fn restart(&mut self) {
        if self.next != self.current && self.untried {
            self.untried = false;
            let end = self.broken.map_or(UpdateEnd::Committed, UpdateEnd::RolledBack);
            self.last = Some(self.ended(end));
            if self.broken.is_some() {
                self.slots[self.next].health = SlotHealth::Bad;
                self.next = self.current;
            }
        }
        self.current = self.next;
    }

    fn ended(&self, end: UpdateEnd) -> LastUpdate {
        let Slot { boot_name, version, .. } = self.slots[self.next].clone();
        let mark = Mark::of(format!("{end:?} {version:?}").as_bytes());
        LastUpdate { mark, end, slot: boot_name, version: version.unwrap_or_default(), at: INSTALLED_AT.1 }
    }

    pub(super) fn last(&self) -> Option<LastUpdate> {
        self.last.clone()
    }

    fn other(&mut self) -> &mut Slot {
        &mut self.slots[1 - self.current]
    }

    fn installed(&mut self, info: &BundleInfo, broken: Option<WentBack>) {
        let other = self.other();
        other.version = Some(info.version.clone());
        other.notes.clone_from(&info.notes);
        other.installed_at = Some(INSTALLED_AT.0.to_owned());
        other.health = SlotHealth::Good;
        other.incomplete = false;
        (self.broken, self.untried, self.installing, self.next) = (broken, true, false, 1 - self.current);
    }
}

fn says(bundle: &Path, word: &str) -> bool {
    bundle.file_name().is_some_and(|name| name.to_string_lossy().contains(word))
}

fn fault(bundle: &Path) -> Option<BundleFault> {
    let empty = bundle.metadata().is_ok_and(|file| file.len() == 0);
    match () {
        () if says(bundle, "unsigned") => Some(BundleFault::Signature),
        () if empty || says(bundle, "damaged") => Some(BundleFault::Damaged),
        () => None,
    }
}

fn broken(bundle: &Path) -> Option<WentBack> {
    let why = [
        ("broken-daemon", WentBack::DaemonFailed),
        ("broken-answer", WentBack::NoAnswer),
        ("broken-network", WentBack::NoNetwork),
        ("broken", WentBack::DidNotStart),
    ];
    why.into_iter().find(|(word, _)| says(bundle, word)).map(|(_, why)| why)
}

#[async_trait]
impl Update for Fake {
    async fn update_state(&self) -> Result<UpdateState, SystemError> {
        let state = self.shared.state();
        let slots = &state.slots;
        Ok(UpdateState {
            compatible: COMPATIBLE.to_owned(),
            current: slots.slots[slots.current].clone(),
            other: Some(slots.slots[1 - slots.current].clone()),
            next: if slots.next == slots.current { NextStart::Current } else { NextStart::Other },
            installing: slots.installing,
        })
    }

    async fn inspect_update(&self, bundle: &Path) -> Result<BundleInfo, SystemError> {
        if !bundle.is_file() {
            return Err(SystemError::BundleMissing);
        }
        if let Some(fault) = fault(bundle) {
            return Err(SystemError::BundleRefused(fault));
        }
        let fits = !says(bundle, "other");
        Ok(BundleInfo {
            compatible: if fits { COMPATIBLE } else { "somebody-elses-box" }.to_owned(),
            version: "9.9.9".to_owned(),
            notes: Some("What an update brings would be written here.".to_owned()),
            fits,
        })
    }

    async fn install_update(&self, bundle: &Path) -> Result<watch::Receiver<InstallProgress>, SystemError> {
        let info = self.inspect_update(bundle).await?;
        if std::mem::replace(&mut self.shared.state().slots.installing, true) {
            return Err(SystemError::UpdateRunning);
        }
        let (tell, progress) = watch::channel(InstallProgress::Running { percent: 0, step: String::new() });
        tokio::spawn(install(Arc::clone(&self.shared), info, broken(bundle), tell));
        Ok(progress)
    }

    async fn mark_current_good(&self) -> Result<(), SystemError> {
        let mut state = self.shared.state();
        let current = state.slots.current;
        state.slots.slots[current].health = SlotHealth::Good;
        state.slots.next = current;
        Ok(())
    }

    async fn mark_current_bad(&self) -> Result<(), SystemError> {
        let mut state = self.shared.state();
        let current = state.slots.current;
        state.slots.slots[current].health = SlotHealth::Bad;
        state.slots.next = 1 - current;
        Ok(())
    }

    async fn start_other_next(&self) -> Result<(), SystemError> {
        let mut state = self.shared.state();
        let other = state.slots.other();
        if other.health == SlotHealth::Bad || other.incomplete {
            return Err(SystemError::NoOtherVersion);
        }
        state.slots.next = 1 - state.slots.current;
        Ok(())
    }
}

async fn install(
    shared: Arc<Shared>,
    info: BundleInfo,
    broken: Option<WentBack>,
    tell: watch::Sender<InstallProgress>,
) {
    shared.state().slots.other().incomplete = true;
    let steps = ["Checking the update", "Writing the other slot", "Telling the boot loader"];
    for percent in (0..100).step_by(2) {
        let step = steps[match percent {
            0..10 => 0,
            10..96 => 1,
            _ => 2,
        }]
        .to_owned();
        tell.send_replace(InstallProgress::Running { percent, step });
        tokio::time::sleep(shared.pace.step / 4).await;
        if percent == 10 && !info.fits {
            shared.state().slots.installing = false;
            tell.send_replace(InstallProgress::Failed(BundleFault::Incompatible));
            return;
        }
    }
    shared.state().slots.installed(&info, broken);
    tell.send_replace(InstallProgress::Done);
}
