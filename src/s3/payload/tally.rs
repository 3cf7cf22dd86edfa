//! What is counted and hashed of the decoded bytes.

use sha2::{Digest, Sha256};

use super::plan::ChecksumPlan;
use crate::checksum::{ChecksumAlgorithm, ChecksumHasher, ChecksumValue};

/// Length and digests so far. Where the body's proof and its checksum are both SHA-256, one hasher serves both.
pub(super) struct Tally {
    pub(super) len: u64,
    proof: Option<Sha256>,
    checksum: Option<ChecksumHasher>,
    proof_is_checksum: bool,
}

/// The digests of the whole.
pub(super) struct Tallied {
    pub(super) sha256: Option<[u8; 32]>,
    pub(super) checksum: Option<ChecksumValue>,
}

impl Tally {
    /// Starts with what a body needs; `whole_sha256` for one that is proved by its hash.
    pub(super) fn new(whole_sha256: bool, plan: ChecksumPlan) -> Self {
        let algorithm = match plan {
            ChecksumPlan::Nothing => None,
            ChecksumPlan::Compute(algorithm) => Some(algorithm),
            ChecksumPlan::Sent(sent) => Some(sent.algorithm()),
        };
        let proof_is_checksum = whole_sha256 && algorithm == Some(ChecksumAlgorithm::Sha256);
        Self {
            len: 0,
            proof: whole_sha256.then(Sha256::new),
            checksum: algorithm.filter(|_| !proof_is_checksum).map(ChecksumHasher::new),
            proof_is_checksum,
        }
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.len += bytes.len() as u64;
        if let Some(hasher) = &mut self.proof {
            hasher.update(bytes);
        }
        if let Some(hasher) = &mut self.checksum {
            hasher.update(bytes);
        }
    }

    pub(super) fn finish(self) -> Tallied {
        let sha256: Option<[u8; 32]> = self.proof.map(|hasher| hasher.finalize().into());
        let own = self.checksum.map(ChecksumHasher::finish);
        let shared = sha256.filter(|_| self.proof_is_checksum);
        let shared = shared.and_then(|hash| ChecksumValue::from_bytes(ChecksumAlgorithm::Sha256, &hash));
        Tallied { sha256, checksum: own.or(shared) }
    }
}
