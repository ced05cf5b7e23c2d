//! Frames that a client should not have sent. Were these to fail, one broken client would take its room's others along.

use imd::wire::{ErrorCode, ServerFrame};
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

use crate::house::House;

#[tokio::test]
async fn a_frame_that_makes_no_sense_is_told_so_and_the_talk_goes_on() {
    let (house, _, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let (mut alices, mut bobs) = (alice.live().await, bob.live().await);
    for (frame, code) in [
        ("", ErrorCode::BadRequest),
        ("{", ErrorCode::BadRequest),
        ("[]", ErrorCode::BadRequest),
        ("null", ErrorCode::BadRequest),
        ("{}", ErrorCode::BadRequest),
        (r#"{"t":1}"#, ErrorCode::BadRequest),
        (r#"{"t":"dance"}"#, ErrorCode::UnknownFrame),
        (r#"{"t":"ack","client_id":"1","room":1,"seq":1,"at":1}"#, ErrorCode::UnknownFrame),
        (r#"{"t":"send"}"#, ErrorCode::BadRequest),
        (r#"{"t":"send","client_id":"1","room":"1","text":"x"}"#, ErrorCode::BadRequest),
        (r#"{"t":"send","client_id":"1","room":1e30,"text":"x"}"#, ErrorCode::BadRequest),
        (r#"{"t":"send","client_id":"1","room":9223372036854775807,"text":"x"}"#, ErrorCode::NotFound),
        (r#"{"t":"send","client_id":"1","room":-1,"text":"x"}"#, ErrorCode::NotFound),
        (r#"{"t":"read","room":1,"seq":18446744073709551615}"#, ErrorCode::BadRequest),
        (r#"{"t":"read","room":999,"seq":1}"#, ErrorCode::NotFound),
        (r#"{"t":"watch","room":999}"#, ErrorCode::NotFound),
        (r#"{"t":"typing","room":999}"#, ErrorCode::NotFound),
        (r#"{"t":"hello","v":2}"#, ErrorCode::BadRequest),
        (r#"{"t":"hello","v":1,"seen":[{"room":1,"seq":-1}]}"#, ErrorCode::BadRequest),
    ] {
        alices.tell_raw(Message::text(frame)).await;
        assert_eq!(alices.refusal().await, code, "{frame}");
    }
    let seen: Vec<_> = (0..2_001).map(|room| json!({"room": room, "seq": 0})).collect();
    alices.tell(&json!({"t": "hello", "v": 1, "seen": seen})).await;
    assert_eq!(alices.refusal().await, ErrorCode::BadRequest);
    alices.say(hall, "still here").await;
    assert_eq!(bobs.hear(hall).await, "still here");
    house.stop().await;
}

#[tokio::test]
async fn a_hello_with_more_than_there_is_gets_what_there_is() {
    let (house, _, alice, _) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let mut line = alice.connect().await;
    let welcome = line.hello(&[(hall, u64::MAX), (999, 5), (-1, 0), (hall, 0), (hall, 0)]).await;
    assert!(welcome.gaps.is_empty());
    assert!(!welcome.events.is_empty());
    line.settle().await;
    house.stop().await;
}

#[tokio::test]
async fn a_frame_of_128_kib_is_taken_and_a_larger_one_ends_that_line_alone() {
    let (house, _, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let (mut alices, mut bobs) = (alice.live().await, bob.live().await);
    let frame = |bytes: usize| {
        let frame = json!({"t": "send", "client_id": "1", "room": hall, "text": "x"}).to_string();
        // Blanks between tokens mean nothing to JSON.
        format!("{frame}{}", " ".repeat(bytes - frame.len()))
    };
    alices.tell_raw(Message::text(frame(131_072))).await;
    alices.acked("1").await;
    assert_eq!(bobs.hear(hall).await, "x");
    for too_large in [131_073, 1 << 20] {
        let mut line = alice.live().await;
        line.tell_raw(Message::text(frame(too_large))).await;
        assert_eq!(line.ended().await, (Some("frame_too_large".to_owned()), Some(1009)), "{too_large}");
    }
    // In pieces, each of them small.
    let mut line = alice.live().await;
    for piece in 0..9 {
        let kind = if piece == 0 { Data::Text } else { Data::Continue };
        let piece = Frame::message(vec![b' '; 16 << 10], OpCode::Data(kind), false);
        line.tell_raw(Message::Frame(piece)).await;
    }
    assert_eq!(line.ended().await, (Some("frame_too_large".to_owned()), Some(1009)));
    let before = bob.room(hall).await.last_seq;
    bobs.say(hall, "unharmed").await;
    assert_eq!(
        alices
            .take("Bob's", |f| match f {
                ServerFrame::Events { events, .. } if events[0].seq == before + 1 => Some(events[0].sender),
                _ => None,
            })
            .await,
        bob.id
    );
    house.stop().await;
}

#[tokio::test]
async fn a_frame_that_is_no_text_ends_that_line_alone() {
    let (house, _, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let (mut alices, mut bobs) = (alice.live().await, bob.live().await);
    alices.tell_raw(Message::binary(vec![0, 1, 2])).await;
    let (reason, code) = alices.ended().await;
    assert_eq!(code, Some(1003));
    assert_eq!(reason.as_deref(), Some("not_text"));
    bobs.say(hall, "unharmed").await;
    house.stop().await;
}

#[tokio::test]
async fn who_says_nothing_of_what_they_have_is_told_nothing_yet() {
    let (house, _, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let mut line = alice.connect().await;
    bob.say(hall, "1", "before hello").await;
    line.settle().await;
    assert!(line.kept().is_empty(), "{:?}", line.kept());
    let last = alice.room(hall).await.last_seq;
    let welcome = line.hello(&[(hall, last - 1)]).await;
    assert_eq!(welcome.events.len(), 1, "and then all of it");
    house.stop().await;
}

/// A client that closes as it should would take the line for broken and come back at once; one that is wrong would never
/// learn how, and try for ever.
#[tokio::test]
async fn an_end_says_whose_it_is() {
    let (house, _, alice, _) = House::with_two().await;
    let mut line = alice.live().await;
    line.tell_raw(Message::Close(None)).await;
    assert_eq!(line.closed().await, Some(Message::Close(None)), "RFC 6455, section 5.5.1");
    let text = |bytes: Vec<u8>| Frame::message(bytes, OpCode::Data(Data::Text), true);
    let mut reserved = text(b"{}".to_vec());
    reserved.header_mut().rsv1 = true;
    let large_ping = Frame::ping(vec![0; 126]);
    let stray = Frame::message(b"x".to_vec(), OpCode::Data(Data::Continue), true);
    for (frame, expected) in [
        (text(vec![0xff, 0xfe]), ("not_utf8", 1007)),
        (reserved, ("protocol_error", 1002)),
        (large_ping, ("protocol_error", 1002)),
        (stray, ("protocol_error", 1002)),
    ] {
        let mut line = alice.live().await;
        line.tell_raw(Message::Frame(frame.clone())).await;
        assert_eq!(line.ended().await, (Some(expected.0.to_owned()), Some(expected.1)), "{frame:?}");
    }
    let upgrade = alice.request(reqwest::Method::GET, "/api/v1/ws").header("connection", "upgrade");
    let old = upgrade
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "8")
        .header("sec-websocket-key", "AAAAAAAAAAAAAAAAAAAAAA==");
    let told = crate::door::Reply::of(old).await;
    assert_eq!((told.status, told.header("sec-websocket-version")), (400, "13"), "RFC 6455, section 4.4");
    house.stop().await;
}
