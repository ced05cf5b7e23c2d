//! Commit, then emit: what the store has committed becomes frames for those it concerns, in commit order.
//!
//! Consecutive events of one room go out as one frame, encoded once: a busy room costs a write per commit and
//! receiver, not per message.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc;

use crate::actions::{Core, Refused, view};
use crate::chat::{Event, EventBody, RoomId, UserId, UserStatus};
use crate::store::{Change, StoreError};
use crate::wire::{self, ServerFrame};

/// A frame of events is cut at about this many bytes of text: a long one would be more than an outbox holds, and
/// everybody in the room would have to start over.
pub(in crate::actions) const FRAME_BYTES: usize = 48 << 10;

/// Batches that have gathered while the ones before were shown are shown as one, at most so many.
const BATCHES: usize = 64;
/// People in one frame.
const PEOPLE: usize = 100;
/// News of people that reaches so many connections is followed by a pause, in which more of it gathers: when a whole
/// building comes in at once, everyone hears of everyone, and that should be a few large frames.
const CROWD: usize = 1_000;
/// The pause.
const PAUSE: Duration = Duration::from_millis(100);

/// Shows every committed batch until the store is closed.
pub async fn run(core: Arc<Core>, mut changes: mpsc::Receiver<Vec<Change>>) {
    let mut batches = Vec::new();
    while changes.recv_many(&mut batches, BATCHES).await > 0 {
        let reached = show(&core, batches.drain(..).flatten()).await;
        if reached >= CROWD {
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// Shows what was committed; how many connections heard of people that are new or changed.
pub(in crate::actions) async fn show(core: &Core, batch: impl IntoIterator<Item = Change>) -> usize {
    let mut waiting = Waiting::default();
    let mut others = Vec::new();
    let mut people = Vec::new();
    for change in batch {
        match change {
            Change::Appended(event) => waiting.add(event),
            Change::UserChanged(user) | Change::StandingChanged(user) => people.push(user),
            // Who comes or goes sees the room exactly from or up to there: what was before goes out first.
            Change::MemberAdded { room, user } => {
                // Who is not connected, as nobody is who has just come to the box, sees none of it anyway.
                if !core.hub.join_absent(user) {
                    waiting.send_room(core, room);
                    core.hub.join(room, user);
                    others.push(change);
                }
            }
            Change::MemberRemoved { room, user } => {
                waiting.send_room(core, room);
                core.hub.leave(room, user);
                others.push(change);
            }
            other => others.push(other),
        }
    }
    for (room, events) in waiting.rooms {
        send_events(core, room, &events);
    }
    for change in others {
        if let Err(refused) = tell(core, change).await {
            // They see it when they next connect; nothing is lost.
            tracing::warn!(code = ?refused.code, "a change could not be shown");
        }
    }
    tell_people(core, people).await.unwrap_or_else(|refused| {
        tracing::warn!(code = ?refused.code, "people could not be shown");
        0
    })
}

/// Events of a batch that are yet to be sent, by room, in the order in which the rooms first appear.
#[derive(Default)]
struct Waiting {
    rooms: Vec<(RoomId, Vec<Arc<Event>>)>,
    /// Where a room is in `rooms`: a batch may hold hundreds.
    places: HashMap<RoomId, usize>,
}

impl Waiting {
    fn add(&mut self, event: Arc<Event>) {
        let place = *self.places.entry(event.room).or_insert_with(|| {
            self.rooms.push((event.room, Vec::new()));
            self.rooms.len() - 1
        });
        self.rooms[place].1.push(event);
    }

    fn send_room(&mut self, core: &Core, room: RoomId) {
        if let Some(place) = self.places.get(&room) {
            let events = std::mem::take(&mut self.rooms[*place].1);
            send_events(core, room, &events);
        }
    }
}

fn send_events(core: &Core, room: RoomId, events: &[Arc<Event>]) {
    if events.is_empty() {
        return;
    }
    let mut frame = Vec::new();
    let mut bytes = 0;
    for event in events {
        frame.push(view::event(event));
        bytes += weight(event);
        if bytes > FRAME_BYTES {
            send_frame(core, room, std::mem::take(&mut frame));
            bytes = 0;
        }
    }
    if !frame.is_empty() {
        send_frame(core, room, frame);
    }
}

fn send_frame(core: &Core, room: RoomId, events: Vec<wire::Event>) {
    core.hub.send_room(room, &encode(&ServerFrame::Events { room: room.0, events }));
}

/// About as many bytes as an event takes in a frame beside what all of them take.
pub(in crate::actions) fn weight(event: &Event) -> usize {
    /// A file's hash, type and name.
    const FILE: usize = 512;
    match &event.body {
        EventBody::Message { text, files, .. } => text.len() + files.len() * FILE,
        _ => 0,
    }
}

async fn tell(core: &Core, change: Change) -> Result<(), Refused> {
    match change {
        // Shown before this.
        Change::Appended(_) | Change::UserChanged(_) | Change::StandingChanged(_) => {}
        Change::MemberAdded { room, user } | Change::MemberChanged { room, user } => {
            tell_room(core, room, user).await?
        }
        Change::MemberRemoved { room, user } => {
            core.hub.send_user(user, &encode(&ServerFrame::RoomGone { room: room.0 }));
        }
        // The log says what changed, and clients read it.
        Change::RulesChanged(_) => {}
        Change::KeptChanged(room) => {
            let (keep, first_seq) = core.store.room_keep(room).await?;
            let (keep_days, box_keep_days) = (keep.days(), keep.of_box);
            let frame = ServerFrame::Kept { room: room.0, first_seq: first_seq.0, keep_days, box_keep_days };
            core.hub.send_room(room, &encode(&frame));
        }
        Change::RequestAdded(user) => {
            let waiting = core.store.join_requests(core.due()).await?;
            if let Some((row, device)) = waiting.into_iter().find(|(row, _)| row.id == user) {
                let request = Box::new(view::join_request(&row, device));
                tell_admins(core, &ServerFrame::Request { request }).await?;
            }
        }
        Change::RequestGone(user) => tell_admins(core, &ServerFrame::RequestGone { user: user.0 }).await?,
        Change::ReadMoved { room, user, seq } => {
            let frame = encode(&ServerFrame::Read { room: room.0, user: user.0, seq: seq.0 });
            core.hub.send_user(user, &frame);
            core.hub.send_watchers(room, &frame, user);
        }
        Change::DeviceRevoked(device) => core.hub.close_device(device, "signed_out"),
        Change::TicketWaiting { user, ticket } => {
            let ticket = Box::new(view::ticket(&core.store.ticket(user, ticket).await?));
            core.hub.send_user(user, &encode(&ServerFrame::SignIn { ticket }));
        }
    }
    Ok(())
}

async fn tell_room(core: &Core, room: RoomId, user: UserId) -> Result<(), Refused> {
    if !core.hub.is_online(user) {
        return Ok(());
    }
    if let Some(found) = core.store.room_view(room, user).await? {
        let room = Box::new(view::room(&found, &core.hub));
        core.hub.send_user(user, &encode(&ServerFrame::Room { room }));
    }
    Ok(())
}

/// Tells of people that are new or changed, in one frame to each who shares the same rooms with them; how many heard.
async fn tell_people(core: &Core, mut people: Vec<UserId>) -> Result<usize, Refused> {
    people.sort_unstable();
    people.dedup();
    let mut by_rooms: Vec<(Vec<RoomId>, Vec<wire::User>)> = Vec::new();
    for user in people {
        let row = match core.store.user(user).await {
            Err(StoreError::NotFound) => continue,
            other => other?,
        };
        match row.status {
            UserStatus::Pending => continue,
            UserStatus::Active => {}
            // Here and not where it was decided: it must happen even if whoever decided has hung up.
            UserStatus::Suspended | UserStatus::Removed => core.hub.close_user(user, "suspended"),
        }
        let rooms = core.store.rooms_of(user).await?;
        let shown = view::user(&row, &core.hub);
        match by_rooms.iter_mut().find(|(known, _)| *known == rooms) {
            Some((_, users)) => users.push(shown),
            None => by_rooms.push((rooms, vec![shown])),
        }
    }
    let mut reached = 0;
    for (rooms, users) in by_rooms {
        for users in users.chunks(PEOPLE) {
            let frame = match users {
                [user] => ServerFrame::User { user: Box::new(user.clone()) },
                users => ServerFrame::Users { users: users.to_vec() },
            };
            reached += core.hub.send_rooms(&rooms, &encode(&frame));
        }
    }
    Ok(reached)
}

async fn tell_admins(core: &Core, frame: &ServerFrame) -> Result<(), Refused> {
    let frame = encode(frame);
    for admin in core.store.admins().await? {
        core.hub.send_user(admin.id, &frame);
    }
    Ok(())
}

/// A frame's bytes, made once for all who get it.
#[must_use]
pub fn encode(frame: &ServerFrame) -> Bytes {
    // Plain data with string keys: serialising it cannot fail.
    Bytes::from(serde_json::to_vec(frame).unwrap_or_default())
}
