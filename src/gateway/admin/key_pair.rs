//! New access keys.

use cairn_runtime::Entropy;
use cairn_s3::auth::SecretKey;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What every access key id of ours begins with.
const PREFIX: &str = "CAIRN";

/// An access key and its secret. Without `Debug`: it is never logged.
pub struct KeyPair {
    /// The access key's id: 20 capitals and digits.
    pub access_key: String,
    /// Its secret: 40 letters and digits.
    pub secret: SecretKey,
}

/// A secret on its way to whoever made it, once. Without `Debug`.
pub struct ShownSecret(SecretKey);

impl KeyPair {
    /// A new random pair. Letters that are taken for digits are left out: people copy secrets from paper too.
    pub fn generate(entropy: &Entropy) -> Self {
        const CAPITALS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
        const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
        let access_key = format!("{PREFIX}{}", draw(entropy, CAPITALS, 15));
        Self { access_key, secret: SecretKey::new(draw(entropy, LETTERS, 40)) }
    }
}

/// Random letters.
pub(super) fn draw(entropy: &Entropy, letters: &[u8], count: usize) -> String {
    (0..count).map(|_| letters[entropy.below(letters.len() as u64) as usize] as char).collect()
}

impl ShownSecret {
    /// Hands a secret out.
    pub fn new(secret: SecretKey) -> Self {
        Self(secret)
    }

    /// The text, to be printed once.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl Serialize for ShownSecret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

impl<'de> Deserialize<'de> for ShownSecret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(SecretKey::new(text)))
    }
}
