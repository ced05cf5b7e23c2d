//! Many connections from many addresses, as a broken script or somebody with bad intent makes them, and IPv6. Were these to fail, one
//! device could shut the house out of its chat.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use futures_util::future::join_all;
use imd::wire::{BoxInfo, ErrorCode, File, ServerFrame};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use crate::PATIENCE;
use crate::house::House;
use crate::line::Line;

/// A neighbour on the loopback.
fn neighbour(number: u8) -> IpAddr {
    Ipv4Addr::new(127, 0, 1, number).into()
}

async fn connect(from: IpAddr, to: SocketAddr, narrow: bool) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    if narrow {
        socket.set_recv_buffer_size(4 << 10).unwrap();
    }
    socket.bind((from, 0).into()).unwrap();
    socket.connect(to).await.unwrap()
}

/// Is there an answer, or does the box hang up?
async fn answered(line: &mut TcpStream, host: SocketAddr) -> bool {
    let ask = format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let talk = async {
        let mut byte = [0; 1];
        line.write_all(ask.as_bytes()).await.is_ok() && line.read(&mut byte).await.is_ok_and(|read| read == 1)
    };
    tokio::time::timeout(PATIENCE, talk).await.expect("an answer or an end")
}

#[tokio::test]
async fn a_flood_from_many_addresses_takes_no_more_than_there_is_and_leaves_who_is_in_alone() {
    const ALL: usize = 60;
    let (house, owner) = House::owned_with(|config| {
        config.limits.max_connections = ALL;
        config.limits.max_connections_per_address = 4;
    })
    .await;
    let hall = house.hall(&owner).await;
    let (mut line, address) = (owner.live().await, house.door.address());
    let mut lines = Vec::new();
    for number in 1..=40 {
        for _ in 0..6 {
            lines.push(connect(neighbour(number), address, false).await);
        }
    }
    let answers = join_all(lines.iter_mut().map(|line| answered(line, address))).await;
    let taken = answers.iter().filter(|answered| **answered).count();
    // The owner's live line and the one that they asked over are among them.
    assert!((ALL - 4..ALL).contains(&taken), "{taken} of {}", answers.len());
    for of_one in answers.chunks(6) {
        assert!(of_one.iter().filter(|answered| **answered).count() <= 4, "{of_one:?}");
    }
    for number in 0..20 {
        line.say(hall, &format!("still here {number}")).await;
    }
    drop(lines);
    let free_again = async {
        loop {
            let mut all: Vec<_> = Vec::new();
            for number in 1..=10 {
                all.push(connect(neighbour(number), address, false).await);
            }
            if join_all(all.iter_mut().map(|line| answered(line, address))).await.into_iter().all(|answered| answered) {
                return;
            }
        }
    };
    tokio::time::timeout(PATIENCE, free_again).await.expect("the places are free again");
    house.stop_before(line).await;
}

/// Each of them has asked for much and takes none of it.
#[tokio::test]
async fn slow_readers_at_many_addresses_hold_up_nobody_and_lose_nothing() {
    const SLOW: u8 = 40;
    let (house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let content = vec![7_u8; 4 << 20];
    let file: File = owner.upload(hall, "film.bin", content.clone()).await.ok();
    owner.message(hall, &json!({"client_id": "film", "text": "", "files": [file.id]})).await.done();
    let address = house.door.address();
    let mut slow = Vec::new();
    for number in 1..=SLOW {
        let mut line = connect(neighbour(number), address, true).await;
        let ask = format!(
            "GET /api/v1/files/{} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\n\r\n",
            file.id, alice.token
        );
        line.write_all(ask.as_bytes()).await.unwrap();
        line.read_exact(&mut [0; 100]).await.unwrap();
        slow.push(line);
    }
    let bearer = format!("Bearer {}", alice.token);
    let mut stuck = Vec::new();
    for _ in 0..10 {
        let mut line = Line::open_narrow(&house.door, &[("authorization", &bearer)]).await.unwrap();
        line.hello(&[]).await;
        stuck.push(line);
    }
    let (mut bobs, mut quick) = (bob.live().await, owner.live().await);
    let before = bob.room(hall).await.last_seq;
    let long = "字".repeat(8_000);
    for number in 0..640 {
        bobs.say(hall, &long).await;
        assert_eq!(quick.hear(hall).await.len(), long.len(), "message {number} comes to who reads");
    }
    assert_eq!(owner.get(&format!("/api/v1/files/{}", file.id)).await.body, content);
    // Whoever was too slow is told so, and has it all from the log.
    for line in &mut stuck {
        line.take("that it was too slow", |frame| matches!(frame, ServerFrame::Resync {}).then_some(())).await;
    }
    assert_eq!(alice.events(hall, &format!("after={before}&limit=200")).await.events.len(), 200);
    house.stop_before((slow, stuck)).await;
}

#[tokio::test]
async fn a_box_at_an_ipv6_address_is_the_same_box() {
    let here = IpAddr::V6(Ipv6Addr::LOCALHOST);
    let (house, owner) = House::owned_with(|config| {
        config.listen = vec![(here, 0).into()];
        config.limits.max_connections_per_address = 6;
    })
    .await;
    let address = house.door.address();
    assert!(house.door.get("/api/v1/box").await.ok::<BoxInfo>().me.is_none());
    let alice = house.member(&owner, "Alice").await;
    let hall = house.hall(&alice).await;
    // A browser's origin has the brackets, too.
    let sent = alice.browser(reqwest::Method::POST, &format!("/api/v1/rooms/{hall}/messages"));
    crate::door::Reply::of(sent.json(&json!({"client_id": "1", "text": "hello"}))).await.done();
    let other = house.door.request(reqwest::Method::POST, "/api/v1/sign-out").header("cookie", alice.cookie());
    let other = other.header("origin", format!("http://[::2]:{}", address.port()));
    let told = crate::door::Reply::of(other).await;
    assert!(told.status == 403 && told.code() == ErrorCode::OriginNotAllowed, "{told}");
    let mut lines = Vec::new();
    for _ in 0..12 {
        lines.push(TcpStream::connect(address).await.unwrap());
    }
    let answers = join_all(lines.iter_mut().map(|line| answered(line, address))).await;
    let taken = answers.iter().filter(|answered| **answered).count();
    assert!((1..=6).contains(&taken), "one address is one address: {taken}");
    drop(lines);
    house.stop().await;
}
