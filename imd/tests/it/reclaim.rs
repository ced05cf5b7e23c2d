//! Every owner's password is lost, and somebody holds the box. Were these to fail, a household would have to start all over; or
//! somebody who once held the box for a moment could take it whenever they liked, and nobody would hear of it.

use imd::actions::access::reclaim::OPEN_FOR_MS;
use imd::wire::{BoxInfo, ClaimReopened, ErrorCode, EventBody, Me, OwnersToBe, Role, SignedIn, UserPage};
use serde_json::json;

use crate::console::{admin, said};
use crate::door::Reply;
use crate::house::House;
use crate::person::Person;

const SECRET: &str = "made by this browser";

/// At the box's own console.
async fn reopen(house: &House) -> String {
    let reopened = said(&admin(house, &["claim", "reopen", "--json"]).await);
    serde_json::from_str::<ClaimReopened>(&reopened).unwrap().code
}

async fn again(house: &House, code: &str, who: serde_json::Value) -> Reply {
    let claim = json!({"code": code, "who": who, "password": "a new password", "secret": SECRET});
    house.door.post("/api/v1/claim/again", &claim).await
}

async fn owners(house: &House, code: &str) -> Reply {
    house.door.post("/api/v1/claim/owners", &json!({"code": code})).await
}

async fn is_open(house: &House) -> bool {
    house.door.get("/api/v1/box").await.ok::<BoxInfo>().claim_reopened
}

/// What members were told, oldest first.
async fn told(house: &House, member: &Person) -> Vec<(EventBody, i64)> {
    told_in(member, house.hall(member).await).await
}

async fn told_in(member: &Person, room: i64) -> Vec<(EventBody, i64)> {
    let events = member.events(room, "").await.events.into_iter();
    let of_it = |body: &EventBody| matches!(body, EventBody::ClaimReopened {} | EventBody::OwnerByCode {});
    events.filter(|event| of_it(&event.body)).map(|event| (event.body, event.sender)).collect()
}

#[tokio::test]
async fn an_owner_gets_a_new_password_and_everything_is_as_it_was() {
    let (house, owner, alice, _) = House::with_two().await;
    assert!(!is_open(&house).await);
    let code = reopen(&house).await;
    assert!(is_open(&house).await);
    let found: OwnersToBe = owners(&house, &code.to_lowercase()).await.ok();
    assert_eq!(found.owners.iter().map(|one| (one.id, one.name.as_str())).collect::<Vec<_>>(), [(owner.id, "Olga")]);
    let back = Person::new(&house.door, again(&house, &code, json!({"as": "owner", "user": owner.id})).await.ok());
    assert_eq!((back.id, back.device == owner.device), (owner.id, false));
    let with = json!({"name": "Olga", "password": "a new password"});
    house.door.post("/api/v1/sign-in", &with).await.done();
    owner.get("/api/v1/me").await.done();
    // The password counts as just entered, and the code as used.
    back.patch("/api/v1/admin/settings", &json!({"name": "Rose Yard"})).await.done();
    again(&house, &code, json!({"as": "somebody", "name": "Mallory"})).await.refused(ErrorCode::AlreadyClaimed);
    assert!(!is_open(&house).await);
    let heard = [(EventBody::ClaimReopened {}, owner.id), (EventBody::OwnerByCode {}, owner.id)];
    assert_eq!(told(&house, &alice).await, heard);
    assert_eq!(back.acts().await, ["claim.reopen", "claim.again", "box.settings"]);
    house.stop().await;
}

/// A guest's words would be read by a new owner, and nobody would have told them.
#[tokio::test]
async fn who_is_not_in_the_houses_room_is_told_in_a_room_of_theirs() {
    let (house, owner, alice, bob) = House::with_two().await;
    let party = alice.make_room("group", "Party", &[&bob]).await.id;
    let gustav = house.guest(&alice, "Gustav", party).await;
    let gerda = house.guest(&alice, "Gerda", party).await;
    let small = gustav.post("/api/v1/direct", &json!({"user": alice.id})).await.ok::<imd::wire::Room>().id;
    let club = alice.make_room("group", "Book Club", &[&bob]).await.id;
    let alone = house.guest(&alice, "Greta", club).await;
    alone.post("/api/v1/direct", &json!({"user": bob.id})).await.done();
    let theirs = alone.get("/api/v1/rooms").await.ok::<Vec<imd::wire::Room>>();
    let direct = theirs.iter().find(|room| room.id != club).unwrap().id;
    bob.delete(&format!("/api/v1/rooms/{club}/members/{}", alone.id)).await.refused(ErrorCode::Forbidden);
    alice.delete(&format!("/api/v1/rooms/{club}/members/{}", alone.id)).await.done();

    let code = reopen(&house).await;
    again(&house, &code, json!({"as": "owner", "user": owner.id})).await.done();
    let heard = [(EventBody::ClaimReopened {}, owner.id), (EventBody::OwnerByCode {}, owner.id)];
    assert_eq!(told(&house, &alice).await, heard);
    assert_eq!(told_in(&gustav, party).await, heard);
    assert_eq!(told_in(&gerda, party).await, heard, "once in a room, however many are there");
    assert_eq!(told_in(&alone, direct).await, heard, "there is no other");
    for nobody_else in [small, club] {
        assert_eq!(told_in(&alice, nobody_else).await, [], "they were told elsewhere");
    }
    house.stop().await;
}

#[tokio::test]
async fn somebody_becomes_an_owner_beside_those_there_are() {
    let (house, owner, alice, _) = House::with_two().await;
    let code = reopen(&house).await;
    again(&house, &code, json!({"as": "owner", "user": alice.id})).await.refused(ErrorCode::NotFound);
    again(&house, &code, json!({"as": "somebody", "name": ""})).await.refused(ErrorCode::NameUnfit);
    let heir = Person::new(&house.door, again(&house, &code, json!({"as": "somebody", "name": "Hanna"})).await.ok());
    assert_eq!(heir.get("/api/v1/me").await.ok::<Me>().user.role, Role::Owner);
    assert_eq!(owner.get("/api/v1/me").await.ok::<Me>().user.role, Role::Owner);
    assert_eq!(told(&house, &alice).await.last(), Some(&(EventBody::OwnerByCode {}, heir.id)));
    house.stop().await;
}

#[tokio::test]
async fn it_is_open_for_a_quarter_of_an_hour_whatever_the_clock_does() {
    let (house, owner, ..) = House::with_two().await;
    let code = reopen(&house).await;
    house.pass(OPEN_FOR_MS - 1);
    assert_eq!(owners(&house, &code).await.ok::<OwnersToBe>().seconds, 0);
    // Somebody sets the clock back: no time comes back with it.
    house.at(-400 * 24 * 3_600_000);
    owners(&house, &code).await.done();
    house.pass(1);
    owners(&house, &code).await.refused(ErrorCode::AlreadyClaimed);
    again(&house, &code, json!({"as": "owner", "user": owner.id})).await.refused(ErrorCode::AlreadyClaimed);
    house.stop().await;
}

/// Who took the card out to read the code would be refused; or whoever could restart the box would have it open for ever.
#[tokio::test]
async fn a_restart_neither_ends_it_nor_begins_it_anew() {
    let (mut house, _, alice, _) = House::with_two().await;
    let code = reopen(&house).await;
    house.pass(OPEN_FOR_MS - 1);
    house.restart().await;
    assert!(is_open(&house).await);
    owners(&house, &code).await.done();
    // What is on the disk tells nobody the code.
    for name in ["imd.db", "imd.db-wal"] {
        let disk = String::from_utf8_lossy(&std::fs::read(house.folder().join(name)).unwrap()).into_owned();
        assert!(!disk.contains(&code) && !disk.contains(&code.replace('-', "")), "{name}");
    }
    house.pass(1);
    owners(&house, &code).await.refused(ErrorCode::AlreadyClaimed);
    house.restart().await;
    assert!(!is_open(&house).await);
    assert_eq!(told(&house, &alice).await.len(), 1);
    house.stop().await;
}

#[tokio::test]
async fn a_file_on_the_card_opens_it_once() {
    let card = tempfile::tempdir().unwrap();
    let file = card.path().join("lost-password");
    let (shown, given) = (card.path().join("claim.txt"), file.clone());
    let (mut house, owner) = House::owned_with(|config| {
        config.claim.reopen = Some(given);
        config.claim.file = Some(shown.clone());
    })
    .await;
    let shown = async |good: &dyn Fn(&str) -> bool| {
        let wait = async {
            loop {
                match std::fs::read_to_string(&shown) {
                    Ok(text) if good(&text) => return text,
                    _ => tokio::task::yield_now().await,
                }
            }
        };
        tokio::time::timeout(crate::PATIENCE, wait).await.expect("the code is shown, and no other")
    };
    std::fs::write(&file, "my own code\r\nand more").unwrap();
    house.restart().await;
    assert!(!file.exists(), "a second start would open it anew");
    shown(&|text| text == "my own code\nlost-password\n").await;
    owners(&house, "MYOWNCODE").await.done();
    house.restart().await;
    // A start cannot show what is kept as a hash alone; both are good.
    let another = shown(&|text| text.ends_with("\nlost-password\n") && !text.starts_with("my")).await;
    owners(&house, another.lines().next().unwrap()).await.done();
    owners(&house, "MYOWNCODE").await.done();
    house.pass(OPEN_FOR_MS);
    house.restart().await;
    assert!(!is_open(&house).await);
    shown(&str::is_empty).await;
    std::fs::write(&file, "1234567\n").unwrap();
    house.restart().await;
    assert!(is_open(&house).await);
    owners(&house, "1234567").await.refused(ErrorCode::WrongClaimCode);
    owner.get("/api/v1/me").await.done();
    house.stop().await;
}

/// Each start would open it anew, and nobody would be asked for a password any more.
#[tokio::test]
async fn a_file_that_stays_opens_nothing() {
    let card = tempfile::tempdir().unwrap();
    let file = card.path().join("lost-password");
    let given = file.clone();
    let (mut house, _) = House::owned_with(|config| config.claim.reopen = Some(given)).await;
    std::fs::create_dir(&file).unwrap();
    house.restart().await;
    assert!(!is_open(&house).await);
    house.stop().await;
}

#[tokio::test]
async fn guessing_the_code_is_slowed_down() {
    let (house, owner) = House::owned_with(|config| config.limits.sign_ins_per_minute_per_address = 3).await;
    let code = reopen(&house).await;
    owners(&house, "AAAA-AAAA").await.refused(ErrorCode::WrongClaimCode);
    again(&house, "AAAA-AAAA", json!({"as": "owner", "user": owner.id})).await.refused(ErrorCode::WrongClaimCode);
    owners(&house, &code).await.refused(ErrorCode::RateLimited);
    again(&house, &code, json!({"as": "owner", "user": owner.id})).await.refused(ErrorCode::RateLimited);
    house.stop().await;
}

#[tokio::test]
async fn a_fresh_box_is_claimed_with_its_first_code_alone() {
    let card = tempfile::tempdir().unwrap();
    let file = card.path().join("lost-password");
    std::fs::write(&file, "first\nmy own code\n").unwrap();
    let house = House::fresh_with(|config| config.claim.reopen = Some(file)).await;
    owners(&house, "my own code").await.refused(ErrorCode::AlreadyClaimed);
    house.claim().await;
    assert!(!is_open(&house).await);
    house.stop().await;
}

#[tokio::test]
async fn only_the_box_opens_it_and_only_the_newest_code_gets_in() {
    let (house, owner, alice, _) = House::with_two().await;
    for who in [&owner, &alice] {
        who.post("/api/v1/admin/claim/reopen", &json!({})).await.refused(ErrorCode::Forbidden);
    }
    owners(&house, "AAAA-AAAA").await.refused(ErrorCode::AlreadyClaimed);
    let first = reopen(&house).await;
    let second = reopen(&house).await;
    owners(&house, &first).await.refused(ErrorCode::WrongClaimCode);
    let who = json!({"as": "somebody", "name": "Mallory"});
    again(&house, &first, who.clone()).await.refused(ErrorCode::WrongClaimCode);
    let short = json!({"code": second, "who": who, "password": "short", "secret": SECRET});
    house.door.post("/api/v1/claim/again", &short).await.refused(ErrorCode::PasswordTooShort);
    let users: UserPage = owner.get("/api/v1/users").await.ok();
    assert_eq!(users.users.len(), 3, "nobody came in");
    house.stop().await;
}

#[tokio::test]
async fn who_lost_the_answer_asks_again_and_is_in() {
    let (house, _) = House::owned().await;
    let code = reopen(&house).await;
    let who = json!({"as": "somebody", "name": "Hanna"});
    let lost: SignedIn = again(&house, &code, who.clone()).await.ok();
    let heir = Person::new(&house.door, again(&house, &code, who.clone()).await.ok());
    assert_eq!(heir.id, lost.me.user.id);
    heir.get("/api/v1/me").await.done();
    again(&house, &code, who).await.refused(ErrorCode::AlreadyClaimed);
    house.stop().await;
}
