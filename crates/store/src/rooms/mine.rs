//! How members have arranged their rooms for themselves: pinned, archived, marked unread, and what they want to be told of. It
//! lies in their membership and goes with it.

use crate::sql::{Conn, Param, Row, Word, word};
use crate::{Change, Store, StoreError, members};
use chat::{Notify, RoomId, Seq, UserId};

/// What a member has arranged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mine {
    /// When they pinned it.
    pub pinned_at: Option<i64>,
    /// They have archived it.
    pub archived: bool,
    /// Something was said since they archived it.
    pub said_since: bool,
    /// They want to come back to it.
    pub marked_unread: bool,
    /// Of what they want to be told.
    pub notify: Notify,
    /// Until then of nothing.
    pub muted_until: Option<i64>,
}

/// What to change; `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct MineChange {
    /// Pinned, or not any more.
    pub pinned: Option<bool>,
    /// Archived, or not any more.
    pub archived: Option<bool>,
    /// Marked as unread, or not any more.
    pub marked_unread: Option<bool>,
    /// Of what to tell.
    pub notify: Option<Notify>,
    /// Until when to tell nothing; `Some(None)`: not any more.
    pub muted_until: Option<Option<i64>>,
}

impl Store {
    /// Changes what a member has arranged. A room that is pinned comes out of the archive, and one that is archived is not
    /// pinned any more.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when they are not in it, and as any write.
    pub async fn arrange(&self, room: RoomId, user: UserId, change: MineChange, at: i64) -> Result<(), StoreError> {
        self.writer
            .write(move |tx| {
                let pinned = change.pinned.or(change.archived.filter(|archived| *archived).map(|_| false));
                let archived = change.archived.or(change.pinned.filter(|pinned| *pinned).map(|_| false));
                members::role(tx.conn, room, user)?.ok_or(StoreError::NotFound)?;
                let key = (room.0, user.0);
                match pinned {
                    // What is pinned already stays where it is.
                    Some(true) => set(tx.conn, key, "pinned_at = coalesce(pinned_at, ?3)", at)?,
                    Some(false) => set(tx.conn, key, "pinned_at = ?3", None::<i64>)?,
                    None => {}
                }
                if let Some(archived) = archived {
                    let head = tx.head(room)?.0.cast_signed();
                    set(tx.conn, key, "archived_seq = ?3", archived.then_some(head))?;
                }
                if let Some(marked) = change.marked_unread {
                    set(tx.conn, key, "marked_unread = ?3", marked)?;
                }
                if let Some(notify) = change.notify {
                    set(tx.conn, key, "notify = ?3", Word(notify))?;
                }
                if let Some(until) = change.muted_until {
                    set(tx.conn, key, "muted_until = ?3", until)?;
                }
                tx.emit(Change::Arranged { room, user });
                Ok(())
            })
            .await
    }
}

/// Sets one column of a membership to `?3`.
fn set(conn: &Conn<'_>, (room, user): (i64, i64), column: &str, value: impl Param) -> Result<(), StoreError> {
    let sql = format!("UPDATE members SET {column} WHERE room_id = ?1 AND user_id = ?2");
    conn.execute(&sql, (room, user, value))?;
    Ok(())
}

/// Of a row with these columns of `members`.
pub(crate) fn read(conn: &Conn<'_>, room: RoomId, row: &Row<'_>) -> Result<Mine, StoreError> {
    let archived: Option<i64> = row.get("archived_seq")?;
    let said_since = match archived {
        Some(seq) => said_after(conn, room, Seq(seq.max(0).cast_unsigned()))?,
        None => false,
    };
    Ok(Mine {
        pinned_at: row.get("pinned_at")?,
        archived: archived.is_some(),
        said_since,
        marked_unread: row.get("marked_unread")?,
        notify: word(row, "notify")?,
        muted_until: row.get("muted_until")?,
    })
}

fn said_after(conn: &Conn<'_>, room: RoomId, seq: Seq) -> Result<bool, StoreError> {
    let sql = "SELECT count(*) FROM (SELECT 1 FROM events WHERE room_id = ?1 AND seq > ?2 AND kind = 'message' LIMIT 1) AS said";
    let said: i64 = conn.prepare_cached(sql)?.query_row((room.0, seq.0.cast_signed()), |row| row.get(0))?;
    Ok(said > 0)
}
