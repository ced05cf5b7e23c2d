//! Commit, then emit: what the store has committed becomes updates for those it concerns, in commit order.
//!
//! Consecutive events of one room go out as one update: a busy room costs a write per commit and receiver, not per
//! message.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use crate::actions::people::quiet::quiet_of;
use crate::actions::{Core, Refused, Update, view};
use crate::chat::{Event, RoomId, UserId, UserStatus};
use crate::feed::{self, Committed};
use crate::store::{Change, StoreError};
use crate::wire;

/// Events go out together up to about this many bytes of text: more would not fit into an outbox, and everybody in
/// the room would have to start over.
pub(in crate::actions) const TOGETHER_BYTES: usize = 48 << 10;

/// People in one update.
const PEOPLE: usize = 100;
/// News of people that reaches so many connections is followed by a pause, in which more of it gathers: when a whole
/// building comes in at once, everyone hears of everyone, and that should be a few large ones.
const CROWD: usize = 1_000;
/// The pause.
const PAUSE: Duration = Duration::from_millis(100);

/// Shows every committed batch until the store is closed.
pub async fn run(core: Arc<Core>, mut committed: feed::Subscriber) {
    while let Some(Committed { changes, lost_track }) = committed.next().await {
        if lost_track {
            // Who is in which room is no longer known here. Everybody comes again and reads it, with what they missed.
            tracing::warn!("more was committed than could be shown: everyone starts over");
            core.hub.start_over("restart");
        }
        let reached = show(&core, changes).await;
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
    for events in parts(events) {
        core.hub.send_room(room, &Update::Events { room, events: events.to_vec() }.shared());
    }
}

/// Events as they go out together.
pub(in crate::actions) fn parts(events: &[Arc<Event>]) -> impl Iterator<Item = &[Arc<Event>]> {
    let mut bytes = 0;
    events.split_inclusive(move |event| {
        bytes += event.weight();
        let full = bytes > TOGETHER_BYTES;
        if full {
            bytes = 0;
        }
        full
    })
}

async fn tell(core: &Core, change: Change) -> Result<(), Refused> {
    match change {
        // Shown before this.
        Change::Appended(_) | Change::UserChanged(_) | Change::StandingChanged(_) => {}
        Change::MemberAdded { room, user } | Change::MemberChanged { room, user } | Change::Arranged { room, user } => {
            tell_room(core, room, user).await?
        }
        Change::MemberRemoved { room, user } => {
            core.hub.send_user(user, &Update::RoomGone(room).shared());
        }
        // The log says what changed, and clients read it.
        Change::RulesChanged(_) => {}
        Change::KeptChanged(room) => {
            let (keep, first_seq) = core.store.room_keep(room).await?;
            let (keep_days, box_keep_days) = (keep.days(), keep.of_box);
            core.hub.send_room(room, &Update::Kept { room, first_seq, keep_days, box_keep_days }.shared());
        }
        Change::QuietChanged(user) => {
            let quiet = quiet_of(core, user).await?;
            core.hub.send_user(user, &Update::Quiet(quiet).shared());
        }
        Change::RequestAdded(user) => {
            let waiting = core.store.join_requests(core.due()).await?;
            if let Some((row, device)) = waiting.into_iter().find(|(row, _)| row.id == user) {
                let request = Box::new(view::join_request(&row, device));
                tell_admins(core, Update::Request(request)).await?;
            }
        }
        Change::RequestGone(user) => tell_admins(core, Update::RequestGone(user)).await?,
        Change::ReadMoved { room, user, seq } => {
            let read = Update::Read { room, user, seq }.shared();
            core.hub.send_user(user, &read);
            core.hub.send_watchers(room, &read, user);
        }
        Change::Starred { user, room, seq, to } => {
            core.hub.send_user(user, &Update::Starred { room, seq, to }.shared());
        }
        Change::DeviceRevoked(device) => core.hub.close_device(device, "signed_out"),
        Change::TicketWaiting { user, ticket } => {
            let ticket = Box::new(view::ticket(&core.store.ticket(user, ticket).await?));
            core.hub.send_user(user, &Update::SignIn(ticket).shared());
        }
    }
    Ok(())
}

async fn tell_room(core: &Core, room: RoomId, user: UserId) -> Result<(), Refused> {
    if !core.hub.is_online(user) {
        return Ok(());
    }
    if let Some(found) = core.store.room_view(room, user).await? {
        let room = Box::new(view::room(&found, &core.hub, core.now()));
        core.hub.send_user(user, &Update::Room(room).shared());
    }
    Ok(())
}

/// Tells of people that are new or changed, in one update to each who shares the same rooms with them; how many heard.
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
            reached += core.hub.send_rooms(&rooms, &Update::People(users.to_vec()).shared());
        }
    }
    Ok(reached)
}

async fn tell_admins(core: &Core, update: Update) -> Result<(), Refused> {
    let update = update.shared();
    for admin in core.store.admins().await? {
        core.hub.send_user(admin.id, &update);
    }
    Ok(())
}
