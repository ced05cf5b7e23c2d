//! Open-loop load generator for `imd`, on loopback only and bounded in time.
//!
//! `set-up` makes people and rooms and keeps them in a file; each other command measures one thing with them. One JSON line
//! per step goes to standard output, a row for people to standard error.

mod cast;
mod chat;
mod error;
mod frame;
mod histogram;
mod long_room;
mod net;
mod process;
mod reference;
mod report;
mod scenario;
mod search;
mod session;
mod tally;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use nix::sys::resource::{Resource, getrlimit, setrlimit};

use crate::cast::Cast;
use crate::chat::Pace;
use crate::error::LoadError;
use crate::net::Network;
use crate::scenario::{Ladder, Stage};

/// Loads an imd on this machine and measures it.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// The whole run ends after so many seconds, finished or not.
    #[arg(long, default_value_t = 600)]
    limit_s: u64,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make users and rooms and write them to the cast file.
    SetUp {
        #[command(flatten)]
        target: Target,
        /// How many users.
        #[arg(long, default_value_t = 4000)]
        users: usize,
        /// The claim code of a fresh box.
        #[arg(long)]
        claim_code: Option<String>,
    },
    /// Users sign in at a rate; then their memory is taken, idle.
    SignIn {
        #[command(flatten)]
        target: Target,
        #[command(flatten)]
        server: Server,
        #[command(flatten)]
        crowd: Crowd,
    },
    /// Users sign in and chat in rooms of 20; memory is taken idle and after chatting.
    Mixed {
        #[command(flatten)]
        target: Target,
        #[command(flatten)]
        server: Server,
        #[command(flatten)]
        crowd: Crowd,
        /// Messages per second of all users together; the default is one per user in 7.5 s.
        #[arg(long)]
        messages_per_s: Option<f64>,
        /// For how many seconds.
        #[arg(long, default_value_t = 60.0)]
        seconds: f64,
    },
    /// 200 clients send to their neighbour; how many messages per second get to the disk in time?
    Durable {
        #[command(flatten)]
        target: Target,
        #[command(flatten)]
        server: Server,
        #[command(flatten)]
        steps: Steps,
        /// Messages per second to try, ascending.
        #[arg(long, value_delimiter = ',', default_values_t = [500.0, 1000.0, 2000.0, 5000.0, 7500.0, 10000.0, 15000.0, 20000.0, 25000.0, 30000.0, 40000.0, 50000.0, 60000.0])]
        rates: Vec<f64>,
    },
    /// 200 clients in one room; how many deliveries per second arrive in time?
    FanOut {
        #[command(flatten)]
        target: Target,
        #[command(flatten)]
        server: Server,
        #[command(flatten)]
        steps: Steps,
        /// Messages per second to try, ascending; each is delivered 200 times.
        #[arg(long, value_delimiter = ',', default_values_t = [50.0, 100.0, 250.0, 500.0, 750.0, 1000.0, 1500.0, 2000.0, 2500.0, 3000.0, 4000.0, 5000.0])]
        rates: Vec<f64>,
    },
    /// A room of many messages: opening it, paging back to its beginning, catching up, and counting what is unread.
    LongRoom {
        #[command(flatten)]
        target: Target,
        /// Messages in the room.
        #[arg(long, default_value_t = 100_000)]
        messages: u64,
    },
    /// Finding something among many messages: words, signs, beginnings.
    Search {
        #[command(flatten)]
        target: Target,
        /// Messages in all.
        #[arg(long, default_value_t = 1_000_000)]
        messages: u64,
    },
    /// What the machine itself can do: TCP ping-pongs and flushed appends per second.
    Machine {
        /// Where the appends go; the disk that the server's data is on.
        folder: PathBuf,
    },
}

#[derive(Debug, Args)]
struct Target {
    /// Where the server listens; loopback.
    #[arg(long)]
    server: SocketAddr,
    /// The file of users and rooms.
    #[arg(long)]
    cast: PathBuf,
    /// Connections come from 127.0.0.2 and so many addresses.
    #[arg(long, default_value_t = 16)]
    sources: u8,
}

#[derive(Debug, Args)]
struct Server {
    /// Process id of the server, to take its processor time and memory.
    #[arg(long)]
    pid: u32,
}

#[derive(Debug, Args)]
struct Crowd {
    /// How many of the cast; all if it has fewer.
    #[arg(long, default_value_t = 4000)]
    users: usize,
    /// Sign-ins per second.
    #[arg(long, default_value_t = 200.0)]
    rate: f64,
}

#[derive(Debug, Args)]
struct Steps {
    /// Seconds that each step lasts.
    #[arg(long, default_value_t = 8.0)]
    step_s: f64,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report::say(&format!("imd-load: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<(), LoadError> {
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE).map_err(|error| LoadError::io("getrlimit")(error.into()))?;
    setrlimit(Resource::RLIMIT_NOFILE, most, most).map_err(|error| LoadError::io("setrlimit")(error.into()))?;
    // One thread: with the server on the other core, who is the bottleneck can be seen.
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(LoadError::io("runtime"))?;
    let limit = Duration::from_secs(arguments.limit_s);
    let bounded = async { tokio::time::timeout(limit, carry_out(arguments.command)).await };
    tokio::task::LocalSet::new().block_on(&runtime, bounded).unwrap_or(Err(LoadError::OverTime(arguments.limit_s)))
}

async fn carry_out(command: Command) -> Result<(), LoadError> {
    match command {
        Command::Machine { folder } => reference::run(&folder),
        Command::SetUp { target, users, claim_code } => {
            let network = Network::new(target.server, target.sources)?;
            Cast::set_up(&network, users, claim_code.as_deref()).await?.save(&target.cast)
        }
        Command::SignIn { target, server, crowd } => {
            stage(&target, &server)?.everyone(crowd.users, crowd.rate, None).await
        }
        Command::Mixed { target, server, crowd, messages_per_s, seconds } => {
            let stage = stage(&target, &server)?;
            let rate = messages_per_s.unwrap_or(crowd.users.min(stage.cast.users.len()) as f64 / 7.5);
            let pace = Pace { rate, length: Duration::from_secs_f64(seconds) };
            stage.everyone(crowd.users, crowd.rate, Some(pace)).await
        }
        Command::Durable { target, server, steps, rates } => {
            stage(&target, &server)?.durable(&ladder(rates, &steps)).await
        }
        Command::LongRoom { target, messages } => {
            let network = Network::new(target.server, target.sources)?;
            long_room::run(&network, &Cast::load(&target.cast)?, messages).await
        }
        Command::Search { target, messages } => {
            let network = Network::new(target.server, target.sources)?;
            search::run(&network, &Cast::load(&target.cast)?, messages).await
        }
        Command::FanOut { target, server, steps, rates } => {
            stage(&target, &server)?.fan_out(&ladder(rates, &steps)).await
        }
    }
}

fn stage(target: &Target, server: &Server) -> Result<Stage, LoadError> {
    Ok(Stage {
        network: Network::new(target.server, target.sources)?,
        server: server.pid,
        cast: Cast::load(&target.cast)?,
        run: getrandom::u32()?,
    })
}

fn ladder(rates: Vec<f64>, steps: &Steps) -> Ladder {
    Ladder { rates, length: Duration::from_secs_f64(steps.step_s) }
}
