//! `CreateBucket`

use bytes::Bytes;
use cairn_catalog::reply::Refusal;
use cairn_catalog::rows::{BucketSettings, Ownership, VersioningMode};
use cairn_metadata::{MetadataError, NewBucket, create_bucket as create, record_configuration};
use cairn_policy::{Action, BucketAccess, BucketRef};
use cairn_s3::acl::RequestedAcl;
use cairn_s3::operation::{BucketConfiguration, CreateBucket, CreateBucketConfiguration};
use cairn_s3::response::CreateBucketOutput;
use cairn_s3::tagging::TagSet;
use cairn_s3::{S3Error, S3ErrorCode};

use super::acl::Given;
use super::bucket_configuration::{Change, apply, kept_tags, ownership_setting};
use crate::buckets::ownership as ownership_of;
use crate::pipeline::{Answer, Exchange, Right, catalog_failed, governed};

/// The region where S3 lets an owner create a bucket again.
const FIRST_REGION: &str = "us-east-1";

/// `PUT /b`: returns once every shard knows the bucket.
pub(crate) async fn create_bucket(
    exchange: &Exchange,
    request: CreateBucket,
    document: &[u8],
) -> Result<Answer, S3Error> {
    // Only whoever means a namespace without naming it makes buckets in it.
    if exchange.namespace != exchange.caller.namespace() {
        return Err(S3ErrorCode::AccessDenied.into());
    }
    let region = exchange.gateway.settings().region();
    let configuration = CreateBucketConfiguration::parse(document)?;
    configuration.check_region(region)?;
    let session = exchange.gateway.objects().session();
    let given = Given::of(exchange, &request.acl).await?;
    let new = new_bucket(exchange, &request, &given, (region, &configuration.tags))?;
    match create(session, new, exchange.deadline).await {
        Ok(_) => {}
        // Perhaps the first attempt was cut short; to record what every shard knows changes nothing.
        Err(MetadataError::Refused(Refusal::BucketOwnedByYou(scope))) if region == FIRST_REGION => {
            let recorded = record_configuration(session, scope, exchange.deadline).await;
            recorded.map_err(|error| catalog_failed(&error))?;
            reset_acl(exchange, &request, &given).await?;
        }
        Err(error) => return Err(catalog_failed(&error).element("BucketName", request.bucket.as_str())),
    }
    Ok(CreateBucketOutput { bucket: request.bucket }.into_response().into())
}

/// Who creates a bucket again has the ACL that a new one would have, as in S3's first region; all else stays. So does the
/// ACL, where whoever asks for none may not change it.
async fn reset_acl(exchange: &Exchange, request: &CreateBucket, given: &Given) -> Result<(), S3Error> {
    let mut bucket = exchange.own_bucket(&request.bucket).await?;
    let change_acl = Right::on_bucket(Action::PutBucketAcl);
    match request.acl {
        RequestedAcl::Unsaid if !bucket.may(change_acl.clone()).await? => return Ok(()),
        RequestedAcl::Unsaid | RequestedAcl::Canned(_) | RequestedAcl::Grants(_) => {
            bucket.require(vec![change_acl]).await?;
        }
    }
    governed!(bucket, |_view| async {
        let (access, settings) = (&bucket.bucket().access, &bucket.bucket().settings);
        let acl = given.for_bucket(access)?;
        if acl == settings.acl || !access.ownership.has_acls() {
            return Ok(());
        }
        let change = Change::settings(BucketSettings { acl, ..settings.clone() });
        apply(exchange, &bucket, BucketConfiguration::OwnershipControls, change).await
    })
}

fn new_bucket(
    exchange: &Exchange,
    request: &CreateBucket,
    given: &Given,
    (region, tags): (&str, &TagSet),
) -> Result<NewBucket, S3Error> {
    let ownership = request.object_ownership.map_or(Ownership::ObjectWriter, ownership_setting);
    let owner = exchange.account()?.0.clone();
    let mut access = BucketAccess::private(
        BucketRef { namespace: exchange.namespace.as_str(), name: &request.bucket },
        owner.clone(),
    );
    access.ownership = ownership_of(ownership);
    if !given.is_taken(&access) {
        return Err(S3ErrorCode::InvalidBucketAclWithObjectOwnership.into());
    }
    // Only what was said is told again.
    let said = request.object_ownership.map(|rule| {
        let document = Bytes::from_static(rule.as_str().as_bytes());
        (BucketConfiguration::OwnershipControls.parameter().to_owned(), document)
    });
    let tagged = kept_tags(tags).map(|document| (BucketConfiguration::Tagging.parameter().to_owned(), document));
    // Locks protect versions.
    let versioning = if request.object_lock { VersioningMode::Enabled } else { VersioningMode::Off };
    Ok(NewBucket {
        name: request.bucket.clone(),
        namespace: exchange.namespace.as_str().to_owned(),
        owner,
        region: region.to_owned(),
        settings: BucketSettings {
            ownership,
            versioning,
            object_lock: request.object_lock,
            acl: given.for_bucket(&access)?,
            ..BucketSettings::default()
        },
        documents: said.into_iter().chain(tagged).collect(),
    })
}
