//! Data keys: made for new objects, unwrapped for those that there are.

use std::sync::Arc;

use bytes::Bytes;
use cairn_catalog::rows::{Encryption, EncryptionMode};
use cairn_encryption::{CustomerSeal, EncryptionId, SealingKey, UnwrapError, WrappingKey};
use cairn_objects::layers_of;
use cairn_runtime::Context;
use cairn_s3::encryption::{CustomerKey, KmsLayers, ShownEncryption};
use cairn_s3::{S3Error, S3ErrorCode};
use cairn_types::{ErrorKind, HasKind};
use zeroize::Zeroizing;

use super::Chosen;
use super::customer::check_customer_key;
use crate::cluster_key::ClusterKey;
use crate::kms::{KeyError, KeyName, KeyService, WrappedKey};
use crate::pipeline::failed;

/// A new object's encryption.
#[derive(Clone, Debug)]
pub(crate) struct NewEncryption {
    /// What its row says.
    pub(crate) row: Encryption,
    /// What its body is encrypted with.
    pub(crate) key: SealingKey,
}

/// Gives out data keys.
pub(crate) struct Vault {
    context: Context,
    /// Wraps data keys of SSE-S3.
    managed: WrappingKey,
    keys: Arc<dyn KeyService>,
}

/// A data key does not open.
#[derive(Debug, thiserror::Error)]
#[error("unwrap a data key")]
struct DataKeyError(#[source] UnwrapError);

impl HasKind for DataKeyError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Corrupt
    }
}

impl Vault {
    pub(crate) fn new(context: Context, cluster_key: &ClusterKey, keys: Arc<dyn KeyService>) -> Self {
        Self { context, managed: cluster_key.wrapping("objects"), keys }
    }

    /// Makes a data key.
    ///
    /// # Errors
    /// `KMS.NotFoundException`, `KMS.DisabledException`.
    pub(crate) async fn encrypt(&self, chosen: &Chosen) -> Result<NewEncryption, S3Error> {
        let entropy = &self.context.entropy;
        let id = EncryptionId(entropy.bytes());
        let layers = layers_of(mode_of(chosen));
        let mut secret = Zeroizing::new(vec![0; layers.secret_bytes()]);
        entropy.fill(&mut secret);
        let key = SealingKey::new(secret, id, layers).expect("the secret was made for these layers");
        let mut row =
            Encryption { mode: mode_of(chosen), encryption_id: Bytes::copy_from_slice(&id.0), ..Encryption::default() };
        match chosen {
            Chosen::Managed => row.wrapped_data_key = self.managed.wrap(&about(&row), entropy.bytes(), key.secret()),
            Chosen::Kms { name, context, bucket_key, .. } => {
                row.context = context.clone().into();
                let wrapped = self.keys.wrap(name, &about(&row), key.secret()).await;
                let wrapped = wrapped.map_err(|error| key_failed(&error))?;
                row.key_id = wrapped.name.to_string();
                row.key_version = wrapped.version;
                row.wrapped_data_key = wrapped.bytes;
                row.bucket_key = *bucket_key;
            }
            Chosen::Customer(customer) => {
                let seal = CustomerSeal::new(customer.expose(), id);
                row.wrapped_data_key = seal.wrapping().wrap(&about(&row), entropy.bytes(), key.secret());
                row.customer_verifier = seal.verifier();
            }
        }
        Ok(NewEncryption { row, key })
    }

    /// The data key of what is there; `None` of what is not encrypted.
    ///
    /// # Errors
    /// What is wrong with the customer's key; `KMS.NotFoundException`, `KMS.DisabledException`.
    pub(crate) async fn unlock(
        &self,
        row: Option<&Encryption>,
        customer: Option<&CustomerKey>,
    ) -> Result<Option<SealingKey>, S3Error> {
        check_customer_key(row, customer)?;
        let Some(row) = row else { return Ok(None) };
        let damaged = |error| failed(&DataKeyError(error));
        let id = <[u8; 16]>::try_from(&row.encryption_id[..]).map_err(|_| damaged(UnwrapError::Form))?;
        let id = EncryptionId(id);
        let secret = match (row.mode, customer) {
            (EncryptionMode::Managed, _) => self.managed.unwrap(&about(row), &row.wrapped_data_key).map_err(damaged)?,
            (EncryptionMode::Kms | EncryptionMode::KmsDual, _) => self.unwrap_named(row).await?,
            (EncryptionMode::Customer, Some(customer)) => {
                let seal = CustomerSeal::new(customer.expose(), id);
                seal.wrapping().unwrap(&about(row), &row.wrapped_data_key).map_err(damaged)?
            }
            (EncryptionMode::Customer, None) => return Err(S3ErrorCode::InvalidRequest.into()),
        };
        let key = SealingKey::new(secret, id, layers_of(row.mode)).map_err(|_| damaged(UnwrapError::Form))?;
        Ok(Some(key))
    }

    async fn unwrap_named(&self, row: &Encryption) -> Result<Zeroizing<Vec<u8>>, S3Error> {
        let name = KeyName::parse(&row.key_id);
        let name = name.ok_or_else(|| key_failed(&KeyError::NotFound(row.key_id.clone())))?;
        let wrapped = WrappedKey { name, version: row.key_version, bytes: row.wrapped_data_key.clone() };
        self.keys.unwrap(&wrapped, &about(row)).await.map_err(|error| key_failed(&error))
    }
}

/// What answers say of an object's encryption. A customer's key is shown by those who brought it.
pub(crate) fn shown(row: Option<&Encryption>, customer: Option<&CustomerKey>) -> Option<ShownEncryption> {
    let row = row?;
    let kms = |layers| ShownEncryption::Kms { layers, key_id: row.key_id.clone(), bucket_key: row.bucket_key };
    match row.mode {
        EncryptionMode::Managed => Some(ShownEncryption::Managed),
        EncryptionMode::Kms => Some(kms(KmsLayers::One)),
        EncryptionMode::KmsDual => Some(kms(KmsLayers::Two)),
        EncryptionMode::Customer => customer.map(|key| ShownEncryption::Customer { key_md5: key.md5_base64() }),
    }
}

fn mode_of(chosen: &Chosen) -> EncryptionMode {
    match chosen {
        Chosen::Managed => EncryptionMode::Managed,
        Chosen::Kms { layers: KmsLayers::One, .. } => EncryptionMode::Kms,
        Chosen::Kms { layers: KmsLayers::Two, .. } => EncryptionMode::KmsDual,
        Chosen::Customer(_) => EncryptionMode::Customer,
    }
}

/// What a data key belongs to.
fn about(row: &Encryption) -> [&[u8]; 4] {
    let mode: &[u8] = match row.mode {
        EncryptionMode::Managed => &[1],
        EncryptionMode::Kms => &[2],
        EncryptionMode::KmsDual => &[3],
        EncryptionMode::Customer => &[4],
    };
    [b"cairn data key", mode, &row.encryption_id, &row.context]
}

/// The answer where a key does not serve.
fn key_failed(error: &KeyError) -> S3Error {
    match error {
        KeyError::NotFound(name) => {
            S3Error::with_message(S3ErrorCode::KmsNotFoundException, format!("Key '{name}' does not exist"))
        }
        KeyError::Disabled(name) => {
            S3Error::with_message(S3ErrorCode::KmsDisabledException, format!("{name} is disabled."))
        }
        other => failed(other),
    }
}
