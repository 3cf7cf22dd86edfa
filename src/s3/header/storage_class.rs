//! `x-amz-storage-class`.

use super::RequestHeaders;
use crate::error::{S3Error, S3ErrorCode};

/// A storage class that a bucket of the general kind has.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]
pub enum StorageClass {
    /// `STANDARD`
    #[default]
    Standard,
    /// `REDUCED_REDUNDANCY`
    ReducedRedundancy,
    /// `STANDARD_IA`
    StandardIa,
    /// `ONEZONE_IA`
    OneZoneIa,
    /// `INTELLIGENT_TIERING`
    IntelligentTiering,
    /// `GLACIER`
    Glacier,
    /// `GLACIER_IR`
    GlacierIr,
    /// `DEEP_ARCHIVE`
    DeepArchive,
}

impl StorageClass {
    /// Every one of them.
    pub const ALL: [Self; 8] = [
        Self::Standard,
        Self::ReducedRedundancy,
        Self::StandardIa,
        Self::OneZoneIa,
        Self::IntelligentTiering,
        Self::Glacier,
        Self::GlacierIr,
        Self::DeepArchive,
    ];

    /// The name in headers and XML.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "STANDARD",
            Self::ReducedRedundancy => "REDUCED_REDUNDANCY",
            Self::StandardIa => "STANDARD_IA",
            Self::OneZoneIa => "ONEZONE_IA",
            Self::IntelligentTiering => "INTELLIGENT_TIERING",
            Self::Glacier => "GLACIER",
            Self::GlacierIr => "GLACIER_IR",
            Self::DeepArchive => "DEEP_ARCHIVE",
        }
    }

    /// Reads a name.
    ///
    /// # Errors
    ///
    /// `InvalidStorageClass`, also for the classes of other kinds of buckets (`EXPRESS_ONEZONE`, `OUTPOSTS`, `SNOW` …), as
    /// AWS has it.
    pub fn parse(text: &str) -> Result<Self, S3Error> {
        let known = Self::ALL.into_iter().find(|known| known.as_str() == text);
        known.ok_or_else(|| S3Error::new(S3ErrorCode::InvalidStorageClass).element("StorageClassRequested", text))
    }

    pub(crate) fn of_headers(headers: &RequestHeaders<'_>) -> Result<Option<Self>, S3Error> {
        headers.text("x-amz-storage-class")?.map(Self::parse).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::StorageClass;
    use crate::error::S3ErrorCode;

    #[test]
    fn every_class_is_known_by_its_exact_name() {
        for class in StorageClass::ALL {
            assert_eq!(StorageClass::parse(class.as_str()), Ok(class));
        }
        for other in ["", "standard", "COLD", "EXPRESS_ONEZONE", "OUTPOSTS", "SNOW", "FSX_OPENZFS", "STANDARD "] {
            assert_eq!(StorageClass::parse(other).expect_err(other).code, S3ErrorCode::InvalidStorageClass, "{other}");
        }
    }
}
