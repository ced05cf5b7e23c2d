//! The cases of what members arrange for themselves.

use chat::{Notify, RoomId, UserId};
use imbox_store::{Mine, MineChange, StoreError};

use crate::test_box::{NOW, TestBox};

async fn mine(b: &TestBox, room: RoomId, user: UserId) -> Mine {
    b.store.room_view(room, user).await.unwrap().unwrap().mine
}

pub(crate) async fn a_member_arranges_a_room_for_themselves(b: TestBox) {
    let (ann, _) = b.join("Ann").await;
    let set = |change| b.store.arrange(b.hall, ann, change, NOW);
    assert_eq!(mine(&b, b.hall, ann).await, Mine::default());
    set(MineChange { pinned: Some(true), marked_unread: Some(true), ..MineChange::default() }).await.unwrap();
    let change = MineChange { pinned: Some(true), notify: Some(Notify::Mentions), ..MineChange::default() };
    b.store.arrange(b.hall, ann, change, NOW + 5).await.unwrap();
    let muted = Some(Some(NOW + 1_000));
    set(MineChange { muted_until: muted, ..MineChange::default() }).await.unwrap();
    let then = Mine {
        pinned_at: Some(NOW),
        marked_unread: true,
        notify: Notify::Mentions,
        muted_until: Some(NOW + 1_000),
        ..Mine::default()
    };
    assert_eq!(mine(&b, b.hall, ann).await, then, "what is pinned stays where it was");
    assert_eq!(mine(&b, b.hall, b.owner).await, Mine::default(), "nobody else's");
    let back = MineChange {
        pinned: Some(false),
        marked_unread: Some(false),
        notify: Some(Notify::All),
        muted_until: Some(None),
        ..MineChange::default()
    };
    set(back).await.unwrap();
    assert_eq!(mine(&b, b.hall, ann).await, Mine::default());
    // It goes with the membership.
    set(MineChange { pinned: Some(true), notify: Some(Notify::None), ..MineChange::default() }).await.unwrap();
    b.store.remove_member(b.hall, ann, b.owner, NOW).await.unwrap();
    let refused = set(MineChange { pinned: Some(true), ..MineChange::default() }).await;
    assert!(matches!(refused, Err(StoreError::NotFound)), "{refused:?}");
    b.store.add_member(b.hall, ann, b.owner, NOW).await.unwrap();
    assert_eq!(mine(&b, b.hall, ann).await, Mine::default());
}

pub(crate) async fn a_message_is_seen_in_an_archived_room_and_a_notice_is_none(b: TestBox) {
    let (ann, _) = b.join("Ann").await;
    let set = |change| b.store.arrange(b.hall, ann, change, NOW);
    let archive = |archived| MineChange { archived: Some(archived), ..MineChange::default() };
    let now = async || {
        let mine = mine(&b, b.hall, ann).await;
        (mine.archived, mine.said_since, mine.pinned_at.is_some())
    };
    b.say("1", "before").await.unwrap();
    set(MineChange { pinned: Some(true), ..MineChange::default() }).await.unwrap();
    set(archive(true)).await.unwrap();
    assert_eq!(now().await, (true, false, false), "what is archived is not pinned");
    b.join("Bob").await;
    assert_eq!(now().await, (true, false, false), "that somebody came is no message");
    b.say("2", "after").await.unwrap();
    assert_eq!(now().await, (true, true, false));
    set(archive(true)).await.unwrap();
    assert_eq!(now().await, (true, false, false), "archived again");
    set(MineChange { pinned: Some(true), ..MineChange::default() }).await.unwrap();
    assert_eq!(now().await, (false, false, true), "what is pinned is not archived");
    set(archive(false)).await.unwrap();
    assert_eq!(now().await, (false, false, true));
}
