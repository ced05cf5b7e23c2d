//! Invites: codes with which people can join.

use crate::access::read_access;
use crate::batch::Txn;
use crate::sql::{Conn, Optional as _, Param, Row};
use crate::{Act, Store, StoreError, audit, users};
use chat::{InviteId, RoomId, UserId, UserStatus, invite_usable};

/// Most invites that may be valid at once.
const MAX_INVITES: u32 = 10_000;
/// Most of them by one person: as many as the list shows.
const MAX_OF_ONE: u32 = 200;

/// An invite to be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInvite {
    /// The code: 8 characters that cannot be mistaken for one another.
    pub code: String,
    /// Who creates it.
    pub creator: UserId,
    /// Rooms that its users join beside the default room.
    pub rooms: Vec<RoomId>,
    /// When it expires, milliseconds since 1970; `None`: never.
    pub expires_at: Option<i64>,
    /// How many may use it; `None`: any number.
    pub max_uses: Option<u32>,
    /// Whether its users become guests.
    pub guest: bool,
}

/// A stored invite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteRow {
    /// Names it.
    pub id: InviteId,
    /// The code.
    pub code: String,
    /// Who created it.
    pub creator: UserId,
    /// Rooms that its users join beside the default room.
    pub rooms: Vec<RoomId>,
    /// When it expires, milliseconds since 1970; `None`: never.
    pub expires_at: Option<i64>,
    /// How many may use it; `None`: any number.
    pub max_uses: Option<u32>,
    /// How many have used it.
    pub uses: u32,
    /// Whether its users become guests.
    pub guest: bool,
    /// When it was created, milliseconds since 1970.
    pub created_at: i64,
}

impl Store {
    /// Creates an invite.
    ///
    /// # Errors
    /// [`StoreError::LimitReached`], and as any write.
    pub async fn make_invite(
        &self,
        new: NewInvite,
        act: Option<Act>,
        at: i64,
        due: i64,
    ) -> Result<InviteRow, StoreError> {
        self.writer
            .write(move |tx| {
                let sql = "SELECT count(*), count(*) FILTER (WHERE creator = ?1) FROM invites
                           WHERE revoked = 0 AND (expires_at IS NULL OR expires_at > ?2) AND (max_uses IS NULL OR uses < max_uses)";
                let count = |row: &Row<'_>| Ok((row.get::<_, u32>(0)?, row.get::<_, u32>(1)?));
                let (open, own) = tx.conn.prepare_cached(sql)?.query_row((new.creator.0, due), count)?;
                if open >= MAX_INVITES || own >= MAX_OF_ONE {
                    return Err(StoreError::LimitReached);
                }
                let sql = "INSERT INTO invites (code, creator, expires_at, max_uses, guest, created_at)
                           VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id";
                let id = tx.conn.prepare_cached(sql)?.insert((
                    &new.code,
                    new.creator.0,
                    new.expires_at,
                    new.max_uses,
                    new.guest,
                    at,
                ))?;
                for room in &new.rooms {
                    tx.conn.execute("INSERT INTO invite_rooms (invite_id, room_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING", (id, room.0))?;
                }
                let made: InviteRow = read(tx.conn, "id", id)?;
                if let Some(act) = act {
                    audit::note(tx, &Act { target: id.to_string(), ..act })?;
                }
                Ok(made)
            })
            .await
    }

    /// The invite with this code, with the rooms that it leads to now. Revoked invites count as missing, and so do
    /// those that no longer lead anywhere.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], and as any read.
    pub async fn invite_by_code(&self, code: String) -> Result<InviteRow, StoreError> {
        self.readers.read(move |conn| open(conn, &code)).await
    }

    /// An invite by its id; revoked ones count as missing.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], and as any read.
    pub async fn invite(&self, id: InviteId) -> Result<InviteRow, StoreError> {
        self.readers.read(move |conn| read(conn, "id", id.0)).await
    }

    /// The valid invites of one person, or everybody's, newest first, at most 200.
    ///
    /// # Errors
    /// As any read.
    pub async fn invites(&self, creator: Option<UserId>) -> Result<Vec<InviteRow>, StoreError> {
        self.readers
            .read(move |conn| {
                let mut stmt = conn.prepare_cached(
                    "SELECT id FROM invites WHERE revoked = 0 AND (creator = ?1 OR ?1 IS NULL) ORDER BY id DESC LIMIT 200",
                )?;
                let ids = stmt.query_map([creator.map(|u| u.0)], |row| row.get::<_, i64>(0))?.collect::<Result<Vec<_>, _>>()?;
                ids.into_iter().map(|id| read(conn, "id", id)).collect()
            })
            .await
    }

    /// Revokes an invite; those who have used it stay.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], and as any write.
    pub async fn revoke_invite(&self, id: InviteId, act: Option<Act>) -> Result<(), StoreError> {
        self.write_act(act, move |tx| {
            let done = tx.conn.execute("UPDATE invites SET revoked = 1 WHERE id = ?1 AND revoked = 0", [id.0])?;
            if done == 0 { Err(StoreError::NotFound) } else { Ok(()) }
        })
        .await
    }
}

/// The invite with this code, if it can be used now.
pub(crate) fn good(conn: &Conn<'_>, code: &str, due: i64) -> Result<InviteRow, StoreError> {
    let invite = open(conn, code)?;
    invite_usable(invite.expires_at, invite.max_uses, invite.uses, due).map_err(|_| StoreError::NotFound)?;
    Ok(invite)
}

/// Counts another use.
pub(crate) fn count_use(tx: &Txn<'_>, id: InviteId) -> Result<(), StoreError> {
    tx.conn.prepare_cached("UPDATE invites SET uses = uses + 1 WHERE id = ?1")?.execute([id.0])?;
    Ok(())
}

/// What the invite gives to somebody whom an admin lets in: does it make them a guest, and which rooms does it lead to?
/// It was valid when they asked, so its expiry no longer matters; but if it was revoked or used up since, it leads to
/// no room. A guest stays a guest: the creator did not mean more than that.
pub(crate) fn honour(tx: &Txn<'_>, id: InviteId) -> Result<(bool, Vec<RoomId>), StoreError> {
    let sql = "SELECT guest FROM invites WHERE id = ?1";
    let guest = tx.conn.prepare_cached(sql)?.query_row([id.0], |row| row.get(0))?;
    let invite = match read(tx.conn, "id", id.0).and_then(|invite| in_force(tx.conn, invite)) {
        Ok(invite) if invite.max_uses.is_none_or(|max| invite.uses < max) => invite,
        Ok(_) | Err(StoreError::NotFound) => return Ok((guest, Vec::new())),
        Err(error) => return Err(error),
    };
    count_use(tx, id)?;
    Ok((guest, invite.rooms))
}

fn open(conn: &Conn<'_>, code: &str) -> Result<InviteRow, StoreError> {
    in_force(conn, read(conn, "code", code)?)
}

/// An invite depends on its creator's rights: it is invalid once they may not use the box, and does not lead to rooms
/// where they could no longer add people.
fn in_force(conn: &Conn<'_>, mut invite: InviteRow) -> Result<InviteRow, StoreError> {
    let mut rooms = Vec::with_capacity(invite.rooms.len());
    for room in invite.rooms {
        if read_access(conn, room, invite.creator)?.is_some_and(|access| access.may_add().is_ok()) {
            rooms.push(room);
        }
    }
    invite.rooms = rooms;
    let maker_is_in = users::read(conn, invite.creator)?.status == UserStatus::Active;
    let leads_somewhere = !invite.guest || !invite.rooms.is_empty();
    if maker_is_in && leads_somewhere { Ok(invite) } else { Err(StoreError::NotFound) }
}

/// `column` is one of the table's unique columns.
fn read(conn: &Conn<'_>, column: &'static str, value: impl Param) -> Result<InviteRow, StoreError> {
    let sql = format!(
        "SELECT id, code, creator, expires_at, max_uses, uses, guest, created_at FROM invites WHERE {column} = ?1 AND revoked = 0"
    );
    let mut invite =
        conn.prepare_cached(&sql)?.query_row([value], invite_row).optional()?.ok_or(StoreError::NotFound)?;
    let mut rooms = conn.prepare_cached("SELECT room_id FROM invite_rooms WHERE invite_id = ?1")?;
    invite.rooms = rooms.query_map([invite.id.0], |row| Ok(RoomId(row.get(0)?)))?.collect::<Result<_, _>>()?;
    Ok(invite)
}

fn invite_row(row: &Row<'_>) -> Result<InviteRow, StoreError> {
    Ok(InviteRow {
        id: InviteId(row.get("id")?),
        code: row.get("code")?,
        creator: UserId(row.get("creator")?),
        rooms: Vec::new(),
        expires_at: row.get("expires_at")?,
        max_uses: row.get("max_uses")?,
        uses: row.get("uses")?,
        guest: row.get("guest")?,
        created_at: row.get("created_at")?,
    })
}
