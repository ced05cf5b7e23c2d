//! Who hears what while people come and go, and who is counted.

use crate::live::shared::Shared;

use super::*;

const ROOM: RoomId = RoomId(1);
const ANN: UserId = UserId(7);

fn update() -> Arc<Shared<usize>> {
    Arc::new(Shared::new(2))
}

fn connect(hub: &Hub<usize>, device: i64, rooms: &[RoomId]) -> Arc<Session<usize>> {
    hub.connect(ANN, DeviceId(device), rooms, hub.moves()).unwrap()
}

/// Someone put out of a room just while they connect would go on reading it.
#[test]
fn rooms_read_before_someone_was_put_out_are_not_taken() {
    let hub = Hub::default();
    let read_at = hub.moves();
    hub.leave(ROOM, ANN);
    assert!(hub.connect(ANN, DeviceId(1), &[ROOM], read_at).is_none());
    assert_eq!(hub.send_room(ROOM, &update()), 0);
    assert_eq!(hub.session_count(), 0);
    // And someone taken in just then would miss what is said before their next connection.
    let read_at = hub.moves();
    hub.join(ROOM, ANN);
    assert!(hub.connect(ANN, DeviceId(1), &[], read_at).is_none());
}

/// Someone put out of a room while the box lost track would go on reading it.
#[test]
fn when_track_is_lost_everyone_comes_again() {
    let hub = Hub::default();
    let session = connect(&hub, 1, &[ROOM]);
    let read_at = hub.moves();
    hub.start_over("restart");
    assert!(hub.connect(ANN, DeviceId(2), &[ROOM], read_at).is_none(), "rooms read before are not taken");
    let mut got = std::collections::VecDeque::new();
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(session.outbox.poll_drain(&mut cx, &mut got).is_ready());
    assert!(matches!(got.pop_front(), Some(crate::live::Item::Close("restart"))));
}

/// A closed connection would stay in a room for ever: memory is lost, and its person is shown as online.
#[test]
fn a_session_leaves_every_room_whatever_later_ones_have_read() {
    let hub = Hub::default();
    let first = connect(&hub, 1, &[]);
    hub.join(ROOM, ANN);
    let second = connect(&hub, 2, &[]);
    assert_eq!(hub.send_room(ROOM, &update()), 1);
    hub.disconnect(&second);
    hub.disconnect(&first);
    assert_eq!(hub.online_in(ROOM, 10), (Vec::new(), 0));
    assert_eq!(hub.session_count() + hub.user_count(), 0);
}

/// Someone put out of a room would still be told who types there.
#[test]
fn leaving_ends_listening_and_watching() {
    let hub = Hub::default();
    let session = connect(&hub, 1, &[ROOM]);
    hub.watch(&session, Some(ROOM));
    hub.leave(ROOM, ANN);
    assert_eq!(session.watched(), None);
    assert_eq!(hub.send_room(ROOM, &update()), 0);
    hub.send_watchers(ROOM, &update(), UserId(0));
    let mut got = std::collections::VecDeque::new();
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(session.outbox.poll_drain(&mut cx, &mut got).is_pending(), "{got:?}");
}

/// A room would show more or fewer people than are there, and for ever.
#[test]
fn people_are_counted_once_however_many_lines_they_have() {
    let hub = Hub::default();
    let bob = UserId(3);
    let read_at = hub.moves();
    let bobs = hub.connect(bob, DeviceId(9), &[ROOM], read_at).unwrap();
    let [first, second] = [1, 2].map(|device| connect(&hub, device, &[ROOM]));
    assert_eq!(hub.online_in(ROOM, 10), (vec![bob, ANN], 2));
    assert_eq!(hub.online_in(ROOM, 1), (vec![bob], 2));
    hub.disconnect(&first);
    assert_eq!(hub.online_in(ROOM, 0).1, 2);
    hub.disconnect(&second);
    assert_eq!(hub.online_in(ROOM, 10), (vec![bob], 1));
    let third = connect(&hub, 3, &[]);
    hub.join(ROOM, ANN);
    hub.join(ROOM, ANN);
    assert_eq!(hub.online_in(ROOM, 0).1, 2);
    hub.leave(ROOM, ANN);
    assert_eq!(hub.online_in(ROOM, 0).1, 1);
    hub.disconnect(&third);
    hub.disconnect(&bobs);
    assert_eq!(hub.online_in(ROOM, 10), (Vec::new(), 0));
}
