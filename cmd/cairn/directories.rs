//! What lies in the directories of a process.
//!
//! A data directory `DIR` holds `fragments` (segments and the disk's identity), `index` (their index), and where a member of
//! the metadata lives on it `metadata` (log and identity) and `rows` (its state); and the file `claim`, 16 random bytes that
//! name the directory to the cluster before it has an id.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use bytes::Bytes;
use cairn_runtime::Entropy;
use cairn_runtime::disk::Disk;
use cairn_runtime::production::RealDisk;

use crate::credentials;

/// The folder of the segments.
pub(crate) const FRAGMENTS: &str = "fragments";
/// The folder of the segments' index.
pub(crate) const INDEX: &str = "index";
/// The folder of a member's log.
pub(crate) const METADATA: &str = "metadata";
/// The folder of a member's rows.
pub(crate) const ROWS: &str = "rows";

/// Opens a folder of a data directory, made if it is missing.
pub(crate) fn open(directory: &Path, folder: &str) -> Result<Arc<dyn Disk>> {
    let path = directory.join(folder);
    std::fs::create_dir_all(&path).with_context(|| format!("create {}", path.display()))?;
    let disk = RealDisk::open(&path).with_context(|| format!("open {}", path.display()))?;
    Ok(Arc::new(disk))
}

/// Path of an engine in a data directory.
pub(crate) fn engine(directory: &Path, folder: &str) -> PathBuf {
    directory.join(folder)
}

/// Whether anything of Cairn is in a directory.
pub(crate) fn is_new(directory: &Path) -> bool {
    [FRAGMENTS, METADATA, "claim"].iter().all(|name| !directory.join(name).exists())
}

/// Whether a member of the metadata was ever made in a directory.
pub(crate) fn has_metadata(directory: &Path) -> bool {
    directory.join(METADATA).join("metadata.identity").exists()
}

/// The random bytes that name a directory, drawn when it has none.
pub(crate) fn claim(directory: &Path, entropy: &Entropy) -> Result<Bytes> {
    file_of_16(&directory.join("claim"), entropy)
}

/// The random bytes that name the node of these directories: one file, a copy in each, so that it outlives most of them.
pub(crate) fn node_claim(directories: &[PathBuf], entropy: &Entropy) -> Result<Bytes> {
    let known = directories.iter().map(|directory| directory.join("node")).find(|path| path.exists());
    let claim = match known {
        Some(path) => file_of_16(&path, entropy)?,
        None => Bytes::copy_from_slice(&entropy.bytes::<16>()),
    };
    for directory in directories {
        let path = directory.join("node");
        if !path.exists() {
            credentials::write_private(&path, &hex(&claim))?;
        }
    }
    Ok(claim)
}

fn file_of_16(path: &Path, entropy: &Entropy) -> Result<Bytes> {
    if !path.exists() {
        credentials::write_private(path, &hex(&entropy.bytes::<16>()))?;
    }
    let text = std::fs::read_to_string(path).with_context(|| format!("read {}", path.display()))?;
    let id = cairn_types::ClusterId::parse(text.trim_end());
    let id = id.with_context(|| format!("{} does not hold 32 hexadecimal digits", path.display()))?;
    Ok(Bytes::copy_from_slice(&id.0))
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::{claim, is_new, node_claim};
    use crate::roles;

    #[test]
    fn a_claim_stays_and_a_node_is_known_by_any_of_its_directories() {
        let (one, two) = (tempfile::tempdir().expect("made"), tempfile::tempdir().expect("made"));
        let entropy = roles::entropy();
        assert!(is_new(one.path()));
        let first = claim(one.path(), &entropy).expect("drawn");
        assert!(!is_new(one.path()));
        assert_eq!(claim(one.path(), &entropy).expect("read"), first);
        let both = [one.path().to_owned(), two.path().to_owned()];
        let node = node_claim(&both, &entropy).expect("drawn");
        std::fs::remove_file(one.path().join("node")).expect("removed");
        assert_eq!(node_claim(&both, &entropy).expect("read"), node);
    }
}
