//! Real damage to a real file. Were these to fail, a family would lose messages that were still on their card, or would
//! see again what was deleted.

use std::collections::{BTreeMap, BTreeSet};

use tempfile::TempDir;

use super::*;

const PAGE: usize = 4_096;
const NOW: i64 = 1_795_000_000_000;
const EVENTS: i64 = 2_500;
const ROOMS: i64 = 3;

/// Random-looking numbers that are the same in each run.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn fill(&mut self, bytes: &mut [u8]) {
        bytes.iter_mut().for_each(|byte| *byte = (self.next() >> 32) as u8);
    }
}

/// The database of a house in use: long and short messages, one of them deleted, files, people.
fn lived_in(folder: &TempDir) -> Connection {
    let path = folder.path().join("imd.db");
    let mut conn = Connection::open(&path).unwrap();
    conn.pragma_update(None, "journal_mode", "WAL").unwrap();
    conn.pragma_update(None, "synchronous", "OFF").unwrap();
    migrate(&mut conn, &path).unwrap();
    conn.execute_batch("BEGIN; INSERT INTO settings VALUES ('box_name', 'Rose Court')").unwrap();
    for user in 1..=40 {
        let role = if user == 1 { "owner" } else { "member" };
        conn.execute(
            "INSERT INTO users (id, handle, name, role, status, created_at) VALUES (?1, 'u' || ?1, 'U' || ?1, ?2, 'active', 1)",
            (user, role),
        )
        .unwrap();
        conn.execute("INSERT INTO devices VALUES (?1, ?1, 'phone', 1, 1)", [user]).unwrap();
        conn.execute("INSERT INTO tokens VALUES (randomblob(32), ?1, 1795000000000)", [user]).unwrap();
    }
    for room in 1..=ROOMS {
        conn.execute(
            "INSERT INTO rooms (id, kind, name, is_default, write_rule, invite_rule, history_rule, created_at, last_seq)
             VALUES (?1, 'group', 'Room', ?2, 'everyone', 'admins', 'all', 1, (?3 + ?4 - ?1) / ?4)",
            (room, room == 1, EVENTS, ROOMS),
        )
        .unwrap();
        for user in 1..=40 {
            conn.execute(
                "INSERT INTO members (room_id, user_id, role, joined_seq) VALUES (?1, ?2, 'member', 0)",
                (room, user),
            )
            .unwrap();
        }
    }
    for id in 1..=EVENTS {
        let (room, seq) = ((id - 1) % ROOMS + 1, (id - 1) / ROOMS + 1);
        let text =
            format!("message {id} {}", "worth keeping ".repeat(if id % 50 == 0 { 900 } else { (id % 20) as usize }));
        let body = match id {
            1_000 => ("deleted", r#"{"user":1}"#.to_owned()),
            1_003 => ("message_deleted", r#"{"target":334}"#.to_owned()),
            1_006 => ("reacted", r#"{"target":300,"emoji":"👍"}"#.to_owned()),
            1_009 => ("reacted", r#"{"target":301,"emoji":"👍"}"#.to_owned()),
            // By the same person.
            1_129 => ("reaction_removed", r#"{"target":301,"emoji":"👍"}"#.to_owned()),
            _ => ("message", serde_json::json!({ "text": text }).to_string()),
        };
        conn.execute(
            "INSERT INTO events (id, room_id, seq, kind, sender, at, device_id, client_id, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?5, ?7, ?8)",
            (id, room, seq, body.0, id % 40 + 1, NOW + id, id.to_string(), body.1),
        )
        .unwrap();
    }
    conn.execute("INSERT INTO reactions VALUES (1, 300, '👍', 7, 336, ?1)", [NOW + 1_006]).unwrap();
    conn.execute_batch("UPDATE events SET changed_seq = 336 WHERE room_id = 1 AND seq = 300; COMMIT").unwrap();
    conn
}

fn into_one_file(conn: &Connection) {
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
}

/// Which events have a part in which page.
fn by_page(conn: &Connection) -> BTreeMap<u32, BTreeSet<i64>> {
    let sql = "SELECT path, pageno, ncell FROM dbstat WHERE name = 'events' AND pagetype = 'leaf' ORDER BY path";
    let mut query = conn.prepare(sql).unwrap();
    let leaves: Vec<(String, u32, i64)> =
        query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap().map(Result::unwrap).collect();
    let (mut next, mut pages, mut cells) = (1, BTreeMap::new(), BTreeMap::new());
    for (path, page, count) in leaves {
        pages.insert(page, (next..next + count).collect::<BTreeSet<i64>>());
        cells.extend((0..count).map(|cell| (format!("{path}{cell:03x}"), next + cell)));
        next += count;
    }
    assert_eq!(next, EVENTS + 1, "the ids are 1, 2, 3");
    let sql = "SELECT path, pageno FROM dbstat WHERE name = 'events' AND pagetype = 'overflow'";
    let mut query = conn.prepare(sql).unwrap();
    for found in query.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, u32>(1)?))).unwrap() {
        let (path, page) = found.unwrap();
        pages.entry(page).or_default().insert(cells[path.split_once('+').unwrap().0]);
    }
    pages
}

fn pages_where(conn: &Connection, what: &str) -> Vec<u32> {
    let mut query = conn.prepare(&format!("SELECT pageno FROM dbstat WHERE {what}")).unwrap();
    query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

fn save(folder: &TempDir) -> (SalvageReport, Connection) {
    let (from, to) = (folder.path().join("imd.db"), folder.path().join("new.db"));
    let before = std::fs::read(&from).unwrap();
    let report = salvage(&from, &to, NOW, &mut |_, _| Go::On).unwrap();
    assert!(std::fs::read(&from).unwrap() == before, "a rescuer finds it as it was");
    let conn = Connection::open(&to).unwrap();
    for check in ["PRAGMA integrity_check", "SELECT 'ok' WHERE NOT EXISTS (SELECT 1 FROM pragma_foreign_key_check)"] {
        assert_eq!(conn.query_row(check, [], |row| row.get::<_, String>(0)).unwrap(), "ok");
    }
    let gapless = "SELECT count(*) FROM rooms WHERE last_seq - first_seq + 1 <> (SELECT count(*) FROM events WHERE room_id = rooms.id)
                   OR EXISTS (SELECT 1 FROM events WHERE room_id = rooms.id AND seq NOT BETWEEN first_seq AND last_seq)";
    assert_eq!(conn.query_row(gapless, [], |row| row.get::<_, i64>(0)).unwrap(), 0, "gapless");
    (report, conn)
}

type Key = (i64, i64);

fn said(conn: &Connection) -> BTreeMap<Key, (String, String)> {
    let mut query = conn.prepare("SELECT room_id, seq, kind, body FROM events").unwrap();
    let rows = query.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), (row.get(2)?, row.get(3)?)))).unwrap();
    rows.map(Result::unwrap).collect()
}

/// Damages a house's database with `damage`, which returns the pages it hit, and checks what is saved.
fn all_but_what_was_hit_is_saved(
    what: &str,
    seed: u64,
    damage: impl Fn(&Connection, &mut Vec<u8>, &mut Chance) -> Vec<u32>,
) -> SalvageReport {
    let folder = TempDir::new().unwrap();
    let conn = lived_in(&folder);
    into_one_file(&conn);
    let (pages, before) = (by_page(&conn), said(&conn));
    let path = folder.path().join("imd.db");
    let mut bytes = std::fs::read(&path).unwrap();
    let hit = damage(&conn, &mut bytes, &mut Chance(seed));
    drop(conn);
    std::fs::write(&path, &bytes).unwrap();
    let lost: BTreeSet<i64> = hit.iter().filter_map(|page| pages.get(page)).flatten().copied().collect();
    let (report, saved) = save(&folder);
    let after = said(&saved);
    for id in (1..=EVENTS).filter(|id| !lost.contains(id)) {
        let place = ((id - 1) % ROOMS + 1, (id - 1) / ROOMS + 1);
        assert_eq!(after.get(&place), before.get(&place), "{what}, seed {seed}: event {id} is in no page that was hit");
    }
    assert!(report.lost_events <= lost.len() as u64, "{what}, seed {seed}: {report:?}, hit {}", lost.len());
    report
}

fn overwrite(bytes: &mut [u8], page: u32, chance: &mut Chance) {
    let start = (page as usize - 1) * PAGE;
    chance.fill(&mut bytes[start..start + PAGE]);
}

#[test]
fn pages_overwritten_anywhere_cost_only_what_was_in_them() {
    for seed in 1..=12 {
        all_but_what_was_hit_is_saved("pages", seed, |_, bytes, chance| {
            let count = bytes.len() / PAGE;
            let hit: Vec<u32> = (0..1 + seed * 2).map(|_| 2 + chance.below(count - 1) as u32).collect();
            hit.iter().for_each(|page| overwrite(bytes, *page, chance));
            hit
        });
    }
}

#[test]
fn parts_of_pages_overwritten_cost_only_what_was_in_those_pages() {
    for seed in 20..=30 {
        all_but_what_was_hit_is_saved("sectors", seed, |_, bytes, chance| {
            let hit: Vec<usize> = (0..8).map(|_| 8 + chance.below(bytes.len() / 512 - 8)).collect();
            hit.iter().for_each(|sector| chance.fill(&mut bytes[sector * 512..][..512]));
            hit.iter().map(|sector| (sector / 8) as u32 + 1).collect()
        });
    }
}

#[test]
fn without_a_header_and_without_a_schema_everything_is_found() {
    for gone in [100, PAGE] {
        let report = all_but_what_was_hit_is_saved("header", 1, |_, bytes, _| {
            bytes[..gone].fill(0);
            vec![1]
        });
        assert_eq!((report.lost_events, report.lost_people, report.lost_rooms), (0, 0, 0), "{gone}");
    }
}

#[test]
fn a_file_cut_off_costs_what_lay_behind() {
    for part in [2, 3, 10] {
        all_but_what_was_hit_is_saved("cut", 1, |_, bytes, _| {
            let count = bytes.len() / PAGE;
            bytes.truncate(bytes.len() / part * (part - 1) + 1_000);
            let left = bytes.len() / PAGE;
            (left as u32 + 1..=count as u32).collect()
        });
    }
}

#[test]
fn broken_indices_and_pages_above_the_rows_cost_nothing() {
    for above in ["name LIKE '%events%' AND name <> 'events'", "name = 'events' AND pagetype = 'internal'"] {
        let report = all_but_what_was_hit_is_saved(above, 7, |conn, bytes, chance| {
            let hit = pages_where(conn, above);
            assert!(!hit.is_empty());
            hit.iter().for_each(|page| overwrite(bytes, *page, chance));
            hit
        });
        assert_eq!((report.lost_events, report.lost_people), (0, 0), "{above}: {report:?}");
    }
}

#[test]
fn people_rooms_and_members_that_are_lost_are_made_up_from_what_is_left() {
    let report = all_but_what_was_hit_is_saved("people", 3, |conn, bytes, chance| {
        let hit = pages_where(conn, "name IN ('users', 'rooms', 'members')");
        hit.iter().for_each(|page| overwrite(bytes, *page, chance));
        hit
    });
    assert_eq!((report.lost_people, report.lost_rooms, report.lost_events), (40, 3, 0), "{report:?}");
}

#[test]
fn what_was_deleted_stays_deleted() {
    let folder = TempDir::new().unwrap();
    let conn = lived_in(&folder);
    into_one_file(&conn);
    // Free pages that still hold the oldest messages, and that nothing points to any more.
    conn.execute_batch("UPDATE rooms SET first_seq = 300; DELETE FROM events WHERE seq < 300").unwrap();
    into_one_file(&conn);
    let free: u32 = conn.query_row("PRAGMA freelist_count", [], |row| row.get(0)).unwrap();
    assert!(free > 10, "{free}");
    let leaf = pages_where(&conn, "name = 'events' AND pagetype = 'leaf'")[3];
    drop(conn);
    let path = folder.path().join("imd.db");
    let mut bytes = std::fs::read(&path).unwrap();
    let trunk = u32::from_be_bytes(bytes[32..36].try_into().unwrap());
    overwrite(&mut bytes, leaf, &mut Chance(5));
    for list_too in [false, true] {
        if list_too {
            overwrite(&mut bytes, trunk, &mut Chance(6));
        }
        std::fs::write(&path, &bytes).unwrap();
        let (report, saved) = save(&folder);
        assert!(report.lost_events > 0);
        assert!(said(&saved).keys().all(|(_, seq)| *seq >= 300), "list lost: {list_too}");
    }
}

#[test]
fn a_message_that_came_back_is_deleted_again() {
    let folder = TempDir::new().unwrap();
    let conn = lived_in(&folder);
    // As it would be in a page from before the deletion.
    conn.execute("UPDATE events SET kind = 'message', body = '{\"text\":\"secret\"}' WHERE id = 1000", []).unwrap();
    into_one_file(&conn);
    drop(conn);
    let (_, saved) = save(&folder);
    assert_eq!(said(&saved)[&(1, 334)].0, "deleted");
}

/// Were this to fail, the newest messages, which are only in the log, would be lost.
#[test]
fn the_log_is_read_up_to_where_it_is_torn() {
    let folder = TempDir::new().unwrap();
    let conn = lived_in(&folder);
    into_one_file(&conn);
    conn.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
    let add = |text: &str| {
        conn.execute(
            "INSERT INTO events (room_id, seq, kind, sender, at, body) SELECT 1, last_seq + 1, 'message', 1, 1, json_object('text', ?1) FROM rooms WHERE id = 1",
            [text],
        )
        .unwrap();
        conn.execute("UPDATE rooms SET last_seq = last_seq + 1 WHERE id = 1", []).unwrap();
    };
    add("in the log");
    let log = folder.path().join("imd.db-wal");
    let whole = std::fs::metadata(&log).unwrap().len();
    add("torn");
    let copy = TempDir::new().unwrap();
    std::fs::copy(folder.path().join("imd.db"), copy.path().join("imd.db")).unwrap();
    let bytes = std::fs::read(&log).unwrap();
    std::fs::write(copy.path().join("imd.db-wal"), &bytes[..whole as usize + 100]).unwrap();
    let (report, saved) = save(&copy);
    assert_eq!((report.damaged_pages, report.lost_events), (0, 0));
    let last = said(&saved).into_iter().rfind(|((room, _), _)| *room == 1).unwrap();
    assert_eq!(last.1.1, r#"{"text":"in the log"}"#);
}

#[test]
fn it_stops_when_told_and_refuses_what_is_no_database() {
    let folder = TempDir::new().unwrap();
    let conn = lived_in(&folder);
    into_one_file(&conn);
    drop(conn);
    let (from, to) = (folder.path().join("imd.db"), folder.path().join("new.db"));
    let mut told = Vec::new();
    let stopped = salvage(&from, &to, NOW, &mut |done, of| {
        told.push((done, of));
        if told.len() == 3 { Go::Stop } else { Go::On }
    });
    assert!(matches!(stopped, Err(SalvageError::Stopped)) && told.len() == 3 && told[0].0 < told[2].0);
    // And again on what that left.
    assert_eq!(salvage(&from, &to, NOW, &mut |_, _| Go::On).unwrap().lost_events, 0);
    let mut noise = vec![0; 50 * PAGE];
    Chance(9).fill(&mut noise);
    std::fs::write(&from, noise).unwrap();
    assert!(matches!(salvage(&from, &to, NOW, &mut |_, _| Go::On), Err(SalvageError::Nothing)));
}

/// Were this to fail, people would be led to messages that are gone, or would not find what called them.
#[test]
fn mentions_are_those_of_the_messages_that_are_left() {
    let mentions = |conn: &Connection| -> Vec<(i64, i64, i64, i64, i64)> {
        let mut query = conn.prepare("SELECT room_id, user_id, seq, event_id, sender FROM mentions").unwrap();
        let rows =
            query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))).unwrap();
        rows.map(Result::unwrap).collect()
    };
    for hit in [false, true] {
        let folder = TempDir::new().unwrap();
        let conn = lived_in(&folder);
        // Events 1 and 4 are the first two of room 1; their senders are 2 and 5.
        let body = r#"{"text":"@u7 @u2 @all","mentions":[{"user":7,"handle":"u7"},{"user":2,"handle":"u2"},{"handle":"all"}]}"#;
        conn.execute("UPDATE events SET body = ?1 WHERE id = 1", [body]).unwrap();
        conn.execute(
            "UPDATE events SET body = json_object('text', '@here', 'mentions', json('[{\"handle\":\"here\"}]')) WHERE id = 4",
            [],
        )
        .unwrap();
        // Event 1000 is the deleted one.
        conn.execute_batch(
            "INSERT INTO mentions VALUES (1, 0, 1, 1, 2), (1, 7, 1, 1, 2), (1, 9, 2, 4, 5), (1, 9, 334, 1000, 1)",
        )
        .unwrap();
        into_one_file(&conn);
        let root = pages_where(&conn, "name = 'mentions'")[0];
        drop(conn);
        let path = folder.path().join("imd.db");
        let mut bytes = std::fs::read(&path).unwrap();
        if hit {
            overwrite(&mut bytes, root, &mut Chance(4));
            std::fs::write(&path, &bytes).unwrap();
        }
        let (_, saved) = save(&folder);
        let by_name = [(1, 0, 1, 1, 2), (1, 7, 1, 1, 2)];
        // Who was here is known only from what is lost.
        let here = [(1, 9, 2, 4, 5)];
        assert_eq!(mentions(&saved), if hit { by_name.to_vec() } else { [&by_name[..], &here].concat() }, "{hit}");
    }
}

/// Were this to fail, what people felt about a message would be gone, or what they took back would be there again.
#[test]
fn reactions_are_as_the_log_tells_them() {
    let folder = TempDir::new().unwrap();
    let conn = lived_in(&folder);
    // As it would be in a page from before it was taken back, and on a message that was deleted.
    conn.execute_batch("INSERT INTO reactions VALUES (1, 301, '👍', 10, 337, 1), (1, 334, '👍', 10, 335, 1)").unwrap();
    into_one_file(&conn);
    let pages = pages_where(&conn, "name = 'reactions'");
    drop(conn);
    let path = folder.path().join("imd.db");
    for broken in [false, true] {
        if broken {
            let mut bytes = std::fs::read(&path).unwrap();
            pages.iter().for_each(|page| overwrite(&mut bytes, *page, &mut Chance(8)));
            std::fs::write(&path, &bytes).unwrap();
        }
        let (_, saved) = save(&folder);
        let mut query = saved.prepare("SELECT seq, emoji, user_id, reacted_seq, at FROM reactions").unwrap();
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)));
        let kept: Vec<(i64, String, i64, i64, i64)> = rows.unwrap().map(Result::unwrap).collect();
        assert_eq!(kept, [(300, "👍".to_owned(), 7, 336, NOW + 1_006)], "broken: {broken}");
        let changed = "SELECT group_concat(seq || '/' || changed_seq) FROM (SELECT * FROM events WHERE changed_seq NOT NULL ORDER BY seq)";
        let changed: String = saved.query_row(changed, [], |row| row.get(0)).unwrap();
        assert_eq!(changed, "300/336,301/377", "broken: {broken}");
    }
}
