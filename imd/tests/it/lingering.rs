//! Programs that send all of a body before they look at the answer, as scripts do. Were these to fail, they would see a broken
//! line in place of the reason why they were refused.

use imd::wire::ErrorCode;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::PATIENCE;
use crate::house::House;

const MIB: usize = 1 << 20;

/// Sends a head and a body of so many MiB, all of it, and only then reads; nothing when the line broke meanwhile.
async fn sent_whole(house: &House, head: &str, mib: usize) -> Option<String> {
    let address = house.door.address();
    let mut line = TcpStream::connect(address).await.unwrap();
    let head = format!("{head}\r\nHost: {address}\r\nContent-Length: {}\r\n\r\n", mib * MIB);
    line.write_all(head.as_bytes()).await.ok()?;
    let piece = vec![b' '; MIB];
    for _ in 0..mib {
        line.write_all(&piece).await.ok()?;
    }
    line.shutdown().await.ok()?;
    let mut answer = String::new();
    line.read_to_string(&mut answer).await.ok()?;
    Some(answer)
}

async fn in_time<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, what).await.expect("an end")
}

#[tokio::test]
async fn whoever_sends_too_much_is_told_why_it_is_refused() {
    let (house, owner) = House::owned().await;
    let json = "Content-Type: application/json";
    let token = format!("Authorization: Bearer {}", owner.token);
    for (head, status, code) in [
        (format!("POST /api/v1/rooms/1/messages HTTP/1.1\r\n{json}"), 401, "not_signed_in"),
        (format!("POST /api/v1/rooms/1/messages HTTP/1.1\r\n{json}\r\n{token}"), 413, "payload_too_large"),
        (
            format!("POST /api/v1/rooms/1/files HTTP/1.1\r\nAuthorization: Bearer {}", "0".repeat(64)),
            401,
            "not_signed_in",
        ),
        (format!("POST /api/v1/rooms/99/files HTTP/1.1\r\n{token}"), 404, "not_found"),
        (format!("PUT /api/v1/me/avatar HTTP/1.1\r\n{token}"), 413, "payload_too_large"),
        (format!("POST /nothing/here HTTP/1.1\r\n{token}"), 405, "method_not_allowed"),
        ("POST /api/v1/restore HTTP/1.1\r\nContent-Type: application/x-tar".to_owned(), 409, "already_claimed"),
    ] {
        let answer = in_time(sent_whole(&house, &head, 20)).await;
        let answer = answer.unwrap_or_else(|| panic!("{head}: the line broke before the answer"));
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{head}: {answer}");
        assert!(answer.contains(&format!("\"code\":\"{code}\"")), "{head}: {answer}");
    }
    // And goes on over the same connection, where all of it was read.
    house.door.get("/api/v1/me").await.refused(ErrorCode::NotSignedIn);
    house.stop().await;
}

/// Otherwise a stranger could keep the box reading for ever.
#[tokio::test]
async fn it_is_not_read_for_ever() {
    let house = House::fresh().await;
    let ended = in_time(sent_whole(&house, "POST /api/v1/rooms/1/messages HTTP/1.1", 1_000)).await;
    assert_eq!(ended, None);
    house.stop().await;
}
