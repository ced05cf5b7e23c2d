//! Finding something among many messages, half of them Chinese, half English, made of words that are as frequent as words are: few
//! all the time, most hardly ever (Zipf). One request at a time: this is what one finger feels.

use std::ops::Range;

use tokio::time::{Duration, Instant};

use serde_json::json;

use crate::cast::{Cast, in_lanes};
use crate::error::LoadError;
use crate::histogram::Histogram;
use crate::net::{Http, Network};
use crate::report::{Asked, Latency, say};

/// Messages that one job of the set-up sends.
const JOB: u64 = 500;
/// How often each question is asked, each time by another person.
const TIMES: usize = 40;
/// Words of the English half.
const WORDS: u64 = 50_000;
/// Words of the Chinese half, and the signs that they are made of.
const CHINESE_WORDS: u64 = 40_000;
const SIGNS: u64 = 3_500;

/// Writes `messages` in the hall and the circles, waits until the index has them, and measures.
pub(crate) async fn run(network: &Network, cast: &Cast, messages: u64) -> Result<(), LoadError> {
    let run = getrandom::u32()?;
    let jobs: Vec<Range<u64>> =
        (0..messages).step_by(JOB as usize).map(|first| first..messages.min(first + JOB)).collect();
    // Every other message is for all in the hall; the rest are for twenty people each.
    let rooms: Vec<_> =
        cast.circles.iter().map(|circle| (circle.id, cast.users[circle.members[0]].token.clone())).collect();
    let hall = (cast.hall.id, cast.users[cast.hall.members[0]].token.clone());
    let began = Instant::now();
    in_lanes(*network, jobs, async move |http: &mut Http, job: Range<u64>| {
        for n in job {
            let (room, token) = if n % 2 == 0 { &hall } else { &rooms[(n / 2) as usize % rooms.len()] };
            let message = json!({"client_id": format!("{run:08x}-{n}"), "text": text(n)});
            http.post(&format!("/rooms/{room}/messages"), Some(token), &message).await?;
        }
        Ok(())
    })
    .await?;
    let bytes: u64 = (0..messages).map(|n| text(n).len() as u64).sum();
    say(&format!(
        "search       {messages} messages, {bytes} bytes of text, written in {:.1} s",
        began.elapsed().as_secs_f64()
    ));

    let mut http = Http::connect(network, 0).await?;
    let mut readers = cast.hall.members.iter().cycle();
    let mut next = || &cast.users[readers.next().copied().unwrap_or_default()].token;
    let written = Instant::now();
    while http.get("/search?q=nothing", next()).await?["behind"].as_u64() != Some(0) {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    say(&format!("search       the index had them {:.1} s later", written.elapsed().as_secs_f64()));
    for (step, question) in [
        ("frequent word", format!("q={}", english(2))),
        ("rare word", format!("q={}", english(9_000))),
        ("two words", format!("q={}%20{}", english(3), english(400))),
        ("beginning of a word", format!("q={}", &english(9_000)[..3])),
        ("frequent sign", format!("q={}", encoded(&sign(1).to_string()))),
        ("rare sign", format!("q={}", encoded(&sign(3_000).to_string()))),
        ("frequent Chinese word", format!("q={}", encoded(&chinese(3)))),
        ("rare Chinese word", format!("q={}", encoded(&chinese(9_000)))),
        ("two Chinese words", format!("q={}%20{}", encoded(&chinese(5)), encoded(&chinese(300)))),
        ("nothing", "q=nothinglikethis".to_owned()),
    ] {
        let mut latencies = Histogram::new();
        for _ in 0..TIMES {
            let token = next();
            let asked = Instant::now();
            http.get(&format!("/search?{question}"), token).await?;
            latencies.record(u64::try_from(asked.elapsed().as_nanos()).unwrap_or(u64::MAX));
        }
        Asked { step, messages, latency: Latency::from(&latencies) }.print();
    }
    Ok(())
}

/// The `n`th message: always the same.
fn text(n: u64) -> String {
    let mut dice = Dice(n.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let words = 3 + dice.below(14);
    match n / 2 % 2 {
        0 => (0..words).map(|_| english(dice.rank(WORDS))).collect::<Vec<_>>().join(" "),
        _ => (0..words).map(|_| chinese(dice.rank(CHINESE_WORDS))).collect(),
    }
}

/// The word with this rank: frequent ones are short.
fn english(rank: u64) -> String {
    const SYLLABLES: [&str; 32] = [
        "the", "an", "lo", "mi", "ka", "re", "to", "si", "ver", "po", "na", "ter", "lu", "wo", "den", "ga", "fi",
        "mer", "tu", "hol", "be", "ra", "zim", "qu", "ox", "ja", "pe", "cor", "vi", "sta", "ny", "dro",
    ];
    let mut left = rank;
    let mut word = String::new();
    loop {
        word.push_str(SYLLABLES[(left % 32) as usize]);
        left /= 32;
        if left == 0 {
            return word;
        }
    }
}

/// Of one to three signs, frequent ones more often than rare ones.
fn chinese(rank: u64) -> String {
    let mut dice = Dice(rank.wrapping_mul(0xd134_2543_de82_ef95) | 1);
    let length = if rank < 60 { 1 } else { 2 + u64::from(dice.below(5) == 0) };
    (0..length).map(|_| sign(if rank < 60 { rank } else { dice.rank(SIGNS) })).collect()
}

fn sign(rank: u64) -> char {
    // Spread over the block, so that neighbours in frequency are none in code.
    char::from_u32(0x4e00 + u32::try_from(rank * 7_919 % 20_900).unwrap_or_default()).unwrap_or('字')
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// A generator whose numbers are the same in every run (xorshift, Marsaglia 2003).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: u64) -> u64 {
        (self.next() >> 11) % end
    }

    /// Below `end`, the `n`th about `1/n` times as often as the first.
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank")]
    fn rank(&mut self, end: u64) -> u64 {
        let part = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        ((end as f64).powf(part) as u64).saturating_sub(1).min(end - 1)
    }
}
