//! Connections from many loopback addresses, and the few words of HTTP/1.1 (RFC 9112) that a load run needs.
//!
//! Only loopback: a load generator that can be pointed at other people's machines is a weapon.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::error::LoadError;

/// The server, and the addresses to come from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Network {
    /// Where the daemon listens; loopback.
    pub(crate) server: SocketAddr,
    /// Connections come from 127.0.0.2 and so many addresses in all, so that neither ports nor a limit for each address run out.
    pub(crate) sources: u8,
}

impl Network {
    /// Refuses anything but loopback.
    pub(crate) fn new(server: SocketAddr, sources: u8) -> Result<Self, LoadError> {
        match server.ip() {
            IpAddr::V4(address) if address.is_loopback() => Ok(Self { server, sources: sources.clamp(1, 200) }),
            other => Err(LoadError::Unfit(format!("{other} is not an IPv4 loopback address"))),
        }
    }

    /// Connects from the address that is the `index`th connection's.
    pub(crate) async fn connect(&self, index: usize) -> Result<TcpStream, LoadError> {
        let source = Ipv4Addr::new(127, 0, 0, 2 + (index % usize::from(self.sources)) as u8);
        let socket = TcpSocket::new_v4().map_err(LoadError::io("socket"))?;
        socket.bind(SocketAddr::from((source, 0))).map_err(LoadError::io("bind"))?;
        let stream = socket.connect(self.server).await.map_err(LoadError::io("connect"))?;
        stream.set_nodelay(true).map_err(LoadError::io("TCP_NODELAY"))?;
        Ok(stream)
    }
}

/// One HTTP connection that is kept open for many requests, one at a time.
#[derive(Debug)]
pub(crate) struct Http {
    stream: TcpStream,
    host: SocketAddr,
    buffer: Vec<u8>,
}

impl Http {
    /// Connects.
    pub(crate) async fn connect(network: &Network, index: usize) -> Result<Self, LoadError> {
        Ok(Self { stream: network.connect(index).await?, host: network.server, buffer: Vec::with_capacity(4096) })
    }

    /// POSTs JSON and gives the JSON of the answer, which must be a success.
    pub(crate) async fn post(&mut self, path: &str, token: Option<&str>, body: &Value) -> Result<Value, LoadError> {
        self.ask("POST", path, token, &body.to_string()).await
    }

    /// GETs the JSON of the answer, which must be a success.
    pub(crate) async fn get(&mut self, path: &str, token: &str) -> Result<Value, LoadError> {
        self.ask("GET", path, Some(token), "").await
    }

    /// Waits and asks again when it is told that it asks too often: people do come in at that rate.
    async fn ask(&mut self, method: &str, path: &str, token: Option<&str>, body: &str) -> Result<Value, LoadError> {
        loop {
            match self.ask_once(method, path, token, body).await {
                Err(LoadError::Refused { status: 429, .. }) => tokio::time::sleep(Duration::from_secs(1)).await,
                answered => return answered,
            }
        }
    }

    async fn ask_once(
        &mut self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: &str,
    ) -> Result<Value, LoadError> {
        let authorization = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
        let request = format!(
            "{method} /api/v1{path} HTTP/1.1\r\nHost: {}\r\nAccept-Token: true\r\n{authorization}\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.host,
            body.len(),
        );
        self.stream.write_all(request.as_bytes()).await.map_err(LoadError::io("request"))?;
        let (status, length, head) = loop {
            if let Some(head) = parse_head(&self.buffer)? {
                break head;
            }
            self.read_more().await?;
        };
        while self.buffer.len() < head + length {
            self.read_more().await?;
        }
        let answer: Vec<u8> = self.buffer.drain(..head + length).skip(head).collect();
        if !(200..300).contains(&status) {
            let body = String::from_utf8_lossy(&answer).chars().take(200).collect();
            return Err(LoadError::Refused { what: format!("{method} {path}"), status, body });
        }
        serde_json::from_slice(&answer).map_err(LoadError::json("answer"))
    }

    async fn read_more(&mut self) -> Result<(), LoadError> {
        match self.stream.read_buf(&mut self.buffer).await.map_err(LoadError::io("answer"))? {
            0 => Err(LoadError::Protocol("the server closed the connection within an answer".to_owned())),
            _ => Ok(()),
        }
    }
}

/// Status, length of the body and length of the head, once the head is all there.
fn parse_head(bytes: &[u8]) -> Result<Option<(u16, usize, usize)>, LoadError> {
    let Some(end) = head_end(bytes) else { return Ok(None) };
    let head =
        std::str::from_utf8(&bytes[..end]).map_err(|_| LoadError::Protocol("a head that is not text".to_owned()))?;
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
    let length = lines
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse().ok());
    match (status, length) {
        (Some(status), Some(length)) => Ok(Some((status, length, end))),
        _ => Err(LoadError::Protocol(format!("an answer without status or length: {head:.200}"))),
    }
}

/// Where the body begins, once the head is all there.
pub(crate) fn head_end(bytes: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, b"\r\n\r\n").map(|at| at + 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_can_be_loaded() {
        assert!(Network::new(SocketAddr::from(([192, 168, 1, 1], 80)), 8).is_err());
        assert!(Network::new(SocketAddr::from(([127, 0, 0, 1], 80)), 8).is_ok());
    }

    #[test]
    fn a_head_is_understood_when_it_is_all_there() {
        let answer = b"HTTP/1.1 201 Created\r\ncontent-type: application/json\r\nContent-Length: 2\r\n\r\n{}";
        assert_eq!(parse_head(answer).unwrap(), Some((201, 2, answer.len() - 2)));
        assert_eq!(parse_head(&answer[..40]).unwrap(), None);
        assert!(parse_head(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
    }
}
