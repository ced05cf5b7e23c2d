//! Sockets that the service manager opened.
//!
//! If this fails, the box's page does not open: port 80 is the service manager's, and the daemon would try to open its
//! own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
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
