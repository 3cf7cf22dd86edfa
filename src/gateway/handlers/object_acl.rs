//! `GetObjectAcl` and `PutObjectAcl`

use cairn_catalog::command::{AclChange as RowChange, UpdateTarget, VersionChange};
use cairn_catalog::query::BodyWish;
use cairn_catalog::rows::Nothing;
use cairn_objects::{ObjectRead, UpdateRequest};
use cairn_policy::Acl;
use cairn_s3::acl::AclChange;
use cairn_s3::operation::{OnObject, PutObjectAcl};
use cairn_s3::response::Response;
use cairn_s3::{S3Error, S3ErrorCode};
use cairn_types::VersionId;
use cairn_types::record::Record;
use http::{HeaderName, HeaderValue, StatusCode};

use super::acl::{Given, shown};
use super::lookup::find_object;
use super::rows::shown_id;
use crate::pipeline::{Answer, Exchange, Governed, Refused, governed};

const VERSION_ID: HeaderName = HeaderName::from_static("x-amz-version-id");

/// `GET /b/k?acl`
pub(crate) async fn get_object_acl(
    exchange: &Exchange,
    bucket: &mut Governed,
    object: OnObject,
) -> Result<Answer, S3Error> {
    let found = find(exchange, bucket, &object).await?;
    let meta = &found.version().meta;
    let access = &bucket.bucket().access;
    let response = if access.ownership.has_acls() {
        // What cannot be read was refused when it was decided about, unless nothing depended on it.
        let acl =
            meta.acl.clone().map(Acl::decode).transpose().map_err(|_| S3Error::new(S3ErrorCode::InternalError))?;
        shown(exchange, &meta.owner, acl.as_ref()).await.into_response()
    } else {
        shown(exchange, &access.owner, None).await.into_response()
    };
    Ok(with_version(response, bucket, found.version().id()).into())
}

/// `PUT /b/k?acl`: the version keeps its id, its bytes and its time.
pub(crate) async fn put_object_acl(
    exchange: &Exchange,
    bucket: &mut Governed,
    put: PutObjectAcl,
    document: &[u8],
) -> Result<Answer, S3Error> {
    put.proof.verify(document)?;
    let given = Given::of_change(exchange, AclChange::new(put.acl, document)?).await?;
    let found = find(exchange, bucket, &put.object).await?;
    let owner = &found.version().meta.owner;
    // The version that was decided about, whatever is written meanwhile.
    let target = match found.version().id() {
        VersionId::Null => UpdateTarget::Null(Nothing::default()),
        VersionId::Ordered(order) => UpdateTarget::Ordered(order),
    };
    let objects = exchange.gateway.objects();
    let changed = governed!(bucket, |view| async {
        let acl = given.for_object(&bucket.bucket().access, owner)?.map(|acl| acl.encode());
        let changes = vec![VersionChange::Acl(RowChange { acl, ..RowChange::default() })];
        let update = UpdateRequest { key: put.object.key.clone(), target: target.clone(), changes };
        objects.update(&view, update).await.map_err(Refused::from)
    })?;
    Ok(with_version(Response::empty(StatusCode::OK), bucket, changed.id()).into())
}

async fn find(exchange: &Exchange, bucket: &mut Governed, object: &OnObject) -> Result<ObjectRead, S3Error> {
    let wish = BodyWish::Nothing(Nothing::default());
    find_object(exchange, bucket, (&object.key, object.version_id), wish).await
}

fn with_version(mut response: Response, bucket: &Governed, id: VersionId) -> Response {
    let id = shown_id(bucket.bucket(), id).and_then(|id| HeaderValue::try_from(id.to_string()).ok());
    if let Some(id) = id {
        response.head.headers.insert(VERSION_ID, id);
    }
    response
}
