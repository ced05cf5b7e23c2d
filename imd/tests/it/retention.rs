//! How long messages are kept. Were these to fail, a box would delete by itself what nobody wanted deleted, or keep what it
//! promised to forget.

use imd::actions::{files::sweep, rooms::retention, upkeep::deadlines};
use imd::chat::Believed;
use imd::wire::{AuditPage, ErrorCode, Event, EventBody, Expiring, File, Room, ServerFrame, StorageReport};
use serde_json::json;

use crate::door::Reply;
use crate::house::{BEGINNING, House, OWNERS};
use crate::person::Person;

const DAY: i64 = 24 * 3_600_000;
const BOX: &str = "/api/v1/admin/storage/keep";

async fn set(admin: &Person, path: &str, days: u32) -> Reply {
    admin.put(path, &json!({"days": days})).await
}

async fn check(admin: &Person, path: &str, days: u32) -> Expiring {
    admin.put(path, &json!({"days": days, "check": true})).await.ok()
}

/// Lets so much time pass, and the box's upkeep come by.
async fn pass(house: &House, milliseconds: i64) {
    house.pass(milliseconds);
    come_by(house).await;
}

async fn come_by(house: &House) {
    let core = house.app().core();
    retention::round_if_due(core).await.unwrap();
    deadlines::keep(core).await.unwrap();
    retention::round_if_due(core).await.unwrap();
}

async fn texts(person: &Person, room: i64) -> Vec<String> {
    let events = person.events(room, "limit=200").await.events;
    events.into_iter().filter_map(text).collect()
}

fn text(event: Event) -> Option<String> {
    match event.body {
        EventBody::Message { text, .. } => Some(text),
        _ => None,
    }
}

async fn enter(owner: &Person) {
    owner.post("/api/v1/me/password/enter", &json!({"password": OWNERS})).await.done();
}

#[tokio::test]
async fn nothing_goes_unless_a_rule_says_so_and_then_to_the_millisecond() {
    let (house, owner, alice, _) = House::with_two().await;
    let hall = house.hall(&alice).await;
    alice.say(hall, "1", "long ago").await;
    for _ in 0..40 {
        pass(&house, 100 * DAY).await;
    }
    assert_eq!(texts(&alice, hall).await, ["long ago"], "nobody asked for it");
    house.pass(-4_000 * DAY);
    let store = house.app().store();
    set(&owner, BOX, 30).await.done();
    for (age, gone) in [(30 * DAY - 1, false), (30 * DAY, false), (30 * DAY + 1, true)] {
        let now = BEGINNING + age;
        house.clock.set(now);
        let would = check(&owner, BOX, 30).await;
        assert_eq!((would.events > 0, would.before), (gone, Some(now - 30 * DAY)), "{age}");
        let cleared = store.clear_expired(Believed { now, since: i64::MIN }).await.unwrap();
        assert_eq!(cleared.events, would.events);
        assert_eq!(texts(&alice, hall).await.is_empty(), gone, "{age}");
    }
    house.stop().await;
}

#[tokio::test]
async fn what_is_too_old_goes_as_it_was_said_and_everybody_is_told() {
    let (house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let photo: File = alice.upload(hall, "photo.bin", vec![1; 1_000]).await.ok();
    alice.message(hall, &json!({"client_id": "1", "text": "long ago", "files": [photo.id]})).await.done();
    house.pass(20 * DAY);
    let kept = alice.say(hall, "2", "not so long ago").await.seq;
    house.pass(20 * DAY);
    alice.say(hall, "3", "today").await;
    let mut line = bob.live().await;
    assert_eq!(bob.room(hall).await.unread, 3);
    for wrong in [36_501, u32::MAX] {
        set(&owner, BOX, wrong).await.refused(ErrorCode::InvalidSetting);
    }
    let said = check(&owner, BOX, 30).await;
    assert_eq!((said.events, said.files, said.bytes, said.oldest_at), (kept - 1, 1, 1_000, Some(BEGINNING)));
    assert_eq!(said.waits_until, None);
    assert_eq!(check(&owner, BOX, 41).await.oldest_at, None);
    assert_eq!(bob.room(hall).await.keep_days, None, "looking sets nothing");
    set(&owner, BOX, 30).await.done();
    let told = |begins: u64| {
        move |frame: &ServerFrame| match frame {
            ServerFrame::Kept { room, first_seq, keep_days, .. } if *room == hall && *first_seq == begins => *keep_days,
            _ => None,
        }
    };
    assert_eq!(line.take("that it is kept for thirty days", told(1)).await, 30);
    assert_eq!(texts(&bob, hall).await.len(), 3, "not at once");
    come_by(&house).await;
    assert_eq!(line.take("that the log begins later", told(kept)).await, 30);
    assert_eq!(texts(&bob, hall).await, ["not so long ago", "today"]);
    let room: Room = bob.room(hall).await;
    assert_eq!((room.first_seq, room.unread, room.keep_days), (kept, 2, Some(30)));
    let seqs: Vec<u64> = bob.events(hall, "after=0").await.events.iter().map(|event| event.seq).collect();
    assert_eq!(seqs, (kept..=room.last_seq).collect::<Vec<_>>(), "without a hole");
    bob.get(&format!("/api/v1/files/{}", photo.id)).await.refused(ErrorCode::NotFound);
    sweep::sweep_files(house.app().core()).await.unwrap();
    let report: StorageReport = owner.get("/api/v1/admin/storage").await.ok();
    let last = report.keep.last.unwrap();
    assert_eq!((report.files_bytes, last.events, last.files, last.bytes), (0, said.events, 1, 1_000));
    // Whoever comes back with what they had goes on from where the log begins.
    let mut back = bob.connect().await;
    let welcome = back.hello(&[(hall, 2)]).await;
    assert_eq!(welcome.events.first().map(|(_, event)| event.seq), Some(kept));
    assert!(welcome.gaps.is_empty());
    // An answer to what is gone, and the room goes on, also when all is gone.
    alice.message(hall, &json!({"client_id": "4", "text": "an answer", "reply_to": 2})).await.done();
    pass(&house, 31 * DAY).await;
    for _ in 0..31 {
        pass(&house, DAY).await;
    }
    let room = bob.room(hall).await;
    assert_eq!((room.first_seq, room.unread, room.last), (room.last_seq + 1, 0, None));
    assert_eq!(alice.say(hall, "5", "and on").await.seq, room.last_seq + 1);
    assert_eq!(texts(&bob, hall).await, ["and on"]);
    let audit: AuditPage = owner.get("/api/v1/admin/audit").await.ok();
    let acts: Vec<_> = audit.entries.iter().map(|entry| (entry.action.as_str(), entry.detail.as_str())).collect();
    assert!(acts.contains(&("storage.keep", "30 days")), "{acts:?}");
    assert!(
        acts.contains(&("storage.kept", format!("{} messages, 1 files, 1000 bytes", said.events).as_str())),
        "{acts:?}"
    );
    drop((line, back));
    house.stop().await;
}

#[tokio::test]
async fn a_room_may_forget_sooner_than_the_box_and_never_later() {
    let (house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let club = alice.make_room("group", "Club", &[&bob]).await.id;
    let direct: Room = alice.post("/api/v1/direct", &json!({"user": bob.id})).await.ok();
    let path = |room: i64| format!("/api/v1/rooms/{room}/keep");
    bob.put(&path(club), &json!({"days": 7, "check": true})).await.refused(ErrorCode::Forbidden);
    alice.put(&path(hall), &json!({"days": 7})).await.refused(ErrorCode::Forbidden);
    alice.put(&path(direct.id), &json!({"days": 7})).await.refused(ErrorCode::Forbidden);
    owner.put(&path(club), &json!({"days": 7})).await.refused(ErrorCode::NotFound);
    alice.put(BOX, &json!({"days": 7})).await.refused(ErrorCode::Forbidden);
    set(&alice, &path(club), 36_501).await.refused(ErrorCode::InvalidSetting);
    for room in [hall, club, direct.id] {
        alice.say(room, &room.to_string(), "hello").await;
    }
    let mut line = bob.live().await;
    set(&alice, &path(club), 7).await.done();
    let changed = |frame: &ServerFrame| match frame {
        ServerFrame::Events { room, events } if *room == club => {
            events.iter().any(|event| matches!(event.body, EventBody::RulesChanged {})).then_some(())
        }
        _ => None,
    };
    line.take("that the room's rules changed", changed).await;
    drop(line);
    let days = async |room: i64| {
        let room = bob.room(room).await;
        (room.keep_days, room.box_keep_days)
    };
    assert_eq!((days(club).await, days(hall).await), ((Some(7), None), (None, None)));
    set(&owner, BOX, 30).await.done();
    assert_eq!((days(club).await, days(direct.id).await), ((Some(7), Some(30)), (Some(30), Some(30))));
    set(&alice, &path(club), 31).await.refused(ErrorCode::InvalidSetting);
    pass(&house, 8 * DAY).await;
    let left =
        async || (texts(&bob, hall).await.len(), texts(&bob, club).await.len(), texts(&bob, direct.id).await.len());
    for _ in 0..7 {
        pass(&house, DAY).await;
    }
    assert_eq!(left().await, (1, 0, 1));
    alice.say(club, "later", "later").await;
    set(&alice, &path(club), 0).await.done();
    assert_eq!(days(club).await, (Some(30), Some(30)), "as the box");
    for _ in 0..17 {
        pass(&house, DAY).await;
    }
    assert_eq!(left().await, (0, 1, 0), "also what two say");
    set(&owner, BOX, 0).await.done();
    for _ in 0..40 {
        pass(&house, DAY).await;
    }
    assert_eq!((left().await, days(club).await), ((0, 1, 0), (None, None)));
    house.stop().await;
}

#[tokio::test]
async fn a_clock_that_jumps_empties_nothing() {
    let (house, owner, alice, _) = House::with_two().await;
    let hall = house.hall(&alice).await;
    set(&owner, BOX, 30).await.done();
    alice.say(hall, "1", "yesterday").await;
    pass(&house, DAY).await;
    // Ten years ahead, back, and back where it was: before and after it was noticed.
    for jump in [3_650 * DAY, -3_700 * DAY, 50 * DAY] {
        house.clock.set(house.app().core().now() + jump);
        come_by(&house).await;
        for _ in 0..3 {
            pass(&house, DAY).await;
        }
        assert_eq!(texts(&alice, hall).await, ["yesterday"], "{jump}");
    }
    let set_at = house.app().core().now() - 3 * DAY;
    let report: StorageReport = owner.get("/api/v1/admin/storage").await.ok();
    assert_eq!(report.keep.waits_until, Some(set_at + 30 * DAY));
    assert_eq!(check(&owner, BOX, 7).await.waits_until, Some(set_at + 7 * DAY));
    alice.say(hall, "2", "today").await;
    for _ in 0..26 {
        pass(&house, DAY).await;
    }
    assert_eq!(texts(&alice, hall).await, ["yesterday", "today"]);
    // Thirty days after it was set all that came before is that old.
    pass(&house, DAY + 1).await;
    assert_eq!(texts(&alice, hall).await, ["today"]);
    house.stop().await;
}

#[tokio::test]
async fn a_clock_that_was_lost_while_the_box_was_off_empties_nothing() {
    for (off, waits) in [(8 * DAY, true), (-2 * DAY, true), (6 * DAY, false), (4_000 * DAY, true)] {
        let (mut house, owner, alice, _) = House::with_two().await;
        let hall = house.hall(&alice).await;
        set(&owner, BOX, 4).await.done();
        come_by(&house).await;
        alice.say(hall, "1", "yesterday").await;
        pass(&house, DAY).await;
        let now = house.app().core().now() + off;
        let clock = std::sync::Arc::clone(&house.clock);
        house.restart_after(move |_| clock.set(now)).await;
        enter(&owner).await;
        come_by(&house).await;
        assert_eq!(texts(&alice, hall).await, ["yesterday"], "{off}");
        let report: StorageReport = owner.get("/api/v1/admin/storage").await.ok();
        assert_eq!(report.keep.waits_until, waits.then_some(now + 4 * DAY), "{off}");
        house.stop().await;
    }
}

#[tokio::test]
async fn messages_are_taken_while_a_great_deal_is_deleted() {
    let (mut house, owner, alice, _) = House::with_two().await;
    let hall = house.hall(&alice).await;
    house
        .restart_after(|database| {
            let conn = rusqlite::Connection::open(database).unwrap();
            conn.execute_batch(&format!(
                "INSERT INTO events (room_id, seq, kind, sender, at, body)
                   WITH RECURSIVE n (seq) AS (SELECT 1001 UNION ALL SELECT seq + 1 FROM n WHERE seq < 6000)
                   SELECT {hall}, seq, 'rules_changed', 1, {}, '{{}}' FROM n;
                 DELETE FROM events WHERE room_id = {hall} AND seq < 1001;
                 UPDATE rooms SET first_seq = 1001, last_seq = 6000 WHERE id = {hall};",
                BEGINNING - 31 * DAY
            ))
            .unwrap();
        })
        .await;
    enter(&owner).await;
    set(&owner, BOX, 30).await.done();
    let (core, store) = (house.app().core(), house.app().store().clone());
    let believed = Believed { now: core.now(), since: i64::MIN };
    let round = tokio::spawn(async move { store.clear_expired(believed).await.unwrap().events });
    let begun = async { while alice.room(hall).await.first_seq == 1_001 {} };
    tokio::time::timeout(crate::PATIENCE, begun).await.expect("it begins");
    assert_eq!(alice.say(hall, "1", "meanwhile").await.seq, 6_001);
    assert!(!round.is_finished(), "the message did not wait for all of it");
    // The box's own round, soon after its start, may have taken a part.
    assert!((1..=5_000).contains(&round.await.unwrap()));
    let all = async { while alice.room(hall).await.first_seq < 6_001 {} };
    tokio::time::timeout(crate::PATIENCE, all).await.expect("all of it goes");
    assert_eq!(alice.room(hall).await.first_seq, 6_001, "and no more");
    house.stop().await;
}
