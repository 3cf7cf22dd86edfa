//! Secrets, and the keys derived from them.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::scope::Scope;

/// The secret of an access key. Has no `Debug` and is wiped when dropped.
#[derive(Clone)]
pub struct SecretKey {
    text: Zeroizing<String>,
    /// Tells a cached signing key of this secret from one of its predecessor, without a derivation.
    fingerprint: Zeroizing<[u8; 32]>,
}

/// The key that signs for one secret, day, region and service. Has no `Debug`; its state is wiped when dropped.
#[derive(Clone)]
pub struct SigningKey(Hmac<Sha256>);

impl SecretKey {
    /// Takes a secret.
    pub fn new(text: String) -> Self {
        let fingerprint = Zeroizing::new(Sha256::digest(text.as_bytes()).into());
        Self { text: Zeroizing::new(text), fingerprint }
    }

    /// The secret itself, for keyed hashes of version 2 and for handing it out once.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// Whether both are the same, in constant time.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.fingerprint.ct_eq(other.fingerprint.as_slice()).into()
    }
}

impl SigningKey {
    /// Derives the key of a scope: four keyed hashes.
    pub fn derive(secret: &SecretKey, date: &str, region: &str, service: &str) -> Self {
        let start = Zeroizing::new(format!("AWS4{}", secret.expose()));
        let date_key = Zeroizing::new(keyed(start.as_bytes(), date.as_bytes()));
        let region_key = Zeroizing::new(keyed(date_key.as_slice(), region.as_bytes()));
        let service_key = Zeroizing::new(keyed(region_key.as_slice(), service.as_bytes()));
        let key = Zeroizing::new(keyed(service_key.as_slice(), b"aws4_request"));
        Self(mac(key.as_slice()))
    }

    pub(super) fn of_scope(secret: &SecretKey, scope: &Scope) -> Self {
        Self::derive(secret, scope.date(), scope.region(), scope.service())
    }

    /// The signature of `message` in lower-case hexadecimal digits.
    pub fn sign(&self, message: &[u8]) -> String {
        let mut mac = self.0.clone();
        mac.update(message);
        hex::encode(mac.finalize().into_bytes())
    }
}

/// Whether two texts are equal, in a time that depends on their lengths alone.
pub(crate) fn equal_in_constant_time(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

fn keyed(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut mac = mac(key);
    mac.update(message);
    mac.finalize().into_bytes().into()
}

fn mac(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of any length")
}
