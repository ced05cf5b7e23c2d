//! A house with a box in it: the real daemon on a folder of its own, its clock in the test's hand. Whoever ends a test
//! stops the house, and that fails when anything was left over.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use imd::actions::Core;
use imd::app::App;
use imd::clock::SetClock;
use imd::config::Config;
use imd::wire::{InviteCreated, Room, SignedIn};
use serde_json::json;
use tempfile::TempDir;

use crate::PATIENCE;
use crate::door::Door;
use crate::person::Person;

/// When tests begin, milliseconds since 1970.
pub const BEGINNING: i64 = 1_795_000_000_000;

/// The owner's password, entered when the box is claimed.
pub const OWNERS: &str = "olga's password";

/// A running box, and what it lies on.
pub struct House {
    pub clock: Arc<SetClock>,
    pub door: Door,
    config: Config,
    folder: TempDir,
    app: Option<App>,
}

impl House {
    /// A box that nobody owns.
    pub async fn fresh() -> Self {
        Self::fresh_with(|_| {}).await
    }

    /// A box that nobody owns, with other settings.
    pub async fn fresh_with(change: impl FnOnce(&mut Config)) -> Self {
        Self::fresh_in(folder(), change).await
    }

    /// A box that nobody owns, on a certain folder.
    pub async fn fresh_in(folder: TempDir, change: impl FnOnce(&mut Config)) -> Self {
        let listen = vec![SocketAddr::from(([127, 0, 0, 1], 0))];
        let program = env!("CARGO_BIN_EXE_imd").into();
        let mut config = Config { listen, program, ..Config::default() };
        config.mdns.enabled = false;
        // Whoever tests a limit lowers it; nobody else shall meet one.
        config.limits.sign_ins_per_minute_per_address = 100_000;
        config.limits.http_requests_per_minute_per_address = 1_000_000;
        config.limits.messages_per_minute_per_user = 1_000_000;
        config.limits.codes_per_minute_per_user = 1_000_000;
        config.limits.rooms_per_minute_per_user = 1_000_000;
        config.limits.free_space_reserve_bytes = 1 << 20;
        change(&mut config);
        let clock = Arc::new(SetClock::default());
        clock.set(BEGINNING);
        let app = App::start(&config, folder.path(), Arc::<SetClock>::clone(&clock)).await.unwrap();
        let door = Door::new(app.addresses()[0]);
        Self { clock, door, config, folder, app: Some(app) }
    }

    /// A box with an owner.
    pub async fn owned() -> (Self, Person) {
        Self::owned_with(|_| {}).await
    }

    /// A box with an owner and other settings.
    pub async fn owned_with(change: impl FnOnce(&mut Config)) -> (Self, Person) {
        let house = Self::fresh_with(change).await;
        let owner = house.claim().await;
        (house, owner)
    }

    /// A box with an owner, and Alice and Bob, who are members.
    pub async fn with_two() -> (Self, Person, Person, Person) {
        let (house, owner) = Self::owned().await;
        let alice = house.member(&owner, "Alice").await;
        let bob = house.member(&owner, "Bob").await;
        (house, owner, alice, bob)
    }

    /// Makes the owner.
    pub async fn claim(&self) -> Person {
        let claim = json!({"code": self.claim_code(), "name": "Olga", "box_name": "Rose Court", "password": OWNERS});
        Person::new(&self.door, self.door.post("/api/v1/claim", &claim).await.ok())
    }

    /// Someone who comes by an invite of `host`'s into the default room.
    pub async fn member(&self, host: &Person, name: &str) -> Person {
        self.invited(host, name, &json!({})).await
    }

    /// Someone who comes into `room` alone.
    pub async fn guest(&self, host: &Person, name: &str, room: i64) -> Person {
        self.invited(host, name, &json!({"rooms": [room], "guest": true})).await
    }

    async fn invited(&self, host: &Person, name: &str, invite: &serde_json::Value) -> Person {
        let made: InviteCreated = host.post("/api/v1/invites", invite).await.ok();
        self.join(name, Some(&made.invite.code)).await
    }

    /// Someone at the door, with or without an invite.
    pub async fn join(&self, name: &str, invite: Option<&str>) -> Person {
        let join = json!({"name": name, "invite": invite});
        Person::new(&self.door, self.door.post("/api/v1/join", &join).await.ok::<SignedIn>())
    }

    /// The room that everyone lands in.
    pub async fn hall(&self, someone: &Person) -> i64 {
        let rooms: Vec<Room> = someone.get("/api/v1/rooms").await.ok();
        rooms.iter().find(|room| room.is_default).unwrap().id
    }

    pub fn claim_code(&self) -> &str {
        self.app().claim_code().unwrap()
    }

    pub fn app(&self) -> &App {
        self.app.as_ref().unwrap()
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn database(&self) -> std::path::PathBuf {
        self.folder().join("imd.db")
    }

    /// Moves the clock from [`BEGINNING`], either way; by more than a day, no time has passed for deadlines.
    pub fn at(&self, milliseconds: i64) {
        self.clock.set(BEGINNING + milliseconds);
    }

    /// Lets so many milliseconds pass.
    pub fn pass(&self, milliseconds: i64) {
        self.clock.pass(milliseconds);
    }

    /// Stops the box and starts it again on the same folder.
    pub async fn restart(&mut self) {
        self.restart_after(|_| {}).await;
    }

    /// As [`Self::restart`]; while the box is off, something happens to its database.
    pub async fn restart_after(&mut self, happens: impl FnOnce(&Path)) {
        let core = self.end().await;
        self.check_empty(&core).await;
        drop(core);
        happens(&self.database());
        let clock = Arc::<SetClock>::clone(&self.clock);
        let app = App::start(&self.config, self.folder.path(), clock).await.unwrap();
        self.door.moved(app.addresses()[0]);
        self.app = Some(app);
    }

    /// Stops the box; fails when that took too long, or something was left over.
    pub async fn stop(self) {
        self.stop_before(()).await;
    }

    /// Stops the box while `clients` are still there, which must not hold it up.
    pub async fn stop_before<T>(mut self, clients: T) {
        let core = self.end().await;
        drop(clients);
        self.check_empty(&core).await;
    }

    async fn end(&mut self) -> Arc<Core> {
        let app = self.app.take().unwrap();
        let core = Arc::clone(app.core());
        // What systemd allows, and people wait for.
        tokio::time::timeout(Duration::from_secs(5), app.stop()).await.expect("the box stops in time");
        core
    }

    async fn check_empty(&self, core: &Arc<Core>) {
        // Every task and session holds the core: when this is the last hold, none is left.
        until("nothing of the stopped box is left", || Arc::strong_count(core) == 1).await;
        assert_eq!(imd::actions::live::signals::connected(core).sessions, 0, "sessions were left");
        let incoming: Vec<_> = std::fs::read_dir(self.folder().join("incoming")).unwrap().collect();
        assert!(incoming.is_empty(), "unfinished uploads were left: {incoming:?}");
    }
}

/// A folder in memory where there is plenty: what a disk does is tested elsewhere, and waiting for it is most of the
/// time that these tests would take.
#[allow(clippy::unnecessary_cast, reason = "the two C types are as wide as the platform's `long`")]
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let plenty = nix::sys::statvfs::statvfs(memory)
        .is_ok_and(|stat| (stat.blocks_available() as u64).saturating_mul(stat.fragment_size() as u64) > 1 << 30);
    let in_memory = plenty.then(|| TempDir::new_in(memory).ok()).flatten();
    in_memory.unwrap_or_else(|| TempDir::new().unwrap())
}

impl Drop for House {
    fn drop(&mut self) {
        assert!(self.app.is_none() || std::thread::panicking(), "a test must stop its house");
    }
}

/// Waits for a condition.
pub async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let wait = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, wait).await.is_ok(), "never: {what}");
}
