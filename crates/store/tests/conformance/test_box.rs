//! A store with an owner and the default room, and what the cases do with it.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex};

use chat::{
    DeviceId, DisplayName, Event, EventBody, EventId, MemberRule, NewMessage, Role, RoomId, RoomKind, Seq, UserId,
};
use imbox_store::{Appended, Change, NewRoom, NewUser, Setting, Side, Store, StoreError};

/// A claimed box. Its changes are collected.
pub(crate) struct TestBox {
    _folder: Option<tempfile::TempDir>,
    pub(crate) store: Store,
    pub(crate) changes: Arc<Mutex<Vec<Change>>>,
    pub(crate) owner: UserId,
    pub(crate) phone: DeviceId,
    pub(crate) hall: RoomId,
}

/// When everything happens.
pub(crate) const NOW: i64 = 1_700_000_000_000;
const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

impl TestBox {
    pub(crate) async fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = imbox_store::Options { path: folder.path().join("imd.db"), readers: 2, queue: 64 };
        let changes = Arc::<Mutex<Vec<Change>>>::default();
        let store = Store::open(&options, collect(&changes)).unwrap();
        Self::claimed(Some(folder), store, changes).await
    }

    /// On the server that is described as libpq spells it.
    #[cfg(feature = "postgres")]
    pub(crate) async fn on_postgres(server: &str) -> Self {
        let options = imbox_store::PostgresOptions { server: server.to_owned(), readers: 2, queue: 64 };
        let changes = Arc::<Mutex<Vec<Change>>>::default();
        let emit = collect(&changes);
        let opening = tokio::task::spawn_blocking(move || Store::open_postgres(&options, emit).unwrap());
        Self::claimed(None, opening.await.unwrap(), changes).await
    }

    async fn claimed(folder: Option<tempfile::TempDir>, store: Store, changes: Arc<Mutex<Vec<Change>>>) -> Self {
        store.set(Setting::ClaimCodes, Some("code".to_owned())).await.unwrap();
        let (owner, phone) = store
            .claim("code".to_owned(), person("Owner", Role::Owner, 1), "hash".to_owned(), "Box".to_owned(), HERE, NOW)
            .await
            .unwrap();
        let hall = store.rooms_of(owner).await.unwrap()[0];
        let claimed = Self { _folder: folder, store, changes, owner, phone, hall };
        claimed.told().await;
        claimed
    }

    /// Somebody who joins, and is in the default room.
    pub(crate) async fn join(&self, name: &str) -> (UserId, DeviceId) {
        // Any number that no other device has.
        let token = u8::try_from(self.store.names().await.unwrap().len() + 1).unwrap();
        self.store.add_user(person(name, Role::Member, token), NOW, NOW).await.unwrap()
    }

    pub(crate) async fn group(&self, by: UserId, members: &[UserId]) -> RoomId {
        let name = DisplayName::new("Group").unwrap();
        let new = NewRoom { kind: RoomKind::Group, name, topic: String::new(), members: members.to_vec() };
        self.store.make_room(new, by, NOW).await.unwrap()
    }

    /// The owner says something in the default room.
    pub(crate) async fn say(&self, client_id: &str, text: &str) -> Result<Appended, StoreError> {
        self.say_as((self.owner, self.phone), self.hall, client_id, text, None).await
    }

    pub(crate) async fn say_as(
        &self,
        (who, device): (UserId, DeviceId),
        room: RoomId,
        client_id: &str,
        text: &str,
        reply_to: Option<u64>,
    ) -> Result<Appended, StoreError> {
        let message = NewMessage::check(client_id.to_owned(), text.to_owned(), Vec::new(), reply_to.map(Seq)).unwrap();
        self.store.append_message(room, who, device, message, NOW).await?.await.unwrap()
    }

    /// All events of a room.
    pub(crate) async fn log(&self, room: RoomId) -> Vec<Event> {
        self.store.events(room, self.owner, Side::After(Seq(0)), Seq(1), 10_000).await.unwrap().events
    }

    /// The texts of a room's messages.
    pub(crate) async fn texts(&self, room: RoomId) -> Vec<String> {
        let texts = self.log(room).await.into_iter().filter_map(|event| match event.body {
            EventBody::Message { text, .. } => Some(text),
            _ => None,
        });
        texts.collect()
    }

    /// Takes what was told since the last time, to the last change.
    pub(crate) async fn told(&self) -> Vec<Change> {
        // What a commit changed is told after its answer, and before the next commit: this one changes nothing.
        self.store.keep_position("told", EventId(0)).await.unwrap();
        std::mem::take(&mut *self.changes.lock().unwrap())
    }
}

/// Nobody else may write.
pub(crate) const ADMINS: Option<MemberRule> = Some(MemberRule::Admins);

fn collect(changes: &Arc<Mutex<Vec<Change>>>) -> impl FnMut(Vec<Change>) + Send + 'static {
    let changes = Arc::clone(changes);
    move |mut batch| changes.lock().unwrap().append(&mut batch)
}

fn person(name: &str, role: Role, token: u8) -> NewUser {
    NewUser {
        name: DisplayName::new(name).unwrap(),
        role,
        asks_from: None,
        returning: false,
        invite: None,
        device_label: "test".to_owned(),
        token_hash: [token; 32],
        attempt: None,
    }
}
