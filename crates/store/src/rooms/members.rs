//! Who is in which room, with which role, and how far they have read.

use crate::batch::Txn;
use crate::events::append;
use crate::sql::{Conn, Optional as _, Word, seq, word};
use crate::{Change, Store, StoreError, UserRow, users};
use chat::{EventBody, RoomId, RoomRole, Seq, UserId, folded};

/// Most rooms that one person may be in, whoever has added them.
const MAX_ROOMS: u32 = 1_000;

/// A member of a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRow {
    /// The person.
    pub person: UserRow,
    /// Role in the room.
    pub role: RoomRole,
    /// Everything up to this `seq` was read.
    pub read_seq: Seq,
}

impl Store {
    /// A room's members in the order of their ids: at most `limit` with an id over `after` who are called like `query`.
    ///
    /// # Errors
    /// As any read.
    pub async fn members(
        &self,
        room: RoomId,
        after: UserId,
        query: String,
        limit: u32,
    ) -> Result<Vec<MemberRow>, StoreError> {
        self.readers
            .read(move |conn| {
                let sql = format!(
                    "SELECT {}, m.role AS room_role, m.read_seq FROM members m JOIN users ON users.id = m.user_id
                     WHERE m.room_id = ?1 AND m.user_id > ?3 AND {} ORDER BY m.user_id LIMIT ?4",
                    users::COLUMNS,
                    users::CALLED
                );
                let mut stmt = conn.prepare_cached(&sql)?;
                let rows = stmt.query_map((room.0, folded(&query), after.0, limit), |row| {
                    Ok(MemberRow {
                        person: users::user_row(row)?,
                        role: word(row, "room_role")?,
                        read_seq: seq(row, "read_seq")?,
                    })
                })?;
                rows.collect::<Result<_, _>>()
            })
            .await
    }

    /// The rooms a person is in.
    ///
    /// # Errors
    /// As any read.
    pub async fn rooms_of(&self, user: UserId) -> Result<Vec<RoomId>, StoreError> {
        self.readers
            .read(move |conn| {
                let mut stmt = conn.prepare_cached("SELECT room_id FROM members WHERE user_id = ?1")?;
                let rows = stmt.query_map([user.0], |row| Ok(RoomId(row.get(0)?)))?;
                rows.collect::<Result<_, _>>()
            })
            .await
    }

    /// How many owners and how many members a room has.
    ///
    /// # Errors
    /// As any read.
    pub async fn member_counts(&self, room: RoomId) -> Result<(u32, u32), StoreError> {
        self.readers.read(move |conn| counts(conn, room)).await
    }

    /// Adds somebody; does nothing when they are a member already.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such person, [`StoreError::LimitReached`] when they are in too many
    /// rooms, and as any write.
    pub async fn add_member(&self, room: RoomId, user: UserId, by: UserId, at: i64) -> Result<(), StoreError> {
        self.writer
            .write(move |tx| {
                if users::read(tx.conn, user)?.status != chat::UserStatus::Active {
                    return Err(StoreError::NotFound);
                }
                add(tx, room, user, RoomRole::Member, &EventBody::Added { user }, by, at)
            })
            .await
    }

    /// Removes somebody (`by` another), or lets them leave (`by` themselves).
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when they are not a member, [`StoreError::LastOwner`] when others would be left without
    /// an owner, and as any write.
    pub async fn remove_member(&self, room: RoomId, user: UserId, by: UserId, at: i64) -> Result<(), StoreError> {
        self.writer
            .write(move |tx| {
                let role = role(tx.conn, room, user)?.ok_or(StoreError::NotFound)?;
                let (owners, all) = counts(tx.conn, room)?;
                if role == RoomRole::Owner && owners <= 1 && all > 1 {
                    return Err(StoreError::LastOwner);
                }
                take_out(tx, room, user, by, at)
            })
            .await
    }

    /// Changes a member's role.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when they are not a member, [`StoreError::LastOwner`], and as any write.
    pub async fn set_member_role(
        &self,
        room: RoomId,
        user: UserId,
        new: RoomRole,
        by: UserId,
        at: i64,
    ) -> Result<(), StoreError> {
        self.writer
            .write(move |tx| {
                let old = role(tx.conn, room, user)?.ok_or(StoreError::NotFound)?;
                if old == new {
                    return Ok(());
                }
                if old == RoomRole::Owner && counts(tx.conn, room)?.0 <= 1 {
                    return Err(StoreError::LastOwner);
                }
                let sql = "UPDATE members SET role = ?3 WHERE room_id = ?1 AND user_id = ?2";
                tx.conn.execute(sql, (room.0, user.0, Word(new)))?;
                append(tx, room, by, EventBody::RoleChanged { user, role: new }, at)?;
                tx.emit(Change::MemberChanged { room, user });
                Ok(())
            })
            .await
    }

    /// Moves a read cursor forward, at most to the newest event, and never back.
    ///
    /// # Errors
    /// As any write.
    pub async fn set_read(&self, room: RoomId, user: UserId, up_to: Seq) -> Result<(), StoreError> {
        self.writer
            .write(move |tx| {
                let up_to = up_to.min(tx.head(room)?);
                let sql = "UPDATE members SET read_seq = ?3 WHERE room_id = ?1 AND user_id = ?2 AND read_seq < ?3";
                let moved = tx.conn.prepare_cached(sql)?.execute((room.0, user.0, up_to.0.cast_signed()))?;
                if moved > 0 {
                    tx.emit(Change::ReadMoved { room, user, seq: up_to });
                }
                Ok(())
            })
            .await
    }
}

/// Most events that are looked at to step over one's own message.
const STEP: u64 = 64;

/// Moves the sender's read cursor past their own message, when nothing unread comes before it. Their unread count stays
/// the same. Without this, whoever sends and never reads (such as a sensor) would have more and more of their own
/// messages searched with each count.
pub(crate) fn step_over_own(conn: &Conn<'_>, room: RoomId, sender: UserId, own: Seq) -> Result<(), StoreError> {
    let mut update = conn.prepare_cached(
        "UPDATE members SET read_seq = ?3 WHERE room_id = ?1 AND user_id = ?2 AND read_seq < ?3 AND read_seq >= ?4
           AND NOT EXISTS (SELECT 1 FROM events WHERE room_id = ?1 AND seq > members.read_seq AND seq < ?3
                             AND kind = 'message' AND sender <> ?2)",
    )?;
    update.execute((room.0, sender.0, own.0.cast_signed(), own.0.saturating_sub(STEP).cast_signed()))?;
    Ok(())
}

pub(crate) fn role(conn: &Conn<'_>, room: RoomId, user: UserId) -> Result<Option<RoomRole>, StoreError> {
    let mut query = conn.prepare_cached("SELECT role FROM members WHERE room_id = ?1 AND user_id = ?2")?;
    query.query_row((room.0, user.0), |row| word(row, "role")).optional()
}

fn counts(conn: &Conn<'_>, room: RoomId) -> Result<(u32, u32), StoreError> {
    let mut query =
        conn.prepare_cached("SELECT count(*) FILTER (WHERE role = 'owner'), count(*) FROM members WHERE room_id = ?1")?;
    query.query_row([room.0], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Ends a membership and tells the room; does nothing when they are not a member.
pub(crate) fn take_out(tx: &mut Txn<'_>, room: RoomId, user: UserId, by: UserId, at: i64) -> Result<(), StoreError> {
    let sql = "DELETE FROM members WHERE room_id = ?1 AND user_id = ?2";
    if tx.conn.execute(sql, (room.0, user.0))? == 0 {
        return Ok(());
    }
    tx.conn.execute("UPDATE rooms SET member_count = member_count - 1 WHERE id = ?1", [room.0])?;
    let body = if user == by { EventBody::Left { user } } else { EventBody::Removed { user } };
    append(tx, room, by, body, at)?;
    tx.emit(Change::MemberRemoved { room, user });
    Ok(())
}

/// Makes somebody a member and tells the room; does nothing when they are one already.
pub(crate) fn add(
    tx: &mut Txn<'_>,
    room: RoomId,
    user: UserId,
    role: RoomRole,
    body: &EventBody,
    by: UserId,
    at: i64,
) -> Result<(), StoreError> {
    let head = tx.head(room)?;
    // What was said before they joined counts as read.
    let sql = "INSERT INTO members (room_id, user_id, role, joined_seq, read_seq) VALUES (?1, ?2, ?3, ?4, ?4) ON CONFLICT DO NOTHING";
    let added = tx.conn.prepare_cached(sql)?.execute((room.0, user.0, Word(role), head.0.cast_signed()))?;
    if added == 0 {
        return Ok(());
    }
    let rooms: u32 = tx
        .conn
        .prepare_cached("SELECT count(*) FROM members WHERE user_id = ?1")?
        .query_row([user.0], |row| row.get(0))?;
    if rooms > MAX_ROOMS {
        return Err(StoreError::LimitReached);
    }
    tx.conn.prepare_cached("UPDATE rooms SET member_count = member_count + 1 WHERE id = ?1")?.execute([room.0])?;
    tx.emit(Change::MemberAdded { room, user });
    append(tx, room, by, body.clone(), at)?;
    Ok(())
}
