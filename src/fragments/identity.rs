//! Whose disk a directory is.

use std::io;

use bytes::Bytes;
use cairn_runtime::disk::{Disk, read_file, replace_file};
use cairn_types::record::{Record, record};
use cairn_types::{ClusterId, Digest128, DiskId, NodeId};

use crate::error::IdentityError;

const NAME: &str = "identity";
const MAGIC: &[u8; 8] = b"CAIRNDSK";
const VERSION: u32 = 1;
/// Magic, version, length of the record.
const HEAD_BYTES: usize = 16;
const DIGEST_BYTES: usize = 16;

record! {
    /// Names a disk for good. Stored in the file `identity`.
    #[derive(Eq)]
    pub struct DiskIdentity {
        /// The cluster it belongs to.
        1 => pub cluster: ClusterId,
        /// The node that first took it.
        2 => pub node: NodeId,
        /// The disk.
        3 => pub disk: DiskId,
    }
}

impl DiskIdentity {
    /// Identity in `directory`; `None` if it has no identity file.
    pub async fn read(directory: &dyn Disk) -> Result<Option<Self>, IdentityError> {
        match read_file(directory, NAME).await {
            Ok(bytes) => Self::from_file(&bytes).map(Some).ok_or(IdentityError::Damaged),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(IdentityError::Io { what: "read", source }),
        }
    }

    /// Writes this identity into a directory that has none; durable on return.
    pub async fn write(&self, directory: &dyn Disk) -> Result<(), IdentityError> {
        match Self::read(directory).await? {
            Some(found) if found == *self => Ok(()),
            Some(found) => Err(IdentityError::Foreign { found, expected: self.clone() }),
            None => replace_file(directory, NAME, self.to_file())
                .await
                .map_err(|source| IdentityError::Io { what: "write", source }),
        }
    }

    /// Refuses a directory that is not this disk.
    pub async fn check(&self, directory: &dyn Disk) -> Result<(), IdentityError> {
        match Self::read(directory).await? {
            Some(found) if found == *self => Ok(()),
            Some(found) => Err(IdentityError::Foreign { found, expected: self.clone() }),
            None => Err(IdentityError::Missing),
        }
    }

    fn to_file(&self) -> Bytes {
        let record = self.encode();
        let mut file = Vec::with_capacity(HEAD_BYTES + record.len() + DIGEST_BYTES);
        file.extend_from_slice(MAGIC);
        file.extend_from_slice(&VERSION.to_le_bytes());
        file.extend_from_slice(&(record.len() as u32).to_le_bytes());
        file.extend_from_slice(&record);
        let digest = Digest128::of(0, &file);
        file.extend_from_slice(&digest.to_be_bytes());
        file.into()
    }

    fn from_file(file: &Bytes) -> Option<Self> {
        let number = |at: usize| Some(u32::from_le_bytes(file.get(at..at + 4)?.try_into().ok()?));
        if file.get(..8)? != MAGIC || number(8)? != VERSION {
            return None;
        }
        let end = HEAD_BYTES.checked_add(number(12)? as usize)?;
        let digest = file.get(end..end.checked_add(DIGEST_BYTES)?)?;
        if Digest128::of(0, file.get(..end)?).to_be_bytes() != digest {
            return None;
        }
        Self::decode(file.slice(HEAD_BYTES..end)).ok()
    }
}

#[cfg(test)]
mod tests {
    use cairn_runtime::sim::{CrashPolicy, SimDisk};
    use cairn_types::{ClusterId, DiskId, NodeId};

    use super::DiskIdentity;
    use crate::error::IdentityError;

    fn identity() -> DiskIdentity {
        let cluster = ClusterId(*b"0123456789abcdef");
        DiskIdentity { cluster, node: NodeId(3), disk: DiskId(17), ..DiskIdentity::default() }
    }

    #[tokio::test]
    async fn a_foreign_or_damaged_directory_is_refused() {
        let disk = SimDisk::new("disk", 1);
        let directory = disk.mount();
        assert!(matches!(identity().check(&*directory).await, Err(IdentityError::Missing)));
        identity().write(&*directory).await.expect("writes");
        disk.crash(CrashPolicy::LoseUnsynced);
        let directory = disk.mount();
        identity().check(&*directory).await.expect("the same");
        identity().write(&*directory).await.expect("again");
        let other = DiskIdentity { disk: DiskId(18), ..identity() };
        assert!(matches!(other.check(&*directory).await, Err(IdentityError::Foreign { .. })));
        assert!(matches!(other.write(&*directory).await, Err(IdentityError::Foreign { .. })));
        disk.flip_bit("identity", 20, 1).expect("the file is there");
        assert!(matches!(identity().check(&*directory).await, Err(IdentityError::Damaged)));
        disk.fail_reads(1);
        assert!(matches!(identity().check(&*directory).await, Err(IdentityError::Io { .. })));
    }

    #[test]
    fn the_file_is_written_as_the_golden_one() {
        let golden = include_bytes!("testdata/identity-v1.bin");
        assert!(identity().to_file() == golden[..], "the format changed: it needs a new version");
    }
}
