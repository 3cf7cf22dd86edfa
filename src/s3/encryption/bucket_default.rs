//! `?encryption` of a bucket.

use super::KmsLayers;
use crate::error::S3Error;
use crate::limits::KEY_ID_BYTES_MAX;
use crate::xml::{Document, XmlWriter, malformed};

/// How objects are encrypted whose writer does not say.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DefaultEncryption {
    /// `AES256`.
    Managed,
    /// With a key of the key service.
    Kms {
        /// How often.
        layers: KmsLayers,
        /// Which key; the default one without.
        key_id: Option<String>,
    },
}

/// `<BlockedEncryptionTypes>`: what a request may not ask for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BlockedEncryption {
    /// `NONE`: all is allowed.
    Nothing,
    /// `SSE-C`: customers' keys are refused.
    CustomerKeys,
}

/// The document: its one rule.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct BucketEncryption {
    /// The default.
    pub default: Option<DefaultEncryption>,
    /// Whether a key of the bucket stands between key service and objects.
    pub bucket_key: Option<bool>,
    /// What is refused.
    pub blocked: Option<BlockedEncryption>,
}

impl BucketEncryption {
    /// Reads the document: exactly one rule that says something.
    ///
    /// # Errors
    ///
    /// `MalformedXML`, also for an algorithm that there is not; `InvalidArgument` for a key that the algorithm has no use
    /// for; `MissingRequestBodyError`.
    pub fn parse(body: &[u8]) -> Result<Self, S3Error> {
        let mut document = Document::open(body, "ServerSideEncryptionConfiguration")?;
        let mut rule = None;
        while let Some(name) = document.next_child()? {
            match name.as_str() {
                "Rule" if rule.is_none() => rule = Some(parse_rule(&mut document)?),
                _ => return Err(malformed()),
            }
        }
        document.finish()?;
        rule.filter(|rule| *rule != Self::default()).ok_or_else(malformed)
    }

    /// The document.
    pub fn to_xml(&self) -> String {
        let mut xml = XmlWriter::new("ServerSideEncryptionConfiguration");
        xml.open("Rule");
        if let Some(default) = &self.default {
            xml.open("ApplyServerSideEncryptionByDefault");
            match default {
                DefaultEncryption::Managed => xml.text("SSEAlgorithm", "AES256"),
                DefaultEncryption::Kms { layers, key_id } => {
                    xml.text("SSEAlgorithm", layers.as_str()).optional("KMSMasterKeyID", key_id.as_deref())
                }
            };
            xml.close();
        }
        if let Some(bucket_key) = self.bucket_key {
            xml.value("BucketKeyEnabled", bucket_key);
        }
        if let Some(blocked) = self.blocked {
            xml.open("BlockedEncryptionTypes").text("EncryptionType", blocked.as_str()).close();
        }
        xml.finish()
    }
}

impl BlockedEncryption {
    fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "NONE",
            Self::CustomerKeys => "SSE-C",
        }
    }
}

fn parse_rule(document: &mut Document<'_>) -> Result<BucketEncryption, S3Error> {
    let mut rule = BucketEncryption::default();
    while let Some(name) = document.next_child()? {
        match name.as_str() {
            "ApplyServerSideEncryptionByDefault" if rule.default.is_none() => {
                rule.default = Some(parse_default(document)?);
            }
            "BucketKeyEnabled" if rule.bucket_key.is_none() => rule.bucket_key = Some(document.boolean()?),
            "BlockedEncryptionTypes" if rule.blocked.is_none() => rule.blocked = Some(parse_blocked(document)?),
            _ => return Err(malformed()),
        }
    }
    Ok(rule)
}

fn parse_default(document: &mut Document<'_>) -> Result<DefaultEncryption, S3Error> {
    let (mut algorithm, mut key_id) = (None, None);
    while let Some(name) = document.next_child()? {
        match name.as_str() {
            "SSEAlgorithm" if algorithm.is_none() => algorithm = Some(document.text()?),
            "KMSMasterKeyID" if key_id.is_none() => key_id = Some(document.text()?.trim().to_owned()),
            _ => return Err(malformed()),
        }
    }
    let key_id = key_id.filter(|id| !id.is_empty());
    if key_id.as_ref().is_some_and(|id| id.len() > KEY_ID_BYTES_MAX) {
        return Err(malformed());
    }
    match (algorithm.as_deref().map(str::trim), key_id) {
        (Some("AES256"), None) => Ok(DefaultEncryption::Managed),
        (Some("AES256"), Some(id)) => {
            let message =
                "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse";
            Err(S3Error::invalid_argument("KMSMasterKeyID", id, message))
        }
        (Some("aws:kms"), key_id) => Ok(DefaultEncryption::Kms { layers: KmsLayers::One, key_id }),
        (Some("aws:kms:dsse"), key_id) => Ok(DefaultEncryption::Kms { layers: KmsLayers::Two, key_id }),
        (Some(_) | None, _) => Err(malformed()),
    }
}

fn parse_blocked(document: &mut Document<'_>) -> Result<BlockedEncryption, S3Error> {
    let mut blocked = None;
    while let Some(name) = document.next_child()? {
        if name != "EncryptionType" || blocked.is_some() {
            return Err(malformed());
        }
        let text = document.text()?;
        let known = [BlockedEncryption::Nothing, BlockedEncryption::CustomerKeys];
        blocked = Some(known.into_iter().find(|known| known.as_str() == text.trim()).ok_or_else(malformed)?);
    }
    blocked.ok_or_else(malformed)
}
