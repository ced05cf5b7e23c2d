//! What people must not be able to do to each other, tried on the actions themselves.

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::task::{Context, Waker};

use bytes::Bytes;
use tokio::sync::watch;

use super::*;
use crate::chat::{JoinMode, RoomId, TicketId};
use crate::clock::SetClock;
use crate::config::Limits;
use crate::discovery::Announced;
use crate::files::{BlobLimits, Blobs, Photos, PhotosLimits};
use crate::live::{Hub, Item, Session};
use crate::store::{Change, Options, Store};
use crate::system::{Fake, Pace};
use crate::wire::{self, Claim, Join, NewRoom, RoomKind, Seen, ServerFrame};

mod own_wifi;
mod reports;

/// A box in a folder of its own. Nothing is shown to anyone but by [`House::show`].
struct House {
    _folder: tempfile::TempDir,
    core: Arc<Core>,
    changes: tokio::sync::mpsc::Receiver<Vec<Change>>,
    owner: Caller,
}

impl House {
    async fn new() -> Self {
        Self::on(Arc::new(Fake::new(Pace::default(), tokio::time::Instant::now()))).await
    }

    /// On a machine that the test has its hands on.
    async fn on(machine: Arc<Fake>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options { path: folder.path().join("imd.db"), readers: 2, queue: 64 };
        let (store, changes) = Store::open(&options).unwrap();
        let blobs = Blobs::open(folder.path(), BlobLimits { reserve_bytes: 0, ..BlobLimits::default() }).unwrap();
        let announced =
            Announced { host_label: None, host_name: None, serial_name: String::new(), addresses: Vec::new() };
        // Nobody here is to meet a rate.
        let limits = Limits {
            rooms_per_minute_per_user: 1_000_000,
            codes_per_minute_per_user: 1_000_000,
            sign_ins_per_minute_per_address: 1_000_000,
            ..Limits::default()
        };
        let core = Arc::new(Core {
            box_id: box_info::id(&store).await.unwrap(),
            store,
            hub: Hub::default(),
            photos: Photos::new(&blobs, PhotosLimits::default()),
            blobs,
            place: files_place::Desk::new(folder.path()),
            deadlines: Deadlines::new(&SetClock::default(), None),
            clock: Arc::new(SetClock::default()),
            probe: Default::default(),
            rates: Rates::new(&limits),
            passwords: Passwords::new(1),
            uploads: AtOnce::uploads(),
            turns: Turns::default(),
            limits,
            join_mode: JoinMode::Invite,
            port: 80,
            hosts: vec!["chat.example.org".to_owned()],
            hotspot_address: Ipv4Addr::new(10, 42, 0, 1),
            wanted: watch::channel("imbox".to_owned()).0,
            announced: watch::channel(announced).1,
            box_name: watch::channel(None).0,
            claimed: watch::channel(false).0,
            reclaim: Reclaim::default(),
            fresh: FreshPasswords::new(std::time::Duration::from_secs(600)),
            machine: Machine::new(machine, folder.path()),
            folder: folder.path().to_owned(),
            backups: backup::make::Shelf::new(folder.path().join("backups")),
            restoring: Arc::default(),
            move_out: moving::MoveOuts::new(folder.path().join("moving")),
            move_in: moving::MoveIns::new(folder.path().join("incoming-move")),
            loopback_alone: true,
            restart: watch::channel(false).0,
            last_patrol: patrol::Last::default(),
            last_health: health::Last::default(),
        });
        let code = claim_box::new_claim_code(&core, None).await.unwrap().unwrap();
        let claim = Claim {
            code,
            name: "Owner".to_owned(),
            box_name: None,
            password: Some("correct horse".to_owned()),
            secret: None,
        };
        let done = claim_box::claim_box(&core, LOCALHOST, claim, device()).await.unwrap();
        let owner = sign_in::caller(&core, done.token.reveal(), LOCALHOST).await.unwrap();
        core.fresh.note(owner.user, owner.device, std::time::Instant::now());
        Self { _folder: folder, core, changes, owner }
    }

    /// Someone who comes in by an invite of the owner's.
    async fn member(&self, name: &str) -> Caller {
        let invite = invites::make(&self.core, &self.owner, plain_invite(&[])).await.unwrap().invite;
        self.come_in(name, Some(invite.code)).await.unwrap()
    }

    async fn come_in(&self, name: &str, invite: Option<String>) -> Done<Caller> {
        self.come_in_from(LOCALHOST, name, invite).await
    }

    async fn come_in_from(&self, from: IpAddr, name: &str, invite: Option<String>) -> Done<Caller> {
        let join = Join { name: name.to_owned(), invite, returning: false, secret: None };
        let done = join::join(&self.core, from, join, box_info::InApp::No, device()).await?;
        sign_in::caller(&self.core, done.token.reveal(), from).await
    }

    async fn group(&self, by: &Caller, members: &[&Caller]) -> RoomId {
        let members = members.iter().map(|m| m.user.0).collect();
        let new = NewRoom { kind: RoomKind::Group, name: "Group".to_owned(), topic: String::new(), members };
        RoomId(rooms::make(&self.core, by, new).await.unwrap().id)
    }

    async fn say(&self, by: &Caller, room: RoomId, client_id: &str, text: &str) -> Done<()> {
        let text = text.to_owned();
        let message = wire::NewMessage { client_id: client_id.to_owned(), text, files: Vec::new(), reply_to: None };
        messages::send(&self.core, by, room, message).await?.await.map(|_| ())
    }

    async fn hello(&self, caller: &Caller, seen: &[(RoomId, u64)]) -> Done<Vec<ServerFrame>> {
        let seen = seen.iter().map(|(room, seq)| Seen { room: room.0, seq: *seq }).collect();
        Ok(hello::hello(&self.core, caller, 1, seen).await?.iter().map(parse).collect())
    }

    /// Shows what has been committed so far, all of it as one batch.
    async fn show(&mut self) {
        let mut batch = Vec::new();
        while let Ok(mut changes) = self.changes.try_recv() {
            batch.append(&mut changes);
        }
        announce::show(&self.core, batch).await;
    }
}

const LOCALHOST: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

fn device() -> sign_in::NewDevice {
    sign_in::NewDevice { label: "test".to_owned() }
}

fn plain_invite(rooms: &[RoomId]) -> wire::NewInvite {
    let rooms = rooms.iter().map(|r| r.0).collect();
    wire::NewInvite { rooms, expires_in_s: None, max_uses: None, guest: false }
}

fn parse(frame: &Bytes) -> ServerFrame {
    serde_json::from_slice(frame).unwrap()
}

fn outbox(session: &Session) -> Vec<Item> {
    let mut items = VecDeque::new();
    let _ = session.outbox.poll_drain(&mut Context::from_waker(Waker::noop()), &mut items);
    items.into()
}

fn code_of<T>(done: Done<T>) -> Option<ErrorCode> {
    done.err().map(|refused| refused.code)
}

/// One frame of 64 KiB could make the box put gigabytes together, and run out of memory.
#[tokio::test]
async fn hello_tells_each_room_once_and_no_more_than_it_can_hold() {
    let house = House::new().await;
    let text = "字".repeat(8_000);
    let mut rooms = Vec::new();
    for _ in 0..3 {
        let room = house.group(&house.owner, &[]).await;
        for n in 0..30 {
            // Written past the rate limit: it is not what is tried here.
            let message =
                crate::chat::NewMessage::check(format!("{room}-{n}"), text.clone(), Vec::new(), None).unwrap();
            let owner = &house.owner;
            let answer = house.core.store.append_message(room, owner.user, owner.device, message, 0).await.unwrap();
            answer.await.unwrap().unwrap();
        }
        rooms.push(room);
    }
    let mut seen: Vec<(RoomId, u64)> = std::iter::repeat_n((rooms[0], 0), 1_000).collect();
    seen.extend([(rooms[1], 0), (rooms[2], 31)]);
    let frames = house.hello(&house.owner, &seen).await.unwrap();
    let told = |wanted: RoomId| {
        let mut seqs = Vec::new();
        for frame in &frames {
            if let ServerFrame::Events { room, events } = frame
                && *room == wanted.0
            {
                seqs.extend(events.iter().map(|e| e.seq));
            }
        }
        seqs
    };
    assert_eq!(told(rooms[0]), (1..=32).collect::<Vec<_>>());
    assert_eq!(told(rooms[1]), (1..=32).collect::<Vec<_>>());
    assert_eq!(told(rooms[2]), Vec::<u64>::new());
    assert!(frames.contains(&ServerFrame::Gap { room: rooms[2].0, after: 31, upto: 32 }));
    assert_eq!(frames.last(), Some(&ServerFrame::CaughtUp {}));
}

/// A stolen phone, or someone thrown out, would go on reading over a connection opened at the right moment; a former
/// admin would still be shown who asks to be let in.
#[tokio::test]
async fn hello_looks_again_who_is_asking() {
    let mut house = House::new().await;
    let [gone, out, fallen] = [house.member("Gone").await, house.member("Out").await, house.member("Fallen").await];
    house.come_in("Someone", None).await.unwrap();
    let change = |role, status: Option<&str>| wire::ChangeUser { role, status: status.map(str::to_owned) };
    people::change(&house.core, &house.owner, fallen.user, change(Some(wire::Role::Admin), None)).await.unwrap();
    let fallen = Caller { role: Role::Admin, ..fallen };
    let requests = |frames: &[ServerFrame]| match &frames[0] {
        ServerFrame::Ready { requests, .. } => requests.len(),
        other => panic!("{other:?}"),
    };
    assert_eq!(requests(&house.hello(&fallen, &[]).await.unwrap()), 1);

    let sessions =
        [hello::connect(&house.core, &gone).await.unwrap(), hello::connect(&house.core, &out).await.unwrap()];
    devices::revoke(&house.core, &gone, gone.device).await.unwrap();
    people::change(&house.core, &house.owner, out.user, change(None, Some("suspended"))).await.unwrap();
    people::change(&house.core, &house.owner, fallen.user, change(Some(wire::Role::Member), None)).await.unwrap();
    assert_eq!(code_of(house.hello(&gone, &[]).await), Some(ErrorCode::NotSignedIn));
    assert_eq!(code_of(house.hello(&out, &[]).await), Some(ErrorCode::Suspended));
    assert_eq!(requests(&house.hello(&fallen, &[]).await.unwrap()), 0);

    // Those who are connected are sent away even if whoever decided it did not wait for the answer.
    house.show().await;
    assert_eq!(outbox(&sessions[0]).last(), Some(&Item::Close("signed_out")));
    assert_eq!(outbox(&sessions[1]).last(), Some(&Item::Close("suspended")));
}

/// One person's long messages would make everybody in the room start over.
#[tokio::test]
async fn many_long_messages_in_one_commit_are_several_frames() {
    let mut house = House::new().await;
    let room = house.group(&house.owner, &[]).await;
    house.show().await;
    let session = hello::connect(&house.core, &house.owner).await.unwrap();
    let text = "字".repeat(8_000);
    for n in 0..20 {
        house.say(&house.owner, room, &n.to_string(), &text).await.unwrap();
    }
    house.show().await;
    let frames = outbox(&session);
    let sizes: Vec<usize> = frames.iter().map(|f| if let Item::Frame(f) = f { f.len() } else { 0 }).collect();
    assert!(sizes.len() > 5 && sizes.iter().all(|n| (1..100 << 10).contains(n)), "{sizes:?}");
}

/// Someone who was put out of a room, or of the box, would walk back in by a link they had made before.
#[tokio::test]
async fn an_invite_opens_no_more_than_its_maker_may() {
    let house = House::new().await;
    let ann = house.member("Ann").await;
    let room = house.group(&house.owner, &[&ann]).await;
    let invite = invites::make(&house.core, &ann, plain_invite(&[room])).await.unwrap().invite;
    let friend = house.come_in("Friend", Some(invite.code.clone())).await.unwrap();
    assert!(rooms::get(&house.core, &friend, room).await.is_ok());

    members::remove(&house.core, &house.owner, room, ann.user).await.unwrap();
    let again = house.come_in("Ann Again", Some(invite.code.clone())).await.unwrap();
    assert_eq!(code_of(rooms::get(&house.core, &again, room).await), Some(ErrorCode::NotFound));

    let out = wire::ChangeUser { role: None, status: Some("suspended".to_owned()) };
    people::change(&house.core, &house.owner, ann.user, out).await.unwrap();
    let refused = house.come_in("Ann Once More", Some(invite.code)).await;
    assert_eq!(code_of(refused), Some(ErrorCode::InviteInvalid));
}

/// People who gave up asking would fill the waiting list, and nobody else could ask; and an admin's belated yes would
/// let in whoever came next.
#[tokio::test]
async fn who_gives_up_asking_is_gone_and_nobody_takes_their_number() {
    let house = House::new().await;
    let first = house.come_in("First", None).await.unwrap();
    sign_in::sign_out(&house.core, &first).await.unwrap();
    assert!(requests::list(&house.core, &house.owner).await.unwrap().is_empty());
    let second = house.come_in("Second", None).await.unwrap();
    assert_ne!(second.user, first.user);
    let yes = wire::ResolveJoinRequest { approve: true, existing_user: None };
    let late = requests::resolve(&house.core, &house.owner, first.user, yes).await;
    assert_eq!(code_of(late), Some(ErrorCode::NotFound));
}

/// One device could take every place at the door by giving itself one IPv6 address after another.
#[tokio::test]
async fn fresh_addresses_of_one_network_do_not_take_all_the_places() {
    let house = House::new().await;
    let host = |network: u16, host: u16| IpAddr::V6(std::net::Ipv6Addr::new(0xfd00, 0, 0, network, 0, 0, 0, host));
    for n in 0..50 {
        house.come_in_from(host(1, n), "Ding", None).await.unwrap();
    }
    assert_eq!(code_of(house.come_in_from(host(1, 50), "Ding", None).await), Some(ErrorCode::LimitReached));
    house.come_in_from(host(2, 0), "Dong", None).await.unwrap();
    // All of IPv4 is no network.
    for n in 0..49 {
        house.come_in_from(IpAddr::V4(Ipv4Addr::new(10, 0, 0, n)), "Ding", None).await.unwrap();
    }
    assert_eq!(code_of(house.come_in_from(host(3, 0), "Dong", None).await), Some(ErrorCode::LimitReached));
}

/// Someone could be taken into so many rooms with such long last words that their `ready` fits into no buffer, and
/// they could not connect any more.
#[tokio::test]
async fn a_list_of_rooms_stays_short_whatever_others_do() {
    let house = House::new().await;
    let ann = house.member("Ann").await;
    let room = house.group(&house.owner, &[&ann]).await;
    house.say(&house.owner, room, "1", &"字".repeat(8_000)).await.unwrap();
    let view = rooms::get(&house.core, &ann, room).await.unwrap();
    let Some(wire::Event { body: wire::EventBody::Message { text, .. }, .. }) = view.last else { panic!("{view:?}") };
    assert_eq!(text, "字".repeat(200));

    let new = |n: usize| NewRoom {
        kind: RoomKind::Group,
        name: format!("Room {n}"),
        topic: String::new(),
        members: vec![ann.user.0],
    };
    // Two owners, so that neither is stopped by the rooms they make themselves.
    let helper = house.member("Helper").await;
    for (maker, rooms) in [(&house.owner, 499), (&helper, 499)] {
        for n in 0..rooms {
            rooms::make(&house.core, maker, new(n)).await.unwrap();
        }
    }
    assert_eq!(code_of(rooms::make(&house.core, &helper, new(0)).await), Some(ErrorCode::LimitReached));
    assert_eq!(rooms::list(&house.core, &ann).await.unwrap().len(), 1_000);
}

/// A hand-over link would take someone's sign-in to a site that only looks like the box; or a link of a device that
/// was signed out would be an error inside instead of a plain no.
#[tokio::test]
async fn hand_over_links_lead_to_the_box_and_die_with_their_device() {
    let house = House::new().await;
    let ann = house.member("Ann").await;
    let link = async |url: &str| hand_over::hand_over(&house.core, &ann, wire::HandOver { url: url.to_owned() }).await;
    for bad in [
        "http://evil.example",
        "http://chat.example.org:80@evil.example",
        "http://chat.example.org.evil.example",
        "http://chat.example.org:",
        "http://chat.example.org:80/../x",
        "https://chat.example.org",
    ] {
        assert_eq!(code_of(link(bad).await), Some(ErrorCode::HostNotAllowed), "{bad}");
    }
    link("http://chat.example.org:8080").await.unwrap();
    let made = link("http://chat.example.org/").await.unwrap().link;
    devices::revoke(&house.core, &ann, ann.device).await.unwrap();
    let code = made.rsplit('/').next().unwrap().to_owned();
    let redeem = wire::RedeemTicket { code, secret: "s".repeat(16) };
    let done = tickets::redeem(&house.core, LOCALHOST, redeem, box_info::InApp::No, device()).await;
    assert_eq!(code_of(done), Some(ErrorCode::TicketInvalid));
}

/// A phone whose screen was dark when the other device asked would never be asked.
#[tokio::test]
async fn a_device_that_waits_is_asked_about_again() {
    let house = House::new().await;
    let code = tickets::make_own(&house.core, &house.owner).await.unwrap().code.unwrap();
    let redeem = wire::RedeemTicket { code, secret: "s".repeat(16) };
    tickets::redeem(&house.core, LOCALHOST, redeem, box_info::InApp::No, device()).await.unwrap();
    let frames = house.hello(&house.owner, &[]).await.unwrap();
    let Some(ServerFrame::SignIn { ticket }) = frames.last() else { panic!("{frames:?}") };
    tickets::answer(&house.core, &house.owner, TicketId(ticket.id), tickets::Answer::Confirm).await.unwrap();
    assert_eq!(house.hello(&house.owner, &[]).await.unwrap().last(), Some(&ServerFrame::CaughtUp {}));
}

/// Someone who sends nothing but slow uploads could keep everybody from sending files.
#[tokio::test]
async fn who_uploads_leaves_room_for_others() {
    let house = House::new().await;
    let ann = house.member("Ann").await;
    let room = RoomId(1);
    let upload = |by: &Caller| {
        let (core, by) = (Arc::clone(&house.core), *by);
        async move {
            let nothing = futures_util::stream::pending::<Result<Bytes, std::io::Error>>();
            files::upload(&core, &by, room, "slow", None, nothing).await
        }
    };
    // Each holds its place from when it is first looked at until it is dropped.
    let mut slow: Vec<_> = (0..8).map(|_| Box::pin(upload(&ann))).collect();
    while house.core.uploads.take(ann.user).is_some() {
        for one in &mut slow {
            assert!(futures_util::FutureExt::now_or_never(one).is_none());
        }
        tokio::task::yield_now().await;
    }
    assert_eq!(code_of(upload(&ann).await), Some(ErrorCode::Busy));
    assert!(house.core.uploads.take(house.owner.user).is_some());
}

/// When a whole building comes in at once, each would get a frame for each: hundreds of thousands in a second, and chat
/// would stand still meanwhile.
#[tokio::test]
async fn people_who_come_in_together_are_told_together() {
    let mut house = House::new().await;
    let watcher = hello::connect(&house.core, &house.owner).await.unwrap();
    // By the poster's invite: nobody may make 150 at once.
    let invite = invites::make(&house.core, &house.owner, plain_invite(&[])).await.unwrap().invite;
    for n in 0..150 {
        house.come_in(&format!("Newcomer {n}"), Some(invite.code.clone())).await.unwrap();
    }
    // The owner's own arrival, and theirs.
    let mut batch = Vec::new();
    while batch.iter().filter(|change| matches!(change, Change::UserChanged(_))).count() < 151 {
        batch.append(&mut house.changes.recv().await.unwrap());
    }
    announce::show(&house.core, batch).await;
    let frames: Vec<ServerFrame> = outbox(&watcher)
        .iter()
        .filter_map(|item| match item {
            Item::Frame(frame) => Some(parse(frame)),
            _ => None,
        })
        .collect();
    let told = |frame: &ServerFrame| match frame {
        ServerFrame::Users { users } => users.len(),
        ServerFrame::User { .. } => 1,
        _ => 0,
    };
    assert_eq!(frames.iter().map(told).sum::<usize>(), 151, "everyone is told of");
    assert!(frames.len() <= 5, "{} frames", frames.len());
}
