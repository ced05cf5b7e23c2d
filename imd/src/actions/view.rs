//! From domain types to wire types: the only place where one becomes the other.

use crate::actions::word::{Word, same_words};
use crate::actions::{Caller, Hub};
use crate::chat::{self, EventBody, Mentioned, UserId};
use crate::search::Part;
use crate::store::{
    DeviceRow, InviteRow, MemberRow, Mine, ReactionRow, RoomView, TicketRow, TicketState, UploadRow, UserRow,
};
use crate::wire;

/// Characters of the newest message that the list of rooms shows.
const PREVIEW_CHARS: usize = 200;

same_words! {
    chat::Role = wire::Role { Owner, Admin, Member, Guest }
    chat::RoomKind = wire::RoomKind { Direct, Group, Channel }
    chat::RoomRole = wire::RoomRole { Owner, Admin, Member }
    chat::MemberRule = wire::MemberRule { Everyone, Admins }
    chat::HistoryRule = wire::HistoryRule { All, SinceJoined }
    chat::Notify = wire::Notify { All, Mentions, None }
    chat::JoinMode = wire::JoinMode { Invite, Approval, Open }
    TicketState = wire::SignInState { Open, Waiting, Confirmed, Refused, Done }
}

/// An event as it is shown.
#[must_use]
pub fn event(event: &chat::Event) -> wire::Event {
    wire::Event { seq: event.seq.0, sender: event.sender.0, at: event.at, body: body(event) }
}

/// A device of `of`, as `caller` sees it.
pub(super) fn device(row: DeviceRow, of: UserId, caller: &Caller, hub: &Hub) -> wire::Device {
    wire::Device {
        id: row.id.0,
        current: row.id == caller.device,
        online: hub.is_device_online(of, row.id),
        label: row.label,
        created_at: row.created_at,
        seen_at: row.seen_at,
    }
}

/// For the list of rooms: a thousand rooms that end in long texts must still fit into one `ready`.
fn preview(of: &chat::Event) -> wire::Event {
    let mut event = event(of);
    if let wire::EventBody::Message { text, .. } = &mut event.body
        && let Some((end, _)) = text.char_indices().nth(PREVIEW_CHARS)
    {
        text.truncate(end);
    }
    event
}

fn body(of: &chat::Event) -> wire::EventBody {
    use wire::EventBody as W;
    match &of.body {
        EventBody::Message { text, files, reply_to, client_id, mentions, voice } => W::Message {
            text: text.clone(),
            files: files.iter().map(file).collect(),
            reply_to: reply_to.map(|s| s.0),
            client_id: Some(client_id.clone()).filter(|id| !id.is_empty()),
            mentions: mentions.iter().map(mention).collect(),
            as_of: of.changed.as_ref().map(|changed| changed.as_of.0),
            edited_at: of.changed.as_ref().and_then(|changed| changed.edited).map(|edited| edited.at),
            reactions: of.changed.iter().flat_map(|changed| &changed.reactions).map(reaction).collect(),
            voice: voice
                .as_deref()
                .map(|voice| wire::Voice { duration_ms: voice.duration_ms(), levels: voice.levels().to_owned() }),
        },
        EventBody::Deleted { by } => W::Deleted { by: by.0 },
        EventBody::Lost => W::Lost {},
        EventBody::Newer => W::Newer {},
        EventBody::MessageDeleted { target } => W::MessageDeleted { target: target.0 },
        EventBody::MessageEdited { target, now } => W::MessageEdited {
            target: target.0,
            text: now.as_ref().map(|now| now.text.clone()),
            mentions: now.iter().flat_map(|now| &now.mentions).map(mention).collect(),
        },
        EventBody::Reacted { target, emoji } => W::Reacted { target: target.0, emoji: emoji.clone() },
        EventBody::ReactionRemoved { target, emoji } => W::ReactionRemoved { target: target.0, emoji: emoji.clone() },
        EventBody::RoomCreated => W::RoomCreated {},
        EventBody::RoomRenamed { name } => W::RoomRenamed { name: name.clone() },
        EventBody::TopicChanged { topic } => W::TopicChanged { topic: topic.clone() },
        EventBody::PictureChanged => W::PictureChanged {},
        EventBody::RulesChanged => W::RulesChanged {},
        EventBody::ClaimReopened => W::ClaimReopened {},
        EventBody::OwnerByCode => W::OwnerByCode {},
        EventBody::Joined { user } => W::Joined { user: user.0 },
        EventBody::Added { user } => W::Added { user: user.0 },
        EventBody::Left { user } => W::Left { user: user.0 },
        EventBody::Removed { user } => W::Removed { user: user.0 },
        EventBody::RoleChanged { user, role } => W::RoleChanged { user: user.0, role: (*role).word() },
    }
}

pub(super) fn excerpt(parts: Vec<Part>) -> Vec<wire::ExcerptPart> {
    parts.into_iter().map(|part| wire::ExcerptPart { text: part.text, hit: part.hit }).collect()
}

pub(super) fn mention(mention: &chat::Mention) -> wire::Mention {
    let user = match mention.who {
        Mentioned::Person(user) => Some(user.0),
        Mentioned::All | Mentioned::Here => None,
    };
    wire::Mention { user, handle: mention.handle.clone() }
}

fn reaction(of: &chat::Reaction) -> wire::Reaction {
    wire::Reaction { emoji: of.emoji.clone(), count: of.count, mine: of.mine }
}

pub(super) fn who_reacted(row: ReactionRow, hub: &Hub) -> wire::WhoReacted {
    wire::WhoReacted { user: user(&row.person, hub), emoji: row.emoji, at: row.at }
}

pub(super) fn file(file: &chat::FileRef) -> wire::File {
    wire::File {
        id: file.id.0,
        name: file.name.clone(),
        media_type: file.media_type.clone(),
        size: file.size,
        blake3: file.blake3.clone(),
        width: file.pixels.map(|p| p.0),
        height: file.pixels.map(|p| p.1),
        thumbnail: file.thumbnail,
    }
}

pub(super) fn upload(row: &UploadRow, offset: u64, became: Option<&chat::FileRef>) -> wire::Upload {
    wire::Upload {
        id: row.id.0,
        room: row.new.room.0,
        length: row.new.length,
        offset: if became.is_some() { row.new.length } else { offset },
        expires_at: row.expires_at,
        file: became.map(file),
    }
}

pub(super) fn user(row: &UserRow, hub: &Hub) -> wire::User {
    let status = match row.status {
        chat::UserStatus::Pending => "pending",
        chat::UserStatus::Active => "active",
        chat::UserStatus::Suspended => "suspended",
        chat::UserStatus::Removed => "removed",
    };
    wire::User {
        id: row.id.0,
        handle: row.handle.clone(),
        name: row.name.clone(),
        role: row.role.word(),
        status: status.to_owned(),
        avatar: row.avatar.as_deref().map(|hash| picture_url("users", row.id.0, "avatar", hash)),
        online: hub.is_online(row.id),
        namesake: row.namesake,
    }
}

/// At the time `now`.
pub(super) fn room(view: &RoomView, hub: &Hub, now: i64) -> wire::Room {
    wire::Room {
        id: view.id.0,
        kind: view.kind.word(),
        name: view.name.clone(),
        topic: view.topic.clone(),
        picture: view.picture.as_deref().map(|hash| picture_url("rooms", view.id.0, "picture", hash)),
        is_default: view.is_default,
        archived: view.archived,
        peer: view.peer.as_ref().map(|peer| user(peer, hub)),
        role: view.role.word(),
        write: view.write.word(),
        invite: view.invite.word(),
        mention_all: view.mention_all.word(),
        history: view.history.word(),
        member_count: view.member_count,
        first_seq: view.first_seq.0,
        last_seq: view.last_seq.0,
        read_seq: view.read_seq.0,
        unread: view.unread,
        unread_mentions: view.unread_mentions.count,
        first_unread_mention: view.unread_mentions.first.map(|seq| seq.0),
        last: view.last.as_ref().map(preview),
        keep_days: view.keep.days(),
        box_keep_days: view.keep.of_box,
        mine: mine(&view.mine, now),
    }
}

/// What was said since brings a room back out of the archive, unless its reader wants to hear nothing of it.
fn mine(row: &Mine, now: i64) -> wire::Mine {
    let muted_until = row.muted_until.filter(|until| *until > now);
    let quiet = row.notify == chat::Notify::None || muted_until.is_some();
    wire::Mine {
        pinned_at: row.pinned_at,
        archived: row.archived && (quiet || !row.said_since),
        marked_unread: row.marked_unread,
        notify: row.notify.word(),
        muted_until,
    }
}

pub(super) fn member(row: &MemberRow, hub: &Hub) -> wire::Member {
    wire::Member { user: user(&row.person, hub), role: row.role.word(), read_seq: row.read_seq.0 }
}

pub(super) fn invite(row: &InviteRow) -> wire::Invite {
    wire::Invite {
        id: row.id.0,
        creator: row.creator.0,
        rooms: row.rooms.iter().map(|r| r.0).collect(),
        expires_at: row.expires_at,
        max_uses: row.max_uses,
        uses: row.uses,
        guest: row.guest,
        code: row.code.clone(),
        created_at: row.created_at,
    }
}

pub(super) fn ticket(row: &TicketRow) -> wire::SignInTicket {
    wire::SignInTicket {
        id: row.id.0,
        code: None,
        links: Vec::new(),
        state: row.state.word(),
        device: row.label.clone(),
        expires_at: row.expires_at,
    }
}

pub(super) fn join_request(row: &UserRow, device: String) -> wire::JoinRequest {
    wire::JoinRequest {
        user: row.id.0,
        name: row.name.clone(),
        namesake: row.namesake,
        returning: row.returning,
        device,
        at: row.created_at,
    }
}

/// A new picture has a new URL, so that browsers can cache it for ever.
fn picture_url(what: &str, id: i64, which: &str, hash: &str) -> String {
    format!("/api/v1/{what}/{id}/{which}?v={}", hash.get(..16).unwrap_or(hash))
}
