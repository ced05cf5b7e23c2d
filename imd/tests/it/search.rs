//! Finding messages. Were these to fail, somebody would not find what was said to them, or would find what was never meant for
//! them.

use std::path::PathBuf;
use std::time::Duration;

use imd::wire::{ErrorCode, SearchHit, SearchPage, SearchState};
use serde_json::json;

use crate::house::{BEGINNING, House, until};
use crate::person::Person;

const REBUILD: &str = "/api/v1/admin/search/rebuild";
const DAY: i64 = 24 * 3_600_000;

async fn search(person: &Person, question: &str) -> SearchPage {
    person.get(&format!("/api/v1/search?{question}")).await.ok()
}

/// Waits until the index has everything that was said.
async fn indexed(owner: &Person) {
    let settled = async {
        while owner.get("/api/v1/admin/search").await.ok::<SearchState>().behind > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(crate::PATIENCE, settled).await.expect("the index catches up");
}

/// What is found: the same at once and when it is in the index.
async fn found(owner: &Person, person: &Person, question: &str) -> Vec<SearchHit> {
    let at_once = search(person, question).await;
    assert_eq!(at_once.behind, 0);
    indexed(owner).await;
    let later = search(person, question).await;
    assert_eq!(at_once.hits, later.hits, "{question}");
    later.hits
}

async fn texts(owner: &Person, person: &Person, question: &str) -> Vec<String> {
    let text = |hit: SearchHit| -> String {
        let part = |part: imd::wire::ExcerptPart| if part.hit { format!("[{}]", part.text) } else { part.text };
        hit.excerpt.into_iter().map(part).collect()
    };
    found(owner, person, question).await.into_iter().map(text).collect()
}

#[tokio::test]
async fn words_are_found_in_ones_own_rooms_and_nowhere_else() {
    let (house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let garden = alice.make_room("group", "Garden", &[&bob]).await.id;
    alice.say(hall, "1", "The key is in the Café").await;
    bob.say(garden, "1", "Secret KEYS under the pot, 三楼会议室").await;
    assert_eq!(texts(&owner, &owner, "q=key").await, ["The [key] is in the Café"]);
    assert_eq!(
        texts(&owner, &alice, "q=key").await,
        ["Secret [KEYS] under the pot, 三楼会议室", "The [key] is in the Café"]
    );
    assert_eq!(texts(&owner, &bob, "q=cafe%20key").await, ["The [key] is in the [Café]"]);
    assert_eq!(texts(&owner, &bob, "q=%E8%AE%AE").await, ["Secret KEYS under the pot, 三楼会[议]室"]);
    assert_eq!(texts(&owner, &bob, "q=%22key%20under%22").await, Vec::<String>::new());
    // Who leaves finds nothing there any more; who comes back does.
    bob.delete(&format!("/api/v1/rooms/{garden}/members/{}", bob.id)).await.done();
    assert_eq!(texts(&owner, &bob, "q=pot").await, Vec::<String>::new());
    bob.get(&format!("/api/v1/search?q=pot&room={garden}")).await.refused(ErrorCode::NotFound);
    alice.put(&format!("/api/v1/rooms/{garden}/members/{}", bob.id), &json!({})).await.done();
    assert_eq!(texts(&owner, &bob, "q=pot").await.len(), 1);
    house.stop().await;
}

#[tokio::test]
async fn who_came_late_finds_nothing_from_before() {
    let (house, owner, alice, bob) = House::with_two().await;
    let room = alice.make_room("group", "Surprise", &[]).await.id;
    alice.patch(&format!("/api/v1/rooms/{room}"), &json!({"history": "since_joined"})).await.done();
    alice.say(room, "1", "the cake for Bob").await;
    alice.put(&format!("/api/v1/rooms/{room}/members/{}", bob.id), &json!({})).await.done();
    alice.say(room, "2", "cake for all").await;
    assert_eq!(texts(&owner, &bob, "q=cake").await, ["[cake] for all"]);
    assert_eq!(texts(&owner, &alice, "q=cake").await.len(), 2);
    house.stop().await;
}

#[tokio::test]
async fn what_was_deleted_is_found_no_more() {
    let (house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let sent = alice.say(hall, "1", "my old password").await;
    assert_eq!(texts(&owner, &bob, "q=password").await.len(), 1);
    alice.delete(&format!("/api/v1/rooms/{hall}/events/{}", sent.seq)).await.done();
    assert_eq!(texts(&owner, &bob, "q=password").await, Vec::<String>::new());
    house.stop().await;
}

#[tokio::test]
async fn filters_say_who_where_when_and_what() {
    let (house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let garden = alice.make_room("group", "Garden", &[&bob]).await.id;
    alice.say(hall, "1", "first lift").await;
    house.at(2 * DAY);
    bob.say(hall, "1", "second lift, see https://imbox.local/").await;
    let plan: imd::wire::File = bob.upload(garden, "Lift plan.txt", "up and down").await.ok();
    bob.message(garden, &json!({"client_id": "2", "text": "", "files": [plan.id]})).await.done();
    assert_eq!(found(&owner, &alice, "q=lift").await.len(), 3);
    assert_eq!(texts(&owner, &alice, &format!("q=lift&from={}", alice.id)).await, ["first [lift]"]);
    assert_eq!(texts(&owner, &alice, &format!("q=lift&before={}", BEGINNING + DAY)).await, ["first [lift]"]);
    assert_eq!(found(&owner, &alice, &format!("q=lift&after={}", BEGINNING + DAY)).await.len(), 2);
    assert_eq!(found(&owner, &alice, &format!("after={BEGINNING}&before={}", BEGINNING + 1)).await.len(), 1);
    assert_eq!(found(&owner, &alice, "has=link").await.len(), 1);
    let with_file = found(&owner, &alice, "q=plan&has=file").await;
    assert_eq!((with_file[0].room, with_file[0].files[0].name.as_str()), (garden, "Lift plan.txt"));
    assert_eq!(found(&owner, &alice, "has=photo").await, []);
    assert_eq!(found(&owner, &alice, &format!("q=lift&room={hall}")).await.len(), 2);
    house.stop().await;
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repetition() {
    let (house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    for n in 0..150 {
        // Both words are there; together they are not what was asked for.
        let text = if n % 3 == 0 { "blue door" } else { "door, blue" };
        alice.say(hall, &n.to_string(), text).await;
    }
    assert_eq!(found(&owner, &bob, "q=blue&limit=1").await.len(), 1);
    let (mut seqs, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = search(&bob, &format!("q=%22blue%20door%22&limit=7{cursor}")).await;
        assert!(page.hits.len() <= 7);
        seqs.extend(page.hits.into_iter().map(|hit| hit.seq));
        let Some(next) = page.next else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seqs.len(), 50);
    assert!(seqs.windows(2).all(|pair| pair[0] > pair[1]), "{seqs:?}");
    house.stop().await;
}

/// Both words are in every message, but only the oldest has them together: nobody else waits until all are read.
#[tokio::test]
async fn a_page_ends_before_all_is_read_and_says_where_to_go_on() {
    let (house, owner, alice, _) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let wanted = alice.say(hall, "0", "blue door").await.seq;
    let long = format!("blue {} door", "x".repeat(7_900));
    for n in 1..700 {
        alice.say(hall, &n.to_string(), &long).await;
    }
    indexed(&owner).await;
    let first = search(&alice, "q=%22blue%20door%22").await;
    assert_eq!(first.hits, []);
    let second = search(&alice, &format!("q=%22blue%20door%22&cursor={}", first.next.unwrap())).await;
    assert_eq!((second.hits[0].seq, second.next), (wanted, None));
    house.stop().await;
}

#[tokio::test]
async fn a_question_has_limits_on_both_sides() {
    let (house, _, alice, _) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let ask = async |question: String| alice.get(&format!("/api/v1/search?{question}")).await;
    ask(format!("q={}", "a".repeat(200))).await.done();
    ask(format!("q={}", "a".repeat(201))).await.refused(ErrorCode::InvalidSetting);
    for nothing in ["", "q=", "q=%20%3F%21", &format!("room={hall}")] {
        ask(nothing.to_owned()).await.refused(ErrorCode::InvalidSetting);
    }
    for (limit, good) in [(0, false), (1, true), (100, true), (101, false)] {
        let reply = ask(format!("q=a&limit={limit}")).await;
        if good { reply.done() } else { reply.refused(ErrorCode::InvalidSetting) }
    }
    ask("q=a&has=money".to_owned()).await.refused(ErrorCode::BadRequest);
    ask("q=a&room=999".to_owned()).await.refused(ErrorCode::NotFound);
    ask(format!("q=a&after={}&before={}&cursor={}", i64::MIN, i64::MAX, i64::MIN)).await.done();
    let mut answered = 0;
    while alice.get("/api/v1/search?q=a").await.status == 200 {
        answered += 1;
        assert!(answered < 200, "nobody is stopped");
    }
    alice.get("/api/v1/search?q=a").await.refused(ErrorCode::RateLimited);
    house.stop().await;
}

#[tokio::test]
async fn the_index_outlives_restarts_and_damage() {
    let (mut house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    alice.say(hall, "1", "before").await;
    assert_eq!(texts(&owner, &bob, "q=before").await.len(), 1);
    house.restart().await;
    alice.say(hall, "2", "before noon").await;
    assert_eq!(texts(&owner, &bob, "q=before").await.len(), 2);
    // It is not what it was; nothing but search would notice.
    let index = |house: &House| -> PathBuf { house.folder().join("search/1.db") };
    let path = index(&house);
    house.restart_after(|_| std::fs::write(&path, [7; 5_000]).unwrap()).await;
    assert_eq!(texts(&owner, &bob, "q=before").await.len(), 2);
    house.restart_after(|_| std::fs::remove_dir_all(path.parent().unwrap()).unwrap()).await;
    assert_eq!(texts(&owner, &bob, "q=before").await.len(), 2);
    house.stop().await;
}

/// An older database was put in place: its events have the numbers of others that are in the index.
#[tokio::test]
async fn the_index_of_another_log_is_not_used() {
    let (mut house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    alice.say(hall, "1", "kept").await;
    let copy = house.folder().join("copy.db");
    let database = rusqlite::Connection::open(house.database()).unwrap();
    database.execute("VACUUM INTO ?1", [copy.to_str().unwrap()]).unwrap();
    drop(database);
    alice.say(hall, "2", "forgotten").await;
    assert_eq!(texts(&owner, &bob, "q=forgotten").await.len(), 1);
    house
        .restart_after(|database| {
            for end in ["-wal", "-shm"] {
                let _ = std::fs::remove_file(format!("{}{end}", database.display()));
            }
            std::fs::rename(&copy, database).unwrap();
        })
        .await;
    house.pass(1_000);
    alice.say(hall, "3", "instead").await;
    assert_eq!(texts(&owner, &bob, "q=instead").await.len(), 1);
    assert_eq!(texts(&owner, &bob, "q=kept").await.len(), 1);
    assert_eq!(texts(&owner, &bob, "q=forgotten").await, Vec::<String>::new());
    house.stop().await;
}

#[tokio::test]
async fn an_admin_makes_it_anew_and_nobody_misses_it() {
    let (house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let gone = alice.say(hall, "0", "needle that goes").await.seq;
    for n in 1..300 {
        alice.say(hall, &n.to_string(), "hay").await;
    }
    alice.say(hall, "needle", "needle").await;
    assert_eq!(texts(&owner, &bob, "q=needle").await.len(), 2);
    alice.delete(&format!("/api/v1/rooms/{hall}/events/{gone}")).await.done();
    let state = async || -> SearchState { owner.get("/api/v1/admin/search").await.ok() };
    assert_eq!(texts(&owner, &bob, "q=needle").await.len(), 1);
    let before = state().await;
    assert!(before.bytes > 0 && before.taken >= 300 && before.deleted == 1 && !before.making, "{before:?}");
    alice.post(REBUILD, &json!({})).await.refused(ErrorCode::Forbidden);
    // At the box itself, without a password.
    let order = crate::console::admin(&house, &["search", "rebuild"]).await;
    assert!(order.status.success(), "{order:?}");
    let wait = async {
        loop {
            assert_eq!(search(&bob, "q=needle").await.hits.len(), 1);
            let now = state().await;
            if now.deleted == 0 && !now.making {
                return now;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    let after = tokio::time::timeout(crate::PATIENCE, wait).await.expect("it is made");
    assert_eq!((after.behind, after.taken), (0, before.taken));
    let folder = house.folder().join("search");
    let files = || {
        std::fs::read_dir(&folder)
            .unwrap()
            .filter(|entry| entry.as_ref().unwrap().path().extension().unwrap() == "db")
            .count()
    };
    until("the old one is gone", || files() == 1).await;
    house.stop().await;
}
