//! What the box keeps, on the command line: backups, the storage, what repairs have set aside, moving everything to
//! another box, and the factory reset.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::json;

use super::ask::{Request, encoded, first_line};

/// Where files are stored.
const PLACE: &str = "/api/v1/admin/storage/place";

#[derive(Debug, Subcommand)]
pub(super) enum KeepingAct {
    /// List the backups
    Backups,
    /// Make a backup now
    Backup {
        /// Lock it with the passphrase in the first line of the input
        #[arg(long)]
        lock: bool,
    },
    /// Restore a backup on a box that nobody owns yet; the program restarts with it
    Restore {
        /// The backup's file
        file: PathBuf,
        /// The box's claim code
        #[arg(long)]
        code: String,
        /// The backup is locked, with the passphrase in the first line of the input
        #[arg(long)]
        locked: bool,
    },
    /// What uses the storage, or where the files are stored
    Storage {
        #[command(subcommand)]
        act: Option<StorageAct>,
    },
    /// The index of messages
    #[command(subcommand)]
    Search(SearchAct),
    /// Damaged databases, and whole boxes, that repairs have set aside
    #[command(subcommand)]
    Damaged(DamagedAct),
    /// Move this box to another one
    #[command(subcommand)]
    Move(MoveAct),
    /// The claim of the box
    #[command(subcommand)]
    Claim(ClaimAct),
    /// Reset the box: delete everything on it
    Reset {
        /// The box's name, to confirm the reset
        #[arg(long)]
        name: String,
        /// Keep the backups that are on the box
        #[arg(long)]
        keep_backups: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum SearchAct {
    /// Its size, and how far it has come
    Show,
    /// Make it anew, while people chat and search
    Rebuild,
}

#[derive(Debug, Subcommand)]
pub(super) enum StorageAct {
    /// Where the files are stored, how far moving them has got, and which USB disks there are
    Place,
    /// Store the files on a USB disk from now on
    ToDisk { disk: String },
    /// Move the files back to the card
    ToCard,
    /// Eject a USB disk, so that it can be unplugged
    Eject { disk: String },
}

#[derive(Debug, Subcommand)]
pub(super) enum DamagedAct {
    /// List them, newest first
    List,
    /// Delete what one repair has set aside
    Delete {
        /// Its name, as in the list
        name: String,
    },
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub(super) enum MoveAct {
    /// Pack the box for a new one on which the code is entered; the code is shown this once, and an earlier move ends
    Offer,
    /// How far the move has got, and how long the code stays valid
    State,
    /// Cancel the move: nothing can be fetched any more
    Stop,
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub(super) enum ClaimAct {
    /// If every owner's password is lost: for a quarter of an hour, a new code makes whoever has it an owner; members
    /// are told
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
                // Blanks and dashes only make the code easier to read.
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
            Self::Search(SearchAct::Show) => Request::get("/api/v1/admin/search"),
            Self::Search(SearchAct::Rebuild) => Request::post("/api/v1/admin/search/rebuild"),
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
