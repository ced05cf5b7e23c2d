//! Coming back after a while, being too slow, and the box going down. Were these to fail, somebody's history would have
//! a hole that nothing shows.

use std::time::Duration;

use imd::wire::{EventBody, ServerFrame};
use serde_json::json;

use crate::house::{House, until};
use crate::line::Line;

#[tokio::test]
async fn who_comes_back_gets_exactly_what_they_missed() {
    let (house, _, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let other = alice.make_room("group", "Garden", &[&bob]).await;
    let mut line = alice.live().await;
    let have = line.say(hall, "last thing heard").await;
    drop(line);
    for n in 0..5 {
        bob.say(hall, &format!("h{n}"), &format!("missed {n}")).await;
        bob.say(other.id, &format!("o{n}"), "elsewhere").await;
    }
    let welcome = alice.connect().await.hello(&[(hall, have)]).await;
    assert_eq!((welcome.me.user.id, welcome.me.device), (alice.id, alice.device));
    let seqs: Vec<_> = welcome.events.iter().map(|(room, event)| (*room, event.seq)).collect();
    assert_eq!(seqs, (1..=5).map(|n| (hall, have + n)).collect::<Vec<_>>());
    assert!(welcome.gaps.is_empty());
    let garden = welcome.rooms.iter().find(|room| room.id == other.id).unwrap();
    assert_eq!((garden.unread, garden.last_seq), (5, other.last_seq + 5), "not asked for, but counted");
    let again = alice.connect().await.hello(&[(hall, have + 5), (other.id, other.last_seq + 5)]).await;
    assert!(again.events.is_empty() && again.gaps.is_empty(), "nothing missed, nothing sent");
    house.stop().await;
}

#[tokio::test]
async fn after_a_long_time_the_first_200_come_and_paging_fills_the_rest() {
    const MISSED: u64 = 450;
    let (house, _, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let have = alice.room(hall).await.last_seq;
    let mut bobs = bob.live().await;
    for n in 0..MISSED {
        bobs.tell(&json!({"t": "send", "client_id": n.to_string(), "room": hall, "text": n.to_string()})).await;
    }
    for n in 0..MISSED {
        bobs.acked(&n.to_string()).await;
    }
    let welcome = alice.connect().await.hello(&[(hall, have)]).await;
    let mut got: Vec<_> = welcome.events.into_iter().map(|(_, event)| event).collect();
    assert_eq!(got.len(), 200);
    assert_eq!(welcome.gaps, [(hall, have + 200, have + MISSED)]);
    let (_, mut after, upto) = welcome.gaps[0];
    while after < upto {
        let page = alice.events(hall, &format!("after={after}&limit=200")).await;
        after = page.events.last().unwrap().seq;
        got.extend(page.events);
    }
    let texts: Vec<_> = got
        .iter()
        .map(|event| match &event.body {
            EventBody::Message { text, .. } => (event.seq, text.clone()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(texts, (0..MISSED).map(|n| (have + 1 + n, n.to_string())).collect::<Vec<_>>());
    // Backwards too, as a reader scrolls up.
    let mut before = upto + 1;
    let mut backwards = Vec::new();
    while before > have + 1 {
        let page = alice.events(hall, &format!("before={before}&limit=90")).await;
        before = page.events[0].seq;
        backwards.splice(0..0, page.events);
    }
    assert!(backwards.ends_with(&got));
    house.stop().await;
}

#[tokio::test]
async fn who_reads_too_slowly_is_told_so_loses_nothing_and_holds_up_nobody() {
    const SAID: usize = 640;
    let (house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let bearer = format!("Bearer {}", alice.token);
    let mut slow = Line::open_narrow(&house.door, &[("authorization", &bearer)]).await.unwrap();
    slow.hello(&[]).await;
    let mut have = alice.room(hall).await.last_seq;
    let (mut bobs, mut quick) = (bob.live().await, owner.live().await);
    let long = "字".repeat(8_000);
    for batch in 0..SAID / 16 {
        for n in 0..16 {
            let client_id = format!("{batch}-{n}");
            bobs.tell(&json!({"t": "send", "client_id": client_id, "room": hall, "text": long})).await;
        }
        for n in 0..16 {
            bobs.acked(&format!("{batch}-{n}")).await;
            assert_eq!(quick.hear(hall).await.len(), long.len());
            bobs.hear(hall).await;
        }
    }
    let end = have + SAID as u64;
    // Now she reads, as PROTOCOL.md says.
    slow.take("that she was too slow", |frame| matches!(frame, ServerFrame::Resync {}).then_some(())).await;
    for frame in slow.kept() {
        if let ServerFrame::Events { events, .. } = frame
            && events[0].seq == have + 1
        {
            have += 1;
        }
    }
    assert!(have < end, "or she was not too slow");
    while have < end {
        let welcome = slow.hello(&[(hall, have)]).await;
        for (_, event) in &welcome.events {
            assert_eq!(event.seq, have + 1);
            have = event.seq;
        }
        assert_eq!(welcome.gaps.is_empty(), have == end);
    }
    bobs.say(hall, "live again").await;
    let told = slow.take("the next message", |frame| match frame {
        ServerFrame::Events { events, .. } if events[0].seq == end + 1 => Some(events[0].body.clone()),
        _ => None,
    });
    assert!(matches!(told.await, EventBody::Message { text, .. } if text == "live again"));
    house.stop().await;
}

#[tokio::test]
async fn a_box_that_goes_down_says_so_and_keeps_what_it_acknowledged() {
    let (mut house, _, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let (mut alices, mut bobs) = (alice.live().await, bob.live().await);
    for n in 0..50 {
        alices.tell(&json!({"t": "send", "client_id": n.to_string(), "room": hall, "text": n.to_string()})).await;
    }
    alices.acked("0").await;
    let (_, alices_end, bobs_end) = tokio::join!(house.restart(), alices.ended(), bobs.ended());
    for end in [alices_end, bobs_end] {
        assert_eq!(end, (Some("restart".to_owned()), Some(1001)));
    }
    let acked = alices.kept().iter().filter(|frame| matches!(frame, ServerFrame::Ack { .. })).count() + 1;
    let mut line = alice.live().await;
    let mut seqs = Vec::new();
    for n in 0..50 {
        line.tell(&json!({"t": "send", "client_id": n.to_string(), "room": hall, "text": n.to_string()})).await;
        seqs.push(line.acked(&n.to_string()).await);
    }
    assert!(seqs.is_sorted(), "those of before, and after them those that were not");
    assert!(acked >= 1 && bob.room(hall).await.unread == 50);
    house.stop().await;
}

#[tokio::test]
async fn nobody_holds_up_a_box_that_goes_down() {
    let (house, _, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    // Someone who does not read, someone who connected and says nothing, an upload that stands still.
    let bearer = format!("Bearer {}", alice.token);
    let mut stuck = Line::open_narrow(&house.door, &[("authorization", &bearer)]).await.unwrap();
    stuck.hello(&[]).await;
    let idle = tokio::net::TcpStream::connect(house.door.address()).await.unwrap();
    let mut bobs = bob.live().await;
    let long = "字".repeat(8_000);
    for n in 0..256 {
        bobs.tell(&json!({"t": "send", "client_id": n.to_string(), "room": hall, "text": long})).await;
        bobs.acked(&n.to_string()).await;
    }
    let (pieces, body) = tokio::sync::mpsc::channel::<Result<Vec<u8>, std::io::Error>>(1);
    let body = futures_util::stream::unfold(body, async |mut body| body.recv().await.map(|piece| (piece, body)));
    let path = format!("/api/v1/rooms/{hall}/files?name=a");
    let upload = bob.request(reqwest::Method::POST, &path).body(reqwest::Body::wrap_stream(body));
    let upload = tokio::spawn(upload.timeout(Duration::from_secs(60)).send());
    pieces.send(Ok(vec![0; 1 << 20])).await.unwrap();
    let incoming = house.folder().join("incoming");
    until("the upload is under way", || std::fs::read_dir(&incoming).unwrap().next().is_some()).await;
    house.stop_before((stuck, idle, bobs, pieces)).await;
    assert!(!matches!(upload.await.unwrap(), Ok(answer) if answer.status() == 201));
}
