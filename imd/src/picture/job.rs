//! What to do with a picture, and its limits, as arguments of `imd picture`.

/// Limits for one picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PictureLimits {
    /// Bytes of the file. A photo of 200 million pixels takes 20 to 70 million.
    pub max_input_bytes: u64,
    /// Pixels it unpacks to; a JPEG of more is read at an eighth of its size.
    pub max_pixels: u64,
    /// Bytes of memory at once, the file's own included.
    pub max_memory_bytes: u64,
}

impl Default for PictureLimits {
    fn default() -> Self {
        Self { max_input_bytes: 80 << 20, max_pixels: 64_000_000, max_memory_bytes: 256 << 20 }
    }
}

/// What to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Nothing: only its size is wanted.
    Size,
    /// A JPEG with no side over this many pixels.
    Thumbnail(u32),
    /// A JPEG of this many pixels a side, from the middle of the picture.
    Square(u32),
}

/// What to do with one picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Job {
    /// What to make.
    pub task: Task,
    /// The limits.
    pub limits: PictureLimits,
}

impl Job {
    /// From the words that [`Self::words`] returns.
    #[must_use]
    pub fn new(task: &str, side: u32, limits: PictureLimits) -> Option<Self> {
        let task = match task {
            "size" => Task::Size,
            "thumbnail" => Task::Thumbnail(side),
            "square" => Task::Square(side),
            _ => return None,
        };
        Some(Self { task, limits })
    }

    /// The arguments after `imd picture`.
    #[must_use]
    pub fn words(&self) -> [String; 5] {
        let (task, side) = match self.task {
            Task::Size => ("size", 0),
            Task::Thumbnail(side) => ("thumbnail", side),
            Task::Square(side) => ("square", side),
        };
        let PictureLimits { max_input_bytes, max_pixels, max_memory_bytes } = self.limits;
        [
            task.to_owned(),
            side.to_string(),
            max_input_bytes.to_string(),
            max_pixels.to_string(),
            max_memory_bytes.to_string(),
        ]
    }
}
