//! WebSocket framing for a client (RFC 6455, section 5), over byte slices and nothing else.
//!
//! Knows no socket. Server messages that come in fragments are refused: the daemon sends each in one frame.

/// What a frame is (section 5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opcode {
    /// A whole text message.
    Text,
    /// The last frame of a connection.
    Close,
    /// To be answered with a pong of the same content.
    Ping,
    /// The answer to a ping.
    Pong,
}

/// A frame that a server may not send here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FrameError {
    /// A fragment, a binary message, an extension or an unknown opcode; the byte is the frame's first.
    #[error("frame begins with {0:#04x}: neither whole text nor control")]
    Unexpected(u8),
    /// Servers do not mask (section 5.1).
    #[error("masked frame from the server")]
    Masked,
    /// Longer than memory.
    #[error("frame of {0} bytes")]
    TooLong(u64),
}

/// A frame from the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame<'a> {
    pub(crate) opcode: Opcode,
    pub(crate) payload: &'a [u8],
    /// Bytes of header and payload together.
    pub(crate) length: usize,
}

/// The longest frame that is accepted; `ready` with many rooms is the longest there is.
const MAX_PAYLOAD: u64 = 64 << 20;

/// The first frame of `bytes`; `None` when it is not all there.
pub(crate) fn parse(bytes: &[u8]) -> Result<Option<Frame<'_>>, FrameError> {
    let [first, second, rest @ ..] = bytes else { return Ok(None) };
    let opcode = match first {
        0x81 => Opcode::Text,
        0x88 => Opcode::Close,
        0x89 => Opcode::Ping,
        0x8a => Opcode::Pong,
        other => return Err(FrameError::Unexpected(*other)),
    };
    if second & 0x80 != 0 {
        return Err(FrameError::Masked);
    }
    let (length, header) = match second & 0x7f {
        126 => match rest {
            [a, b, ..] => (u64::from(u16::from_be_bytes([*a, *b])), 4),
            _ => return Ok(None),
        },
        127 => match rest.first_chunk::<8>() {
            Some(length) => (u64::from_be_bytes(*length), 10),
            None => return Ok(None),
        },
        short => (u64::from(short), 2),
    };
    if length > MAX_PAYLOAD {
        return Err(FrameError::TooLong(length));
    }
    let end = header + length as usize;
    Ok(bytes.get(header..end).map(|payload| Frame { opcode, payload, length: end }))
}

/// Appends one whole masked frame (section 5.3) to `out`.
pub(crate) fn encode(opcode: Opcode, payload: &[u8], mask: [u8; 4], out: &mut Vec<u8>) {
    out.push(match opcode {
        Opcode::Text => 0x81,
        Opcode::Close => 0x88,
        Opcode::Ping => 0x89,
        Opcode::Pong => 0x8a,
    });
    match payload.len() {
        short @ 0..126 => out.push(0x80 | short as u8),
        medium @ 126..0x1_0000 => {
            out.push(0x80 | 126);
            out.extend_from_slice(&(medium as u16).to_be_bytes());
        }
        long => {
            out.push(0x80 | 127);
            out.extend_from_slice(&(long as u64).to_be_bytes());
        }
    }
    out.extend_from_slice(&mask);
    out.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
}

/// The kind of a JSON frame that begins with its tag, as the daemon writes them: `{"t":"ack",…` is `ack`.
pub(crate) fn kind(payload: &[u8]) -> Option<&[u8]> {
    let rest = payload.strip_prefix(br#"{"t":""#)?;
    Some(&rest[..memchr::memchr(b'"', rest)?])
}

/// The value of the first `"name":"…"` in a payload, for values without escapes.
pub(crate) fn text_field<'a>(payload: &'a [u8], quoted_name: &[u8]) -> Option<&'a [u8]> {
    let at = memchr::memmem::find(payload, quoted_name)? + quoted_name.len();
    let value = payload[at..].strip_prefix(b":\"")?;
    Some(&value[..memchr::memchr(b'"', value)?])
}

/// The leading decimal digits as a number.
pub(crate) fn number(bytes: &[u8]) -> Option<u64> {
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(&bytes[..digits]).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_the_examples_of_rfc_6455_section_5_7() {
        let frame = |opcode, payload, length| Ok(Some(Frame { opcode, payload, length }));
        assert_eq!(parse(b"\x81\x05Hello"), frame(Opcode::Text, &b"Hello"[..], 7));
        assert_eq!(parse(b"\x89\x05Hello?"), frame(Opcode::Ping, &b"Hello"[..], 7));
        let mut long = vec![0x81, 0x7e, 0x01, 0x00];
        long.extend_from_slice(&[b'x'; 256]);
        assert_eq!(parse(&long), frame(Opcode::Text, &[b'x'; 256][..], 260));
        let mut longest = vec![0x81, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0];
        longest.resize(10 + 65_536, b'x');
        assert_eq!(parse(&longest).unwrap().unwrap().length, 10 + 65_536);
    }

    #[test]
    fn a_frame_that_is_not_all_there_is_waited_for() {
        let mut whole = vec![0x81, 0x7e, 0x01, 0x00];
        whole.extend_from_slice(&[b'x'; 256]);
        for cut in 0..whole.len() {
            assert_eq!(parse(&whole[..cut]), Ok(None), "cut at {cut}");
        }
    }

    #[test]
    fn what_a_server_may_not_send_is_refused() {
        assert_eq!(parse(b"\x01\x03Hel"), Err(FrameError::Unexpected(0x01)));
        assert_eq!(parse(b"\x82\x00"), Err(FrameError::Unexpected(0x82)));
        assert_eq!(parse(b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"), Err(FrameError::Masked));
        assert!(matches!(parse(b"\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff"), Err(FrameError::TooLong(_))));
    }

    #[test]
    fn masks_as_the_example_of_rfc_6455_section_5_7() {
        let mut out = Vec::new();
        encode(Opcode::Text, b"Hello", [0x37, 0xfa, 0x21, 0x3d], &mut out);
        assert_eq!(out, b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
    }

    #[test]
    fn finds_kind_and_fields() {
        let ack = br#"{"t":"ack","client_id":"r.5.120","room":1,"seq":9,"at":1}"#;
        assert_eq!(kind(ack), Some(&b"ack"[..]));
        assert_eq!(text_field(ack, b"\"client_id\""), Some(&b"r.5.120"[..]));
        assert_eq!(number(b"120;x"), Some(120));
        assert_eq!((kind(b"{}"), number(b";")), (None, None));
    }
}
