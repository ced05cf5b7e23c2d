//! `imd admin`: the admin's acts on the command line, asked of the running daemon over its own socket.
//!
//! The same routes as the pages use, in the name of the box's first owner; who may open the socket needs no password.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::{Source, print};
use crate::exit::{self, Failure};

mod table;

/// Where files are kept.
const PLACE: &str = "/api/v1/admin/storage/place";
/// An answer is never waited for longer.
const PATIENCE: Duration = Duration::from_secs(120);
/// Nor one to a file, which may be a whole box's.
const FILE_PATIENCE: Duration = Duration::from_secs(3_600);

/// Where the daemon is, how to answer, and what to do.
#[derive(Debug, Args)]
pub(super) struct Admin {
    #[command(flatten)]
    source: Source,
    /// The daemon's data folder instead of the one in the file
    #[arg(long, value_name = "FOLDER", global = true)]
    data: Option<PathBuf>,
    /// Answer with JSON instead of a table
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Everybody, with their devices and when they were last here
    People {
        /// Part of a name or handle
        #[arg(default_value = "")]
        find: String,
    },
    /// Keep somebody out for now
    Suspend { person: i64 },
    /// Let somebody who was suspended in again
    Reinstate { person: i64 },
    /// Change what somebody may do
    Role { person: i64, role: Role },
    /// How many bytes of files somebody may store, 0 for any number; with nothing, as everybody
    Quota { person: i64, bytes: Option<u64> },
    /// Remove somebody for good
    Remove {
        person: i64,
        /// Delete what they wrote as well
        #[arg(long)]
        delete_messages: bool,
    },
    /// A link that signs somebody in on one more device; also for an owner who is locked out
    Ticket { person: i64 },
    /// Everybody's signed-in devices, the newest sign-in first
    Devices {
        /// Part of a person's name or handle
        #[arg(default_value = "")]
        find: String,
    },
    /// Sign all of somebody's devices out, or one of them
    SignOut { person: i64, device: Option<i64> },
    /// The invites there are
    Invites,
    /// Make an invite
    Invite,
    /// Take an invite back
    Revoke { invite: i64 },
    /// Who waits at the door
    Requests,
    /// Let somebody in who waits
    LetIn { person: i64 },
    /// Send somebody away who waits
    TurnAway { person: i64 },
    /// All groups and channels
    Rooms,
    /// Put a room away: it is only read from now on
    Archive { room: i64 },
    /// Open a room that was put away
    Unarchive { room: i64 },
    /// Delete a room with everything in it
    DeleteRoom { room: i64 },
    /// Messages that members reported; never the first owner's own
    Reports {
        /// Those that were answered
        #[arg(long)]
        answered: bool,
    },
    /// Answer a report and all others of the same message; with nothing else, the message is left
    AnswerReport {
        report: i64,
        /// Delete the message
        #[arg(long)]
        delete: bool,
        /// Tell its writer so, as a message from the first owner
        #[arg(long, value_name = "TEXT")]
        warn: Option<String>,
        /// Suspend its writer
        #[arg(long)]
        suspend: bool,
    },
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
    /// How the box is connected, and the change that waits to be confirmed
    Network,
    /// Keep a change of the network, by the word of whoever made it
    NetworkConfirm { token: String },
    /// Take back a change of the network that waits
    NetworkUndo { change: u64 },
    /// What time it is on the box and how it knows; with options, change that
    Clock {
        /// A zone of the tz database: Asia/Shanghai
        #[arg(long)]
        zone: Option<String>,
        /// Ask time servers
        #[arg(long, value_name = "true|false")]
        ntp: Option<bool>,
    },
    /// Which versions there are and what is under way
    Update,
    /// Install an update from a file; `restart` starts it
    UpdateInstall { file: PathBuf },
    /// Start the version before this one again, now
    UpdateBack,
    /// Restart the box
    Restart {
        /// The chat program alone
        #[arg(long)]
        daemon: bool,
    },
    /// Switch the box off
    ShutDown,
    /// Look at everything now and say what is not well
    Patrol,
    /// What takes the space, or where the files are kept
    Storage {
        #[command(subcommand)]
        act: Option<StorageAct>,
    },
    /// What admins did, newest first
    Audit,
    /// A damaged database: how it stands, or what to do about it; while the box runs, 'start' opens the repair page
    Repair {
        /// What to do
        choice: Option<RepairWord>,
        /// Which copy to go back to; only with 'copy'
        #[arg(long, value_name = "NAME")]
        copy: Option<String>,
        /// The word 'anew', for whoever means it; only with 'anew'
        #[arg(long)]
        confirm: Option<String>,
    },
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

#[derive(Debug, Clone, Subcommand)]
enum StorageAct {
    /// Where the files are kept, how far they are on their way, and which USB disks there are
    Place,
    /// Keep the files on a USB disk from now on
    ToDisk { disk: String },
    /// Bring them back to the card
    ToCard,
    /// Let a USB disk go, so that it may be pulled out
    Eject { disk: String },
}

#[derive(Debug, Clone, Copy, Subcommand)]
enum ClaimAct {
    /// Every owner's password is lost: for a quarter of an hour a new code makes whoever has it an owner; members are told
    Reopen,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Role {
    Owner,
    Admin,
    Member,
    Guest,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum RepairWord {
    /// Restart a box that runs into its repair page
    Start,
    /// Save what can be read
    Salvage,
    /// Go back to a copy
    Copy,
    /// Start all over
    Anew,
    /// Go on as it is
    Leave,
}

/// What is sent.
struct Request {
    method: &'static str,
    path: String,
    body: Option<Value>,
    /// Sent in place of a body.
    file: Option<PathBuf>,
    /// More lines of the head.
    headers: Vec<(&'static str, String)>,
}

impl Request {
    fn of(method: &'static str, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), body: None, file: None, headers: Vec::new() }
    }
}

impl Admin {
    pub(super) fn run(self) -> Result<(), Failure> {
        let mut config = self.source.load()?;
        if let Some(data) = self.data {
            config.data = data;
        }
        let socket = config.data.join(crate::app::SOCKET);
        let mut answer = ask(&socket, &self.act.request())?;
        if matches!(self.act, Act::UpdateInstall { .. }) {
            answer = ask(&socket, &Request::of("POST", "/api/v1/admin/update/install"))?;
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
        let get = |path: &str| Request::of("GET", path);
        // A body that nobody reads breaks the line before the answer has arrived.
        let post = |path: String| Request::of("POST", path);
        let send = |method, path: String, body: Value| Request { body: Some(body), ..Request::of(method, path) };
        let power = |order: &str| send("POST", "/api/v1/admin/power".to_owned(), json!({"order": order}));
        let answered = |person: &i64, approve: bool| {
            send("POST", format!("/api/v1/requests/{person}"), json!({"approve": approve}))
        };
        let user = |id: &i64| format!("/api/v1/users/{id}");
        let person = |id: &i64, what: &str| format!("/api/v1/admin/people/{id}/{what}");
        let room = |id: &i64| format!("/api/v1/admin/rooms/{id}");
        match self {
            Self::People { find } => get(&format!("/api/v1/admin/people?q={}", encoded(find))),
            Self::Suspend { person } => send("PATCH", user(person), json!({"status": "suspended"})),
            Self::Reinstate { person } => send("PATCH", user(person), json!({"status": "active"})),
            Self::Role { person, role } => {
                send("PATCH", user(person), json!({"role": format!("{role:?}").to_lowercase()}))
            }
            Self::Quota { person: id, bytes } => send("PUT", person(id, "quota"), json!({"quota_bytes": bytes})),
            Self::Remove { person: id, delete_messages } => {
                let messages = if *delete_messages { "delete" } else { "keep" };
                send("POST", person(id, "remove"), json!({"messages": messages}))
            }
            Self::Ticket { person } => post(format!("{}/ticket", user(person))),
            Self::Devices { find } => get(&format!("/api/v1/admin/devices?q={}", encoded(find))),
            Self::SignOut { person: id, device: None } => Request::of("DELETE", person(id, "devices")),
            Self::SignOut { person: id, device: Some(device) } => {
                Request::of("DELETE", person(id, &format!("devices/{device}")))
            }
            Self::Invites => get("/api/v1/invites"),
            Self::Invite => send("POST", "/api/v1/invites".to_owned(), json!({})),
            Self::Revoke { invite } => Request::of("DELETE", format!("/api/v1/invites/{invite}")),
            Self::Requests => get("/api/v1/requests"),
            Self::LetIn { person } => answered(person, true),
            Self::TurnAway { person } => answered(person, false),
            Self::Restore { file, code, locked } => {
                // Blanks and dashes are for eyes.
                let mut headers = vec![("Claim-Code", code.chars().filter(char::is_ascii_alphanumeric).collect())];
                headers.extend(locked.then(|| ("Backup-Passphrase", encoded(&first_line()))));
                Request { file: Some(file.clone()), headers, ..post("/api/v1/restore".to_owned()) }
            }
            Self::Network => get("/api/v1/admin/network"),
            Self::NetworkConfirm { token } => {
                send("POST", "/api/v1/network/confirm".to_owned(), json!({"token": token}))
            }
            Self::NetworkUndo { change } => Request::of("DELETE", format!("/api/v1/admin/network/changes/{change}")),
            Self::Clock { zone: None, ntp: None } => get("/api/v1/admin/clock"),
            Self::Clock { zone, ntp } => {
                send("PATCH", "/api/v1/admin/clock".to_owned(), json!({"zone": zone, "ntp": ntp}))
            }
            Self::Update => get("/api/v1/admin/update"),
            Self::UpdateInstall { file } => {
                let name = file.file_name().unwrap_or_default().to_string_lossy();
                let path = format!("/api/v1/admin/update/bundle?name={}", encoded(&name));
                Request { file: Some(file.clone()), ..post(path) }
            }
            Self::UpdateBack => post("/api/v1/admin/update/back".to_owned()),
            Self::Restart { daemon } => power(if *daemon { "restart_daemon" } else { "restart_box" }),
            Self::ShutDown => power("shut_down"),
            Self::Rooms => get("/api/v1/admin/rooms"),
            Self::Archive { room: id } => send("PATCH", room(id), json!({"archived": true})),
            Self::Unarchive { room: id } => send("PATCH", room(id), json!({"archived": false})),
            Self::DeleteRoom { room: id } => Request::of("DELETE", room(id)),
            Self::Reports { answered } => get(&format!("/api/v1/admin/reports?answered={answered}")),
            Self::AnswerReport { report, delete, warn, suspend } => {
                let body = json!({"delete": delete, "warning": warn, "suspend": suspend});
                send("POST", format!("/api/v1/admin/reports/{report}"), body)
            }
            Self::Backups => get("/api/v1/admin/backups"),
            Self::Backup { lock } => {
                let passphrase = lock.then(first_line);
                send("POST", "/api/v1/admin/backups".to_owned(), json!({"passphrase": passphrase}))
            }
            Self::Patrol => post("/api/v1/admin/patrol".to_owned()),
            Self::Storage { act: None } => get("/api/v1/admin/storage"),
            Self::Storage { act: Some(StorageAct::Place) } => get(PLACE),
            Self::Storage { act: Some(StorageAct::ToDisk { disk }) } => {
                send("PUT", PLACE.to_owned(), json!({"disk": disk}))
            }
            Self::Storage { act: Some(StorageAct::ToCard) } => send("PUT", PLACE.to_owned(), json!({"disk": null})),
            Self::Storage { act: Some(StorageAct::Eject { disk }) } => {
                post(format!("/api/v1/admin/disks/{}/eject", encoded(disk)))
            }
            Self::Audit => get("/api/v1/admin/audit"),
            Self::Repair { choice: None, .. } => get("/api/v1/repair"),
            Self::Repair { choice: Some(RepairWord::Start), .. } => post("/api/v1/admin/repair".to_owned()),
            Self::Repair { choice: Some(choice), copy, confirm } => {
                let choice = format!("{choice:?}").to_lowercase();
                let body = json!({"choice": choice, "copy": copy, "confirm": confirm});
                send("POST", "/api/v1/repair/choose".to_owned(), body)
            }
            Self::Claim(ClaimAct::Reopen) => post("/api/v1/admin/claim/reopen".to_owned()),
            Self::Reset { name, keep_backups } => {
                let body = json!({"name": name, "keep_backups": keep_backups});
                send("POST", "/api/v1/admin/factory-reset".to_owned(), body)
            }
        }
    }
}

/// A secret, which must not be among the arguments that everybody sees: the first line of the input. Nothing readable is an
/// empty one, which the daemon refuses.
fn first_line() -> String {
    let mut line = String::new();
    match io::stdin().read_line(&mut line) {
        Ok(_) => line.trim_end_matches(['\r', '\n']).to_owned(),
        Err(_) => String::new(),
    }
}

/// Percent-encoded for a query (RFC 3986, section 2.1): everything but letters and digits.
fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

/// Asks the daemon; one request a connection (RFC 9112).
fn ask(socket: &Path, request: &Request) -> Result<Value, Failure> {
    let away = |error: io::Error| {
        let cause = format!("no daemon answers at {}: {error}", socket.display());
        Failure::new(exit::NO_DAEMON, cause)
    };
    let mut stream = UnixStream::connect(socket).map_err(away)?;
    let body = request.body.as_ref().map(ToString::to_string).unwrap_or_default();
    let file = request.file.as_deref().map(File::open).transpose().map_err(|error| {
        Failure::new(exit::USAGE, format!("{}: {error}", request.file.as_deref().unwrap_or(Path::new("")).display()))
    })?;
    let length = match &file {
        Some(file) => file.metadata().map_err(away)?.len(),
        None => body.len() as u64,
    };
    // What is sent as a file is looked through whole before the answer.
    stream.set_read_timeout(Some(if file.is_some() { FILE_PATIENCE } else { PATIENCE })).map_err(away)?;
    let media_type = if file.is_some() { "application/octet-stream" } else { "application/json" };
    let more: String = request.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let head = format!(
        "{} {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: {media_type}\r\nContent-Length: {length}\r\n{}\r\n",
        request.method, request.path, more
    );
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).map_err(away)?;
    if let Some(mut file) = file {
        // A daemon that has refused reads no more: its answer says why.
        match io::copy(&mut file, &mut stream) {
            Err(error) if !matches!(error.kind(), io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset) => {
                return Err(away(error));
            }
            _ => {}
        }
    }
    let (status, answer) = read_answer(BufReader::new(stream)).map_err(away)?;
    if status < 400 {
        return Ok(answer);
    }
    let message = answer["error"]["message"].as_str().unwrap_or("the daemon refused");
    let code = answer["error"]["code"].as_str().unwrap_or("internal");
    Err(Failure::new(exit::REFUSED, format!("{message} ({code})")))
}

fn read_answer(mut from: impl BufRead) -> io::Result<(u16, Value)> {
    let wrong = |what: &'static str| io::Error::new(io::ErrorKind::InvalidData, what);
    let mut line = String::new();
    from.read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or(wrong("no HTTP answer"))?;
    loop {
        line.clear();
        from.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
    }
    // `Connection: close`: the body ends with the line.
    let mut body = Vec::new();
    match from.read_to_end(&mut body) {
        // A daemon that refused did not take all that was sent: for the kernel, that is no proper end.
        Err(error) if error.kind() == io::ErrorKind::ConnectionReset => {}
        read => drop(read?),
    }
    if body.is_empty() {
        return Ok((status, Value::Null));
    }
    let value = serde_json::from_slice(&body).map_err(|_| wrong("not JSON"))?;
    Ok((status, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_and_an_empty_answer_are_read() {
        let read = |text: &str| read_answer(text.as_bytes()).unwrap();
        assert_eq!(read("HTTP/1.1 204 No Content\r\nx: y\r\n\r\n"), (204, Value::Null));
        assert_eq!(read("HTTP/1.1 403 Forbidden\r\n\r\n{\"a\":1}"), (403, json!({"a": 1})));
        assert!(read_answer("nonsense".as_bytes()).is_err());
        assert_eq!(encoded("a b&王"), "a%20b%26%E7%8E%8B");
    }
}
