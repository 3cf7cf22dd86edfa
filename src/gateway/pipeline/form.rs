//! Forms that pages post.
//!
//! # Invariants
//! Who posts shows in the fields, and whether they may in the key among them, so the fields are read first: they are
//! bounded, and no byte of the file is asked for before. What is authorised is the key that is stored.

use std::sync::Arc;

use cairn_s3::auth::{Claim, ClaimContext, Service};
use cairn_s3::form::{FormFields, PostPolicy, PostedObject};
use cairn_s3::limits::FORM_FIELDS_BYTES_MAX;
use cairn_s3::operation::{Operation, PostObject, PutObject};
use cairn_s3::payload::BodyProof;
use cairn_s3::{RequestHead, S3Error, S3ErrorCode};
use cairn_types::AccountId;
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};

use super::answer::Answer;
use super::authenticate::{Authenticated, authenticate_form};
use super::circumstances::BodyWords;
use super::dispatch::{Sent, authorise};
use super::exchange::Exchange;
use super::form_file::FormFile;
use super::payload::Payload;
use crate::encryption::{Privacy, refuse_insecure};
use crate::gateway::Gateway;
use crate::handlers;
use crate::http1::RequestBody;

/// Answers `POST /b` with a form: as a PUT, once its fields are known.
pub(super) async fn serve_form(
    sent: &Sent<'_>,
    (head, privacy): (&RequestHead<'_>, Privacy),
    body: &mut RequestBody,
    (post, expected_owner): (&PostObject, Option<AccountId>),
) -> Result<Answer, S3Error> {
    let gateway = sent.gateway;
    refuse_signed_head(gateway, head)?;
    let memory = gateway.documents().try_take(FORM_FIELDS_BYTES_MAX as u64);
    let _memory = memory.ok_or_else(|| S3Error::new(S3ErrorCode::SlowDown))?;
    let (fields, file) = FormFile::begin(body, &post.boundary).await?;
    let Authenticated { caller, scheme, .. } = authenticate_form(gateway, &fields.signature()).await?;
    let policy = policy_of(gateway, post, &fields)?;
    let posted = PostedObject::parse(post.bucket.clone(), &fields)?;
    let expected_owner = posted.expected_bucket_owner.or(expected_owner);
    let mut exchange = Exchange { is_paying: posted.is_requester_paying, ..sent.exchange(caller, scheme) };
    Arc::make_mut(&mut exchange.circumstances).body = words_of(&fields, &posted.put);
    let operation = Operation::PutObject(posted.put);
    refuse_insecure(&operation, privacy)?;
    let bucket = authorise(&exchange, &operation, expected_owner).await?;
    match (operation, bucket) {
        (Operation::PutObject(put), Some(mut bucket)) => {
            let (is_charged, place) = (bucket.is_charged(), handlers::PostedPlace::of(head)?);
            let (put, file) = ((put, posted.success), Payload::of_form(file.under(policy)));
            let answer = handlers::post_object(&exchange, &mut bucket, put, file, place).await?;
            Ok(if is_charged { answer.charged() } else { answer })
        }
        // An object is in a bucket.
        _ => Err(S3ErrorCode::InternalError.into()),
    }
}

/// What conditions of policies ask of a form: its fields stand for headers.
fn words_of(fields: &FormFields, put: &PutObject) -> BodyWords {
    let named = fields.iter().filter_map(|(name, value)| match name {
        "acl" => Some(("x-amz-acl".to_owned(), value.to_owned())),
        name if name.starts_with("x-amz-") => Some((name.to_owned(), value.to_owned())),
        _ => None,
    });
    BodyWords { tags: Some(put.tags.clone()), fields: Some(named.collect()), ..BodyWords::default() }
}

/// Whoever signs a form signs its policy: a head that claims more than to bring a form is of somebody who is mistaken.
fn refuse_signed_head(gateway: &Gateway, head: &RequestHead<'_>) -> Result<(), S3Error> {
    let now = gateway.context().clock.wall();
    let context = ClaimContext { service: Service::S3, virtual_host_bucket: None, now };
    let proof = match Claim::parse(head, &gateway.settings().auth, &context)? {
        Claim::Anonymous(claim) => claim.into_body(),
        Claim::Signed(_) => {
            let message =
                "A form is authenticated by its fields: neither Authorization nor a presigned URL goes with it";
            return Err(S3Error::with_message(S3ErrorCode::InvalidArgument, message));
        }
    };
    if !matches!(proof, BodyProof::None) {
        return Err(S3Error::not_implemented_header("x-amz-content-sha256"));
    }
    if ![CONTENT_LENGTH, TRANSFER_ENCODING].iter().any(|name| head.headers.contains_key(name)) {
        return Err(S3ErrorCode::MissingContentLength.into());
    }
    Ok(())
}

/// The policy, which allows all of the fields; its signature was proved.
fn policy_of(gateway: &Gateway, post: &PostObject, fields: &FormFields) -> Result<Option<PostPolicy>, S3Error> {
    let Some(text) = fields.get("policy") else { return Ok(None) };
    let policy = PostPolicy::parse(text)?;
    policy.check(post.bucket.as_str(), fields, gateway.context().clock.wall())?;
    Ok(Some(policy))
}
