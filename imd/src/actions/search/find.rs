//! Answers a question: candidates from the index, each read in the log and looked at again.

use std::collections::HashMap;
use std::sync::Arc;

use super::indexes::Current;
use crate::actions::{Caller, Core, Done, Refused, disk, view};
use crate::chat::{EventBody, EventId, RoomId, Seq, UserId};
use crate::search::{Filter, Has, NoQuery, Query, excerpt};
use crate::store::LogEntry;
use crate::wire::{Carries, ErrorCode, SearchHit, SearchPage};

/// Hits on a page unless the caller says otherwise.
const PAGE: u32 = 20;
/// Most hits on a page.
pub const MAX_PAGE: u32 = 100;
/// Candidates that are looked at together.
const AT_ONCE: u32 = 128;
/// Events that are too new for the index and are looked at in the log.
const MAX_TAIL: u32 = 512;
/// Candidates that are looked at for one page, and bytes of their text. With fewer hits by then, the page ends early.
const MAX_CANDIDATES: usize = 4_096;
const MAX_BYTES: usize = 4 << 20;

/// What a message may carry, as it is asked for.
#[must_use]
pub fn carried(carries: Carries) -> Has {
    match carries {
        Carries::File => Has::File,
        Carries::Photo => Has::Photo,
        Carries::Video => Has::Video,
        Carries::Audio => Has::Audio,
        Carries::Link => Has::Link,
    }
}

/// What is looked for.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// What was typed; empty only with a filter.
    pub typed: String,
    /// Only in this room.
    pub room: Option<RoomId>,
    /// Only by this person.
    pub sender: Option<UserId>,
    /// Only what carries this.
    pub has: Option<Has>,
    /// Not older than this, milliseconds since 1970.
    pub from: Option<i64>,
    /// Older than this, milliseconds since 1970.
    pub to: Option<i64>,
    /// After the hits of a page that ended with this.
    pub cursor: Option<i64>,
    /// Number of hits, 1 to 100; 20 by default.
    pub limit: Option<u32>,
}

/// What the caller may see and is looked for, newest first.
///
/// # Errors
/// `invalid_setting` for a question without words or filters, a long one, or a limit out of range; `not_found` for a room of
/// which the caller is no member, `rate_limited`, `busy` while there is no index, and as any read.
pub async fn find(core: &Core, caller: &Caller, question: Question) -> Done<SearchPage> {
    caller.must_be_active()?;
    core.rates.search(caller.user)?;
    let limit = question.limit.unwrap_or(PAGE);
    if !(1..=MAX_PAGE).contains(&limit) {
        return Err(Refused::invalid("limit", "must be 1 to 100"));
    }
    let looked_for = Arc::new(LookedFor::of(question)?);
    let rooms = visible(core, caller, looked_for.question.room).await?;
    let current = core.search.current().await.ok_or(Refused::later(ErrorCode::Busy, 1))?;
    // Until the page is full: whoever asks for much waits for the others who do.
    let _turn = core.search.turns.acquire().await.map_err(|_| ErrorCode::Busy)?;
    let mut page = Page { looked_for, rooms, limit: limit as usize, ..Page::default() };
    let mut before = page.looked_for.question.cursor.map(EventId);
    let taken = *current.taken.borrow();
    let mut behind = 0;
    if before.is_none_or(|before| before > taken) {
        // What is too new for the index is looked at in the log.
        let mut newest = core.store.entries_after(taken, MAX_TAIL).await?;
        let last = newest.last().map_or(taken, |entry| entry.id);
        behind = core.store.newest().borrow().0.saturating_sub(last.0).max(0).cast_unsigned();
        newest.retain(|entry| before.is_none_or(|before| entry.id < before));
        newest.reverse();
        page.take(newest).await?;
        before = Some(EventId(taken.0.saturating_add(1)));
    }
    let names: Arc<[RoomId]> = page.rooms.keys().copied().collect();
    while !page.is_full() {
        let ids = candidates(core, &current, &page.looked_for, &names, before).await?;
        let Some(last) = ids.last().copied() else { break };
        let is_last = ids.len() < AT_ONCE as usize;
        page.take(core.store.entries(ids).await?).await?;
        if is_last {
            break;
        }
        before = Some(last);
        if (page.candidates >= MAX_CANDIDATES || page.bytes >= MAX_BYTES) && !page.is_full() {
            page.next = before;
            break;
        }
    }
    Ok(SearchPage { hits: page.hits, next: page.next.map(|id| id.0), behind })
}

/// A page that is being filled.
#[derive(Default)]
struct Page {
    looked_for: Arc<LookedFor>,
    /// Where to look, and the oldest event in each room that the caller may see.
    rooms: Arc<HashMap<RoomId, Seq>>,
    limit: usize,
    hits: Vec<SearchHit>,
    /// Older hits come after this.
    next: Option<EventId>,
    /// How many events were looked at, and the bytes of their text.
    candidates: usize,
    bytes: usize,
}

impl Page {
    fn is_full(&self) -> bool {
        self.hits.len() >= self.limit
    }

    /// Looks at events, newest first, until it is full.
    async fn take(&mut self, entries: Vec<LogEntry>) -> Done<()> {
        let (looked_for, rooms) = (Arc::clone(&self.looked_for), Arc::clone(&self.rooms));
        let wanted = self.limit - self.hits.len();
        self.candidates += entries.len();
        self.bytes += entries.iter().map(|entry| entry.edited.as_ref().unwrap_or(&entry.event).weight()).sum::<usize>();
        // Reading long texts letter by letter takes a while.
        let found = disk::blocking(move || {
            let hits = entries.iter().filter_map(|entry| Some((entry.id, looked_for.hit(entry, &rooms)?)));
            hits.take(wanted).collect::<Vec<_>>()
        });
        for (id, hit) in found.await? {
            self.hits.push(hit);
            if self.is_full() {
                self.next = Some(id);
            }
        }
        Ok(())
    }
}

/// The rooms in which to look, and the oldest event in each that the caller may see.
async fn visible(core: &Core, caller: &Caller, only: Option<RoomId>) -> Done<Arc<HashMap<RoomId, Seq>>> {
    let accesses = match only {
        Some(room) => vec![(room, core.store.access(room, caller.user).await?.ok_or(ErrorCode::NotFound)?)],
        None => core.store.accesses(caller.user).await?,
    };
    Ok(Arc::new(accesses.into_iter().map(|(room, access)| (room, access.first_visible(Seq(1)))).collect()))
}

async fn candidates(
    core: &Core,
    current: &Arc<Current>,
    looked_for: &Arc<LookedFor>,
    rooms: &Arc<[RoomId]>,
    before: Option<EventId>,
) -> Done<Vec<EventId>> {
    let (current, looked_for, rooms) = (Arc::clone(current), Arc::clone(looked_for), Arc::clone(rooms));
    let found = disk::blocking(move || {
        let LookedFor { query, question } = &*looked_for;
        let &Question { sender, has, from, to, .. } = question;
        let filter = Filter { query: query.as_ref(), rooms: &rooms, sender, has, from, to, before };
        current.index.candidates(&filter, AT_ONCE)
    });
    found.await?.map_err(|error| {
        tracing::warn!(%error, "a search failed");
        core.search.heed(&error);
        Refused::later(ErrorCode::Busy, 5)
    })
}

/// A question with its words.
#[derive(Default)]
struct LookedFor {
    /// `None`: only filters.
    query: Option<Query>,
    question: Question,
}

impl LookedFor {
    fn of(question: Question) -> Done<Self> {
        let filtered =
            question.sender.is_some() || question.has.is_some() || question.from.is_some() || question.to.is_some();
        let query = match Query::parse(&question.typed) {
            Ok(query) => Some(query),
            Err(NoQuery::TooLong) => return Err(Refused::invalid("q", "may have at most 200 characters")),
            Err(NoQuery::Empty) if filtered && question.typed.trim().is_empty() => None,
            Err(NoQuery::Empty) => return Err(Refused::invalid("q", "needs a letter or a digit")),
        };
        Ok(Self { query, question })
    }

    /// The entry as a hit, if it is what is meant and may be seen.
    fn hit(&self, entry: &LogEntry, rooms: &HashMap<RoomId, Seq>) -> Option<SearchHit> {
        let event = entry.edited.as_ref().unwrap_or(&entry.event);
        let EventBody::Message { text, files, mentions, .. } = &event.body else { return None };
        // An edited message is found once: where its last edit is.
        let edited = event.changed.as_ref().and_then(|changed| changed.edited);
        if edited.is_some_and(|edited| edited.seq != entry.event.seq) {
            return None;
        }
        let Question { sender, has, from, to, .. } = &self.question;
        let may_see = rooms.get(&event.room).is_some_and(|first| event.seq >= *first);
        let meant = sender.is_none_or(|sender| event.sender == sender)
            && has.is_none_or(|has| has.is_in(text, files))
            && from.is_none_or(|from| event.at >= from)
            && to.is_none_or(|to| event.at < to);
        if !may_see || !meant {
            return None;
        }
        let texts: Vec<&str> =
            std::iter::once(text.as_str()).chain(files.iter().map(|file| file.name.as_str())).collect();
        let marks = match &self.query {
            Some(query) => query.find(&texts)?,
            None => Vec::new(),
        };
        let parts = excerpt(text, marks.first().map_or(&[], Vec::as_slice));
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
}
