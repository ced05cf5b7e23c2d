//! Updates through RAUC (`de.pengutronix.rauc`, interface `de.pengutronix.rauc.Installer`, 1.9 and newer).

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, PoisonError};

use async_trait::async_trait;
use futures_util::StreamExt;
use tokio::sync::watch;
use zbus::{MessageStream, OwnedVariant, Variant};

use super::super::{
    BundleFault, BundleInfo, Capability, InstallProgress, NextStart, Slot, SlotHealth, SystemError, Update, UpdateState,
};
use super::DBus;
use super::bus::{Bus, Target};
use super::props::Props;

const RAUC: Target<'static> = Target {
    capability: Capability::Update,
    service: "de.pengutronix.rauc",
    path: "/",
    interface: "de.pengutronix.rauc.Installer",
};

type Options = HashMap<&'static str, OwnedVariant>;

#[async_trait]
impl Update for DBus {
    /// `Operation s`, `Compatible s`. While RAUC is busy, it does not tell the state of the slots; then it is as it
    /// last was.
    async fn update_state(&self) -> Result<UpdateState, SystemError> {
        let remembered = || self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let installer = self.bus.properties(&RAUC).await?;
        if installer.text("Operation").is_none_or(|operation| operation == "idle") {
            match self.ask_for_slots(installer.text("Compatible").unwrap_or_default()).await {
                Err(SystemError::UpdateRunning) => {}
                asked => {
                    let state = asked?;
                    *remembered() = Some(state.clone());
                    return Ok(state);
                }
            }
        }
        let before = remembered().clone().ok_or(SystemError::UpdateRunning)?;
        Ok(UpdateState { installing: true, ..before })
    }

    /// `InspectBundle(s, a{sv}) → a{sv}`
    async fn inspect_update(&self, bundle: &Path) -> Result<BundleInfo, SystemError> {
        let file = readable(bundle)?;
        let asked = self.bus.call(&RAUC, "InspectBundle", &(file, Options::new())).await;
        let mut info = Props::new(asked.map_err(refused)?);
        // Some versions of RAUC, 1.13 for one, wrap this dictionary twice: a variant in a variant.
        let update = info.take::<OwnedVariant>("update").and_then(|update| Variant::from(update).downcast().ok());
        let update: HashMap<String, OwnedVariant> = update.unwrap_or_default();
        let update = Props::new(update);
        let compatible = update.text("compatible").unwrap_or_default();
        let ours: String = self.bus.property(&RAUC, "Compatible").await?;
        Ok(BundleInfo {
            fits: compatible == ours,
            compatible,
            version: update.text("version").unwrap_or_default(),
            notes: update.text("description"),
        })
    }

    /// `InstallBundle(s, a{sv})`; `Progress (isi)`, `LastError s`, signal `Completed(i)`
    async fn install_update(&self, bundle: &Path) -> Result<watch::Receiver<InstallProgress>, SystemError> {
        let file = readable(bundle)?;
        if self.bus.property::<String>(&RAUC, "Operation").await? != "idle" {
            return Err(SystemError::UpdateRunning);
        }
        // Subscribed before the order is given, so that no end is missed.
        let completed = self.bus.signals(&RAUC, "Completed").await?;
        let on_properties = RAUC.at(RAUC.path, "org.freedesktop.DBus.Properties");
        let changed = self.bus.signals(&on_properties, "PropertiesChanged").await?;
        self.bus.call::<_, ()>(&RAUC, "InstallBundle", &(file, Options::new())).await.map_err(refused)?;
        let (tell, progress) = watch::channel(InstallProgress::Running { percent: 0, step: String::new() });
        tokio::spawn(watch_over(Arc::clone(&self.bus), completed, changed, tell));
        Ok(progress)
    }

    async fn mark_current_good(&self) -> Result<(), SystemError> {
        mark(&self.bus, "good", "booted").await
    }

    async fn mark_current_bad(&self) -> Result<(), SystemError> {
        mark(&self.bus, "bad", "booted").await
    }

    async fn start_other_next(&self) -> Result<(), SystemError> {
        match self.update_state().await?.other {
            Some(other) if other.health != SlotHealth::Bad && !other.incomplete => {
                mark(&self.bus, "active", "other").await
            }
            _ => Err(SystemError::NoOtherVersion),
        }
    }
}

impl DBus {
    /// `GetSlotStatus() → a(sa{sv})`, `GetPrimary() → s`
    async fn ask_for_slots(&self, compatible: String) -> Result<UpdateState, SystemError> {
        let slots: Vec<(String, HashMap<String, OwnedVariant>)> =
            self.bus.call(&RAUC, "GetSlotStatus", &()).await.map_err(busy)?;
        let (mut current, mut other) = (None, None);
        for (name, status) in slots {
            let status = Props::new(status);
            // Only slots that can be started from; file systems that belong to a slot have no name in the boot loader.
            let Some(boot_name) = status.text("bootname") else { continue };
            match status.text("state").as_deref() {
                Some("booted") => current = Some(slot(name, boot_name, &status)),
                _ => other = Some(slot(name, boot_name, &status)),
            }
        }
        let current = current.ok_or(SystemError::NotHere(Capability::Update))?;
        let next = match self.bus.call::<_, String>(&RAUC, "GetPrimary", &()).await {
            Ok(name) if name == current.name => NextStart::Current,
            Ok(name) if other.as_ref().is_some_and(|other| other.name == name) => NextStart::Other,
            Ok(_) => NextStart::Unknown,
            Err(error) => match busy(error) {
                SystemError::Failed { .. } => NextStart::Unknown,
                error => return Err(error),
            },
        };
        Ok(UpdateState { compatible, current, other, next, installing: false })
    }
}

/// `Mark(s state, s slot) → (s slot_name, s message)`
async fn mark(bus: &Bus, state: &str, slot: &str) -> Result<(), SystemError> {
    bus.call::<_, (String, String)>(&RAUC, "Mark", &(state, slot)).await.map(drop)
}

fn slot(name: String, boot_name: String, status: &Props) -> Slot {
    Slot {
        name,
        boot_name,
        health: match status.text("boot-status").as_deref() {
            Some("good") => SlotHealth::Good,
            Some("bad") => SlotHealth::Bad,
            _ => SlotHealth::Unknown,
        },
        version: status.text("bundle.version"),
        notes: status.text("bundle.description"),
        installed_at: status.text("installed.timestamp"),
        incomplete: matches!(status.text("status").as_deref(), Some("pending" | "failed")),
    }
}

/// Passes the progress on until the end, which comes even if the service dies.
async fn watch_over(
    bus: Arc<Bus>,
    mut completed: MessageStream,
    mut changed: MessageStream,
    tell: watch::Sender<InstallProgress>,
) {
    loop {
        tokio::select! {
            end = completed.next() => {
                let result = match end {
                    Some(Ok(message)) => message.body().deserialize::<(i32,)>().ok().map(|(result,)| result),
                    _ => None,
                };
                let last = if result == Some(0) { InstallProgress::Done } else { InstallProgress::Failed(why(&bus).await) };
                tell.send_replace(last);
                return;
            }
            Some(_) = changed.next() => {
                if let Ok((percent, step, _)) = bus.property::<(i32, String, i32)>(&RAUC, "Progress").await {
                    let percent = u8::try_from(percent.clamp(0, 100)).unwrap_or(100);
                    tell.send_replace(InstallProgress::Running { percent, step });
                }
            }
            // A service that was killed sends nothing any more.
            () = tokio::time::sleep(std::time::Duration::from_secs(30)) => {
                match bus.property::<String>(&RAUC, "Operation").await {
                    Ok(operation) if operation != "idle" => {}
                    _ => {
                        tell.send_replace(InstallProgress::Failed(why(&bus).await));
                        return;
                    }
                }
            }
        }
    }
}

async fn why(bus: &Bus) -> BundleFault {
    let words = bus.property::<String>(&RAUC, "LastError").await.unwrap_or_default();
    tracing::warn!(%words, "the update was not installed");
    fault(&words)
}

fn refused(error: SystemError) -> SystemError {
    match busy(error) {
        SystemError::Failed { detail, .. } => {
            tracing::warn!(%detail, "the update was refused");
            SystemError::BundleRefused(fault(&detail))
        }
        other => other,
    }
}

/// RAUC does one thing at a time, and says so in words (`r_installer_*` of its `service.c`).
fn busy(error: SystemError) -> SystemError {
    match error {
        SystemError::Failed { detail, .. } if detail.to_lowercase().contains("already processing") => {
            SystemError::UpdateRunning
        }
        other => other,
    }
}

/// RAUC only distinguishes errors by its English messages.
fn fault(words: &str) -> BundleFault {
    let words = words.to_lowercase();
    let says = |options: &[&str]| options.iter().any(|option| words.contains(option));
    if says(&["signature", "certificate", "verify error", "self-signed", "issuer", "keyring"]) {
        BundleFault::Signature
    } else if says(&["compatible"]) {
        BundleFault::Incompatible
    } else if says(&[
        "no space",
        "read-only file system",
        "failed to write",
        "failed writing",
        "i/o error",
        "input/output",
    ]) {
        BundleFault::Unwritable
    } else if says(&["bundle", "manifest", "squashfs", "verity", "checksum", "payload"]) {
        BundleFault::Damaged
    } else {
        BundleFault::Other
    }
}

/// The file's path in a form that the bus can carry.
fn readable(bundle: &Path) -> Result<&str, SystemError> {
    let file = bundle.to_str().filter(|_| bundle.is_absolute());
    let file = file.ok_or(SystemError::Invalid { what: "update", why: "must be an absolute path" })?;
    if bundle.is_file() { Ok(file) } else { Err(SystemError::BundleMissing) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were this to fail, somebody who uploads the wrong file would only be told that something failed, and would try
    /// again.
    #[test]
    fn what_is_wrong_with_an_update_is_told_apart() {
        let words = "Failed to check bundle: signature verification failed: Verify error: self-signed certificate";
        assert_eq!(fault(words), BundleFault::Signature);
        assert_eq!(
            fault("Compatible mismatch: Expected 'imbox' but bundle manifest has 'x'"),
            BundleFault::Incompatible
        );
        assert_eq!(fault("Invalid bundle format"), BundleFault::Damaged);
        assert_eq!(fault("Failed writing slot: No space left on device"), BundleFault::Unwritable);
        assert_eq!(fault("cosmic rays"), BundleFault::Other);
    }
}
