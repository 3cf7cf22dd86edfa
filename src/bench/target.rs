//! The server under load, and as whom.

use cairn_s3::auth::SecretKey;

use crate::endpoint::Endpoint;

/// An endpoint, a bucket and the credentials for it.
#[derive(Clone)]
pub struct Target {
    /// Where.
    pub endpoint: Endpoint,
    /// The bucket that is written to; made if it does not exist.
    pub bucket: String,
    /// The region that signatures name.
    pub region: String,
    /// Who.
    pub access_key: String,
    /// Their secret.
    pub secret_key: SecretKey,
}
