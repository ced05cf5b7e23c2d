//! The cases. Each gets a box of its own.

use std::time::Duration;

use chat::{DisplayName, EventBody, EventId, RoomRole, Seq};
use imbox_store::{Change, Ring, RoomChange, Sample, Setting, Side, StoreError};

use crate::test_box::{ADMINS, NOW, TestBox};

pub(crate) async fn a_log_is_numbered_without_gaps(b: TestBox) {
    let first = b.log(b.hall).await.len() as u64;
    for n in 1..=3 {
        assert_eq!(b.say(&n.to_string(), "text 盒子 🙂").await.unwrap().seq, Seq(first + n));
    }
    let seqs: Vec<_> = b.log(b.hall).await.iter().map(|event| event.seq.0).collect();
    assert_eq!(seqs, (1..=first + 3).collect::<Vec<_>>());
    assert_eq!(b.texts(b.hall).await, ["text 盒子 🙂"; 3]);
    b.store.close().await;
}

pub(crate) async fn a_repeated_message_is_stored_once(b: TestBox) {
    let first = b.say("1", "once").await.unwrap();
    assert_eq!(b.say("1", "once").await.unwrap(), first);
    // Also when both are in the same batch.
    let (one, other) = tokio::join!(b.say("2", "twice"), b.say("2", "twice"));
    assert_eq!(one.unwrap(), other.unwrap());
    assert_eq!(b.texts(b.hall).await, ["once", "twice"]);
}

pub(crate) async fn a_client_id_belongs_to_one_room(b: TestBox) {
    b.say("1", "here").await.unwrap();
    let group = b.group(b.owner, &[]).await;
    let there = b.say_as((b.owner, b.phone), group, "1", "there", None).await;
    assert!(matches!(there, Err(StoreError::ClientIdReused)), "{there:?}");
    assert!(b.texts(group).await.is_empty());
}

pub(crate) async fn an_answer_to_nothing_is_refused_and_leaves_no_gap(b: TestBox) {
    let asked = b.say("1", "question").await.unwrap().seq;
    let refused = b.say_as((b.owner, b.phone), b.hall, "2", "answer", Some(asked.0 + 1)).await;
    assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    let answered = b.say_as((b.owner, b.phone), b.hall, "3", "answer", Some(asked.0)).await.unwrap();
    assert_eq!(answered.seq, asked.next());
}

pub(crate) async fn a_deleted_message_leaves_a_tombstone(b: TestBox) {
    let said = b.say("1", "regretted").await.unwrap().seq;
    for _ in 0..2 {
        b.store.delete_message(b.hall, said, b.owner, NOW).await.unwrap();
    }
    let log = b.log(b.hall).await;
    let at = |seq: Seq| log.iter().find(|event| event.seq == seq).map(|event| &event.body);
    assert_eq!(at(said), Some(&EventBody::Deleted { by: b.owner }));
    assert_eq!(at(said.next()), Some(&EventBody::MessageDeleted { target: said }));
    assert_eq!(at(said.next().next()), None, "deleting again changes nothing");
    let nothing = b.store.delete_message(b.hall, Seq(1), b.owner, NOW).await;
    assert!(matches!(nothing, Err(StoreError::NotFound)), "{nothing:?}");
}

pub(crate) async fn ranges_of_a_log_are_read_in_both_directions(b: TestBox) {
    for n in 0..10 {
        b.say(&n.to_string(), &n.to_string()).await.unwrap();
    }
    let last = b.log(b.hall).await.last().unwrap().seq;
    let read = async |side, floor, limit| {
        let slice = b.store.events(b.hall, b.owner, side, floor, limit).await.unwrap();
        assert_eq!((slice.first_seq, slice.last_seq), (Seq(1), last));
        slice.events.iter().map(|event| event.seq.0).collect::<Vec<_>>()
    };
    assert_eq!(read(Side::Before(Seq(u64::MAX)), Seq(1), 3).await, [last.0 - 2, last.0 - 1, last.0]);
    assert_eq!(read(Side::Before(Seq(5)), Seq(4), 3).await, [4]);
    assert_eq!(read(Side::After(Seq(2)), Seq(1), 2).await, [3, 4]);
    assert_eq!(read(Side::After(Seq(2)), last, 9).await, [last.0]);
    assert!(read(Side::After(Seq(u64::MAX)), Seq(1), 9).await.is_empty());
    let nowhere = b.store.events(chat::RoomId(999), b.owner, Side::After(Seq(0)), Seq(1), 9).await;
    assert!(matches!(nowhere, Err(StoreError::NotFound)), "{nowhere:?}");
}

pub(crate) async fn many_at_once_are_all_stored_in_order(b: TestBox) {
    let (ann, bob) = (b.join("Ann").await, b.join("Bob").await);
    let group = b.group(b.owner, &[ann.0, bob.0]).await;
    let mut answers = Vec::new();
    for n in 0..300 {
        let (who, room) = (if n % 2 == 0 { ann } else { bob }, if n % 3 == 0 { b.hall } else { group });
        let message = chat::NewMessage::check(n.to_string(), format!("{n}"), Vec::new(), None).unwrap();
        answers.push(b.store.append_message(room, who.0, who.1, message, NOW).await.unwrap());
    }
    for answer in answers {
        answer.await.unwrap().unwrap();
    }
    let expected = |room: bool| (0..300).filter(|n| (n % 3 == 0) == room).map(|n| n.to_string()).collect::<Vec<_>>();
    assert_eq!(b.texts(b.hall).await, expected(true));
    assert_eq!(b.texts(group).await, expected(false));
}

pub(crate) async fn a_job_that_fails_takes_no_other_with_it(b: TestBox) {
    b.join("Ann").await;
    let bob = b.join("Bob").await;
    let nobody = chat::UserId(999);
    let wrong = b.store.add_member(b.hall, nobody, b.owner, NOW);
    let taken = b.store.change_profile(bob.0, None, Some(chat::Handle::new("ann").unwrap()));
    let (before, wrong, taken, after) = tokio::join!(b.say("1", "before"), wrong, taken, b.say("2", "after"));
    assert!(wrong.is_err() && taken.is_err(), "{wrong:?} {taken:?}");
    assert_eq!(after.unwrap().seq, before.unwrap().seq.next());
    assert_eq!(b.texts(b.hall).await, ["before", "after"]);
}

pub(crate) async fn the_log_of_all_rooms_is_followed_in_commit_order(b: TestBox) {
    let newest = b.store.newest();
    let start = *newest.borrow();
    let group = b.group(b.owner, &[]).await;
    for n in 0..4 {
        b.say_as((b.owner, b.phone), if n % 2 == 0 { b.hall } else { group }, &n.to_string(), &n.to_string(), None)
            .await
            .unwrap();
    }
    let entries = b.store.entries_after(start, 100).await.unwrap();
    assert!(entries.windows(2).all(|pair| pair[0].id < pair[1].id));
    let said = entries.iter().filter(|entry| matches!(entry.event.body, EventBody::Message { .. }));
    let rooms: Vec<_> = said.map(|entry| entry.event.room).collect();
    assert_eq!(rooms, [b.hall, group, b.hall, group]);
    let last = entries.last().unwrap().id;
    let told = async { while *newest.borrow() < last {} };
    tokio::time::timeout(Duration::from_secs(10), told).await.expect("the newest event is told");
    assert_eq!(b.store.entries_after(entries[0].id, 2).await.unwrap(), entries[1..3]);
    let asked = vec![entries[2].id, EventId(i64::MAX), entries[0].id];
    assert_eq!(b.store.entries(asked).await.unwrap(), [entries[2].clone(), entries[0].clone()]);
    assert_eq!(b.store.count_entries().await.unwrap(), start.0.unsigned_abs() + entries.len() as u64);
    assert_eq!(b.store.position("search").await.unwrap(), EventId(0));
    for position in [entries[0].id, last] {
        b.store.keep_position("search", position).await.unwrap();
    }
    assert_eq!(b.store.position("search").await.unwrap(), last);
}

pub(crate) async fn changes_are_told_after_the_commit_and_in_order(b: TestBox) {
    b.say("1", "a").await.unwrap();
    b.say("2", "b").await.unwrap();
    let seen = b.log(b.hall).await;
    let events: Vec<_> = b
        .told()
        .await
        .into_iter()
        .map(|change| match change {
            Change::Appended(event) => std::sync::Arc::unwrap_or_clone(event),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(events, seen[seen.len() - 2..]);
}

pub(crate) async fn members_come_and_go_with_events(b: TestBox) {
    let (ann, _) = b.join("Ann").await;
    let group = b.group(b.owner, &[]).await;
    for _ in 0..2 {
        b.store.add_member(group, ann, b.owner, NOW).await.unwrap();
    }
    assert_eq!(b.store.member_counts(group).await.unwrap(), (1, 2));
    let names: Vec<_> = b
        .store
        .members(group, chat::UserId(0), String::new(), 10)
        .await
        .unwrap()
        .into_iter()
        .map(|row| row.person.name)
        .collect();
    assert_eq!(names, ["Owner", "Ann"]);
    b.store.remove_member(group, ann, b.owner, NOW).await.unwrap();
    let gone = b.store.remove_member(group, ann, b.owner, NOW).await;
    assert!(matches!(gone, Err(StoreError::NotFound)), "{gone:?}");
    let bodies: Vec<_> = b.log(group).await.into_iter().map(|event| event.body).collect();
    assert_eq!(bodies[bodies.len() - 2..], [EventBody::Added { user: ann }, EventBody::Removed { user: ann }]);
    assert_eq!(b.store.room_view(group, b.owner).await.unwrap().unwrap().member_count, 1);
}

pub(crate) async fn the_last_owner_of_a_room_stays(b: TestBox) {
    let (ann, _) = b.join("Ann").await;
    let group = b.group(b.owner, &[ann]).await;
    let leaves = b.store.remove_member(group, b.owner, b.owner, NOW).await;
    assert!(matches!(leaves, Err(StoreError::LastOwner)), "{leaves:?}");
    let steps_back = b.store.set_member_role(group, b.owner, RoomRole::Member, b.owner, NOW).await;
    assert!(matches!(steps_back, Err(StoreError::LastOwner)), "{steps_back:?}");
    b.store.set_member_role(group, ann, RoomRole::Owner, b.owner, NOW).await.unwrap();
    b.store.remove_member(group, b.owner, b.owner, NOW).await.unwrap();
    assert_eq!(b.store.member_counts(group).await.unwrap(), (1, 1));
}

pub(crate) async fn what_a_member_may_do_changes_at_once(b: TestBox) {
    let (ann, _) = b.join("Ann").await;
    let group = b.group(b.owner, &[ann]).await;
    let may = async || b.store.access(group, ann).await.unwrap();
    assert_eq!(may().await.unwrap().role, RoomRole::Member);
    b.store.set_member_role(group, ann, RoomRole::Admin, b.owner, NOW).await.unwrap();
    assert_eq!(may().await.unwrap().role, RoomRole::Admin);
    let all = b.store.accesses(ann).await.unwrap();
    assert_eq!(all.iter().map(|(room, _)| *room).collect::<Vec<_>>(), [b.hall, group]);
    let change = RoomChange { write: ADMINS, ..RoomChange::default() };
    b.store.change_room(group, change, b.owner, NOW).await.unwrap();
    assert_eq!(Some(may().await.unwrap().write), ADMINS);
    b.store.remove_member(group, ann, b.owner, NOW).await.unwrap();
    assert!(may().await.is_none());
}

pub(crate) async fn a_read_cursor_only_moves_forward(b: TestBox) {
    let (ann, _) = b.join("Ann").await;
    let last = b.say("1", "text").await.unwrap().seq;
    let read = async || b.store.room_view(b.hall, ann).await.unwrap().unwrap().read_seq;
    for (to, then) in [(Seq(2), Seq(2).max(read().await)), (last, last), (Seq(1), last), (Seq(u64::MAX), last)] {
        b.store.set_read(b.hall, ann, to).await.unwrap();
        assert_eq!(read().await, then);
    }
}

pub(crate) async fn unread_counts_what_others_have_said(b: TestBox) {
    let ann = b.join("Ann").await;
    for n in 0..120 {
        b.say(&n.to_string(), "to Ann").await.unwrap();
    }
    b.say_as(ann, b.hall, "own", "from Ann", None).await.unwrap();
    let unread = async |who| b.store.room_view(b.hall, who).await.unwrap().unwrap().unread;
    assert_eq!(unread(ann.0).await, 100, "counted up to a hundred");
    assert_eq!(unread(b.owner).await, 1);
    let views = b.store.room_views(ann.0).await.unwrap();
    assert!(matches!(&views[0].last.as_ref().unwrap().body, EventBody::Message { text, .. } if text == "from Ann"));
}

pub(crate) async fn two_people_have_one_conversation(b: TestBox) {
    let (ann, _) = b.join("Ann").await;
    let (one, other) = tokio::join!(b.store.direct_room(b.owner, ann, NOW), b.store.direct_room(ann, b.owner, NOW));
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_eq!((one.0, one.1 ^ other.1), (other.0, true), "one of the two has made it");
    let view = b.store.room_view(one.0, ann).await.unwrap().unwrap();
    assert_eq!(view.peer.unwrap().id, b.owner);
}

pub(crate) async fn a_room_is_changed_as_a_whole(b: TestBox) {
    let name = DisplayName::new("Küche 厨房").unwrap();
    let change =
        RoomChange { name: Some(name), topic: Some("food".to_owned()), write: ADMINS, ..RoomChange::default() };
    let before = b.log(b.hall).await.len();
    for _ in 0..2 {
        b.store.change_room(b.hall, change.clone(), b.owner, NOW).await.unwrap();
    }
    let view = b.store.room_view(b.hall, b.owner).await.unwrap().unwrap();
    assert_eq!((view.name.as_str(), view.topic.as_str(), Some(view.write)), ("Küche 厨房", "food", ADMINS));
    assert_eq!(b.log(b.hall).await.len(), before + 3, "each change is told once");
    let picture = async |blake3: Option<&str>| {
        b.store.set_picture(b.hall, blake3.map(str::to_owned), b.owner, NOW).await.unwrap()
    };
    assert_eq!(picture(Some("ab")).await, None);
    assert_eq!(picture(None).await.as_deref(), Some("ab"));
}

pub(crate) async fn names_of_people_give_handles_that_are_free(b: TestBox) {
    let mut handles = Vec::new();
    for _ in 0..3 {
        let (user, _) = b.join("Wang Fang").await;
        handles.push(b.store.user(user).await.unwrap().handle);
    }
    assert_eq!(handles, ["wang-fang", "wang-fang-2", "wang-fang-3"]);
}

pub(crate) async fn settings_are_kept_and_removed(b: TestBox) {
    let set = async |value: Option<&str>| b.store.set(Setting::JoinMode, value.map(str::to_owned)).await.unwrap();
    let get = async || b.store.setting(Setting::JoinMode).await.unwrap();
    assert_eq!(get().await, None);
    set(Some("open")).await;
    set(Some("invite")).await;
    assert_eq!(get().await.as_deref(), Some("invite"));
    assert_eq!(b.store.set_once(Setting::JoinMode, "open".to_owned()).await.unwrap(), "invite");
    set(None).await;
    assert_eq!(get().await, None);
}

pub(crate) async fn measurements_are_gathered(b: TestBox) {
    const RINGS: &[Ring] = &[Ring { step_s: 10, keep: 3 }];
    for (at, online, free_bytes, temperature) in
        [(1_000, 5, 100, None), (9_000, 3, 50, Some(40)), (9_500, 4, 70, None), (50_000, 1, 9, None)]
    {
        let sample = Sample { at, online, messages: 1, free_bytes, temperature, memory: None };
        b.store.add_sample(sample, RINGS).await.unwrap();
        if at == 9_500 {
            let first = Sample { at: 0, online: 5, messages: 3, free_bytes: 50, temperature: Some(40), memory: None };
            assert_eq!(b.store.samples(10).await.unwrap(), [first]);
        }
    }
    assert_eq!(b.store.samples(10).await.unwrap().len(), 1, "a ring forgets what is old");
}
