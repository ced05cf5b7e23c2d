//! The cases of the other subjects: people, joining, files, retention, reports. They ask each of their queries at least
//! once.

use std::net::Ipv6Addr;

use chat::{Believed, DeviceId, DisplayName, Quiet, QuietHours, Role, RoomId, UserId, UserStatus};
use imbox_store::{
    Act, Answered, Attempt, NewFile, NewInvite, NewTicket, NewUpload, NewUser, Older, Redeem, Redeemed, Reported, Rule,
    StoreError, TicketState, UnsentLimits,
};

use crate::test_box::{NOW, TestBox};

const LIMITS: UnsentLimits = UnsentLimits { count: 10, bytes: 1_000 };
const DAY: i64 = 24 * 3_600_000;

fn act(b: &TestBox) -> Act {
    let (target, detail) = (String::new(), String::new());
    Act { actor: b.owner, address: "::1".to_owned(), action: "test", target, detail, at: NOW }
}

fn file(b: &TestBox, uploader: UserId, size: u64) -> NewFile {
    NewFile {
        room: b.hall,
        uploader,
        blake3: format!("{size:064x}"),
        name: "cat.jpg".to_owned(),
        media_type: "image/jpeg".to_owned(),
        size,
        pixels: Some((4, 3)),
        thumbnail: true,
    }
}

pub(crate) async fn who_is_not_to_be_disturbed_is_kept(b: TestBox) {
    let (ann, _) = b.join("Ann").await;
    assert_eq!(b.store.quiet(ann).await.unwrap(), Quiet::default());
    for quiet in [
        Quiet { hours: QuietHours::new(22 * 60, 7 * 60), until: None },
        Quiet { hours: None, until: Some(NOW) },
        Quiet::default(),
    ] {
        b.store.set_quiet(ann, quiet).await.unwrap();
        assert_eq!(b.store.quiet(ann).await.unwrap(), quiet);
    }
    assert_eq!(b.store.quiet(b.owner).await.unwrap(), Quiet::default());
}

pub(crate) async fn people_are_found_and_sign_in(b: TestBox) {
    let (ann, phone) = b.join("Ann Ö").await;
    let found = async |query: &str, by| {
        let found = b.store.users(UserId(0), chat::folded(query), by, 10).await.unwrap();
        found.into_iter().map(|user| user.id).collect::<Vec<_>>()
    };
    assert_eq!(found("", None).await, [b.owner, ann]);
    assert_eq!(found("N Ö", Some(b.owner)).await, [ann]);
    assert!(b.store.share_a_room(ann, b.owner).await.unwrap() && b.store.has_users().await.unwrap());
    b.store.set_password(ann, Some("phc".to_owned())).await.unwrap();
    assert_eq!(b.store.logins("ann ö".to_owned()).await.unwrap().people, [(ann, "phc".to_owned())]);
    assert_eq!(b.store.admins().await.unwrap().len(), 1);
    assert_eq!(b.store.user_summary(ann).await.unwrap().user.id, ann);
    assert_eq!(b.store.user_summaries(UserId(0), String::new(), None, 10).await.unwrap().len(), 2);
    assert_eq!(
        b.store.user_summaries(UserId(0), String::new(), Some(UserStatus::Suspended), 10).await.unwrap().len(),
        0
    );
    assert_eq!(b.store.set_avatar(ann, Some("ab".to_owned())).await.unwrap(), None);
    let device = b.store.add_device(ann, "laptop".to_owned(), [77; 32], NOW).await.unwrap();
    let known = b.store.caller([77; 32]).await.unwrap().unwrap();
    assert_eq!((known.user, known.device, known.role), (ann, device, Role::Member));
    b.store.seen(known, NOW + DAY).await.unwrap();
    assert_eq!(b.store.devices(ann).await.unwrap().len(), 2);
    assert_eq!(b.store.all_devices(DeviceId(i64::MAX), String::new(), 10).await.unwrap().len(), 3);
    b.store.revoke_device(ann, phone).await.unwrap();
    b.store.change_user(ann, Some(Role::Guest), Some(UserStatus::Suspended), act(&b)).await.unwrap();
    assert!(b.store.rooms_of(ann).await.unwrap().is_empty());
    b.store.sign_out(ann, None, act(&b)).await.unwrap();
    b.store.remove_user(ann, act(&b)).await.unwrap();
    assert_eq!(b.store.caller([77; 32]).await.unwrap(), None);
    assert!(b.store.audit(i64::MAX, 10).await.unwrap().len() >= 4);
}

pub(crate) async fn tickets_sign_further_devices_in(b: TestBox) {
    let new = NewTicket { user: b.owner, device: None, issuer: None, code_hash: [1; 32], expires_at: NOW + DAY };
    let ticket = b.store.make_ticket(new, NOW, NOW).await.unwrap();
    let redeem = || {
        let (code_hash, secret_hash, attempt) = ([1; 32], [2; 32], Attempt([3; 32]));
        Redeem { code_hash, secret_hash, attempt, label: "tablet".to_owned(), token_hash: [4; 32] }
    };
    let waits = b.store.redeem_ticket(redeem(), NOW, NOW).await.unwrap();
    assert!(matches!(waits, Redeemed::Waiting(_)), "{waits:?}");
    assert_eq!(b.store.waiting_tickets(b.owner, NOW).await.unwrap().len(), 1);
    b.store.answer_ticket(b.owner, ticket.id, TicketState::Confirmed).await.unwrap();
    let Redeemed::SignedIn(user, device) = b.store.redeem_ticket(redeem(), NOW, NOW).await.unwrap() else {
        panic!("not signed in")
    };
    assert_eq!(user, b.owner);
    assert_eq!(b.store.answer_again(Attempt([3; 32]), [5; 32], NOW).await.unwrap(), Some((user, device)));
    assert_eq!(b.store.ticket(b.owner, ticket.id).await.unwrap().state, TicketState::Done);
}

pub(crate) async fn invites_and_requests_let_people_in(b: TestBox) {
    let group = b.group(b.owner, &[]).await;
    let new = NewInvite {
        code: "K7PM2QXA".to_owned(),
        creator: b.owner,
        rooms: vec![group, group],
        expires_at: Some(NOW + DAY),
        max_uses: Some(1),
        guest: false,
    };
    let invite = b.store.make_invite(new, Some(act(&b)), NOW, NOW).await.unwrap();
    assert_eq!(b.store.invite_by_code("K7PM2QXA".to_owned()).await.unwrap().id, invite.id);
    let person = |token: u8, asks_from, invite: Option<&str>| NewUser {
        name: DisplayName::new("Bob").unwrap(),
        role: Role::Member,
        asks_from,
        returning: false,
        invite: invite.map(str::to_owned),
        device_label: "phone".to_owned(),
        token_hash: [token; 32],
        attempt: Some(Attempt([token; 32])),
    };
    let (bob, _) = b.store.add_user(person(50, None, Some("K7PM2QXA")), NOW, NOW).await.unwrap();
    assert_eq!(b.store.rooms_of(bob).await.unwrap().len(), 2);
    let again = b.store.add_user(person(51, None, Some("K7PM2QXA")), NOW, NOW).await;
    assert!(matches!(again, Err(StoreError::NotFound)), "{again:?}");
    assert_eq!(b.store.invites(Some(b.owner)).await.unwrap().len(), 1);
    b.store.revoke_invite(invite.id, None).await.unwrap();
    assert!(b.store.invites(None).await.unwrap().is_empty());
    // Five may wait from one address.
    for token in 60..65 {
        b.store.add_user(person(token, Some(Ipv6Addr::LOCALHOST), None), NOW, NOW).await.unwrap();
    }
    let sixth = b.store.add_user(person(65, Some(Ipv6Addr::LOCALHOST), None), NOW, NOW).await;
    assert!(matches!(sixth, Err(StoreError::LimitReached)), "{sixth:?}");
    let waiting = b.store.join_requests(NOW).await.unwrap();
    assert_eq!((waiting.len(), b.store.join_request_count(NOW).await.unwrap()), (5, 5));
    b.store.approve_join_request(waiting[0].0.id, NOW, act(&b)).await.unwrap();
    b.store.approve_join_request_as(waiting[1].0.id, bob, NOW, act(&b)).await.unwrap();
    b.store.refuse_join_request(waiting[2].0.id, NOW, Some(act(&b))).await.unwrap();
    assert!(!b.store.has_expired_join_request(NOW).await.unwrap());
    b.store.expire_join_requests(NOW + 30 * DAY).await.unwrap();
    assert_eq!(b.store.join_request_count(NOW).await.unwrap(), 0);
}

pub(crate) async fn files_are_counted_sent_and_swept(b: TestBox) {
    let sent = b.store.add_file(file(&b, b.owner, 100), LIMITS, NOW).await.unwrap();
    assert_eq!(b.store.stored_by(b.owner).await.unwrap(), 100);
    let message = chat::NewMessage::check("1".to_owned(), String::new(), vec![sent.id], None).unwrap();
    b.store.append_message(b.hall, b.owner, b.phone, message, NOW).await.unwrap().await.unwrap().unwrap();
    let over = b.store.add_file(file(&b, b.owner, 1_001), LIMITS, NOW).await;
    assert!(matches!(over, Err(StoreError::LimitReached)), "{over:?}");
    let new = NewUpload { room: b.hall, uploader: b.owner, name: "cat.jpg".to_owned(), length: 50 };
    let upload = b.store.begin_upload(new.clone(), LIMITS, NOW + DAY).await.unwrap();
    b.store.upload_came(upload, 25, NOW + DAY).await.unwrap();
    assert_eq!(b.store.upload(upload).await.unwrap().received, 25);
    let unsent = b.store.finish_upload(upload, file(&b, b.owner, 50), NOW).await.unwrap();
    assert_eq!(b.store.file(unsent.id).await.unwrap().file, unsent);
    b.store.drop_upload(upload).await.unwrap();
    b.store.begin_upload(new, LIMITS, NOW - 1).await.unwrap();
    b.store.drop_expired_uploads(NOW).await.unwrap();
    b.store.drop_unsent_files(NOW + 1).await.unwrap();
    assert!(b.store.blob_in_use(sent.blake3.clone()).await.unwrap());
    assert!(!b.store.blob_in_use(unsent.blake3.clone()).await.unwrap());
    assert!(b.store.pictures().await.unwrap().is_empty());
    let usage = b.store.usage().await.unwrap();
    assert_eq!((usage.kinds.len(), usage.rooms[0].2.bytes, usage.people[0].2.files), (1, 100, 1));
    b.store.set_quota(b.owner, Some(10), act(&b)).await.unwrap();
    let quota = b.store.check_unsent(b.owner, 1, LIMITS).await;
    assert!(matches!(quota, Err(StoreError::QuotaExceeded)), "{quota:?}");
}

pub(crate) async fn old_messages_go_by_rule(b: TestBox) {
    for n in 0..5 {
        b.say(&n.to_string(), "old").await.unwrap();
    }
    let events = b.log(b.hall).await.len() as u64;
    let (room, soon) = (Rule::Room(b.hall, Some(1)), NOW + 2 * DAY);
    assert_eq!(b.store.count_expired(room, soon).await.unwrap().cleared.events, events);
    assert_eq!(b.store.count_expired(Rule::Box(Some(30)), soon).await.unwrap().cleared.events, 0);
    assert!(b.store.keeps_for_ever().await.unwrap());
    b.store.set_room_keep(b.hall, Some(1), act(&b)).await.unwrap();
    let events = events + 1;
    b.store.set_box_keep(Some(30), soon, act(&b)).await.unwrap();
    assert_eq!(b.store.box_keep().await.unwrap(), Some(30));
    let believed = Believed { now: soon, since: i64::MIN };
    assert_eq!(b.store.clear_expired(believed).await.unwrap().events, events);
    assert_eq!(b.store.room_keep(b.hall).await.unwrap().1.0, events + 1);
    assert_eq!(b.say("new", "new").await.unwrap().seq.0, events + 1);
    let older = || Older { room: Some(b.hall), than: NOW };
    assert_eq!(b.store.count_older(older()).await.unwrap().events, 0);
    assert_eq!(b.store.clear_older(older(), act(&b)).await.unwrap().events, 0);
}

pub(crate) async fn reports_are_seen_by_those_they_are_not_about(b: TestBox) {
    let (ann, bob) = (b.join("Ann").await, b.join("Bob").await);
    let rude = b.say_as(ann, b.hall, "1", "rude", None).await.unwrap().seq;
    for _ in 0..2 {
        b.store.report(b.hall, rude, bob.0, "rude".to_owned(), NOW).await.unwrap();
    }
    b.store.report(b.hall, rude, b.owner, String::new(), NOW).await.unwrap();
    assert_eq!(b.store.open_reports(ann.0).await.unwrap(), 0);
    let seen = b.store.reports(b.owner, Answered::NotYet, i64::MAX, 10).await.unwrap();
    assert_eq!((seen.len(), seen[0].author.0, seen[0].reporters.len()), (2, ann.0, 2));
    assert_eq!(b.store.report_of(b.owner, seen[0].id).await.unwrap(), seen[0]);
    b.store.close_report(seen[0].id, Reported::Deleted, "deleted".to_owned(), act(&b)).await.unwrap();
    assert_eq!(b.store.reports(b.owner, Answered::NotYet, i64::MAX, 10).await.unwrap().len(), 0);
    assert_eq!(b.store.reports(b.owner, Answered::Already, i64::MAX, 10).await.unwrap().len(), 2);
    b.store.forget_reports(NOW + 400 * DAY).await.unwrap();
    assert_eq!(b.store.reports(b.owner, Answered::Already, i64::MAX, 10).await.unwrap().len(), 0);
}

pub(crate) async fn rooms_are_administered_from_outside(b: TestBox) {
    let (ann, _) = b.join("Ann").await;
    let group = b.group(ann, &[]).await;
    let listed = b.store.room_summaries(RoomId(0), "gro".to_owned(), 10).await.unwrap();
    assert_eq!(listed.iter().map(|room| room.id).collect::<Vec<_>>(), [group]);
    b.store.delete_room(group, act(&b)).await.unwrap();
    assert!(b.store.rooms_of(ann).await.unwrap() == [b.hall]);
}
