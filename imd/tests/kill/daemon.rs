//! The real daemon as a process of its own, on a folder that outlives it.
//!
//! Knows nothing of what is said over its connections.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// Everyone is let in, and nobody is slowed down: the limits are not what is tested here.
const CONFIG: &str = r#"
[join]
mode = "open"
[mdns]
enabled = false
[limits]
max_connections_per_address = 10000
http_requests_per_minute_per_address = 10000000
sign_ins_per_minute_per_address = 10000000
messages_per_minute_per_user = 10000000
rooms_per_minute_per_user = 10000000
"#;

/// How long a start may take, on a machine that has other things to do.
const START: Duration = Duration::from_secs(15);

/// A running daemon; killed when dropped.
pub(crate) struct Daemon {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// The code that a fresh box prints.
    pub(crate) claim_code: Option<String>,
}

impl Daemon {
    /// Starts it on `folder` and waits until it listens.
    pub(crate) fn start(folder: &Path) -> Self {
        let mut child = spawn(folder);
        let lines = lines_of(child.stdout.take().unwrap());
        let mut daemon = Self { child, address: SocketAddr::from(([127, 0, 0, 1], 0)), claim_code: None };
        while daemon.address.port() == 0 || (daemon.claim_code.is_none() && !folder.join("claimed").exists()) {
            let Ok(line) = lines.recv_timeout(START) else {
                let log = std::fs::read_to_string(folder.join("imd.log")).unwrap_or_default();
                panic!("the daemon did not start; its log ends with:\n{}", tail(&log));
            };
            if let Some(url) = line.trim().strip_prefix("listening on http://") {
                daemon.address = url.trim_end_matches('/').parse().unwrap();
            }
            if let Some(code) = line.trim().strip_prefix("claim code: ") {
                daemon.claim_code = Some(code.to_owned());
                std::fs::write(folder.join("claimed"), "").unwrap();
            }
        }
        daemon
    }

    /// Starts it on `folder` and kills it after `moment`, which may be in the middle of its start.
    pub(crate) async fn kill_while_it_starts(folder: &Path, moment: Duration) {
        let child = spawn(folder);
        let starting = Self { child, address: SocketAddr::from(([127, 0, 0, 1], 0)), claim_code: None };
        tokio::time::sleep(moment).await;
        starting.kill();
    }

    /// Its process.
    #[allow(dead_code, reason = "of the tests that share this, one asks how much memory it takes")]
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL: it gets no chance to finish anything.
    pub(crate) fn kill(mut self) {
        assert!(self.child.try_wait().unwrap().is_none(), "the daemon ended before it was killed");
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(folder: &Path) -> Child {
    let config = folder.join("imd.toml");
    std::fs::write(&config, CONFIG).unwrap();
    let log = std::fs::OpenOptions::new().create(true).append(true).open(folder.join("imd.log")).unwrap();
    Command::new(env!("CARGO_BIN_EXE_imd"))
        .args(["serve", "--listen", "127.0.0.1:0"])
        .arg("--config")
        .arg(&config)
        .arg("--data")
        .arg(folder.join("data"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .unwrap()
}

/// Reads to the end, so that the daemon never waits for its reader.
fn lines_of(output: std::process::ChildStdout) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            // Nobody listens any more once it has started.
            let _ = sender.send(line);
        }
    });
    receiver
}

fn tail(log: &str) -> &str {
    let start = log.rmatch_indices('\n').nth(20).map_or(0, |(at, _)| at + 1);
    &log[start..]
}
