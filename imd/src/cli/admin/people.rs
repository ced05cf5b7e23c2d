//! People on the command line: who they are and what they may do, their devices, invites, and join requests.

use clap::{Subcommand, ValueEnum};
use serde_json::json;

use super::ask::{Request, encoded};

#[derive(Debug, Subcommand)]
pub(super) enum PeopleAct {
    /// Everybody, with their devices and when they were last seen
    People {
        /// Part of a name or handle
        #[arg(default_value = "")]
        find: String,
    },
    /// Suspend somebody, who may not use the box then
    Suspend { person: i64 },
    /// End somebody's suspension
    Reinstate { person: i64 },
    /// Change somebody's role
    Role { person: i64, role: Role },
    /// How many bytes of files somebody may store, 0 for any number; without a number, as for everybody
    Quota { person: i64, bytes: Option<u64> },
    /// Remove somebody permanently
    Remove {
        person: i64,
        /// Delete their messages as well
        #[arg(long)]
        delete_messages: bool,
    },
    /// Print a link that signs somebody in on another device; also for an owner who is locked out
    Ticket { person: i64 },
    /// Everybody's signed-in devices, the most recent sign-in first
    Devices {
        /// Part of a person's name or handle
        #[arg(default_value = "")]
        find: String,
    },
    /// Sign all of somebody's devices out, or one of them
    SignOut { person: i64, device: Option<i64> },
    /// The valid invites
    Invites,
    /// Create an invite
    Invite,
    /// Revoke an invite
    Revoke { invite: i64 },
    /// The open join requests
    Requests,
    /// Let somebody in who has asked to join
    LetIn { person: i64 },
    /// Refuse somebody who has asked to join
    TurnAway { person: i64 },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Role {
    Owner,
    Admin,
    Member,
    Guest,
}

impl PeopleAct {
    pub(super) fn request(&self) -> Request {
        let answered = |person: &i64, approve: bool| {
            Request::send("POST", format!("/api/v1/requests/{person}"), json!({"approve": approve}))
        };
        let user = |id: &i64| format!("/api/v1/users/{id}");
        let person = |id: &i64, what: &str| format!("/api/v1/admin/people/{id}/{what}");
        match self {
            Self::People { find } => Request::get(format!("/api/v1/admin/people?q={}", encoded(find))),
            Self::Suspend { person } => Request::send("PATCH", user(person), json!({"status": "suspended"})),
            Self::Reinstate { person } => Request::send("PATCH", user(person), json!({"status": "active"})),
            Self::Role { person, role } => {
                Request::send("PATCH", user(person), json!({"role": format!("{role:?}").to_lowercase()}))
            }
            Self::Quota { person: id, bytes } => {
                Request::send("PUT", person(id, "quota"), json!({"quota_bytes": bytes}))
            }
            Self::Remove { person: id, delete_messages } => {
                let messages = if *delete_messages { "delete" } else { "keep" };
                Request::send("POST", person(id, "remove"), json!({"messages": messages}))
            }
            Self::Ticket { person } => Request::post(format!("{}/ticket", user(person))),
            Self::Devices { find } => Request::get(format!("/api/v1/admin/devices?q={}", encoded(find))),
            Self::SignOut { person: id, device: None } => Request::of("DELETE", person(id, "devices")),
            Self::SignOut { person: id, device: Some(device) } => {
                Request::of("DELETE", person(id, &format!("devices/{device}")))
            }
            Self::Invites => Request::get("/api/v1/invites"),
            Self::Invite => Request::send("POST", "/api/v1/invites", json!({})),
            Self::Revoke { invite } => Request::of("DELETE", format!("/api/v1/invites/{invite}")),
            Self::Requests => Request::get("/api/v1/requests"),
            Self::LetIn { person } => answered(person, true),
            Self::TurnAway { person } => answered(person, false),
        }
    }
}
