//! Passwords: argon2id (RFC 9106), a limited number at a time, outside the async threads.

use std::sync::Arc;

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use crate::actions::{Core, Done, Refused, identity::facts};
use crate::chat::{NewPassword, opaque};
use crate::wire::ErrorCode;

/// 19 MiB, two passes, one lane: OWASP's minimum for argon2id, about 0.2 s on a Pi 4.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
/// How many may wait for their turn before others are refused with `busy`.
const QUEUE: usize = 32;

/// Hashes and checks passwords, a limited number at a time.
#[derive(Debug)]
pub(in crate::actions) struct Passwords {
    at_once: Arc<Semaphore>,
    admitted: Arc<Semaphore>,
}

impl Passwords {
    /// With nothing in progress.
    #[must_use]
    pub(in crate::actions) fn new(at_once: usize) -> Self {
        let at_once = at_once.max(1);
        Self { at_once: Arc::new(Semaphore::new(at_once)), admitted: Arc::new(Semaphore::new(at_once + QUEUE)) }
    }

    /// The PHC string to store.
    pub(in crate::actions) async fn hash(&self, password: NewPassword) -> Done<String> {
        let work = move || Some(argon2()?.hash_password(password.reveal().as_bytes()).ok()?.to_string());
        self.in_turn(work).await?.ok_or_else(|| {
            tracing::error!("password hashing failed");
            ErrorCode::Internal.into()
        })
    }

    /// Is it the right password, whichever way its characters are composed? Passwords that were set before they were
    /// normalised still work. Without a stored hash the check takes just as long and fails, so that the time it takes
    /// reveals nothing.
    pub(in crate::actions) async fn verify(&self, password: String, stored: Option<String>) -> Done<bool> {
        self.in_turn(move || {
            let Some(argon2) = argon2() else { return false };
            match stored {
                Some(stored) => {
                    let fits = |password: &str| argon2.verify_password(password.as_bytes(), stored.as_str()).is_ok();
                    let composed = opaque(&password);
                    fits(&composed) || composed != password && fits(&password)
                }
                None => {
                    let _ = argon2.hash_password(password.as_bytes());
                    false
                }
            }
        })
        .await
    }

    /// Once the work runs, it keeps its turn until it ends, even if nobody waits for it any more. A client that asks
    /// and disconnects a thousand times causes two hashes at a time, not a thousand.
    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Done<T> {
        let busy = || Refused::later(ErrorCode::Busy, 2);
        let admitted = Arc::clone(&self.admitted).try_acquire_owned().map_err(|_| busy())?;
        let turn = Arc::clone(&self.at_once).acquire_owned().await.map_err(|_| busy())?;
        let work = move || {
            let done = work();
            drop((turn, admitted));
            done
        };
        tokio::task::spawn_blocking(work).await.map_err(|error| {
            tracing::error!(%error, "password task");
            ErrorCode::Internal.into()
        })
    }
}

/// Checks and hashes a password that somebody chooses. `names` are what everybody knows about them.
///
/// # Errors
/// `password_too_short`, `password_unfit`, `password_too_common`, `busy`, and as any read.
pub(in crate::actions) async fn choose(core: &Core, password: String, names: &[&str]) -> Done<String> {
    let new = NewPassword::check(opaque(&password), facts::shortest_password(core).await?, names)?;
    core.access.passwords.hash(new).await
}

fn argon2() -> Option<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).ok()?;
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::PASSWORD_MIN;

    fn correct_horse() -> NewPassword {
        NewPassword::check("correct horse".to_owned(), PASSWORD_MIN, &[]).unwrap()
    }

    /// Were this to fail, somebody could make the box hash without end by asking and disconnecting, until it runs out
    /// of memory.
    #[tokio::test]
    async fn who_hangs_up_does_not_make_room_for_one_more_hash() {
        use futures_util::FutureExt;
        let passwords = Passwords::new(1);
        let (go_on, wait) = std::sync::mpsc::channel::<()>();
        let mut asked = Box::pin(passwords.in_turn(move || wait.recv()));
        assert!((&mut asked).now_or_never().is_none());
        drop(asked);
        assert_eq!(passwords.at_once.available_permits(), 0);
        go_on.send(()).unwrap();
        passwords.in_turn(|| ()).await.unwrap();
    }

    /// Were this to fail, some would wait for minutes when everybody signs in at once, without knowing whether anything
    /// happens; and it would show whether a name is known, because only known ones wait.
    #[tokio::test]
    async fn a_full_queue_says_so_at_once_to_all_alike_and_serves_who_waits() {
        use futures_util::FutureExt;
        let passwords = Passwords::new(1);
        let (go_on, wait) = std::sync::mpsc::channel::<()>();
        let mut first = Box::pin(passwords.in_turn(move || wait.recv()));
        assert!((&mut first).now_or_never().is_none());
        let waiter = |n: usize| Box::pin(passwords.in_turn(move || n));
        let mut queue: Vec<_> = (0..QUEUE).map(waiter).collect();
        assert!(queue.iter_mut().all(|waiting| waiting.now_or_never().is_none()));
        let busy = Some(Refused::later(ErrorCode::Busy, 2));
        let stored = Some("$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA".to_owned());
        for stored in [None, stored] {
            let verify = passwords.verify("a guess".to_owned(), stored);
            assert_eq!(verify.now_or_never().map(Result::err), Some(busy));
        }
        let hash = passwords.hash(correct_horse());
        assert_eq!(hash.now_or_never().map(|done| done.err()), Some(busy));
        // One that gives up makes room for another.
        drop(queue.pop());
        queue.push(waiter(QUEUE));
        assert!(queue.iter_mut().all(|waiting| waiting.now_or_never().is_none()));
        go_on.send(()).unwrap();
        first.await.unwrap().unwrap();
        for waiting in queue {
            waiting.await.unwrap();
        }
    }

    #[tokio::test]
    async fn only_the_right_password_opens() {
        let passwords = Passwords::new(1);
        let stored = passwords.hash(correct_horse()).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(passwords.verify("correct horse".to_owned(), Some(stored.clone())).await.unwrap());
        assert!(!passwords.verify("correct horsf".to_owned(), Some(stored)).await.unwrap());
        assert!(!passwords.verify("anything".to_owned(), None).await.unwrap());
        // Set on a Mac, before passwords were normalised.
        let decomposed = "Gro\u{308}\u{df}e 12";
        let old = NewPassword::check(decomposed.to_owned(), PASSWORD_MIN, &[]).unwrap();
        let stored = passwords.hash(old).await.unwrap();
        assert!(passwords.verify(decomposed.to_owned(), Some(stored)).await.unwrap());
    }
}
