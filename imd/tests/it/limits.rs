//! What keeps one person or program from taking everything. Were these to fail, one broken script would shut out the
//! building.

use std::time::Duration;

use imd::actions::live::signals::sessions_of;
use imd::config::Config;
use imd::wire::{BoxInfo, ErrorCode};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::PATIENCE;
use crate::house::{House, until};
use crate::line::Line;
use crate::person::Person;

async fn open_connections(house: &House) -> usize {
    let metrics = house.door.get("/metrics").await;
    let text = String::from_utf8(metrics.body).unwrap();
    let line = text.lines().find(|line| line.starts_with("imd_connections ")).unwrap();
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

/// Does the box hang up without a word?
async fn hung_up(line: &mut TcpStream) -> bool {
    let mut byte = [0; 1];
    let read = tokio::time::timeout(PATIENCE, line.read(&mut byte)).await.expect("an end");
    matches!(read, Ok(0) | Err(_))
}

#[tokio::test]
async fn one_connection_too_many_is_closed_and_its_place_is_free_again_when_one_goes() {
    for lower in [(|config| config.limits.max_connections = 3) as fn(&mut Config), |config| {
        config.limits.max_connections_per_address = 3
    }] {
        let house = House::fresh_with(lower).await;
        // The door's own connection is one of them.
        house.door.get("/api/v1/box").await.ok::<BoxInfo>();
        assert_eq!(open_connections(&house).await, 1);
        let address = house.door.address();
        let mut taken = vec![TcpStream::connect(address).await.unwrap(), TcpStream::connect(address).await.unwrap()];
        let mut one_more = TcpStream::connect(address).await.unwrap();
        assert!(hung_up(&mut one_more).await);
        house.door.get("/api/v1/box").await.ok::<BoxInfo>();
        taken.pop();
        let ask = format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\n\r\n");
        let answered = async {
            loop {
                let mut line = TcpStream::connect(address).await.unwrap();
                let mut byte = [0; 1];
                if line.write_all(ask.as_bytes()).await.is_ok() && line.read(&mut byte).await.is_ok_and(|n| n == 1) {
                    return;
                }
            }
        };
        tokio::time::timeout(PATIENCE, answered).await.expect("the place is free again");
        drop(taken);
        house.stop().await;
    }
}

#[tokio::test]
async fn a_live_connection_counts_for_as_long_as_it_lives() {
    let (house, owner) = House::owned().await;
    let line = owner.live().await;
    assert_eq!(open_connections(&house).await, 2);
    drop(line);
    let gone = async { while open_connections(&house).await != 1 {} };
    tokio::time::timeout(PATIENCE, gone).await.expect("its place is given back");
    house.stop().await;
}

#[tokio::test]
async fn one_live_connection_too_many_is_refused_and_the_others_live_on() {
    let (house, owner) = House::owned_with(|config| config.limits.max_sessions_per_user = 2).await;
    let alice = house.member(&owner, "Alice").await;
    let mut lines = vec![owner.live().await, owner.live().await];
    let headers = [("authorization", &*format!("Bearer {}", owner.token))];
    assert_eq!(Line::open(&house.door, &headers).await.err(), Some((409, ErrorCode::LimitReached)));
    alice.live().await;
    lines.pop();
    until("one is gone", || sessions_of(house.app().core(), imd::chat::UserId(owner.id)) == 1).await;
    lines.push(owner.live().await);
    for line in &mut lines {
        line.settle().await;
    }
    house.stop().await;
}

#[tokio::test]
async fn who_asks_too_often_has_to_wait() {
    let house = House::fresh_with(|config| config.limits.http_requests_per_minute_per_address = 5).await;
    for _ in 0..5 {
        house.door.get("/api/v1/box").await.done();
    }
    for path in ["/api/v1/box", "/", "/healthz", "/nothing"] {
        let slowed = house.door.get(path).await;
        slowed.refused(ErrorCode::RateLimited);
        assert!((1..=60).contains(&slowed.header("retry-after").parse::<u32>().unwrap()));
    }
    house.stop().await;
}

#[tokio::test]
async fn who_says_too_much_has_to_wait_and_others_talk_on() {
    let (house, owner) = House::owned_with(|config| config.limits.messages_per_minute_per_user = 5).await;
    let alice = house.member(&owner, "Alice").await;
    let hall = house.hall(&owner).await;
    let mut line = owner.live().await;
    for _ in 0..5 {
        line.say(hall, "spam").await;
    }
    line.tell(&json!({"t": "send", "client_id": "more", "room": hall, "text": "spam"})).await;
    assert_eq!(line.answer("more").await, Err(ErrorCode::RateLimited));
    owner.message(hall, &json!({"client_id": "more", "text": "spam"})).await.refused(ErrorCode::RateLimited);
    alice.say(hall, "1", "and I?").await;
    house.stop().await;
}

#[tokio::test]
async fn who_makes_too_many_invites_and_tickets_has_to_wait_and_others_go_on() {
    let (house, owner) = House::owned_with(|config| config.limits.codes_per_minute_per_user = 4).await;
    let alice = house.member(&owner, "Alice").await;
    let invite = async |who: &Person| who.post("/api/v1/invites", &json!({})).await;
    let ticket = async |who: &Person| who.post("/api/v1/me/tickets", &json!({})).await;
    invite(&alice).await.done();
    invite(&alice).await.done();
    ticket(&alice).await.done();
    alice.post("/api/v1/me/hand-over", &json!({"url": house.door.origin()})).await.done();
    invite(&alice).await.refused(ErrorCode::RateLimited);
    ticket(&alice).await.refused(ErrorCode::RateLimited);
    alice.post("/api/v1/me/hand-over", &json!({"url": house.door.origin()})).await.refused(ErrorCode::RateLimited);
    // The owner has made one, for Alice.
    for _ in 0..3 {
        owner.post(&format!("/api/v1/users/{}/ticket", alice.id), &json!({})).await.done();
    }
    let slowed = owner.post(&format!("/api/v1/users/{}/ticket", alice.id), &json!({})).await;
    slowed.refused(ErrorCode::RateLimited);
    assert!((1..=60).contains(&slowed.header("retry-after").parse::<u32>().unwrap()));
    house.stop().await;
}

#[tokio::test]
async fn one_persons_open_invites_are_bounded_and_those_that_ended_do_not_count() {
    let (house, _, alice, bob) = House::with_two().await;
    let invite = async |who: &Person, lasts: u32| who.post("/api/v1/invites", &json!({"expires_in_s": lasts})).await;
    for n in 0..200 {
        invite(&alice, if n == 0 { 60 } else { 3_600 }).await.done();
    }
    invite(&alice, 3_600).await.refused(ErrorCode::LimitReached);
    invite(&bob, 3_600).await.done();
    house.pass(60_000);
    invite(&alice, 3_600).await.done();
    invite(&alice, 3_600).await.refused(ErrorCode::LimitReached);
    house.stop().await;
}

#[tokio::test]
async fn a_head_that_never_ends_is_cut_off() {
    let house = House::fresh().await;
    let mut line = TcpStream::connect(house.door.address()).await.unwrap();
    line.write_all(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: a").await.unwrap();
    let mut answer = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(25), line.read_to_end(&mut answer));
    read.await.expect("the box hangs up").unwrap();
    house.stop().await;
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let house = House::fresh().await;
    let request = house.door.request(reqwest::Method::GET, "/").header("x-large", "x".repeat(17 << 10));
    let refused = request.send().await.map(|answer| answer.status().as_u16());
    assert!(matches!(refused, Ok(431) | Err(_)), "{refused:?}");
    let longest = format!("/{}", "x".repeat(7_999));
    assert_eq!(house.door.get(&longest).await.status, 404);
    house.stop().await;
}

#[tokio::test]
async fn a_body_that_stands_still_is_cut_off() {
    let house = House::fresh_with(|config| config.limits.request_timeout = Duration::from_millis(300)).await;
    let mut line = TcpStream::connect(house.door.address()).await.unwrap();
    let head = "POST /api/v1/join HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{";
    line.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    tokio::time::timeout(PATIENCE, line.read_to_end(&mut answer)).await.expect("the box hangs up").unwrap();
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("\"timeout\""), "{answer}");
    house.stop().await;
}

#[tokio::test]
async fn a_body_that_trickles_is_cut_off_too() {
    let (house, owner) = House::owned_with(|config| config.limits.request_timeout = Duration::from_secs(1)).await;
    let mut line = TcpStream::connect(house.door.address()).await.unwrap();
    let head = format!(
        "POST /api/v1/rooms HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n",
        owner.token
    );
    line.write_all(head.as_bytes()).await.unwrap();
    let (mut from, mut to) = line.split();
    let trickle = async {
        while to.write_all(b" ").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        std::future::pending::<()>().await;
    };
    let mut answer = [0; 12];
    let read = tokio::time::timeout(PATIENCE, from.read_exact(&mut answer));
    tokio::select! {
        () = trickle => {}
        read = read => { read.expect("the box hangs up").unwrap(); }
    }
    assert_eq!(&answer, b"HTTP/1.1 408");
    house.stop().await;
}

#[tokio::test]
async fn rooms_are_not_made_without_end_and_others_make_theirs() {
    let (house, owner) = House::owned_with(|config| config.limits.rooms_per_minute_per_user = 3).await;
    let alice = house.member(&owner, "Alice").await;
    let room = json!({"kind": "group", "name": "One more"});
    for _ in 0..3 {
        alice.post("/api/v1/rooms", &room).await.done();
    }
    let told = alice.post("/api/v1/rooms", &room).await;
    told.refused(ErrorCode::RateLimited);
    assert!(!told.header("retry-after").is_empty());
    owner.post("/api/v1/rooms", &room).await.done();
    house.stop().await;
}

#[tokio::test]
async fn two_hundred_slow_downloads_do_not_hold_up_a_word() {
    let (house, owner) = House::owned().await;
    let hall = house.hall(&owner).await;
    let content = vec![7; 8 << 20];
    let file: imd::wire::File = owner.upload(hall, "film.bin", content.clone()).await.ok();
    let path = format!("/api/v1/files/{}", file.id);
    let ask = format!(
        "GET {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\r\n",
        house.door.address(),
        owner.token
    );
    let mut slow = Vec::new();
    for _ in 0..200 {
        let mut line = TcpStream::connect(house.door.address()).await.unwrap();
        line.write_all(ask.as_bytes()).await.unwrap();
        // The head and a little more; the rest is left lying.
        line.read_exact(&mut [0; 1_000]).await.unwrap();
        slow.push(line);
    }
    let mut line = owner.live().await;
    for n in 0..20 {
        line.say(hall, &format!("word {n}")).await;
    }
    assert!(owner.get(&path).await.body == content);
    house.stop_before(slow).await;
}
