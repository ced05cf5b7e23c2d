//! The task behind [`Discovery`](super::Discovery): it receives changes of links, messages, requests and the passing of
//! time, asks [`Claim`] what to do, and does it. It decides nothing about names itself.

use std::{
    collections::{HashMap, HashSet},
    future::pending,
    net::IpAddr,
    time::{Duration, Instant},
};

use tokio::{sync::watch, time::sleep_until};

use super::{
    Announced, Announcement, Desired, DiscoveryError,
    claim::{Claim, Step},
    group::Group,
    links::{self, Link, LinkWatch},
    names::txt_value,
    packet::{self, MAX_MESSAGE_BYTES, Message, Rdata, Record},
    responder::{Listing, Responder},
};

/// The kernel reports one change in several messages: wait for all of them.
const LINKS_SETTLE: Duration = Duration::from_millis(200);
/// By then the responder has noticed new links and addresses, and everything is announced again.
const REPEAT: Duration = Duration::from_millis(2200);
/// How long an address that we have given up may still be heard as ours: the time to live of an address record.
const ECHO: Duration = Duration::from_secs(120);

pub(super) struct Task {
    announcement: Announcement,
    desired: watch::Receiver<Desired>,
    announced: watch::Sender<Announced>,
    watch: LinkWatch,
    group: Group,
    claim: Claim,
    responder: Responder,
    links: Vec<Link>,
    /// The links on which the name was won; it is announced only there.
    won: HashSet<u32>,
    /// Addresses that were ours, and until when they may be heard.
    given_up: HashMap<IpAddr, Instant>,
    rescan: Option<Instant>,
    repeat: Option<Instant>,
    warned_of_serial: bool,
}

impl Task {
    pub(super) fn new(
        announcement: Announcement,
        desired: watch::Receiver<Desired>,
    ) -> Result<(Self, watch::Receiver<Announced>), DiscoveryError> {
        // Subscribe first, then look, so that no change in between is missed.
        let watch = LinkWatch::open().map_err(DiscoveryError::Watch)?;
        links::scan(&announcement.interfaces, &announcement.answering).map_err(DiscoveryError::Links)?;
        let (announced, receiver) = watch::channel(Announced {
            host_label: None,
            host_name: None,
            serial_name: announcement.serial.local(),
            addresses: Vec::new(),
        });
        let claim = Claim::new(
            announcement.wanted.clone(),
            announcement.previous.clone(),
            announcement.check_every,
            announcement.seed,
        );
        let task = Self {
            announcement,
            desired,
            announced,
            watch,
            group: Group::default(),
            claim,
            responder: Responder::default(),
            links: Vec::new(),
            won: HashSet::new(),
            given_up: HashMap::new(),
            rescan: None,
            repeat: None,
            warned_of_serial: false,
        };
        Ok((task, receiver))
    }

    /// Runs until nobody holds the other end any more, then withdraws everything.
    pub(super) async fn run(mut self) {
        let mut buffer = Box::new([0; MAX_MESSAGE_BYTES]);
        self.look_at_links(Instant::now()).await;
        loop {
            let deadline = [self.claim.deadline(), self.rescan, self.repeat];
            let deadline = deadline.into_iter().flatten().min();
            tokio::select! {
                wish = self.desired.changed() => match wish {
                    Ok(()) => self.desired_changed(Instant::now()).await,
                    Err(_) => break,
                },
                change = self.watch.changed() => {
                    if let Err(error) = change {
                        tracing::error!(%error, "cannot watch the network links any more");
                        break;
                    }
                    self.rescan.get_or_insert(Instant::now() + LINKS_SETTLE);
                }
                received = self.group.receive(&mut buffer) => {
                    let (link, message) = (received.link, received.message);
                    let names = [self.claim.label().local(), self.announcement.serial.local()];
                    let [host, serial] = &names;
                    if let Some(message) = packet::read(message, &[host, serial]) {
                        self.heard(link, &message, host, Instant::now()).await;
                    }
                }
                () = until(deadline) => self.time_passed(Instant::now()).await,
            }
        }
        self.responder.close().await;
    }

    async fn time_passed(&mut self, now: Instant) {
        if self.rescan.is_some_and(|at| at <= now) {
            self.rescan = None;
            self.look_at_links(now).await;
        }
        if self.repeat.is_some_and(|at| at <= now) {
            self.announce(now);
            // RFC 6762 §8.3 asks for two announcements.
            self.repeat = None;
            self.responder.settle();
        }
        if let Some(step) = self.claim.tick(now) {
            self.act(step, now).await;
        }
    }

    async fn act(&mut self, step: Step, now: Instant) {
        match step {
            Step::Probe => self.ask(packet::probe).await,
            Step::Check => {
                self.ask(packet::check).await;
                // In case the kernel's messages did not tell, or an attempt failed before.
                self.rescan.get_or_insert(now);
                if !self.responder.is_running() {
                    self.announce(now);
                }
            }
            Step::Hold => {
                self.won = self.links.iter().map(|link| link.index).collect();
                tracing::info!(name = %self.claim.label().local(), "found on the network as");
                self.announce(now);
            }
            Step::Release => {
                self.repeat = None;
                self.responder.withdraw();
                tracing::info!("the name on the network is given up or asked for again");
            }
        }
        self.publish();
    }

    async fn ask(&self, question: fn(&str, &[IpAddr]) -> Vec<u8>) {
        let name = self.claim.label().local();
        for link in &self.links {
            let message = question(&name, &link.addresses);
            if let Err(error) = self.group.send(link.index, &message).await {
                // The link is going down; the kernel will report that in a moment.
                tracing::debug!(link = link.name, %error, "cannot ask for the name");
            }
        }
    }

    fn announce(&mut self, now: Instant) {
        self.responder.approve(self.links.iter().filter(|link| self.won.contains(&link.index)));
        let Announcement { serial, answering, path, version, .. } = &self.announcement;
        let desired = self.desired.borrow().clone();
        let txt = [
            ("txtvers", "1".to_owned()),
            ("state", desired.state.as_str().to_owned()),
            ("version", txt_value("version", version)),
            ("name", txt_value("name", &desired.box_name)),
            ("path", txt_value("path", path)),
        ];
        let listing = Listing {
            host: self.claim.is_held().then(|| self.claim.label()),
            serial,
            box_name: &desired.box_name,
            port: answering.port,
            txt: &txt,
        };
        if let Err(error) = self.responder.announce(&listing) {
            tracing::warn!(%error, "cannot announce the box on the network");
        }
        self.repeat = Some(now + REPEAT);
    }

    async fn desired_changed(&mut self, now: Instant) {
        let wanted = self.desired.borrow_and_update().wanted.clone();
        if let Some(step) = self.claim.rename(wanted, now) {
            self.act(step, now).await;
        }
        if !self.won.is_empty() {
            self.announce(now);
        }
    }

    async fn look_at_links(&mut self, now: Instant) {
        let mut links = match links::scan(&self.announcement.interfaces, &self.announcement.answering) {
            Ok(links) => links,
            Err(error) => {
                tracing::warn!(%error, "cannot list the network links");
                return;
            }
        };
        if links == self.links {
            self.claim.check_soon(now);
            return;
        }
        let old = std::mem::take(&mut self.links);
        for gone in old.iter().filter(|old| links.iter().all(|new| new.index != old.index)) {
            self.group.leave(gone.index);
        }
        // A link that cannot be joined is left out, so that the next look tries again.
        links.retain(|link| old.contains(link) || self.join(link));
        self.won.retain(|index| links.iter().any(|link| link.index == *index));
        let new_link = links.iter().any(|new| old.iter().all(|old| old.index != new.index));
        self.links = links;
        self.remember(&old, now);

        if self.links.is_empty() {
            if let Some(step) = self.claim.offline() {
                self.act(step, now).await;
            }
            self.repeat = None;
            self.responder.close().await;
        } else if new_link {
            self.claim.link_up(now);
        }
        if !self.won.is_empty() {
            self.announce(now);
        }
        self.publish();
    }

    fn join(&mut self, link: &Link) -> bool {
        let joined = self.group.join(link);
        if let Err(error) = &joined {
            tracing::warn!(link = link.name, %error, "cannot join mDNS on this link");
        }
        joined.is_ok()
    }

    /// Remembers which addresses were ours until now: others may still repeat them.
    fn remember(&mut self, old: &[Link], now: Instant) {
        self.given_up.retain(|_, until| *until > now);
        let lost = old.iter().flat_map(|link| &link.addresses);
        self.given_up.extend(lost.map(|address| (*address, now + ECHO)));
    }

    fn is_ours(&self, address: IpAddr, now: Instant) -> bool {
        self.links.iter().any(|link| link.addresses.contains(&address))
            || self.given_up.get(&address).is_some_and(|until| *until > now)
    }

    async fn heard(&mut self, link: u32, message: &Message, host: &str, now: Instant) {
        // A record with only our addresses is our own, whichever link it arrives on.
        let foreign = |record: &Record| record.rdata.address().is_some_and(|address| !self.is_ours(address, now));
        match message {
            Message::Response { records } => {
                let claimed = |record: &&Record| record.ttl > 0 && foreign(record);
                let (mut host_taken, mut serial_taken) = (false, false);
                for record in records.iter().filter(claimed) {
                    host_taken |= record.name == host;
                    serial_taken |= record.name != host;
                }
                if serial_taken && !self.warned_of_serial {
                    self.warned_of_serial = true;
                    let name = self.announcement.serial.local();
                    tracing::warn!(%name, "another machine uses this box's serial name");
                }
                if host_taken && let Some(step) = self.claim.conflict(now) {
                    self.act(step, now).await;
                }
            }
            Message::Query { proposed } => {
                let theirs = proposed.iter().filter(|record| record.name == host);
                if theirs.clone().any(foreign) {
                    let mut theirs: Vec<_> = theirs.map(|record| record.rdata.clone()).collect();
                    theirs.sort_unstable();
                    let ours = self.links.iter().find(|ours| ours.index == link);
                    let ours = ours.into_iter().flat_map(|link| &link.addresses);
                    let mut ours: Vec<_> = ours.map(|address| Rdata::of(*address)).collect();
                    ours.sort_unstable();
                    self.claim.rival_probe(ours.cmp(&theirs), now);
                }
            }
        }
    }

    fn publish(&self) {
        let label = self.claim.is_held().then(|| self.claim.label().clone());
        let mut addresses: Vec<_> = self.links.iter().flat_map(|l| l.addresses.clone()).collect();
        addresses.retain(|address| match address {
            IpAddr::V4(_) => true,
            IpAddr::V6(v6) => !v6.is_unicast_link_local(),
        });
        addresses.sort_unstable();
        addresses.dedup();
        let announced = Announced {
            host_name: label.as_ref().map(super::HostLabel::local),
            host_label: label,
            serial_name: self.announcement.serial.local(),
            addresses,
        };
        self.announced.send_if_modified(|current| {
            let changed = *current != announced;
            *current = announced;
            changed
        });
    }
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline.into()).await,
        None => pending().await,
    }
}
