//! Asks the daemon of this machine for what it tells anyone: one request, one response, then the connection is closed.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use serde::de::DeserializeOwned;

use crate::wire::{BoxInfo, RepairAddresses};

const PATIENCE: Duration = Duration::from_secs(5);
/// No more than this is read of a response.
const MAX_ANSWER: u64 = 256 << 10;

/// `GET /api/v1/box`.
pub(super) fn box_info(port: u16) -> io::Result<BoxInfo> {
    ask(port, "/api/v1/box")
}

/// `GET /api/v1/repair`: only a box whose database is damaged answers.
pub(super) fn repair(port: u16) -> io::Result<RepairAddresses> {
    ask(port, "/api/v1/repair")
}

fn ask<T: DeserializeOwned>(port: u16, path: &str) -> io::Result<T> {
    let mut connection = TcpStream::connect_timeout(&(Ipv4Addr::LOCALHOST, port).into(), PATIENCE)?;
    connection.set_read_timeout(Some(PATIENCE))?;
    connection.set_write_timeout(Some(PATIENCE))?;
    write!(connection, "GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n")?;
    let mut answer = Vec::new();
    connection.take(MAX_ANSWER).read_to_end(&mut answer)?;
    parse(&answer)
}

/// HTTP/1.0: the body is everything after the empty line (RFC 9112, section 6.3).
fn parse<T: DeserializeOwned>(answer: &[u8]) -> io::Result<T> {
    let unexpected = || io::Error::new(io::ErrorKind::InvalidData, "not the answer that was expected");
    if !(answer.starts_with(b"HTTP/1.0 200") || answer.starts_with(b"HTTP/1.1 200")) {
        return Err(unexpected());
    }
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").ok_or_else(unexpected)?;
    serde_json::from_slice(&answer[end + 4..]).map_err(|_| unexpected())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were this to fail, the screen would say for ever that the box is starting.
    #[test]
    fn an_answer_is_read_and_nonsense_is_refused() {
        let body = r#"{"id":"00112233445566778899aabbccddeeff","name":"Haus 3","version":"0.1.0","state":"fresh","claim_reopened":false,"join_mode":"invite","language":"en","addresses":[],
            "max_file_bytes":1,"password_min_length":8,"edit_minutes":2880,"probe":"x","me":null,"in_app_browser":false}"#;
        let answer = format!("HTTP/1.0 200 OK\r\ncontent-type: application/json\r\n\r\n{body}");
        assert_eq!(parse::<BoxInfo>(answer.as_bytes()).map(|info| info.name).ok(), Some("Haus 3".to_owned()));
        assert!(parse::<BoxInfo>(b"HTTP/1.0 503 Service Unavailable\r\n\r\n{}").is_err());
        assert!(parse::<BoxInfo>(b"HTTP/1.0 200 OK\r\n").is_err());
        assert!(parse::<BoxInfo>(b"").is_err());
    }
}
