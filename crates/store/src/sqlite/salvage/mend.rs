//! Makes a salvaged database consistent: what was deleted stays deleted, rooms have no gaps, nothing refers to
//! something missing, and what can be learned from elsewhere (who is in a room, which file a message carries) is
//! restored.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension};

use super::SalvageError;
use crate::body;
use chat::EventBody;

/// What had to be invented or left out.
#[derive(Debug, Default)]
pub(super) struct Mended {
    pub(super) lost_events: u64,
    pub(super) lost_people: u64,
    pub(super) lost_rooms: u64,
    /// Rows, by table, that belonged to something that is lost.
    pub(super) left_out: HashMap<String, u64>,
}

/// How many events a damaged page may have held: a room's end is not believed if it is further away than that.
const ROWS_IN_A_PAGE: i64 = 512;
/// Ids that may have been given to somebody of whom nothing is left: they are skipped, so that they are never given
/// again.
const ID_MARGIN: i64 = 1_000;
/// Tables refer to each other in chains no longer than this.
const ROUNDS: usize = 8;

/// Mends `conn`, where pages of the tables `broken` were damaged.
pub(super) fn mend(conn: &Connection, broken: &[&str], damaged: u32, now: i64) -> Result<Mended, SalvageError> {
    let is_broken = |name: &str| broken.contains(&name);
    let mut mended = Mended::default();
    keep_deleted(conn)?;
    if is_broken("rooms") {
        mended.lost_rooms = make_up_rooms(conn, now)?;
    } else {
        // Events of a deleted room, found in pages that nothing points to.
        conn.execute("DELETE FROM events WHERE room_id NOT IN (SELECT id FROM rooms)", [])?;
    }
    if is_broken("users") {
        mended.lost_people = make_up_people(conn, now)?;
    }
    if is_broken("files") {
        files_of_messages(conn)?;
    }
    mended.lost_events = close_gaps(conn, damaged)?;
    reactions_of_the_log(conn)?;
    if is_broken("members") || is_broken("rooms") {
        members_of_the_log(conn)?;
    }
    mentions_of_messages(conn, is_broken("mentions"))?;
    mended.left_out = drop_orphans(conn)?;
    conn.execute_batch(
        "UPDATE rooms SET member_count = (SELECT count(*) FROM members WHERE room_id = rooms.id) WHERE archived = 0;
         UPDATE rooms SET is_default = 1 WHERE id = (SELECT id FROM rooms WHERE kind = 'group' AND archived = 0
           ORDER BY member_count DESC, id LIMIT 1) AND NOT EXISTS (SELECT 1 FROM rooms WHERE is_default = 1);
         INSERT OR IGNORE INTO settings (key, value) SELECT 'box_name', 'imbox' WHERE EXISTS (SELECT 1 FROM users);
         UPDATE users SET role = 'owner' WHERE id = (SELECT id FROM users WHERE role = 'admin' AND status = 'active'
           ORDER BY id LIMIT 1) AND NOT EXISTS (SELECT 1 FROM users WHERE role = 'owner' AND status = 'active');",
    )?;
    // Whoever follows the log begins again: what was lost may be what they made of it, or events before their position.
    conn.execute("DELETE FROM followers", [])?;
    never_again(conn)?;
    let detail = format!(
        "{} events, {} people, {} rooms lost; {damaged} pages damaged",
        mended.lost_events, mended.lost_people, mended.lost_rooms
    );
    conn.execute(
        "INSERT INTO audit (at, actor, name, address, action, target, detail) VALUES (?1, 0, '', '', 'box.salvage', 'box', ?2)",
        (now, detail),
    )?;
    Ok(mended)
}

/// If a deleted message has come back, the event that tells of its deletion decides.
fn keep_deleted(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch(
        "CREATE TEMP TABLE gone AS SELECT e.room_id, e.seq, d.sender AS by FROM events AS d JOIN events AS e
           ON e.room_id = d.room_id AND e.seq = CAST(d.body ->> '$.target' AS INTEGER)
           WHERE d.kind = 'message_deleted' AND e.kind = 'message';
         UPDATE events SET kind = 'deleted', body = json_object('user', gone.by) FROM gone
           WHERE events.room_id = gone.room_id AND events.seq = gone.seq;
         DELETE FROM files WHERE (room_id, event_seq) IN (SELECT room_id, seq FROM gone);
         DROP TABLE gone;",
    )
}

/// A room of which only the log is left becomes a group that shows its members what came since they joined.
fn make_up_rooms(conn: &Connection, now: i64) -> rusqlite::Result<u64> {
    let made = conn.execute(
        "INSERT INTO rooms (id, kind, name, write_rule, invite_rule, history_rule, first_seq, last_seq, created_at)
         SELECT room_id, 'group', '? ' || room_id, 'everyone', 'admins', 'since_joined', min(seq), max(seq), ?1
         FROM events WHERE room_id NOT IN (SELECT id FROM rooms) GROUP BY room_id",
        [now],
    )?;
    Ok(made as u64)
}

/// Somebody of whom only what they did is left cannot sign in until an admin lets them, because their rights are lost.
fn make_up_people(conn: &Connection, now: i64) -> rusqlite::Result<u64> {
    let made = conn.execute(
        "INSERT OR IGNORE INTO users (id, handle, name, role, status, created_at)
         SELECT id, 'lost-' || id, '? ' || id, 'member', 'suspended', ?1 FROM (
           SELECT sender AS id FROM events UNION SELECT user_id FROM members UNION SELECT user_id FROM devices
           UNION SELECT direct_low FROM rooms UNION SELECT direct_high FROM rooms UNION SELECT uploader FROM files)
         WHERE id > 0 AND id NOT IN (SELECT id FROM users)",
        [now],
    )?;
    Ok(made as u64)
}

/// Messages name their files. Without these rows, the files' contents would be swept away.
fn files_of_messages(conn: &Connection) -> Result<(), SalvageError> {
    let mut query = conn.prepare(
        "SELECT room_id, seq, sender, at, body FROM events WHERE kind = 'message' AND body ->> '$.files' IS NOT NULL",
    )?;
    let mut insert = conn.prepare(
        "INSERT OR IGNORE INTO files (id, room_id, uploader, blake3, name, media_type, size, width, height, thumbnail, event_seq, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let (room, seq, sender, at): (i64, i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        let text: String = row.get(4)?;
        let Ok(EventBody::Message { files, .. }) = body::decode("message", &text, None) else { continue };
        for file in files {
            let size = i64::try_from(file.size).unwrap_or(i64::MAX);
            let (width, height) = (file.pixels.map(|p| p.0), file.pixels.map(|p| p.1));
            let kept = (file.id.0, room, sender, file.blake3, file.name, file.media_type);
            insert.execute(rusqlite::params![
                kept.0,
                kept.1,
                kept.2,
                kept.3,
                kept.4,
                kept.5,
                size,
                width,
                height,
                file.thumbnail,
                seq,
                at
            ])?;
        }
    }
    Ok(())
}

/// A message that is gone mentions nobody and has no star. If mentions were lost, messages still tell whom they mention; only who was online for an
/// `@here` is forgotten.
fn mentions_of_messages(conn: &Connection, lost: bool) -> rusqlite::Result<()> {
    if lost {
        conn.execute(
            "INSERT OR IGNORE INTO mentions (room_id, user_id, seq, event_id, sender)
             SELECT e.room_id, coalesce(m.value ->> '$.user', 0), e.seq, e.id, e.sender
             FROM events AS e JOIN rooms AS r ON r.id = e.room_id AND r.kind <> 'direct', json_each(e.body, '$.mentions') AS m
             WHERE e.kind = 'message' AND e.body ->> '$.mentions' IS NOT NULL
               AND m.value ->> '$.user' IS NOT e.sender AND NOT (m.value ->> '$.user' IS NULL AND m.value ->> '$.handle' = 'here')",
            [],
        )?;
    }
    for table in ["mentions", "stars"] {
        let sql = format!(
            "DELETE FROM {table} WHERE NOT EXISTS (SELECT 1 FROM events AS e WHERE e.id = {table}.event_id
               AND e.room_id = {table}.room_id AND e.seq = {table}.seq AND e.kind = 'message')"
        );
        conn.execute(&sql, [])?;
    }
    Ok(())
}

/// What the log says last of a reaction decides whether it is there; of one that the log has lost, the row does.
fn reactions_of_the_log(conn: &Connection) -> rusqlite::Result<()> {
    // Beside max(), SQLite takes the other columns from the row that has it.
    conn.execute_batch(
        "CREATE TEMP TABLE told AS SELECT room_id, CAST(body ->> '$.target' AS INTEGER) AS target, body ->> '$.emoji' AS emoji,
           sender, max(seq) AS seq, kind, at FROM events WHERE kind IN ('reacted', 'reaction_removed') GROUP BY 1, 2, 3, 4;
         DELETE FROM reactions WHERE (room_id, seq, emoji, user_id) IN (SELECT room_id, target, emoji, sender FROM told);
         INSERT OR IGNORE INTO reactions (room_id, seq, emoji, user_id, reacted_seq, at)
           SELECT room_id, target, emoji, sender, seq, at FROM told WHERE kind = 'reacted';
         DELETE FROM reactions WHERE (room_id, seq) NOT IN (SELECT room_id, seq FROM events WHERE kind = 'message');
         DELETE FROM edits WHERE (room_id, seq) NOT IN (SELECT room_id, seq FROM events WHERE kind = 'message');
         UPDATE events SET changed_seq = last FROM
           (SELECT room_id AS room, target, max(seq) AS last FROM told GROUP BY 1, 2)
           WHERE kind = 'message' AND room_id = room AND seq = target AND coalesce(changed_seq, 0) < last;
         UPDATE events SET changed_seq = seq WHERE kind = 'message' AND changed_seq IS NULL
           AND (room_id, seq) IN (SELECT room_id, seq FROM reactions);
         DROP TABLE told;",
    )
}

/// Every `seq` from a room's first to its last event gets an event; where it was lost, a tombstone that says so.
fn close_gaps(conn: &Connection, damaged: u32) -> Result<u64, SalvageError> {
    let newest: i64 = conn.query_row("SELECT coalesce(max(id), 0) FROM events", [], |row| row.get(0))?;
    let furthest = newest.saturating_add(ROWS_IN_A_PAGE * (i64::from(damaged) + 1));
    let (kind, lost) = body::encode(&EventBody::Lost).map_err(|error| SalvageError::Store(error.to_string()))?;
    let mut rooms = conn.prepare("SELECT id, first_seq, last_seq, created_at FROM rooms")?;
    let rooms: Vec<(i64, i64, i64, i64)> = rooms
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
        .collect::<Result<_, _>>()?;
    let mut made = 0;
    for (room, first, last, created) in rooms {
        let max: i64 =
            conn.query_row("SELECT coalesce(max(seq), 0) FROM events WHERE room_id = ?1", [room], |row| row.get(0))?;
        let last = max.max(if last <= furthest { last } else { 0 });
        let first = first.clamp(1, last + 1);
        conn.execute("DELETE FROM events WHERE room_id = ?1 AND seq < ?2", (room, first))?;
        conn.execute("DELETE FROM files WHERE room_id = ?1 AND event_seq < ?2", (room, first))?;
        conn.execute("UPDATE rooms SET first_seq = ?2, last_seq = ?3 WHERE id = ?1", (room, first, last))?;
        let mut insert = conn.prepare_cached(
            "INSERT INTO events (room_id, seq, kind, sender, at, body) VALUES (?1, ?2, ?3, 0, ?4, ?5)",
        )?;
        for (from, to, at) in gaps(conn, room, first, last, created)? {
            for seq in from..=to {
                insert.execute((room, seq, kind, at, &lost))?;
                made += 1;
            }
        }
    }
    Ok(made)
}

/// First and last `seq` of each gap, and the time of the event before it. Collected first, because the table must not
/// be read while it is written.
fn gaps(conn: &Connection, room: i64, first: i64, last: i64, created: i64) -> rusqlite::Result<Vec<(i64, i64, i64)>> {
    let mut query = conn.prepare_cached("SELECT seq, at FROM events WHERE room_id = ?1 ORDER BY seq")?;
    let mut rows = query.query([room])?;
    let (mut found, mut next, mut before) = (Vec::new(), first, created);
    while let Some(row) = rows.next()? {
        let (seq, at): (i64, i64) = (row.get(0)?, row.get(1)?);
        if seq > next {
            found.push((next, seq - 1, before));
        }
        (next, before) = (seq + 1, at);
    }
    if next <= last {
        found.push((next, last, before));
    }
    Ok(found)
}

/// Restores memberships from the room's log; those that are known stay as they are.
fn members_of_the_log(conn: &Connection) -> Result<(), SalvageError> {
    let mut query = conn.prepare(
        "SELECT room_id, seq, kind, sender, body FROM events
         WHERE kind IN ('room_created', 'joined', 'added', 'left', 'removed', 'role_changed') ORDER BY room_id, seq",
    )?;
    let mut inside: HashMap<(i64, i64), (&'static str, i64)> = HashMap::new();
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let (room, seq, kind, sender): (i64, i64, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        let text: String = row.get(4)?;
        let Ok(body) = body::decode(&kind, &text, None) else { continue };
        match body {
            EventBody::RoomCreated => {
                inside.insert((room, sender), ("owner", seq));
            }
            EventBody::Joined { user } | EventBody::Added { user } => {
                inside.entry((room, user.0)).or_insert(("member", seq)).1 = seq;
            }
            EventBody::Left { user } | EventBody::Removed { user } => {
                inside.remove(&(room, user.0));
            }
            EventBody::RoleChanged { user, role } => {
                if let Some(member) = inside.get_mut(&(room, user.0)) {
                    member.0 = role_word(role);
                }
            }
            _ => {}
        }
    }
    let mut insert = conn.prepare(
        "INSERT OR IGNORE INTO members (room_id, user_id, role, joined_seq, read_seq)
         SELECT id, ?2, ?3, ?4, ?4 FROM rooms WHERE id = ?1 AND kind <> 'direct' AND archived = 0",
    )?;
    for ((room, user), (role, seq)) in inside {
        insert.execute((room, user, role, seq))?;
    }
    conn.execute_batch(
        "INSERT OR IGNORE INTO members (room_id, user_id, role, joined_seq, read_seq)
           SELECT id, direct_low, 'member', 0, 0 FROM rooms WHERE kind = 'direct' AND direct_low IS NOT NULL
           UNION SELECT id, direct_high, 'member', 0, 0 FROM rooms WHERE kind = 'direct' AND direct_high IS NOT NULL;",
    )?;
    Ok(())
}

fn role_word(role: chat::RoomRole) -> &'static str {
    match role {
        chat::RoomRole::Owner => "owner",
        chat::RoomRole::Admin => "admin",
        chat::RoomRole::Member => "member",
    }
}

/// Rows that refer to something lost lose that reference if they can do without it, and are left out otherwise. Returns
/// how many, by table.
fn drop_orphans(conn: &Connection) -> Result<HashMap<String, u64>, SalvageError> {
    let sql = "SELECT t.name, k.\"table\", k.\"from\", k.\"to\", c.\"notnull\" OR c.pk > 0
               FROM pragma_table_list AS t, pragma_foreign_key_list(t.name) AS k, pragma_table_info(t.name) AS c
               WHERE t.schema = 'main' AND c.name = k.\"from\"";
    let mut query = conn.prepare(sql)?;
    let keys: Vec<(String, String, String, String, bool)> = query
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))?
        .collect::<Result<_, _>>()?;
    let mut left_out = HashMap::new();
    for _ in 0..ROUNDS {
        let mut changed = 0;
        for (table, parent, from, to, needed) in &keys {
            let lacks = format!("{from} IS NOT NULL AND {from} NOT IN (SELECT {to} FROM {parent})");
            if *needed {
                let gone = conn.execute(&format!("DELETE FROM {table} WHERE {lacks}"), [])?;
                *left_out.entry(table.clone()).or_default() += gone as u64;
                changed += gone;
            } else {
                changed += conn.execute(&format!("UPDATE {table} SET {from} = NULL WHERE {lacks}"), [])?;
            }
        }
        if changed == 0 {
            break;
        }
    }
    let broken: Option<String> = conn.query_row("PRAGMA foreign_key_check", [], |row| row.get(0)).optional()?;
    broken.map_or(Ok(left_out), |table| Err(SalvageError::Store(format!("{table} refers to what is lost"))))
}

/// Ids are never used again, whoever had them: people and devices that are only known from elsewhere count too.
fn never_again(conn: &Connection) -> rusqlite::Result<()> {
    let known = [
        ("users", "SELECT max(x) FROM (SELECT max(sender) AS x FROM events UNION SELECT max(actor) FROM audit)"),
        ("devices", "SELECT max(device_id) FROM events"),
        ("files", "SELECT 0"),
        ("uploads", "SELECT 0"),
        ("tickets", "SELECT 0"),
    ];
    for (table, elsewhere) in known {
        let sql = format!("SELECT max(coalesce((SELECT max(id) FROM {table}), 0), coalesce(({elsewhere}), 0))");
        let used: i64 = conn.query_row(&sql, [], |row| row.get(0))?;
        conn.execute("DELETE FROM sqlite_sequence WHERE name = ?1", [table])?;
        conn.execute(
            "INSERT INTO sqlite_sequence (name, seq) VALUES (?1, ?2)",
            (table, used.saturating_add(ID_MARGIN)),
        )?;
    }
    Ok(())
}
