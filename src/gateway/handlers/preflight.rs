//! `OPTIONS`

use cairn_runtime::Instant;
use cairn_s3::S3Error;
use cairn_s3::address::Namespace;
use cairn_s3::cors::Preflight;
use cairn_s3::operation::PreflightRequest;

use crate::buckets::{QualifiedName, Seen};
use crate::gateway::Gateway;
use crate::pipeline::{Answer, catalog_failed};

/// `OPTIONS /b`, `OPTIONS /b/k`: by the rules as they are now, since no shard that knows a newer configuration is asked.
pub(crate) async fn preflight(
    gateway: &Gateway,
    (namespace, request): (Namespace, &PreflightRequest),
    deadline: Instant,
) -> Result<Answer, S3Error> {
    let name = QualifiedName { namespace, name: request.bucket.clone() };
    let found = gateway.buckets().find(&name, Seen::Now, deadline).await;
    let bucket = found.map_err(|error| catalog_failed(&error))?.ok_or_else(Preflight::without_bucket)?;
    let rules = bucket.cors().ok_or_else(Preflight::without_rules)?;
    Ok(rules.preflight(&request.asked)?.into_response().into())
}
