//! `DeleteObjects`

use cairn_catalog::reply::Deleted;
use cairn_objects::{DeleteError, DeleteRequest};
use cairn_s3::checksum::{BodyChecksum, ChecksumHasher, Md5Digest};
use cairn_s3::lock::GovernanceBypass;
use cairn_s3::operation::{DeleteObjects, DeleteTarget, DeleteTargets};
use cairn_s3::response::{DeleteObjectsOutput, DeleteOutcome, DeleteResult};
use cairn_s3::{S3Error, S3ErrorCode};
use cairn_types::CanonicalId;

use super::object_lock::may_bypass;
use super::rows::{delete_conditions, delete_target, shown_id};
use crate::pipeline::{Answer, DELETE, Exchange, Governed, Right, governed};

/// `POST /b?delete`: one result for each key.
pub(crate) async fn delete_objects(
    exchange: &Exchange,
    bucket: &mut Governed,
    delete: DeleteObjects,
    document: &[u8],
) -> Result<Answer, S3Error> {
    let owner = exchange.writer();
    verify(&delete, document)?;
    let targets = DeleteTargets::parse(document)?;
    let mut outcomes = Vec::with_capacity(targets.entries.len());
    let mut requests = Vec::with_capacity(targets.entries.len());
    let mut results = Vec::with_capacity(targets.entries.len());
    for entry in targets.entries {
        let outcome = match entry.target {
            Ok(target) => permitted(bucket, target, (delete.bypass, &owner)).await,
            Err(error) => Err(error),
        };
        outcomes.push(outcome.map(|request| requests.push(request)));
        results.push((entry.key, entry.version_id));
    }
    let mut deleted = delete_all(exchange, bucket, requests).await?.into_iter();
    let results = results.into_iter().zip(outcomes).map(|((key, version_id), outcome)| {
        // One was asked for, in this order, for each that was good.
        let outcome = outcome.and_then(|()| deleted.next().unwrap_or_else(|| Err(S3ErrorCode::InternalError.into())));
        let outcome = outcome.map_or_else(DeleteOutcome::Failed, |deleted| outcome_of(bucket, &deleted));
        DeleteResult { key, version_id, outcome }
    });
    let output = DeleteObjectsOutput { quiet: targets.quiet, results: results.collect() };
    Ok(output.into_response().into())
}

/// A flipped bit in the document would delete another object.
fn verify(delete: &DeleteObjects, document: &[u8]) -> Result<(), S3Error> {
    if let Some(content_md5) = delete.content_md5 {
        content_md5.verify(&Md5Digest::of(document))?;
    }
    match delete.checksum {
        Some(BodyChecksum::Header(sent)) => ChecksumHasher::of(sent.algorithm(), document).expect(&sent),
        // Trailers come with chunks, which this operation does not take.
        Some(BodyChecksum::Trailer(_)) => Err(S3ErrorCode::MalformedTrailerError.into()),
        None => Ok(()),
    }
}

/// A key and the bucket as it was when that was decided.
struct Permitted {
    bucket: Governed,
    request: DeleteRequest,
}

/// Each key needs a right of its own.
async fn permitted(
    bucket: &Governed,
    target: DeleteTarget,
    (bypass, owner): (GovernanceBypass, &CanonicalId),
) -> Result<Permitted, S3Error> {
    let bypass_governance = may_bypass(bucket, bypass, (&target.key, target.version_id)).await?;
    let bucket = bucket.only(vec![Right::on_version(DELETE, &target.key, target.version_id)]).await?;
    Ok(Permitted { bucket, request: request(target, bypass_governance, owner)? })
}

fn request(target: DeleteTarget, bypass_governance: bool, owner: &CanonicalId) -> Result<DeleteRequest, S3Error> {
    Ok(DeleteRequest {
        key: target.key,
        target: delete_target(target.version_id),
        conditions: delete_conditions(target.conditions)?,
        bypass_governance,
        owner: owner.clone(),
    })
}

/// Deletes many; those that are refused for the bucket's sake again, one by one, and decided about anew.
async fn delete_all(
    exchange: &Exchange,
    bucket: &Governed,
    permitted: Vec<Permitted>,
) -> Result<Vec<Result<Deleted, S3Error>>, S3Error> {
    let objects = exchange.gateway.objects();
    // All were decided under one configuration, unless one of them met a newer: a shard tells which.
    let requests = permitted.iter().map(|one| one.request.clone()).collect();
    let first = objects.delete_many(&bucket.view(), requests).await;
    let mut results = Vec::with_capacity(first.len());
    for (Permitted { bucket: mut own, request }, result) in permitted.into_iter().zip(first) {
        results.push(match result {
            Ok(deleted) => Ok(deleted),
            Err(refused @ DeleteError::Bucket(_)) => match own.decide_anew(refused).await {
                Ok(()) => governed!(own, |view| objects.delete(&view, request.clone())),
                Err(error) => Err(error),
            },
            Err(error) => Err(crate::pipeline::Refused::from(error).into_answer()),
        });
    }
    Ok(results)
}

fn outcome_of(bucket: &Governed, deleted: &Deleted) -> DeleteOutcome {
    let marker = deleted.version.as_ref().filter(|_| deleted.marker);
    DeleteOutcome::Deleted { marker: marker.and_then(|version| shown_id(bucket.bucket(), version.id())) }
}
