//! `imd admin`: administration on the command line, carried out by the running daemon over its own socket.
//!
//! It uses the same routes as the pages, in the name of the box's first owner; whoever may open the socket needs no
//! password.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use self::ask::{Request, ask};
use self::keeping::KeepingAct;
use self::machine::MachineAct;
use self::people::PeopleAct;
use self::rooms::RoomsAct;
use super::{Source, print};
use crate::exit::{self, Failure};

mod ask;
mod keeping;
mod machine;
mod people;
mod rooms;
mod table;

/// Where the daemon is, how to print the answer, and what to do.
#[derive(Debug, Args)]
pub(super) struct Admin {
    #[command(flatten)]
    source: Source,
    /// The daemon's data folder instead of the one in the file
    #[arg(long, value_name = "FOLDER", global = true)]
    data: Option<PathBuf>,
    /// Print JSON instead of a table
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    #[command(flatten)]
    People(PeopleAct),
    #[command(flatten)]
    Rooms(RoomsAct),
    #[command(flatten)]
    Keeping(KeepingAct),
    #[command(flatten)]
    Machine(MachineAct),
}

impl Admin {
    pub(super) fn run(self) -> Result<(), Failure> {
        let mut config = self.source.load()?;
        if let Some(data) = self.data {
            config.data = data;
        }
        let socket = config.data.join(crate::app::SOCKET);
        let mut answer = ask(&socket, &self.act.request())?;
        if let Some(next) = self.act.then() {
            answer = ask(&socket, &next)?;
        }
        if self.json {
            let text = serde_json::to_string_pretty(&answer).map_err(|error| Failure::new(exit::FAILED, error))?;
            return print(&format!("{text}\n"));
        }
        print(&table::shown(&answer))
    }
}

impl Act {
    fn request(&self) -> Request {
        match self {
            Self::People(act) => act.request(),
            Self::Rooms(act) => act.request(),
            Self::Keeping(act) => act.request(),
            Self::Machine(act) => act.request(),
        }
    }

    /// What is asked next, once the first request was done.
    fn then(&self) -> Option<Request> {
        if let Self::Machine(act) = self { act.then() } else { None }
    }
}
