//! Keys of the bodies that requests write and read.

use cairn_catalog::rows::{Encryption, EncryptionMode};
use cairn_encryption::{PartSalt, SealingKey};
use cairn_objects::{BodySeal, ObjectRead, SealedETag};
use cairn_s3::S3Error;
use cairn_s3::encryption::{CustomerKey, RequestedEncryption};

use crate::encryption::{NewEncryption, check_part_key, choose};
use crate::pipeline::{Exchange, Governed};

/// What a new object is encrypted with: as the request says, else the bucket, else the cluster.
pub(super) async fn new_encryption(
    exchange: &Exchange,
    bucket: &Governed,
    requested: &RequestedEncryption,
) -> Result<Option<NewEncryption>, S3Error> {
    let gateway = &exchange.gateway;
    match choose(requested, &bucket.bucket().encryption, gateway.settings().encrypt_all)? {
        Some(chosen) => gateway.vault().encrypt(&chosen).await.map(Some),
        None => Ok(None),
    }
}

/// What seals the body that an object is made with.
pub(super) fn whole_seal(new: Option<&NewEncryption>) -> Option<BodySeal> {
    new.map(|new| seal(&new.key, new.row.mode, PartSalt::Whole))
}

/// What seals a part; each attempt has a key of its own.
pub(super) async fn part_seal(
    exchange: &Exchange,
    upload: Option<&Encryption>,
    customer: Option<&CustomerKey>,
) -> Result<Option<BodySeal>, S3Error> {
    check_part_key(upload, customer)?;
    let Some(row) = upload else { return Ok(None) };
    let key = exchange.gateway.vault().unlock(Some(row), customer).await?;
    let salt = PartSalt::Part(exchange.gateway.context().entropy.bytes());
    Ok(key.map(|key| seal(&key, row.mode, salt)))
}

/// A version whose bytes may be read.
pub(super) async fn unlocked(
    exchange: &Exchange,
    found: ObjectRead,
    customer: Option<&CustomerKey>,
) -> Result<ObjectRead, S3Error> {
    let key = exchange.gateway.vault().unlock(found.version().meta.encryption.as_ref(), customer).await?;
    Ok(found.unlocked(key))
}

fn seal(key: &SealingKey, mode: EncryptionMode, salt: PartSalt) -> BodySeal {
    let etag = match mode {
        EncryptionMode::Managed => SealedETag::Md5,
        EncryptionMode::Kms | EncryptionMode::KmsDual | EncryptionMode::Customer => SealedETag::Opaque,
    };
    BodySeal { cipher: key.body(salt), etag, salt }
}
