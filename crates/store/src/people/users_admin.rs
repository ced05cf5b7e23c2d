//! People as admins see them: when they joined and when they were last seen; removing passwords, devices and people,
//! and creating many at once.

use crate::batch::Txn;
use crate::sql::{Conn, Row, Word, word};
use crate::{Act, Change, Store, StoreError, UserRow, devices, events, joining, members, standing, tickets, users};
use chat::{DeviceId, DisplayName, EventBody, Handle, Role, RoomId, RoomRole, Seq, UserId, UserStatus, folded};

/// A person as admins see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserSummary {
    /// The person.
    pub user: UserRow,
    /// Number of signed-in devices.
    pub devices: u32,
    /// Number of rooms they are in.
    pub rooms: u32,
    /// When one of their devices was last seen, to about an hour; `None` when they have none.
    pub seen_at: Option<i64>,
}

/// A person to be created without a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedUser {
    /// Name to show.
    pub name: DisplayName,
    /// Derived from the name when none is given.
    pub handle: Option<Handle>,
    /// Role on the box.
    pub role: Role,
}

impl Store {
    /// People with an id over `after` whose name or handle contains `query`, at most `limit`: those of one status, or
    /// all that are active or suspended.
    ///
    /// # Errors
    /// As any read.
    pub async fn user_summaries(
        &self,
        after: UserId,
        query: String,
        status: Option<UserStatus>,
        limit: u32,
    ) -> Result<Vec<UserSummary>, StoreError> {
        self.readers
            .read(move |conn| {
                let sql = format!(
                    "{} WHERE id > ?1 AND (status = ?3 OR ?3 IS NULL AND status IN ('active', 'suspended'))
                       AND {}
                     ORDER BY id LIMIT ?4",
                    summary_columns(),
                    users::CALLED
                );
                let mut stmt = conn.prepare_cached(&sql)?;
                let rows = stmt.query_map((after.0, folded(&query), status.map(Word), limit), summary)?;
                rows.collect::<Result<_, _>>()
            })
            .await
    }

    /// A person.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], and as any read.
    pub async fn user_summary(&self, user: UserId) -> Result<UserSummary, StoreError> {
        self.readers
            .read(move |conn| {
                let mut query = conn.prepare_cached(&format!("{} WHERE id = ?1", summary_columns()))?;
                query.query_row([user.0], summary)
            })
            .await
    }

    /// Removes a person's password.
    ///
    /// # Errors
    /// As any write.
    pub async fn drop_password(&self, user: UserId, act: Act) -> Result<(), StoreError> {
        self.write_act(Some(act), move |tx| users::set_password(tx, user, None)).await
    }

    /// Signs one device of a person out, or all of them.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for a device that is not theirs, and as any write.
    pub async fn sign_out(&self, user: UserId, only: Option<DeviceId>, act: Act) -> Result<(), StoreError> {
        self.write_act(Some(act), move |tx| {
            let Some(device) = only else { return devices::revoke_all(tx, user) };
            let sql = "DELETE FROM devices WHERE id = ?1 AND user_id = ?2";
            if tx.conn.execute(sql, (device.0, user.0))? == 0 {
                return Err(StoreError::NotFound);
            }
            tx.emit(Change::DeviceRevoked(device));
            Ok(())
        })
        .await
    }

    /// Removes a person: they have no device, password or picture any more and are only in direct rooms; their handle
    /// is free again and their invites are closed. Their messages stay under their name. A room that only they owned
    /// goes to the next in line.
    ///
    /// # Errors
    /// [`StoreError::LastOwner`], [`StoreError::NotFound`] for somebody who waits for approval or is already removed,
    /// and as any write.
    pub async fn remove_user(&self, user: UserId, act: Act) -> Result<(), StoreError> {
        let (by, at) = (act.actor, act.at);
        self.write_act(Some(act), move |tx| {
            let row = users::read(tx.conn, user)?;
            if matches!(row.status, UserStatus::Pending | UserStatus::Removed) {
                return Err(StoreError::NotFound);
            }
            if row.role == Role::Owner && row.status == UserStatus::Active && standing::owners(tx.conn)? <= 1 {
                return Err(StoreError::LastOwner);
            }
            for room in shared_rooms(tx.conn, user)? {
                members::take_out(tx, room, user, by, at)?;
                give_to_next(tx, room, by, at)?;
            }
            devices::revoke_all(tx, user)?;
            tx.conn.execute("UPDATE invites SET revoked = 1 WHERE creator = ?1", [user.0])?;
            tx.conn.execute("DELETE FROM tickets WHERE user_id = ?1", [user.0])?;
            tx.conn.execute("DELETE FROM mentions WHERE user_id = ?1", [user.0])?;
            tx.conn.execute("DELETE FROM quiet WHERE user_id = ?1", [user.0])?;
            tx.conn.execute("DELETE FROM stars WHERE user_id = ?1", [user.0])?;
            tickets::drop_issued(tx, user)?;
            // No handle that people may choose begins with a dot.
            let sql = "UPDATE users SET status = 'removed', role = 'member', password = NULL, avatar = NULL,
                       handle = '.removed-' || id WHERE id = ?1";
            tx.conn.execute(sql, [user.0])?;
            tx.emit(Change::StandingChanged(user));
            Ok(())
        })
        .await
    }

    /// Messages of a person, oldest first: room and `seq` of at most `limit` that come after the event `after`, and the
    /// event to continue from.
    ///
    /// # Errors
    /// As any read.
    pub async fn messages_of(
        &self,
        user: UserId,
        after: i64,
        limit: u32,
    ) -> Result<Vec<(i64, RoomId, Seq)>, StoreError> {
        self.readers
            .read(move |conn| {
                let sql = "SELECT id, room_id, seq FROM events WHERE id > ?2 AND sender = ?1 AND kind = 'message' ORDER BY id LIMIT ?3";
                let mut stmt = conn.prepare_cached(sql)?;
                let rows = stmt.query_map((user.0, after, limit), |row| {
                    Ok((row.get(0)?, RoomId(row.get(1)?), crate::sql::seq(row, "seq")?))
                })?;
                rows.collect::<Result<_, _>>()
            })
            .await
    }

    /// Deletes several messages, each like [`Store::delete_message`].
    ///
    /// # Errors
    /// As any write.
    pub async fn delete_messages(&self, places: Vec<(RoomId, Seq)>, by: UserId, at: i64) -> Result<(), StoreError> {
        self.writer
            .write(move |tx| places.iter().try_for_each(|(room, seq)| events::delete_message(tx, *room, *seq, by, at)))
            .await
    }

    /// Creates people who have no device yet. Each is on its own: an error with one does not affect the others.
    ///
    /// # Errors
    /// As any write. For each: [`StoreError::Conflict`] when the handle is taken.
    pub async fn import_users(
        &self,
        users: Vec<ImportedUser>,
        act: Act,
    ) -> Result<Vec<Result<UserId, StoreError>>, StoreError> {
        let at = act.at;
        self.write_act(Some(act), move |tx| {
            let mut made = Vec::with_capacity(users.len());
            for user in &users {
                made.push(match joining::make(tx, user, at) {
                    Err(error @ (StoreError::Conflict | StoreError::NameOfAdmin)) => Err(error),
                    other => Ok(other?),
                });
            }
            Ok(made)
        })
        .await
    }

    /// Handle and folded name of everybody who is active, suspended or waiting.
    ///
    /// # Errors
    /// As any read.
    pub async fn names(&self) -> Result<Vec<(String, String)>, StoreError> {
        self.readers
            .read(move |conn| {
                let sql = "SELECT handle, folded FROM users WHERE status <> 'removed'";
                let mut stmt = conn.prepare_cached(sql)?;
                let rows = stmt.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
                rows.collect::<Result<_, _>>()
            })
            .await
    }
}

/// What [`summary`] reads.
fn summary_columns() -> String {
    format!(
        "SELECT {}, (SELECT count(*) FROM devices WHERE user_id = users.id) AS devices,
           (SELECT max(seen_at) FROM devices WHERE user_id = users.id) AS seen_at,
           (SELECT count(*) FROM members WHERE user_id = users.id) AS rooms FROM users",
        users::COLUMNS
    )
}

fn summary(row: &Row<'_>) -> Result<UserSummary, StoreError> {
    Ok(UserSummary {
        user: users::user_row(row)?,
        devices: row.get("devices")?,
        rooms: row.get("rooms")?,
        seen_at: row.get("seen_at")?,
    })
}

/// Their rooms except direct ones, which belong to the other person as well.
fn shared_rooms(conn: &Conn<'_>, user: UserId) -> Result<Vec<RoomId>, StoreError> {
    let sql = "SELECT r.id FROM members m JOIN rooms r ON r.id = m.room_id WHERE m.user_id = ?1 AND r.kind <> 'direct'";
    let mut stmt = conn.prepare_cached(sql)?;
    let rows = stmt.query_map([user.0], |row| Ok(RoomId(row.get(0)?)))?;
    rows.collect::<Result<_, _>>()
}

/// A room with members has an owner: makes it the one with the highest role and, among those, whoever has been there
/// longest.
fn give_to_next(tx: &mut Txn<'_>, room: RoomId, by: UserId, at: i64) -> Result<(), StoreError> {
    let mut stmt = tx.conn.prepare_cached("SELECT user_id, role, joined_seq FROM members WHERE room_id = ?1")?;
    let rows = stmt
        .query_map([room.0], |row| Ok((UserId(row.get(0)?), word::<RoomRole>(row, "role")?, row.get::<_, i64>(2)?)))?;
    let members: Vec<(UserId, RoomRole, i64)> = rows.collect::<Result<_, _>>()?;
    drop(stmt);
    if members.iter().any(|(_, role, _)| *role == RoomRole::Owner) {
        return Ok(());
    }
    let next = members.into_iter().max_by_key(|(_, role, joined)| (*role, std::cmp::Reverse(*joined)));
    let Some((user, ..)) = next else { return Ok(()) };
    make_owner(tx, room, user, by, at)
}

pub(crate) fn make_owner(tx: &mut Txn<'_>, room: RoomId, user: UserId, by: UserId, at: i64) -> Result<(), StoreError> {
    set_room_role(tx, room, user, RoomRole::Owner, by, at)
}

pub(crate) fn set_room_role(
    tx: &mut Txn<'_>,
    room: RoomId,
    user: UserId,
    role: RoomRole,
    by: UserId,
    at: i64,
) -> Result<(), StoreError> {
    let sql = "UPDATE members SET role = ?3 WHERE room_id = ?1 AND user_id = ?2 AND role <> ?3";
    if tx.conn.execute(sql, (room.0, user.0, Word(role)))? > 0 {
        events::append(tx, room, by, EventBody::RoleChanged { user, role }, at)?;
        tx.emit(Change::MemberChanged { room, user });
    }
    Ok(())
}
