//! `RenameObject`

use cairn_catalog::command::{ETagCondition, HttpConditions};
use cairn_catalog::rows::Nothing;
use cairn_objects::RenameObject as Rename;
use cairn_s3::condition::{ReadConditions, RenamePreconditions, WritePrecondition};
use cairn_s3::operation::RenameObject;
use cairn_s3::response::Response;
use cairn_s3::{S3Error, S3ErrorCode};
use cairn_types::VersionId;
use http::StatusCode;

use super::rows::{etag_condition, row_etag, shown_id};
use crate::pipeline::{Answer, Exchange, Governed, governed};
use crate::renames::Told;

/// `PUT /b/k?renameObject`: whoever looks sees the object under one key or the other. A repeat that is known by its token is
/// answered as the first time.
pub(crate) async fn rename_object(
    exchange: &Exchange,
    bucket: &mut Governed,
    rename: RenameObject,
) -> Result<Answer, S3Error> {
    if rename.source == rename.key {
        let message = "The source and the destination of a rename must be different keys.";
        return Err(S3Error::with_message(S3ErrorCode::InvalidRequest, message));
    }
    let request = Rename {
        key: rename.key.clone(),
        source: rename.source.clone(),
        source_conditions: source_conditions(rename.source_conditions)?,
        conditions: conditions(rename.destination_conditions),
        owner: exchange.writer(),
    };
    let told = rename.client_token.map(|token| (token, Told { key: rename.key, source: rename.source }));
    let renames = exchange.gateway.renames();
    if let Some((token, told)) = &told
        && let Some(version) = renames.done(bucket.bucket().id, token, told)?
    {
        return Ok(renamed(bucket, version));
    }
    let objects = exchange.gateway.objects();
    let version = governed!(bucket, |view| objects.rename(&view, request.clone()))?.id();
    if let Some((token, told)) = told {
        renames.keep(bucket.bucket().id, token, (told, version));
    }
    Ok(renamed(bucket, version))
}

fn renamed(bucket: &Governed, version: VersionId) -> Answer {
    let mut response = Response::empty(StatusCode::OK);
    response.head.show_version(shown_id(bucket.bucket(), version));
    response.into()
}

fn source_conditions(wanted: ReadConditions) -> Result<HttpConditions, S3Error> {
    Ok(HttpConditions {
        matches: wanted.if_match.map(|tags| etag_condition(tags, "x-amz-rename-source-if-match")).transpose()?,
        differs: wanted
            .if_none_match
            .map(|tags| etag_condition(tags, "x-amz-rename-source-if-none-match"))
            .transpose()?,
        modified_since: wanted.if_modified_since,
        unmodified_since: wanted.if_unmodified_since,
        ..HttpConditions::default()
    })
}

fn conditions(wanted: RenamePreconditions) -> HttpConditions {
    let any = || Some(ETagCondition::Any(Nothing::default()));
    let (matches, differs) = match wanted.entity {
        WritePrecondition::None => (None, None),
        WritePrecondition::Absent => (None, any()),
        WritePrecondition::Exists => (any(), None),
        WritePrecondition::Matches(etag) => (Some(ETagCondition::Is(row_etag(&etag))), None),
    };
    HttpConditions {
        matches,
        differs,
        modified_since: wanted.if_modified_since,
        unmodified_since: wanted.if_unmodified_since,
        ..HttpConditions::default()
    }
}
