//! Customers' keys: that they come where they must, over a connection that they may come over.

use cairn_catalog::rows::{Encryption, EncryptionMode};
use cairn_encryption::{CustomerSeal, EncryptionId};
use cairn_s3::encryption::CustomerKey;
use cairn_s3::operation::Operation;
use cairn_s3::{S3Error, S3ErrorCode};

/// Whether a connection may bring customers' keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Privacy {
    /// It may.
    Enough,
    /// Others may read along.
    Open,
}

/// Refuses a customer's key that was sent in the open.
pub(crate) fn refuse_insecure(operation: &Operation, privacy: Privacy) -> Result<(), S3Error> {
    match privacy {
        Privacy::Open if operation.brings_customer_key() => Err(invalid(
            "Requests specifying Server Side Encryption with Customer provided keys must be made over a secure connection.",
        )),
        Privacy::Open | Privacy::Enough => Ok(()),
    }
}

/// Whether the key is the one of an object, and none is brought to one that has none.
///
/// # Errors
/// `InvalidRequest` for a key that is missing or has no use; `AccessDenied` for another key.
pub(crate) fn check_customer_key(row: Option<&Encryption>, key: Option<&CustomerKey>) -> Result<(), S3Error> {
    let row = row.filter(|row| row.mode == EncryptionMode::Customer);
    match (row, key) {
        (None, None) => Ok(()),
        (None, Some(_)) => Err(invalid("The encryption parameters are not applicable to this object.")),
        (Some(_), None) => Err(invalid(
            "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to \
             retrieve the object.",
        )),
        (Some(row), Some(key)) if is_key_of(row, key) => Ok(()),
        (Some(_), Some(_)) => Err(S3ErrorCode::AccessDenied.into()),
    }
}

/// Whether the key of a part is the one that its upload was begun with.
///
/// # Errors
/// `InvalidRequest` in all cases.
pub(crate) fn check_part_key(upload: Option<&Encryption>, key: Option<&CustomerKey>) -> Result<(), S3Error> {
    let row = upload.filter(|row| row.mode == EncryptionMode::Customer);
    match (row, key) {
        (None, None) => Ok(()),
        (None, Some(_)) => Err(invalid(
            "The multipart upload initiate did not request encryption. Please resend the request without sending \
             encryption parameters.",
        )),
        (Some(_), None) => Err(invalid(
            "The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate \
             encryption parameters.",
        )),
        (Some(row), Some(key)) if is_key_of(row, key) => Ok(()),
        (Some(_), Some(_)) => {
            Err(invalid("The provided encryption parameters did not match the ones used originally."))
        }
    }
}

fn is_key_of(row: &Encryption, key: &CustomerKey) -> bool {
    let Ok(id) = <[u8; 16]>::try_from(&row.encryption_id[..]) else { return false };
    CustomerSeal::new(key.expose(), EncryptionId(id)).verify(&row.customer_verifier).is_ok()
}

fn invalid(message: &str) -> S3Error {
    S3Error::with_message(S3ErrorCode::InvalidRequest, message.to_owned())
}
