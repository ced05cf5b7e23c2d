//! The codes of a JPEG's coefficients (ITU-T T.81, annexes C and F), and the bits that they are in.

/// Codes of so many bits are looked up at once; the longer ones are rare.
const SHORT: u32 = 9;

/// One table of codes.
pub(super) struct Table {
    /// By the next [`SHORT`] bits: the symbol, and how long its code is; 0: longer.
    short: Vec<(u8, u8)>,
    /// By length: one past the last code, filled up to 16 bits, and what a code's place among the symbols is from its value.
    longer: [(u32, i32); 17],
    symbols: Vec<u8>,
}

impl Table {
    /// From how many codes there are of each length, and their symbols in order; `None` if there are more than fit.
    pub(super) fn new(counts: &[u8; 16], symbols: &[u8]) -> Option<Self> {
        let mut short = vec![(0, 0); 1 << SHORT];
        let mut longer = [(0, 0); 17];
        let (mut code, mut place) = (0_u32, 0_usize);
        for (len, count) in (1_u32..).zip(counts) {
            let count = u32::from(*count);
            longer[len as usize].1 = i32::try_from(place).ok()? - i32::try_from(code).ok()?;
            for symbol in symbols.get(place..place + count as usize)? {
                if len <= SHORT {
                    let from = (code << (SHORT - len)) as usize;
                    short.get_mut(from..from + (1 << (SHORT - len)))?.fill((*symbol, len as u8));
                }
                code += 1;
            }
            place += count as usize;
            if code > 1 << len {
                return None;
            }
            longer[len as usize].0 = code << (16 - len);
            code <<= 1;
        }
        Some(Self { short, longer, symbols: symbols.to_vec() })
    }

    /// The next symbol.
    pub(super) fn symbol(&self, bits: &mut Bits<'_>) -> Option<u8> {
        let next = bits.peek();
        let (symbol, len) = self.short[(next >> (16 - SHORT)) as usize];
        if len > 0 {
            bits.skip(u32::from(len))?;
            return Some(symbol);
        }
        let len = (SHORT + 1..=16).find(|len| next < self.longer[*len as usize].0)?;
        bits.skip(len)?;
        let place = i32::try_from(next >> (16 - len)).ok()? + self.longer[len as usize].1;
        self.symbols.get(usize::try_from(place).ok()?).copied()
    }
}

/// The bits of a pass, up to the next marker.
pub(super) struct Bits<'a> {
    data: &'a [u8],
    at: usize,
    /// The next bits, from the highest on.
    held: u64,
    count: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0, held: 0, count: 0 }
    }

    /// The next 16 bits, with noughts after the last.
    pub(super) fn peek(&mut self) -> u32 {
        if self.count < 16 {
            self.fill();
        }
        (self.held >> 48) as u32
    }

    /// Goes over up to 16 bits; `None` if there are not so many.
    pub(super) fn skip(&mut self, bits: u32) -> Option<()> {
        if self.count < bits {
            self.fill();
        }
        self.count = self.count.checked_sub(bits)?;
        self.held <<= bits;
        Some(())
    }

    /// A number of so many bits, up to 15; those that begin with a nought are below it.
    pub(super) fn signed(&mut self, bits: u32) -> Option<i32> {
        if bits == 0 {
            return Some(0);
        }
        let value = (self.peek() >> (16 - bits)) as i32;
        self.skip(bits)?;
        Some(if value >> (bits - 1) == 0 { value - (1 << bits) + 1 } else { value })
    }

    /// Begins behind the restart marker that must come now.
    pub(super) fn restart(&mut self) -> Option<()> {
        let [0xff, 0xd0..=0xd7] = self.data.get(self.at..self.at + 2)? else { return None };
        *self = Self { data: self.data, at: self.at + 2, held: 0, count: 0 };
        Some(())
    }

    fn fill(&mut self) {
        while self.count <= 56 {
            let Some(byte) = self.data.get(self.at) else { return };
            if *byte == 0xff {
                // A byte of ones is followed by a nought; else it begins a marker.
                if self.data.get(self.at + 1) != Some(&0) {
                    return;
                }
                self.at += 1;
            }
            self.at += 1;
            self.held |= u64::from(*byte) << (56 - self.count);
            self.count += 8;
        }
    }
}
