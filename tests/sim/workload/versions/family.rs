//! The buckets of versions, and their keys in families: an act touches the keys of one family, so a family's history is
//! judged by itself.

/// How a bucket keeps versions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Keeps {
    /// Versioning was never on.
    Nothing,
    /// It is on throughout; versions may be locked.
    All,
    /// It is switched on and suspended during the run.
    Sometimes,
}

/// Keys that acts may touch together.
#[derive(Debug)]
pub(crate) struct Family {
    pub(crate) bucket: &'static str,
    pub(crate) keeps: Keeps,
    pub(crate) keys: &'static [&'static str],
}

/// The bucket without versioning.
pub(crate) const PLAIN: &str = "plain";
/// The bucket with versioning and locks.
pub(crate) const KEPT: &str = "kept";
/// The bucket whose versioning changes.
pub(crate) const SWITCHED: &str = "switched";

/// All buckets.
pub(crate) const BUCKETS: &[&str] = &[PLAIN, KEPT, SWITCHED];

/// All families. Within one of two keys objects are renamed.
pub(crate) const FAMILIES: &[Family] = &[
    Family { bucket: PLAIN, keeps: Keeps::Nothing, keys: &["moved/a", "moved/b"] },
    Family { bucket: KEPT, keeps: Keeps::All, keys: &["locked/…"] },
    Family { bucket: KEPT, keeps: Keeps::All, keys: &["moved/a", "moved/a b"] },
    Family { bucket: SWITCHED, keeps: Keeps::Sometimes, keys: &["alone"] },
    Family { bucket: SWITCHED, keeps: Keeps::Sometimes, keys: &["moved/a", "moved/ä"] },
];

impl Family {
    /// Place of a key in the family.
    pub(crate) fn place(&self, key: &str) -> Option<usize> {
        self.keys.iter().position(|known| *known == key)
    }

    /// Whether objects are renamed in it.
    pub(crate) fn renames(&self) -> bool {
        self.keys.len() > 1
    }
}
