//! Randomness: from the operating system in production, from the run's seed in simulation.

use std::sync::Arc;

/// Where random bytes come from.
pub trait EntropySource: Send + Sync + 'static {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// A node's randomness; cheap to clone.
#[derive(Clone)]
pub struct Entropy(Arc<dyn EntropySource>);

impl Entropy {
    /// Randomness from `source`.
    pub fn new(source: Arc<dyn EntropySource>) -> Self {
        Self(source)
    }

    /// Fills `bytes`.
    pub fn fill(&self, bytes: &mut [u8]) {
        self.0.fill(bytes);
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A random number.
    pub fn u64(&self) -> u64 {
        u64::from_le_bytes(self.bytes())
    }

    /// A random number below `bound`, which is not 0; the bias is below 2^-32 for bounds under 2^32.
    pub fn below(&self, bound: u64) -> u64 {
        ((u128::from(self.u64()) * u128::from(bound)) >> 64) as u64
    }
}
