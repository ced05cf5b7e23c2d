//! Rooms: creating and changing them, and how a member sees theirs.

pub(crate) mod access;
pub(crate) mod members;
pub(crate) mod mine;
pub(crate) mod rooms_admin;

use self::mine::Mine;
use crate::batch::Txn;
use crate::events::{append, newest_shown};
use crate::sql::{Conn, Optional as _, Row, Word, seq, word};
use crate::{Change, Store, StoreError, UnreadMentions, UserRow, mentions, retention, users};
use chat::{
    DisplayName, Event, EventBody, HistoryRule, Keep, MemberRule, RoomId, RoomKind, RoomRole, Seq, UserId, folded,
};

/// Unread messages are counted up to this number.
const UNREAD_MAX: u32 = 100;

/// Others' messages after a place, found from that place on, so that long-read history costs nothing; one's own
/// messages are stepped over when they are sent (`members::step_over_own`).
const UNREAD: &str = "SELECT count(*) FROM (SELECT 1 FROM events
     WHERE room_id = ?1 AND seq > ?2 AND kind = 'message' AND sender <> ?3 LIMIT ?4) AS unread";

/// A group or channel to be created.
#[derive(Debug, Clone)]
pub struct NewRoom {
    /// `Group` or `Channel`.
    pub kind: RoomKind,
    /// Name to show.
    pub name: DisplayName,
    /// The topic.
    pub topic: String,
    /// People to add, beside its creator.
    pub members: Vec<UserId>,
}

/// What to change; `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct RoomChange {
    /// New name.
    pub name: Option<DisplayName>,
    /// New topic.
    pub topic: Option<String>,
    /// Who may write.
    pub write: Option<MemberRule>,
    /// Who may add people.
    pub invite: Option<MemberRule>,
    /// Who may mention everybody at once.
    pub mention_all: Option<MemberRule>,
    /// How much of the earlier history new members see.
    pub history: Option<HistoryRule>,
}

/// A room as one member sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomView {
    /// Identifies the room.
    pub id: RoomId,
    /// What kind of conversation it is.
    pub kind: RoomKind,
    /// Name to show; empty for direct rooms.
    pub name: String,
    /// The topic.
    pub topic: String,
    /// BLAKE3 of the picture, hex.
    pub picture: Option<String>,
    /// Is it the default room?
    pub is_default: bool,
    /// Is it archived?
    pub archived: bool,
    /// The other person of a direct room.
    pub peer: Option<UserRow>,
    /// The member's role.
    pub role: RoomRole,
    /// Who may write.
    pub write: MemberRule,
    /// Who may add people.
    pub invite: MemberRule,
    /// Who may mention everybody at once.
    pub mention_all: MemberRule,
    /// How much of the earlier history new members see.
    pub history: HistoryRule,
    /// Number of members.
    pub member_count: u32,
    /// The oldest event that the member may see.
    pub first_seq: Seq,
    /// The newest event.
    pub last_seq: Seq,
    /// Everything up to this `seq` was read.
    pub read_seq: Seq,
    /// Others' messages after that, counted up to 100.
    pub unread: u32,
    /// Those of them that mention the member.
    pub unread_mentions: UnreadMentions,
    /// The newest event that is no change of a message.
    pub last: Option<Event>,
    /// How long messages are kept.
    pub keep: Keep,
    /// What the member has arranged for themselves.
    pub mine: Mine,
}

impl Store {
    /// The rooms of one person as they see them.
    ///
    /// # Errors
    /// As any read.
    pub async fn room_views(&self, user: UserId) -> Result<Vec<RoomView>, StoreError> {
        self.readers.read(move |conn| views(conn, user, None)).await
    }

    /// A room as one member sees it; `None` when they are not in it.
    ///
    /// # Errors
    /// As any read.
    pub async fn room_view(&self, room: RoomId, user: UserId) -> Result<Option<RoomView>, StoreError> {
        self.readers.read(move |conn| Ok(views(conn, user, Some(room))?.pop())).await
    }

    /// Creates a group or channel, owned by its creator.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when a member does not exist, [`StoreError::LimitReached`], and as any write.
    pub async fn make_room(&self, new: NewRoom, by: UserId, at: i64) -> Result<RoomId, StoreError> {
        self.writer
            .write(move |tx| {
                let write = if new.kind == RoomKind::Channel { MemberRule::Admins } else { MemberRule::Everyone };
                let room = insert(tx, new.kind, new.name.as_str(), &new.topic, write, at)?;
                append(tx, room, by, EventBody::RoomCreated, at)?;
                members::add(tx, room, by, RoomRole::Owner, &EventBody::Joined { user: by }, by, at)?;
                for user in new.members.into_iter().filter(|u| *u != by) {
                    if users::read(tx.conn, user)?.status != chat::UserStatus::Active {
                        return Err(StoreError::NotFound);
                    }
                    members::add(tx, room, user, RoomRole::Member, &EventBody::Added { user }, by, at)?;
                }
                Ok(room)
            })
            .await
    }

    /// The direct room of two people, created if there is none, and whether it was created now.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the other person does not exist, [`StoreError::LimitReached`], and as any write.
    pub async fn direct_room(&self, me: UserId, other: UserId, at: i64) -> Result<(RoomId, bool), StoreError> {
        self.writer
            .write(move |tx| {
                let (low, high) = (me.min(other), me.max(other));
                let found = tx
                    .conn
                    .prepare_cached("SELECT id FROM rooms WHERE direct_low = ?1 AND direct_high = ?2")?
                    .query_row((low.0, high.0), |row| Ok(RoomId(row.get(0)?)))
                    .optional()?;
                if let Some(room) = found {
                    return Ok((room, false));
                }
                if users::read(tx.conn, other)?.status != chat::UserStatus::Active {
                    return Err(StoreError::NotFound);
                }
                let room = insert(tx, RoomKind::Direct, "", "", MemberRule::Everyone, at)?;
                tx.conn.execute(
                    "UPDATE rooms SET direct_low = ?2, direct_high = ?3 WHERE id = ?1",
                    (room.0, low.0, high.0),
                )?;
                append(tx, room, me, EventBody::RoomCreated, at)?;
                for user in [me, other] {
                    members::add(tx, room, user, RoomRole::Owner, &EventBody::Joined { user }, me, at)?;
                }
                Ok((room, true))
            })
            .await
    }

    /// Changes a room; everything that really changes gets an event in its log.
    ///
    /// # Errors
    /// As any write.
    pub async fn change_room(&self, room: RoomId, change: RoomChange, by: UserId, at: i64) -> Result<(), StoreError> {
        self.writer.write(move |tx| apply_change(tx, room, &change, by, at)).await
    }

    /// Gives a room another picture, or none, and returns the old one.
    ///
    /// # Errors
    /// As any write.
    pub async fn set_picture(
        &self,
        room: RoomId,
        blake3: Option<String>,
        by: UserId,
        at: i64,
    ) -> Result<Option<String>, StoreError> {
        self.writer
            .write(move |tx| {
                let old: Option<String> =
                    tx.conn.query_row("SELECT picture FROM rooms WHERE id = ?1", [room.0], |row| row.get(0))?;
                if old != blake3 {
                    tx.conn.execute("UPDATE rooms SET picture = ?2 WHERE id = ?1", (room.0, blake3))?;
                    append(tx, room, by, EventBody::PictureChanged, at)?;
                }
                Ok(old)
            })
            .await
    }

    /// The picture of a room, without asking who may see it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], and as any read.
    pub async fn picture(&self, room: RoomId) -> Result<Option<String>, StoreError> {
        self.readers
            .read(move |conn| conn.query_row("SELECT picture FROM rooms WHERE id = ?1", [room.0], |row| row.get(0)))
            .await
    }
}

fn insert(
    tx: &Txn<'_>,
    kind: RoomKind,
    name: &str,
    topic: &str,
    write: MemberRule,
    at: i64,
) -> Result<RoomId, StoreError> {
    let sql =
        "INSERT INTO rooms (kind, name, topic, write_rule, invite_rule, mention_rule, history_rule, created_at, folded)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING id";
    let rule = if kind == RoomKind::Channel { MemberRule::Admins } else { MemberRule::Everyone };
    let id = tx.conn.prepare_cached(sql)?.insert((
        Word(kind),
        name,
        topic,
        Word(write),
        Word(rule),
        Word(rule),
        Word(HistoryRule::All),
        at,
        folded(name),
    ))?;
    Ok(RoomId(id))
}

/// Creates the default room with its first member.
pub(crate) fn make_default(tx: &mut Txn<'_>, owner: UserId, name: &str, at: i64) -> Result<RoomId, StoreError> {
    let room = insert(tx, RoomKind::Group, name, "", MemberRule::Everyone, at)?;
    tx.conn.execute(
        "UPDATE rooms SET is_default = 1, invite_rule = 'admins', mention_rule = 'admins' WHERE id = ?1",
        [room.0],
    )?;
    append(tx, room, owner, EventBody::RoomCreated, at)?;
    members::add(tx, room, owner, RoomRole::Owner, &EventBody::Joined { user: owner }, owner, at)?;
    Ok(room)
}

fn apply_change(tx: &mut Txn<'_>, room: RoomId, change: &RoomChange, by: UserId, at: i64) -> Result<(), StoreError> {
    let sql = "SELECT name, topic, write_rule, invite_rule, mention_rule, history_rule FROM rooms WHERE id = ?1";
    let (name, topic, rules) = tx.conn.prepare_cached(sql)?.query_row([room.0], |row| {
        let rules: (MemberRule, MemberRule, MemberRule, HistoryRule) = (
            word(row, "write_rule")?,
            word(row, "invite_rule")?,
            word(row, "mention_rule")?,
            word(row, "history_rule")?,
        );
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, rules))
    })?;
    let new_rules = (
        change.write.unwrap_or(rules.0),
        change.invite.unwrap_or(rules.1),
        change.mention_all.unwrap_or(rules.2),
        change.history.unwrap_or(rules.3),
    );
    let new_name = change.name.as_ref().map(DisplayName::as_str).filter(|n| *n != name);
    let new_topic = change.topic.as_deref().filter(|t| *t != topic);
    if new_name.is_none() && new_topic.is_none() && new_rules == rules {
        return Ok(());
    }
    if let Some(name) = new_name {
        append(tx, room, by, EventBody::RoomRenamed { name: name.to_owned() }, at)?;
    }
    if let Some(topic) = new_topic {
        append(tx, room, by, EventBody::TopicChanged { topic: topic.to_owned() }, at)?;
    }
    if new_rules != rules {
        append(tx, room, by, EventBody::RulesChanged, at)?;
    }
    let sql =
        "UPDATE rooms SET name = coalesce(?2, name), topic = coalesce(?3, topic), write_rule = ?4, invite_rule = ?5,
               history_rule = ?6, folded = coalesce(?7, folded), mention_rule = ?8 WHERE id = ?1";
    let (write, invite, mention_all, history) = new_rules;
    let (write, invite, mention_all, history) = (Word(write), Word(invite), Word(mention_all), Word(history));
    let folded = new_name.map(folded);
    tx.conn.execute(sql, (room.0, new_name, new_topic, write, invite, history, folded, mention_all))?;
    if new_rules != rules {
        tx.emit(Change::RulesChanged(room));
    }
    Ok(())
}

fn views(conn: &Conn<'_>, user: UserId, only: Option<RoomId>) -> Result<Vec<RoomView>, StoreError> {
    let mut query = conn.prepare_cached(
        "SELECT r.id, r.kind, r.name, r.topic, r.picture, r.is_default, r.archived, r.write_rule, r.invite_rule, r.mention_rule, r.history_rule,
                r.member_count, r.first_seq, r.last_seq, r.direct_low, r.direct_high, m.role, m.read_seq, m.joined_seq, r.keep_days,
                m.pinned_at, m.archived_seq, m.marked_unread, m.notify, m.muted_until
         FROM members m JOIN rooms r ON r.id = m.room_id
         WHERE m.user_id = ?1 AND (m.room_id = ?2 OR ?2 IS NULL)",
    )?;
    let mut rows = query.query((user.0, only.map(|r| r.0)))?;
    let of_box = retention::of_box(conn)?;
    let mut views = Vec::new();
    while let Some(row) = rows.next()? {
        views.push(view(conn, user, of_box, &row)?);
    }
    Ok(views)
}

fn view(conn: &Conn<'_>, user: UserId, of_box: Option<u32>, row: &Row<'_>) -> Result<RoomView, StoreError> {
    let id = RoomId(row.get("id")?);
    let history: HistoryRule = word(row, "history_rule")?;
    let room_first = seq(row, "first_seq")?;
    let joined = seq(row, "joined_seq")?;
    let first_seq = match history {
        HistoryRule::All => room_first,
        HistoryRule::SinceJoined => room_first.max(joined.next()),
    };
    let read_seq = seq(row, "read_seq")?;
    let (low, high): (Option<i64>, Option<i64>) = (row.get("direct_low")?, row.get("direct_high")?);
    let peer = match (low, high) {
        (Some(low), Some(high)) => Some(users::read(conn, UserId(if low == user.0 { high } else { low }))?),
        _ => None,
    };
    let unread = unread(conn, id, user, read_seq)?;
    let unread_mentions = match unread {
        0 => UnreadMentions::default(),
        _ => mentions::unread(conn, id, user, read_seq.max(Seq(first_seq.0.saturating_sub(1))))?,
    };
    Ok(RoomView {
        id,
        kind: word(row, "kind")?,
        name: row.get("name")?,
        topic: row.get("topic")?,
        picture: row.get("picture")?,
        is_default: row.get("is_default")?,
        archived: row.get("archived")?,
        peer,
        role: word(row, "role")?,
        write: word(row, "write_rule")?,
        invite: word(row, "invite_rule")?,
        mention_all: word(row, "mention_rule")?,
        history,
        member_count: row.get("member_count")?,
        first_seq,
        last_seq: seq(row, "last_seq")?,
        read_seq,
        unread,
        unread_mentions,
        last: newest_shown(conn, id, first_seq)?,
        keep: Keep { of_box, of_room: row.get("keep_days")? },
        mine: mine::read(conn, id, row)?,
    })
}

fn unread(conn: &Conn<'_>, room: RoomId, user: UserId, read: Seq) -> Result<u32, StoreError> {
    let mut query = conn.prepare_cached(UNREAD)?;
    query.query_row((room.0, read.0.cast_signed(), user.0, UNREAD_MAX), |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Were this to fail, opening the app would take longer with every message that was ever sent.
    #[tokio::test]
    async fn unread_messages_are_found_without_going_through_the_room() {
        let folder = tempfile::tempdir().unwrap();
        let options = crate::Options { path: folder.path().join("imd.db"), readers: 1, queue: 64 };
        let store = Store::open(&options, drop).unwrap();
        let plan = |conn: &Conn<'_>| {
            let mut plan = conn.prepare_cached(&format!("EXPLAIN QUERY PLAN {UNREAD}"))?;
            let steps = plan.query_map((1, 99_900, 1, UNREAD_MAX), |row| row.get::<_, String>("detail"))?;
            steps.collect::<Result<Vec<_>, _>>()
        };
        let steps = store.readers.read(plan).await.unwrap();
        let by_place = |step: &String| step.contains("SEARCH events") && step.contains("(room_id=? AND seq>?)");
        assert!(steps.iter().any(by_place), "{steps:?}");
        assert!(!steps.iter().any(|step| step.contains("SCAN events")), "{steps:?}");
        store.close().await;
    }
}
