//! What happens to a message after it was sent.

use chat::{
    Edited, Emoji, Event, EventBody, MAX_OWN_REACTIONS, MAX_REACTIONS, NewMessage, NewText, React, RoomId, Seq, UserId,
};
use imbox_store::{Act, Change, Older, RoomChange, Side, StoreError};

use crate::test_box::{NOW, TestBox};

async fn react(b: &TestBox, by: UserId, target: Seq, to: React, emoji: &str) -> Result<(), StoreError> {
    b.store.react(b.hall, target, by, (to, Emoji::new(emoji).unwrap()), NOW).await
}

/// The message as `reader` sees it: up to which event it includes what has happened, and its reactions.
async fn seen(b: &TestBox, reader: UserId, target: Seq) -> (Option<u64>, Vec<(String, u32, bool)>) {
    let slice = b.store.events(b.hall, reader, Side::Before(target.next()), Seq(1), 1).await.unwrap();
    let Event { changed, .. } = slice.events.into_iter().next_back().unwrap();
    let Some(changed) = changed else { return (None, Vec::new()) };
    let reactions = changed.reactions.into_iter().map(|one| (one.emoji, one.count, one.mine));
    (Some(changed.as_of.0), reactions.collect())
}

pub(crate) async fn a_reaction_is_counted_once_for_each_person(b: TestBox) {
    let (ann, _) = b.join("Ann").await;
    let said = b.say("1", "look").await.unwrap().seq;
    assert_eq!(seen(&b, ann, said).await, (None, Vec::new()));
    for _ in 0..2 {
        react(&b, ann, said, React::Add, "👍").await.unwrap();
        react(&b, b.owner, said, React::Add, "👍").await.unwrap();
        react(&b, b.owner, said, React::Add, "❤").await.unwrap();
    }
    let heart = "❤️".to_owned();
    assert_eq!(
        seen(&b, ann, said).await,
        (Some(said.0 + 3), vec![("👍".to_owned(), 2, true), (heart.clone(), 1, false)])
    );
    for _ in 0..2 {
        react(&b, ann, said, React::Remove, "👍").await.unwrap();
    }
    assert_eq!(seen(&b, ann, said).await, (Some(said.0 + 4), vec![("👍".to_owned(), 1, false), (heart, 1, false)]));
    let told: Vec<_> =
        b.log(b.hall).await.into_iter().filter(|event| event.seq > said).map(|event| event.body).collect();
    let (target, thumb) = (said, "👍".to_owned());
    let reacted = EventBody::Reacted { target, emoji: thumb.clone() };
    let last = EventBody::ReactionRemoved { target, emoji: thumb };
    assert_eq!(
        (told.len(), &told[0], &told[1], &told[3]),
        (4, &reacted, &reacted, &last),
        "what changes nothing is not told"
    );

    let people = async |emoji: Option<&str>, after: u64, limit| {
        let emoji = emoji.map(|emoji| Emoji::new(emoji).unwrap());
        let rows = b.store.reactions(b.hall, said, emoji, Seq(after), limit).await.unwrap();
        rows.into_iter().map(|row| (row.person.id, row.emoji, row.reacted.0)).collect::<Vec<_>>()
    };
    let of_owner = |emoji: &str, place: u64| (b.owner, emoji.to_owned(), said.0 + place);
    assert_eq!(people(None, 0, 9).await, [of_owner("👍", 2), of_owner("❤️", 3)]);
    assert_eq!(people(None, 0, 1).await, [of_owner("👍", 2)]);
    assert_eq!(people(None, said.0 + 2, 9).await, [of_owner("❤️", 3)]);
    assert_eq!(people(Some("❤"), 0, 9).await, [of_owner("❤️", 3)]);
    assert!(people(Some("🙂"), 0, 9).await.is_empty() && people(None, u64::MAX, 9).await.is_empty());

    for nothing in [Seq(0), Seq(1), Seq(999), Seq(u64::MAX), said.next()] {
        for to in [React::Add, React::Remove] {
            let refused = react(&b, ann, nothing, to, "👍").await;
            assert!(matches!(refused, Err(StoreError::NotFound)), "{nothing:?} {refused:?}");
        }
    }
    let elsewhere = b.store.react(RoomId(999), said, ann, (React::Add, Emoji::new("👍").unwrap()), NOW).await;
    assert!(matches!(elsewhere, Err(StoreError::NotFound)), "{elsewhere:?}");
}

pub(crate) async fn twenty_emoji_fit_on_a_message_and_five_are_ones_own(b: TestBox) {
    let said = b.say("1", "look").await.unwrap().seq;
    let emoji = |n: u32| char::from_u32(0x1F600 + n).unwrap().to_string();
    let mut n = 0;
    for name in ["Ann", "Bob", "Cat", "Dan"] {
        let (who, _) = b.join(name).await;
        for _ in 0..MAX_OWN_REACTIONS {
            react(&b, who, said, React::Add, &emoji(n)).await.unwrap();
            n += 1;
        }
        let full = react(&b, who, said, React::Add, &emoji(n)).await;
        assert!(matches!(full, Err(StoreError::LimitReached)), "{full:?}");
    }
    assert_eq!(n, MAX_REACTIONS);
    let full = react(&b, b.owner, said, React::Add, &emoji(n)).await;
    assert!(matches!(full, Err(StoreError::LimitReached)), "{full:?}");
    react(&b, b.owner, said, React::Add, &emoji(0)).await.unwrap();
    let (_, reactions) = seen(&b, b.owner, said).await;
    assert_eq!(reactions.len(), MAX_REACTIONS as usize);
    assert_eq!(reactions[0], (emoji(0), 2, true));
}

pub(crate) async fn a_reaction_is_neither_unread_nor_the_last_word(b: TestBox) {
    let (ann, _) = b.join("Ann").await;
    let said = b.say("1", "look").await.unwrap().seq;
    for _ in 0..3 {
        react(&b, b.owner, said, React::Add, "👍").await.unwrap();
        react(&b, b.owner, said, React::Remove, "👍").await.unwrap();
    }
    let view = b.store.room_view(b.hall, ann).await.unwrap().unwrap();
    assert_eq!((view.unread, view.last.map(|event| event.seq)), (1, Some(said)));
    assert_eq!(view.last_seq.0, said.0 + 6);
    let next = b.say("2", "and now").await.unwrap().seq;
    let view = b.store.room_view(b.hall, ann).await.unwrap().unwrap();
    assert_eq!((view.unread, view.last.map(|event| event.seq)), (2, Some(next)));
}

pub(crate) async fn reactions_go_with_their_message(b: TestBox) {
    let (first, second) = (b.say("1", "one").await.unwrap().seq, b.say("2", "two").await.unwrap().seq);
    for target in [first, second] {
        react(&b, b.owner, target, React::Add, "👍").await.unwrap();
    }
    let people = async |target| b.store.reactions(b.hall, target, None, Seq(0), 9).await.unwrap().len();
    assert_eq!((people(first).await, people(second).await), (1, 1));
    b.store.delete_message(b.hall, first, b.owner, NOW).await.unwrap();
    assert_eq!((people(first).await, people(second).await), (0, 1));
    assert_eq!(seen(&b, b.owner, first).await, (None, Vec::new()));
    let refused = react(&b, b.owner, first, React::Add, "👍").await;
    assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    let older = Older { room: None, than: NOW + 1 };
    let act = Act {
        actor: b.owner,
        address: String::new(),
        action: "storage.clean",
        target: String::new(),
        detail: String::new(),
        at: NOW,
    };
    b.store.clear_older(older, act).await.unwrap();
    assert_eq!(people(second).await, 0);
    assert!(b.store.room_view(b.hall, b.owner).await.unwrap().unwrap().last.is_none());
}

async fn edit(b: &TestBox, by: UserId, target: Seq, text: &str, at: i64) -> Result<(), StoreError> {
    let new = NewMessage::check("edit".to_owned(), text.to_owned(), Vec::new(), None).unwrap();
    b.store.edit_message(b.hall, target, by, new, at).await
}

pub(crate) async fn an_edited_message_says_what_it_says_now_and_what_it_said_is_kept(b: TestBox) {
    let (ann, _) = b.join("Ann").await;
    let said = b.say("1", "one").await.unwrap().seq;
    b.told().await;
    edit(&b, b.owner, said, "two @ann", NOW + 5).await.unwrap();
    edit(&b, b.owner, said, "two @ann", NOW + 6).await.unwrap();
    edit(&b, b.owner, said, "three", NOW + 7).await.unwrap();
    let told: Vec<_> = b.told().await;
    let now = |text: &str, target: Seq| EventBody::MessageEdited {
        target,
        now: Some(NewText { text: text.to_owned(), mentions: Vec::new() }),
    };
    let live = |change: &Change| match change {
        Change::Appended(event) => event.body.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!((told.len(), live(&told[1])), (2, now("three", said)), "the same text changes nothing");
    let message = b.store.message(b.hall, said).await.unwrap();
    assert!(matches!(&message.body, EventBody::Message { text, client_id, .. } if text == "three" && client_id == "1"));
    let edited = message.changed.unwrap().edited;
    assert_eq!(edited, Some(Edited { seq: Seq(said.0 + 2), at: NOW + 7 }));
    // The log has no text of its own: an older edit tells what the message says now.
    let log = b.log(b.hall).await;
    assert_eq!(log.iter().filter(|event| event.body == now("three", said)).count(), 2);
    let earlier = b.store.earlier_texts(b.hall, said).await.unwrap();
    let earlier: Vec<_> = earlier.into_iter().map(|one| (one.text, one.at)).collect();
    assert_eq!(earlier, [("one".to_owned(), NOW), ("two @ann".to_owned(), NOW + 5)]);
    assert_eq!(b.store.room_view(b.hall, ann).await.unwrap().unwrap().unread_mentions.count, 0, "calls her no more");
    for (by, target) in [(ann, said), (b.owner, Seq(1)), (b.owner, Seq(999))] {
        let refused = edit(&b, by, target, "four", NOW).await;
        assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    }
    // Whoever came after it and does not see it hears nothing of it.
    let since = RoomChange { history: Some(chat::HistoryRule::SinceJoined), ..RoomChange::default() };
    b.store.change_room(b.hall, since, b.owner, NOW).await.unwrap();
    let (bob, _) = b.join("Bob").await;
    b.told().await;
    edit(&b, b.owner, said, "secret", NOW + 8).await.unwrap();
    let hidden = EventBody::MessageEdited { target: said, now: None };
    assert_eq!(live(&b.told().await[0]), hidden);
    let seen = async |who, floor| {
        let slice = b.store.events(b.hall, who, Side::Before(Seq(u64::MAX)), floor, 1).await.unwrap();
        slice.events.into_iter().next().unwrap().body
    };
    assert_eq!(seen(bob, said.next()).await, hidden);
    assert_eq!(seen(ann, Seq(1)).await, now("secret", said));
    b.store.delete_message(b.hall, said, b.owner, NOW).await.unwrap();
    assert!(b.store.earlier_texts(b.hall, said).await.unwrap().is_empty());
    assert!(!format!("{:?}", b.log(b.hall).await).contains("secret"), "what is deleted is nowhere");
    let refused = edit(&b, b.owner, said, "again", NOW).await;
    assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
}

pub(crate) async fn a_message_is_edited_a_hundred_times(b: TestBox) {
    let said = b.say("1", "0").await.unwrap().seq;
    for n in 1..=100 {
        edit(&b, b.owner, said, &n.to_string(), NOW).await.unwrap();
    }
    let refused = edit(&b, b.owner, said, "101", NOW).await;
    assert!(matches!(refused, Err(StoreError::LimitReached)), "{refused:?}");
    assert_eq!(b.store.earlier_texts(b.hall, said).await.unwrap().len(), 100);
}
