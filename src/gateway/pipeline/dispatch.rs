//! From a request to its handler.

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use cairn_policy::{BucketRef, Decision, Resource};
use cairn_s3::address::{Namespace, request_host};
use cairn_s3::auth::{AuthScheme, Service};
use cairn_s3::lock::{LegalHold, Retention};
use cairn_s3::operation::{Operation, RequestBody as BodyWanted, S3Request};
use cairn_s3::payload::BodyProof;
use cairn_s3::tagging::{TagHolder, TagSet};
use cairn_s3::{RequestHead, S3Error, S3ErrorCode};
use cairn_types::AccountId;
use http::request::Parts;
use http::{HeaderMap, Method};
use sha2::{Digest, Sha256};

use super::answer::Answer;
use super::authenticate::{Authenticated, authenticate, refuse_chunks};
use super::authorise::{look_of, rights_of, seen_for};
use super::circumstances::{BodyWords, Circumstances};
use super::cross_origin::meant_namespace;
use super::document::{Document, read_document};
use super::exchange::{Caller, Exchange};
use super::form::serve_form;
use super::governed::{Governed, Wish};
use super::names::RequestName;
use super::payload::Payload;
use super::right::Look;
use super::ruling::{refusal, rule_on_account};
use crate::buckets::QualifiedName;
use crate::encryption::{Privacy, refuse_insecure};
use crate::gateway::Gateway;
use crate::handlers;
use crate::http1::RequestBody;
use crate::limits::CATALOG_WAIT_MAX;

/// The names under which clients of STS sign.
const STS: &[&str] = &["sts"];

/// Answers a request. A request that was not understood is authenticated all the same: only then may its sender learn
/// what is wrong with it.
pub(super) async fn serve(
    gateway: &Gateway,
    (parts, peer): (&Arc<Parts>, IpAddr),
    body: &mut RequestBody,
    parsed: Result<S3Request, S3Error>,
    (name, settled): (RequestName, &OnceLock<Namespace>),
) -> Result<Answer, S3Error> {
    let head = RequestHead::new(&parts.method, &parts.uri, &parts.headers);
    request_host(&head)?;
    let privacy = parts.extensions.get().copied().unwrap_or(Privacy::Open);
    let namespace = parsed.as_ref().ok().and_then(|request| request.namespace.clone());
    let sent = Sent { gateway, parts, peer, name, namespace, settled };
    match &parsed {
        Ok(S3Request { operation: Operation::Sts, .. }) => return serve_sts(&sent, &head, body).await,
        Ok(S3Request { operation: Operation::Preflight(asked), .. }) => {
            let deadline = gateway.context().clock.now() + CATALOG_WAIT_MAX;
            let namespace = Box::pin(meant_namespace(gateway, sent.namespace, &head)).await;
            return handlers::preflight(gateway, (namespace, asked), deadline).await;
        }
        Ok(S3Request { operation: Operation::PostObject(post), expected_bucket_owner, .. }) => {
            let form = (post, *expected_bucket_owner);
            return Box::pin(serve_form(&sent, (&head, privacy), body, form)).await;
        }
        // Browsers sign no preflight, whatever the URL says.
        Err(error) if *head.method == Method::OPTIONS => return Err(error.clone()),
        Ok(_) | Err(_) => {}
    }
    let Authenticated { caller, scheme, body: proof } = authenticate(gateway, &head, Service::S3).await?;
    let S3Request { operation, expected_bucket_owner, is_requester_paying, .. } = parsed?;
    refuse_insecure(&operation, privacy)?;
    let mut exchange = Exchange { is_paying: is_requester_paying, ..sent.exchange(caller, scheme) };
    let mut input = Input { body, headers: &parts.headers, proof, early: None };
    if has_early_words(&operation) && matches!(exchange.caller, Caller::Known(_)) {
        input = input.read_early(&mut exchange, &operation).await?;
    }
    let bucket = authorise(&exchange, &operation, expected_bucket_owner).await?;
    match bucket {
        None => on_service(&exchange, operation, input).await,
        Some(bucket) => {
            let is_charged = bucket.is_charged();
            let answer = on_bucket(&exchange, bucket, operation, input).await?;
            Ok(if is_charged { answer.charged() } else { answer })
        }
    }
}

/// A request as it was sent.
pub(super) struct Sent<'a> {
    pub(super) gateway: &'a Gateway,
    parts: &'a Arc<Parts>,
    peer: IpAddr,
    name: RequestName,
    /// The namespace that it names.
    namespace: Option<Namespace>,
    /// Where the namespace is told that it turned out to mean.
    settled: &'a OnceLock<Namespace>,
}

impl Sent<'_> {
    pub(super) fn exchange(&self, caller: Caller, scheme: Option<AuthScheme>) -> Exchange {
        let clock = &self.gateway.context().clock;
        let circumstances = Circumstances {
            parts: Arc::clone(self.parts),
            peer: self.peer,
            now: clock.wall(),
            scheme,
            body: BodyWords::default(),
        };
        let namespace = self.namespace.clone().unwrap_or_else(|| caller.namespace());
        Exchange {
            gateway: self.gateway.clone(),
            namespace: self.settled.get_or_init(|| namespace).clone(),
            caller,
            name: self.name,
            circumstances: Arc::new(circumstances),
            is_paying: false,
            deadline: clock.now() + CATALOG_WAIT_MAX,
        }
    }
}

/// STS signs the hash of a form without sending it, so the form is read first; it is small.
async fn serve_sts(sent: &Sent<'_>, head: &RequestHead<'_>, body: &mut RequestBody) -> Result<Answer, S3Error> {
    let BodyWanted::Document { bytes_max } = Operation::Sts.body() else {
        return Err(S3ErrorCode::InternalError.into());
    };
    let form = read_document(sent.gateway, body, head.headers, (None, bytes_max)).await?;
    let service = Service::Query { names: STS, body_sha256: Sha256::digest(form.bytes()).into() };
    let Authenticated { caller, scheme, .. } = authenticate(sent.gateway, head, service).await?;
    let exchange = sent.exchange(caller, scheme);
    authorise(&exchange, &Operation::Sts, None).await?;
    handlers::sts(&exchange, form.bytes())
}

/// Decides whether the caller may, and finds the bucket that it is about.
pub(super) async fn authorise(
    exchange: &Exchange,
    operation: &Operation,
    expected_owner: Option<AccountId>,
) -> Result<Option<Governed>, S3Error> {
    if let (Caller::Anonymous, Operation::GetObject(read) | Operation::HeadObject(read)) = (&exchange.caller, operation)
    {
        read.overrides.refuse_anonymous()?;
    }
    let rights = rights_of(operation);
    let (bucket, resource) = match operation {
        Operation::CreateBucket(create) => {
            (None, Resource::NewBucket(BucketRef { namespace: exchange.namespace.as_str(), name: &create.bucket }))
        }
        other => (other.bucket(), Resource::OwnAccount),
    };
    let Some(name) = bucket else {
        for right in rights {
            match rule_on_account(exchange, right.action, resource) {
                Decision::Allow(_) => {}
                refused => return Err(refusal(refused)),
            }
        }
        return Ok(None);
    };
    let name = QualifiedName { namespace: exchange.namespace.clone(), name: name.clone() };
    let wish = Wish { name, rights, look: look_of(operation), expected_owner, seen: seen_for(operation) };
    Governed::find(exchange, wish).await.map(Some)
}

/// Whether conditions of policies may ask for words of the operation's document.
fn has_early_words(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::PutObjectTagging(_) | Operation::PutObjectRetention(_) | Operation::PutObjectLegalHold(_)
    )
}

/// Those words. What is wrong with the document is said later, to those who may send it.
fn early_words(operation: &Operation, document: &[u8]) -> BodyWords {
    match operation {
        Operation::PutObjectTagging(_) => {
            BodyWords { tags: TagSet::parse_document(TagHolder::Object, document).ok(), ..BodyWords::default() }
        }
        Operation::PutObjectRetention(_) => {
            BodyWords { retention: Retention::parse(document).ok().flatten(), ..BodyWords::default() }
        }
        Operation::PutObjectLegalHold(_) => {
            BodyWords { legal_hold: LegalHold::parse(document).ok(), ..BodyWords::default() }
        }
        _ => BodyWords::default(),
    }
}

/// A body that waits to be read.
struct Input<'b> {
    body: &'b mut RequestBody,
    headers: &'b HeaderMap,
    proof: BodyProof,
    /// The document, where it was read before the request was authorised.
    early: Option<Document>,
}

impl<'b> Input<'b> {
    async fn read_early(self, exchange: &mut Exchange, operation: &Operation) -> Result<Self, S3Error> {
        let Self { body, headers, proof, .. } = self;
        let BodyWanted::Document { bytes_max } = operation.body() else {
            return Err(S3ErrorCode::InternalError.into());
        };
        refuse_chunks(&proof)?;
        let document = read_document(&exchange.gateway, body, headers, (Some(proof), bytes_max)).await?;
        let words = early_words(operation, document.bytes());
        Arc::make_mut(&mut exchange.circumstances).body = words;
        Ok(Self { body, headers, proof: BodyProof::None, early: Some(document) })
    }

    async fn document(self, exchange: &Exchange, operation: BodyWanted) -> Result<Document, S3Error> {
        if let Some(document) = self.early {
            return Ok(document);
        }
        let BodyWanted::Document { bytes_max } = operation else { return Err(S3ErrorCode::InternalError.into()) };
        refuse_chunks(&self.proof)?;
        read_document(&exchange.gateway, self.body, self.headers, (Some(self.proof), bytes_max)).await
    }

    fn payload(self) -> Payload<'b> {
        Payload::new(self.body, self.headers, self.proof)
    }

    fn none(self) -> Result<(), S3Error> {
        refuse_chunks(&self.proof)
    }
}

async fn on_service(exchange: &Exchange, operation: Operation, input: Input<'_>) -> Result<Answer, S3Error> {
    let wanted = operation.body();
    match operation {
        Operation::CreateBucket(create) => {
            let document = input.document(exchange, wanted).await?;
            Box::pin(handlers::create_bucket(exchange, create, document.bytes())).await
        }
        Operation::ListBuckets(list) => {
            input.none()?;
            handlers::list_buckets(exchange, list).await
        }
        Operation::ListResourceTags(_) | Operation::TagResource(_) | Operation::UntagResource(_) => {
            Err(S3Error::with_message(
                S3ErrorCode::InvalidRequest,
                "Tags are kept for buckets only, and the ARN names none",
            ))
        }
        // Every other operation names a bucket.
        _ => Err(S3ErrorCode::InternalError.into()),
    }
}

/// What is large and not asked for with every request is boxed: the future of each request has room for the largest handler.
async fn on_bucket(
    exchange: &Exchange,
    mut governed: Governed,
    operation: Operation,
    input: Input<'_>,
) -> Result<Answer, S3Error> {
    let bucket = &mut governed;
    let wanted = operation.body();
    match operation {
        Operation::PutObject(put) => return handlers::put_object(exchange, bucket, put, input.payload()).await,
        Operation::UploadPart(part) => return handlers::upload_part(exchange, bucket, part, input.payload()).await,
        Operation::DeleteObjects(delete) => {
            let document = input.document(exchange, wanted).await?;
            return Box::pin(handlers::delete_objects(exchange, bucket, delete, document.bytes())).await;
        }
        Operation::CompleteMultipartUpload(complete) => {
            let document = input.document(exchange, wanted).await?;
            return Box::pin(handlers::complete_multipart_upload(exchange, governed, complete, document.bytes())).await;
        }
        Operation::PutBucketConfiguration(put) => {
            let document = input.document(exchange, wanted).await?;
            return Box::pin(handlers::put_bucket_configuration(exchange, bucket, &put, document.bytes())).await;
        }
        Operation::PutBucketAcl(put) => {
            let document = input.document(exchange, wanted).await?;
            return Box::pin(handlers::put_bucket_acl(exchange, bucket, put, document.bytes())).await;
        }
        Operation::PutObjectAcl(put) => {
            let document = input.document(exchange, wanted).await?;
            return Box::pin(handlers::put_object_acl(exchange, bucket, put, document.bytes())).await;
        }
        Operation::PutObjectTagging(put) => {
            let document = input.document(exchange, wanted).await?;
            return Box::pin(handlers::put_object_tagging(exchange, bucket, put, document.bytes())).await;
        }
        Operation::PutObjectRetention(put) => {
            let document = input.document(exchange, wanted).await?;
            return Box::pin(handlers::put_object_retention(exchange, bucket, put, document.bytes())).await;
        }
        Operation::PutObjectLegalHold(put) => {
            let document = input.document(exchange, wanted).await?;
            return Box::pin(handlers::put_object_legal_hold(exchange, bucket, put, document.bytes())).await;
        }
        Operation::TagResource(_) => {
            let document = input.document(exchange, wanted).await?;
            return Box::pin(handlers::tag_resource(exchange, bucket, document.bytes())).await;
        }
        _ => input.none()?,
    }
    match operation {
        Operation::DeleteObject(delete) => handlers::delete_object(exchange, bucket, delete).await,
        Operation::ListObjects(list) => handlers::list_objects(exchange, bucket, list).await,
        Operation::ListObjectsV2(list) => handlers::list_objects_v2(exchange, bucket, list).await,
        Operation::ListObjectVersions(list) => handlers::list_object_versions(exchange, bucket, list).await,
        Operation::ListMultipartUploads(list) => handlers::list_multipart_uploads(exchange, bucket, list).await,
        Operation::ListParts(list) => handlers::list_parts(exchange, bucket, list).await,
        Operation::CopyObject(copy) => Box::pin(handlers::copy_object(exchange, governed, copy)).await,
        Operation::UploadPartCopy(copy) => Box::pin(handlers::upload_part_copy(exchange, governed, copy)).await,
        Operation::CreateMultipartUpload(create) => handlers::create_multipart_upload(exchange, bucket, create).await,
        Operation::AbortMultipartUpload(abort) => handlers::abort_multipart_upload(exchange, bucket, abort).await,
        Operation::RenameObject(rename) => Box::pin(handlers::rename_object(exchange, bucket, rename)).await,
        Operation::DeleteObjectTagging(object) => handlers::delete_object_tagging(exchange, bucket, object).await,
        other if look_of(&other) == Look::WhenFound => of_object(exchange, bucket, other).await,
        other => Box::pin(about_bucket(exchange, bucket, other)).await,
    }
}

/// Operations that show what an object has. What nobody decided about goes nowhere, whatever a handler forgets.
async fn of_object(exchange: &Exchange, bucket: &mut Governed, operation: Operation) -> Result<Answer, S3Error> {
    let answer = match operation {
        Operation::GetObject(read) => handlers::get_object(exchange, bucket, read).await,
        Operation::HeadObject(read) => handlers::head_object(exchange, bucket, read).await,
        Operation::GetObjectAttributes(get) => handlers::get_object_attributes(exchange, bucket, get).await,
        Operation::GetObjectAcl(object) => handlers::get_object_acl(exchange, bucket, object).await,
        Operation::GetObjectTagging(object) => handlers::get_object_tagging(exchange, bucket, object).await,
        Operation::GetObjectConfiguration(object, kind) => {
            handlers::get_object_configuration(exchange, bucket, object, kind).await
        }
        _ => Err(S3Error::not_implemented_operation()),
    }?;
    bucket.assert_admitted()?;
    Ok(answer)
}

/// Operations on a bucket as a whole, which was looked up just now.
async fn about_bucket(exchange: &Exchange, bucket: &mut Governed, operation: Operation) -> Result<Answer, S3Error> {
    match operation {
        Operation::HeadBucket(_) => Ok(handlers::head_bucket(bucket)),
        Operation::DeleteBucket(_) => handlers::delete_bucket(exchange, bucket).await,
        Operation::GetBucketLocation(_) => Ok(handlers::get_bucket_location(bucket)),
        Operation::GetBucketAcl(_) => Ok(handlers::get_bucket_acl(exchange, bucket).await),
        Operation::GetBucketConfiguration(get) => handlers::get_bucket_configuration(bucket, &get),
        Operation::DeleteBucketConfiguration(delete) => {
            handlers::delete_bucket_configuration(exchange, bucket, &delete).await
        }
        Operation::ListResourceTags(_) => handlers::list_resource_tags(bucket),
        Operation::UntagResource(untag) => handlers::untag_resource(exchange, bucket, &untag).await,
        // All others are handled above, name no bucket, or are refused before they come here.
        _ => Err(S3Error::not_implemented_operation()),
    }
}
