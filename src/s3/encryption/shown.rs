//! What answers say of an object's encryption.

use crate::encryption::KmsLayers;
use crate::response::ResponseHead;

/// How an object is encrypted, as `PUT`, `GET` and `HEAD` echo it. An object that is not encrypted shows nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ShownEncryption {
    /// With a key of the cluster.
    Managed,
    /// With a key of the key service.
    Kms {
        /// How often.
        layers: KmsLayers,
        /// Which key.
        key_id: String,
        /// Whether a bucket key stands between.
        bucket_key: bool,
    },
    /// With the customer's key.
    Customer {
        /// The MD5 of the key, in base64.
        key_md5: String,
    },
}

impl ShownEncryption {
    /// Writes the headers.
    pub(crate) fn write(&self, head: &mut ResponseHead) {
        match self {
            Self::Managed => {
                head.text("x-amz-server-side-encryption", "AES256");
            }
            Self::Kms { layers, key_id, bucket_key } => {
                head.text("x-amz-server-side-encryption", layers.as_str());
                head.text("x-amz-server-side-encryption-aws-kms-key-id", key_id);
                if *bucket_key {
                    head.text("x-amz-server-side-encryption-bucket-key-enabled", "true");
                }
            }
            Self::Customer { key_md5 } => {
                head.text("x-amz-server-side-encryption-customer-algorithm", "AES256");
                head.text("x-amz-server-side-encryption-customer-key-md5", key_md5);
            }
        }
    }
}
