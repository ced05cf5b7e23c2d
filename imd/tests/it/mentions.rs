//! Mentions. Were these to fail, people would not hear that they were called, or would be called to what is not for them.

use imd::wire::{ErrorCode, EventBody, Member, Mention, MentionPage, Room};
use serde_json::json;

use crate::door::Reply;
use crate::house::House;
use crate::person::Person;

async fn mentions(person: &Person, query: &str) -> MentionPage {
    person.get(&format!("/api/v1/me/mentions?{query}")).await.ok()
}

/// What of each message is shown, oldest mention last.
async fn shown(person: &Person) -> Vec<String> {
    let page = mentions(person, "").await;
    page.hits.into_iter().map(|hit| hit.excerpt.into_iter().map(|part| part.text).collect()).collect()
}

async fn of_message(person: &Person, room: i64, seq: u64) -> Vec<Mention> {
    let mut page = person.events(room, &format!("after={}&limit=1", seq - 1)).await;
    let EventBody::Message { mentions, .. } = page.events.remove(0).body else { panic!("no message") };
    mentions
}

fn of(person: &Person, handle: &str) -> Mention {
    Mention { user: Some(person.id), handle: handle.to_owned() }
}

async fn read(person: &Person, room: i64, seq: u64) {
    person.put(&format!("/api/v1/rooms/{room}/read"), &json!({"seq": seq})).await.done();
}

fn unread(room: &Room) -> (u32, u32, Option<u64>) {
    (room.unread, room.unread_mentions, room.first_unread_mention)
}

#[tokio::test]
async fn who_is_called_hears_of_it_and_is_called_by_their_present_name() {
    let (house, _, alice, bob) = House::with_two().await;
    let room = alice.make_room("group", "Garden", &[&bob]).await.id;
    let mut bobs = bob.live().await;
    let called = alice.say(room, "1", "@bob, who has the ladder? Not @nobody, nor bob@example.org").await.seq;
    let event = bobs.event(room).await;
    let EventBody::Message { mentions: told, .. } = event.body else { panic!("{event:?}") };
    assert_eq!(told, [of(&bob, "bob")], "the live event says whom it calls");
    alice.say(room, "2", "no one").await;
    assert_eq!(unread(&bob.room(room).await), (2, 1, Some(called)));
    let ready = bob.connect().await.hello(&[]).await;
    assert_eq!(unread(ready.rooms.iter().find(|one| one.id == room).unwrap()), (2, 1, Some(called)));
    // By another name from now on: whom an old message means stays clear, and the old handle calls nobody.
    bob.patch("/api/v1/me", &json!({"name": "Robert", "handle": "robert"})).await.ok::<imd::wire::Me>();
    assert_eq!(of_message(&alice, room, called).await, [of(&bob, "bob")]);
    let old = alice.say(room, "3", "@bob").await.seq;
    assert_eq!(of_message(&alice, room, old).await, []);
    let new = alice.say(room, "4", "@Robert!").await.seq;
    assert_eq!(of_message(&alice, room, new).await, [of(&bob, "robert")]);
    read(&bob, room, called).await;
    assert_eq!(unread(&bob.room(room).await), (3, 1, Some(new)), "what was read is marked no more");
    read(&bob, room, new).await;
    assert_eq!(unread(&bob.room(room).await), (0, 0, None));
    house.stop().await;
}

#[tokio::test]
async fn whoever_is_not_in_the_room_is_not_called() {
    let (house, owner, alice, bob) = House::with_two().await;
    let room = alice.make_room("group", "Garden", &[&bob]).await.id;
    let said = alice.say(room, "1", "@olga @bob").await.seq;
    assert_eq!(of_message(&alice, room, said).await, [of(&bob, "bob")]);
    assert_eq!(shown(&owner).await, [] as [String; 0]);
    // Who was not in it then is not called by coming in.
    alice.put(&format!("/api/v1/rooms/{room}/members/{}", owner.id), &json!({})).await.ok::<Member>();
    assert_eq!(shown(&owner).await, [] as [String; 0]);
    // Who leaves does not see what called them.
    assert_eq!(shown(&bob).await, ["@olga @bob"]);
    bob.delete(&format!("/api/v1/rooms/{room}/members/{}", bob.id)).await.done();
    assert_eq!(shown(&bob).await, [] as [String; 0]);
    house.stop().await;
}

#[tokio::test]
async fn everybody_is_called_by_whom_the_room_lets() {
    let (house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let plain = alice.say(hall, "1", "@all come to the yard").await.seq;
    assert_eq!(of_message(&alice, hall, plain).await, [], "a word like any other");
    assert_eq!(unread(&bob.room(hall).await).1, 0);
    let all = owner.say(hall, "2", "@all the water is off").await.seq;
    let everybody = Mention { user: None, handle: "all".to_owned() };
    assert_eq!(of_message(&alice, hall, all).await, [everybody]);
    for person in [&alice, &bob] {
        assert_eq!(person.room(hall).await.first_unread_mention, Some(all));
        assert_eq!(shown(person).await, ["@all the water is off"]);
    }
    assert_eq!((owner.room(hall).await.unread_mentions, shown(&owner).await.len()), (0, 0), "nobody calls themselves");
    let rule = json!({"mention_all": "everyone"});
    alice.patch(&format!("/api/v1/rooms/{hall}"), &rule).await.refused(ErrorCode::Forbidden);
    owner.patch(&format!("/api/v1/rooms/{hall}"), &rule).await.ok::<Room>();
    let more = alice.say(hall, "3", "@all bring chairs").await.seq;
    assert_eq!(bob.room(hall).await.unread_mentions, 2);
    assert_eq!(owner.room(hall).await.first_unread_mention, Some(more));
    // Who comes later was not among all.
    let late = house.member(&owner, "Carol").await;
    assert_eq!(shown(&late).await, [] as [String; 0]);
    house.stop().await;
}

#[tokio::test]
async fn those_are_called_who_are_here() {
    let (house, _, alice, bob) = House::with_two().await;
    let room = alice.make_room("group", "Garden", &[&bob]).await.id;
    alice.say(room, "1", "@here, anyone?").await;
    assert_eq!(bob.room(room).await.unread_mentions, 0, "he was away");
    let mut bobs = bob.live().await;
    let seq = alice.say(room, "2", "and now, @here?").await.seq;
    let event = bobs.event(room).await;
    assert_eq!(event.seq, seq);
    assert_eq!(unread(&bob.room(room).await), (2, 1, Some(seq)));
    assert_eq!(shown(&bob).await, ["and now, @here?"]);
    house.stop().await;
}

#[tokio::test]
async fn between_two_a_mention_is_shown_and_marks_nothing() {
    let (house, _, alice, bob) = House::with_two().await;
    let room: Room = alice.post("/api/v1/direct", &json!({"user": bob.id})).await.ok();
    let said = alice.say(room.id, "1", "@bob @all").await.seq;
    assert_eq!(of_message(&bob, room.id, said).await, [of(&bob, "bob")]);
    assert_eq!(unread(&bob.room(room.id).await), (1, 0, None));
    assert_eq!(shown(&bob).await, [] as [String; 0]);
    house.stop().await;
}

#[tokio::test]
async fn what_calls_me_is_listed_in_pages_until_it_is_deleted() {
    let (house, _, alice, bob) = House::with_two().await;
    let rooms = [alice.make_room("group", "A", &[&bob]).await.id, alice.make_room("group", "B", &[&bob]).await.id];
    let mut said = Vec::new();
    for n in 0..5 {
        let room = rooms[n % 2];
        let far = "word ".repeat(200);
        said.push((room, alice.say(room, &format!("m{n}"), &format!("{far}@all {n} for @bob")).await.seq));
    }
    said.reverse();
    let mut listed = Vec::new();
    let mut before = String::new();
    loop {
        let page = mentions(&bob, &format!("limit=2{before}")).await;
        assert!(page.hits.len() <= 2);
        for hit in &page.hits {
            let calls: Vec<_> = hit.excerpt.iter().filter(|part| part.hit).map(|part| part.text.as_str()).collect();
            assert_eq!(calls, ["@all", "@bob"], "the part that calls him is shown, wherever it stands");
            assert_eq!(hit.mentions.len(), 2);
        }
        listed.extend(page.hits.into_iter().map(|hit| (hit.room, hit.seq)));
        let Some(next) = page.next else { break };
        before = format!("&before={next}");
    }
    assert_eq!(listed, said, "newest first, each once");
    alice.delete(&format!("/api/v1/rooms/{}/events/{}", said[0].0, said[0].1)).await.done();
    assert_eq!(mentions(&bob, "").await.hits.len(), 4);
    for (limit, taken) in [("0", false), ("1", true), ("100", true), ("101", false)] {
        let answer: Reply = bob.get(&format!("/api/v1/me/mentions?limit={limit}")).await;
        if taken {
            answer.ok::<MentionPage>();
        } else {
            answer.refused(ErrorCode::InvalidSetting);
        }
    }
    bob.get("/api/v1/me/mentions?after=1").await.refused(ErrorCode::BadRequest);
    house.stop().await;
}

/// Who is called is found without loading five thousand members: as the name is typed, in whichever letters.
#[tokio::test]
async fn members_are_found_by_name_handle_and_initials() {
    let (house, owner, alice, bob) = House::with_two().await;
    let fang = house.member(&owner, "王芳").await;
    let hall = house.hall(&alice).await;
    let found = async |query: &str| {
        let members: Vec<Member> = alice.get(&format!("/api/v1/rooms/{hall}/members?{query}")).await.ok();
        members.into_iter().map(|member| member.user.id).collect::<Vec<_>>()
    };
    for typed in ["芳", "wf", "wang", "wangfang", "wang-fang", "FANG"] {
        assert_eq!(found(&format!("q={typed}")).await, [fang.id], "{typed}");
    }
    assert_eq!(found("q=o&limit=1").await, [owner.id]);
    assert_eq!(found(&format!("q=b&after={}", alice.id)).await, [bob.id]);
    assert_eq!(found("q=x").await, [] as [i64; 0]);
    for limit in ["0", "501"] {
        alice.get(&format!("/api/v1/rooms/{hall}/members?limit={limit}")).await.refused(ErrorCode::BadRequest);
    }
    assert_eq!(found("limit=500").await.len(), 4);
    let room = bob.make_room("group", "His", &[]).await.id;
    alice.get(&format!("/api/v1/rooms/{room}/members?q=b")).await.refused(ErrorCode::NotFound);
    house.stop().await;
}
