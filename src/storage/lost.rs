//! Whom a disk tells that fragments of it are lost.

use async_trait::async_trait;
use cairn_types::{BlobId, DiskId, FragmentIndex, Label};

/// A fragment that its disk cannot read back any more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LostFragment {
    /// The disk.
    pub disk: DiskId,
    /// Where the run of its blob has its row.
    pub label: Label,
    /// Its blob.
    pub blob: BlobId,
    /// Its place in the stripes.
    pub index: FragmentIndex,
}

/// Whether it was taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Noted {
    /// It was, or there is nothing to note: the blob is not in use.
    Yes,
    /// Nobody could be told now: say it again later.
    Later,
}

/// Notes lost fragments where it is known what is below full redundancy.
#[async_trait]
pub trait LostFragments: Send + Sync + 'static {
    /// Notes one. Repeated, it changes nothing.
    async fn note(&self, lost: &LostFragment) -> Noted;
}
