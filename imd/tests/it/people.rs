//! Finding people, and being found under one's own name. Were these to fail, somebody would not be in the list, or go by
//! another's handle.

use futures_util::future::join_all;
use imd::config::JoinMode;
use imd::wire::{ErrorCode, Me, Member, ServerFrame, UserPage};
use reqwest::Method;
use serde_json::json;

use crate::house::House;

#[tokio::test]
async fn everyone_of_a_large_house_is_found_page_by_page() {
    const PEOPLE: usize = 420;
    let (house, owner) = House::owned_with(|config| config.join.mode = JoinMode::Open).await;
    let names: Vec<String> = (1..PEOPLE).map(|n| format!("Neighbour {n:03}")).collect();
    for some in names.chunks(50) {
        join_all(some.iter().map(|name| house.join(name, None))).await;
    }
    let mut found = Vec::new();
    let mut after = 0;
    loop {
        let page: UserPage = owner.get(&format!("/api/v1/users?after={after}")).await.ok();
        assert!(page.users.len() <= 200);
        found.extend(page.users.into_iter().map(|user| user.name));
        match page.next {
            Some(next) => after = next,
            None => break,
        }
    }
    found.sort_unstable();
    assert_eq!(found.len(), PEOPLE);
    assert_eq!(found[..PEOPLE - 1], names);

    let hall = house.hall(&owner).await;
    let path = format!("/api/v1/rooms/{hall}/members");
    let members: Vec<Member> = owner.get(&path).await.ok();
    assert_eq!(members.len(), PEOPLE);
    let rest: Vec<Member> = owner.get(&format!("{path}?after={}", members[399].user.id)).await.ok();
    assert_eq!(rest, members[400..]);
    let one: UserPage = owner.get("/api/v1/users?q=bour%20277").await.ok();
    assert_eq!(one.users.iter().map(|user| user.name.as_str()).collect::<Vec<_>>(), ["Neighbour 277"]);
    house.stop().await;
}

#[tokio::test]
async fn people_are_found_by_part_of_their_name_in_any_spelling() {
    let (house, owner) = House::owned_with(|config| config.join.mode = JoinMode::Open).await;
    for name in ["王芳", "Anna-Lena Müller", "100% Sure_Thing"] {
        house.join(name, None).await;
    }
    for (query, name) in [
        ("%E7%8E%8B", "王芳"),
        ("WANG-F", "王芳"),
        ("anna", "Anna-Lena Müller"),
        ("%20lena%20", "Anna-Lena Müller"),
        ("100%25", "100% Sure_Thing"),
        ("e_t", "100% Sure_Thing"),
    ] {
        let page: UserPage = owner.get(&format!("/api/v1/users?q={query}")).await.ok();
        assert_eq!(page.users.iter().map(|user| user.name.as_str()).collect::<Vec<_>>(), [name], "{query}");
    }
    for nobody in ["zzz", "%25", "%27%20OR%201"] {
        let page: UserPage = owner.get(&format!("/api/v1/users?q={nobody}")).await.ok();
        assert!(page.users.iter().all(|user| nobody == "%25" && user.name.contains('%')), "{nobody}: {:?}", page.users);
    }
    house.stop().await;
}

#[tokio::test]
async fn ones_name_is_ones_own_and_others_see_it_change() {
    let (house, _, alice, bob) = House::with_two().await;
    let mut line = bob.live().await;
    let me: Me = alice.patch("/api/v1/me", &json!({"name": " Alicia ", "handle": "Alicia.1"})).await.ok();
    assert_eq!((me.user.name.as_str(), me.user.handle.as_str()), ("Alicia", "alicia.1"));
    let told = line.take("Alice's new name", |frame| match frame {
        ServerFrame::User { user } if user.id == alice.id => Some(user.name.clone()),
        _ => None,
    });
    assert_eq!(told.await, "Alicia");
    bob.patch("/api/v1/me", &json!({"handle": "ALICIA.1"})).await.refused(ErrorCode::Conflict);
    bob.patch("/api/v1/me", &json!({"name": ""})).await.refused(ErrorCode::NameUnfit);
    let long = "a".repeat(33);
    for unfit in ["a", "a b", "王芳", "-a", "admin", "Root", &long] {
        // In words of its own: nobody understands what is wrong with `root` from what a name has to be.
        bob.patch("/api/v1/me", &json!({"handle": unfit})).await.refused(ErrorCode::HandleUnfit);
    }
    assert_eq!(bob.get("/api/v1/me").await.ok::<Me>().user.handle, "bob");
    let taken = join_all(["x1", "x1"].map(|handle| {
        let request = alice.request(Method::PATCH, "/api/v1/me").json(&json!({"handle": handle}));
        crate::door::Reply::of(request)
    }));
    assert!(taken.await.iter().all(|reply| reply.status == 200), "one's own handle is not taken");
    let both = join_all([&alice, &bob].map(|person| {
        let request = person.request(Method::PATCH, "/api/v1/me").json(&json!({"handle": "both-want-it"}));
        crate::door::Reply::of(request)
    }));
    assert_eq!(both.await.iter().filter(|reply| reply.status == 200).count(), 1);
    house.stop().await;
}
