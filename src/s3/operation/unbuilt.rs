//! What requests may ask for, and the cluster does not do yet.
//!
//! # Invariants
//!
//! X1: no promise is dropped in silence. Everything of S3 that this crate understands is either done or listed here, and
//! what is listed is answered `501 NotImplemented` before anything is authorised, read or stored. To let a feature through,
//! its line goes.

use super::{BucketConfiguration, Operation};
use crate::error::S3Error;

/// Configurations of buckets that can be set and removed.
const SETTABLE: &[BucketConfiguration] = &[
    BucketConfiguration::Cors,
    BucketConfiguration::Encryption,
    BucketConfiguration::ObjectLock,
    BucketConfiguration::OwnershipControls,
    BucketConfiguration::Policy,
    BucketConfiguration::PublicAccessBlock,
    BucketConfiguration::RequestPayment,
    BucketConfiguration::Tagging,
    BucketConfiguration::Versioning,
];

/// Whether an operation asks for something.
type Asks = fn(&Operation) -> bool;

/// Operations that there are not.
const OPERATIONS: &[Asks] = &[
    |operation| matches!(operation, Operation::PutBucketConfiguration(put) if !SETTABLE.contains(&put.kind)),
    |operation| matches!(operation, Operation::DeleteBucketConfiguration(delete) if !SETTABLE.contains(&delete.kind)),
];

/// Refuses a request that asks for any of it.
pub(super) fn refuse(operation: &Operation) -> Result<(), S3Error> {
    if OPERATIONS.iter().any(|is_it| is_it(operation)) {
        return Err(S3Error::not_implemented_operation());
    }
    Ok(())
}
