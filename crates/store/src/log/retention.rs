//! How long messages are kept: the box's rule, shorter ones of rooms, and deleting what no rule keeps any more.
//!
//! What is deleted is the beginning of a log, up to the first event that is young enough: the order is that of `seq`,
//! and there is never a gap. It is deleted in small parts with pauses, because messages wait for the same writer.

use std::time::Duration;

use crate::sql::{Conn, Optional as _};
use crate::storage::{Cleared, clear_part, files_before};
use crate::{Act, Change, Setting, Store, StoreError, events, settings};
use chat::{Believed, EventBody, Keep, RoomId, Seq};

/// Events deleted in one commit.
const PART: u64 = 200;
/// Pause between two of them: a card that is busy deleting is slow for everybody.
const PAUSE: Duration = Duration::from_millis(20);

/// What a rule would delete.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Expiring {
    /// Events, files and bytes.
    pub cleared: Cleared,
    /// When its oldest event was stored; `None`: nothing would be deleted.
    pub oldest_at: Option<i64>,
}

/// A rule to try out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// The box's.
    Box(Option<u32>),
    /// A room's.
    Room(RoomId, Option<u32>),
}

impl Store {
    /// The box's rule, in days.
    ///
    /// # Errors
    /// As any read.
    pub async fn box_keep(&self) -> Result<Option<u32>, StoreError> {
        self.readers.read(of_box).await
    }

    /// The rule for a room, and where its log begins.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], and as any read.
    pub async fn room_keep(&self, room: RoomId) -> Result<(Keep, Seq), StoreError> {
        self.readers
            .read(move |conn| {
                let mut query = conn.prepare_cached("SELECT keep_days, first_seq FROM rooms WHERE id = ?1")?;
                let (of_room, first) =
                    query.query_row([room.0], |row| Ok((row.get(0)?, crate::sql::seq(row, "first_seq")?)))?;
                Ok((Keep { of_box: of_box(conn)?, of_room }, first))
            })
            .await
    }

    /// Is there any rule?
    ///
    /// # Errors
    /// As any read.
    pub async fn keeps_for_ever(&self) -> Result<bool, StoreError> {
        self.readers
            .read(|conn| {
                let sql = "SELECT EXISTS (SELECT 1 FROM rooms WHERE keep_days IS NOT NULL)";
                Ok(of_box(conn)?.is_none() && !conn.prepare_cached(sql)?.query_row([], |row| row.get::<_, bool>(0))?)
            })
            .await
    }

    /// Sets the box's rule. `upto` is the time from which on it deletes.
    ///
    /// # Errors
    /// As any write.
    pub async fn set_box_keep(&self, days: Option<u32>, upto: i64, act: Act) -> Result<(), StoreError> {
        self.write_act(Some(act), move |tx| {
            settings::put(tx, Setting::KeepDays, days.map(|days| days.to_string()).as_deref())?;
            settings::put(tx, Setting::KeepUpto, Some(&upto.to_string()))?;
            let rooms = all_rooms(tx.conn)?;
            rooms.into_iter().for_each(|room| tx.emit(Change::KeptChanged(room)));
            Ok(())
        })
        .await
    }

    /// Sets a room's rule; its log says that its rules changed.
    ///
    /// # Errors
    /// As any write.
    pub async fn set_room_keep(&self, room: RoomId, days: Option<u32>, act: Act) -> Result<(), StoreError> {
        let (by, at) = (act.actor, act.at);
        self.write_act(Some(act), move |tx| {
            let sql = "UPDATE rooms SET keep_days = ?2 WHERE id = ?1 AND keep_days IS DISTINCT FROM ?2";
            if tx.conn.execute(sql, (room.0, days))? > 0 {
                events::append(tx, room, by, EventBody::RulesChanged, at)?;
                tx.emit(Change::KeptChanged(room));
            }
            Ok(())
        })
        .await
    }

    /// What this rule would delete at the time `now`.
    ///
    /// # Errors
    /// As any read.
    pub async fn count_expired(&self, rule: Rule, now: i64) -> Result<Expiring, StoreError> {
        self.readers
            .read(move |conn| {
                let believed = Believed { now, since: i64::MIN };
                let rooms = match rule {
                    Rule::Box(_) => all_rooms(conn)?,
                    Rule::Room(room, _) => vec![room],
                };
                let mut all = Expiring::default();
                for room in rooms {
                    let keep = keep_of(conn, room, rule)?;
                    let Some((first, keep_from)) = reach(conn, room, keep, believed)? else { continue };
                    let tally = files_before(conn, room, keep_from)?;
                    all.cleared.add(Cleared { events: (keep_from - first).cast_unsigned(), tally });
                    let sql = "SELECT min(at) FROM events WHERE room_id = ?1 AND seq < ?2";
                    let oldest: Option<i64> =
                        conn.prepare_cached(sql)?.query_row((room.0, keep_from), |row| row.get(0))?;
                    all.oldest_at = all.oldest_at.into_iter().chain(oldest).min();
                }
                Ok(all)
            })
            .await
    }

    /// Deletes what no rule keeps any more, room by room, in small parts. Contents are swept away when nothing needs
    /// them.
    ///
    /// # Errors
    /// As any write.
    pub async fn clear_expired(&self, believed: Believed) -> Result<Cleared, StoreError> {
        let mut all = Cleared::default();
        for room in self.readers.read(all_rooms).await? {
            // By the rule that holds at this moment: it may have been changed meanwhile.
            let found = self.readers.read(move |conn| {
                let keep = Keep { of_box: of_box(conn)?, of_room: of_room(conn, room)? };
                reach(conn, room, keep, believed)
            });
            if let Some((_, keep_from)) = found.await? {
                all.add(self.clear_room(room, keep_from, PART, PAUSE).await?);
            }
        }
        Ok(all)
    }

    /// Deletes everything before `keep_from`, `part` events in one commit.
    ///
    /// # Errors
    /// As any write.
    pub(crate) async fn clear_room(
        &self,
        room: RoomId,
        keep_from: i64,
        part: u64,
        pause: Duration,
    ) -> Result<Cleared, StoreError> {
        let mut all = Cleared::default();
        loop {
            let gone = self.writer.write(move |tx| clear_part(tx, room, keep_from, part)).await?;
            all.add(gone);
            if gone.events < part {
                return Ok(all);
            }
            tokio::time::sleep(pause).await;
        }
    }
}

/// The box's rule.
pub(crate) fn of_box(conn: &Conn<'_>) -> Result<Option<u32>, StoreError> {
    Ok(settings::read_number(conn, Setting::KeepDays)?.filter(|days| *days > 0))
}

fn of_room(conn: &Conn<'_>, room: RoomId) -> Result<Option<u32>, StoreError> {
    let mut query = conn.prepare_cached("SELECT keep_days FROM rooms WHERE id = ?1")?;
    Ok(query.query_row([room.0], |row| row.get(0)).optional()?.flatten())
}

fn all_rooms(conn: &Conn<'_>) -> Result<Vec<RoomId>, StoreError> {
    let mut stmt = conn.prepare_cached("SELECT id FROM rooms ORDER BY id")?;
    let rows = stmt.query_map([], |row| Ok(RoomId(row.get(0)?)))?;
    rows.collect::<Result<_, _>>()
}

/// How long a room would be kept under this rule.
fn keep_of(conn: &Conn<'_>, room: RoomId, rule: Rule) -> Result<Keep, StoreError> {
    Ok(match rule {
        Rule::Box(days) => Keep { of_box: days, of_room: of_room(conn, room)? },
        Rule::Room(_, days) => Keep { of_box: of_box(conn)?, of_room: days },
    })
}

/// A room's first event and the first one that is kept; `None`: all of them are.
fn reach(conn: &Conn<'_>, room: RoomId, keep: Keep, believed: Believed) -> Result<Option<(i64, i64)>, StoreError> {
    let Some(before) = keep.days().and_then(|days| believed.before(days)) else { return Ok(None) };
    let sql =
        "SELECT first_seq, coalesce((SELECT seq FROM events WHERE room_id = ?1 AND at >= ?2 ORDER BY seq LIMIT 1),
                 last_seq + 1) FROM rooms WHERE id = ?1";
    let found =
        conn.prepare_cached(sql)?.query_row((room.0, before), |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    Ok(found.filter(|(first, keep_from): &(i64, i64)| keep_from > first))
}
