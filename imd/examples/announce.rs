//! Announces a box on the LAN as `imd` does, without the rest of it: to try discovery out, and for
//! its tests in network namespaces.
//!
//! Prints a line of JSON whenever its names or addresses change. Reads lines from standard input:
//! `state fresh|ready|sick` and `rename LABEL BOX NAME`. Says goodbye at the end of the input or on
//! SIGTERM.
#![allow(clippy::print_stdout, reason = "printing is what this program is for")]

use std::{
    error::Error,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use clap::Parser;
use imd::discovery::{Announced, Announcement, Answering, BoxState, Discovery, HostLabel, Interfaces, SerialLabel};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::mpsc,
};

/// Announce a box on the LAN.
#[derive(Parser)]
struct Options {
    /// The host name to have if it is free.
    #[arg(long, default_value = "imbox")]
    host: String,
    /// The host name it had before.
    #[arg(long)]
    previous: Option<String>,
    /// The host name that only this box has.
    #[arg(long, default_value = "imbox-example")]
    serial: String,
    /// What people call the box.
    #[arg(long, default_value = "imbox")]
    name: String,
    /// The port to announce.
    #[arg(long, default_value_t = 80)]
    port: u16,
    /// Answer at these addresses only.
    #[arg(long)]
    listen: Vec<IpAddr>,
    /// Use only these interfaces.
    #[arg(long)]
    interface: Vec<String>,
    /// Seconds between two looks around for others with the same name.
    #[arg(long, default_value_t = 60)]
    check_every: u64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .init();
    let options = Options::parse();
    let interfaces = match options.interface {
        none if none.is_empty() => Interfaces::Lan,
        some => Interfaces::Named(some),
    };
    let mut seed = [0; 8];
    getrandom::fill(&mut seed)?;
    let discovery = Discovery::start(Announcement {
        wanted: HostLabel::parse(&options.host)?,
        previous: options.previous.as_deref().map(HostLabel::parse).transpose()?,
        serial: SerialLabel::parse(&options.serial)?,
        box_name: options.name,
        answering: match options.listen {
            none if none.is_empty() => Answering::everywhere(options.port),
            some => {
                let listening: Vec<_> =
                    some.into_iter().map(|address| SocketAddr::new(address, options.port)).collect();
                Answering::on(&listening)
            }
        },
        path: "/".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        state: BoxState::Fresh,
        interfaces,
        check_every: Duration::from_secs(options.check_every),
        seed: u64::from_ne_bytes(seed),
    })?;

    let mut announced = discovery.announced();
    let mut terminate = signal(SignalKind::terminate())?;
    let (typed, mut lines) = mpsc::channel(1);
    std::thread::spawn(move || {
        std::io::stdin().lines().map_while(Result::ok).try_for_each(|line| typed.blocking_send(line))
    });
    print(&announced.borrow_and_update());
    loop {
        tokio::select! {
            changed = announced.changed() => {
                changed?;
                print(&announced.borrow_and_update());
            }
            line = lines.recv() => match line {
                Some(line) => obey(&discovery, &line)?,
                None => break,
            },
            _ = terminate.recv() => break,
        }
    }
    discovery.shutdown().await;
    println!("{}", serde_json::json!({ "goodbye": true }));
    Ok(())
}

fn obey(discovery: &Discovery, line: &str) -> Result<(), Box<dyn Error>> {
    let mut words = line.splitn(3, ' ');
    match (words.next(), words.next(), words.next()) {
        (Some("state"), Some("fresh"), None) => discovery.update_state(BoxState::Fresh),
        (Some("state"), Some("ready"), None) => discovery.update_state(BoxState::Ready),
        (Some("state"), Some("sick"), None) => discovery.update_state(BoxState::Sick),
        (Some("rename"), Some(label), Some(name)) => {
            discovery.rename(HostLabel::parse(label)?, name.to_owned());
        }
        _ => return Err(format!("unknown command: {line}").into()),
    }
    Ok(())
}

fn print(announced: &Announced) {
    println!(
        "{}",
        serde_json::json!({
            "host": announced.host_name,
            "serial": announced.serial_name,
            "addresses": announced.addresses,
        })
    );
}
