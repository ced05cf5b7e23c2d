//! The life of a change: checkpoint, edit in memory, wait until it is up, wait for confirmation, keep it or undo it.

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, sleep_until};
use zbus::{MessageStream, OwnedObjectPath, OwnedVariant};

use super::super::super::SystemError;
use super::super::super::network::{Applied, ConfirmedBy, Decision, Entry, Stage, Undone};
use super::plan::{Edit, Plan, Trial};
use super::read::device_state;
use super::{
    DEVICE, IN_MEMORY, MANAGER, NOT_BY_ITSELF, NOTHING, PROFILE, SETTINGS, Sections, Shared, TO_DISK, gateway,
};

/// NMCheckpointCreateFlags: undoing deletes connections that are new.
const DELETE_NEW_CONNECTIONS: u32 = 0x02;
/// How often the gateway is asked.
const GATEWAY_EVERY: Duration = Duration::from_secs(1);

type Dictionary = HashMap<String, OwnedVariant>;

/// A change in progress.
struct Life {
    shared: Arc<Shared>,
    entry: Entry,
    checkpoint: OwnedObjectPath,
    trial: Trial,
    /// The profile that is tried; none when the device is disconnected.
    profile: Option<OwnedObjectPath>,
    confirmed_by: ConfirmedBy,
    deadline: Instant,
}

impl Shared {
    pub(super) async fn begin(this: &Arc<Self>, plan: Plan, confirmed_by: ConfirmedBy) -> Result<Applied, SystemError> {
        let trial = match plan {
            Plan::Try(trial) => trial,
            Plan::Write { edit, retire } => {
                this.edit(edit, TO_DISK).await?;
                this.retire(&retire).await?;
                return Ok(Applied::Done);
            }
        };
        let deadline = Instant::now() + this.confirm_within;
        let (pending, entry) = this.ledger.open(deadline, confirmed_by, trial.new_addresses.clone()).await?;
        match this.prepare(trial).await {
            Ok((checkpoint, profile, trial)) => {
                let shared = Arc::clone(this);
                let life = Life { shared, entry, checkpoint, trial, profile, confirmed_by, deadline };
                tokio::spawn(life.run());
                Ok(Applied::Pending(pending))
            }
            Err(error) => {
                entry.withdraw();
                Err(error)
            }
        }
    }

    /// `CheckpointCreate(ao devices, u seconds, u flags) → o`, then the edit in memory.
    async fn prepare(
        &self,
        mut trial: Trial,
    ) -> Result<(OwnedObjectPath, Option<OwnedObjectPath>, Trial), SystemError> {
        let seconds = u32::try_from(self.confirm_within.as_secs()).unwrap_or(u32::MAX);
        let order = (vec![&trial.device], seconds, DELETE_NEW_CONNECTIONS);
        let checkpoint: OwnedObjectPath = self.bus.call(&MANAGER, "CheckpointCreate", &order).await?;
        match self.edit(std::mem::replace(&mut trial.edit, Edit::Leave), IN_MEMORY).await {
            Ok(profile) => Ok((checkpoint, profile, trial)),
            Err(error) => {
                self.roll_back(&checkpoint).await;
                Err(error)
            }
        }
    }

    /// `Update2(a{sa{sv}}, u flags, a{sv}) → a{sv}`; `AddConnection2(a{sa{sv}}, u flags, a{sv}) → (o, a{sv})`
    async fn edit(&self, edit: Edit, flags: u32) -> Result<Option<OwnedObjectPath>, SystemError> {
        match edit {
            Edit::Change(profile, sections) => {
                self.update(&profile, &sections, flags).await?;
                Ok(Some(profile))
            }
            Edit::Add(sections) => {
                let flags = if flags == IN_MEMORY { flags | NOT_BY_ITSELF } else { flags };
                let order = (&sections, flags, Dictionary::new());
                let (profile, _): (OwnedObjectPath, Dictionary) =
                    self.bus.call(&SETTINGS, "AddConnection2", &order).await?;
                Ok(Some(profile))
            }
            Edit::Leave => Ok(None),
        }
    }

    async fn update(&self, profile: &OwnedObjectPath, sections: &Sections, flags: u32) -> Result<(), SystemError> {
        let target = MANAGER.at(profile.as_str(), PROFILE);
        self.bus.call::<_, Dictionary>(&target, "Update2", &(sections, flags, Dictionary::new())).await.map(drop)
    }

    /// `Delete()` on each; one that is gone already is fine.
    async fn retire(&self, profiles: &[OwnedObjectPath]) -> Result<(), SystemError> {
        for profile in profiles {
            match self.bus.call::<_, ()>(&MANAGER.at(profile.as_str(), PROFILE), "Delete", &()).await {
                Ok(()) | Err(SystemError::NotHere(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// `CheckpointRollback(o) → a{su}`. NetworkManager may have done it itself at the same moment; then the checkpoint
    /// is unknown.
    async fn roll_back(&self, checkpoint: &OwnedObjectPath) {
        let rolled = self.bus.call::<_, HashMap<String, u32>>(&MANAGER, "CheckpointRollback", &(checkpoint,)).await;
        if let Err(error) = rolled {
            tracing::debug!(detail = error.detail(), "the checkpoint was gone already");
        }
    }
}

impl Life {
    async fn run(mut self) {
        let undone = match self.live().await {
            Ok(()) => None,
            Err(why) => {
                tracing::info!(id = %self.entry.id(), interface = self.trial.interface, %why, "network change undone");
                self.shared.roll_back(&self.checkpoint).await;
                Some(why)
            }
        };
        self.entry.settle(undone);
    }

    /// Runs until the change is kept; or returns why it has to be undone.
    async fn live(&mut self) -> Result<(), Undone> {
        // So that the answer can be sent before its connection is cut.
        let leave = sleep(self.shared.leave_time);
        tokio::pin!(leave);
        loop {
            tokio::select! {
                () = &mut leave => break,
                answer = self.entry.answer() => self.early(answer)?,
            }
        }
        self.entry.update(|pending| pending.stage = Stage::Connecting);
        let target = Shared::device(&self.trial.device, DEVICE);
        let mut states = self.shared.bus.signals(&target, "StateChanged").await.map_err(|error| self.failed(&error))?;
        self.set_up().await.map_err(|error| self.failed(&error))?;
        self.come_up(&mut states).await?;
        let (addresses, gateway) = self.shared.addresses_of(&self.trial.device).await;
        self.entry.update(|pending| {
            pending.stage = Stage::Up;
            if !addresses.is_empty() {
                pending.new_addresses = addresses;
            }
        });
        match self.confirmed_by {
            ConfirmedBy::Link => self.keep().await,
            ConfirmedBy::Gateway => self.by_gateway(gateway).await,
            ConfirmedBy::Person => self.by_person(&mut states).await,
        }
    }

    /// `ActivateConnection(o profile, o device, o specific) → o`, or `DeactivateConnection(o active)`, after which
    /// another known network may take its place (`Device.Disconnect()` would keep all of them away).
    async fn set_up(&self) -> Result<(), SystemError> {
        match &self.profile {
            Some(profile) => {
                let nothing = zbus::ObjectPath::from_static_str_unchecked(NOTHING);
                let order = (profile, &self.trial.device, nothing);
                self.shared.bus.call::<_, OwnedObjectPath>(&MANAGER, "ActivateConnection", &order).await.map(drop)
            }
            None => {
                let target = Shared::device(&self.trial.device, DEVICE);
                let active: OwnedObjectPath = self.shared.bus.property(&target, "ActiveConnection").await?;
                self.shared.bus.call(&MANAGER, "DeactivateConnection", &(active,)).await
            }
        }
    }

    /// Follows `StateChanged(u new, u old, u reason)` until the device is in the state it should be in.
    async fn come_up(&mut self, states: &mut MessageStream) -> Result<(), Undone> {
        loop {
            if self.is_up().await {
                return Ok(());
            }
            tokio::select! {
                signal = states.next() => self.judge(signal)?,
                answer = self.entry.answer() => self.early(answer)?,
                () = sleep_until(self.deadline) => return Err(Undone::NotConfirmed),
            }
        }
    }

    fn judge(&self, signal: Option<zbus::Result<zbus::Message>>) -> Result<(), Undone> {
        let Some(Ok(signal)) = signal else { return Err(Undone::Failed) };
        let Ok((state, _, reason)) = signal.body().deserialize::<(u32, u32, u32)>() else { return Ok(()) };
        match state {
            device_state::FAILED => Err(reason_of(reason)),
            device_state::UNAVAILABLE => Err(Undone::NoCable),
            _ => Ok(()),
        }
    }

    /// Does the device use the profile that is tried, or none when it was disconnected?
    async fn is_up(&self) -> bool {
        let Ok(devices) = self.shared.devices().await else { return false };
        let Some(device) = devices.into_iter().find(|device| device.path == self.trial.device) else { return false };
        let used = self.shared.profile_of(&device).await;
        match &self.profile {
            Some(tried) => device.state == device_state::ACTIVATED && used.as_ref() == Some(tried),
            // Another network may take its place automatically.
            None => used.is_none_or(|used| !self.trial.retire.contains(&used)),
        }
    }

    async fn by_person(&mut self, states: &mut MessageStream) -> Result<(), Undone> {
        loop {
            tokio::select! {
                answer = self.entry.answer() => match answer {
                    Decision::Confirm(reply) => {
                        let kept = self.keep().await;
                        let told = kept.map_err(|_| MANAGER.failed("the settings could not be saved"));
                        let _gone = reply.send(told);
                        return kept;
                    }
                    Decision::Undo(reply) => return self.taken_back(reply),
                },
                // A wrong password or a lost lease may only show now.
                signal = states.next() => self.judge(signal)?,
                () = sleep_until(self.deadline) => return Err(Undone::NotConfirmed),
            }
        }
    }

    async fn by_gateway(&mut self, gateway: Option<Ipv4Addr>) -> Result<(), Undone> {
        let gateway = gateway.ok_or(Undone::NoAddress)?;
        loop {
            gateway::nudge(gateway);
            if gateway::answered(&self.shared.kernel, &self.trial.interface, gateway) {
                return self.keep().await;
            }
            tokio::select! {
                () = sleep(GATEWAY_EVERY) => {}
                answer = self.entry.answer() => match answer {
                    Decision::Undo(reply) => return self.taken_back(reply),
                    Decision::Confirm(reply) => {
                        let kept = self.keep().await;
                        let _gone = reply.send(kept.map_err(|_| MANAGER.failed("the settings could not be saved")));
                        return kept;
                    }
                },
                () = sleep_until(self.deadline) => return Err(Undone::GatewaySilent),
            }
        }
    }

    /// Writes the tried profile first: a power cut between the steps leaves one profile too many, never one too few.
    async fn keep(&self) -> Result<(), Undone> {
        let kept = async {
            if let Some(profile) = &self.profile {
                self.shared.update(profile, &Sections::new(), TO_DISK).await?;
            }
            // `CheckpointDestroy(o)`
            self.shared.bus.call::<_, ()>(&MANAGER, "CheckpointDestroy", &(&self.checkpoint,)).await
        };
        kept.await.map_err(|error| {
            tracing::warn!(detail = error.detail(), "a network change could not be kept");
            Undone::NotSaved
        })?;
        // From here on the change is kept; an old profile that cannot be deleted is no reason to undo it.
        if let Err(error) = self.shared.retire(&self.trial.retire).await {
            tracing::warn!(detail = error.detail(), "an old network profile could not be deleted");
        }
        Ok(())
    }

    /// Answers decisions that arrive before the change is up.
    fn early(&self, answer: Decision) -> Result<(), Undone> {
        match answer {
            Decision::Confirm(reply) => {
                let _gone = reply.send(Err(SystemError::ChangeUnfinished));
                Ok(())
            }
            Decision::Undo(reply) => self.taken_back(reply),
        }
    }

    fn taken_back(&self, reply: oneshot::Sender<Result<(), SystemError>>) -> Result<(), Undone> {
        let _gone = reply.send(Ok(()));
        Err(Undone::Asked)
    }

    fn failed(&self, error: &SystemError) -> Undone {
        tracing::warn!(detail = error.detail(), %error, interface = self.trial.interface, "network change failed");
        Undone::Failed
    }
}

/// NMDeviceStateReason, as a reason that people can act on.
const fn reason_of(reason: u32) -> Undone {
    match reason {
        5 | 6 | 15..=17 => Undone::NoAddress,
        7..=9 => Undone::WrongPassword,
        40 => Undone::NoCable,
        53 => Undone::OutOfRange,
        64 => Undone::AddressTaken,
        _ => Undone::Failed,
    }
}
