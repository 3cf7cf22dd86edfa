//! ETags.

use cairn_types::record::{record, record_enum};

record_enum! {
    /// What an ETag was made of.
    pub enum ETagKind {
        /// MD5 of the body.
        1 => Md5,
        /// MD5 of the parts' MD5s, and their count.
        2 => Composite,
        /// Anything else (encrypted bodies).
        3 => Opaque,
    }
}

record! {
    /// S3's opaque tag of a body.
    #[derive(Eq)]
    pub struct ETag without unknown {
        /// What it was made of.
        1 => pub kind: ETagKind,
        /// The text without quotes, lower case.
        2 => pub text: String,
    }
}
