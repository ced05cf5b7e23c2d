//! How much of the disk one person's files may take, and how much all leave free. Were these to fail, one person would fill
//! the box for everybody, or be refused a file that there is room for.

use imd::wire::{AuditPage, ErrorCode, File, OwnStorage, PersonDetails, StorageLimits, StorageReport, Upload};
use reqwest::{Body, Method};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::door::Reply;
use crate::house::House;
use crate::person::Person;

const LIMITS: &str = "/api/v1/admin/storage/limits";
const MIB: u64 = 1 << 20;

async fn set(owner: &Person, quota: u64, reserve: u64) -> Reply {
    owner.put(LIMITS, &json!({"quota_bytes": quota, "reserve_bytes": reserve})).await
}

async fn mine(person: &Person) -> OwnStorage {
    person.get("/api/v1/me/storage").await.ok()
}

async fn begin(person: &Person, room: i64, length: u64) -> Reply {
    let request = person.request(Method::POST, &format!("/api/v1/uploads?room={room}&name=a"));
    Reply::of(request.header("upload-length", length)).await
}

fn bytes(len: u64) -> Vec<u8> {
    vec![7; usize::try_from(len).unwrap()]
}

#[tokio::test]
async fn a_person_stores_as_much_as_the_quota_and_not_a_byte_more() {
    let (house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    assert_eq!(mine(&alice).await, OwnStorage { used_bytes: 0, quota_bytes: None });
    set(&owner, 2 * MIB, MIB).await.done();
    let first: File = alice.upload(hall, "a", bytes(MIB)).await.ok();
    alice.message(hall, &json!({"client_id": "1", "files": [first.id]})).await.done();
    alice.upload(hall, "b", bytes(MIB + 1)).await.refused(ErrorCode::QuotaExceeded);
    let pieces = Body::wrap_stream(futures_util::stream::iter([Ok::<_, std::io::Error>(bytes(MIB + 1))]));
    alice.upload(hall, "c", pieces).await.refused(ErrorCode::QuotaExceeded);
    begin(&alice, hall, MIB + 1).await.refused(ErrorCode::QuotaExceeded);
    // What is announced counts at once: two uploads beside each other are not let past it.
    let announced: Upload = begin(&alice, hall, MIB).await.ok();
    assert_eq!(mine(&alice).await, OwnStorage { used_bytes: 2 * MIB, quota_bytes: Some(2 * MIB) });
    for refused in [begin(&alice, hall, 1).await, alice.upload(hall, "d", "x").await] {
        assert_eq!(refused.status, 507);
        refused.refused(ErrorCode::QuotaExceeded);
    }
    let person: PersonDetails = owner.get(&format!("/api/v1/admin/people/{}", alice.id)).await.ok();
    assert_eq!(person.storage, mine(&alice).await);
    // Nobody else has less for it, and words go on.
    bob.upload(hall, "e", "x").await.done();
    alice.say(hall, "2", "words go on").await;
    alice.delete(&format!("/api/v1/uploads/{}", announced.id)).await.done();
    alice.upload(hall, "f", bytes(MIB)).await.done();
    alice.upload(hall, "g", "x").await.refused(ErrorCode::QuotaExceeded);
    let seq = alice.room(hall).await.last_seq - 1;
    alice.delete(&format!("/api/v1/rooms/{hall}/events/{seq}")).await.done();
    assert_eq!(mine(&alice).await.used_bytes, MIB, "deleting makes room");
    alice.upload(hall, "h", bytes(MIB)).await.done();
    // Who has more than a new quota keeps it.
    set(&owner, MIB, MIB).await.done();
    assert_eq!(mine(&alice).await, OwnStorage { used_bytes: 2 * MIB, quota_bytes: Some(MIB) });
    set(&owner, 0, MIB).await.done();
    alice.upload(hall, "i", "x").await.done();
    house.stop().await;
}

#[tokio::test]
async fn one_person_may_store_more_or_less_than_everybody() {
    let (mut house, owner, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let give = async |admin: &Person, to: &Person, quota: Option<u64>| {
        admin.put(&format!("/api/v1/admin/people/{}/quota", to.id), &json!({"quota_bytes": quota})).await
    };
    let own = async |of: &Person| {
        owner.get(&format!("/api/v1/admin/people/{}", of.id)).await.ok::<PersonDetails>().own_quota_bytes
    };
    // Less, where everybody may any number.
    assert_eq!(own(&alice).await, None);
    give(&owner, &alice, Some(MIB)).await.done();
    alice.upload(hall, "a", bytes(MIB + 1)).await.refused(ErrorCode::QuotaExceeded);
    begin(&alice, hall, MIB + 1).await.refused(ErrorCode::QuotaExceeded);
    alice.upload(hall, "a", bytes(MIB)).await.done();
    alice.upload(hall, "a", "x").await.refused(ErrorCode::QuotaExceeded);
    bob.upload(hall, "b", bytes(MIB + 1)).await.done();
    assert_eq!(mine(&alice).await, OwnStorage { used_bytes: MIB, quota_bytes: Some(MIB) });
    // More than everybody, and any number.
    set(&owner, MIB, MIB).await.done();
    give(&owner, &alice, Some(2 * MIB)).await.done();
    house.restart().await;
    owner.post("/api/v1/me/password/enter", &json!({"password": crate::house::OWNERS})).await.done();
    bob.upload(hall, "b", "x").await.refused(ErrorCode::QuotaExceeded);
    alice.upload(hall, "a", bytes(MIB)).await.done();
    alice.upload(hall, "a", "x").await.refused(ErrorCode::QuotaExceeded);
    give(&owner, &alice, Some(0)).await.done();
    assert_eq!((own(&alice).await, mine(&alice).await.quota_bytes), (Some(0), None));
    alice.upload(hall, "a", bytes(MIB)).await.done();
    // And as everybody again.
    give(&owner, &alice, None).await.done();
    alice.upload(hall, "a", "x").await.refused(ErrorCode::QuotaExceeded);
    assert_eq!((own(&alice).await, mine(&alice).await.quota_bytes), (None, Some(MIB)));

    for wrong in [1, MIB - 1, (1 << 60) + 1] {
        give(&owner, &alice, Some(wrong)).await.refused(ErrorCode::InvalidSetting);
    }
    give(&owner, &alice, Some(1 << 60)).await.done();
    let audit: AuditPage = owner.get("/api/v1/admin/audit?limit=1").await.ok();
    let entry = &audit.entries[0];
    assert_eq!(
        (entry.action.as_str(), entry.target.as_str(), entry.detail.as_str()),
        ("person.quota", "alice", "quota 1152921504606846976")
    );
    // An admin sets no owner's.
    owner.patch(&format!("/api/v1/users/{}", bob.id), &json!({"role": "admin"})).await.done();
    bob.with_password("bob's own words").await;
    give(&bob, &owner, Some(MIB)).await.refused(ErrorCode::Forbidden);
    give(&bob, &alice, Some(MIB)).await.done();
    house.stop().await;
}

#[tokio::test]
async fn a_file_over_the_quota_is_refused_before_it_is_sent() {
    let (house, owner, alice, _) = House::with_two().await;
    let hall = house.hall(&alice).await;
    set(&owner, MIB, MIB).await.done();
    let mut line = tokio::net::TcpStream::connect(house.door.address()).await.unwrap();
    let head = format!(
        "POST /api/v1/rooms/{hall}/files?name=a HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Length: {}\r\n\r\n",
        house.door.address(),
        alice.token,
        MIB + 1
    );
    line.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    tokio::time::timeout(crate::PATIENCE, line.read_exact(&mut answer)).await.expect("an answer").unwrap();
    assert_eq!(&answer, b"HTTP/1.1 507");
    house.stop().await;
}

#[tokio::test]
async fn limits_that_cannot_be_right_are_refused_and_those_that_are_set_stay() {
    let (mut house, owner, _, _) = House::with_two().await;
    let report: StorageReport = owner.get("/api/v1/admin/storage").await.ok();
    assert_eq!(report.limits, StorageLimits { quota_bytes: 0, reserve_bytes: MIB });
    let half = report.total_bytes / 2;
    for (quota, reserve) in [(1, MIB), (MIB - 1, MIB), (0, 16 * MIB - 1), (0, half + 1), (0, 0)] {
        set(&owner, quota, reserve).await.refused(ErrorCode::InvalidSetting);
    }
    set(&owner, 0, half).await.done();
    set(&owner, MIB, 16 * MIB).await.done();
    house.restart().await;
    let report: StorageReport = owner.get("/api/v1/admin/storage").await.ok();
    assert_eq!(report.limits, StorageLimits { quota_bytes: MIB, reserve_bytes: 16 * MIB });
    let audit: AuditPage = owner.get("/api/v1/admin/audit?limit=1").await.ok();
    assert_eq!(
        (audit.entries[0].action.as_str(), audit.entries[0].detail.as_str()),
        ("storage.limits", "quota 1048576, reserve 16777216")
    );
    house.stop().await;
}
