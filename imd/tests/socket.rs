//! What the service manager and the daemon say to each other: the sockets that it opened, and how a start gets on.
//!
//! If this fails, the box's page does not open (port 80 is the service manager's, and the daemon would try to open its
//! own), or a start that takes long is ended before it is done, again and again.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods, reason = "a test")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Ends the daemon when the test ends, however it ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn it_answers_on_the_sockets_it_was_handed() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    // Whoever comes while it starts waits in the socket, instead of being refused.
    let mut early = TcpStream::connect(address).unwrap();
    early.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    write!(early, "GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();

    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("imd.toml");
    let claim = folder.path().join("claim.txt");
    std::fs::write(&config, format!("[mdns]\nenabled = false\n[claim]\nfile = {claim:?}\n")).unwrap();
    // As systemd does it: sd_listen_fds(3). The configuration's own addresses are not used then.
    let _running = Running(
        Command::new("sh")
            .args(["-c", r#"exec 3<&0 </dev/null; LISTEN_FDS=1 LISTEN_PID=$$ exec "$@""#, "sh"])
            .args([env!("CARGO_BIN_EXE_imd"), "serve", "--listen", "192.0.2.1:1", "--config"])
            .arg(&config)
            .arg("--data")
            .arg(folder.path().join("data"))
            .stdin(Stdio::from(OwnedFd::from(listener)))
            .stdout(Stdio::null())
            .spawn()
            .unwrap(),
    );
    let mut answer = String::new();
    early.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    // Written beside the answering, by a task of its own.
    let code = loop {
        match std::fs::read_to_string(&claim) {
            Ok(code) => break code,
            Err(e) => assert_eq!(e.kind(), std::io::ErrorKind::NotFound, "{e}"),
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    assert_eq!(code.trim().len(), "ABCD-EFGH".len());
}

#[test]
fn it_asks_for_time_until_it_is_ready() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify");
    let manager = UnixDatagram::bind(&path).unwrap();
    manager.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let config = folder.path().join("imd.toml");
    std::fs::write(&config, "[mdns]\nenabled = false\n").unwrap();
    let _running = Running(
        Command::new(env!("CARGO_BIN_EXE_imd"))
            .args(["serve", "--listen", "127.0.0.1:0", "--config"])
            .arg(&config)
            .arg("--data")
            .arg(folder.path().join("data"))
            .env("NOTIFY_SOCKET", &path)
            .stdout(Stdio::null())
            .spawn()
            .unwrap(),
    );
    let mut said = Vec::new();
    while said.last().is_none_or(|last: &String| !last.starts_with("READY=1")) {
        let mut message = [0; 256];
        let length = manager.recv(&mut message).unwrap();
        said.push(String::from_utf8_lossy(&message[..length]).trim().to_owned());
    }
    said.pop();
    // More than once where the machine is slow.
    said.dedup();
    assert_eq!(said, ["EXTEND_TIMEOUT_USEC=60000000"]);
}
