//! Were these to fail, a backup would be open to whoever finds it, or closed to its owner for ever.

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use super::*;

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned()).unwrap()
}

fn random() -> Randomness {
    Randomness { file_key: [7; 16], salt: [8; 16], nonce: [9; 16] }
}

fn lock(text: &[u8]) -> Vec<u8> {
    let mut locked = Locked::new(Vec::new(), &passphrase("小猫 four"), &random()).unwrap();
    // In pieces, as a tar archive is written.
    text.chunks(10_007).for_each(|piece| locked.write_all(piece).unwrap());
    locked.finish().unwrap()
}

fn unlock(locked: &[u8], with: &str) -> Result<Vec<u8>, AgeError> {
    let mut text = Vec::new();
    Unlocked::new(locked, &passphrase(with))?.read_to_end(&mut text)?;
    Ok(text)
}

#[test]
fn what_is_locked_opens_with_its_passphrase_alone() {
    for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 5] {
        let text: Vec<u8> = (0..length).map(|n| (n % 251) as u8).collect();
        let locked = lock(&text);
        assert!(is_locked(&locked) && !is_locked(&text));
        assert_eq!(unlock(&locked, "小猫 four").unwrap(), text, "{length}");
    }
    assert!(matches!(unlock(&lock(b"x"), "小猫 five"), Err(AgeError::WrongPassphrase)));
    assert!(Passphrase::new(String::new()).is_none() && Passphrase::new("x".repeat(1_025)).is_none());
    assert!(Passphrase::new("x".repeat(1_024)).is_some());
}

/// Were this to fail, half a backup, or one with a changed message, would be taken for an intact one.
#[test]
fn a_byte_that_was_changed_or_is_missing_is_noticed() {
    let locked = lock(&vec![1; 2 * CHUNK]);
    let end = |file: &[u8]| unlock(file, "小猫 four");
    for cut in [1, 16, CHUNK + 16, CHUNK + 17] {
        assert!(end(&locked[..locked.len() - cut]).is_err(), "{cut}");
    }
    assert!(end(&[&locked[..], b"x"].concat()).is_err());
    let body = locked.len() - 2 * (CHUNK + 16);
    for place in [body - 16, body, locked.len() - 1] {
        let mut changed = locked.clone();
        changed[place] ^= 1;
        assert!(end(&changed).is_err(), "{place}");
    }
    // Two chunks swapped.
    let (first, second) = (&locked[body..body + CHUNK + 16], &locked[body + CHUNK + 16..]);
    assert!(end(&[&locked[..body], second, first].concat()).is_err());
    // The MAC over the header.
    let mut changed = locked.clone();
    changed[body - 20] = if changed[body - 20] == b'A' { b'B' } else { b'A' };
    assert!(matches!(end(&changed), Err(AgeError::Damaged)));
}

/// Were this to fail, somebody else's file could take the box's memory, or its time.
#[test]
fn a_strangers_header_costs_nothing() {
    let stanza = |log_n: &str| {
        format!("age-encryption.org/v1\n-> scrypt CAgICAgICAgICAgICAgICA {log_n}\n{0}\n--- {0}\n", "A".repeat(43))
    };
    let open = |text: &str| unlock(text.as_bytes(), "x");
    assert!(matches!(open(&stanza("19")), Err(AgeError::TooMuchWork)));
    assert!(matches!(open(&stanza("10")), Err(AgeError::WrongPassphrase)));
    for wrong in ["00", "010", "0", "-1", "999", "1e3", ""] {
        assert!(matches!(open(&stanza(wrong)), Err(AgeError::Foreign)), "{wrong}");
    }
    let endless = [VERSION, &b"-> scrypt "[..], &vec![b'A'; 1 << 20]].concat();
    assert!(matches!(unlock(&endless, "x"), Err(AgeError::Foreign)));
    let x25519 = "age-encryption.org/v1\n-> X25519 CAgICAgICAgICAgICAgICA\nAAAA\n--- AAAA\n";
    assert!(matches!(open(x25519), Err(AgeError::Foreign)));
    assert!(matches!(open("a diary\n"), Err(AgeError::Foreign)));
}

/// Were this to fail, an owner whose box is gone could not open their backup on a computer. Needs `age`, which
/// `scripts/setup.sh age` installs, and `script` of util-linux for a terminal.
#[test]
fn the_reference_program_opens_what_is_locked_here_and_the_other_way() {
    let there = Command::new("age").arg("--version").stdout(Stdio::null()).status().is_ok();
    assert!(there, "the program `age` is missing: scripts/setup.sh age");
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let text: Vec<u8> = (0..200_000_u32).map(|n| (n % 253) as u8).collect();
    std::fs::write(path("ours.age"), lock(&text)).unwrap();
    // It reads the passphrase from a terminal only.
    let ask = |order: &str, answers: usize| {
        let mut child = Command::new("script")
            .args(["-qec", order, "/dev/null"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all("小猫 four\n".repeat(answers).as_bytes()).unwrap();
        assert!(child.wait().unwrap().success(), "{order}");
        drop(stdin);
    };
    ask(&format!("age -d -o {} {}", path("opened"), path("ours.age")), 1);
    assert_eq!(std::fs::read(path("opened")).unwrap(), text);
    ask(&format!("age -p -o {} {}", path("theirs.age"), path("opened")), 2);
    assert_eq!(unlock(&std::fs::read(path("theirs.age")).unwrap(), "小猫 four").unwrap(), text);
}

const CHUNK: usize = 64 << 10;
