//! Pictures of strangers, decoded and made smaller in a process of their own: `imd picture`.
//!
//! A decoder meets bytes that somebody chose to break it. Here the worst that comes of it is a process that ends, and with
//! it one thumbnail: the process has a bound on memory, on the processor's time and on what it answers, opens no file and
//! no connection (`confine`), and holds nothing but the picture. It reads the picture from standard input, writes an
//! [`Output`] to standard output, and what was wrong in a few words to standard error.
//!
//! `files/painter.rs` starts it and gives it its turn. Knows nothing of rooms, disks, or why a picture is wanted.

mod confine;
mod decode;
mod heic;
mod job;
mod jpeg_frame;
mod output;

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::process::ExitCode;

pub use decode::Size;
pub use job::{Job, PictureLimits, Task};
pub use output::{MAX_OUTPUT, Output};

/// Characters of what was wrong, at most.
pub const MAX_REASON: usize = 200;

/// Why a picture cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Unfit(String);

/// Does the job and ends: success with an [`Output`], or failure with a reason.
pub fn run(job: &Job) -> ExitCode {
    // What a decoder says when it gives up is nobody's to read.
    std::panic::set_hook(Box::new(|_| {}));
    match answer(job) {
        Ok(answer) => match io::stdout().lock().write_all(&answer) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        Err(why) => {
            let reason: String = why.to_string().chars().take(MAX_REASON).collect();
            let _ = io::stderr().lock().write_all(reason.as_bytes());
            ExitCode::FAILURE
        }
    }
}

fn answer(job: &Job) -> Result<Vec<u8>, Unfit> {
    let failed = |error: io::Error| Unfit(error.to_string());
    let mut input = File::from(io::stdin().as_fd().try_clone_to_owned().map_err(failed)?);
    let announced = input.metadata().map_err(failed)?.len();
    confine::confine(&job.limits).map_err(|error| Unfit(format!("not confined: {error}")))?;
    let room = announced.min(job.limits.max_input_bytes);
    let mut picture = Vec::new();
    picture.try_reserve_exact(usize::try_from(room).unwrap_or(usize::MAX)).map_err(|error| Unfit(error.to_string()))?;
    // One byte more shows that there is more.
    (&mut input).take(job.limits.max_input_bytes.saturating_add(1)).read_to_end(&mut picture).map_err(failed)?;
    Ok(decode::guarded(|| decode::done(&picture, job))?.to_bytes())
}
