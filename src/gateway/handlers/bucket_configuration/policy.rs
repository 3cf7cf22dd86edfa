//! `?policy` and `?policyStatus`: the text is given back as it came; what decides is compiled from it.

use std::sync::Arc;

use bytes::Bytes;
use cairn_catalog::query::{Answer, FindUser, Query};
use cairn_catalog::reply::Refusal;
use cairn_metadata::{MetadataError, Route};
use cairn_policy::{BucketPolicy, NamedPrincipal, PolicyError};
use cairn_s3::configuration::{BucketPolicyText, PolicyStatus};
use cairn_s3::operation::{BucketConfiguration, PutBucketConfiguration};
use cairn_s3::response::Response;
use cairn_s3::{S3Error, S3ErrorCode};
use cairn_types::{AccountId, ShardId};
use http::StatusCode;

use super::Change;
use crate::buckets::Bucket;
use crate::pipeline::{Exchange, Governed, Naming, catalog_failed, find_account};

/// The policy, if one was set.
pub(super) fn shown(bucket: &Bucket) -> Option<Response> {
    let stored = bucket.document(BucketConfiguration::Policy.parameter())?;
    BucketPolicyText::parse(stored).ok().map(BucketPolicyText::into_response)
}

/// Whether the policy makes the bucket public, if there is one.
pub(super) fn shown_status(bucket: &Bucket) -> Option<Response> {
    let is_public = bucket.access.policy.as_ref()?.is_public();
    Some(Response::xml(StatusCode::OK, PolicyStatus { is_public }.to_xml()))
}

/// The bucket with another policy.
///
/// # Errors
/// `MalformedPolicy` with the reason; `AccessDenied` for a public one where those are blocked, and for one under which
/// who sets it could not set the next, unless they say that they know.
pub(super) async fn change(
    exchange: &Exchange,
    governed: &Governed,
    put: &PutBucketConfiguration,
    document: &[u8],
) -> Result<Change, S3Error> {
    let access = &governed.bucket().access;
    let text = BucketPolicyText::parse(document)?;
    let policy = BucketPolicy::parse(text.as_str().as_bytes(), access.names()).map_err(|error| malformed(&error))?;
    for principal in policy.named_principals() {
        if let Some(unknown) = unknown(exchange, principal).await? {
            return Err(malformed(&PolicyError::Principal { text: unknown }));
        }
    }
    if access.public_access_block.refuses_policy(&policy) {
        return Err(S3ErrorCode::AccessDenied.into());
    }
    if !put.may_lock_out_self && governed.locks_out(Arc::new(policy)) {
        return Err(S3Error::with_message(
            S3ErrorCode::AccessDenied,
            "The new policy would not allow you to change it again; x-amz-confirm-remove-self-bucket-access says that \
             this is meant",
        ));
    }
    Ok(Change::document(Bytes::copy_from_slice(text.as_str().as_bytes())))
}

fn malformed(error: &PolicyError) -> S3Error {
    S3Error::with_message(S3ErrorCode::MalformedPolicy, error.to_string())
}

/// The name of somebody who does not exist: a policy for them would be one for whoever is given the name later.
async fn unknown(exchange: &Exchange, principal: &NamedPrincipal) -> Result<Option<String>, S3Error> {
    let (naming, text) = match principal {
        NamedPrincipal::Everyone | NamedPrincipal::Nobody => return Ok(None),
        NamedPrincipal::Account(number) => (Naming::Number(*number), format!("arn:aws:iam::{number}:root")),
        NamedPrincipal::Canonical(id) => (Naming::Canonical(id.clone()), id.digits.clone()),
        NamedPrincipal::User { account, path_and_name } => {
            let is_there = has_user(exchange, *account, path_and_name).await?;
            return Ok((!is_there).then(|| format!("arn:aws:iam::{account}:user{path_and_name}")));
        }
    };
    let is_own = match (exchange.account(), &naming) {
        (Ok((_, own)), Naming::Number(number)) => own == *number,
        (Ok((own, _)), Naming::Canonical(id)) => own == id,
        _ => false,
    };
    if is_own {
        return Ok(None);
    }
    Ok(find_account(exchange, naming).await?.is_none().then_some(text))
}

async fn has_user(exchange: &Exchange, account: AccountId, path_and_name: &str) -> Result<bool, S3Error> {
    let Some(account) = find_account(exchange, Naming::Number(account)).await? else { return Ok(false) };
    let Some((path, name)) = path_and_name.rsplit_once('/') else { return Ok(false) };
    let find = FindUser { account: account.id, name: name.to_owned(), ..FindUser::default() };
    match exchange.gateway.metadata().query(Route::ROOT, Query::FindUser(find), exchange.deadline).await {
        // A row of a user without a path is one of the root of all paths.
        Ok(Answer::User(user)) => Ok(user.path.trim_end_matches('/') == path),
        Err(MetadataError::Refused(Refusal::NoSuchEntity(_))) => Ok(false),
        Ok(_) => Err(catalog_failed(&MetadataError::UnexpectedAnswer { shard: ShardId::ROOT })),
        Err(error) => Err(catalog_failed(&error)),
    }
}
