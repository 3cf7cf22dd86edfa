//! SSE-C: the customer brings the key with every request.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::auth::equal_in_constant_time;
use crate::checksum::Md5Digest;
use crate::error::S3Error;
use crate::header::RequestHeaders;

/// The names of the three headers that bring a key.
struct Names {
    algorithm: &'static str,
    key: &'static str,
    md5: &'static str,
}

const OWN: Names = Names {
    algorithm: "x-amz-server-side-encryption-customer-algorithm",
    key: "x-amz-server-side-encryption-customer-key",
    md5: "x-amz-server-side-encryption-customer-key-md5",
};
const OF_COPY_SOURCE: Names = Names {
    algorithm: "x-amz-copy-source-server-side-encryption-customer-algorithm",
    key: "x-amz-copy-source-server-side-encryption-customer-key",
    md5: "x-amz-copy-source-server-side-encryption-customer-key-md5",
};

/// A key of 256 bits. Wiped when dropped; `Debug` does not show it; compared in constant time.
#[derive(Clone)]
pub struct CustomerKey {
    key: Zeroizing<[u8; 32]>,
    md5: Md5Digest,
}

impl CustomerKey {
    /// Reads the key of the object that a request is about.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for another algorithm than AES256, some of the three headers without the others, a key that is not
    /// 32 bytes of base64, and an MD5 that is not the key's.
    pub(crate) fn of_headers(headers: &RequestHeaders<'_>) -> Result<Option<Self>, S3Error> {
        Self::read(headers, &OWN)
    }

    /// Reads the key of a copy's source; for the rest as [`CustomerKey::of_headers`].
    pub(crate) fn of_copy_source(headers: &RequestHeaders<'_>) -> Result<Option<Self>, S3Error> {
        Self::read(headers, &OF_COPY_SOURCE)
    }

    fn read(headers: &RequestHeaders<'_>, names: &Names) -> Result<Option<Self>, S3Error> {
        let (algorithm, key) = (headers.nonempty(names.algorithm)?, headers.nonempty(names.key)?);
        let md5 = headers.nonempty(names.md5)?;
        if algorithm.is_none() && key.is_none() && md5.is_none() {
            return Ok(None);
        }
        match algorithm {
            Some("AES256") => {}
            Some(other) => {
                let message = "Requests specifying Server Side Encryption with Customer provided keys must provide a \
                               valid encryption algorithm.";
                return Err(S3Error::invalid_argument(names.algorithm, other, message));
            }
            None => return Err(missing(names.algorithm, "a valid encryption algorithm")),
        }
        let key = key.ok_or_else(|| missing(names.key, "an appropriate secret key"))?;
        let md5 = md5.ok_or_else(|| missing(names.md5, "the client calculated MD5 of the secret key"))?;
        Self::parse(names, key, md5).map(Some)
    }

    fn parse(names: &Names, key: &str, md5: &str) -> Result<Self, S3Error> {
        // One byte more than a key, so that a longer text is an error and never a cut key. Nothing of it is echoed.
        let mut raw = Zeroizing::new([0u8; 48]);
        let len = STANDARD.decode_slice(key, raw.as_mut_slice()).unwrap_or(0);
        let bytes = raw.get(..len).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok()).map(Zeroizing::new);
        let key = bytes.ok_or_else(|| {
            S3Error::invalid_argument(names.key, "", "The secret key was invalid for the specified algorithm.")
        })?;
        let digest = Md5Digest::of(key.as_slice());
        let message = "The calculated MD5 hash of the key did not match the hash that was provided.";
        if STANDARD.decode(md5).ok().as_deref() != Some(&digest.0[..]) {
            return Err(S3Error::invalid_argument(names.md5, md5, message));
        }
        Ok(Self { key, md5: digest })
    }

    /// The key itself.
    pub fn expose(&self) -> &[u8; 32] {
        &self.key
    }

    /// What answers show of it: `x-amz-server-side-encryption-customer-key-MD5`.
    pub fn md5_base64(&self) -> String {
        STANDARD.encode(self.md5.0)
    }
}

impl PartialEq for CustomerKey {
    fn eq(&self, other: &Self) -> bool {
        equal_in_constant_time(self.key.as_slice(), other.key.as_slice())
    }
}

impl Eq for CustomerKey {}

impl fmt::Debug for CustomerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CustomerKey")
    }
}

fn missing(name: &'static str, what: &str) -> S3Error {
    let message =
        format!("Requests specifying Server Side Encryption with Customer provided keys must provide {what}.");
    S3Error::invalid_argument(name, "", message)
}
