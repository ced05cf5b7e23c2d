//! Reacting to what was said. Were these to fail, somebody would lose a heart they were given, see one that was taken back, or could
//! bury a message below a thousand of them.

use futures_util::future::join_all;
use imd::wire::{ErrorCode, Event, EventBody, Reaction, ReactionPage};
use serde_json::json;

use crate::door::Reply;
use crate::house::House;
use crate::person::Person;

const THUMB: &str = "👍";

fn path(room: i64, seq: u64, emoji: &str) -> String {
    let emoji: String = emoji.bytes().map(|byte| format!("%{byte:02x}")).collect();
    format!("/api/v1/rooms/{room}/messages/{seq}/reactions/{emoji}")
}

async fn react(by: &Person, room: i64, seq: u64, emoji: &str) -> Reply {
    by.put(&path(room, seq, emoji), &json!({})).await
}

async fn take_back(by: &Person, room: i64, seq: u64, emoji: &str) -> Reply {
    by.delete(&path(room, seq, emoji)).await
}

/// The message as this person sees it now: `as_of`, and its reactions.
async fn seen(by: &Person, room: i64, seq: u64) -> (Option<u64>, Vec<(String, u32, bool)>) {
    let page = by.events(room, &format!("after={}&limit=1", seq - 1)).await;
    reactions_of(&page.events[0])
}

fn reactions_of(event: &Event) -> (Option<u64>, Vec<(String, u32, bool)>) {
    let EventBody::Message { as_of, reactions, .. } = &event.body else { panic!("not a message: {event:?}") };
    let of = |one: &Reaction| (one.emoji.clone(), one.count, one.mine);
    (*as_of, reactions.iter().map(of).collect())
}

async fn who(asks: &Person, room: i64, seq: u64, query: &str) -> ReactionPage {
    asks.get(&format!("/api/v1/rooms/{room}/messages/{seq}/reactions?{query}")).await.ok()
}

#[tokio::test]
async fn a_reaction_is_seen_at_once_by_who_looks_and_later_by_who_comes() {
    let (house, _, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let seq = alice.say(hall, "1", "The lift works again.").await.seq;
    let mut line = alice.live().await;
    for _ in 0..2 {
        react(&bob, hall, seq, "❤").await.done();
    }
    let told = line.event_after(hall, seq).await;
    let heart = "❤️".to_owned();
    assert_eq!((told.seq, told.sender), (seq + 1, bob.id));
    assert_eq!(told.body, EventBody::Reacted { target: seq, emoji: heart.clone() });
    assert_eq!(seen(&alice, hall, seq).await, (Some(seq + 1), vec![(heart.clone(), 1, false)]));
    assert_eq!(seen(&bob, hall, seq).await, (Some(seq + 1), vec![(heart.clone(), 1, true)]));
    // Who was away gets the message with it, and then the event, which says nothing new.
    let mut late = bob.connect().await;
    let missed = late.hello(&[(hall, seq - 1)]).await.events;
    assert_eq!(missed.len(), 2, "what is so already is not told again");
    assert_eq!(reactions_of(&missed[0].1), (Some(seq + 1), vec![(heart.clone(), 1, true)]));
    for _ in 0..2 {
        take_back(&bob, hall, seq, "❤️").await.done();
    }
    assert_eq!(line.event(hall).await.body, EventBody::ReactionRemoved { target: seq, emoji: heart });
    assert_eq!(seen(&alice, hall, seq).await, (Some(seq + 2), vec![]));
    assert_eq!(alice.room(hall).await.last_seq, seq + 2);
    house.stop().await;
}

#[tokio::test]
async fn only_one_emoji_is_a_reaction() {
    let (house, _, alice, _) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let seq = alice.say(hall, "1", "look").await.seq;
    for emoji in ["👩🏽‍❤️‍💋‍👨🏿", "🇨🇳", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "1️⃣"] {
        react(&alice, hall, seq, emoji).await.done();
        take_back(&alice, hall, seq, emoji).await.done();
    }
    for text in ["a", "好", "1", "👍👍", " ", "<b>", "\0", &"👍".repeat(500)] {
        react(&alice, hall, seq, text).await.refused(ErrorCode::EmojiUnfit);
        take_back(&alice, hall, seq, text).await.refused(ErrorCode::EmojiUnfit);
        let query = format!("emoji={}", path(0, 0, text).rsplit_once('/').unwrap().1);
        let asked = alice.get(&format!("/api/v1/rooms/{hall}/messages/{seq}/reactions?{query}")).await;
        asked.refused(ErrorCode::EmojiUnfit);
    }
    assert_eq!(seen(&alice, hall, seq).await.1, []);
    house.stop().await;
}

#[tokio::test]
async fn nobody_reacts_to_what_they_cannot_see() {
    let (house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let refused = async |by: &Person, room: i64, seq: u64, code: ErrorCode| {
        react(by, room, seq, THUMB).await.refused(code);
        take_back(by, room, seq, THUMB).await.refused(code);
    };
    let room = alice.make_room("group", "Garden", &[]).await.id;
    alice.patch(&format!("/api/v1/rooms/{room}"), &json!({"history": "since_joined"})).await.done();
    let early = alice.say(room, "1", "before Bob").await.seq;
    // Not in the room at all: it does not even exist.
    refused(&bob, room, early, ErrorCode::NotFound).await;
    bob.get(&format!("/api/v1/rooms/{room}/messages/{early}/reactions")).await.refused(ErrorCode::NotFound);
    alice.put(&format!("/api/v1/rooms/{room}/members/{}", bob.id), &json!({})).await.done();
    refused(&bob, room, early, ErrorCode::NotFound).await;
    bob.get(&format!("/api/v1/rooms/{room}/messages/{early}/reactions")).await.refused(ErrorCode::NotFound);
    let seq = alice.say(room, "2", "after Bob").await.seq;
    react(&bob, room, seq, THUMB).await.done();

    // Nothing, what nobody has said, and what is gone.
    for nothing in [0, 1, seq + 100, i64::MAX.unsigned_abs(), u64::MAX] {
        refused(&alice, hall, nothing, ErrorCode::NotFound).await;
    }
    bob.delete(&format!("/api/v1/rooms/{hall}/members/{}", bob.id)).await.refused(ErrorCode::Forbidden);
    alice.delete(&format!("/api/v1/rooms/{room}/events/{seq}")).await.done();
    refused(&bob, room, seq, ErrorCode::NotFound).await;
    assert_eq!(who(&bob, room, seq, "").await.reactions, []);

    // Where only admins write, everybody reacts; in a room that was put away, nobody.
    let news = alice.make_room("channel", "News", &[&bob]).await.id;
    let post = alice.say(news, "3", "The lift works.").await.seq;
    bob.message(news, &json!({"client_id": "n", "text": "no"})).await.refused(ErrorCode::Forbidden);
    react(&bob, news, post, THUMB).await.done();
    owner.patch(&format!("/api/v1/admin/rooms/{news}"), &json!({"archived": true})).await.done();
    refused(&bob, news, post, ErrorCode::RoomArchived).await;
    assert_eq!(seen(&alice, news, post).await.1, [(THUMB.to_owned(), 1, false)]);
    house.stop().await;
}

#[tokio::test]
async fn ten_thousand_emoji_do_not_fit_on_a_message() {
    let (house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let seq = alice.say(hall, "1", "look").await.seq;
    let emoji = |n: u32| char::from_u32(0x1F300 + n).unwrap().to_string();
    // Only those that are emoji: all of this block are.
    for n in 0..5 {
        react(&alice, hall, seq, &emoji(n)).await.done();
    }
    react(&alice, hall, seq, &emoji(5)).await.refused(ErrorCode::LimitReached);
    let carol = house.member(&alice, "Carol").await;
    let dan = house.member(&alice, "Dan").await;
    for (n, by) in (5..20).zip([&bob, &carol, &dan].into_iter().cycle()) {
        react(by, hall, seq, &emoji(n)).await.done();
    }
    for n in 20..30 {
        react(&owner, hall, seq, &emoji(n)).await.refused(ErrorCode::LimitReached);
    }
    react(&owner, hall, seq, &emoji(0)).await.done();
    // One place is free again.
    take_back(&dan, hall, seq, &emoji(19)).await.done();
    react(&owner, hall, seq, &emoji(20)).await.done();
    let (_, reactions) = seen(&alice, hall, seq).await;
    assert_eq!(reactions.len(), 20);
    assert_eq!(reactions[0], (emoji(0), 2, true));
    house.stop().await;
}

#[tokio::test]
async fn who_reacted_is_told_page_by_page() {
    let (house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let seq = alice.say(hall, "1", "Who comes?").await.seq;
    let mut crowd = vec![owner, alice, bob];
    while crowd.len() < 101 {
        crowd.push(house.member(&crowd[0], &format!("Neighbour {}", crowd.len())).await);
    }
    for person in &crowd {
        react(person, hall, seq, THUMB).await.done();
    }
    react(&crowd[0], hall, seq, "❤️").await.done();
    let first = who(&crowd[1], hall, seq, "").await;
    let second = who(&crowd[1], hall, seq, &format!("after={}", first.next.unwrap())).await;
    assert_eq!((first.reactions.len(), second.reactions.len(), second.next), (100, 2, None));
    let told: Vec<i64> = first.reactions.iter().chain(&second.reactions).map(|one| one.user.id).collect();
    let came: Vec<i64> = crowd.iter().chain([&crowd[0]]).map(|person| person.id).collect();
    assert_eq!(told, came);
    assert_eq!(first.reactions[1].user.name, "Alice");
    assert_eq!(first.reactions[1].at, crate::house::BEGINNING);
    let hearts = who(&crowd[1], hall, seq, "emoji=%e2%9d%a4").await;
    assert_eq!((hearts.reactions.len(), hearts.reactions[0].emoji.as_str()), (1, "❤️"));
    let thumbs = who(&crowd[1], hall, seq, "emoji=%f0%9f%91%8d&after=18446744073709551615").await;
    assert_eq!(thumbs.reactions, []);
    house.stop().await;
}

#[tokio::test]
async fn a_room_of_nothing_but_reactions_still_ends_with_what_was_said() {
    let (house, _, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let seq = alice.say(hall, "1", "look").await.seq;
    let mut line = bob.live().await;
    for _ in 0..250 {
        react(&alice, hall, seq, THUMB).await.done();
        take_back(&alice, hall, seq, THUMB).await.done();
    }
    for n in 1..=500 {
        assert_eq!(line.event_after(hall, seq).await.seq, seq + n, "none is left out");
    }
    let room = bob.room(hall).await;
    assert_eq!((room.unread, room.last_seq, room.last.map(|last| last.seq)), (1, seq + 500, Some(seq)));
    let mut late = bob.connect().await;
    let welcome = late.hello(&[(hall, seq)]).await;
    assert_eq!((welcome.events.len(), &*welcome.gaps), (200, &[(hall, seq + 200, seq + 500)][..]));
    assert_eq!(seen(&bob, hall, seq).await, (Some(seq + 500), vec![]));
    house.stop().await;
}

#[tokio::test]
async fn a_flood_is_slowed_and_costs_nobody_anything() {
    let (house, owner) = House::owned_with(|config| config.limits.messages_per_minute_per_user = 40).await;
    let (alice, bob) = (house.member(&owner, "Alice").await, house.member(&owner, "Bob").await);
    let hall = house.hall(&alice).await;
    let seq = alice.say(hall, "1", "look").await.seq;
    react(&bob, hall, seq, "🎉").await.done();
    let flood = join_all((0..100).map(|n| {
        let (alice, n) = (&alice, n);
        async move {
            if n % 2 == 0 { react(alice, hall, seq, THUMB).await } else { take_back(alice, hall, seq, THUMB).await }
        }
    }));
    let answers = flood.await;
    let slowed: Vec<&Reply> = answers.iter().filter(|answer| answer.status == 429).collect();
    assert!((59..=62).contains(&slowed.len()), "{}", slowed.len());
    slowed[0].refused(ErrorCode::RateLimited);
    assert!(slowed[0].header("retry-after").parse::<u32>().unwrap() >= 1);
    // Bob's is still there, and he may go on.
    react(&bob, hall, seq, "❤️").await.done();
    let (_, reactions) = seen(&bob, hall, seq).await;
    assert!(reactions.contains(&("🎉".to_owned(), 1, true)) && reactions.contains(&("❤️".to_owned(), 1, true)));
    house.stop().await;
}

#[tokio::test]
async fn many_at_once_are_each_counted() {
    let (house, owner, alice, _) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let seq = alice.say(hall, "1", "look").await.seq;
    let mut crowd = Vec::new();
    for n in 0..30 {
        crowd.push(house.member(&owner, &format!("Neighbour {n}")).await);
    }
    for answer in join_all(crowd.iter().map(|person| react(person, hall, seq, THUMB))).await {
        answer.done();
    }
    assert_eq!(
        seen(&alice, hall, seq).await,
        (Some(alice.room(hall).await.last_seq), vec![(THUMB.to_owned(), 30, false)])
    );
    // Somebody who left, and somebody who was removed: theirs stays, as what they said does.
    owner.post(&format!("/api/v1/admin/people/{}/remove", crowd[0].id), &json!({"messages": "keep"})).await.done();
    assert_eq!(seen(&alice, hall, seq).await.1, [(THUMB.to_owned(), 30, false)]);
    house.stop().await;
}
