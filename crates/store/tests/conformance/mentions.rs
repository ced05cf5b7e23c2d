//! The cases of mentions and stars.

use chat::{
    Believed, DeviceId, DisplayName, EventBody, EventId, Handle, Mention, Mentioned, NewMessage, Reach, RoomId, Seq,
    Star, UserId,
};
use imbox_store::{Act, Change, RoomChange, StoreError, UnreadMentions};

use crate::test_box::{ADMINS, NOW, TestBox};

type Person = (UserId, DeviceId);

/// Says something with whom `@all` and `@here` mean; where it stands.
async fn call(b: &TestBox, who: Person, room: RoomId, text: &str, reach: Reach) -> Seq {
    let client_id = format!("{text}{}", who.1.0);
    let mut message = NewMessage::check(client_id, text.to_owned(), Vec::new(), None).unwrap();
    message.reach = reach;
    b.store.append_message(room, who.0, who.1, message, NOW).await.unwrap().await.unwrap().unwrap().seq
}

async fn mentions_at(b: &TestBox, room: RoomId, seq: Seq) -> Vec<Mention> {
    let event = b.log(room).await.into_iter().find(|event| event.seq == seq).unwrap();
    let EventBody::Message { mentions, .. } = event.body else { panic!("{event:?}") };
    mentions
}

async fn unread(b: &TestBox, room: RoomId, user: UserId) -> (u32, Option<u64>) {
    let UnreadMentions { count, first } = b.store.room_view(room, user).await.unwrap().unwrap().unread_mentions;
    (count, first.map(|seq| seq.0))
}

/// The places of what mentions somebody, newest first, and whether it is only as one of all.
async fn list(b: &TestBox, user: UserId, before: i64, limit: u32) -> Vec<(u64, bool)> {
    let found = b.store.mentions_of(user, EventId(before), limit).await.unwrap();
    let entries = b.store.entries(found.iter().map(|one| one.event).collect()).await.unwrap();
    assert_eq!(entries.len(), found.len(), "each leads to its message");
    entries.iter().zip(found).map(|(entry, one)| (entry.event.seq.0, one.among_all)).collect()
}

fn person(user: UserId, handle: &str) -> Mention {
    Mention { who: Mentioned::Person(user), handle: handle.to_owned() }
}

pub(crate) async fn a_mention_is_of_a_member_and_follows_them(b: TestBox) {
    let (ann, bob) = (b.join("Ann").await, b.join("Bob").await);
    let group = b.group(b.owner, &[ann.0]).await;
    let owner = (b.owner, b.phone);
    // Bob is not in it, and nobody is called nobody.
    let said = call(&b, owner, group, "@ann and @Ann, @bob, @nobody, @owner-2", Reach::Nobody).await;
    assert_eq!(mentions_at(&b, group, said).await, [person(ann.0, "ann"), person(b.owner, "owner-2")]);
    assert_eq!(unread(&b, group, ann.0).await, (1, Some(said.0)));
    assert_eq!(unread(&b, group, b.owner).await, (0, None), "nobody calls themselves");
    // Who is called otherwise now was still meant, and is called by the new name from now on.
    b.store
        .change_profile(ann.0, Some(DisplayName::new("Anna").unwrap()), Some(Handle::new("anna_").unwrap()))
        .await
        .unwrap();
    let again = call(&b, owner, group, "@ann @anna_ @anna", Reach::Nobody).await;
    assert_eq!(mentions_at(&b, group, said).await[0].who, Mentioned::Person(ann.0));
    assert_eq!(mentions_at(&b, group, again).await, [person(ann.0, "anna_")]);
    // A sign at the end is the sentence's where nobody is called so.
    let signed = call(&b, owner, group, "@owner-2_ -", Reach::Nobody).await;
    assert_eq!(mentions_at(&b, group, signed).await, [person(b.owner, "owner-2")]);
    // Between two people there is nothing to be marked.
    let (direct, _) = b.store.direct_room(ann.0, bob.0, NOW).await.unwrap();
    let to_ann = call(&b, bob, direct, "@anna_", Reach::Nobody).await;
    assert_eq!(mentions_at(&b, direct, to_ann).await, [person(ann.0, "anna_")]);
    assert_eq!(unread(&b, direct, ann.0).await, (0, None));
}

pub(crate) async fn everybody_is_mentioned_only_where_it_may(b: TestBox) {
    let (ann, bob) = (b.join("Ann").await, b.join("Bob").await);
    let plain = call(&b, ann, b.hall, "@all @here", Reach::Nobody).await;
    assert_eq!(mentions_at(&b, b.hall, plain).await, []);
    assert_eq!(unread(&b, b.hall, bob.0).await, (0, None));
    let all = call(&b, ann, b.hall, "@all: @bob", Reach::of(Vec::new(), 0)).await;
    let everybody = Mention { who: Mentioned::All, handle: "all".to_owned() };
    assert_eq!(mentions_at(&b, b.hall, all).await, [everybody, person(bob.0, "bob")]);
    for (who, count) in [(b.owner, 1), (bob.0, 1), (ann.0, 0)] {
        assert_eq!(unread(&b, b.hall, who).await.0, count, "{who:?}");
    }
    // The rule is the room's.
    let mention_all = |user| {
        let store = b.store.clone();
        async move { store.access(b.hall, user).await.unwrap().unwrap().may_mention_all().is_ok() }
    };
    assert!(mention_all(b.owner).await && !mention_all(ann.0).await);
    let everyone = RoomChange { mention_all: Some(chat::MemberRule::Everyone), ..RoomChange::default() };
    b.store.change_room(b.hall, everyone, b.owner, NOW).await.unwrap();
    assert!(mention_all(ann.0).await);
    let group = b.group(ann.0, &[bob.0]).await;
    assert!(b.store.access(group, bob.0).await.unwrap().unwrap().may_mention_all().is_ok());
    b.store.change_room(group, RoomChange { mention_all: ADMINS, ..RoomChange::default() }, ann.0, NOW).await.unwrap();
    assert!(b.store.access(group, bob.0).await.unwrap().unwrap().may_mention_all().is_err());
    assert_eq!(b.store.room_view(group, bob.0).await.unwrap().unwrap().mention_all, ADMINS.unwrap());
}

pub(crate) async fn those_who_are_here_are_mentioned_one_by_one(b: TestBox) {
    let (ann, bob) = (b.join("Ann").await, b.join("Bob").await);
    call(&b, ann, b.hall, "@here", Reach::of(vec![ann.0, bob.0], 2)).await;
    for (who, count) in [(bob.0, 1), (ann.0, 0), (b.owner, 0)] {
        assert_eq!(unread(&b, b.hall, who).await.0, count, "{who:?}");
    }
    // So many that it is the same as all.
    call(&b, ann, b.hall, "@here again", Reach::of(vec![bob.0], chat::MAX_HERE + 1)).await;
    for (who, count) in [(bob.0, 2), (ann.0, 0), (b.owner, 1)] {
        assert_eq!(unread(&b, b.hall, who).await.0, count, "{who:?}");
    }
}

pub(crate) async fn what_mentions_me_is_found_and_forgotten_with_the_message(b: TestBox) {
    let (ann, bob) = (b.join("Ann").await, b.join("Bob").await);
    let first = call(&b, bob, b.hall, "@ann 1", Reach::Nobody).await;
    let second = call(&b, bob, b.hall, "@all 2", Reach::of(Vec::new(), 0)).await;
    let both = call(&b, bob, b.hall, "@ann @all 3", Reach::of(Vec::new(), 0)).await;
    call(&b, ann, b.hall, "@all 4", Reach::of(Vec::new(), 0)).await;
    let all = [(both.0, false), (both.0, true), (second.0, true), (first.0, false)];
    assert_eq!(list(&b, ann.0, i64::MAX, 10).await, all);
    assert_eq!(unread(&b, b.hall, ann.0).await, (3, Some(first.0)));
    // In pages.
    let page = b.store.mentions_of(ann.0, EventId(i64::MAX), 2).await.unwrap();
    assert_eq!(list(&b, ann.0, page[1].event.0, 10).await, all[2..]);
    // Read, deleted, old.
    b.store.set_read(b.hall, ann.0, second).await.unwrap();
    assert_eq!(unread(&b, b.hall, ann.0).await, (1, Some(both.0)));
    b.store.delete_message(b.hall, both, bob.0, NOW).await.unwrap();
    assert_eq!(unread(&b, b.hall, ann.0).await, (0, None));
    assert_eq!(list(&b, ann.0, i64::MAX, 10).await, all[2..]);
    let act = Act {
        actor: b.owner,
        address: "::1".to_owned(),
        action: "test",
        target: String::new(),
        detail: String::new(),
        at: NOW,
    };
    let soon = NOW + 2 * 24 * 3_600_000;
    b.store.set_room_keep(b.hall, Some(1), act).await.unwrap();
    b.store.clear_expired(Believed { now: soon, since: i64::MIN }).await.unwrap();
    assert_eq!(list(&b, ann.0, i64::MAX, 10).await, []);
}

pub(crate) async fn people_are_found_as_their_names_are_typed(b: TestBox) {
    let (fang, _) = b.join("王芳").await;
    b.store.change_profile(fang, None, Some(Handle::new("flower").unwrap())).await.unwrap();
    for (typed, found) in
        [("wf", true), ("wang", true), ("FANG", true), ("wangf", true), ("wang-f", true), ("芳", true), ("ang", false)]
    {
        let members = b.store.members(b.hall, UserId(0), typed.to_owned(), 10).await.unwrap();
        assert_eq!(members.iter().any(|row| row.person.id == fang), found, "{typed}");
        assert_eq!(b.store.users(UserId(0), typed.to_owned(), None, 10).await.unwrap().len(), usize::from(found));
    }
}

pub(crate) async fn stars_are_ones_own_and_go_with_the_message(b: TestBox) {
    let (ann, _) = b.join("Ann").await;
    let (first, second) = (b.say("1", "first").await.unwrap().seq, b.say("2", "second").await.unwrap().seq);
    b.told().await;
    for seq in [first, second, first] {
        b.store.star(b.hall, seq, ann, Star::On).await.unwrap();
    }
    let starred = |seq, to| Change::Starred { user: ann, room: b.hall, seq, to };
    assert_eq!(b.told().await, [starred(first, Star::On), starred(second, Star::On)], "what is so already is not told");
    assert_eq!(b.store.stars_in(b.hall, ann).await.unwrap(), [first, second]);
    assert_eq!(b.store.stars_in(b.hall, b.owner).await.unwrap(), []);
    let newest = b.store.stars_of(ann, EventId(i64::MAX), 1).await.unwrap();
    let older = b.store.stars_of(ann, newest[0], 10).await.unwrap();
    let read = b.store.entries(vec![newest[0], older[0]]).await.unwrap();
    assert_eq!((read[0].event.seq, read[1].event.seq, older.len()), (second, first, 1));
    b.store.star(b.hall, second, ann, Star::Off).await.unwrap();
    assert_eq!(b.told().await, [starred(second, Star::Off)]);
    b.store.delete_message(b.hall, first, b.owner, NOW).await.unwrap();
    assert_eq!(b.store.stars_in(b.hall, ann).await.unwrap(), []);
    for nothing in [first, Seq(1), second.next().next()] {
        let refused = b.store.star(b.hall, nothing, ann, Star::On).await;
        assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    }
}
