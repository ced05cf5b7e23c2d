//! The beginning of a live session: who you are, your rooms, and exactly what you missed.

use std::collections::HashMap;
use std::sync::Arc;

use crate::actions::live::announce::parts;
use crate::actions::{Caller, Core, Done, Refused, Session, Update, joining::join_requests, people::profile, view};
use crate::chat::Seq;
use crate::live::Weigh;
use crate::store::{RoomView, Side};
use crate::wire::{ErrorCode, Seen};

/// Events sent of one room; beyond that the client pages.
pub const MAX_MISSED: u32 = 200;
/// Most rooms a client may say it knows.
const MAX_SEEN: usize = 2_000;
/// Beyond about so many bytes in all, rooms get no more than a `gap`: an answer is kept in memory until it is sent.
const MISSED_BYTES: usize = 1 << 20;

/// How often a session's rooms are read again because someone came or went meanwhile.
const MAX_READS: u32 = 64;

/// Registers a session: from now on it gets what happens in its rooms. What it has missed until now is read
/// afterwards, so that nothing falls between; what overlaps, the client knows by its `seq`.
///
/// # Errors
/// `pending_approval`, `suspended`, `limit_reached` when the user has too many sessions, `busy`, and as any read.
pub async fn connect(core: &Core, caller: &Caller) -> Done<Arc<Session>> {
    caller.must_be_active()?;
    if core.hub.sessions_of(caller.user) >= core.limits.max_sessions_per_user {
        return Err(ErrorCode::LimitReached.into());
    }
    for _ in 0..MAX_READS {
        let read_at = core.hub.moves();
        let rooms = core.store.rooms_of(caller.user).await?;
        if let Some(session) = core.hub.connect(caller.user, caller.device, &rooms, read_at) {
            return Ok(session);
        }
    }
    Err(Refused::later(ErrorCode::Busy, 1))
}

/// Ends a session: its person is no longer seen, and nothing more reaches it.
pub fn disconnect(core: &Core, session: &Session) {
    core.hub.disconnect(session);
}

/// Asks once more, now that the session can be ended: who was signed out or suspended after they were asked who they
/// are, and before the session was there to be ended, would stay.
///
/// # Errors
/// `not_signed_in`, `suspended`, and as any read.
pub async fn still_in(core: &Core, caller: &Caller) -> Done<()> {
    fresh(core, caller).await.map(|_| ())
}

/// The caller as they are now, and only if they still may.
async fn fresh(core: &Core, caller: &Caller) -> Done<Caller> {
    let known = core.store.device_caller(caller.device).await?.filter(|now| now.user == caller.user);
    let now = Caller::new(known.ok_or(ErrorCode::NotSignedIn)?, caller.from);
    now.must_be_active()?;
    Ok(now)
}

/// The answer to `hello`, in order: `ready`, missed events with gaps marked, `caught_up`.
///
/// A connection may live for weeks: who is asking is looked up again, not taken from its beginning.
///
/// # Errors
/// `bad_request` for another protocol version or too many rooms, `not_signed_in` and `suspended` for who no longer
/// may, and as any read.
pub async fn hello(core: &Core, caller: &Caller, version: u32, mut seen: Vec<Seen>) -> Done<Vec<Update>> {
    if version != 1 || seen.len() > MAX_SEEN {
        return Err(ErrorCode::BadRequest.into());
    }
    core.rates.signal(caller.user)?;
    let caller = &fresh(core, caller).await?;
    let views = core.store.room_views(caller.user).await?;
    let requests = if join_requests::hears_of_requests(caller.role) {
        join_requests::list(core, caller).await?
    } else {
        Vec::new()
    };
    let ready = Update::Ready {
        me: Box::new(profile::me(core, caller).await?),
        rooms: views.iter().map(|v| view::room(v, &core.hub, core.now())).collect(),
        requests,
        now: core.now(),
    };
    let mut answer = vec![ready];
    // Each room once, however often it is named: from the least that is said to be known.
    let mut views: HashMap<i64, RoomView> = views.into_iter().map(|view| (view.id.0, view)).collect();
    let mut bytes = 0;
    seen.sort_unstable_by_key(|seen| seen.seq);
    for seen in seen {
        let Some(view) = views.remove(&seen.room) else { continue };
        let after = Seq(seen.seq);
        if bytes > MISSED_BYTES && after < view.last_seq {
            answer.push(Update::Gap { room: view.id, after, upto: view.last_seq });
            continue;
        }
        let before = answer.len();
        missed(core, caller, &view, after, &mut answer).await?;
        bytes += answer[before..].iter().map(Update::weight).sum::<usize>();
    }
    answer.push(Update::CaughtUp);
    // Asked again: the question may have come while nobody was connected, or been dropped.
    for ticket in core.store.waiting_tickets(caller.user, core.due()).await? {
        answer.push(Update::SignIn(Box::new(view::ticket(&ticket))));
    }
    Ok(answer)
}

async fn missed(
    core: &Core,
    caller: &Caller,
    view: &RoomView,
    after: Seq,
    answer: &mut Vec<Update>,
) -> Result<(), Refused> {
    if after >= view.last_seq {
        return Ok(());
    }
    let room = view.id;
    let slice = core.store.events(room, caller.user, Side::After(after), view.first_seq, MAX_MISSED).await?;
    let last_sent = slice.events.last().map_or(after, |e| e.seq);
    let events: Vec<_> = slice.events.into_iter().map(Arc::new).collect();
    answer.extend(parts(&events).map(|events| Update::Events { room, events: events.to_vec() }));
    if last_sent < slice.last_seq {
        answer.push(Update::Gap { room, after: last_sent, upto: slice.last_seq });
    }
    Ok(())
}
