//! What the machine itself can do right now, so that figures can be told as ratios: a TCP ping-pong on loopback and
//! appends that are flushed to the disk.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::error::LoadError;
use crate::report::{line, round};

/// How long each is taken.
const LENGTH: Duration = Duration::from_secs(2);

/// Bytes of each ping and each append.
const BYTES: usize = 200;

#[derive(Debug, Serialize)]
struct Reference {
    step: &'static str,
    ping_pongs_per_s: f64,
    fdatasyncs_per_s: f64,
}

/// Measures both, the second in `folder`, and prints them.
pub(crate) fn run(folder: &Path) -> Result<(), LoadError> {
    let found = Reference {
        step: "machine",
        ping_pongs_per_s: round(ping_pong().map_err(LoadError::io("ping-pong"))?),
        fdatasyncs_per_s: round(flushes(folder).map_err(LoadError::io("fdatasync"))?),
    };
    let row = format!(
        "{:8} {:.0} TCP ping-pongs/s, {:.0} fdatasyncs/s",
        found.step, found.ping_pongs_per_s, found.fdatasyncs_per_s
    );
    line(&found, &row);
    Ok(())
}

fn ping_pong() -> std::io::Result<f64> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let mut near = TcpStream::connect(listener.local_addr()?)?;
    let (mut far, _) = listener.accept()?;
    near.set_nodelay(true)?;
    far.set_nodelay(true)?;
    let echo = std::thread::spawn(move || {
        let mut bytes = [0; BYTES];
        while far.read_exact(&mut bytes).and_then(|()| far.write_all(&bytes)).is_ok() {}
    });
    let per_s = repeat(|| {
        let mut bytes = [b'x'; BYTES];
        near.write_all(&bytes)?;
        near.read_exact(&mut bytes)
    });
    drop(near);
    // It ends with the connection and returns nothing.
    let _ = echo.join();
    per_s
}

fn flushes(folder: &Path) -> std::io::Result<f64> {
    let path = folder.join("fdatasync.reference");
    let mut file = std::fs::File::create(&path)?;
    let per_s = repeat(|| {
        file.write_all(&[b'x'; BYTES])?;
        file.sync_data()
    });
    std::fs::remove_file(&path)?;
    per_s
}

fn repeat(mut once: impl FnMut() -> std::io::Result<()>) -> std::io::Result<f64> {
    let began = Instant::now();
    let mut times = 0_u32;
    while began.elapsed() < LENGTH {
        once()?;
        times += 1;
    }
    Ok(f64::from(times) / began.elapsed().as_secs_f64())
}
