//! The configurations of a bucket, and what S3 answers for those that were never set.
//!
//! Terraform and SDKs read every one of them after creating a bucket; the exact form of "there is none" decides whether
//! they go on.

use cairn_types::BucketName;

use super::parameters::Parts;
use crate::error::{S3Error, S3ErrorCode};
use crate::xml::XmlWriter;

/// Reads one configuration of a bucket.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GetBucketConfiguration {
    /// The bucket.
    pub bucket: BucketName,
    /// Which one.
    pub kind: BucketConfiguration,
    /// The one of several with this id; all of them without.
    pub id: Option<String>,
}

/// What there is to say of a configuration that was never set.
#[derive(Clone, PartialEq, Debug)]
pub enum AbsentAnswer {
    /// 200 with this document.
    Document(String),
    /// An error.
    Error(S3Error),
}

impl GetBucketConfiguration {
    pub(super) const PARAMETERS: [&'static str; 2] = ["id", "continuation-token"];

    pub(super) fn parse(parts: Parts<'_>, bucket: BucketName, kind: BucketConfiguration) -> Self {
        Self { bucket, kind, id: parts.query.nonempty("id").map(str::to_owned) }
    }

    /// S3's answer where nothing was set.
    pub fn absent(&self) -> AbsentAnswer {
        let error = match self.kind.shape() {
            Shape::Missing(code) => S3Error::new(code).element("BucketName", self.bucket.as_str()),
            Shape::Empty(root) => return AbsentAnswer::Document(XmlWriter::new(root).finish()),
            Shape::Payer => {
                let mut xml = XmlWriter::new("RequestPaymentConfiguration");
                xml.text("Payer", "BucketOwner");
                return AbsentAnswer::Document(xml.finish());
            }
            Shape::Several(_) if self.id.is_some() => S3ErrorCode::NoSuchConfiguration.into(),
            Shape::Several(root) => {
                let mut xml = XmlWriter::new(root);
                xml.text("IsTruncated", "false");
                return AbsentAnswer::Document(xml.finish());
            }
        };
        AbsentAnswer::Error(error)
    }
}

/// The form of "there is none".
enum Shape {
    /// An error.
    Missing(S3ErrorCode),
    /// An empty root.
    Empty(&'static str),
    /// The bucket's owner pays.
    Payer,
    /// A list of none; with an id an error.
    Several(&'static str),
}

macro_rules! bucket_configurations {
    ($($name:ident $parameter:literal $operation:literal $writes:tt $shape:expr;)+) => {
        /// A configuration of a bucket.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum BucketConfiguration {
            $(#[doc = concat!("`?", $parameter, "`")] $name,)+
        }

        impl BucketConfiguration {
            /// Every one of them.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The query parameter that names it.
            pub fn parameter(self) -> &'static str {
                match self {
                    $(Self::$name => $parameter,)+
                }
            }

            /// The name of the operation that reads it.
            pub fn operation_name(self) -> &'static str {
                match self {
                    $(Self::$name => $operation,)+
                }
            }

            /// The names of the operations that set and remove it, where there are any.
            fn writes(self) -> (Option<&'static str>, Option<&'static str>) {
                match self {
                    $(Self::$name => $writes,)+
                }
            }

            fn shape(self) -> Shape {
                match self {
                    $(Self::$name => $shape,)+
                }
            }
        }
    };
}

bucket_configurations! {
    Abac "abac" "GetBucketAbac" (Some("PutBucketAbac"), None) Shape::Empty("AbacStatus");
    Accelerate "accelerate" "GetBucketAccelerateConfiguration" (Some("PutBucketAccelerateConfiguration"), None) Shape::Empty("AccelerateConfiguration");
    Analytics "analytics" "GetBucketAnalyticsConfiguration" (Some("PutBucketAnalyticsConfiguration"), Some("DeleteBucketAnalyticsConfiguration")) Shape::Several("ListBucketAnalyticsConfigurationResult");
    Cors "cors" "GetBucketCors" (Some("PutBucketCors"), Some("DeleteBucketCors")) Shape::Missing(S3ErrorCode::NoSuchCORSConfiguration);
    Encryption "encryption" "GetBucketEncryption" (Some("PutBucketEncryption"), Some("DeleteBucketEncryption")) Shape::Missing(S3ErrorCode::ServerSideEncryptionConfigurationNotFoundError);
    IntelligentTiering "intelligent-tiering" "GetBucketIntelligentTieringConfiguration" (Some("PutBucketIntelligentTieringConfiguration"), Some("DeleteBucketIntelligentTieringConfiguration")) Shape::Several("ListBucketIntelligentTieringConfigurationsOutput");
    Inventory "inventory" "GetBucketInventoryConfiguration" (Some("PutBucketInventoryConfiguration"), Some("DeleteBucketInventoryConfiguration")) Shape::Several("ListInventoryConfigurationsResult");
    Lifecycle "lifecycle" "GetBucketLifecycleConfiguration" (Some("PutBucketLifecycleConfiguration"), Some("DeleteBucketLifecycle")) Shape::Missing(S3ErrorCode::NoSuchLifecycleConfiguration);
    Logging "logging" "GetBucketLogging" (Some("PutBucketLogging"), None) Shape::Empty("BucketLoggingStatus");
    Metadata "metadataConfiguration" "GetBucketMetadataConfiguration" (None, Some("DeleteBucketMetadataConfiguration")) Shape::Missing(S3ErrorCode::MetadataConfigurationNotFound);
    MetadataTable "metadataTable" "GetBucketMetadataTableConfiguration" (None, Some("DeleteBucketMetadataTableConfiguration")) Shape::Missing(S3ErrorCode::MetadataConfigurationNotFound);
    Metrics "metrics" "GetBucketMetricsConfiguration" (Some("PutBucketMetricsConfiguration"), Some("DeleteBucketMetricsConfiguration")) Shape::Several("ListMetricsConfigurationsResult");
    Notification "notification" "GetBucketNotificationConfiguration" (Some("PutBucketNotificationConfiguration"), None) Shape::Empty("NotificationConfiguration");
    ObjectLock "object-lock" "GetObjectLockConfiguration" (Some("PutObjectLockConfiguration"), None) Shape::Missing(S3ErrorCode::ObjectLockConfigurationNotFoundError);
    OwnershipControls "ownershipControls" "GetBucketOwnershipControls" (Some("PutBucketOwnershipControls"), Some("DeleteBucketOwnershipControls")) Shape::Missing(S3ErrorCode::OwnershipControlsNotFoundError);
    Policy "policy" "GetBucketPolicy" (Some("PutBucketPolicy"), Some("DeleteBucketPolicy")) Shape::Missing(S3ErrorCode::NoSuchBucketPolicy);
    PolicyStatus "policyStatus" "GetBucketPolicyStatus" (None, None) Shape::Missing(S3ErrorCode::NoSuchBucketPolicy);
    PublicAccessBlock "publicAccessBlock" "GetPublicAccessBlock" (Some("PutPublicAccessBlock"), Some("DeletePublicAccessBlock")) Shape::Missing(S3ErrorCode::NoSuchPublicAccessBlockConfiguration);
    Replication "replication" "GetBucketReplication" (Some("PutBucketReplication"), Some("DeleteBucketReplication")) Shape::Missing(S3ErrorCode::ReplicationConfigurationNotFoundError);
    RequestPayment "requestPayment" "GetBucketRequestPayment" (Some("PutBucketRequestPayment"), None) Shape::Payer;
    Tagging "tagging" "GetBucketTagging" (Some("PutBucketTagging"), Some("DeleteBucketTagging")) Shape::Missing(S3ErrorCode::NoSuchTagSet);
    Versioning "versioning" "GetBucketVersioning" (Some("PutBucketVersioning"), None) Shape::Empty("VersioningConfiguration");
    Website "website" "GetBucketWebsite" (Some("PutBucketWebsite"), Some("DeleteBucketWebsite")) Shape::Missing(S3ErrorCode::NoSuchWebsiteConfiguration);
}

impl BucketConfiguration {
    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.parameter() == name)
    }

    /// The name of the operation that sets it.
    pub fn put_operation_name(self) -> Option<&'static str> {
        self.writes().0
    }

    /// The name of the operation that removes it.
    pub fn delete_operation_name(self) -> Option<&'static str> {
        self.writes().1
    }

    /// Whether a bucket may have several, told apart by an id.
    pub(super) fn has_ids(self) -> bool {
        matches!(self.shape(), Shape::Several(_))
    }
}

#[cfg(test)]
mod tests {
    use cairn_types::BucketName;

    use super::{AbsentAnswer, BucketConfiguration, GetBucketConfiguration};

    fn absent(parameter: &str, id: Option<&str>) -> String {
        let kind = BucketConfiguration::from_name(parameter).expect(parameter);
        let bucket = BucketName::parse("bkt").expect("name");
        match (GetBucketConfiguration { bucket, kind, id: id.map(str::to_owned) }).absent() {
            AbsentAnswer::Error(error) => format!("{} {}", error.code.status().as_u16(), error.code.as_str()),
            AbsentAnswer::Document(xml) => {
                let (_, root) = xml.split_once('\n').expect("a declaration");
                format!("200 {}", root.replace(" xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"", ""))
            }
        }
    }

    #[test]
    fn each_configuration_is_absent_in_its_own_way() {
        for (parameter, answer) in [
            ("policy", "404 NoSuchBucketPolicy"),
            ("policyStatus", "404 NoSuchBucketPolicy"),
            ("cors", "404 NoSuchCORSConfiguration"),
            ("website", "404 NoSuchWebsiteConfiguration"),
            ("lifecycle", "404 NoSuchLifecycleConfiguration"),
            ("versioning", "200 <VersioningConfiguration></VersioningConfiguration>"),
            ("replication", "404 ReplicationConfigurationNotFoundError"),
            ("notification", "200 <NotificationConfiguration></NotificationConfiguration>"),
            ("logging", "200 <BucketLoggingStatus></BucketLoggingStatus>"),
            ("tagging", "404 NoSuchTagSet"),
            ("encryption", "404 ServerSideEncryptionConfigurationNotFoundError"),
            ("object-lock", "404 ObjectLockConfigurationNotFoundError"),
            ("ownershipControls", "404 OwnershipControlsNotFoundError"),
            ("publicAccessBlock", "404 NoSuchPublicAccessBlockConfiguration"),
            (
                "requestPayment",
                "200 <RequestPaymentConfiguration><Payer>BucketOwner</Payer></RequestPaymentConfiguration>",
            ),
            ("accelerate", "200 <AccelerateConfiguration></AccelerateConfiguration>"),
            (
                "inventory",
                "200 <ListInventoryConfigurationsResult><IsTruncated>false</IsTruncated></ListInventoryConfigurationsResult>",
            ),
        ] {
            assert_eq!(absent(parameter, None), answer, "{parameter}");
        }
        for parameter in ["inventory", "metrics", "analytics", "intelligent-tiering"] {
            assert_eq!(absent(parameter, Some("x")), "404 NoSuchConfiguration");
        }
        assert!(BucketConfiguration::ALL.iter().all(|kind| !absent(kind.parameter(), None).is_empty()));
    }
}
