//! Messages that mention the caller.

use std::collections::HashMap;
use std::ops::Range;

use crate::actions::{Caller, Core, Done, Refused, view};
use crate::chat::{Access, EventBody, EventId, Mention, Mentioned, RoomId, Seq, Token, UserId, tokens};
use crate::search::excerpt;
use crate::store::{LogEntry, MentionedIn};
use crate::wire::{MentionPage, SearchHit};

/// Messages on a page unless the caller says otherwise.
const PAGE: u32 = 20;
/// Most messages on a page.
pub const MAX_PAGE: u32 = 100;
/// Candidates that are looked at together.
const AT_ONCE: u32 = 128;
/// Candidates that are looked at for one page. With fewer messages by then, the page ends early.
const MAX_CANDIDATES: usize = 1_024;

/// Messages that mention the caller and that they may see, newest first, before the one that a page ended with.
///
/// # Errors
/// `invalid_setting` for a limit out of range, and as any read.
pub async fn list(core: &Core, caller: &Caller, before: Option<EventId>, limit: Option<u32>) -> Done<MentionPage> {
    caller.must_be_active()?;
    let limit = limit.unwrap_or(PAGE);
    if !(1..=MAX_PAGE).contains(&limit) {
        return Err(Refused::invalid("limit", "must be 1 to 100"));
    }
    let rooms: HashMap<RoomId, Access> = core.store.accesses(caller.user).await?.into_iter().collect();
    let mut page = MentionPage { hits: Vec::new(), next: None };
    let (mut before, mut looked_at) = (before.unwrap_or(EventId(i64::MAX)), 0);
    loop {
        let mut found = core.store.mentions_of(caller.user, before, AT_ONCE).await?;
        let is_last = found.len() < AT_ONCE as usize;
        looked_at += found.len();
        // One message may mention them by name and among all: the name comes first.
        found.dedup_by_key(|one| one.event);
        let entries = core.store.entries(found.iter().map(|one| one.event).collect()).await?;
        let by_event: HashMap<EventId, &MentionedIn> = found.iter().map(|one| (one.event, one)).collect();
        for entry in entries {
            before = entry.id;
            let among_all = by_event.get(&entry.id).is_some_and(|one| one.among_all);
            let may_see = rooms.get(&entry.event.room).is_some_and(|access| sees(access, entry.event.seq, among_all));
            page.hits.extend(hit(&entry, caller.user).filter(|_| may_see));
            if page.hits.len() == limit as usize {
                page.next = Some(before.0);
                return Ok(page);
            }
        }
        if is_last {
            return Ok(page);
        }
        before = found.last().map_or(before, |one| one.event);
        if looked_at >= MAX_CANDIDATES {
            page.next = Some(before.0);
            return Ok(page);
        }
    }
}

/// Everybody is who was in the room then.
fn sees(access: &Access, seq: Seq, among_all: bool) -> bool {
    seq >= access.first_visible(Seq(1)) && (!among_all || seq > access.joined_seq)
}

fn hit(entry: &LogEntry, user: UserId) -> Option<SearchHit> {
    let event = &entry.event;
    let EventBody::Message { text, files, mentions, .. } = &event.body else { return None };
    let parts = excerpt(text, &places(text, mentions, user));
    Some(SearchHit {
        room: event.room.0,
        seq: event.seq.0,
        sender: event.sender.0,
        at: event.at,
        excerpt: view::excerpt(parts),
        files: files.iter().map(view::file).collect(),
        mentions: mentions.iter().map(view::mention).collect(),
    })
}

/// Where the text mentions the person, by name or among all.
fn places(text: &str, mentions: &[Mention], user: UserId) -> Vec<Range<usize>> {
    let means = |handle: &str| {
        mentions.iter().find(|mention| mention.handle == handle).map(|mention| match mention.who {
            Mentioned::Person(person) => person == user,
            Mentioned::All | Mentioned::Here => true,
        })
    };
    let place = |token: Token<'_>| token.handles().find_map(|(handle, place)| Some((means(&handle)?, place)));
    tokens(text).into_iter().filter_map(place).filter(|(meant, _)| *meant).map(|(_, place)| place).collect()
}
