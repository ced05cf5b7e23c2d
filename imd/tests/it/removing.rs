//! Running the people of the box. Were these to fail, somebody who was put out would still be in, what they wrote would
//! be lost or stay against their wish, or the box would be nobody's.

use imd::wire::{
    ErrorCode, Event, EventBody, ImportReport, Invite, MemberRule, PersonDetails, PersonPage, RoomRole, SignInTicket,
    SignedIn, SignedInDevicePage, User,
};
use reqwest::Method;
use serde_json::json;

use crate::door::Reply;
use crate::house::{BEGINNING, House};
use crate::person::Person;

async fn remove(admin: &Person, user: i64, messages: &str) -> Reply {
    admin.post(&format!("/api/v1/admin/people/{user}/remove"), &json!({"messages": messages})).await
}

async fn import(admin: &Person, query: &str, csv: &str) -> Reply {
    let path = format!("/api/v1/admin/people/import{query}");
    Reply::of(admin.request(Method::POST, &path).header("content-type", "text/csv").body(csv.to_owned())).await
}

fn texts(events: &[Event]) -> Vec<&str> {
    events.iter().map(said).filter(|text| !text.is_empty()).collect()
}

fn said(event: &Event) -> &str {
    match &event.body {
        EventBody::Message { text, .. } => text,
        _ => "",
    }
}

#[tokio::test]
async fn an_admin_sees_who_was_here_when_and_with_what() {
    let (house, owner, alice, bob) = House::with_two().await;
    owner.patch(&format!("/api/v1/users/{}", bob.id), &json!({"status": "suspended"})).await.done();
    let page: PersonPage = owner.get("/api/v1/admin/people").await.ok();
    let names: Vec<_> = page.people.iter().map(|person| person.user.name.as_str()).collect();
    assert_eq!((names, page.next), (vec!["Olga", "Alice", "Bob"], None));
    assert!(page.people[0].has_password && !page.people[1].has_password);
    assert_eq!((page.people[1].devices, page.people[1].rooms, page.people[1].seen_at), (1, 1, Some(BEGINNING)));
    let found: PersonPage = owner.get("/api/v1/admin/people?q=LIC&status=active").await.ok();
    assert_eq!(found.people[0].user.id, alice.id);
    owner.get("/api/v1/admin/people?status=odd").await.refused(ErrorCode::BadRequest);
    let details: PersonDetails = owner.get(&format!("/api/v1/admin/people/{}", alice.id)).await.ok();
    assert_eq!((details.devices.len(), details.devices[0].id), (1, alice.device));
    owner.get("/api/v1/admin/people/999").await.refused(ErrorCode::NotFound);
    let csv = String::from_utf8(owner.get("/api/v1/admin/people.csv").await.body).unwrap();
    assert_eq!(csv.lines().count(), 4);
    assert!(
        csv.contains(&format!(
            "{},\"alice\",\"Alice\",\"member\",\"active\",1,2026-11-18 11:06:40,2026-11-18 11:06:40",
            alice.id
        )),
        "{csv}"
    );
    house.stop().await;
}

#[tokio::test]
async fn every_signed_in_device_is_listed_with_whose_it_is_and_signed_out_from_there() {
    let (house, owner, alice, bob) = House::with_two().await;
    let lost = crate::devices::second_device(&owner, &alice).await;
    house.join("Waits", None).await;
    let list =
        async |query: &str| owner.get(&format!("/api/v1/admin/devices?{query}")).await.ok::<SignedInDevicePage>();
    let all = list("").await;
    let seen: Vec<_> = all.devices.iter().map(|one| (one.user.id, one.device.id, one.device.current)).collect();
    let of = |person: &Person| (person.id, person.device, person.id == owner.id);
    assert_eq!(seen, [of(&lost), of(&bob), of(&alice), of(&owner)], "nobody who waits at the door");
    let ids = |page: &SignedInDevicePage| page.devices.iter().map(|one| one.device.id).collect::<Vec<_>>();
    assert_eq!(ids(&list("q=%20LIC").await), [lost.device, alice.device]);
    assert!(list("q=nobody").await.devices.is_empty());

    let path = format!("/api/v1/admin/people/{}/devices/{}", alice.id, lost.device);
    owner.delete(&path).await.done();
    lost.get("/api/v1/me").await.refused(ErrorCode::NotSignedIn);
    assert_eq!(ids(&list("").await), [bob.device, alice.device, owner.device]);

    for number in 0..47 {
        house.member(&owner, &format!("N{number}")).await;
    }
    let full = list("").await;
    assert_eq!((full.devices.len(), full.next), (50, Some(owner.device)), "a page is full, and nothing comes after");
    assert!(list(&format!("before={}", owner.device)).await.devices.is_empty());
    house.member(&owner, "One more").await;
    let first = list("").await;
    let rest = list(&format!("before={}", first.next.unwrap())).await;
    assert_eq!((first.devices.len(), ids(&rest), rest.next), (50, vec![owner.device], None));
    house.stop().await;
}

#[tokio::test]
async fn who_is_removed_is_out_at_once_and_what_they_wrote_stays() {
    let (house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let club = alice.make_room("group", "Club", &[&bob]).await.id;
    alice.say(hall, "1", "I was here").await;
    let invite: imd::wire::InviteCreated = alice.post("/api/v1/invites", &json!({})).await.ok();
    let mut live = alice.live().await;
    remove(&owner, alice.id, "keep").await.done();
    live.ended().await;
    alice.get("/api/v1/me").await.refused(ErrorCode::NotSignedIn);
    let former: User = bob.get(&format!("/api/v1/users/{}", alice.id)).await.ok();
    assert_eq!((former.name.as_str(), former.status.as_str()), ("Alice", "removed"));
    assert!(texts(&bob.events(hall, "").await.events).contains(&"I was here"));
    // The room she alone owned is Bob's now, and her invite lets nobody in.
    assert_eq!(bob.room(club).await.role, RoomRole::Owner);
    bob.patch(&format!("/api/v1/rooms/{club}"), &json!({"write": MemberRule::Admins})).await.done();
    let check = house.door.get(&format!("/api/v1/invites/check/{}", invite.invite.code)).await;
    check.refused(ErrorCode::InviteInvalid);
    let invites: Vec<Invite> = owner.get("/api/v1/invites").await.ok();
    assert!(invites.iter().all(|i| i.id != invite.invite.id));
    // Her name is free again, and she is not removed twice.
    let again = house.member(&owner, "Alice").await;
    assert_eq!(owner.get(&format!("/api/v1/users/{}", again.id)).await.ok::<User>().handle, "alice");
    remove(&owner, alice.id, "keep").await.refused(ErrorCode::NotFound);
    let page: PersonPage = owner.get("/api/v1/admin/people?status=removed").await.ok();
    assert_eq!(page.people.len(), 1);
    house.stop().await;
}

#[tokio::test]
async fn who_wants_to_leave_nothing_behind_leaves_nothing() {
    let (mut house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    for number in 0..250 {
        alice.say(hall, &number.to_string(), "secret").await;
    }
    let file: imd::wire::File = alice.upload(hall, "plan.txt", "secret plan").await.ok();
    alice.message(hall, &json!({"client_id": "f", "text": "", "files": [file.id]})).await.done();
    bob.say(hall, "1", "mine stays").await;
    remove(&owner, alice.id, "delete").await.done();
    // Wherever it was broken off, a start goes on.
    house.restart().await;
    let secrets = async || {
        let mut found = 0;
        let mut before = u64::MAX >> 1;
        loop {
            let page = bob.events(hall, &format!("before={before}&limit=200")).await;
            found += texts(&page.events).iter().filter(|text| **text == "secret").count();
            match page.events.first() {
                Some(first) => before = first.seq,
                None => return found,
            }
        }
    };
    let gone = async {
        while secrets().await > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(crate::PATIENCE, gone).await.expect("her messages are gone");
    let file_gone = async {
        while bob.get(&format!("/api/v1/files/{}", file.id)).await.status != 404 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(crate::PATIENCE, file_gone).await.expect("her file is gone");
    // Each deletion is an event of its own; what Bob said is before all of them.
    assert!(texts(&bob.events(hall, "limit=200&before=300").await.events).contains(&"mine stays"));
    house.stop().await;
}

#[tokio::test]
async fn the_last_owner_stays_and_admins_touch_no_owner() {
    let (house, owner, alice, bob) = House::with_two().await;
    remove(&owner, owner.id, "keep").await.refused(ErrorCode::Forbidden);
    owner.patch(&format!("/api/v1/users/{}", alice.id), &json!({"role": "admin"})).await.done();
    alice.with_password("alice's password").await;
    remove(&alice, owner.id, "keep").await.refused(ErrorCode::Forbidden);
    for path in ["password", "devices"] {
        alice.delete(&format!("/api/v1/admin/people/{}/{path}", owner.id)).await.refused(ErrorCode::Forbidden);
    }
    // With a second owner the first may go, and then the second is the last.
    owner.patch(&format!("/api/v1/users/{}", bob.id), &json!({"role": "owner"})).await.done();
    bob.with_password("bob's password").await;
    remove(&bob, owner.id, "keep").await.done();
    bob.patch(&format!("/api/v1/users/{}", bob.id), &json!({"role": "member"})).await.refused(ErrorCode::LastOwner);
    remove(&bob, bob.id, "keep").await.refused(ErrorCode::Forbidden);
    house.stop().await;
}

#[tokio::test]
async fn a_lost_password_is_taken_away_and_devices_are_signed_out() {
    let (house, owner, alice, _) = House::with_two().await;
    alice.with_password("alice's password").await;
    owner.delete(&format!("/api/v1/admin/people/{}/password", alice.id)).await.done();
    let sign_in = json!({"name": "alice", "password": "alice's password"});
    house.door.post("/api/v1/sign-in", &sign_in).await.refused(ErrorCode::WrongPassword);
    alice.get("/api/v1/me").await.done();
    let path = format!("/api/v1/admin/people/{}/devices", alice.id);
    owner.delete(&format!("{path}/{}", owner.device)).await.refused(ErrorCode::NotFound);
    owner.delete(&format!("{path}/{}", alice.device)).await.done();
    alice.get("/api/v1/me").await.refused(ErrorCode::NotSignedIn);
    let ticket: SignInTicket = owner.post(&format!("/api/v1/users/{}/ticket", alice.id), &json!({})).await.ok();
    let redeem = json!({"code": ticket.code, "secret": "0123456789abcdef"});
    let back = Person::new(&house.door, house.door.post("/api/v1/tickets/redeem", &redeem).await.ok::<SignedIn>());
    assert_eq!(back.id, alice.id);
    owner.delete(&path).await.done();
    back.get("/api/v1/me").await.refused(ErrorCode::NotSignedIn);
    assert_eq!(owner.acts().await, ["person.password", "person.sign_out", "person.ticket", "person.sign_out"]);
    house.stop().await;
}

#[tokio::test]
async fn a_house_full_of_people_comes_from_a_spreadsheet_and_each_line_is_answered() {
    let (house, owner, alice, _) = House::with_two().await;
    let csv = "Name;Handle;Role\r\n王芳;wang-fang;\r\n;;\r\nBo;alice;member\r\nCarl;c;\r\nDora;;boss\r\nEve;;owner\r\nWang Fang;wang-fang;guest\r\n\"  \";x1;\r\nFelix;;admin\r\n";
    let refusals =
        |report: &ImportReport| -> Vec<_> { report.lines.iter().map(|line| (line.line, line.refused)).collect() };
    let expected = vec![
        (2, None),
        (4, Some(ErrorCode::AlreadyHere)),
        (5, Some(ErrorCode::HandleUnfit)),
        (6, Some(ErrorCode::BadRequest)),
        (7, Some(ErrorCode::Forbidden)),
        (8, Some(ErrorCode::AlreadyHere)),
        (9, Some(ErrorCode::NameUnfit)),
        (10, None),
    ];
    let check: ImportReport = import(&owner, "?check", csv).await.ok();
    assert_eq!((refusals(&check), check.made), (expected.clone(), 2));
    let before: PersonPage = owner.get("/api/v1/admin/people").await.ok();
    assert_eq!(before.people.len(), 3, "looking makes nobody");
    let made: ImportReport = import(&owner, "", csv).await.ok();
    assert_eq!((refusals(&made), made.made), (expected, 2));
    let fang = made.lines[0].user.unwrap();
    let found: User = alice.get(&format!("/api/v1/users/{fang}")).await.ok();
    assert_eq!((found.name.as_str(), found.handle.as_str()), ("王芳", "wang-fang"));
    let ticket: SignInTicket = owner.post(&format!("/api/v1/users/{fang}/ticket"), &json!({})).await.ok();
    let redeem = json!({"code": ticket.code, "secret": "0123456789abcdef"});
    let fang = Person::new(&house.door, house.door.post("/api/v1/tickets/redeem", &redeem).await.ok::<SignedIn>());
    house.hall(&fang).await;
    // The same file once more makes nobody a second time.
    assert_eq!(import(&owner, "", csv).await.ok::<ImportReport>().made, 0);
    for wrong in ["", "\u{0}PNG"] {
        import(&owner, "", wrong).await.refused(ErrorCode::CsvUnreadable);
    }
    let lines = |count: usize| format!("name\n{}", "Ann\n".repeat(count));
    import(&owner, "?check", &lines(1_000)).await.done();
    import(&owner, "?check", &lines(1_001)).await.refused(ErrorCode::CsvTooLong);
    house.stop().await;
}

/// The caretaker's list, saved by the office's Excel, would be refused, or make strangers of everybody.
#[tokio::test]
async fn a_list_from_a_chinese_office_is_read_and_one_without_headings_too() {
    let (house, owner, _, _) = House::with_two().await;
    let send = async |csv: &[u8]| {
        let request = owner.request(Method::POST, "/api/v1/admin/people/import").header("content-type", "text/csv");
        Reply::of(request.body(csv.to_vec())).await.ok::<ImportReport>()
    };
    // 姓名,角色 / 王芳,成员 / 李娜,访客 in GBK, as Excel saves it.
    let gbk = b"\xd0\xd5\xc3\xfb,\xbd\xc7\xc9\xab\r\n\xcd\xf5\xb7\xbc,\xb3\xc9\xd4\xb1\r\n\xc0\xee\xc4\xc8,\xb7\xc3\xbf\xcd\r\n";
    let report = send(gbk).await;
    let names: Vec<_> = report.lines.iter().map(|line| (line.name.as_str(), line.refused)).collect();
    assert_eq!((report.made, names), (2, vec![("王芳", None), ("李娜", None)]));
    let report = send("Zo\u{eb} Berg\nZoe\u{308} Berg,\nAlice,alice,member\n".as_bytes()).await;
    let refused: Vec<_> = report.lines.iter().map(|line| line.refused).collect();
    assert_eq!(
        refused,
        [None, Some(ErrorCode::AlreadyHere), Some(ErrorCode::AlreadyHere)],
        "NFC and NFD are one person"
    );
    // 姓名,角色 / 陳大文,成員 in Big5, and a German table: not everything in a Chinese house is GBK.
    for (table, name) in [
        (&b"\xa9m\xa6W,\xa8\xa4\xa6\xe2\r\n\xb3\xaf\xa4j\xa4\xe5,\xa6\xa8\xad\xfb\r\n"[..], "陳大文"),
        (b"Name;Role\r\nJ\xfcrgen Gr\xf6\xdfe;member\r\n", "Jürgen Größe"),
    ] {
        let report = send(table).await;
        assert_eq!((report.lines[0].name.as_str(), report.lines[0].refused), (name, None));
    }
    let csv = owner.get("/api/v1/admin/people.csv").await.body;
    let all = send(&csv).await.lines.into_iter().map(|line| line.refused);
    assert!(all.eq([Some(ErrorCode::AlreadyHere); 8]), "the box's own table makes nobody, whatever their role");
    assert!(csv.starts_with("\u{feff}id,".as_bytes()), "else Excel shows its Chinese as garbage");
    house.stop().await;
}
