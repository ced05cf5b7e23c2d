//! The part of mDNS (RFC 6762, RFC 1035 §4) that keeping a name needs: asking who has it, and reading who claims it. It
//! knows no sockets and decides nothing; answering is not done here.

use std::net::IpAddr;

/// Where mDNS is spoken (RFC 6762 §3).
pub(super) const MDNS_PORT: u16 = 5353;

/// The largest mDNS message (RFC 6762 §17).
pub(super) const MAX_MESSAGE_BYTES: usize = 9000;

/// How long an address record is valid, in seconds (RFC 6762 §10).
const HOST_TTL: u32 = 120;

const CLASS_IN: u16 = 1;
const TYPE_A: u16 = 1;
const TYPE_AAAA: u16 = 28;
const TYPE_ANY: u16 = 255;
const FLAG_RESPONSE: u8 = 0x80;
const HEADER_BYTES: usize = 12;
/// A compression pointer to the first name of the message (RFC 1035 §4.1.4).
const FIRST_NAME: [u8; 2] = [0xc0, 0x0c];

/// The content of a record, in the order that decides between two boxes that want the same name: class, type, data (RFC
/// 6762 §8.2).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rdata {
    class: u16,
    kind: u16,
    data: Vec<u8>,
}

impl Rdata {
    /// The record that gives a host this address.
    pub(super) fn of(address: IpAddr) -> Self {
        let (kind, data) = match address {
            IpAddr::V4(v4) => (TYPE_A, v4.octets().to_vec()),
            IpAddr::V6(v6) => (TYPE_AAAA, v6.octets().to_vec()),
        };
        Self { class: CLASS_IN, kind, data }
    }

    /// The address, if this is an A or AAAA record.
    pub(super) fn address(&self) -> Option<IpAddr> {
        match self.kind {
            TYPE_A => <[u8; 4]>::try_from(self.data.as_slice()).ok().map(IpAddr::from),
            TYPE_AAAA => <[u8; 16]>::try_from(self.data.as_slice()).ok().map(IpAddr::from),
            _ => None,
        }
    }
}

/// A record that somebody sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// In lower case, without the dot at the end.
    pub(super) name: String,
    /// Time to live in seconds; 0 withdraws the record.
    pub(super) ttl: u32,
    pub(super) rdata: Rdata,
}

/// A message, as far as names are concerned.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Message {
    /// Somebody asks; `proposed` is what they will announce if nobody objects (RFC 6762 §8.1).
    Query { proposed: Vec<Record> },
    /// Somebody answers or announces.
    Response { records: Vec<Record> },
}

/// A probe (RFC 6762 §8.1): does anyone have `name`? If not, it will have these addresses.
///
/// It asks for multicast answers: a unicast one could reach the responder's socket instead.
pub(super) fn probe(name: &str, addresses: &[IpAddr]) -> Vec<u8> {
    question(name, addresses, Section::Authority)
}

/// A check for others with our `name`. Our own records are included as known answers (RFC 6762 §7.1), so that our own
/// responder does not answer.
pub(super) fn check(name: &str, addresses: &[IpAddr]) -> Vec<u8> {
    question(name, addresses, Section::Answer)
}

#[derive(Clone, Copy, PartialEq)]
enum Section {
    Answer,
    Authority,
}

fn question(name: &str, addresses: &[IpAddr], section: Section) -> Vec<u8> {
    let count = u16::try_from(addresses.len()).unwrap_or(u16::MAX);
    let in_section = |wanted| if section == wanted { count } else { 0 };
    let mut out = Vec::with_capacity(128);
    for word in [0, 0, 3, in_section(Section::Answer), in_section(Section::Authority), 0] {
        out.extend_from_slice(&u16::to_be_bytes(word));
    }
    for label in name.split('.') {
        out.push(u8::try_from(label.len()).unwrap_or(0));
        out.extend_from_slice(label.as_bytes());
    }
    out.push(0);
    // RFC 6762 §8.1 asks for ANY; some responders return their addresses only for the other types.
    for (number, kind) in [TYPE_ANY, TYPE_A, TYPE_AAAA].into_iter().enumerate() {
        if number > 0 {
            out.extend_from_slice(&FIRST_NAME);
        }
        out.extend_from_slice(&kind.to_be_bytes());
        out.extend_from_slice(&CLASS_IN.to_be_bytes());
    }
    for address in addresses.iter().take(count.into()) {
        let rdata = Rdata::of(*address);
        out.extend_from_slice(&FIRST_NAME);
        out.extend_from_slice(&rdata.kind.to_be_bytes());
        out.extend_from_slice(&rdata.class.to_be_bytes());
        out.extend_from_slice(&HOST_TTL.to_be_bytes());
        out.extend_from_slice(&u16::try_from(rdata.data.len()).unwrap_or(0).to_be_bytes());
        out.extend_from_slice(&rdata.data);
    }
    out
}

/// Reads a message and keeps the records whose name is among `names` (in lower case). `None` for anything but a
/// complete and well-formed message: it comes from the network and may contain any bytes.
pub(super) fn read(message: &[u8], names: &[&str]) -> Option<Message> {
    let mut reader = Reader { message, at: 0 };
    let [_, _, flags, code, rest @ ..] = reader.bytes::<HEADER_BYTES>()?;
    // RFC 6762 §18.3 and §18.11: other opcodes and response codes are silently ignored.
    if flags & 0x78 != 0 || code & 0x0f != 0 {
        return None;
    }
    let count = |i: usize| Some(u16::from_be_bytes([*rest.get(i)?, *rest.get(i + 1)?]));
    let (questions, answers, authorities, additionals) = (count(0)?, count(2)?, count(4)?, count(6)?);
    for _ in 0..questions {
        reader.name()?;
        reader.bytes::<4>()?;
    }
    let answers = reader.records(answers, names)?;
    let authorities = reader.records(authorities, names)?;
    if flags & FLAG_RESPONSE == 0 {
        return Some(Message::Query { proposed: authorities });
    }
    let mut records = answers;
    records.extend(authorities);
    records.extend(reader.records(additionals, names)?);
    Some(Message::Response { records })
}

struct Reader<'m> {
    message: &'m [u8],
    at: usize,
}

impl<'m> Reader<'m> {
    fn take(&mut self, count: usize) -> Option<&'m [u8]> {
        let end = self.at.checked_add(count)?;
        let bytes = self.message.get(self.at..end)?;
        self.at = end;
        Some(bytes)
    }

    fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn word(&mut self) -> Option<u16> {
        self.bytes().map(u16::from_be_bytes)
    }

    fn records(&mut self, count: u16, names: &[&str]) -> Option<Vec<Record>> {
        let mut records = Vec::new();
        for _ in 0..count {
            let name = self.name()?;
            let kind = self.word()?;
            // The top bit is the cache-flush bit, not part of the class (RFC 6762 §10.2).
            let class = self.word()? & 0x7fff;
            let ttl = u32::from_be_bytes(self.bytes()?);
            let length = self.word()?;
            let data = self.take(length.into())?;
            if names.contains(&name.as_str()) {
                let rdata = Rdata { class, kind, data: data.to_vec() };
                records.push(Record { name, ttl, rdata });
            }
        }
        Some(records)
    }

    /// A name in lower case. Compression pointers must point backwards, so that none can loop.
    fn name(&mut self) -> Option<String> {
        let mut name = String::new();
        let mut at = self.at;
        let mut before = self.at;
        let mut followed = false;
        loop {
            let length = *self.message.get(at)?;
            match length {
                0 => {
                    at += 1;
                    break;
                }
                1..=63 => {
                    let end = at + 1 + usize::from(length);
                    let label = self.message.get(at + 1..end)?;
                    if !name.is_empty() {
                        name.push('.');
                    }
                    name.push_str(&String::from_utf8_lossy(label).to_ascii_lowercase());
                    if name.len() > 1024 {
                        return None;
                    }
                    at = end;
                }
                0xc0.. => {
                    let low = *self.message.get(at + 1)?;
                    let target = usize::from(u16::from_be_bytes([length & 0x3f, low]));
                    if target >= before {
                        return None;
                    }
                    if !followed {
                        self.at = at + 2;
                        followed = true;
                    }
                    before = target;
                    at = target;
                }
                _ => return None,
            }
        }
        if !followed {
            self.at = at;
        }
        Some(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: [IpAddr; 2] = [
        IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 1)),
        IpAddr::V6(std::net::Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 1)),
    ];

    // Two boxes that ask at the same time decide by these records. Were this to fail, one of them would keep a name
    // that is taken.
    #[test]
    fn a_probe_is_read_back_with_what_it_proposes() {
        let bytes = probe("imbox.local", &OURS);
        let Some(Message::Query { proposed }) = read(&bytes, &["imbox.local"]) else { panic!("a probe is a query") };
        let addresses: Vec<_> = proposed.iter().filter_map(|r| r.rdata.address()).collect();
        assert_eq!(addresses, OURS);
        assert_eq!(read(&bytes, &["other.local"]), Some(Message::Query { proposed: vec![] }));
    }

    #[test]
    fn a_check_proposes_nothing() {
        let read = read(&check("imbox.local", &OURS), &["imbox.local"]);
        assert_eq!(read, Some(Message::Query { proposed: vec![] }));
    }

    // Were this to fail, an answer in other letters or with a compressed name would be overlooked, and a taken name
    // kept.
    #[test]
    fn an_answer_is_found_whatever_its_case_and_compression() {
        let mut bytes = probe("ImBox.Local", &OURS);
        bytes[2] = 0x84;
        let Some(Message::Response { records }) = read(&bytes, &["imbox.local"]) else { panic!("a response") };
        assert_eq!(records.len(), 2);
        assert_eq!((records[0].name.as_str(), records[0].ttl), ("imbox.local", 120));
    }

    // Any phone on the LAN can send any bytes; none of them may stop the box's discovery.
    #[test]
    fn broken_messages_are_refused_and_never_loop() {
        let whole = probe("imbox.local", &OURS);
        for end in 0..whole.len() {
            assert_eq!(read(&whole[..end], &["imbox.local"]), None, "cut at {end}");
        }
        let mut looping = whole.clone();
        looping[12] = 0xc0;
        looping[13] = 12;
        assert_eq!(read(&looping, &["imbox.local"]), None);
        let mut error = whole.clone();
        error[3] = 3;
        assert_eq!(read(&error, &["imbox.local"]), None);
        let mut state = 1_u64;
        for _ in 0..20_000 {
            let mut noise = whole.clone();
            for _ in 0..4 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let at = (state >> 33) as usize % noise.len();
                noise[at] = (state >> 24) as u8;
            }
            let _ = read(&noise, &["imbox.local"]);
        }
    }

    // RFC 6762 §8.2.1: 169.254.99.200 is announced by the loser, 169.254.200.50 wins.
    #[test]
    fn the_later_data_is_the_greater() {
        let low = Rdata::of([169, 254, 99, 200].into());
        let high = Rdata::of([169, 254, 200, 50].into());
        assert!(high > low);
        assert!(Rdata::of(OURS[1]) > high, "type AAAA comes after type A");
    }
}
