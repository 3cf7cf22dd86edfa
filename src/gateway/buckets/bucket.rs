//! One bucket.

use std::sync::OnceLock;

use bytes::Bytes;
use cairn_catalog::query::BucketFound;
use cairn_catalog::rows::{BucketSettings, BucketState};
use cairn_objects::BucketView;
use cairn_policy::BucketAccess;
use cairn_s3::configuration::Payer;
use cairn_s3::cors::CorsConfiguration;
use cairn_s3::encryption::BucketEncryption;
use cairn_s3::operation::BucketConfiguration;
use cairn_types::{BucketId, ConfigVersion};

use super::access::{Compiled, Unreadable};

/// A bucket as the root shard had it.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Bucket {
    pub(crate) id: BucketId,
    /// Its owner, and what decides about it, compiled.
    pub(crate) access: BucketAccess,
    /// Who pays for requests.
    pub(crate) payer: Payer,
    /// What of its configuration could not be read, so that it is closed.
    pub(crate) fault: Option<Unreadable>,
    pub(crate) region: String,
    pub(crate) config_version: ConfigVersion,
    pub(crate) settings: BucketSettings,
    /// What objects get whose writer asks for nothing.
    pub(crate) encryption: BucketEncryption,
    pub(crate) documents: Vec<(String, Bytes)>,
    pub(crate) is_closing: bool,
    /// The rules for pages of other origins, read when the first page asks.
    cors: OnceLock<Option<CorsConfiguration>>,
}

impl Bucket {
    pub(super) fn of(found: BucketFound) -> Self {
        let BucketFound { bucket, row, documents, .. } = found;
        let encryption = encryption_of(&documents);
        let Compiled { access, payer, fault } = Compiled::of(&row, &documents);
        Self {
            id: bucket,
            access,
            payer,
            fault,
            region: row.region,
            config_version: row.config_version,
            settings: row.settings,
            encryption,
            documents,
            is_closing: row.state == BucketState::Deleting,
            cors: OnceLock::new(),
        }
    }

    /// As requests on its keys see it.
    pub(crate) fn view(&self) -> BucketView {
        BucketView {
            id: self.id,
            config_version: self.config_version,
            versioning: self.settings.versioning,
            object_lock: self.settings.object_lock,
        }
    }

    /// The rules for pages of other origins, if it has any.
    pub(crate) fn cors(&self) -> Option<&CorsConfiguration> {
        let read = || {
            let document = self.document(BucketConfiguration::Cors.parameter())?;
            CorsConfiguration::parse(document)
                .inspect_err(|error| tracing::error!(%error, "rules that were read when they were set cannot be read"))
                .ok()
        };
        self.cors.get_or_init(read).as_ref()
    }

    /// A sub-resource that was set.
    pub(crate) fn document(&self, name: &str) -> Option<&Bytes> {
        self.documents.iter().find(|(known, _)| known == name).map(|(_, document)| document)
    }
}

/// The rule of a bucket. It was parsed when it was set, so a text that is none is of a newer build.
fn encryption_of(documents: &[(String, Bytes)]) -> BucketEncryption {
    let name = BucketConfiguration::Encryption.parameter();
    let document = documents.iter().find(|(known, _)| known == name).map(|(_, document)| document);
    let parsed = document.map(|document| BucketEncryption::parse(document));
    match parsed {
        Some(Err(error)) => {
            tracing::error!(?error, "the encryption of a bucket cannot be read; it is taken to have none");
            BucketEncryption::default()
        }
        Some(Ok(rule)) => rule,
        None => BucketEncryption::default(),
    }
}
