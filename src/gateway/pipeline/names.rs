//! By what requests are named.

use std::sync::atomic::{AtomicU64, Ordering};

use cairn_runtime::Entropy;
use cairn_s3::RequestIds;
use http::HeaderValue;

/// The golden ratio in 64 bits: its multiples are spread evenly.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// Gives out request ids: unique within the process, unlikely to repeat among processes, and cheap.
pub(crate) struct RequestNames {
    next: AtomicU64,
    host_id: String,
    host_header: HeaderValue,
}

/// The id of one request: 16 digits of `0-9A-F`, as AWS has them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct RequestName([u8; 16]);

impl RequestNames {
    pub(crate) fn new(entropy: &Entropy) -> Self {
        let host_id = hex::encode(entropy.bytes::<24>());
        let host_header = HeaderValue::try_from(&host_id).expect("hexadecimal digits are a header value");
        Self { next: AtomicU64::new(entropy.u64()), host_id, host_header }
    }

    /// A new name.
    pub(crate) fn next(&self) -> RequestName {
        // The finalizer of splitmix64: one to one, so no two of 2^64 are equal.
        let mut mixed = self.next.fetch_add(STEP, Ordering::Relaxed);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        RequestName::of(mixed ^ (mixed >> 31))
    }

    /// Both ids of a request.
    pub(crate) fn ids<'a>(&'a self, name: &'a RequestName) -> RequestIds<'a> {
        RequestIds { request_id: name.as_str(), host_id: &self.host_id }
    }

    /// The value of `x-amz-id-2`.
    pub(crate) fn host_header(&self) -> HeaderValue {
        self.host_header.clone()
    }
}

impl RequestName {
    fn of(number: u64) -> Self {
        let mut digits = [0; 16];
        for (place, digit) in digits.iter_mut().enumerate() {
            let nibble = (number >> (60 - 4 * place)) as usize & 15;
            *digit = b"0123456789ABCDEF"[nibble];
        }
        Self(digits)
    }

    /// The digits.
    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("digits are ASCII")
    }

    /// The value of `x-amz-request-id`.
    pub(crate) fn header(&self) -> HeaderValue {
        HeaderValue::from_bytes(&self.0).expect("digits are a header value")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use cairn_runtime::sim;

    use super::{RequestName, RequestNames};

    #[test]
    fn no_name_comes_twice() {
        sim::run(1, |context| async move {
            let names = RequestNames::new(&context.entropy);
            let seen: BTreeSet<String> = (0..10_000).map(|_| names.next().as_str().to_owned()).collect();
            assert_eq!(seen.len(), 10_000);
        });
    }

    #[test]
    fn a_name_has_sixteen_digits() {
        assert_eq!(RequestName::of(0xfedc_ba98_7654_3210).as_str(), "FEDCBA9876543210");
        assert_eq!(RequestName::of(1).as_str(), "0000000000000001");
    }
}
