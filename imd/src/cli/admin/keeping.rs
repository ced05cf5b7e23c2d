//! What the box keeps, at the command line: backups, what takes the space, what repairs put aside, moving all of it to another
//! box, and forgetting it.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::json;

use super::ask::{Request, encoded, first_line};

/// Where files are kept.
const PLACE: &str = "/api/v1/admin/storage/place";

#[derive(Debug, Subcommand)]
pub(super) enum KeepingAct {
    /// The backups on the box
    Backups,
    /// Make a backup now
    Backup {
        /// Lock it with the passphrase in the first line of the input
        #[arg(long)]
        lock: bool,
    },
    /// Bring a backup back on a box that nobody owns yet; the program restarts with it
    Restore {
        /// The backup
        file: PathBuf,
        /// The box's claim code
        #[arg(long)]
        code: String,
        /// It is locked with the passphrase in the first line of the input
        #[arg(long)]
        locked: bool,
    },
    /// What takes the space, or where the files are kept
    Storage {
        #[command(subcommand)]
        act: Option<StorageAct>,
    },
    /// Damaged databases, and whole boxes, that repairs put aside
    #[command(subcommand)]
    Damaged(DamagedAct),
    /// Move this box to another one
    #[command(subcommand)]
    Move(MoveAct),
    /// The claim of the box
    #[command(subcommand)]
    Claim(ClaimAct),
    /// Forget everything and start all over
    Reset {
        /// The box's name, for whoever means it
        #[arg(long)]
        name: String,
        /// Leave the backups on the box
        #[arg(long)]
        keep_backups: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum StorageAct {
    /// Where the files are kept, how far they are on their way, and which USB disks there are
    Place,
    /// Keep the files on a USB disk from now on
    ToDisk { disk: String },
    /// Bring them back to the card
    ToCard,
    /// Let a USB disk go, so that it may be pulled out
    Eject { disk: String },
}

#[derive(Debug, Subcommand)]
pub(super) enum DamagedAct {
    /// What there is, newest first
    List,
    /// Delete what one repair put aside
    Delete {
        /// As the list names it
        name: String,
    },
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub(super) enum MoveAct {
    /// Pack the box for whoever types the code on the new one; the code is told this once, an earlier one ends
    Offer,
    /// How far it is, and how long the code is good
    State,
    /// Take the code back: nothing can be fetched any more
    Stop,
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub(super) enum ClaimAct {
    /// Every owner's password is lost: for a quarter of an hour a new code makes whoever has it an owner; members are told
    Reopen,
}

impl KeepingAct {
    pub(super) fn request(&self) -> Request {
        match self {
            Self::Backups => Request::get("/api/v1/admin/backups"),
            Self::Backup { lock } => {
                let passphrase = lock.then(first_line);
                Request::send("POST", "/api/v1/admin/backups", json!({"passphrase": passphrase}))
            }
            Self::Restore { file, code, locked } => {
                // Blanks and dashes are for eyes.
                let mut headers = vec![("Claim-Code", code.chars().filter(char::is_ascii_alphanumeric).collect())];
                headers.extend(locked.then(|| ("Backup-Passphrase", encoded(&first_line()))));
                Request::file("/api/v1/restore", file.clone(), headers)
            }
            Self::Storage { act: None } => Request::get("/api/v1/admin/storage"),
            Self::Storage { act: Some(StorageAct::Place) } => Request::get(PLACE),
            Self::Storage { act: Some(StorageAct::ToDisk { disk }) } => {
                Request::send("PUT", PLACE, json!({"disk": disk}))
            }
            Self::Storage { act: Some(StorageAct::ToCard) } => Request::send("PUT", PLACE, json!({"disk": null})),
            Self::Storage { act: Some(StorageAct::Eject { disk }) } => {
                Request::post(format!("/api/v1/admin/disks/{}/eject", encoded(disk)))
            }
            Self::Damaged(DamagedAct::List) => Request::get("/api/v1/admin/damaged"),
            Self::Damaged(DamagedAct::Delete { name }) => {
                Request::of("DELETE", format!("/api/v1/admin/damaged/{}", encoded(name)))
            }
            Self::Move(MoveAct::Offer) => Request::post("/api/v1/admin/move"),
            Self::Move(MoveAct::State) => Request::get("/api/v1/admin/move"),
            Self::Move(MoveAct::Stop) => Request::of("DELETE", "/api/v1/admin/move"),
            Self::Claim(ClaimAct::Reopen) => Request::post("/api/v1/admin/claim/reopen"),
            Self::Reset { name, keep_backups } => {
                let body = json!({"name": name, "keep_backups": keep_backups});
                Request::send("POST", "/api/v1/admin/factory-reset", body)
            }
        }
    }
}
