//! A machine that is only imagined, for where there is no bus or none that may be touched: everything can be tried, and
//! nothing happens to the machine it runs on.
//!
//! It behaves as a box does: changes of the network that nobody confirms are taken back, installing takes its time, a
//! restart starts the slot that was chosen. What goes wrong can be tried, too:
//!
//! | to see | do |
//! | --- | --- |
//! | a wrong Wi-Fi password | join any network with the password `wrong-password` |
//! | a network that gives out no address | join `Cellar` |
//! | a network of a kind that is not supported | join `Corporate` |
//! | a network that went out of range | join one that was not found |
//! | an update with a bad signature, for another box, or cut short | a file whose name has `unsigned`, `other` or `damaged` in it |
//! | an update that does not work and is gone back from | a file whose name has `broken` in it |
//! | the same for another reason | a file whose name has `broken-daemon`, `broken-answer` or `broken-network` in it |
//! | a USB disk that is pulled out, locked or in another format | remove its note in `imagined-usb/` in the data folder, or write `unwritable` or `format` into it instead of `ready` |
//! | one that is plugged in, again or another | put its note there again, or a folder and a note of another name beside it |
//! | a card that had to be mended | shut the box down: it starts at once, as after a power cut |
//!
//! Everything is forgotten when the program ends. Health is made up but for the memory, load and disks of the real machine,
//! which it only reads.

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

/// The imagined machine.
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

/// How fast time goes for it.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// How long a network change waits to be confirmed.
    pub confirm_within: Duration,
    /// How long a step takes: an answer to get out, an interface to come up, a fiftieth of an update.
    pub step: Duration,
}

impl Pace {
    /// Half a second a step with the two minutes of a real box; who has less time to confirm waits less for everything.
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
    /// Where disks are imagined.
    disks: Option<PathBuf>,
    let_go: HashSet<String>,
}

impl Fake {
    /// A box as it is after its first start, in a LAN that gives out addresses. `now` is when it was started.
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

    /// Somebody pulls the cable out.
    pub fn pull_cable(&self) {
        self.shared.state().links.pull_cable();
    }

    /// Somebody plugs it in; there is a network behind it.
    pub fn plug_in_cable(&self) {
        self.shared.state().links.plug_in_cable();
    }

    /// As soon after a start that nobody can be asked about the network.
    pub fn network_service_starts(&self) {
        self.shared.state().links.service = network::Service::Starting;
    }

    /// From now on there is an answer.
    pub fn network_service_runs(&self) {
        self.shared.state().links.service = network::Service::Running;
    }

    /// As soon after a start that a known hotspot is not yet on.
    pub fn let_radio_sleep(&self) {
        self.shared.state().links.let_radio_sleep();
    }

    /// The known hotspot comes on, unless it was forgotten meanwhile.
    pub fn wake_radio(&self) {
        self.shared.state().links.wake_radio();
    }
}

impl Fake {
    /// With a disk plugged in, imagined in this folder. One that cannot be made is none.
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
