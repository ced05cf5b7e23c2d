//! What the actions work with, assembled once by `app`.

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
use crate::actions::update::Hub;
use crate::actions::upkeep::deadlines::Deadlines;
use crate::chat::JoinMode;
use crate::clock::Clock;
use crate::config::Limits;
use crate::discovery::Announced;
use crate::feed;
use crate::files::{Blobs, Photos};
use crate::store::Store;

/// Everything an action may use.
#[derive(Debug)]
pub struct Core {
    /// Identifies the box, as [`facts::id`](crate::actions::identity::facts::id) returns it.
    pub box_id: String,
    /// The database.
    pub store: Store,
    /// How fast messages may come, so that they can be shown.
    pub pace: feed::Pace,
    /// Who is connected.
    pub hub: Hub,
    /// The contents of files.
    pub blobs: Blobs,
    /// The USB disk that files are stored on, if there is one.
    pub usb_storage: crate::actions::files::place::UsbStorage,
    /// Thumbnails of photos.
    pub photos: Photos,
    /// The current time.
    pub clock: Arc<dyn Clock>,
    /// The current time for deadlines, which setting the clock does not move.
    pub deadlines: Deadlines,
    /// Limits that keep one person from using up everything.
    pub limits: Limits,
    /// How people join, unless the box's own setting says otherwise.
    pub join_mode: JoinMode,
    /// The port that browsers use.
    pub port: u16,
    /// Further host names by which the page may be opened.
    pub hosts: Vec<String>,
    /// The box's address in its own Wi-Fi.
    pub hotspot_address: std::net::Ipv4Addr,
    /// The host label that the box wants on the network. It is accepted in `Host` even while another machine has it.
    pub wanted: watch::Sender<String>,
    /// The box's current names and addresses.
    pub announced: watch::Receiver<Announced>,
    /// The box's name after it was changed; `None` until then.
    pub box_name: watch::Sender<Option<String>>,
    /// Has the box an owner?
    pub claimed: watch::Sender<bool>,
    /// The claim, if it was reopened.
    pub reclaim: Reclaim,
    /// How often somebody may do something.
    pub rates: Rates,
    /// Uploads in progress, by person.
    pub uploads: ConcurrencyLimit,
    /// Which connection may continue an upload in parts.
    pub turns: Turns,
    /// Hashes and checks passwords, a few at a time.
    pub passwords: Passwords,
    /// Where a password was entered recently.
    pub reauth: Reauthenticated,
    /// The machine that the box runs on.
    pub machine: Machine,
    /// The data folder.
    pub folder: std::path::PathBuf,
    /// Backups on the box.
    pub backups: super::backup::shelf::Shelf,
    /// Held while a backup is being restored.
    pub restoring: Arc<tokio::sync::Mutex<()>>,
    /// Held during a round that deletes what was kept long enough.
    pub keep_round: tokio::sync::Mutex<()>,
    /// Moving this box to another one.
    pub move_out: super::moving::MoveOuts,
    /// Moving another box here.
    pub move_in: super::moving::MoveIns,
    /// The box can only be reached from this machine itself; a move may then use loopback addresses too.
    pub loopback_alone: bool,
    /// Becomes true when the program should restart.
    pub restart: watch::Sender<bool>,
    /// The result of the last self-check.
    pub last_patrol: crate::actions::upkeep::patrol::Last,
    /// By this word a page recognises the box at another address.
    pub probe: Probe,
    /// The health of the box when it was last asked for.
    pub last_health: crate::actions::upkeep::health::Last,
}

impl Core {
    /// Milliseconds since 1970.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.clock.now()
    }

    /// Milliseconds since 1970 for making and comparing deadlines: does not jump when the clock is set.
    #[must_use]
    pub fn due(&self) -> i64 {
        self.deadlines.now(self.clock.as_ref())
    }
}
