//! What a command or query of a key is about.

use cairn_types::record::record;
use cairn_types::{BucketId, ConfigVersion, ObjectKey};

record! {
    /// A key, and the configuration under which it was decided to touch it.
    #[derive(Eq)]
    pub struct KeyScope without unknown {
        /// The bucket.
        1 => pub bucket: BucketId,
        /// The key.
        2 => pub key: ObjectKey,
        /// Configuration version of the bucket that the decision was made under.
        3 => pub config_version: ConfigVersion,
    }
}
