//! Who owns and who asks.

use crate::record::record;

record! {
    /// The 64 hexadecimal digits by which S3's ACLs and listings name an account.
    #[derive(Eq, PartialOrd, Ord, Hash)]
    pub struct CanonicalId without unknown {
        /// The digits.
        1 => pub digits: String,
    }
}

record! {
    /// The 12-digit id by which ARNs name an account.
    #[derive(Copy, Eq, PartialOrd, Ord, Hash)]
    pub struct AccountId without unknown {
        /// The number, below 10^12.
        1 => pub number: u64,
    }
}

impl std::fmt::Display for AccountId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:012}", self.number)
    }
}

impl std::fmt::Display for CanonicalId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.digits)
    }
}
