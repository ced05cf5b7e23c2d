//! People who have the same name, or names that are read as the same. Were these to fail, a message to one of them would be
//! meant for the other.

use imd::wire::{JoinRequest, Member, Room, ServerFrame, User, UserPage};
use serde_json::json;

use crate::house::House;
use crate::line::Line;

/// The next that `line` hears of `id`: has somebody else their name?
async fn heard(line: &mut Line, id: i64) -> bool {
    line.take("the person anew", |frame| match frame {
        ServerFrame::User { user } if user.id == id => Some(user.namesake),
        ServerFrame::Users { users } => users.iter().find(|user| user.id == id).map(|user| user.namesake),
        _ => None,
    })
    .await
}

#[tokio::test]
async fn who_shares_a_name_is_marked_wherever_people_are_and_live() {
    let (house, owner, alice, bob) = House::with_two().await;
    let mut line = owner.live().await;
    let marked = async || {
        let page: UserPage = owner.get("/api/v1/users").await.ok();
        let marked = page.users.into_iter().filter(|user| user.namesake);
        marked.map(|user| user.handle).collect::<Vec<_>>()
    };
    assert_eq!(marked().await, [] as [&str; 0]);

    // Latin letters, two of them Cyrillic, and a blank: read as the same in a hurry.
    let second = house.member(&owner, "Аliсe").await;
    assert!(heard(&mut line, alice.id).await, "who was there before is told apart from now on, too");
    let handle = second.get(&format!("/api/v1/users/{}", second.id)).await.ok::<User>().handle;
    assert_eq!(marked().await, ["alice", handle.as_str()]);
    let hall = house.hall(&owner).await;
    let members: Vec<Member> = bob.get(&format!("/api/v1/rooms/{hall}/members")).await.ok();
    let marked_members: Vec<i64> = members.iter().filter(|one| one.user.namesake).map(|one| one.user.id).collect();
    assert_eq!(marked_members, [alice.id, second.id]);
    let direct: Room = bob.post("/api/v1/direct", &json!({"user": second.id})).await.ok();
    assert!(direct.peer.unwrap().namesake);

    // Of three each has a namesake, also when one of them goes by another name; of two neither.
    let third = house.member(&owner, "A l i c e").await;
    second.patch("/api/v1/me", &json!({"name": "Zoe"})).await.done();
    assert!(!heard(&mut line, second.id).await);
    assert_eq!(marked().await.len(), 2);
    third.patch("/api/v1/me", &json!({"name": "Alice Liddell"})).await.done();
    assert!(!heard(&mut line, alice.id).await);
    assert_eq!(marked().await, [] as [&str; 0]);

    // What somebody wrote who is gone stays under their name.
    third.patch("/api/v1/me", &json!({"name": "ALICE"})).await.done();
    assert_eq!(marked().await.len(), 2);
    owner.post(&format!("/api/v1/admin/people/{}/remove", third.id), &json!({"messages": "keep"})).await.done();
    assert_eq!(marked().await, ["alice"]);
    house.stop().await;
}

#[tokio::test]
async fn who_waits_with_somebodys_name_is_marked_for_who_lets_them_in() {
    let (house, owner) = House::owned().await;
    let alice = house.member(&owner, "Alice").await;
    let waiting = house.join("alice", None).await;
    house.join("Carol", None).await;
    let requests: Vec<JoinRequest> = owner.get("/api/v1/requests").await.ok();
    let marks: Vec<_> = requests.iter().map(|one| (one.name.as_str(), one.namesake)).collect();
    assert_eq!(marks, [("alice", true), ("Carol", false)]);
    // Nobody is told apart from somebody who only stands at the door.
    let before: User = owner.get(&format!("/api/v1/users/{}", alice.id)).await.ok();
    assert!(!before.namesake);
    owner.post(&format!("/api/v1/requests/{}", waiting.id), &json!({"approve": true})).await.done();
    for id in [alice.id, waiting.id] {
        let now: User = owner.get(&format!("/api/v1/users/{id}")).await.ok();
        assert!(now.namesake, "{}", now.name);
    }
    house.stop().await;
}
