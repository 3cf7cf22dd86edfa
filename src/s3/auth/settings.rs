//! What this endpoint accepts.

use cairn_types::UnixMillis;

/// Where signatures of version 2 are taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum SigV2 {
    /// Nowhere.
    Refused,
    /// In presigned URLs: boto3 still makes them for every endpoint that is not AWS.
    #[default]
    PresignedOnly,
    /// In the `Authorization` header too.
    Everywhere,
}

/// Settings of authentication.
#[derive(Clone, Debug)]
pub struct AuthSettings {
    /// The region's name. Clients may also sign for `us-east-1` or for no region, as clients of other clouds do.
    pub region: String,
    /// Where signatures of version 2 are taken.
    pub sigv2: SigV2,
}

impl AuthSettings {
    /// Whether a request signed for `region` is meant for us.
    pub(super) fn accepts_region(&self, region: &str) -> bool {
        region.is_empty() || region == "us-east-1" || region == self.region
    }
}

/// What beside its head decides about a claim.
#[derive(Clone, Copy, Debug)]
pub struct ClaimContext<'a> {
    /// The service for which the request must be signed.
    pub service: Service,
    /// The bucket that the host names, if it is not in the path: signatures of version 2 cover it.
    pub virtual_host_bucket: Option<&'a str>,
    /// The time.
    pub now: UnixMillis,
}

/// The service for which a request must be signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Service {
    /// S3: the head says how the body is signed.
    S3,
    /// A service of the query protocol (`sts`, `iam`) on the same port: its clients sign the body's hash without
    /// sending it, so the (small) body must be read before the claim.
    Query {
        /// The names that are accepted.
        names: &'static [&'static str],
        /// SHA-256 of the body.
        body_sha256: [u8; 32],
    },
}

impl Service {
    /// Whether a credential scope may name this service.
    pub(super) fn accepts(&self, name: &str) -> bool {
        match self {
            Self::S3 => name == "s3",
            Self::Query { names, .. } => names.contains(&name),
        }
    }

    /// The name in error messages.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::S3 => "s3",
            Self::Query { names, .. } => names.first().copied().unwrap_or("sts"),
        }
    }
}
