//! What is wanted of a picture, and what may be spent on it: said as arguments of `imd picture`.

/// What one picture may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PictureLimits {
    /// Bytes of the file.
    pub max_input_bytes: u64,
    /// Pixels it unpacks to. Phones take 50 million and a few.
    pub max_pixels: u64,
    /// Bytes of memory at once, the file's own included.
    pub max_memory_bytes: u64,
}

impl Default for PictureLimits {
    fn default() -> Self {
        Self { max_input_bytes: 32 << 20, max_pixels: 64_000_000, max_memory_bytes: 256 << 20 }
    }
}

/// What is to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Nothing: only how large it is.
    Size,
    /// A JPEG with no side over so many pixels.
    Thumbnail(u32),
    /// A JPEG of so many pixels a side, from the picture's middle.
    Square(u32),
}

/// One picture's job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Job {
    /// What is to be made.
    pub task: Task,
    /// What may be spent on it.
    pub limits: PictureLimits,
}

impl Job {
    /// As [`Self::words`] says it.
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
