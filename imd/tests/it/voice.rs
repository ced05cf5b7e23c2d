//! Voice notes. Were these to fail, a recording would come without its picture, or somebody's nonsense would be drawn.

use imd::wire::{ErrorCode, EventBody, File, Voice};
use serde_json::json;

use crate::house::House;

#[tokio::test]
async fn a_recording_is_heard_by_the_others_as_it_was_drawn() {
    let (house, _, alice, bob) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let mut bobs = bob.live().await;
    let file: File = alice.upload(hall, "note.ogg", &b"OggS"[..]).await.ok();
    let voice = json!({"duration_ms": 4_200, "levels": "05afc3"});
    alice.message(hall, &json!({"client_id": "1", "files": [file.id], "voice": voice})).await.done();
    let drawn = Voice { duration_ms: 4_200, levels: "05afc3".to_owned() };
    let live = bobs.event(hall).await;
    let page = bob.events(hall, "limit=1").await.events.remove(0);
    for event in [live, page] {
        assert!(matches!(event.body, EventBody::Message { voice: Some(voice), .. } if voice == drawn));
    }
    house.stop().await;
}

#[tokio::test]
async fn what_is_no_voice_note_is_refused_and_its_file_can_still_be_sent() {
    let (house, _, alice, _) = House::with_two().await;
    let hall = house.hall(&alice).await;
    let mut files = Vec::new();
    for name in ["a.ogg", "b.ogg"] {
        files.push(alice.upload(hall, name, &b"OggS"[..]).await.ok::<File>().id);
    }
    let send = async |files: &[i64], duration: u64, levels: &str| {
        let voice = json!({"duration_ms": duration, "levels": levels});
        alice.message(hall, &json!({"client_id": "1", "text": "hi", "files": files, "voice": voice})).await
    };
    for wrong in [
        send(&[], 1_000, "0").await,
        send(&files, 1_000, "0").await,
        send(&files[..1], 0, "0").await,
        send(&files[..1], 3_600_001, "0").await,
        send(&files[..1], 1_000, "").await,
        send(&files[..1], 1_000, "<b>").await,
        send(&files[..1], 1_000, &"0".repeat(65)).await,
    ] {
        wrong.refused(ErrorCode::BadRequest);
    }
    send(&files[..1], 3_600_000, &"f".repeat(64)).await.done();
    house.stop().await;
}
