//! Talking live. Were these to fail, messages would be lost, doubled, out of order, or come to the wrong people.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use imd::wire::{ErrorCode, EventBody, File, SendReceipt};
use serde_json::json;

use crate::house::House;

#[tokio::test]
async fn two_people_talk_both_ways() {
    let (house, _, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let (mut alices, mut bobs) = (alice.live().await, bob.live().await);
    let first = alices.say(hall, "Is the lift working?").await;
    let second = bobs.say(hall, "它又坏了 🙂").await;
    assert_eq!(second, first + 1);
    for line in [&mut alices, &mut bobs] {
        let question = line.event(hall).await;
        assert_eq!((question.seq, question.sender), (first, alice.id));
        let answer = line.event(hall).await;
        assert_eq!((answer.seq, answer.sender, answer.at), (second, bob.id, crate::house::BEGINNING));
        let client_id = Some("line-1".to_owned());
        let text = "它又坏了 🙂".into();
        let (files, mentions, reactions) = (vec![], vec![], vec![]);
        let (reply_to, as_of, edited_at, voice) = (None, None, None, None);
        let said =
            EventBody::Message { text, files, reply_to, client_id, mentions, as_of, edited_at, reactions, voice };
        assert_eq!(answer.body, said);
    }
    house.stop().await;
}

#[tokio::test]
async fn a_message_comes_to_every_device_and_to_nobody_outside_the_room() {
    let (house, owner, alice, bob) = House::with_two().await;
    let room = alice.make_room("group", "Garden", &[&bob]).await;
    let mut inside = [bob.live().await, bob.live().await, alice.live().await];
    let mut outside = owner.live().await;
    alice.say(room.id, "1", "only here").await;
    for line in &mut inside {
        assert_eq!(line.hear(room.id).await, "only here");
    }
    let hall = house.hall(&alice).await;
    alice.say(hall, "2", "to all").await;
    assert_eq!(outside.hear(hall).await, "to all");
    let heard =
        outside.kept().iter().any(|f| matches!(f, imd::wire::ServerFrame::Events { room: r, .. } if *r == room.id));
    assert!(!heard, "{:?}", outside.kept());
    house.stop().await;
}

#[tokio::test]
async fn one_connections_messages_stay_in_their_order() {
    let (house, _, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let (mut alices, mut bobs) = (alice.live().await, bob.live().await);
    // Over the number that may wait for the disk, none waits for the one before.
    for n in 0..200 {
        alices.tell(&json!({"t": "send", "client_id": n.to_string(), "room": hall, "text": n.to_string()})).await;
    }
    let mut last = 0;
    for n in 0..200 {
        let seq = alices.acked(&n.to_string()).await;
        assert!(seq > last, "{n} came after {last}");
        last = seq;
        assert_eq!(bobs.hear(hall).await, n.to_string());
    }
    house.stop().await;
}

#[tokio::test]
async fn many_who_talk_at_once_leave_no_gap() {
    const EACH: usize = 40;
    let (house, owner, alice, _) = House::with_two().await;
    let hall = house.hall(&owner).await;
    let mut people = vec![owner];
    for n in 0..7 {
        people.push(house.member(&alice, &format!("Neighbour {n}")).await);
    }
    let mut listener = alice.live().await;
    let before = alice.room(hall).await.last_seq;
    let talk = people.iter().map(async |person| {
        let mut line = person.live().await;
        for n in 0..EACH {
            // Half by one way, half by the other.
            if n % 2 == 0 {
                line.say(hall, "by the line").await;
            } else {
                person.say(hall, &format!("rest-{n}"), "by request").await;
            }
        }
    });
    join_all(talk).await;
    let said = people.len() * EACH;
    for expected in before + 1..=before + said as u64 {
        assert_eq!(listener.event(hall).await.seq, expected, "live");
    }
    let mut seqs = BTreeSet::new();
    let mut after = 0;
    loop {
        let page = alice.events(hall, &format!("after={after}&limit=200")).await;
        let Some(last) = page.events.last() else { break };
        after = last.seq;
        assert!(page.events.iter().all(|event| seqs.insert(event.seq)), "none twice");
    }
    assert!(seqs.iter().copied().eq(1..=before + said as u64), "stored");
    house.stop().await;
}

#[tokio::test]
async fn a_message_is_as_long_as_is_said_and_no_longer() {
    let (house, _, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let (mut alices, mut bobs) = (alice.live().await, bob.live().await);
    for character in ["x", "字", "🙂"] {
        let most = character.repeat(8_000);
        alices.say(hall, &most).await;
        assert_eq!(bobs.hear(hall).await, most);
        let over = json!({"client_id": "over", "text": character.repeat(8_001)});
        alice.message(hall, &over).await.refused(ErrorCode::TextTooLong);
        alices.tell(&json!({"t": "send", "client_id": "over", "room": hall, "text": character.repeat(8_001)})).await;
        assert_eq!(alices.answer("over").await, Err(ErrorCode::TextTooLong));
    }
    // Clients that spell everything in ASCII take twelve bytes for each.
    let escaped = "\\ud83d\\ude42".repeat(8_000);
    let body = format!("{{\"client_id\":\"escaped\",\"text\":\"{escaped}\"}}");
    let request = alice.request(reqwest::Method::POST, &format!("/api/v1/rooms/{hall}/messages"));
    crate::door::Reply::of(request.header("content-type", "application/json").body(body)).await.done();
    assert_eq!(bobs.hear(hall).await, "🙂".repeat(8_000));
    let frame = format!("{{\"t\":\"send\",\"client_id\":\"framed\",\"room\":{hall},\"text\":\"{escaped}\"}}");
    alices.tell_raw(tokio_tungstenite::tungstenite::Message::text(frame)).await;
    alices.acked("framed").await;
    for nothing in ["", "  \n\t ", "\u{0}\u{7}", "\u{200b}"] {
        alice.message(hall, &json!({"client_id": "e", "text": nothing})).await.refused(ErrorCode::MessageEmpty);
    }
    for client_id in ["", &"x".repeat(65), "a\nb"] {
        alice.message(hall, &json!({"client_id": client_id, "text": "x"})).await.refused(ErrorCode::BadRequest);
    }
    alice.message(hall, &json!({"client_id": "x".repeat(64), "text": "fits"})).await.done();
    house.stop().await;
}

#[tokio::test]
async fn a_message_carries_twenty_files_and_no_more() {
    let (house, _, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let mut ids = Vec::new();
    for n in 0..21 {
        ids.push(alice.upload(hall, &format!("{n}.txt"), format!("file {n}")).await.ok::<File>().id);
    }
    let send = async |id: &str, files: &[i64]| alice.message(hall, &json!({"client_id": id, "files": files})).await;
    send("21", &ids).await.refused(ErrorCode::TooManyFiles);
    send("twice", &[ids[0], ids[0]]).await.refused(ErrorCode::TooManyFiles);
    send("none such", &[ids[0], 9_999]).await.refused(ErrorCode::NotFound);
    send("20", &ids[..20]).await.done();
    // Refused as a whole: the file of a message that was not sent can still be.
    send("sent before", &[ids[20], ids[0]]).await.refused(ErrorCode::NotFound);
    send("last", &ids[20..]).await.done();
    let page = bob.events(hall, "").await;
    let carried: Vec<usize> = page
        .events
        .iter()
        .filter_map(|event| match &event.body {
            EventBody::Message { files, .. } => Some(files.len()),
            _ => None,
        })
        .collect();
    assert_eq!(carried, [20, 1]);
    house.stop().await;
}

#[tokio::test]
async fn somebody_elses_file_or_one_of_another_room_is_not_sent() {
    let (house, _, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let room = alice.make_room("group", "Garden", &[&bob]).await.id;
    let file: File = alice.upload(room, "a.txt", "a").await.ok();
    bob.message(room, &json!({"client_id": "1", "files": [file.id]})).await.refused(ErrorCode::NotFound);
    alice.message(hall, &json!({"client_id": "1", "files": [file.id]})).await.refused(ErrorCode::NotFound);
    alice.message(room, &json!({"client_id": "2", "files": [file.id]})).await.ok::<SendReceipt>();
    house.stop().await;
}

#[tokio::test]
async fn an_answer_is_to_something_that_was_said() {
    let (house, _, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let question = bob.say(hall, "1", "Is the lift working?").await.seq;
    let answer =
        async |id: &str, to: u64| alice.message(hall, &json!({"client_id": id, "text": "No.", "reply_to": to})).await;
    for nothing in [0, question + 1, u64::MAX] {
        answer("early", nothing).await.refused(ErrorCode::NotFound);
    }
    answer("1", question).await.done();
    let told = bob.events(hall, "limit=1").await.events.remove(0);
    assert!(matches!(told.body, EventBody::Message { reply_to, .. } if reply_to == Some(question)));
    house.stop().await;
}
