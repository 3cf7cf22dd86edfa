//! Whether this machine can run the codec at all.

use cairn_types::{ErrorKind, HasKind};

/// The processor lacks instructions that the codec is compiled with: it would be killed at its first stripe.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "this processor cannot run cairn: it lacks {}. Needed is x86-64-v3 (Intel Haswell of 2013, AMD Excavator of 2015, or \
     newer) or 64-bit ARM; in a virtual machine, let the guest see the host's processor (for QEMU: -cpu host)",
    .missing.join(", ")
)]
pub struct UnsupportedCpu {
    /// Names of the missing instruction sets.
    pub missing: Vec<&'static str>,
}

impl HasKind for UnsupportedCpu {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Invalid
    }
}

/// To be asked once, before anything else, by every process that may encode or decode.
pub fn cpu_is_supported() -> Result<(), UnsupportedCpu> {
    refusal(&detected())
}

fn refusal(features: &[(&'static str, bool)]) -> Result<(), UnsupportedCpu> {
    let missing: Vec<_> = features.iter().filter(|(_, present)| !present).map(|(name, _)| *name).collect();
    if missing.is_empty() { Ok(()) } else { Err(UnsupportedCpu { missing }) }
}

/// What `-march=haswell`, with which reed-solomon-erasure compiles its kernels, lets a compiler use in plain code.
#[cfg(target_arch = "x86_64")]
fn detected() -> [(&'static str, bool); 10] {
    use std::arch::is_x86_feature_detected;
    [
        ("SSE4.2", is_x86_feature_detected!("sse4.2")),
        ("POPCNT", is_x86_feature_detected!("popcnt")),
        ("AVX", is_x86_feature_detected!("avx")),
        ("AVX2", is_x86_feature_detected!("avx2")),
        ("BMI1", is_x86_feature_detected!("bmi1")),
        ("BMI2", is_x86_feature_detected!("bmi2")),
        ("FMA", is_x86_feature_detected!("fma")),
        ("F16C", is_x86_feature_detected!("f16c")),
        ("LZCNT", is_x86_feature_detected!("lzcnt")),
        ("MOVBE", is_x86_feature_detected!("movbe")),
    ]
}

/// Everywhere else the kernels use what the target always has (NEON on 64-bit ARM) or plain code.
#[cfg(not(target_arch = "x86_64"))]
fn detected() -> [(&'static str, bool); 0] {
    []
}

#[cfg(test)]
mod tests {
    use super::{UnsupportedCpu, cpu_is_supported, refusal};

    #[test]
    fn a_processor_without_avx2_is_refused_by_name() {
        let refused = refusal(&[("AVX", true), ("AVX2", false), ("BMI2", false)]);
        let error = UnsupportedCpu { missing: vec!["AVX2", "BMI2"] };
        assert!(error.to_string().contains("it lacks AVX2, BMI2. Needed is x86-64-v3"), "{error}");
        assert_eq!(refused, Err(error));
    }

    #[test]
    fn a_processor_with_everything_is_accepted() {
        assert_eq!(refusal(&[("AVX2", true)]), Ok(()));
        assert_eq!(cpu_is_supported(), Ok(()), "these tests run the codec, so this machine has it");
    }
}
