//! Starts `imd picture` for each picture and reads its output: only a few at a time, with a queue of limited length.
//!
//! Whatever that process does, it costs the daemon only its output and some time, both of them limited.

use std::fs::File;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::error::FilesError;
use crate::picture::{Job, MAX_OUTPUT, MAX_REASON, Output, PictureLimits, Task};

/// Real time, so it includes waiting for a busy processor.
const PATIENCE: Duration = Duration::from_secs(60);

/// Limits for all pictures together.
#[derive(Debug, Clone, Copy)]
pub struct PhotosLimits {
    /// Pictures that are processed at once; each takes up to one core and [`PictureLimits::max_memory_bytes`].
    pub workers: usize,
    /// Pictures that may wait for a worker; further ones are refused with `Busy`.
    pub queue: usize,
    /// Limits for one picture.
    pub picture: PictureLimits,
}

impl Default for PhotosLimits {
    fn default() -> Self {
        Self { workers: 1, queue: 64, picture: PictureLimits::default() }
    }
}

/// Cheap to clone; all clones share the workers and the queue.
#[derive(Debug, Clone)]
pub(super) struct Painter {
    /// The path of this very program.
    program: PathBuf,
    pub(super) admitted: Arc<Semaphore>,
    pub(super) workers: Arc<Semaphore>,
    limits: PictureLimits,
}

impl Painter {
    pub(super) fn new(program: PathBuf, limits: PhotosLimits) -> Self {
        Self {
            program,
            admitted: Arc::new(Semaphore::new(limits.workers + limits.queue)),
            workers: Arc::new(Semaphore::new(limits.workers)),
            limits: limits.picture,
        }
    }

    /// Does `task` for the picture in `file`, from its current position, when its turn comes.
    ///
    /// # Errors
    /// `ImageUnfit` for anything that is wrong with the picture; `Busy`, `Io`.
    pub(super) async fn paint(&self, file: File, task: Task) -> Result<Output, FilesError> {
        let _admitted = self.admitted.clone().try_acquire_owned().map_err(|_| FilesError::Busy)?;
        let _turn = self.workers.clone().acquire_owned().await.map_err(|_| FilesError::Busy)?;
        timeout(PATIENCE, self.run(file, task)).await.unwrap_or_else(|_| Err(unfit("it took too long")))
    }

    /// The process ends when this future is dropped.
    async fn run(&self, file: File, task: Task) -> Result<Output, FilesError> {
        let mut process = Command::new(&self.program)
            .arg("picture")
            .args(Job { task, limits: self.limits }.words())
            .env_clear()
            .stdin(file)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(FilesError::Io)?;
        // One byte more than allowed shows that there is too much.
        let (answer, reason) = tokio::join!(
            at_most(MAX_OUTPUT + 1, process.stdout.take()),
            at_most(4 * MAX_REASON, process.stderr.take())
        );
        // Its pipes are closed now, so it ends if it tries to write more.
        let status = process.wait().await.map_err(FilesError::Io)?;
        match Output::read(&answer) {
            Some(answer) if status.success() => Ok(answer),
            _ => Err(unfit(&why(status, &String::from_utf8_lossy(&reason)))),
        }
    }
}

async fn at_most(bytes: usize, pipe: Option<impl AsyncRead + Unpin>) -> Vec<u8> {
    let mut came = Vec::new();
    if let Some(pipe) = pipe {
        // If this is cut short, the exit of the process tells why.
        let _ = pipe.take(bytes as u64).read_to_end(&mut came).await;
    }
    came
}

fn why(status: ExitStatus, reason: &str) -> String {
    if reason.is_empty() { status.to_string() } else { format!("{}; {status}", reason.trim()) }
}

fn unfit(why: &str) -> FilesError {
    FilesError::ImageUnfit(why.to_owned())
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn painter(program: &str) -> Painter {
        Painter::new(program.into(), PhotosLimits { workers: 1, queue: 1, ..PhotosLimits::default() })
    }

    fn nothing() -> File {
        File::open("/dev/null").unwrap()
    }

    /// Were this to fail, a hundred photos at once would take all the memory, or the queue would stay shut after them.
    #[tokio::test]
    async fn the_queue_has_an_end_and_moves_on() {
        let painter = painter("/bin/false");
        let at_work = painter.workers.clone().acquire_owned().await.unwrap();
        let admitted = painter.admitted.clone().acquire_owned().await.unwrap();
        let mut waiting = Box::pin(painter.paint(nothing(), Task::Size));
        assert!((&mut waiting).now_or_never().is_none());
        assert!(matches!(painter.paint(nothing(), Task::Size).await, Err(FilesError::Busy)));
        drop((at_work, admitted));
        assert!(matches!(waiting.await, Err(FilesError::ImageUnfit(_))));
        assert!(matches!(painter.paint(nothing(), Task::Size).await, Err(FilesError::ImageUnfit(_))));
    }

    /// Were this to fail, a decoder under somebody else's control could fill the daemon's memory, or hand it something
    /// that is no picture.
    #[tokio::test]
    async fn whatever_the_process_does_the_picture_is_at_fault() {
        for program in ["/usr/bin/yes", "/bin/true", "/bin/false"] {
            let told = painter(program).paint(nothing(), Task::Square(8)).await;
            assert!(matches!(told, Err(FilesError::ImageUnfit(_))), "{program}: {told:?}");
        }
        let told = painter("/nowhere/imd").paint(nothing(), Task::Size).await;
        assert!(matches!(told, Err(FilesError::Io(_))), "that is the box's own fault: {told:?}");
    }
}
