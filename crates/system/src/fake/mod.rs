//! An imagined machine, for where there is no system bus or none that may be touched: everything can be tried out, and
//! nothing happens to the machine it runs on.
//!
//! It behaves as a box does: changes of the network that nobody confirms are undone, installing takes a while, and a
//! restart starts the chosen slot. Errors can be tried out, too:
//!
//! | to see | do |
//! | --- | --- |
//! | a wrong Wi-Fi password | join any network with the password `wrong-password` |
//! | a network that gives out no address | join `Cellar` |
//! | a network of a kind that is not supported | join `Corporate` |
//! | a network that went out of range | join one that was not found |
//! | an update with a bad signature, for another box, or cut short | a file whose name has `unsigned`, `other` or `damaged` in it |
//! | an update that does not work and is rolled back | a file whose name has `broken` in it |
//! | the same for another reason | a file whose name has `broken-daemon`, `broken-answer` or `broken-network` in it |
//! | a USB disk that is unplugged, write-protected or in another format | remove its note in `imagined-usb/` in the data folder, or write `unwritable` or `format` into it instead of `ready` |
//! | one that is plugged in, again or another one | put its note there again, or a folder and a note of another name beside it |
//! | a card that had to be repaired | shut the box down: it starts at once, as after a power cut |
//!
//! Everything is forgotten when the program ends. The readings are made up, except for memory, load and disks, which
//! are only read from the real machine.

mod disks;
mod machine;
mod network;
#[cfg(test)]
mod tests;
mod update;

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

use super::network::Ledger;
use super::{Aftermath, BoxName, ClockState, LastUpdate, Mended};
use network::Links;
use update::Slots;

/// An imagined machine.
#[derive(Debug)]
pub struct Fake {
    shared: std::sync::Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    ledger: Ledger,
    pace: Pace,
}

/// The speed of an imagined machine.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// How long a network change waits to be confirmed.
    pub confirm_within: Duration,
    /// How long a step takes: sending an answer, an interface coming up, or a fiftieth of an update.
    pub step: Duration,
}

impl Pace {
    /// Half a second for a step and two minutes to confirm, as on a real box; with less time to confirm, steps are
    /// shorter as well.
    #[must_use]
    pub fn within(confirm_within: Duration) -> Self {
        Self { confirm_within, step: confirm_within / 240 }
    }
}

impl Default for Pace {
    fn default() -> Self {
        Self::within(Duration::from_secs(120))
    }
}

#[derive(Debug)]
struct State {
    name: BoxName,
    clock: ClockState,
    links: Links,
    slots: Slots,
    mended: Option<Mended>,
    started: Instant,
    /// The folder of imagined disks.
    disks: Option<PathBuf>,
    let_go: HashSet<String>,
}

impl Fake {
    /// A box after its first start, in a LAN that gives out addresses. `now` is when it started.
    #[must_use]
    pub fn new(pace: Pace, now: Instant) -> Self {
        let state = State {
            name: BoxName { host: "imbox".to_owned(), shown: String::new() },
            clock: machine::clock(),
            links: Links::default(),
            slots: Slots::default(),
            mended: None,
            started: now,
            disks: None,
            let_go: HashSet::new(),
        };
        let shared = Shared { state: Mutex::new(state), ledger: Ledger::new(), pace };
        Self { shared: std::sync::Arc::new(shared) }
    }

    /// Unplugs the cable.
    pub fn pull_cable(&self) {
        self.shared.state().links.pull_cable();
    }

    /// Plugs the cable in; there is a network behind it.
    pub fn plug_in_cable(&self) {
        self.shared.state().links.plug_in_cable();
    }

    /// As shortly after a start, when the network service does not answer yet.
    pub fn network_service_starts(&self) {
        self.shared.state().links.service = network::Service::Starting;
    }

    /// From now on the network service answers.
    pub fn network_service_runs(&self) {
        self.shared.state().links.service = network::Service::Running;
    }

    /// As shortly after a start, when a known hotspot is not on yet.
    pub fn let_radio_sleep(&self) {
        self.shared.state().links.let_radio_sleep();
    }

    /// The known hotspot comes on, unless it was forgotten meanwhile.
    pub fn wake_radio(&self) {
        self.shared.state().links.wake_radio();
    }
}

impl Fake {
    /// With a disk plugged in, which is imagined in this folder. If the folder cannot be created, there is none.
    #[must_use]
    pub fn with_disks(self, root: PathBuf) -> Self {
        self.shared.state().disks = disks::plug_in(&root).is_ok().then_some(root);
        self
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Aftermath for Fake {
    async fn last_update(&self) -> Option<LastUpdate> {
        self.shared.state().slots.last()
    }

    async fn mended(&self) -> Option<Mended> {
        self.shared.state().mended.clone()
    }
}
