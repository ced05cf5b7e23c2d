//! What the actions work with, put together once by `app`.

use std::sync::Arc;

use tokio::sync::watch;

use crate::actions::access::passwords::Passwords;
use crate::actions::access::reauth::Reauthenticated;
use crate::actions::access::reclaim::Reclaim;
use crate::actions::files::concurrency::ConcurrencyLimit;
use crate::actions::files::turns::Turns;
use crate::actions::identity::probe::Probe;
use crate::actions::machine::Machine;
use crate::actions::rates::Rates;
use crate::actions::upkeep::deadlines::Deadlines;
use crate::chat::JoinMode;
use crate::clock::Clock;
use crate::config::Limits;
use crate::discovery::Announced;
use crate::files::{Blobs, Photos};
use crate::live::Hub;
use crate::store::Store;

/// Everything an action may use.
#[derive(Debug)]
pub struct Core {
    /// Which box this is, as [`facts::id`](crate::actions::identity::facts::id) has it.
    pub box_id: String,
    /// What is on the disk.
    pub store: Store,
    /// Who is connected.
    pub hub: Hub,
    /// Files' bytes.
    pub blobs: Blobs,
    /// The disk that files are kept on, if there is one.
    pub usb_storage: crate::actions::files::place::UsbStorage,
    /// Their thumbnails.
    pub photos: Photos,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// What time it is for deadlines.
    pub deadlines: Deadlines,
    /// What keeps one from taking everything.
    pub limits: Limits,
    /// How people come in, unless the box's own setting says otherwise.
    pub join_mode: JoinMode,
    /// The port that browsers use.
    pub port: u16,
    /// Further host names the page may be opened by.
    pub hosts: Vec<String>,
    /// The box's address in its own Wi-Fi.
    pub hotspot_address: std::net::Ipv4Addr,
    /// The label the box would have on the network if it were free: accepted also while it is being won again.
    pub wanted: watch::Sender<String>,
    /// Names and addresses of the box now.
    pub announced: watch::Receiver<Announced>,
    /// The box's name after it was changed; `None` until then.
    pub box_name: watch::Sender<Option<String>>,
    /// Has the box an owner?
    pub claimed: watch::Sender<bool>,
    /// The claim, when it is open again.
    pub reclaim: Reclaim,
    /// How often who may do what.
    pub rates: Rates,
    /// Uploads under way, by person.
    pub uploads: ConcurrencyLimit,
    /// Who goes on with which upload that comes in parts.
    pub turns: Turns,
    /// Hashing and checking passwords, a few at a time.
    pub passwords: Passwords,
    /// Where a password was entered a moment ago.
    pub reauth: Reauthenticated,
    /// The machine under the box.
    pub machine: Machine,
    /// The data folder.
    pub folder: std::path::PathBuf,
    /// Backups on the box.
    pub backups: super::backup::shelf::Shelf,
    /// Held while a backup is brought back.
    pub restoring: Arc<tokio::sync::Mutex<()>>,
    /// Moving this box to another one.
    pub move_out: super::moving::MoveOuts,
    /// Moving another box here.
    pub move_in: super::moving::MoveIns,
    /// Only this machine itself reaches the box: what it asks may be on the loopback, too.
    pub loopback_alone: bool,
    /// Turns true when the program should start again.
    pub restart: watch::Sender<bool>,
    /// What patrol found last.
    pub last_patrol: crate::actions::upkeep::patrol::Last,
    /// How a page knows the box at another address.
    pub probe: Probe,
    /// How the box was when last asked.
    pub last_health: crate::actions::upkeep::health::Last,
}

impl Core {
    /// Milliseconds since 1970.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.clock.now()
    }

    /// Milliseconds since 1970 to make deadlines from and to compare them with: does not jump when the clock is set.
    #[must_use]
    pub fn due(&self) -> i64 {
        self.deadlines.now(self.clock.as_ref())
    }
}
