//! Creating, finding and changing rooms.

use crate::actions::error::{unfit_name, unfit_topic};
use crate::actions::rooms::access::access;
use crate::actions::word::Word;
use crate::actions::{Caller, Core, Done, people::directory, view};
use crate::chat::{DisplayName, RoomId, RoomKind, UserId, topic};
use crate::store;
use crate::wire::{ChangeMine, ChangeRoom, ErrorCode, NewRoom, OpenDirect, Room};

/// Most people that can be added when a room is created.
const MAX_FIRST_MEMBERS: usize = 200;

/// The end of the year 9999: what dates reach to everywhere.
const LAST_TIME: i64 = 253_402_300_799_000;

/// The caller's rooms.
///
/// # Errors
/// As any read.
pub async fn list(core: &Core, caller: &Caller) -> Done<Vec<Room>> {
    caller.must_be_active()?;
    let views = core.store.room_views(caller.user).await?;
    let now = core.now();
    Ok(views.iter().map(|v| view::room(v, &core.hub, now)).collect())
}

/// One of the caller's rooms.
///
/// # Errors
/// `not_found`, and as any read.
pub async fn get(core: &Core, caller: &Caller, room: RoomId) -> Done<Room> {
    caller.must_be_active()?;
    let found = core.store.room_view(room, caller.user).await?.ok_or(ErrorCode::NotFound)?;
    Ok(view::room(&found, &core.hub, core.now()))
}

/// Creates a group or channel.
///
/// # Errors
/// `forbidden` for guests, `rate_limited`, `name_unfit`, `topic_too_long`, `bad_request` for `direct`, `limit_reached`, `not_found` for a
/// member who does not exist, and as any write.
pub async fn make(core: &Core, caller: &Caller, new: NewRoom) -> Done<Room> {
    caller.must_be_resident()?;
    let kind = new.kind.word();
    if kind == RoomKind::Direct {
        return Err(ErrorCode::BadRequest.into());
    }
    if new.members.len() > MAX_FIRST_MEMBERS {
        return Err(ErrorCode::LimitReached.into());
    }
    let new = store::NewRoom {
        kind,
        name: DisplayName::new(&new.name).map_err(unfit_name)?,
        topic: topic(&new.topic).map_err(unfit_topic)?,
        members: new.members.into_iter().map(UserId).collect(),
    };
    core.rates.room(caller.user)?;
    let room = core.store.make_room(new, caller.user, core.now()).await?;
    get(core, caller, room).await
}

/// The conversation with one person, created if there is none.
///
/// # Errors
/// `not_found`, `bad_request` for oneself, and as any write.
pub async fn open_direct(core: &Core, caller: &Caller, with: OpenDirect) -> Done<(Room, bool)> {
    let other = UserId(with.user);
    if other == caller.user {
        return Err(ErrorCode::BadRequest.into());
    }
    directory::visible(core, caller, other).await?;
    let (room, is_new) = core.store.direct_room(caller.user, other, core.now()).await?;
    Ok((get(core, caller, room).await?, is_new))
}

/// Changes what the caller has arranged about a room for themselves.
///
/// # Errors
/// `rate_limited`, `not_found`, `bad_request` for a time that is none, and as any write.
pub async fn arrange(core: &Core, caller: &Caller, room: RoomId, change: ChangeMine) -> Done<Room> {
    core.rates.signal(caller.user)?;
    access(core, caller, room).await?;
    let until = change.muted_until;
    if until.is_some_and(|until| !(0..=LAST_TIME).contains(&until)) {
        return Err(ErrorCode::BadRequest.into());
    }
    let change = store::MineChange {
        pinned: change.pinned,
        archived: change.archived,
        marked_unread: change.marked_unread,
        notify: change.notify.map(Word::word),
        muted_until: until.map(|until| Some(until).filter(|until| *until > 0)),
    };
    core.store.arrange(room, caller.user, change, core.now()).await?;
    get(core, caller, room).await
}

/// Changes a room's name, topic and rules.
///
/// # Errors
/// `forbidden`, `not_found`, `name_unfit`, `topic_too_long`, and as any write.
pub async fn change(core: &Core, caller: &Caller, room: RoomId, change: ChangeRoom) -> Done<Room> {
    access(core, caller, room).await?.may_change()?;
    let change = store::RoomChange {
        name: change.name.as_deref().map(DisplayName::new).transpose().map_err(unfit_name)?,
        topic: change.topic.as_deref().map(topic).transpose().map_err(unfit_topic)?,
        write: change.write.map(Word::word),
        invite: change.invite.map(Word::word),
        mention_all: change.mention_all.map(Word::word),
        history: change.history.map(Word::word),
    };
    core.store.change_room(room, change, caller.user, core.now()).await?;
    get(core, caller, room).await
}
