//! Which requests bring customers' keys.

use super::Operation;
use crate::encryption::EncryptionMethod;

impl Operation {
    /// Whether a key of the customer comes with the request, for what it writes or for what it reads.
    pub fn brings_customer_key(&self) -> bool {
        let writes = |method: &Option<EncryptionMethod>| matches!(method, Some(EncryptionMethod::Customer(_)));
        self.settings().is_some_and(|settings| writes(&settings.encryption.method)) || self.reads_with_customer_key()
    }

    fn reads_with_customer_key(&self) -> bool {
        match self {
            Self::GetObject(read) | Self::HeadObject(read) => read.customer_key.is_some(),
            Self::GetObjectAttributes(get) => get.customer_key.is_some(),
            Self::UploadPart(part) => part.customer_key.is_some(),
            Self::UploadPartCopy(copy) => copy.customer_key.is_some() || copy.source_customer_key.is_some(),
            Self::CopyObject(copy) => copy.source_customer_key.is_some(),
            Self::CompleteMultipartUpload(complete) => complete.customer_key.is_some(),
            _ => false,
        }
    }
}
