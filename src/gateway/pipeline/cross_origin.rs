//! What the browser of a page learns with an answer: whether the page may see it.
//!
//! # Invariants
//! Every answer about a bucket that has rules says so, a refusal's too: else a page could not tell why it was refused. A
//! request without an origin costs nothing here.

use cairn_s3::address::{Address, Addressing, Resource};
use cairn_s3::cors::CrossOrigin;
use cairn_s3::operation::S3Request;
use cairn_s3::{RequestHead, S3Error};
use http::{Method, StatusCode};

use super::answer::Answer;
use crate::buckets::{QualifiedName, Seen};
use crate::gateway::Gateway;
use crate::limits::RULES_WAIT_MAX;

/// A page's request, and whose rules it goes by.
pub(super) struct PageRequest<'a> {
    asked: CrossOrigin<'a>,
    bucket: QualifiedName,
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
        let bucket = match parsed {
            Ok(request) => QualifiedName::of_nobody(request.namespace.clone(), request.operation.bucket()?.clone()),
            Err(_) => {
                let Address { namespace, resource } = addressing.resolve(head).ok()?;
                match resource {
                    Resource::Bucket(bucket) | Resource::Object { bucket, .. } => {
                        QualifiedName::of_nobody(namespace, bucket)
                    }
                    Resource::Service => return None,
                }
            }
        };
        Some(Self { asked, bucket })
    }

    /// Adds to the answer what the bucket's rules say.
    pub(super) async fn tell(self, gateway: &Gateway, answer: &mut Answer) {
        // Most requests ask a shard, which knows the newest rules. One that was refused may not have come that far.
        let seen = match answer.head.status {
            StatusCode::BAD_REQUEST | StatusCode::FORBIDDEN => Seen::Now,
            _ => Seen::Before,
        };
        let deadline = gateway.context().clock.now() + RULES_WAIT_MAX;
        let found = gateway.buckets().find(&self.bucket, seen, deadline).await;
        let bucket =
            found.inspect_err(|error| tracing::debug!(%error, "rules of a bucket were not found")).ok().flatten();
        if let Some(rules) = bucket.as_ref().and_then(|bucket| bucket.cors()) {
            rules.write_actual(&self.asked, &mut answer.head.headers);
        }
    }
}
