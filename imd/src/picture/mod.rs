//! Pictures from untrusted senders, decoded and scaled down in a process of their own: `imd picture`.
//!
//! A decoder reads bytes that somebody may have chosen to break it. Here the worst result is that a process ends and
//! one thumbnail is missing: the process has limits for memory, processor time and output, can open neither files nor
//! connections (`confine`), and holds nothing but the picture. It reads the picture from standard input and writes an
//! [`Output`] to standard output, or a few words about what is wrong to standard error.
//!
//! `files/painter.rs` starts it. Knows nothing of rooms, disks, or why a picture is wanted.

mod confine;
mod decode;
mod heic;
mod job;
mod jpeg_eighth;
mod jpeg_frame;
mod output;

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::process::ExitCode;

pub use decode::Size;
pub use job::{Job, PictureLimits, Task};
pub use output::{MAX_OUTPUT, Output};

/// Most characters of the reason why a picture cannot be used.
pub const MAX_REASON: usize = 200;

/// Why a picture cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Unfit(String);

/// Does the job and ends: with success and an [`Output`], or with failure and a reason.
pub fn run(job: &Job) -> ExitCode {
    // Nobody reads what a decoder prints when it panics.
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
    // One byte more than allowed shows that there is too much.
    (&mut input).take(job.limits.max_input_bytes.saturating_add(1)).read_to_end(&mut picture).map_err(failed)?;
    Ok(decode::guarded(|| decode::done(&picture, job))?.to_bytes())
}
