//! Secrets: made from the system's randomness, kept as hashes, compared in constant time.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::error::Error;

/// 256 bits, as text that may stand in an address or a cookie.
pub fn generate() -> Result<String, Error> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(Error::internal)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// What is stored of a secret. It has 256 bits of its own, so a plain hash is enough.
pub fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

/// The same as text that may stand in a key.
pub fn hashed_text(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(hash(text))
}

/// Compares without telling by the time it takes how much was right.
pub fn same(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

/// A key for one purpose: knowing it tells nothing of the secret nor of the keys for other purposes.
pub fn derive(secret: &[u8], purpose: &str) -> [u8; 32] {
    // A key longer than a block is hashed first, as HMAC itself would: the length never matters.
    let mut mac = Hmac::<Sha256>::new(&block(secret));
    mac.update(purpose.as_bytes());
    mac.finalize().into_bytes().into()
}

fn block(secret: &[u8]) -> hmac::digest::Key<Hmac<Sha256>> {
    let mut key = hmac::digest::Key::<Hmac<Sha256>>::default();
    let digest;
    let bytes = if secret.len() > key.len() {
        digest = Sha256::digest(secret);
        digest.as_slice()
    } else {
        secret
    };
    for (place, byte) in key.iter_mut().zip(bytes) {
        *place = *byte;
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_differ_by_purpose_and_by_secret() {
        let key = derive(b"secret", "a");
        assert_eq!(key, derive(b"secret", "a"));
        assert_ne!(key, derive(b"secret", "b"));
        assert_ne!(key, derive(b"Secret", "a"));
        assert_ne!(derive(&[1; 100], "a"), derive(&[2; 100], "a"));
    }

    #[test]
    fn secrets_are_long_and_never_the_same() {
        let (a, b) = (generate().unwrap(), generate().unwrap());
        assert_eq!(a.len(), 43);
        assert_ne!(a, b);
        assert!(same(&hash(&a), &hash(&a)) && !same(&hash(&a), &hash(&b)) && !same(b"", b"a"));
    }
}
