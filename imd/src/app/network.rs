//! The box's names and addresses: announcing it while it runs, or, if that is turned off, just knowing them.

use std::net::{IpAddr, SocketAddr};

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::actions::{
    Core,
    access::claim,
    identity::{facts, settings},
};
use crate::config::{Config, Mdns};
use crate::discovery::{
    self, Announced, Announcement, Answering, BoxState, Discovery, HostLabel, Interfaces, SerialLabel,
};
use crate::store::{Setting, Store, StoreError};

/// What is known, and the task that withdraws the names when it is told to stop.
#[derive(Debug)]
pub(super) struct Network {
    pub(super) announced: watch::Receiver<Announced>,
    /// The box's name as it was announced first.
    box_name: String,
    discovery: Option<Discovery>,
}

/// What the box remembers about its names.
pub(super) struct Known {
    /// Its name to show.
    box_name: Option<String>,
    /// The label it last had. It is asked for first, so that two boxes do not swap names after a power cut.
    host_label: Option<HostLabel>,
    /// The label that an admin chose.
    wanted: Option<String>,
}

impl Known {
    pub(super) async fn read(store: &Store) -> Result<Self, StoreError> {
        let label = store.setting(Setting::HostLabel).await?;
        Ok(Self {
            box_name: store.setting(Setting::BoxName).await?,
            host_label: label.and_then(|label| HostLabel::parse(&label).ok()),
            wanted: store.setting(Setting::HostName).await?,
        })
    }

    /// When nothing can be read.
    pub(super) fn nothing() -> Self {
        Self { box_name: None, host_label: None, wanted: None }
    }

    /// The label the box should have.
    pub(super) fn wanted_or(&self, configured: &str) -> String {
        self.wanted.clone().unwrap_or_else(|| configured.to_owned())
    }
}

impl Network {
    /// Starts announcing. If that is not possible, it is logged, and the box works all the same.
    pub(super) fn start(config: &Config, listening: &[SocketAddr], known: Known, wanted: &str, seed: u64) -> Self {
        let box_name = known.box_name.clone().unwrap_or_else(|| wanted.to_owned());
        let (answering, reachable) = (Answering::on(listening), listening.iter().any(|at| !at.ip().is_loopback()));
        if config.mdns.enabled && reachable {
            let box_name = box_name.clone();
            match announcement(&config.mdns, answering.clone(), known, wanted, seed) {
                Ok(announcement) => match Discovery::start(announcement) {
                    Ok(discovery) => {
                        return Self { announced: discovery.announced(), box_name, discovery: Some(discovery) };
                    }
                    Err(error) => tracing::error!(%error, "the box is not announced"),
                },
                Err(error) => tracing::error!(%error, "the box is not announced"),
            }
        }
        Self { announced: watch::channel(only_listening(&answering)).1, box_name, discovery: None }
    }

    /// Announces that the box serves its repair page.
    pub(super) fn be_sick(&self) {
        if let Some(discovery) = &self.discovery {
            discovery.update_state(BoxState::Sick);
        }
    }

    /// Withdraws the names.
    pub(super) async fn goodbye(self) {
        if let Some(discovery) = self.discovery {
            discovery.shutdown().await;
        }
    }

    /// Keeps the announced state up to date and the name that was won remembered until told to stop, then withdraws the
    /// names.
    pub(super) fn follow(self, core: &Core, store: Store, mut stop: watch::Receiver<bool>) -> JoinHandle<()> {
        let mut claimed = claim::is_claimed(core);
        let settings::Names { mut box_name, host: mut wanted } = settings::names(core);
        let mut shown = self.box_name.clone();
        tokio::spawn(async move {
            let Some(discovery) = self.discovery else { return };
            let mut announced = self.announced;
            let mut remembered = None;
            loop {
                let state = if *claimed.borrow_and_update() { BoxState::Ready } else { BoxState::Fresh };
                discovery.update_state(state);
                let label = announced.borrow_and_update().host_label.clone();
                if label.is_some() && label != remembered {
                    let value = label.as_ref().map(ToString::to_string);
                    if let Err(refused) = facts::remember_label(&store, value).await {
                        tracing::warn!(code = ?refused.code, "the box's name on the network is not remembered");
                    }
                    remembered = label;
                }
                tokio::select! {
                    changed = claimed.changed() => if changed.is_err() { break },
                    changed = async { tokio::select! { c = box_name.changed() => c, c = wanted.changed() => c } } => {
                        if let Some(name) = box_name.borrow_and_update().clone() {
                            shown = name;
                        }
                        let label = HostLabel::parse(&wanted.borrow_and_update());
                        if let (Ok(()), Ok(label)) = (changed, label) {
                            discovery.rename(label, shown.clone());
                        }
                    }
                    changed = announced.changed() => if changed.is_err() { break },
                    _ = async { stop.wait_for(|stop| *stop).await.is_ok() } => break,
                }
            }
            discovery.shutdown().await;
        })
    }
}

fn announcement(
    mdns: &Mdns,
    answering: Answering,
    known: Known,
    wanted: &str,
    seed: u64,
) -> Result<Announcement, discovery::NameError> {
    let serial = match &mdns.serial {
        Some(serial) => SerialLabel::parse(serial)?,
        None => SerialLabel::from_serial("imbox", &discovery::machine_serial())?,
    };
    Ok(Announcement {
        wanted: HostLabel::parse(wanted)?,
        previous: known.host_label,
        serial,
        box_name: known.box_name.unwrap_or_else(|| wanted.to_owned()),
        answering,
        path: "/".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        state: BoxState::Fresh,
        interfaces: Interfaces::Lan,
        check_every: discovery::CHECK_EVERY,
        seed,
    })
}

/// Without announcing: the addresses we listen on or, if that is every address, those of the machine.
fn only_listening(answering: &Answering) -> Announced {
    let mut addresses: Vec<IpAddr> = answering.named().collect();
    addresses
        .extend(discovery::lan_addresses(answering).into_iter().filter(|ip| !answering.named().any(|own| own == *ip)));
    Announced { host_label: None, host_name: None, serial_name: String::new(), addresses }
}
