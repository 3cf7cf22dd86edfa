//! Uploads and parts.

use cairn_types::record::record;
use cairn_types::{ObjectKey, UploadId};

use crate::command::KeyScope;
use crate::rows::{PartRow, UploadRow};

record! {
    /// Asks for an open upload.
    pub struct GetUpload {
        /// The key.
        1 => pub scope: KeyScope,
        /// The upload.
        2 => pub upload: UploadId,
    }
}

record! {
    /// Asks for an open upload and its parts.
    pub struct ListParts {
        /// The key.
        1 => pub scope: KeyScope,
        /// The upload.
        2 => pub upload: UploadId,
        /// Parts above this number.
        3 => pub after: u16,
        /// So many at most.
        4 => pub max: u32,
    }
}

record! {
    /// Asks for the part rows of an upload, open or not: of a finished object, all of its parts and perhaps others that
    /// wait to be collected. The version's part index says which.
    pub struct PartRows {
        /// The key.
        1 => pub scope: KeyScope,
        /// The upload.
        2 => pub upload: UploadId,
        /// Parts above this number.
        3 => pub after: u16,
        /// So many at most.
        4 => pub max: u32,
        /// Key that the part rows lie under, where it is not the object's: as the version says.
        5 => pub home: Option<ObjectKey>,
    }
}

record! {
    /// A part.
    pub struct PartWithNumber {
        /// Its number.
        1 => pub number: u16,
        /// Its row.
        2 => pub part: PartRow,
    }
}

record! {
    /// A page of parts.
    pub struct PartPage {
        /// The upload, where it was asked for.
        1 => pub upload: Option<UploadRow>,
        /// Parts, ascending.
        2 => pub parts: Vec<PartWithNumber>,
        /// Whether there are more.
        3 => pub more: bool,
    }
}
