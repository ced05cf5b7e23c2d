//! How an event's body is stored in its two columns, `kind` and `body` (JSON). These are row types, not wire types.

use serde::{Deserialize, Serialize};

use crate::StoreError;
use chat::{EventBody, FileId, FileRef, Mention, Mentioned, RoomRole, Seq, UserId, Voice};

#[derive(Serialize, Deserialize)]
struct MessageRow<'a> {
    #[serde(borrow)]
    text: std::borrow::Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    files: Vec<FileJson>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reply_to: Option<u64>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    mentions: Vec<MentionJson>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    voice: Option<VoiceJson>,
}

/// Without a user: `all` or `here`.
#[derive(Serialize, Deserialize)]
struct MentionJson {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<i64>,
    handle: String,
}

#[derive(Serialize, Deserialize)]
struct VoiceJson {
    duration_ms: u32,
    levels: String,
}

#[derive(Serialize, Deserialize)]
struct FileJson {
    id: i64,
    name: String,
    media_type: String,
    size: u64,
    blake3: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pixels: Option<(u32, u32)>,
    thumbnail: bool,
}

#[derive(Serialize, Deserialize)]
struct UserJson {
    user: i64,
}

/// A tombstone. One for a lost event is stored as a deletion by nobody, which an older program can also show.
#[derive(Serialize, Deserialize)]
struct GoneJson {
    user: i64,
    #[serde(default, skip_serializing_if = "is_false")]
    lost: bool,
}

#[derive(Serialize, Deserialize)]
struct RoleJson {
    user: i64,
    role: RoleWord,
}

#[derive(Serialize, Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum RoleWord {
    Owner,
    Admin,
    Member,
}

#[derive(Serialize, Deserialize)]
struct TargetJson {
    target: u64,
}

#[derive(Serialize, Deserialize)]
struct ReactionJson {
    target: u64,
    emoji: String,
}

#[derive(Serialize, Deserialize)]
struct TextJson {
    text: String,
}

/// The `kind` and `body` columns for a body.
pub(crate) fn encode(body: &EventBody) -> Result<(&'static str, String), StoreError> {
    let user = |user: &UserId| json(&UserJson { user: user.0 });
    Ok(match body {
        EventBody::Message { text, files, reply_to, client_id: _, mentions, voice } => {
            let row = MessageRow {
                text: text.into(),
                files: files.iter().map(FileJson::from).collect(),
                reply_to: reply_to.map(|s| s.0),
                mentions: mentions.iter().map(MentionJson::from).collect(),
                voice: voice.as_deref().map(VoiceJson::from),
            };
            ("message", json(&row)?)
        }
        EventBody::Deleted { by } => ("deleted", json(&GoneJson { user: by.0, lost: false })?),
        EventBody::Newer => ("newer", "{}".to_owned()),
        EventBody::Lost => ("deleted", json(&GoneJson { user: 0, lost: true })?),
        EventBody::MessageDeleted { target } => ("message_deleted", json(&TargetJson { target: target.0 })?),
        EventBody::MessageEdited { target, now: _ } => ("message_edited", json(&TargetJson { target: target.0 })?),
        EventBody::Reacted { target, emoji } => ("reacted", reaction(*target, emoji)?),
        EventBody::ReactionRemoved { target, emoji } => ("reaction_removed", reaction(*target, emoji)?),
        EventBody::RoomCreated => ("room_created", "{}".to_owned()),
        EventBody::RoomRenamed { name } => ("room_renamed", json(&TextJson { text: name.clone() })?),
        EventBody::TopicChanged { topic } => ("topic_changed", json(&TextJson { text: topic.clone() })?),
        EventBody::PictureChanged => ("picture_changed", "{}".to_owned()),
        EventBody::RulesChanged => ("rules_changed", "{}".to_owned()),
        EventBody::ClaimReopened => ("claim_reopened", "{}".to_owned()),
        EventBody::OwnerByCode => ("owner_by_code", "{}".to_owned()),
        EventBody::Joined { user: u } => ("joined", user(u)?),
        EventBody::Added { user: u } => ("added", user(u)?),
        EventBody::Left { user: u } => ("left", user(u)?),
        EventBody::Removed { user: u } => ("removed", user(u)?),
        EventBody::RoleChanged { user, role } => {
            let role = match role {
                RoomRole::Owner => RoleWord::Owner,
                RoomRole::Admin => RoleWord::Admin,
                RoomRole::Member => RoleWord::Member,
            };
            ("role_changed", json(&RoleJson { user: user.0, role })?)
        }
    })
}

fn reaction(target: Seq, emoji: &str) -> Result<String, StoreError> {
    json(&ReactionJson { target: target.0, emoji: emoji.to_owned() })
}

/// The body in the columns `kind`, `body` and `client_id`.
pub(crate) fn decode(kind: &str, body: &str, client_id: Option<String>) -> Result<EventBody, StoreError> {
    let user = || parse::<UserJson>(body).map(|u| UserId(u.user));
    Ok(match kind {
        "message" => {
            let row: MessageRow<'_> = parse(body)?;
            EventBody::Message {
                text: row.text.into_owned(),
                files: row.files.into_iter().map(FileRef::from).collect(),
                reply_to: row.reply_to.map(Seq),
                client_id: client_id.unwrap_or_default(),
                mentions: row.mentions.into_iter().map(Mention::from).collect(),
                // One that is not as it should be is a file like any other.
                voice: row.voice.and_then(|voice| Voice::new(voice.duration_ms, voice.levels).ok()).map(Box::new),
            }
        }
        "deleted" => match parse(body)? {
            GoneJson { lost: true, .. } => EventBody::Lost,
            GoneJson { user, lost: false } => EventBody::Deleted { by: UserId(user) },
        },
        "message_deleted" => EventBody::MessageDeleted { target: Seq(parse::<TargetJson>(body)?.target) },
        "message_edited" => EventBody::MessageEdited { target: Seq(parse::<TargetJson>(body)?.target), now: None },
        "reacted" => {
            let ReactionJson { target, emoji } = parse(body)?;
            EventBody::Reacted { target: Seq(target), emoji }
        }
        "reaction_removed" => {
            let ReactionJson { target, emoji } = parse(body)?;
            EventBody::ReactionRemoved { target: Seq(target), emoji }
        }
        "room_created" => EventBody::RoomCreated,
        "room_renamed" => EventBody::RoomRenamed { name: parse::<TextJson>(body)?.text },
        "topic_changed" => EventBody::TopicChanged { topic: parse::<TextJson>(body)?.text },
        "picture_changed" => EventBody::PictureChanged,
        "rules_changed" => EventBody::RulesChanged,
        "claim_reopened" => EventBody::ClaimReopened,
        "owner_by_code" => EventBody::OwnerByCode,
        "joined" => EventBody::Joined { user: user()? },
        "added" => EventBody::Added { user: user()? },
        "left" => EventBody::Left { user: user()? },
        "removed" => EventBody::Removed { user: user()? },
        "role_changed" => {
            let row: RoleJson = parse(body)?;
            let role = match row.role {
                RoleWord::Owner => RoomRole::Owner,
                RoleWord::Admin => RoomRole::Admin,
                RoleWord::Member => RoomRole::Member,
            };
            EventBody::RoleChanged { user: UserId(row.user), role }
        }
        // The program before an update goes on with what the new one has written meanwhile.
        _ => EventBody::Newer,
    })
}

/// One file of a message, stored as in its body.
pub(crate) fn encode_file(file: &FileRef) -> Result<String, StoreError> {
    json(&FileJson::from(file))
}

/// The file that [`encode_file`] has stored.
pub(crate) fn decode_file(file: &str) -> Result<FileRef, StoreError> {
    parse::<FileJson>(file).map(FileRef::from)
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_false(value: &bool) -> bool {
    !value
}

fn json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|e| StoreError::Other(e.to_string()))
}

fn parse<'a, T: Deserialize<'a>>(body: &'a str) -> Result<T, StoreError> {
    serde_json::from_str(body).map_err(|e| StoreError::Damaged(format!("event body: {e}")))
}

impl From<&Mention> for MentionJson {
    fn from(mention: &Mention) -> Self {
        let user = match mention.who {
            Mentioned::Person(user) => Some(user.0),
            Mentioned::All | Mentioned::Here => None,
        };
        Self { user, handle: mention.handle.clone() }
    }
}

impl From<MentionJson> for Mention {
    fn from(row: MentionJson) -> Self {
        let who = match row.user {
            Some(user) => Mentioned::Person(UserId(user)),
            None if row.handle == "here" => Mentioned::Here,
            None => Mentioned::All,
        };
        Self { who, handle: row.handle }
    }
}

impl From<&Voice> for VoiceJson {
    fn from(voice: &Voice) -> Self {
        Self { duration_ms: voice.duration_ms(), levels: voice.levels().to_owned() }
    }
}

impl From<&FileRef> for FileJson {
    fn from(file: &FileRef) -> Self {
        Self {
            id: file.id.0,
            name: file.name.clone(),
            media_type: file.media_type.clone(),
            size: file.size,
            blake3: file.blake3.clone(),
            pixels: file.pixels,
            thumbnail: file.thumbnail,
        }
    }
}

impl From<FileJson> for FileRef {
    fn from(file: FileJson) -> Self {
        Self {
            id: FileId(file.id),
            name: file.name,
            media_type: file.media_type,
            size: file.size,
            blake3: file.blake3,
            pixels: file.pixels,
            thumbnail: file.thumbnail,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Without it, a room in which the newer program was used for a minute could not be opened any more after going back.
    #[test]
    fn what_a_newer_program_has_written_is_left_alone() {
        assert_eq!(decode("poll", r#"{"question": "When?"}"#, None).ok(), Some(EventBody::Newer));
    }
}
