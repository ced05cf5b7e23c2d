//! A box for tests of the actions: in a folder of its own, claimed, with people in it. Changes are only shown to people
//! by [`House::show`].

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::task::{Context, Waker};

use tokio::sync::watch;

use super::super::*;
use crate::chat::{JoinMode, RoomId};
use crate::clock::SetClock;
use crate::config::Limits;
use crate::discovery::Announced;
use crate::feed;
use crate::files::{BlobLimits, Blobs, Photos, PhotosLimits};
use crate::live::Item;
use crate::store::{Options, Store};
use crate::system::{Fake, Pace};
use crate::wire::{self, Claim, ErrorCode, Join, NewRoom, RoomKind, Seen};

/// A box in a folder of its own. Changes are only shown to people by [`House::show`].
pub(super) struct House {
    _folder: tempfile::TempDir,
    pub(super) core: Arc<Core>,
    pub(super) committed: feed::Subscriber,
    pub(super) owner: Caller,
}

impl House {
    pub(super) async fn new() -> Self {
        Self::on(Arc::new(Fake::new(Pace::default(), tokio::time::Instant::now()))).await
    }

    /// On a machine that the test controls.
    pub(super) async fn on(machine: Arc<Fake>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options { path: folder.path().join("imd.db"), readers: 2, queue: 64 };
        let (publisher, committed) = feed::channel();
        let store = Store::open(&options, move |changes| publisher.publish(changes)).unwrap();
        let blobs = Blobs::open(folder.path(), BlobLimits { reserve_bytes: 0, ..BlobLimits::default() }).unwrap();
        let announced =
            Announced { host_label: None, host_name: None, serial_name: String::new(), addresses: Vec::new() };
        // Nobody in these tests should meet a rate limit.
        let limits = Limits {
            rooms_per_minute_per_user: 1_000_000,
            codes_per_minute_per_user: 1_000_000,
            sign_ins_per_minute_per_address: 1_000_000,
            ..Limits::default()
        };
        let identity = identity::Identity::new(identity::Known {
            id: identity::facts::id(&store).await.unwrap(),
            join_mode: JoinMode::Invite,
            port: 80,
            hosts: vec!["chat.example.org".to_owned()],
            hotspot_address: Ipv4Addr::new(10, 42, 0, 1),
            wanted: "imbox".to_owned(),
            announced: watch::channel(announced).1,
        });
        let mut core = Core::new(Parts {
            store,
            pace: committed.pace(),
            photos: Photos::new(&blobs, "no pictures here".into(), PhotosLimits::default()),
            blobs,
            system: machine,
            clock: Arc::new(SetClock::default()),
            limits,
            folder: folder.path().to_owned(),
            identity,
            noted: None,
            loopback_only: true,
        });
        core.uploads = concurrency::ConcurrencyLimit::new(8, std::time::Duration::from_millis(1));
        let core = Arc::new(core);
        let code = access::claim::new_claim_code(&core, None).await.unwrap().unwrap();
        let claim = Claim {
            code,
            name: "Owner".to_owned(),
            box_name: None,
            password: Some("correct horse".to_owned()),
            secret: None,
        };
        let done = access::claim::claim_box(&core, LOCALHOST, claim, device()).await.unwrap();
        let owner = access::sign_in::caller(&core, done.token.reveal(), LOCALHOST).await.unwrap();
        core.reauth.note(owner.user, owner.device, std::time::Instant::now());
        Self { _folder: folder, core, committed, owner }
    }

    /// Somebody who joins by an invite of the owner's.
    pub(super) async fn member(&self, name: &str) -> Caller {
        let invite = joining::invites::make(&self.core, &self.owner, plain_invite(&[])).await.unwrap().invite;
        self.come_in(name, Some(invite.code)).await.unwrap()
    }

    pub(super) async fn come_in(&self, name: &str, invite: Option<String>) -> Done<Caller> {
        self.come_in_from(LOCALHOST, name, invite).await
    }

    pub(super) async fn come_in_from(&self, from: IpAddr, name: &str, invite: Option<String>) -> Done<Caller> {
        let join = Join { name: name.to_owned(), invite, returning: false, secret: None };
        let done = joining::join::join(&self.core, from, join, access::in_app::InApp::No, device()).await?;
        access::sign_in::caller(&self.core, done.token.reveal(), from).await
    }

    pub(super) async fn group(&self, by: &Caller, members: &[&Caller]) -> RoomId {
        let members = members.iter().map(|m| m.user.0).collect();
        let new = NewRoom { kind: RoomKind::Group, name: "Group".to_owned(), topic: String::new(), members };
        RoomId(rooms::manage::make(&self.core, by, new).await.unwrap().id)
    }

    pub(super) async fn say(&self, by: &Caller, room: RoomId, client_id: &str, text: &str) -> Done<()> {
        let text = text.to_owned();
        let message =
            wire::NewMessage { client_id: client_id.to_owned(), text, files: Vec::new(), reply_to: None, voice: None };
        rooms::messages::send(&self.core, by, room, message).await?.await.map(|_| ())
    }

    pub(super) async fn hello(&self, caller: &Caller, seen: &[(RoomId, u64)]) -> Done<Vec<Update>> {
        let seen = seen.iter().map(|(room, seq)| Seen { room: room.0, seq: *seq }).collect();
        live::hello::hello(&self.core, caller, 1, seen).await
    }

    /// Shows people what has been committed so far, all of it as one batch.
    pub(super) async fn show(&mut self) {
        let mut batch = Vec::new();
        while let Some(mut committed) = self.committed.try_next() {
            batch.append(&mut committed.changes);
        }
        live::announce::show(&self.core, batch).await;
    }
}

pub(super) const LOCALHOST: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

pub(super) fn device() -> access::sign_in::NewDevice {
    access::sign_in::NewDevice { label: "test".to_owned() }
}

pub(super) fn plain_invite(rooms: &[RoomId]) -> wire::NewInvite {
    let rooms = rooms.iter().map(|r| r.0).collect();
    wire::NewInvite { rooms, expires_in_s: None, max_uses: None, guest: false }
}

pub(super) fn outbox(session: &Session) -> Vec<Item<Update>> {
    let mut items = VecDeque::new();
    let _ = session.outbox.poll_drain(&mut Context::from_waker(Waker::noop()), &mut items);
    items.into()
}

pub(super) fn code_of<T>(done: Done<T>) -> Option<ErrorCode> {
    done.err().map(|refused| refused.code)
}
