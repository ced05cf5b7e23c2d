//! The machine on the command line: network, clock, updates, power, self-check, and what admins did.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use serde_json::json;

use super::ask::{Request, encoded};

#[derive(Debug, Subcommand)]
pub(super) enum MachineAct {
    /// State of the network, and the change that waits to be confirmed
    Network,
    /// Keep a network change, with the token from its link
    NetworkConfirm { token: String },
    /// Undo the network change that waits to be confirmed
    NetworkUndo { change: u64 },
    /// State of the clock; with options, change its settings
    Clock {
        /// A time zone of the tz database, such as Asia/Shanghai
        #[arg(long)]
        zone: Option<String>,
        /// Ask time servers
        #[arg(long, value_name = "true|false")]
        ntp: Option<bool>,
    },
    /// Both versions, and the update in progress
    Update,
    /// Install an update from a file; `restart` starts it
    UpdateInstall { file: PathBuf },
    /// Go back to the previous version and restart the box
    UpdateBack,
    /// Restart the box
    Restart {
        /// Restart the chat program alone
        #[arg(long)]
        daemon: bool,
    },
    /// Switch the box off
    ShutDown,
    /// Run the self-check now and print what is wrong
    Patrol,
    /// What admins have done, newest first
    Audit,
    /// State of a damaged database, or what to do about it; while the box runs, 'start' opens the repair page
    Repair {
        /// What to do
        choice: Option<RepairWord>,
        /// Which copy to restore; only with 'copy'
        #[arg(long, value_name = "NAME")]
        copy: Option<String>,
        /// The word 'anew', to confirm; only with 'anew'
        #[arg(long)]
        confirm: Option<String>,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum RepairWord {
    /// Restart a running box into its repair page
    Start,
    /// Save what can be read
    Salvage,
    /// Restore a copy
    Copy,
    /// Start with an empty box
    Anew,
    /// Continue with the database as it is
    Leave,
}

impl MachineAct {
    pub(super) fn request(&self) -> Request {
        let power = |order: &str| Request::send("POST", "/api/v1/admin/power", json!({"order": order}));
        match self {
            Self::Network => Request::get("/api/v1/admin/network"),
            Self::NetworkConfirm { token } => Request::send("POST", "/api/v1/network/confirm", json!({"token": token})),
            Self::NetworkUndo { change } => Request::of("DELETE", format!("/api/v1/admin/network/changes/{change}")),
            Self::Clock { zone: None, ntp: None } => Request::get("/api/v1/admin/clock"),
            Self::Clock { zone, ntp } => {
                Request::send("PATCH", "/api/v1/admin/clock", json!({"zone": zone, "ntp": ntp}))
            }
            Self::Update => Request::get("/api/v1/admin/update"),
            Self::UpdateInstall { file } => {
                let name = file.file_name().unwrap_or_default().to_string_lossy();
                let path = format!("/api/v1/admin/update/bundle?name={}", encoded(&name));
                Request::file(path, file.clone(), Vec::new())
            }
            Self::UpdateBack => Request::post("/api/v1/admin/update/back"),
            Self::Restart { daemon } => power(if *daemon { "restart_daemon" } else { "restart_box" }),
            Self::ShutDown => power("shut_down"),
            Self::Patrol => Request::post("/api/v1/admin/patrol"),
            Self::Audit => Request::get("/api/v1/admin/audit"),
            Self::Repair { choice: None, .. } => Request::get("/api/v1/repair"),
            Self::Repair { choice: Some(RepairWord::Start), .. } => Request::post("/api/v1/admin/repair"),
            Self::Repair { choice: Some(choice), copy, confirm } => {
                let choice = format!("{choice:?}").to_lowercase();
                let body = json!({"choice": choice, "copy": copy, "confirm": confirm});
                Request::send("POST", "/api/v1/repair/choose", body)
            }
        }
    }

    /// What is asked next, once the first request was done.
    pub(super) fn then(&self) -> Option<Request> {
        matches!(self, Self::UpdateInstall { .. }).then(|| Request::post("/api/v1/admin/update/install"))
    }
}
