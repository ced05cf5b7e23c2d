//! Reported messages. Were these to fail, somebody who is pestered would have nobody to turn to; or an admin would read by
//! a report what is said in a room they are not in.

use imd::wire::{AuditPage, ErrorCode, EventBody, File, PatrolReport, ReportDeed, ReportPage, Room, User};
use serde_json::{Value, json};

use crate::door::Reply;
use crate::house::House;
use crate::person::Person;

const REPORTS: &str = "/api/v1/admin/reports";

async fn report(by: &Person, room: i64, seq: u64, reason: &str) -> Reply {
    by.post(&format!("/api/v1/rooms/{room}/events/{seq}/report"), &json!({"reason": reason})).await
}

async fn open(admin: &Person) -> ReportPage {
    admin.get(REPORTS).await.ok()
}

async fn answer(admin: &Person, id: i64, answer: Value) -> Reply {
    admin.post(&format!("{REPORTS}/{id}"), &answer).await
}

#[tokio::test]
async fn a_reported_message_reaches_the_admins_and_nothing_else_of_its_room_does() {
    let (house, owner, alice, bob) = House::with_two().await;
    let club = alice.make_room("group", "Book Club", &[&bob]).await.id;
    alice.say(club, "1", "the secret before").await;
    let file: File = bob.upload(club, "insult.txt", "the bytes").await.ok();
    let other: File = bob.upload(club, "other.txt", "other bytes").await.ok();
    bob.message(club, &json!({"client_id": "1", "text": "fine", "files": [other.id]})).await.done();
    let rude = bob.message(club, &json!({"client_id": "2", "text": "rude words", "files": [file.id]})).await;
    let rude = rude.ok::<imd::wire::SendReceipt>().seq;
    alice.say(club, "3", "the secret after").await;
    report(&alice, club, rude, "  he always does that  ").await.done();
    // Once more, by a tap too many, is the same report.
    report(&alice, club, rude, "again").await.done();

    let raw = owner.get(REPORTS).await;
    let page: ReportPage = raw.ok();
    assert_eq!((page.reports.len(), page.open, page.next), (1, 1, None));
    let seen = &page.reports[0];
    assert_eq!((seen.author.id, seen.reporter.id), (bob.id, alice.id));
    assert_eq!((seen.text.as_str(), seen.reason.as_str()), ("rude words", "he always does that"));
    assert_eq!(seen.room_name.as_deref(), Some("Book Club"));
    assert_eq!(seen.files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["insult.txt"]);
    assert!(seen.stands && seen.closed.is_none());
    let text = String::from_utf8(raw.body).unwrap();
    assert!(!text.contains("secret") && !text.contains("other") && !text.contains(&file.blake3), "{text}");
    owner.get(&format!("/api/v1/rooms/{club}/events")).await.refused(ErrorCode::NotFound);
    for hidden in [file.id, other.id] {
        owner.get(&format!("/api/v1/files/{hidden}")).await.refused(ErrorCode::NotFound);
    }
    let patrol: PatrolReport = owner.post("/api/v1/admin/patrol", &json!({})).await.ok();
    assert!(patrol.findings.iter().any(|f| f.id == imd::wire::FindingId::MessagesReported && f.value == Some(1)));

    // What its writer deletes afterwards was said all the same.
    bob.delete(&format!("/api/v1/rooms/{club}/events/{rude}")).await.done();
    let seen = open(&owner).await.reports.remove(0);
    assert_eq!((seen.text.as_str(), seen.stands), ("rude words", false));
    house.stop().await;
}

#[tokio::test]
async fn an_admin_deletes_warns_and_suspends_and_it_is_written_down() {
    let (house, owner, alice, bob) = House::with_two().await;
    let direct: Room = bob.post("/api/v1/direct", &json!({"user": alice.id})).await.ok();
    let rude = bob.say(direct.id, "1", "rude words").await.seq;
    report(&alice, direct.id, rude, "").await.done();
    let seen = open(&owner).await.reports.remove(0);
    assert_eq!(seen.room_name, None, "who talks with whom has no name");
    let deeds = json!({"delete": true, "warning": "Please be kind.", "suspend": true});
    answer(&owner, seen.id, deeds.clone()).await.done();
    answer(&owner, seen.id, deeds).await.refused(ErrorCode::Conflict);

    let said = &alice.events(direct.id, "").await.events;
    let place = said.iter().find(|event| event.seq == rude).unwrap();
    assert!(matches!(place.body, EventBody::Deleted { by } if by == owner.id), "{place:?}");
    bob.get("/api/v1/rooms").await.refused(ErrorCode::Suspended);
    owner.patch(&format!("/api/v1/users/{}", bob.id), &json!({"status": "active"})).await.done();
    let rooms: Vec<Room> = bob.get("/api/v1/rooms").await.ok();
    let from_owner = rooms.iter().find(|room| room.peer.as_ref().is_some_and(|peer| peer.id == owner.id)).unwrap();
    let warned = bob.events(from_owner.id, "").await.events;
    assert!(matches!(&warned.last().unwrap().body, EventBody::Message { text, .. } if text == "Please be kind."));

    assert_eq!(open(&owner).await.open, 0);
    let done: ReportPage = owner.get(&format!("{REPORTS}?answered=true")).await.ok();
    let did = done.reports[0].closed.clone().unwrap().did;
    assert_eq!(did, [ReportDeed::Deleted, ReportDeed::Warned, ReportDeed::Suspended]);
    let audit: AuditPage = owner.get("/api/v1/admin/audit").await.ok();
    let entry = audit.entries.iter().find(|entry| entry.action == "report.answer").unwrap();
    assert_eq!(
        (entry.target.as_str(), entry.detail.as_str()),
        (seen.id.to_string().as_str(), "deleted warned suspended")
    );
    house.stop().await;
}

#[tokio::test]
async fn nothing_is_reported_that_one_may_not_see_or_that_is_no_message() {
    let (house, _, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let club = bob.make_room("group", "Others", &[]).await.id;
    let hidden = bob.say(club, "1", "not for Alice").await.seq;
    report(&alice, club, hidden, "").await.refused(ErrorCode::NotFound);
    report(&alice, hall, 999, "").await.refused(ErrorCode::NotFound);
    let ours = alice.make_room("group", "Ours", &[&bob]).await.id;
    report(&bob, ours, 1, "").await.refused(ErrorCode::NotFound);
    let own = alice.say(hall, "2", "mine").await.seq;
    report(&alice, hall, own, "").await.refused(ErrorCode::Forbidden);
    report(&bob, hall, own, &"x".repeat(501)).await.refused(ErrorCode::BadRequest);
    report(&bob, hall, own, &"密".repeat(500)).await.done();
    alice.delete(&format!("/api/v1/rooms/{hall}/events/{own}")).await.done();
    report(&bob, hall, own, "again").await.refused(ErrorCode::NotFound);
    alice.get(REPORTS).await.refused(ErrorCode::Forbidden);
    house.stop().await;
}

#[tokio::test]
async fn nobody_floods_the_admins_with_reports() {
    let (house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let mut said = Vec::new();
    for number in 0..6 {
        said.push(bob.say(hall, &number.to_string(), "hello").await.seq);
    }
    for seq in &said[..5] {
        report(&alice, hall, *seq, "").await.done();
    }
    let slowed = report(&alice, hall, said[5], "").await;
    slowed.refused(ErrorCode::RateLimited);
    assert!(!slowed.header("retry-after").is_empty());
    assert_eq!(open(&owner).await.open, 5);
    house.stop().await;
}

#[tokio::test]
async fn nobody_learns_that_their_own_message_was_reported_or_by_whom() {
    let (house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    owner.patch(&format!("/api/v1/users/{}", alice.id), &json!({"role": "admin"})).await.done();
    alice.with_password("alice's password").await;
    let said = alice.say(hall, "1", "rude words of an admin").await.seq;
    report(&bob, hall, said, "she runs the box").await.done();
    let seen = open(&owner).await.reports.remove(0);
    assert_eq!(seen.author.id, alice.id);

    let hidden = async |path: &str| {
        let raw = alice.get(path).await;
        let text = String::from_utf8(raw.body).unwrap();
        assert!(!text.contains("she runs the box") && !text.contains("messages_reported"), "{path}: {text}");
    };
    for path in [REPORTS, "/api/v1/admin/reports?answered=true", "/api/v1/admin/patrol"] {
        hidden(path).await;
    }
    assert_eq!((open(&alice).await.open, open(&alice).await.reports.len()), (0, 0));
    answer(&alice, seen.id, json!({})).await.refused(ErrorCode::NotFound);
    answer(&owner, seen.id, json!({"delete": true})).await.done();
    for path in [REPORTS, "/api/v1/admin/reports?answered=true", "/api/v1/admin/patrol", "/api/v1/admin/audit"] {
        hidden(path).await;
    }
    let audit: AuditPage = alice.get("/api/v1/admin/audit").await.ok();
    let entry = audit.entries.iter().find(|entry| entry.action == "report.answer").unwrap();
    assert_eq!((entry.target.as_str(), entry.detail.as_str()), (seen.id.to_string().as_str(), "deleted"));

    // An owner is no exception: it is the other one who decides, and may do no more than to anybody else's message.
    let said = owner.say(hall, "2", "I am the owner").await.seq;
    report(&bob, hall, said, "").await.done();
    assert_eq!(open(&owner).await.open, 0);
    let seen = open(&alice).await.reports.remove(0);
    answer(&owner, seen.id, json!({})).await.refused(ErrorCode::NotFound);
    answer(&alice, seen.id, json!({"suspend": true})).await.refused(ErrorCode::Forbidden);
    answer(&alice, seen.id, json!({})).await.done();
    assert_eq!(owner.get(&format!("/api/v1/users/{}", owner.id)).await.ok::<User>().status, "active");
    house.stop().await;
}

#[tokio::test]
async fn what_nobody_else_could_decide_is_not_taken() {
    let (house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let said = owner.say(hall, "1", "I alone run this box").await.seq;
    report(&alice, hall, said, "").await.refused(ErrorCode::NobodyElse);
    owner.patch(&format!("/api/v1/users/{}", bob.id), &json!({"role": "admin"})).await.done();
    report(&alice, hall, said, "").await.done();
    assert_eq!(open(&bob).await.open, 1);
    house.stop().await;
}

#[tokio::test]
async fn every_report_of_a_message_is_answered_at_once_and_a_refusal_changes_nothing() {
    let (house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let carol = house.member(&owner, "Carol").await;
    let said = carol.say(hall, "1", "rude words").await.seq;
    report(&alice, hall, said, "").await.done();
    report(&bob, hall, said, "").await.done();
    let reports = open(&owner).await.reports;
    assert_eq!(reports.len(), 2);
    answer(&owner, reports[0].id, json!({"warning": ""})).await.refused(ErrorCode::MessageEmpty);
    answer(&owner, 999, json!({})).await.refused(ErrorCode::NotFound);
    assert_eq!(open(&owner).await.open, 2);
    answer(&owner, reports[0].id, json!({})).await.done();
    assert_eq!(open(&owner).await.open, 0);
    answer(&owner, reports[1].id, json!({})).await.refused(ErrorCode::Conflict);
    // It goes on: who is pestered again is heard again.
    report(&bob, hall, said, "he says it every day").await.done();
    assert_eq!(open(&owner).await.open, 1);
    house.stop().await;
}

#[tokio::test]
async fn the_files_of_a_reported_message_are_shown_to_the_admins_until_they_decided() {
    let (house, owner, alice, bob) = House::with_two().await;
    let club = alice.make_room("group", "Book Club", &[&bob]).await.id;
    let photo: File = bob.upload(club, "ugly.png", crate::pictures::png(8, 8)).await.ok();
    let note: File = bob.upload(club, "insult.txt", "rude bytes").await.ok();
    let sent = bob.message(club, &json!({"client_id": "1", "files": [photo.id, note.id]})).await;
    let rude = sent.ok::<imd::wire::SendReceipt>().seq;
    report(&alice, club, rude, "").await.done();
    let seen = open(&owner).await.reports.remove(0);
    let kept = seen.files[0].kept.clone().unwrap();
    assert_eq!((kept.media_type.as_str(), kept.width, kept.thumbnail), ("image/png", Some(8), true));
    assert_eq!(seen.files[1].kept.as_ref().unwrap().size, 10);
    let place = |place: usize| format!("{REPORTS}/{}/files/{place}", seen.id);

    // It is looked at also after its writer took it back and everything that nobody needs was swept away.
    bob.delete(&format!("/api/v1/rooms/{club}/events/{rude}")).await.done();
    imd::actions::files::sweep::sweep_files(house.app().core()).await.unwrap();
    assert_eq!(owner.get(&place(0)).await.body, crate::pictures::png(8, 8));
    assert_eq!(owner.get(&format!("{}/thumbnail", place(0))).await.header("content-type"), "image/jpeg");
    let saved = owner.get(&format!("{}?download", place(1))).await;
    assert_eq!((saved.body.as_slice(), saved.status), (&b"rude bytes"[..], 200));
    assert!(saved.header("content-disposition").starts_with("attachment"));
    alice.get(&format!("/api/v1/files/{}", photo.id)).await.refused(ErrorCode::NotFound);

    owner.get(&place(2)).await.refused(ErrorCode::NotFound);
    owner.get(&format!("{}/thumbnail", place(1))).await.refused(ErrorCode::NotFound);
    owner.get(&format!("{REPORTS}/999/files/0")).await.refused(ErrorCode::NotFound);
    for nobody in [&alice, &bob] {
        nobody.get(&place(0)).await.refused(ErrorCode::Forbidden);
        nobody.get(&format!("{}/thumbnail", place(0))).await.refused(ErrorCode::Forbidden);
    }
    // Whose files they are sees no report, whatever they have become since.
    owner.patch(&format!("/api/v1/users/{}", bob.id), &json!({"role": "admin"})).await.done();
    bob.get(&place(0)).await.refused(ErrorCode::NotFound);

    answer(&owner, seen.id, json!({"delete": true})).await.done();
    owner.get(&place(0)).await.refused(ErrorCode::NotFound);
    let done: ReportPage = owner.get(&format!("{REPORTS}?answered=true")).await.ok();
    assert_eq!(done.reports[0].files[0].name, "ugly.png");
    assert!(done.reports[0].files.iter().all(|file| file.kept.is_none()));
    assert_eq!(
        imd::actions::files::sweep::sweep_files(house.app().core()).await.unwrap(),
        2,
        "what was deleted is gone"
    );
    house.stop().await;
}

#[tokio::test]
async fn who_reported_a_message_leaves_the_answer_to_somebody_else() {
    let (house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let carol = house.member(&owner, "Carol").await;
    // Alone, there is nobody else.
    let first = carol.say(hall, "1", "rude words").await.seq;
    report(&owner, hall, first, "").await.done();
    assert!(open(&owner).await.reports[0].yours_to_answer);
    owner.patch(&format!("/api/v1/users/{}", alice.id), &json!({"role": "admin"})).await.done();
    alice.with_password("alice's password").await;
    let seen = open(&owner).await.reports.remove(0);
    assert!(!seen.yours_to_answer);
    answer(&owner, seen.id, json!({})).await.refused(ErrorCode::Forbidden);

    // Nor by way of what somebody else reported about the same message.
    report(&bob, hall, first, "").await.done();
    let seen = open(&owner).await.reports.remove(0);
    assert_eq!((seen.reporter.id, seen.yours_to_answer), (bob.id, false));
    answer(&owner, seen.id, json!({"delete": true})).await.refused(ErrorCode::Forbidden);
    assert!(open(&alice).await.reports.iter().all(|report| report.yours_to_answer));
    answer(&alice, seen.id, json!({})).await.done();
    assert_eq!(open(&owner).await.open, 0);

    // The other one wrote it: then it is theirs after all.
    let said = alice.say(hall, "2", "rude words of an admin").await.seq;
    report(&owner, hall, said, "").await.done();
    let seen = open(&owner).await.reports.remove(0);
    assert!(seen.yours_to_answer);
    answer(&owner, seen.id, json!({"delete": true})).await.done();
    house.stop().await;
}
