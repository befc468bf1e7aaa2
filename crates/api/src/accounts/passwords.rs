//! Passwords: argon2id, a few at a time, away from the threads that serve requests.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use types::{FieldError, validate};

use crate::error::Error;

/// Memory of one hash, in KiB.
const MEMORY: u32 = 19_456;
/// Passes over it.
const PASSES: u32 = 2;
/// Hashes computed at once: each takes a core and 19 MiB for some tens of milliseconds.
const AT_ONCE: usize = 3;

/// Verified for accounts that don't exist, so that their sign-in takes as long as any.
static DUMMY: LazyLock<Option<String>> = LazyLock::new(|| hash("no account has this password").ok());

/// Words that are tried first by whoever guesses.
static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("common_passwords.txt").lines().filter(|line| !line.starts_with('#')).collect());

/// Hashes and checks passwords, a few at a time.
pub struct Passwords {
    free: Arc<Semaphore>,
}

/// What checking a password showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Wrong, or there is no such account.
    Wrong,
    /// Right.
    Right,
    /// Right, and hashed with weaker parameters than today's: hash it again.
    Outdated,
}

impl Passwords {
    /// As many at once as the machine bears.
    #[expect(clippy::new_without_default, reason = "made once, by App")]
    pub fn new() -> Self {
        Passwords { free: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Makes the hash that unknown accounts are checked against: else the first of them would take longer than the next.
    pub(super) async fn prepare(&self) -> Result<(), Error> {
        self.compute(|| {
            LazyLock::force(&DUMMY);
        })
        .await
    }

    /// Hashes a new password.
    pub(super) async fn hash(&self, password: &str) -> Result<String, Error> {
        let password = password.to_owned();
        self.compute(move || hash(&password)).await?
    }

    /// Checks a password against a hash; without one (no such account) it takes as long and is wrong.
    pub(super) async fn verify(&self, password: &str, hash: Option<String>) -> Result<Verdict, Error> {
        let password = password.to_owned();
        self.compute(move || match hash {
            Some(hash) => verify(&password, &hash),
            None => {
                let dummy = DUMMY.as_deref().unwrap_or_default();
                verify(&password, dummy).map(|_| Verdict::Wrong)
            }
        })
        .await?
    }

    async fn compute<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let permit = self.free.clone().acquire_owned().await.map_err(Error::internal)?;
        tokio::task::spawn_blocking(move || {
            let result = work();
            drop(permit);
            result
        })
        .await
        .map_err(Error::internal)
    }
}

/// A new password's faults: its length, and whether it is one of the common ones or the account's own name.
pub(super) fn faults(field: &str, password: &str, names: &[&str]) -> Result<(), FieldError> {
    validate::password(field, password)?;
    let lower = password.to_lowercase();
    let own_name = names.iter().any(|name| !name.is_empty() && lower == name.to_lowercase());
    if own_name || is_common(&lower) {
        let message = "This password is among the first that are guessed: choose another.";
        return Err(FieldError { field: field.into(), code: "common".into(), message: message.into() });
    }
    Ok(())
}

/// Whether a lower-case password is a common word, plain, doubled or with digits and signs around it, one character over
/// and over, a run such as 12345678, or a short number.
fn is_common(password: &str) -> bool {
    let plain = |text: &str| COMMON.contains(text) || COMMON.contains(unmasked(text).as_str());
    let core = password.trim_matches(|c: char| !c.is_alphabetic());
    // Only digits in front and behind are decoration; "p4ssw0rd" and "pa$$word" are masks.
    let behind = password.trim_end_matches(|c: char| c.is_ascii_digit() || c.is_ascii_punctuation());
    let half = password.get(..password.len() / 2).filter(|half| password == format!("{half}{half}"));
    plain(password)
        || plain(core)
        || plain(behind)
        || half.is_some_and(plain)
        || password.len() <= 10 && password.bytes().all(|byte| byte.is_ascii_digit())
        || is_run(password)
}

/// The letters that digits and signs commonly stand for.
fn unmasked(text: &str) -> String {
    let letter = |c| match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        other => other,
    };
    text.chars().map(letter).collect()
}

/// Whether each character follows the one before by the same step of -1, 0 or 1.
fn is_run(text: &str) -> bool {
    let codes: Vec<i64> = text.chars().map(|c| i64::from(u32::from(c))).collect();
    let mut steps = codes.iter().zip(codes.iter().skip(1)).map(|(a, b)| b - a);
    let first = steps.next().unwrap_or(0);
    first.abs() <= 1 && steps.all(|step| step == first)
}

fn argon2() -> Result<Argon2<'static>, Error> {
    let params = Params::new(MEMORY, PASSES, 1, None).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &str) -> Result<String, Error> {
    Ok(argon2()?.hash_password(password.as_bytes()).map_err(Error::internal)?.to_string())
}

fn verify(password: &str, hash: &str) -> Result<Verdict, Error> {
    let parsed = PasswordHash::new(hash).map_err(Error::internal)?;
    match Argon2::default().verify_password(password.as_bytes(), &parsed) {
        Ok(()) if outdated(&parsed) => Ok(Verdict::Outdated),
        Ok(()) => Ok(Verdict::Right),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(Verdict::Wrong),
        Err(error) => Err(Error::internal(error)),
    }
}

fn outdated(hash: &PasswordHash) -> bool {
    match Params::try_from(hash) {
        Ok(params) => hash.algorithm != argon2::ARGON2ID_IDENT || params.m_cost() < MEMORY || params.t_cost() < PASSES,
        Err(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_right_wrong_or_due_for_a_stronger_hash() {
        let hash = hash("correct horse").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_eq!(verify("correct horse", &hash).unwrap(), Verdict::Right);
        assert_eq!(verify("Correct horse", &hash).unwrap(), Verdict::Wrong);
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8192, 1, 1, None).unwrap());
        let weak = weak.hash_password(b"correct horse").unwrap().to_string();
        assert_eq!(verify("correct horse", &weak).unwrap(), Verdict::Outdated);
        assert_eq!(verify("wrong", &weak).unwrap(), Verdict::Wrong);
    }

    #[test]
    fn common_passwords_and_ones_own_name_are_refused() {
        for (password, code) in [
            ("short", "too_short"),
            ("PassWord1", "common"),
            ("P4$$w0rd", "common"),
            ("Welcome2024!", "common"),
            ("Admin123", "common"),
            ("iloveyouiloveyou", "common"),
            ("20051224", "common"),
            ("aaaaaaaaaaaaaaaaa", "common"),
            ("hgfedcba", "common"),
            ("ada.lovelace", "common"),
            ("Ada@example.org", "common"),
            ("nul\0nul\0nul", "bad_character"),
        ] {
            let fault = faults("password", password, &["ada.lovelace", "ada@example.org"]).unwrap_err();
            assert_eq!(fault.code, code, "{password}");
        }
        assert_eq!(faults("password", &"x".repeat(129), &[]).unwrap_err().code, "too_long");
        for good in ["ein Esel sang im Chor", "password-of-ada", "x7#kQ2!mZ", "monkey wrench tea"] {
            assert!(faults("password", good, &["ada"]).is_ok(), "{good}");
        }
    }
}
