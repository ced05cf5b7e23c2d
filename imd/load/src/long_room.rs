//! A room with a long history: what it costs a person to open it, to scroll back, and to come back after a while. One
//! request at a time: this is what one finger feels.

use std::ops::Range;

use serde_json::{Value, json};
use tokio::time::Instant;

use crate::cast::{Cast, in_lanes};
use crate::error::LoadError;
use crate::histogram::Histogram;
use crate::net::{Http, Network};
use crate::report::{Asked, Latency, say};

/// Events of a page; the most there may be.
const PAGE: u64 = 200;
/// How often what is always the same is asked.
const TIMES: u64 = 200;
/// Messages that one job of the set-up sends.
const JOB: u64 = 500;

/// Fills a room of two with `messages` of the first, and measures as the second, who has read none.
pub(crate) async fn run(network: &Network, cast: &Cast, messages: u64) -> Result<(), LoadError> {
    let [writer, reader, ..] = &cast.users[..] else {
        return Err(LoadError::Unfit("a conversation takes two users".to_owned()));
    };
    let mut http = Http::connect(network, 0).await?;
    let made = json!({"kind": "group", "name": "Long", "members": [reader.id]});
    let made = http.post("/rooms", Some(&writer.token), &made).await?;
    let room = number(&made, "id")?;
    let run = getrandom::u32()?;
    let jobs: Vec<Range<u64>> =
        (0..messages).step_by(JOB as usize).map(|first| first..messages.min(first + JOB)).collect();
    let token = writer.token.clone();
    let began = Instant::now();
    in_lanes(*network, jobs, async move |http: &mut Http, job: Range<u64>| {
        for n in job {
            let text = format!("Message {n}: the lift is out of order again, please take the stairs on the left.");
            let message = json!({"client_id": format!("{run:08x}-{n}"), "text": text});
            http.post(&format!("/rooms/{room}/messages"), Some(&token), &message).await?;
        }
        Ok(())
    })
    .await?;
    say(&format!("long-room    {messages} messages written in {:.1} s", began.elapsed().as_secs_f64()));

    // The first connection has been closed meanwhile for saying nothing.
    let http = Http::connect(network, 0).await?;
    let mut asker = Asker { http, token: &reader.token, messages };
    let whole = asker.http.get(&format!("/rooms/{room}"), &reader.token).await?;
    let (first, last) = (number(&whole, "first_seq")?, number(&whole, "last_seq")?);
    let newest = format!("/rooms/{room}/events?before={}&limit={PAGE}", last + 1);
    asker.again("open", &(0..TIMES).map(|_| newest.clone()).collect::<Vec<_>>()).await?;
    let back = (first..=last).rev().step_by(PAGE as usize).map(|seq| seq + 1);
    let back: Vec<_> = back.map(|before| format!("/rooms/{room}/events?before={before}&limit={PAGE}")).collect();
    asker.again("page back", &back).await?;
    let forth = (0..last).step_by(PAGE as usize);
    let forth: Vec<_> = forth.map(|after| format!("/rooms/{room}/events?after={after}&limit={PAGE}")).collect();
    asker.again("catch up", &forth).await?;
    asker.again("unread", &(0..TIMES).map(|_| format!("/rooms/{room}")).collect::<Vec<_>>()).await
}

struct Asker<'a> {
    http: Http,
    token: &'a str,
    messages: u64,
}

impl Asker<'_> {
    async fn again(&mut self, step: &'static str, paths: &[String]) -> Result<(), LoadError> {
        let mut latencies = Histogram::new();
        for path in paths {
            let asked = Instant::now();
            self.http.get(path, self.token).await?;
            latencies.record(u64::try_from(asked.elapsed().as_nanos()).unwrap_or(u64::MAX));
        }
        Asked { step, messages: self.messages, latency: Latency::from(&latencies) }.print();
        Ok(())
    }
}

fn number(answer: &Value, field: &str) -> Result<u64, LoadError> {
    answer[field].as_u64().ok_or_else(|| LoadError::Protocol(format!("an answer without {field}")))
}
