//! The encryption that a new object is to have.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::CustomerKey;
use crate::error::S3Error;
use crate::header::RequestHeaders;
use crate::limits::{KEY_CONTEXT_BYTES_MAX, KEY_ID_BYTES_MAX};

const ALGORITHM: &str = "x-amz-server-side-encryption";
const KEY_ID: &str = "x-amz-server-side-encryption-aws-kms-key-id";
const CONTEXT: &str = "x-amz-server-side-encryption-context";
const BUCKET_KEY: &str = "x-amz-server-side-encryption-bucket-key-enabled";

/// How many times the key service encrypts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KmsLayers {
    /// Once: `aws:kms`.
    One,
    /// Twice: `aws:kms:dsse`.
    Two,
}

impl KmsLayers {
    /// The name in headers and XML.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::One => "aws:kms",
            Self::Two => "aws:kms:dsse",
        }
    }
}

/// The context of a key service: JSON that is authenticated with the data, not understood here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyContext(String);

impl KeyContext {
    /// The JSON.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn parse(text: &str) -> Result<Self, S3Error> {
        let decoded = STANDARD.decode(text).ok().filter(|bytes| bytes.len() <= KEY_CONTEXT_BYTES_MAX);
        let json = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
        let is_flat = |json: &String| {
            let parsed: Option<serde_json::Map<String, serde_json::Value>> = serde_json::from_str(json).ok();
            parsed.is_some_and(|pairs| pairs.values().all(serde_json::Value::is_string))
        };
        json.filter(is_flat).map(Self).ok_or_else(|| {
            let message = format!(
                "The header '{CONTEXT}' shall be Base64-encoded UTF-8 string holding JSON which \
                                   represents a string-string map"
            );
            S3Error::invalid_argument(CONTEXT, text, message)
        })
    }
}

/// One way to encrypt.
#[derive(Clone, PartialEq, Debug)]
pub enum EncryptionMethod {
    /// `AES256`: with a key of the cluster.
    Managed,
    /// With a named key of the key service.
    Kms {
        /// How often.
        layers: KmsLayers,
        /// Which key; the default one without.
        key_id: Option<String>,
        /// What is authenticated with the data.
        context: Option<KeyContext>,
    },
    /// With a key that the customer brings.
    Customer(CustomerKey),
    /// In no way that there is. A policy may forbid that first: the error is for those who may write.
    Unusable(S3Error),
}

/// A named key and a context, at least one of them.
type KmsWishes = (Option<String>, Option<KeyContext>);

/// What a request says of encryption.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct RequestedEncryption {
    /// The way; the bucket's default without.
    pub method: Option<EncryptionMethod>,
    /// Whether a key of the bucket stands between the key service and the object; the bucket's default without.
    pub bucket_key: Option<bool>,
}

impl RequestedEncryption {
    /// Reads the headers. What is wrong with them is kept, and said by whoever does what is asked.
    pub(crate) fn of_headers(headers: &RequestHeaders<'_>) -> Self {
        Self::read(headers)
            .unwrap_or_else(|error| Self { method: Some(EncryptionMethod::Unusable(error)), bucket_key: None })
    }

    /// # Errors
    ///
    /// `InvalidArgument` for an algorithm that there is not, two ways at once, settings of a key service without it, and
    /// what is wrong with a customer's key.
    pub(super) fn read(headers: &RequestHeaders<'_>) -> Result<Self, S3Error> {
        let customer = CustomerKey::of_headers(headers)?;
        let algorithm = headers.text(ALGORITHM)?;
        let kms = Self::kms_of(headers)?;
        let bucket_key = bucket_key_of(headers)?;
        let method = match (algorithm, customer, kms) {
            (None, None, None) => None,
            (None, Some(key), None) if bucket_key.is_none() => Some(EncryptionMethod::Customer(key)),
            (_, Some(_), _) => {
                let message = "Server Side Encryption with Customer provided key is incompatible with the encryption \
                               method specified";
                return Err(S3Error::invalid_argument(ALGORITHM, algorithm.unwrap_or_default(), message));
            }
            (Some("AES256"), None, None) => Some(EncryptionMethod::Managed),
            (Some("AES256") | None, None, Some(_)) => return Err(needs_kms(algorithm.unwrap_or_default())),
            (Some(text), None, kms) => {
                let layers = layers_of(text).ok_or_else(|| unknown(text))?;
                let (key_id, context) = kms.unwrap_or_default();
                Some(EncryptionMethod::Kms { layers, key_id, context })
            }
        };
        Ok(Self { method, bucket_key })
    }

    fn kms_of(headers: &RequestHeaders<'_>) -> Result<Option<KmsWishes>, S3Error> {
        let key_id = headers.nonempty(KEY_ID)?;
        if let Some(text) = key_id.filter(|text| text.len() > KEY_ID_BYTES_MAX || text.chars().any(char::is_control)) {
            return Err(S3Error::invalid_argument(KEY_ID, text, "Invalid KMS key id"));
        }
        let context = headers.nonempty(CONTEXT)?.map(KeyContext::parse).transpose()?;
        let key_id = key_id.map(str::to_owned);
        Ok(if key_id.is_none() && context.is_none() { None } else { Some((key_id, context)) })
    }

    /// The customer's key, if it brings one.
    pub fn customer_key(&self) -> Option<&CustomerKey> {
        match &self.method {
            Some(EncryptionMethod::Customer(key)) => Some(key),
            Some(EncryptionMethod::Managed | EncryptionMethod::Kms { .. } | EncryptionMethod::Unusable(_)) | None => {
                None
            }
        }
    }

    /// Whether nothing is asked for.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

fn layers_of(text: &str) -> Option<KmsLayers> {
    [KmsLayers::One, KmsLayers::Two].into_iter().find(|layers| layers.as_str() == text)
}

fn bucket_key_of(headers: &RequestHeaders<'_>) -> Result<Option<bool>, S3Error> {
    match headers.nonempty(BUCKET_KEY)? {
        None => Ok(None),
        Some(text) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
        Some(text) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
        Some(text) => Err(S3Error::invalid_argument(BUCKET_KEY, text, "Invalid boolean value")),
    }
}

fn unknown(text: &str) -> S3Error {
    S3Error::invalid_argument(ALGORITHM, text, "The encryption method specified is not supported")
}

fn needs_kms(text: &str) -> S3Error {
    let message = format!(
        "Server Side Encryption with AWS KMS managed key requires HTTP header {ALGORITHM} : aws:kms or aws:kms:dsse"
    );
    S3Error::invalid_argument(ALGORITHM, text, message)
}
