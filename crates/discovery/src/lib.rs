//! How people and programs on the LAN find the box: multicast DNS (RFC 6762) and DNS-based service
//! discovery (RFC 6763). Knows nothing of chat, storage or HTTP.
//!
//! - `names`: which names are valid, and which one is tried next. Pure.
//! - `packet`: asking for a name, and reading who claims it. Pure.
//! - `claim`: getting and keeping one name on all links (RFC 6762 §8 and §9). Pure.
//! - `answering`: where the box answers, and so what it may announce. Pure.
//! - `links`: the box's links and addresses, and the kernel's messages when they change.
//! - `group`: the multicast sockets on which names are asked for and guarded.
//! - `responder`: the `mdns-sd` daemon, which announces the name that was won.
//! - `task`: connects these.
//!
//! Invariants: the name that people type is the same on all links; the serial name never changes; nothing is sent over
//! a link that is not used; an idle box sends one query a minute.

use std::{io, net::IpAddr, time::Duration};

use thiserror::Error;
use tokio::{sync::watch, task::JoinHandle, time::timeout};

mod answering;
mod claim;
mod group;
mod links;
mod names;
mod packet;
mod responder;
mod serial;
mod task;

pub use answering::Answering;
pub use links::Interfaces;
pub use links::lan_addresses;
pub use names::{HostLabel, NameError, SerialLabel};
pub use serial::machine_serial;

/// How often to check for others with our name if nothing else causes a check.
///
/// Two networks can be joined far away from the box: then no link of ours changes, and only asking reveals that
/// somebody else has the same name.
pub const CHECK_EVERY: Duration = Duration::from_secs(60);

/// How long [`Discovery::shutdown`] may take.
const SHUTDOWN: Duration = Duration::from_secs(3);

/// The box's state for programs that look for boxes (TXT key `state`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BoxState {
    /// Nobody owns it yet.
    Fresh,
    /// It has an owner and works.
    Ready,
    /// It runs, but serves its repair page.
    Sick,
}

impl BoxState {
    /// The word for the TXT record.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Ready => "ready",
            Self::Sick => "sick",
        }
    }
}

/// What to announce, and where.
#[derive(Debug, Clone)]
pub struct Announcement {
    /// The wanted name: this one if it is free, otherwise the next free `<name>-2`, `<name>-3`, …
    pub wanted: HostLabel,
    /// The label the box last announced, from [`Announced::host_label`]. It is asked for first, so that two boxes do
    /// not swap names after a power cut (RFC 6762 §9). `None` if there was none.
    pub previous: Option<HostLabel>,
    /// A name that only this box ever has.
    pub serial: SerialLabel,
    /// The box's name to show, in any script (TXT key `name`, and part of the instance name).
    pub box_name: String,
    /// Where HTTP is served: nothing else is announced.
    pub answering: Answering,
    /// The page to open (TXT key `path`), such as `/`.
    pub path: String,
    /// The program's version (TXT key `version`).
    pub version: String,
    /// TXT key `state`.
    pub state: BoxState,
    /// The links on which to announce.
    pub interfaces: Interfaces,
    /// Usually [`CHECK_EVERY`]; at least a second.
    pub check_every: Duration,
    /// Any number that differs between boxes and starts: it spreads probes over time.
    pub seed: u64,
}

/// How the LAN can reach the box at the moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    /// The label to store for [`Announcement::previous`]; `None` while no name was won or no link is up.
    pub host_label: Option<HostLabel>,
    /// The same as people type it, such as `imbox.local`.
    pub host_name: Option<String>,
    /// Such as `imbox-00a1x.local`.
    pub serial_name: String,
    /// Addresses that can be typed into a browser, IPv4 first, without link-local IPv6 addresses.
    pub addresses: Vec<IpAddr>,
}

/// Why the box cannot be announced. The chat works without it.
#[derive(Debug, Error)]
pub enum DiscoveryError {
    /// The kernel does not report links and addresses (a sandbox without `AF_NETLINK`?).
    #[error("cannot watch the network links: {0}")]
    Watch(#[source] io::Error),
    /// The links cannot be listed.
    #[error("cannot list the network links: {0}")]
    Links(#[source] io::Error),
}

/// What may change while running.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Desired {
    wanted: HostLabel,
    box_name: String,
    state: BoxState,
}

/// The running announcement. Dropping it withdraws the names like [`Discovery::shutdown`], without waiting for that.
#[derive(Debug)]
pub struct Discovery {
    desired: watch::Sender<Desired>,
    announced: watch::Receiver<Announced>,
    task: JoinHandle<()>,
}

impl Discovery {
    /// Starts asking for the name and, once it was won, announces it. A box without a link waits for one; that is no
    /// error.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start(announcement: Announcement) -> Result<Self, DiscoveryError> {
        let (desired, changes) = watch::channel(Desired {
            wanted: announcement.wanted.clone(),
            box_name: announcement.box_name.clone(),
            state: announcement.state,
        });
        let (task, announced) = task::Task::new(announcement, changes)?;
        let task = tokio::spawn(task.run());
        Ok(Self { desired, announced, task })
    }

    /// The current names and addresses, and notifications of changes.
    pub fn announced(&self) -> watch::Receiver<Announced> {
        self.announced.clone()
    }

    /// Announces another state.
    pub fn update_state(&self, state: BoxState) {
        self.modify(|desired| desired.state = state);
    }

    /// Asks for another name, withdrawing the old one, and changes the box's name to show. With the same `wanted`, only
    /// the latter.
    pub fn rename(&self, wanted: HostLabel, box_name: String) {
        self.modify(|desired| {
            desired.wanted = wanted;
            desired.box_name = box_name;
        });
    }

    /// Withdraws everything, so that nobody is led to a box that is gone. Takes at most three seconds.
    pub async fn shutdown(self) {
        let Self { desired, announced: _, mut task } = self;
        drop(desired);
        if timeout(SHUTDOWN, &mut task).await.is_err() {
            tracing::warn!("the goodbye on the network took too long");
            task.abort();
        }
    }

    fn modify(&self, change: impl FnOnce(&mut Desired)) {
        self.desired.send_if_modified(|desired| {
            let before = desired.clone();
            change(desired);
            before != *desired
        });
    }
}
