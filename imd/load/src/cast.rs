//! The people and rooms of a load run: made once over REST, kept in a file, used by every scenario.
//!
//! The server must let people in by itself (`[join] mode = "open"`) and have its limits raised.

use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::LoadError;
use crate::net::{Http, Network};

/// Members of the hall, the one large room.
pub(crate) const HALL: usize = 200;
/// Members of each small room.
pub(crate) const CIRCLE: usize = 20;
/// Requests under way at once during the set-up.
const LANES: usize = 16;

/// Who takes part.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Cast {
    /// Everyone; rooms name them by their place here.
    pub(crate) users: Vec<User>,
    /// Direct rooms of two neighbours, of the hall's members.
    pub(crate) pairs: Vec<Room>,
    /// One room of the first [`HALL`] users.
    pub(crate) hall: Room,
    /// Rooms of [`CIRCLE`] neighbours; everyone is in one.
    pub(crate) circles: Vec<Room>,
}

/// A person with one device.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct User {
    /// The user's id on the server.
    pub(crate) id: i64,
    /// Bearer token.
    pub(crate) token: String,
}

/// A room and its members.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Room {
    /// The room's id on the server.
    pub(crate) id: i64,
    /// Places in [`Cast::users`].
    pub(crate) members: Vec<usize>,
}

impl Cast {
    /// Reads the file that [`Cast::save`] wrote.
    pub(crate) fn load(path: &Path) -> Result<Self, LoadError> {
        let bytes = std::fs::read(path).map_err(LoadError::io("reading the cast (run `set-up` first)"))?;
        serde_json::from_slice(&bytes).map_err(LoadError::json("the cast"))
    }

    /// Writes the file, readable by its owner alone: it holds tokens.
    pub(crate) fn save(&self, path: &Path) -> Result<(), LoadError> {
        let mut options = std::fs::OpenOptions::new();
        let file = options.write(true).create(true).truncate(true).mode(0o600).open(path);
        serde_json::to_writer(file.map_err(LoadError::io("writing the cast"))?, self)
            .map_err(LoadError::json("the cast"))
    }

    /// Claims the box if there is a code, lets `count` users in and makes the rooms.
    pub(crate) async fn set_up(network: &Network, count: usize, claim_code: Option<&str>) -> Result<Self, LoadError> {
        if count < 2 {
            return Err(LoadError::Unfit("a conversation takes two users".to_owned()));
        }
        let run = getrandom::u32()?;
        if let Some(code) = claim_code {
            let password = format!("load {run:08x}");
            let claim = json!({"code": code, "name": format!("Owner {run:08x}"), "password": password});
            Http::connect(network, 0).await?.post("/claim", None, &claim).await?;
        }
        let network = *network;
        let users: Vec<User> = in_lanes(network, (0..count).collect(), async move |http: &mut Http, index| {
            let answer = http.post("/join", None, &json!({"name": format!("Load {run:08x} {index}")})).await?;
            signed_in(&answer)
                .ok_or_else(|| LoadError::Protocol(format!("no token for user {index}; is the join mode `open`?")))
        })
        .await?;

        let users = Rc::new(users);
        let neighbours = |places: std::ops::Range<usize>, size| {
            let places: Vec<usize> = places.collect();
            places.chunks(size).filter(|chunk| chunk.len() > 1).map(<[usize]>::to_vec).collect::<Vec<_>>()
        };
        let cast = Rc::clone(&users);
        let pairs =
            in_lanes(network, neighbours(0..count.min(HALL), 2), async move |http: &mut Http, members: Vec<usize>| {
                let body = json!({"user": cast[members[1]].id});
                room(http.post("/direct", Some(&cast[members[0]].token), &body).await?, members)
            })
            .await?;
        let mut groups = neighbours(0..count, CIRCLE);
        groups.push((0..count.min(HALL)).collect());
        let cast = Rc::clone(&users);
        let mut circles = in_lanes(network, groups, async move |http: &mut Http, members: Vec<usize>| {
            let others: Vec<i64> = members[1..].iter().map(|&place| cast[place].id).collect();
            let body = json!({"kind": "group", "name": format!("Room of {}", members.len()), "members": others});
            room(http.post("/rooms", Some(&cast[members[0]].token), &body).await?, members)
        })
        .await?;
        let hall = circles.pop().ok_or_else(|| LoadError::Unfit("no rooms were made".to_owned()))?;
        Ok(Self { users: users.to_vec(), pairs, hall, circles })
    }
}

/// Does `work` for each item over [`LANES`] connections; the answers are in the items' order.
pub(crate) async fn in_lanes<I, O, W>(network: Network, items: Vec<I>, work: W) -> Result<Vec<O>, LoadError>
where
    I: 'static,
    O: 'static,
    W: AsyncFn(&mut Http, I) -> Result<O, LoadError> + 'static,
{
    let work = Rc::new(work);
    let mut lanes: Vec<Vec<(usize, I)>> = (0..LANES).map(|_| Vec::new()).collect();
    for (index, item) in items.into_iter().enumerate() {
        lanes[index % LANES].push((index, item));
    }
    let mut running = tokio::task::JoinSet::new();
    for (lane, items) in lanes.into_iter().enumerate() {
        let work = Rc::clone(&work);
        running.spawn_local(async move {
            let mut http = Http::connect(&network, lane).await?;
            let mut done = Vec::with_capacity(items.len());
            for (index, item) in items {
                done.push((index, work(&mut http, item).await?));
            }
            Ok::<_, LoadError>(done)
        });
    }
    let mut done = Vec::new();
    while let Some(lane) = running.join_next().await {
        done.extend(lane.map_err(|error| LoadError::Protocol(error.to_string()))??);
    }
    done.sort_by_key(|(index, _)| *index);
    Ok(done.into_iter().map(|(_, output)| output).collect())
}

fn signed_in(answer: &Value) -> Option<User> {
    Some(User { id: answer["me"]["user"]["id"].as_i64()?, token: answer["token"].as_str()?.to_owned() })
}

fn room(answer: Value, members: Vec<usize>) -> Result<Room, LoadError> {
    let id = answer["id"].as_i64().ok_or_else(|| LoadError::Protocol("a room without id".to_owned()))?;
    Ok(Room { id, members })
}
