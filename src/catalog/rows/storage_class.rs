//! Storage classes.

use cairn_types::record::record_enum;

record_enum! {
    /// S3's storage classes.
    pub enum StorageClass {
        /// `STANDARD`.
        1 => Standard,
        /// `REDUCED_REDUNDANCY`.
        2 => ReducedRedundancy,
        /// `STANDARD_IA`.
        3 => StandardIa,
        /// `ONEZONE_IA`.
        4 => OneZoneIa,
        /// `INTELLIGENT_TIERING`.
        5 => IntelligentTiering,
        /// `GLACIER`.
        6 => Glacier,
        /// `DEEP_ARCHIVE`.
        7 => DeepArchive,
        /// `GLACIER_IR`.
        8 => GlacierIr,
        /// `EXPRESS_ONEZONE`.
        9 => ExpressOneZone,
        /// `OUTPOSTS`.
        10 => Outposts,
        /// `SNOW`.
        11 => Snow,
    }
}
