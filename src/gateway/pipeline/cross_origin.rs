//! What the browser of a page learns with an answer: whether the page may see it.
//!
//! # Invariants
//! Every answer about a bucket that has rules says so, a refusal's too: else a page could not tell why it was refused. A
//! request without an origin costs nothing here.

use cairn_s3::address::{Address, Addressing, Namespace, Resource};
use cairn_s3::auth::claimed_access_key;
use cairn_s3::cors::CrossOrigin;
use cairn_s3::operation::S3Request;
use cairn_s3::{RequestHead, S3Error};
use cairn_types::BucketName;
use http::{Method, StatusCode};

use super::answer::Answer;
use crate::buckets::{QualifiedName, Seen};
use crate::gateway::Gateway;
use crate::limits::RULES_WAIT_MAX;

/// A page's request, and whose rules it goes by.
pub(super) struct PageRequest<'a> {
    asked: CrossOrigin<'a>,
    head: RequestHead<'a>,
    namespace: Option<Namespace>,
    bucket: BucketName,
}

impl<'a> PageRequest<'a> {
    /// Looks at a request, understood or not; `None` if no page sent it or no bucket is meant. A preflight is an answer of
    /// its own.
    pub(super) fn of(
        head: &RequestHead<'a>,
        parsed: &Result<S3Request, S3Error>,
        addressing: &Addressing,
    ) -> Option<Self> {
        let asked = CrossOrigin::of_request(head.method, head.headers)?;
        if *head.method == Method::OPTIONS {
            return None;
        }
        let (namespace, bucket) = match parsed {
            Ok(request) => (request.namespace.clone(), request.operation.bucket()?.clone()),
            Err(_) => {
                let Address { namespace, resource } = addressing.resolve(head).ok()?;
                match resource {
                    Resource::Bucket(bucket) | Resource::Object { bucket, .. } => (namespace, bucket),
                    Resource::Service => return None,
                }
            }
        };
        Some(Self { asked, head: *head, namespace, bucket })
    }

    /// Adds to the answer what the bucket's rules say. Where the request did not come so far that its namespace was
    /// settled, that of its key counts.
    pub(super) async fn tell(self, gateway: &Gateway, settled: Option<Namespace>, answer: &mut Answer) {
        // Most requests ask a shard, which knows the newest rules. One that was refused may not have come that far.
        let seen = match answer.head.status {
            StatusCode::BAD_REQUEST | StatusCode::FORBIDDEN => Seen::Now,
            _ => Seen::Before,
        };
        let deadline = gateway.context().clock.now() + RULES_WAIT_MAX;
        let namespace = match settled {
            Some(namespace) => namespace,
            None => meant_namespace(gateway, self.namespace, &self.head).await,
        };
        let name = QualifiedName { namespace, name: self.bucket };
        let found = gateway.buckets().find(&name, seen, deadline).await;
        let bucket =
            found.inspect_err(|error| tracing::debug!(%error, "rules of a bucket were not found")).ok().flatten();
        if let Some(rules) = bucket.as_ref().and_then(|bucket| bucket.cors()) {
            rules.write_actual(&self.asked, &mut answer.head.headers);
        }
    }
}

/// The namespace that a request means which proved nothing yet: the one it names, else that of the account whose key it
/// carries. Rules tell a page what it may ask, and nothing of a bucket that only its account should know.
pub(super) async fn meant_namespace(gateway: &Gateway, named: Option<Namespace>, head: &RequestHead<'_>) -> Namespace {
    if let Some(named) = named {
        return named;
    }
    let Some(key) = claimed_access_key(head) else { return Namespace::shared() };
    match gateway.identities().find(&key).await {
        Ok(identity) => identity.namespace().clone(),
        Err(_) => Namespace::shared(),
    }
}
