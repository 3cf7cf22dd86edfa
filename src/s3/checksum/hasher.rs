//! One algorithm running over bytes that arrive in pieces.

use crc_fast::CrcAlgorithm;
use sha1::{Digest, Sha1};
use sha2::{Sha256, Sha512};
use xxhash_rust::xxh3::Xxh3;
use xxhash_rust::xxh64::Xxh64;

use super::{ChecksumAlgorithm, ChecksumValue};

/// A running checksum.
pub struct ChecksumHasher {
    algorithm: ChecksumAlgorithm,
    state: State,
}

enum State {
    Crc(crc_fast::Digest),
    Sha1(Sha1),
    Sha256(Sha256),
    Sha512(Sha512),
    Md5(md5::Md5),
    XxHash64(Xxh64),
    /// Of both lengths. Its buffers are as large as all other states together.
    XxHash3(Box<Xxh3>),
}

impl ChecksumHasher {
    /// Starts over no bytes.
    pub fn new(algorithm: ChecksumAlgorithm) -> Self {
        let state = match algorithm {
            ChecksumAlgorithm::Sha1 => State::Sha1(Sha1::new()),
            ChecksumAlgorithm::Sha256 => State::Sha256(Sha256::new()),
            ChecksumAlgorithm::Sha512 => State::Sha512(Sha512::new()),
            ChecksumAlgorithm::Md5 => State::Md5(md5::Md5::new()),
            ChecksumAlgorithm::XxHash64 => State::XxHash64(Xxh64::new(0)),
            ChecksumAlgorithm::XxHash3 | ChecksumAlgorithm::XxHash128 => State::XxHash3(Box::new(Xxh3::new())),
            ChecksumAlgorithm::Crc32 => State::crc(CrcAlgorithm::Crc32IsoHdlc),
            ChecksumAlgorithm::Crc32c => State::crc(CrcAlgorithm::Crc32Iscsi),
            ChecksumAlgorithm::Crc64Nvme => State::crc(CrcAlgorithm::Crc64Nvme),
        };
        Self { algorithm, state }
    }

    /// The value over bytes that are all there.
    pub fn of(algorithm: ChecksumAlgorithm, bytes: &[u8]) -> ChecksumValue {
        let mut hasher = Self::new(algorithm);
        hasher.update(bytes);
        hasher.finish()
    }

    /// Adds bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.state {
            State::Crc(digest) => digest.update(bytes),
            State::Sha1(digest) => digest.update(bytes),
            State::Sha256(digest) => digest.update(bytes),
            State::Sha512(digest) => digest.update(bytes),
            State::Md5(digest) => digest.update(bytes),
            State::XxHash64(digest) => digest.update(bytes),
            State::XxHash3(digest) => digest.update(bytes),
        }
    }

    /// The value over all that was added.
    pub fn finish(self) -> ChecksumValue {
        let value = match self.state {
            State::Crc(digest) => return ChecksumValue::from_number(self.algorithm, digest.finalize()),
            State::Sha1(digest) => ChecksumValue::from_bytes(self.algorithm, &digest.finalize()),
            State::Sha256(digest) => ChecksumValue::from_bytes(self.algorithm, &digest.finalize()),
            State::Sha512(digest) => ChecksumValue::from_bytes(self.algorithm, &digest.finalize()),
            State::Md5(digest) => ChecksumValue::from_bytes(self.algorithm, &digest.finalize()),
            State::XxHash64(digest) => ChecksumValue::from_bytes(self.algorithm, &digest.digest().to_be_bytes()),
            State::XxHash3(digest) if self.algorithm == ChecksumAlgorithm::XxHash128 => {
                ChecksumValue::from_bytes(self.algorithm, &digest.digest128().to_be_bytes())
            }
            State::XxHash3(digest) => ChecksumValue::from_bytes(self.algorithm, &digest.digest().to_be_bytes()),
        };
        value.expect("a digest has its algorithm's length")
    }

    /// The algorithm.
    pub fn algorithm(&self) -> ChecksumAlgorithm {
        self.algorithm
    }
}

impl State {
    fn crc(algorithm: CrcAlgorithm) -> Self {
        Self::Crc(crc_fast::Digest::new(algorithm))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Strategy, any, prop, prop_assert_eq, proptest};

    use super::ChecksumHasher;
    use crate::checksum::ChecksumAlgorithm;

    fn algorithms() -> impl Strategy<Value = ChecksumAlgorithm> {
        (0..ChecksumAlgorithm::ALL.len()).prop_map(|place| ChecksumAlgorithm::ALL[place])
    }

    #[test]
    fn values_equal_the_published_check_values() {
        // The catalogue of parametrised CRC algorithms and FIPS 180 give these for their usual inputs.
        for (algorithm, input, hex) in [
            (ChecksumAlgorithm::Crc32, "123456789", "cbf43926"),
            (ChecksumAlgorithm::Crc32c, "123456789", "e3069283"),
            (ChecksumAlgorithm::Crc64Nvme, "123456789", "ae8b14860a799888"),
            (ChecksumAlgorithm::Sha1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (ChecksumAlgorithm::Sha256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                ChecksumAlgorithm::Sha512,
                "abc",
                "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
            ),
            (ChecksumAlgorithm::Md5, "abc", "900150983cd24fb0d6963f7d28e17f72"),
            (ChecksumAlgorithm::XxHash64, "", "ef46db3751d8e999"),
            (ChecksumAlgorithm::XxHash64, "abc", "44bc2cf5ad770999"),
            (ChecksumAlgorithm::XxHash3, "", "2d06800538d394c2"),
            (ChecksumAlgorithm::XxHash128, "", "99aa06d3014798d86001c324468d497f"),
        ] {
            let value = ChecksumHasher::of(algorithm, input.as_bytes());
            assert_eq!(hex::encode(value.as_bytes()), hex, "{algorithm}");
        }
    }

    proptest! {
        #[test]
        fn pieces_hash_like_the_whole(algorithm in algorithms(), pieces in prop::collection::vec(any::<Vec<u8>>(), 0..8)) {
            let mut hasher = ChecksumHasher::new(algorithm);
            pieces.iter().for_each(|piece| hasher.update(piece));
            prop_assert_eq!(hasher.finish(), ChecksumHasher::of(algorithm, &pieces.concat()));
        }
    }
}
