//! Who sent a request.

use cairn_s3::address::{Address, Resource};
use cairn_s3::auth::{AuthScheme, Claim, ClaimContext, PostPolicyFields, Service, SignedClaim};
use cairn_s3::payload::BodyProof;
use cairn_s3::{RequestHead, S3Error, S3ErrorCode};
use cairn_types::BucketName;
use http::header::AUTHORIZATION;

use super::exchange::Caller;
use crate::gateway::Gateway;

/// The sender, and what will prove the body.
pub(super) struct Authenticated {
    pub(super) caller: Caller,
    /// How it was proved; `None` for nobody.
    pub(super) scheme: Option<AuthScheme>,
    pub(super) body: BodyProof,
}

/// Proves who sent a request. The one way to a [`Caller`] that is known.
pub(super) async fn authenticate(
    gateway: &Gateway,
    head: &RequestHead<'_>,
    service: Service,
) -> Result<Authenticated, S3Error> {
    let now = gateway.context().clock.wall();
    let host_bucket = host_bucket(gateway, head);
    let virtual_host_bucket = host_bucket.as_ref().map(BucketName::as_str);
    let context = ClaimContext { service, virtual_host_bucket, now };
    match Claim::parse(head, &gateway.settings().auth, &context)? {
        Claim::Anonymous(claim) => {
            Ok(Authenticated { caller: Caller::Anonymous, scheme: None, body: claim.into_body() })
        }
        Claim::Signed(claim) => prove(gateway, claim).await,
    }
}

/// Proves who posted a form, as [`authenticate`] does by a head.
pub(super) async fn authenticate_form(
    gateway: &Gateway,
    fields: &PostPolicyFields<'_>,
) -> Result<Authenticated, S3Error> {
    match Claim::parse_post_policy(fields, &gateway.settings().auth)? {
        Claim::Anonymous(claim) => {
            Ok(Authenticated { caller: Caller::Anonymous, scheme: None, body: claim.into_body() })
        }
        Claim::Signed(claim) => prove(gateway, claim).await,
    }
}

async fn prove(gateway: &Gateway, claim: SignedClaim) -> Result<Authenticated, S3Error> {
    let identity = gateway.identities().find(claim.access_key()).await?;
    identity.admit(claim.session_token(), gateway.context().clock.wall())?;
    let verified = claim.verify(identity.secret(), gateway.signing_keys())?;
    let scheme = Some(verified.scheme());
    Ok(Authenticated { caller: Caller::Known(identity), scheme, body: verified.into_body() })
}

/// The bucket that the host names. Only signatures of version 2 cover it, so only for them is it looked for.
fn host_bucket(gateway: &Gateway, head: &RequestHead<'_>) -> Option<BucketName> {
    let in_header = head.headers.get(AUTHORIZATION).is_some_and(|value| value.as_bytes().starts_with(b"AWS "));
    if !in_header && !head.query.is_some_and(|query| query.contains("AWSAccessKeyId")) {
        return None;
    }
    // With nothing in the path, a bucket can only come from the host.
    match gateway.settings().addressing.resolve(&RequestHead { path: "/", ..*head }) {
        Ok(Address { resource: Resource::Bucket(bucket), .. }) => Some(bucket),
        Ok(_) | Err(_) => None,
    }
}

/// Refuses a body in chunks where the operation takes none.
pub(super) fn refuse_chunks(body: &BodyProof) -> Result<(), S3Error> {
    if !body.is_chunked() {
        return Ok(());
    }
    let message = "This operation does not take a body in chunks";
    Err(S3Error::with_message(S3ErrorCode::InvalidRequest, message))
}
