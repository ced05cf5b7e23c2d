//! The content: chunks of 64 KiB, each encrypted under its number and the last one marked, so that none can be left
//! out, changed or moved, and a missing end is noticed.

use std::io::{self, BufRead, Read, Write};

use chacha20poly1305::aead::AeadInOut;
use chacha20poly1305::{ChaCha20Poly1305, Nonce};

use super::{AgeError, Passphrase, Randomness, header};

const CHUNK: usize = 64 << 10;
const TAG: usize = 16;

/// Whether a chunk is the last one. Its nonce consists of its number, 11 bytes big-endian, and one byte for this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Position {
    Middle,
    Last,
}

fn nonce(number: u64, position: Position) -> Nonce {
    let mut nonce = [0; 12];
    nonce[3..11].copy_from_slice(&number.to_be_bytes());
    nonce[11] = u8::from(position == Position::Last);
    nonce.into()
}

/// Encrypts what is written into it. Without [`Locked::finish`] the file has no end and cannot be opened.
pub struct Locked<W: Write> {
    to: W,
    cipher: ChaCha20Poly1305,
    number: u64,
    chunk: Vec<u8>,
}

impl<W: Write> Locked<W> {
    /// Writes the header. This takes a while, so that guessing passphrases is slow. Blocks.
    ///
    /// # Errors
    /// Those of `to`.
    pub fn new(mut to: W, passphrase: &Passphrase, random: &Randomness) -> io::Result<Self> {
        let key = header::write(&mut to, passphrase, random)?;
        Ok(Self { to, cipher: header::cipher(&key), number: 0, chunk: Vec::with_capacity(CHUNK + TAG) })
    }

    /// Writes the last chunk.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn finish(mut self) -> io::Result<W> {
        self.seal(Position::Last)?;
        Ok(self.to)
    }

    fn seal(&mut self, position: Position) -> io::Result<()> {
        let sealed = self.cipher.encrypt_in_place(&nonce(self.number, position), b"", &mut self.chunk);
        sealed.map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
        self.number += 1;
        self.to.write_all(&self.chunk)?;
        self.chunk.clear();
        Ok(())
    }
}

impl<W: Write> Write for Locked<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full chunk is kept until the next byte arrives, because it may be the last one.
        if self.chunk.len() == CHUNK && !bytes.is_empty() {
            self.seal(Position::Middle)?;
        }
        let taken = bytes.len().min(CHUNK - self.chunk.len());
        self.chunk.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    /// Flushes complete chunks; an incomplete one is kept.
    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Decrypts. An altered byte is `InvalidData`, and nothing of its chunk is returned.
pub struct Unlocked<R: BufRead> {
    from: R,
    cipher: ChaCha20Poly1305,
    number: u64,
    chunk: Vec<u8>,
    read: usize,
    ended: bool,
}

impl<R: BufRead> Unlocked<R> {
    /// Reads the header, and takes as long as its writer wanted, within limits. Blocks.
    ///
    /// # Errors
    /// See [`AgeError`].
    pub fn new(mut from: R, passphrase: &Passphrase) -> Result<Self, AgeError> {
        let key = header::read(&mut from, passphrase)?;
        let cipher = header::cipher(&key);
        Ok(Self { from, cipher, number: 0, chunk: Vec::with_capacity(CHUNK + TAG), read: 0, ended: false })
    }

    fn next_chunk(&mut self) -> io::Result<()> {
        let damaged = || io::Error::new(io::ErrorKind::InvalidData, "a locked file is damaged");
        self.chunk.clear();
        self.read = 0;
        self.from.by_ref().take((CHUNK + TAG) as u64).read_to_end(&mut self.chunk)?;
        let position = if self.from.fill_buf()?.is_empty() { Position::Last } else { Position::Middle };
        let opened = self.cipher.decrypt_in_place(&nonce(self.number, position), b"", &mut self.chunk);
        if opened.is_err() {
            self.chunk.clear();
            return Err(damaged());
        }
        // Only an empty file ends with an empty chunk, so that each content has one spelling.
        if self.chunk.is_empty() && self.number > 0 {
            return Err(damaged());
        }
        self.number += 1;
        self.ended = position == Position::Last;
        Ok(())
    }
}

impl<R: BufRead> Read for Unlocked<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.read == self.chunk.len() {
            if self.ended {
                return Ok(0);
            }
            self.next_chunk()?;
        }
        let taken = to.len().min(self.chunk.len() - self.read);
        to[..taken].copy_from_slice(&self.chunk[self.read..self.read + taken]);
        self.read += taken;
        Ok(taken)
    }
}
