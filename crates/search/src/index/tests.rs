//! A real index in a folder of its own.

use chat::{Event, EventBody};

use super::*;

const LOBBY: RoomId = RoomId(1);
const OFFICE: RoomId = RoomId(20);
const ANNA: UserId = UserId(7);

fn message(room: RoomId, sender: UserId, at: i64, text: &str) -> Event {
    let body = EventBody::Message {
        text: text.to_owned(),
        files: Vec::new(),
        reply_to: None,
        client_id: String::new(),
        mentions: Vec::new(),
        voice: None,
    };
    Event { room, seq: Seq(1), sender, at, body, changed: None }
}

fn place(id: i64) -> Place {
    Place { id: EventId(id), room: LOBBY, seq: Seq(1), at: id }
}

fn add(index: &Index, first: i64, events: &[Event]) {
    let documents: Vec<_> = (first..).zip(events).filter_map(|(id, event)| Document::of(EventId(id), event)).collect();
    let (count, end) = (events.len() as u64, place(first + i64::try_from(events.len()).unwrap() - 1));
    index.take(&Stretch { documents, events: count, stale: 0, end, now: 1_000 }).unwrap();
}

fn found(index: &Index, filter: Filter<'_>) -> Vec<i64> {
    let rooms: &[RoomId] = if filter.rooms.is_empty() { &[LOBBY, OFFICE] } else { filter.rooms };
    index.candidates(&Filter { rooms, ..filter }, 10).unwrap().into_iter().map(|id| id.0).collect()
}

fn ask(index: &Index, typed: &str) -> Vec<i64> {
    let query = Query::parse(typed).unwrap();
    found(index, Filter { query: Some(&query), ..Filter::default() })
}

/// Were this to fail, a message could not be found again.
#[test]
fn messages_are_found_by_words_room_sender_day_and_what_they_carry() {
    let folder = tempfile::tempdir().unwrap();
    let index = Index::open(&folder.path().join("1.db")).unwrap();
    let day = DAY_MS;
    add(
        &index,
        1,
        &[
            message(LOBBY, ANNA, 0, "The key is in the Café"),
            message(OFFICE, UserId(8), day, "keys, see https://imbox.local"),
            message(LOBBY, UserId(8), 2 * day, "三楼会议室开会 \"AND\" OR NOT near(x) * ^a terms:b"),
            message(RoomId(3), ANNA, 2 * day, "key of another room"),
        ],
    );
    assert_eq!(ask(&index, "key"), [2, 1]);
    assert_eq!(ask(&index, "\"key\""), [1]);
    assert_eq!(ask(&index, "cafe key"), [1]);
    assert_eq!(ask(&index, "会"), [3]);
    assert_eq!(ask(&index, "会议室"), [3]);
    assert_eq!(ask(&index, "and or not near terms"), [3]);
    assert_eq!(ask(&index, "lobby"), []);
    let only = Filter::default();
    assert_eq!(found(&index, Filter { rooms: &[OFFICE], ..only }), [2]);
    assert_eq!(found(&index, Filter { rooms: &[RoomId(2)], ..only }), []);
    assert_eq!(found(&index, Filter { sender: Some(ANNA), ..only }), [1]);
    assert_eq!(found(&index, Filter { sender: Some(UserId(-1)), ..only }), []);
    assert_eq!(found(&index, Filter { has: Some(Has::Link), ..only }), [2]);
    assert_eq!(found(&index, Filter { from: Some(day), ..only }), [3, 2]);
    assert_eq!(found(&index, Filter { to: Some(day), ..only }), [1]);
    assert_eq!(found(&index, Filter { from: Some(9 * day), ..only }), []);
    assert_eq!(found(&index, Filter { before: Some(EventId(3)), ..only }), [2, 1]);
    assert_eq!(index.candidates(&Filter { rooms: &[], ..only }, 10).unwrap(), []);
}

/// A word of 8,000 letters is found by its beginning and by all of it.
#[test]
fn a_long_word_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let index = Index::open(&folder.path().join("1.db")).unwrap();
    let long = "x".repeat(8_000);
    add(&index, 1, &[message(LOBBY, ANNA, 0, &long)]);
    for length in [3, 40, 41, 200] {
        assert_eq!(ask(&index, &long[..length]), [1], "{length}");
    }
}

/// After a restart the index would begin anew, or take everything twice.
#[test]
fn it_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("1.db");
    let index = Index::open(&path).unwrap();
    assert_eq!(index.place().unwrap(), None);
    add(&index, 1, &[message(LOBBY, ANNA, 0, "one")]);
    index.take(&Stretch { documents: Vec::new(), events: 2, stale: 1, end: place(5), now: 2_000 }).unwrap();
    drop(index);
    let index = Index::open(&path).unwrap();
    let counts = Counts { taken: 3, stale: 1, began: Some(1_000) };
    assert_eq!((index.place().unwrap(), index.counts().unwrap()), (Some(place(5)), counts));
    assert_eq!(ask(&index, "one"), [1]);
    assert!(index.bytes() > 0);
    index.clear().unwrap();
    assert_eq!(
        (index.place().unwrap(), index.counts().unwrap(), ask(&index, "one")),
        (None, Counts::default(), vec![])
    );
    index.retire();
    drop(index);
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
}

/// A damaged index, or one of another program, must not keep anybody from searching.
#[test]
fn what_cannot_be_used_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("1.db");
    std::fs::write(&path, vec![7; 10_000]).unwrap();
    assert_eq!(Index::open(&path).unwrap().place().unwrap(), None);
    let other = Connection::open(&path).unwrap();
    other.execute_batch("PRAGMA user_version = 999").unwrap();
    drop(other);
    let index = Index::open(&path).unwrap();
    add(&index, 1, &[message(LOBBY, ANNA, 0, "one")]);
    assert_eq!(ask(&index, "one"), [1]);
}

/// A room whose member looks for something while others are being indexed must not wait or fail.
#[test]
fn many_read_while_one_writes() {
    let folder = tempfile::tempdir().unwrap();
    let index = Index::open(&folder.path().join("1.db")).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for id in 1..200 {
                add(&index, id, &[message(LOBBY, ANNA, id, "hello everybody")]);
            }
        });
        for _ in 0..2 {
            scope.spawn(|| while ask(&index, "hello").len() < 10 {});
        }
    });
    assert_eq!(ask(&index, "every").len(), 10);
}
