//! When somebody does not want to be disturbed. Were these to fail, a phone would ring at night.

use imd::wire::{ErrorCode, Me, Quiet, QuietHours, ServerFrame};
use serde_json::json;

use crate::house::House;

#[tokio::test]
async fn it_is_the_same_on_all_devices_and_nobody_elses_business() {
    let (house, _, alice, bob) = House::with_two().await;
    let (mut phone, mut bobs) = (alice.live().await, bob.live().await);
    assert_eq!(alice.get("/api/v1/me").await.ok::<Me>().quiet, Quiet::default());
    let quiet = Quiet { hours: Some(QuietHours { from: 22 * 60, to: 7 * 60 }), until: Some(1_795_000_000_000) };
    alice.put("/api/v1/me/quiet", &json!(quiet)).await.done();
    let told = phone.take("what was set", |frame| match frame {
        ServerFrame::Quiet { quiet } => Some(*quiet),
        _ => None,
    });
    assert_eq!(told.await, quiet);
    assert_eq!(alice.get("/api/v1/me").await.ok::<Me>().quiet, quiet);
    alice.put("/api/v1/me/quiet", &json!({})).await.done();
    assert_eq!(alice.get("/api/v1/me").await.ok::<Me>().quiet, Quiet::default());
    let hall = house.hall(&alice).await;
    alice.say(hall, "1", "Good morning").await;
    assert_eq!(bobs.hear(hall).await, "Good morning");
    assert!(!bobs.kept().iter().any(|frame| matches!(frame, ServerFrame::Quiet { .. })));
    house.stop().await;
}

#[tokio::test]
async fn hours_are_those_of_a_day() {
    let (house, _, alice, _) = House::with_two().await;
    let set =
        async |from: i64, to: i64| alice.put("/api/v1/me/quiet", &json!({"hours": {"from": from, "to": to}})).await;
    for (from, to) in [(0, 1_440), (1_440, 0), (60, 60), (-1, 60)] {
        set(from, to).await.refused(ErrorCode::BadRequest);
    }
    alice.put("/api/v1/me/quiet", &json!({"hours": [60, 120]})).await.refused(ErrorCode::BadRequest);
    set(0, 1_439).await.done();
    house.stop().await;
}
