//! `GetObjectRetention`, `PutObjectRetention`, `GetObjectLegalHold`, `PutObjectLegalHold`

use cairn_catalog::command::{RetentionChange, VersionChange};
use cairn_policy::Action;
use cairn_s3::S3Error;
use cairn_s3::lock::{GovernanceBypass, LegalHold, Retention};
use cairn_s3::operation::{ObjectConfiguration, OnObject, PutObjectDocument, PutObjectRetention};
use cairn_s3::response::Response;
use cairn_types::{ObjectKey, VersionId};
use http::StatusCode;

use super::lookup::{find_version, update_version};
use super::new_object::{row_retention, wire_retention};
use super::object_shown::may;
use crate::pipeline::{Answer, Exchange, Governed};

/// `GET /b/k?retention`, `?legal-hold`
pub(crate) async fn get_object_configuration(
    exchange: &Exchange,
    bucket: &mut Governed,
    object: OnObject,
    kind: ObjectConfiguration,
) -> Result<Answer, S3Error> {
    let found = find_version(exchange, bucket, &object).await?;
    if !bucket.bucket().settings.object_lock {
        return Err(kind.absent());
    }
    let lock = found.version().meta.lock.as_ref();
    let document = match kind {
        ObjectConfiguration::Retention => {
            lock.and_then(|lock| lock.retention).map(|retention| wire_retention(retention).to_xml())
        }
        ObjectConfiguration::LegalHold => {
            lock.map(|lock| if lock.legal_hold { LegalHold::On } else { LegalHold::Off }.to_xml())
        }
    };
    let document = document.ok_or_else(Retention::absent)?;
    Ok(Response::xml(StatusCode::OK, document).into())
}

/// `PUT /b/k?retention`
pub(crate) async fn put_object_retention(
    exchange: &Exchange,
    bucket: &mut Governed,
    put: PutObjectRetention,
    document: &[u8],
) -> Result<Answer, S3Error> {
    put.proof.verify(document)?;
    let retention = Retention::parse(document)?;
    if let Some(retention) = retention {
        retention.check_future(exchange.gateway.context().clock.wall())?;
    }
    let bypass_governance = may_bypass(bucket, put.bypass, (&put.object.key, put.object.version_id)).await?;
    let change =
        RetentionChange { retention: retention.map(row_retention), bypass_governance, ..RetentionChange::default() };
    update_version(exchange, bucket, &put.object, VersionChange::Retention(change)).await?;
    Ok(Response::empty(StatusCode::OK).into())
}

/// `PUT /b/k?legal-hold`
pub(crate) async fn put_object_legal_hold(
    exchange: &Exchange,
    bucket: &mut Governed,
    put: PutObjectDocument,
    document: &[u8],
) -> Result<Answer, S3Error> {
    put.proof.verify(document)?;
    let is_held = LegalHold::parse(document)? == LegalHold::On;
    update_version(exchange, bucket, &put.object, VersionChange::LegalHold(is_held)).await?;
    Ok(Response::empty(StatusCode::OK).into())
}

/// Whether governance retention is passed over: where that is asked for and allowed.
pub(super) async fn may_bypass(
    bucket: &Governed,
    asked: GovernanceBypass,
    object: (&ObjectKey, Option<VersionId>),
) -> Result<bool, S3Error> {
    match asked {
        GovernanceBypass::No => Ok(false),
        GovernanceBypass::Asked => may(bucket, Action::BypassGovernanceRetention, object).await,
    }
}
