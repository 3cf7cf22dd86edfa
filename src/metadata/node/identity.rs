//! Who a directory is.
//!
//! # Crash
//! The file is replaced as a whole: the old or the new one is there.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use cairn_runtime::disk::{Disk, read_file, replace_file};
use cairn_types::record::{Record, record};
use cairn_types::{ClusterId, Digest128, Generation, NodeId, RegionNumber};

use crate::limits::VOTERS_MAX;
use crate::service::HostedShard;

const NAME: &str = "metadata.identity";
const MAGIC: &[u8; 8] = b"CAIRNMID";
const VERSION: u16 = 1;
/// Magic, version, length and digest.
const HEAD_BYTES: usize = 8 + 2 + 4 + 16;

/// Who a node is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NodeIdentity {
    /// Its cluster.
    pub cluster: ClusterId,
    /// Its id.
    pub node: NodeId,
    /// Its present incarnation.
    pub generation: Generation,
    /// The cluster's region.
    pub region: RegionNumber,
}

record! {
    /// What the identity file of a metadata node holds (docs/formats/raft.md).
    #[derive(Eq)]
    pub struct IdentityRecord {
        /// The cluster.
        1 => pub cluster: ClusterId,
        /// The node.
        2 => pub node: NodeId,
        /// The last generation that was begun.
        3 => pub generation: Generation,
        /// The cluster's region.
        4 => pub region: RegionNumber,
        /// Shards that the node holds a member of.
        5 => pub shards: Vec<HostedShard>,
        /// First members of the cluster, where the node is one of them.
        6 => pub founders: Vec<NodeId>,
        /// Why the node is quarantined; empty when it is not.
        7 => pub quarantine: String,
    }
}

impl IdentityRecord {
    /// The voters that a new cluster begins with, where the node is one of its founders.
    pub(crate) fn first_voters(&self) -> BTreeSet<NodeId> {
        let founders: BTreeSet<NodeId> = self.founders.iter().copied().collect();
        founders.into_iter().take(VOTERS_MAX).collect()
    }

    pub(crate) fn identity(&self) -> NodeIdentity {
        NodeIdentity { cluster: self.cluster, node: self.node, generation: self.generation, region: self.region }
    }
}

/// The identity of a directory; `None` if it has none.
pub(crate) async fn read_identity(disk: &dyn Disk) -> io::Result<Option<IdentityRecord>> {
    let bytes = match read_file(disk, NAME).await {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        bytes => bytes?,
    };
    let damaged = || io::Error::new(io::ErrorKind::InvalidData, "the identity file is damaged");
    decode(&bytes).ok_or_else(damaged).map(Some)
}

/// Replaces the identity, durably.
pub(crate) async fn write_identity(disk: &Arc<dyn Disk>, identity: &IdentityRecord) -> io::Result<()> {
    replace_file(disk.as_ref(), NAME, encode(identity)).await
}

fn encode(identity: &IdentityRecord) -> Bytes {
    let record = identity.encode();
    let mut out = Vec::with_capacity(HEAD_BYTES + record.len());
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&VERSION.to_le_bytes());
    out.extend_from_slice(&(record.len() as u32).to_le_bytes());
    out.extend_from_slice(&Digest128::of(0, &record).to_be_bytes());
    out.extend_from_slice(&record);
    out.into()
}

fn decode(bytes: &Bytes) -> Option<IdentityRecord> {
    let head = bytes.get(..HEAD_BYTES)?;
    if head[..8] != MAGIC[..] || head[8..10] != VERSION.to_le_bytes() {
        return None;
    }
    let len = u32::from_le_bytes(head[10..14].try_into().ok()?) as usize;
    let digest = Digest128::from_be_bytes(head[14..].try_into().ok()?);
    let end = HEAD_BYTES.checked_add(len).filter(|end| *end <= bytes.len())?;
    let record = bytes.slice(HEAD_BYTES..end);
    if Digest128::of(0, &record) != digest {
        return None;
    }
    IdentityRecord::decode(record).ok()
}

#[cfg(test)]
mod tests {
    use super::{Bytes, ClusterId, Generation, IdentityRecord, NodeId, decode, encode};

    fn identity() -> IdentityRecord {
        IdentityRecord {
            cluster: ClusterId(*b"0123456789abcdef"),
            node: NodeId(3),
            generation: Generation(7),
            ..IdentityRecord::default()
        }
    }

    #[test]
    fn an_identity_is_read_back_from_a_padded_file() {
        let mut bytes = encode(&identity()).to_vec();
        bytes.resize(4_096, 0);
        assert_eq!(decode(&bytes.into()), Some(identity()));
    }

    #[test]
    fn a_changed_or_short_file_is_no_identity() {
        let bytes = encode(&identity());
        for place in 0..bytes.len() {
            let mut changed = bytes.to_vec();
            changed[place] ^= 1;
            assert_eq!(decode(&changed.into()), None, "byte {place}");
            assert_eq!(decode(&bytes.slice(..place)), None);
        }
        assert_eq!(decode(&Bytes::new()), None);
    }
}
