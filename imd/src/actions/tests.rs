//! What people must not be able to do to each other, tested on the actions themselves.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use bytes::Bytes;

use super::*;

use crate::chat::{Role, RoomId, Seq, TicketId};
use crate::live::{Item, Weigh};
use crate::store::Change;
use crate::wire::{self, ErrorCode, NewRoom, RoomKind};

mod house;
mod own_wifi;
mod reports;

use house::{House, LOCALHOST, code_of, device, outbox, plain_invite};

/// Were this to fail, one frame of 128 KiB could make the box put gigabytes together and run out of memory.
#[tokio::test]
async fn hello_tells_each_room_once_and_no_more_than_it_can_hold() {
    let house = House::new().await;
    let text = "字".repeat(8_000);
    let mut rooms = Vec::new();
    for _ in 0..3 {
        let room = house.group(&house.owner, &[]).await;
        for n in 0..30 {
            // Written without the rate limit, which is not what is tested here.
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
    let answer = house.hello(&house.owner, &seen).await.unwrap();
    let told = |wanted: RoomId| {
        let mut seqs = Vec::new();
        for update in &answer {
            if let Update::Events { room, events } = update
                && *room == wanted
            {
                seqs.extend(events.iter().map(|e| e.seq.0));
            }
        }
        seqs
    };
    assert_eq!(told(rooms[0]), (1..=32).collect::<Vec<_>>());
    assert_eq!(told(rooms[1]), (1..=32).collect::<Vec<_>>());
    assert_eq!(told(rooms[2]), Vec::<u64>::new());
    assert!(answer.contains(&Update::Gap { room: rooms[2], after: Seq(31), upto: Seq(32) }));
    assert_eq!(answer.last(), Some(&Update::CaughtUp));
}

/// Were this to fail, a stolen phone, or somebody who was removed, could go on reading over a connection opened at the
/// right moment; and a former admin would still be shown join requests.
#[tokio::test]
async fn hello_looks_again_who_is_asking() {
    let mut house = House::new().await;
    let [gone, out, fallen] = [house.member("Gone").await, house.member("Out").await, house.member("Fallen").await];
    house.come_in("Someone", None).await.unwrap();
    let change = |role, status: Option<&str>| wire::ChangeUser { role, status: status.map(str::to_owned) };
    people::directory::change(&house.core, &house.owner, fallen.user, change(Some(wire::Role::Admin), None))
        .await
        .unwrap();
    let fallen = Caller { role: Role::Admin, ..fallen };
    let requests = |answer: &[Update]| match &answer[0] {
        Update::Ready { requests, .. } => requests.len(),
        other => panic!("{other:?}"),
    };
    assert_eq!(requests(&house.hello(&fallen, &[]).await.unwrap()), 1);

    let sessions = [
        live::hello::connect(&house.core, &gone).await.unwrap(),
        live::hello::connect(&house.core, &out).await.unwrap(),
    ];
    access::devices::revoke(&house.core, &gone, gone.device).await.unwrap();
    people::directory::change(&house.core, &house.owner, out.user, change(None, Some("suspended"))).await.unwrap();
    people::directory::change(&house.core, &house.owner, fallen.user, change(Some(wire::Role::Member), None))
        .await
        .unwrap();
    assert_eq!(code_of(house.hello(&gone, &[]).await), Some(ErrorCode::NotSignedIn));
    assert_eq!(code_of(house.hello(&out, &[]).await), Some(ErrorCode::Suspended));
    assert_eq!(requests(&house.hello(&fallen, &[]).await.unwrap()), 0);

    // Those who are connected are disconnected even if whoever decided it did not wait for the answer.
    house.show().await;
    assert!(matches!(outbox(&sessions[0]).last(), Some(Item::Close("signed_out"))));
    assert!(matches!(outbox(&sessions[1]).last(), Some(Item::Close("suspended"))));
}

/// Were this to fail, one person's long messages would make everybody in the room start over.
#[tokio::test]
async fn many_long_messages_in_one_commit_are_several_updates() {
    let mut house = House::new().await;
    let room = house.group(&house.owner, &[]).await;
    house.show().await;
    let session = live::hello::connect(&house.core, &house.owner).await.unwrap();
    let text = "字".repeat(8_000);
    for n in 0..20 {
        house.say(&house.owner, room, &n.to_string(), &text).await.unwrap();
    }
    house.show().await;
    let weight = |item: &Item<Update>| if let Item::Update(update) = item { update.update().weight() } else { 0 };
    let sizes: Vec<usize> = outbox(&session).iter().map(weight).collect();
    assert!(sizes.len() > 5 && sizes.iter().all(|n| (1..100 << 10).contains(n)), "{sizes:?}");
}

/// Were this to fail, somebody who was removed from a room, or from the box, could return by a link they had made
/// before.
#[tokio::test]
async fn an_invite_opens_no_more_than_its_maker_may() {
    let house = House::new().await;
    let ann = house.member("Ann").await;
    let room = house.group(&house.owner, &[&ann]).await;
    let invite = joining::invites::make(&house.core, &ann, plain_invite(&[room])).await.unwrap().invite;
    let friend = house.come_in("Friend", Some(invite.code.clone())).await.unwrap();
    assert!(rooms::manage::get(&house.core, &friend, room).await.is_ok());

    rooms::members::remove(&house.core, &house.owner, room, ann.user).await.unwrap();
    let again = house.come_in("Ann Again", Some(invite.code.clone())).await.unwrap();
    assert_eq!(code_of(rooms::manage::get(&house.core, &again, room).await), Some(ErrorCode::NotFound));

    let out = wire::ChangeUser { role: None, status: Some("suspended".to_owned()) };
    people::directory::change(&house.core, &house.owner, ann.user, out).await.unwrap();
    let refused = house.come_in("Ann Once More", Some(invite.code)).await;
    assert_eq!(code_of(refused), Some(ErrorCode::InviteInvalid));
}

/// Were this to fail, people who gave up asking would fill the list, and nobody else could ask; and an admin's late
/// approval would let in whoever came next.
#[tokio::test]
async fn who_gives_up_asking_is_gone_and_nobody_takes_their_number() {
    let house = House::new().await;
    let first = house.come_in("First", None).await.unwrap();
    access::sign_in::sign_out(&house.core, &first).await.unwrap();
    assert!(joining::join_requests::list(&house.core, &house.owner).await.unwrap().is_empty());
    let second = house.come_in("Second", None).await.unwrap();
    assert_ne!(second.user, first.user);
    let yes = wire::ResolveJoinRequest { approve: true, existing_user: None };
    let late = joining::join_requests::resolve(&house.core, &house.owner, first.user, yes).await;
    assert_eq!(code_of(late), Some(ErrorCode::NotFound));
}

/// Were this to fail, one device could take up all join requests by giving itself one IPv6 address after another.
#[tokio::test]
async fn fresh_addresses_of_one_network_do_not_take_all_the_places() {
    let house = House::new().await;
    let host = |network: u16, host: u16| IpAddr::V6(std::net::Ipv6Addr::new(0xfd00, 0, 0, network, 0, 0, 0, host));
    let waiting = async || joining::join_requests::list(&house.core, &house.owner).await.unwrap();
    let neighbour = house.come_in_from(host(2, 0), "Dong", None).await.unwrap();
    for n in 0..60 {
        house.come_in_from(host(1, n), "Ding", None).await.unwrap();
    }
    assert_eq!(waiting().await.len(), 51, "fifty of the one network");
    // Each IPv4 /24 counts as a network, too; of a hundred in all, the oldest request gives way.
    for (net, hosts) in [(1, 49), (2, 10)] {
        for n in 0..hosts {
            house.come_in_from(IpAddr::V4(Ipv4Addr::new(10, 0, net, n)), "Ding", None).await.unwrap();
        }
    }
    assert_eq!(waiting().await.len(), 100);
    assert!(!waiting().await.iter().any(|request| request.user == neighbour.user.0), "she rings again");
    house.come_in_from(host(2, 0), "Dong", None).await.unwrap();
}

/// Were this to fail, somebody could be added to so many rooms with such long last messages that their `ready` fits
/// into no buffer, and they could not connect any more.
#[tokio::test]
async fn a_list_of_rooms_stays_short_whatever_others_do() {
    let house = House::new().await;
    let ann = house.member("Ann").await;
    let room = house.group(&house.owner, &[&ann]).await;
    house.say(&house.owner, room, "1", &"字".repeat(8_000)).await.unwrap();
    let view = rooms::manage::get(&house.core, &ann, room).await.unwrap();
    let Some(wire::Event { body: wire::EventBody::Message { text, .. }, .. }) = view.last else { panic!("{view:?}") };
    assert_eq!(text, "字".repeat(200));

    let new = |n: usize| NewRoom {
        kind: RoomKind::Group,
        name: format!("Room {n}"),
        topic: String::new(),
        members: vec![ann.user.0],
    };
    // Two owners, so that the limit on rooms stops neither of them.
    let helper = house.member("Helper").await;
    for (maker, rooms) in [(&house.owner, 499), (&helper, 499)] {
        for n in 0..rooms {
            rooms::manage::make(&house.core, maker, new(n)).await.unwrap();
        }
    }
    assert_eq!(code_of(rooms::manage::make(&house.core, &helper, new(0)).await), Some(ErrorCode::LimitReached));
    assert_eq!(rooms::manage::list(&house.core, &ann).await.unwrap().len(), 1_000);
}

/// Were this to fail, a hand-over link could take somebody's sign-in to a site that only looks like the box; or the
/// link of a device that was signed out would cause an internal error instead of a refusal.
#[tokio::test]
async fn hand_over_links_lead_to_the_box_and_die_with_their_device() {
    let house = House::new().await;
    let ann = house.member("Ann").await;
    let link =
        async |url: &str| access::hand_over::hand_over(&house.core, &ann, wire::HandOver { url: url.to_owned() }).await;
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
    access::devices::revoke(&house.core, &ann, ann.device).await.unwrap();
    let code = made.rsplit('/').next().unwrap().to_owned();
    let redeem = wire::RedeemTicket { code, secret: "s".repeat(16) };
    let done = access::tickets::redeem(&house.core, LOCALHOST, redeem, access::in_app::InApp::No, device()).await;
    assert_eq!(code_of(done), Some(ErrorCode::TicketInvalid));
}

/// Were this to fail, a phone whose screen was dark when the other device asked would never be asked.
#[tokio::test]
async fn a_device_that_waits_is_asked_about_again() {
    let house = House::new().await;
    let code = access::tickets::make_own(&house.core, &house.owner).await.unwrap().code.unwrap();
    let redeem = wire::RedeemTicket { code, secret: "s".repeat(16) };
    access::tickets::redeem(&house.core, LOCALHOST, redeem, access::in_app::InApp::No, device()).await.unwrap();
    let answer = house.hello(&house.owner, &[]).await.unwrap();
    let Some(Update::SignIn(ticket)) = answer.last() else { panic!("{answer:?}") };
    access::tickets::answer(&house.core, &house.owner, TicketId(ticket.id), access::tickets::Decision::Confirm)
        .await
        .unwrap();
    assert_eq!(house.hello(&house.owner, &[]).await.unwrap().last(), Some(&Update::CaughtUp));
}

/// Were this to fail, somebody who sends nothing but slow uploads could keep everybody from sending files.
#[tokio::test]
async fn who_uploads_leaves_room_for_others() {
    let house = House::new().await;
    let ann = house.member("Ann").await;
    let room = RoomId(1);
    let upload = |by: &Caller| {
        let (core, by) = (Arc::clone(&house.core), *by);
        async move {
            let nothing = futures_util::stream::pending::<Result<Bytes, std::io::Error>>();
            files::transfer::upload(&core, &by, room, "slow", None, nothing).await
        }
    };
    // Each takes its permit when it is first polled, and holds it until it is dropped.
    let mut slow: Vec<_> = (0..8).map(|_| Box::pin(upload(&ann))).collect();
    while house.core.uploads.take(ann.user).is_some() {
        for one in &mut slow {
            assert!(futures_util::FutureExt::now_or_never(one).is_none());
        }
        tokio::task::yield_now().await;
    }
    assert_eq!(code_of(upload(&ann).await), Some(ErrorCode::TooManyUploads));
    assert!(house.core.uploads.take(house.owner.user).is_some());
}

/// Were this to fail, everybody would get a frame for everybody else when a whole building joins at once: hundreds of
/// thousands in a second, and the chat would stand still.
#[tokio::test]
async fn people_who_come_in_together_are_told_together() {
    let mut house = House::new().await;
    let watcher = live::hello::connect(&house.core, &house.owner).await.unwrap();
    // By an invite for any number of people, because nobody may create 150 invites at once.
    let invite = joining::invites::make(&house.core, &house.owner, plain_invite(&[])).await.unwrap().invite;
    for n in 0..150 {
        house.come_in(&format!("Newcomer {n}"), Some(invite.code.clone())).await.unwrap();
    }
    // The events of the owner joining, and of all others.
    let mut batch = Vec::new();
    while batch.iter().filter(|change| matches!(change, Change::UserChanged(_))).count() < 151 {
        batch.append(&mut house.committed.next().await.unwrap().changes);
    }
    live::announce::show(&house.core, batch).await;
    let updates = outbox(&watcher);
    let told = |item: &Item<Update>| match item {
        Item::Update(update) => match update.update() {
            Update::People(people) => people.len(),
            _ => 0,
        },
        _ => 0,
    };
    assert_eq!(updates.iter().map(told).sum::<usize>(), 151, "everyone is told of");
    assert!(updates.len() <= 5, "{} updates", updates.len());
}
