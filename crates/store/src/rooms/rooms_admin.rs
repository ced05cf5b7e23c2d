//! Rooms as admins see them: how large they are, who owns them, since when they exist, and never what is said in them.
//! Direct rooms are not among them: who talks with whom is nobody else's business.

use crate::sql::{Conn, Row, word};
use crate::{Act, Change, Store, StoreError, events, members, users, users_admin};
use chat::{EventBody, RoomId, RoomKind, RoomRole, UserId, UserStatus, folded};

/// Events that are deleted in one commit, which limits how long messages have to wait.
const PART: u32 = 2_000;

/// Can the room only be read?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Archive {
    /// It can only be read.
    Archived,
    /// Its members can write.
    Open,
}

/// A room as admins see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomSummary {
    /// Identifies the room.
    pub id: RoomId,
    /// Group or channel.
    pub kind: RoomKind,
    /// Name to show.
    pub name: String,
    /// The topic.
    pub topic: String,
    /// Is it the default room?
    pub is_default: bool,
    /// Is it archived?
    pub archived: bool,
    /// Number of members.
    pub member_count: u32,
    /// Its owners: id and name.
    pub owners: Vec<(UserId, String)>,
    /// Number of events in it.
    pub events: u64,
    /// Number of files in it.
    pub files: u64,
    /// Their size in bytes; the same file sent twice counts twice.
    pub bytes: u64,
    /// When the newest event was stored, milliseconds since 1970.
    pub last_at: Option<i64>,
    /// When it was created, milliseconds since 1970.
    pub created_at: i64,
}

impl Store {
    /// Groups and channels with an id over `after` whose name contains `query`, at most `limit`.
    ///
    /// # Errors
    /// As any read.
    pub async fn room_summaries(
        &self,
        after: RoomId,
        query: String,
        limit: u32,
    ) -> Result<Vec<RoomSummary>, StoreError> {
        self.readers
            .read(move |conn| {
                let sql = format!(
                    "{SUMMARY} WHERE kind <> 'direct' AND id > ?1 AND (?2 = '' OR instr(folded, ?2) > 0) ORDER BY id LIMIT ?3"
                );
                let mut stmt = conn.prepare_cached(&sql)?;
                let rows = stmt.query_map((after.0, folded(&query), limit), summary)?;
                let mut rooms = rows.collect::<Result<Vec<_>, _>>()?;
                rooms.iter_mut().try_for_each(|room| add_owners(conn, room))?;
                Ok(rooms)
            })
            .await
    }

    /// One group or channel.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], and as any read.
    pub async fn room_summary(&self, room: RoomId) -> Result<RoomSummary, StoreError> {
        self.readers
            .read(move |conn| {
                let sql = format!("{SUMMARY} WHERE kind <> 'direct' AND id = ?1");
                let mut room = conn.prepare_cached(&sql)?.query_row([room.0], summary)?;
                add_owners(conn, &mut room)?;
                Ok(room)
            })
            .await
    }

    /// Archives a room, so that it can only be read, or opens it again.
    ///
    /// # Errors
    /// As any write.
    pub async fn set_archived(&self, room: RoomId, to: Archive, act: Act) -> Result<(), StoreError> {
        let (by, at) = (act.actor, act.at);
        self.write_act(Some(act), move |tx| {
            let sql = "UPDATE rooms SET archived = ?2 WHERE id = ?1 AND archived <> ?2";
            if tx.conn.execute(sql, (room.0, to == Archive::Archived))? > 0 {
                events::append(tx, room, by, EventBody::RulesChanged, at)?;
                tx.emit(Change::RulesChanged(room));
            }
            Ok(())
        })
        .await
    }

    /// Makes a member the owner of a room; its present owners become its admins. Nobody becomes a member by this,
    /// because they could then read what was said.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such active person, [`StoreError::Conflict`] when they are not a
    /// member, and as any write.
    pub async fn transfer_room(&self, room: RoomId, to: UserId, act: Act) -> Result<(), StoreError> {
        let (by, at) = (act.actor, act.at);
        self.write_act(Some(act), move |tx| {
            if users::read(tx.conn, to)?.status != UserStatus::Active {
                return Err(StoreError::NotFound);
            }
            if members::role(tx.conn, room, to)?.is_none() {
                return Err(StoreError::Conflict);
            }
            users_admin::make_owner(tx, room, to, by, at)?;
            let others: Vec<UserId> = owners(tx.conn, room)?.into_iter().map(|(user, _)| user).collect();
            for user in others.into_iter().filter(|user| *user != to) {
                users_admin::set_room_role(tx, room, user, RoomRole::Admin, by, at)?;
            }
            Ok(())
        })
        .await
    }

    /// Deletes a room with everything in it. To its members it is gone at once; its events are deleted in parts, so
    /// that nobody else has to wait. If this is interrupted, the room stays archived without members, and can be
    /// deleted again.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] for the default room, and as any write.
    pub async fn delete_room(&self, room: RoomId, act: Act) -> Result<(), StoreError> {
        self.write_act(Some(act), move |tx| {
            let is_default: bool =
                tx.conn.query_row("SELECT is_default FROM rooms WHERE id = ?1", [room.0], |row| row.get(0))?;
            if is_default {
                return Err(StoreError::Conflict);
            }
            let gone = {
                let mut stmt = tx.conn.prepare_cached("DELETE FROM members WHERE room_id = ?1 RETURNING user_id")?;
                let rows = stmt.query_map([room.0], |row| Ok(UserId(row.get(0)?)))?;
                rows.collect::<Result<Vec<_>, _>>()?
            };
            for user in gone {
                tx.emit(Change::MemberRemoved { room, user });
            }
            tx.conn.execute("UPDATE rooms SET archived = 1, member_count = 0 WHERE id = ?1", [room.0])?;
            tx.conn.execute("DELETE FROM invite_rooms WHERE room_id = ?1", [room.0])?;
            Ok(())
        })
        .await?;
        let part = move |tx: &mut crate::batch::Txn<'_>| {
            let sql = "DELETE FROM events WHERE room_id = ?1 AND seq IN
                       (SELECT seq FROM events WHERE room_id = ?1 ORDER BY seq LIMIT ?2)";
            tx.conn.prepare_cached(sql)?.execute((room.0, PART))
        };
        while self.writer.write(part).await? > 0 {}
        self.writer
            .write(move |tx| {
                // Uploads to it end with their next part, and their contents are swept away.
                tx.conn.execute("DELETE FROM uploads WHERE room_id = ?1", [room.0])?;
                tx.conn.execute("DELETE FROM files WHERE room_id = ?1", [room.0])?;
                tx.conn.execute("DELETE FROM mentions WHERE room_id = ?1", [room.0])?;
                tx.conn.execute("DELETE FROM edits WHERE room_id = ?1", [room.0])?;
                tx.conn.execute("DELETE FROM reactions WHERE room_id = ?1", [room.0])?;
                tx.conn.execute("DELETE FROM stars WHERE room_id = ?1", [room.0])?;
                tx.conn.execute("DELETE FROM rooms WHERE id = ?1", [room.0])?;
                Ok(())
            })
            .await
    }
}

const SUMMARY: &str =
    "SELECT id, kind, name, topic, is_default, archived, member_count, created_at, last_seq - first_seq + 1 AS events,
       (SELECT count(*) FROM files WHERE room_id = rooms.id) AS files,
       (SELECT CAST(coalesce(sum(size), 0) AS BIGINT) FROM files WHERE room_id = rooms.id) AS bytes,
       (SELECT at FROM events WHERE room_id = rooms.id ORDER BY seq DESC LIMIT 1) AS last_at FROM rooms";

fn summary(row: &Row<'_>) -> Result<RoomSummary, StoreError> {
    let count = |column: &str| Ok::<_, StoreError>(row.get::<_, i64>(column)?.max(0).cast_unsigned());
    Ok(RoomSummary {
        id: RoomId(row.get("id")?),
        kind: word(row, "kind")?,
        name: row.get("name")?,
        topic: row.get("topic")?,
        is_default: row.get("is_default")?,
        archived: row.get("archived")?,
        member_count: row.get("member_count")?,
        owners: Vec::new(),
        events: count("events")?,
        files: count("files")?,
        bytes: count("bytes")?,
        last_at: row.get("last_at")?,
        created_at: row.get("created_at")?,
    })
}

fn add_owners(conn: &Conn<'_>, room: &mut RoomSummary) -> Result<(), StoreError> {
    room.owners = owners(conn, room.id)?;
    Ok(())
}

fn owners(conn: &Conn<'_>, room: RoomId) -> Result<Vec<(UserId, String)>, StoreError> {
    let sql = "SELECT u.id, u.name FROM members m JOIN users u ON u.id = m.user_id
               WHERE m.room_id = ?1 AND m.role = 'owner' ORDER BY u.id LIMIT 20";
    let mut stmt = conn.prepare_cached(sql)?;
    let rows = stmt.query_map([room.0], |row| Ok((UserId(row.get(0)?), row.get(1)?)))?;
    rows.collect::<Result<_, _>>()
}
