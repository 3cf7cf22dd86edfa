//! The table of actions.

use super::ActionScope;

macro_rules! actions {
    ($($scope:ident { $($name:ident $text:literal;)+ })+) => {
        /// An action, as policies name it.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u8)]
        pub enum Action {
            $($(#[doc = concat!("`", $text, "`")] $name,)+)+
        }

        impl Action {
            /// Every action.
            pub const ALL: &[Self] = &[$($(Self::$name,)+)+];

            /// The name in policies.
            pub fn as_str(self) -> &'static str {
                match self {
                    $($(Self::$name => $text,)+)+
                }
            }

            /// What it is done to.
            pub fn scope(self) -> ActionScope {
                match self {
                    $($(Self::$name => ActionScope::$scope,)+)+
                }
            }
        }
    };
}

actions! {
    Account {
        ListAllMyBuckets "s3:ListAllMyBuckets";
        GetAccountPublicAccessBlock "s3:GetAccountPublicAccessBlock";
        PutAccountPublicAccessBlock "s3:PutAccountPublicAccessBlock";
        GetCallerIdentity "sts:GetCallerIdentity";
    }
    Bucket {
        CreateBucket "s3:CreateBucket";
        DeleteBucket "s3:DeleteBucket";
        ListBucket "s3:ListBucket";
        ListBucketVersions "s3:ListBucketVersions";
        ListBucketMultipartUploads "s3:ListBucketMultipartUploads";
        GetBucketLocation "s3:GetBucketLocation";
        GetBucketAcl "s3:GetBucketAcl";
        PutBucketAcl "s3:PutBucketAcl";
        GetBucketPolicy "s3:GetBucketPolicy";
        PutBucketPolicy "s3:PutBucketPolicy";
        DeleteBucketPolicy "s3:DeleteBucketPolicy";
        GetBucketPolicyStatus "s3:GetBucketPolicyStatus";
        GetBucketPublicAccessBlock "s3:GetBucketPublicAccessBlock";
        PutBucketPublicAccessBlock "s3:PutBucketPublicAccessBlock";
        GetBucketOwnershipControls "s3:GetBucketOwnershipControls";
        PutBucketOwnershipControls "s3:PutBucketOwnershipControls";
        GetBucketCORS "s3:GetBucketCORS";
        PutBucketCORS "s3:PutBucketCORS";
        GetBucketTagging "s3:GetBucketTagging";
        PutBucketTagging "s3:PutBucketTagging";
        ListTagsForResource "s3:ListTagsForResource";
        TagResource "s3:TagResource";
        UntagResource "s3:UntagResource";
        GetBucketVersioning "s3:GetBucketVersioning";
        PutBucketVersioning "s3:PutBucketVersioning";
        GetBucketObjectLockConfiguration "s3:GetBucketObjectLockConfiguration";
        PutBucketObjectLockConfiguration "s3:PutBucketObjectLockConfiguration";
        GetEncryptionConfiguration "s3:GetEncryptionConfiguration";
        PutEncryptionConfiguration "s3:PutEncryptionConfiguration";
        GetBucketRequestPayment "s3:GetBucketRequestPayment";
        PutBucketRequestPayment "s3:PutBucketRequestPayment";
        GetBucketLogging "s3:GetBucketLogging";
        PutBucketLogging "s3:PutBucketLogging";
        GetBucketNotification "s3:GetBucketNotification";
        PutBucketNotification "s3:PutBucketNotification";
        GetBucketWebsite "s3:GetBucketWebsite";
        PutBucketWebsite "s3:PutBucketWebsite";
        DeleteBucketWebsite "s3:DeleteBucketWebsite";
        GetLifecycleConfiguration "s3:GetLifecycleConfiguration";
        PutLifecycleConfiguration "s3:PutLifecycleConfiguration";
        GetReplicationConfiguration "s3:GetReplicationConfiguration";
        PutReplicationConfiguration "s3:PutReplicationConfiguration";
        GetBucketAbac "s3:GetBucketAbac";
        PutBucketAbac "s3:PutBucketAbac";
        GetBucketMetadataTableConfiguration "s3:GetBucketMetadataTableConfiguration";
        CreateBucketMetadataTableConfiguration "s3:CreateBucketMetadataTableConfiguration";
        DeleteBucketMetadataTableConfiguration "s3:DeleteBucketMetadataTableConfiguration";
        GetAccelerateConfiguration "s3:GetAccelerateConfiguration";
        PutAccelerateConfiguration "s3:PutAccelerateConfiguration";
        GetAnalyticsConfiguration "s3:GetAnalyticsConfiguration";
        PutAnalyticsConfiguration "s3:PutAnalyticsConfiguration";
        GetIntelligentTieringConfiguration "s3:GetIntelligentTieringConfiguration";
        PutIntelligentTieringConfiguration "s3:PutIntelligentTieringConfiguration";
        GetInventoryConfiguration "s3:GetInventoryConfiguration";
        PutInventoryConfiguration "s3:PutInventoryConfiguration";
        GetMetricsConfiguration "s3:GetMetricsConfiguration";
        PutMetricsConfiguration "s3:PutMetricsConfiguration";
    }
    Object {
        PutObject "s3:PutObject";
        GetObject "s3:GetObject";
        GetObjectVersion "s3:GetObjectVersion";
        GetObjectAttributes "s3:GetObjectAttributes";
        GetObjectVersionAttributes "s3:GetObjectVersionAttributes";
        GetObjectAcl "s3:GetObjectAcl";
        GetObjectVersionAcl "s3:GetObjectVersionAcl";
        PutObjectAcl "s3:PutObjectAcl";
        PutObjectVersionAcl "s3:PutObjectVersionAcl";
        GetObjectTagging "s3:GetObjectTagging";
        GetObjectVersionTagging "s3:GetObjectVersionTagging";
        PutObjectTagging "s3:PutObjectTagging";
        PutObjectVersionTagging "s3:PutObjectVersionTagging";
        DeleteObjectTagging "s3:DeleteObjectTagging";
        DeleteObjectVersionTagging "s3:DeleteObjectVersionTagging";
        GetObjectRetention "s3:GetObjectRetention";
        PutObjectRetention "s3:PutObjectRetention";
        GetObjectLegalHold "s3:GetObjectLegalHold";
        PutObjectLegalHold "s3:PutObjectLegalHold";
        BypassGovernanceRetention "s3:BypassGovernanceRetention";
        DeleteObject "s3:DeleteObject";
        DeleteObjectVersion "s3:DeleteObjectVersion";
        AbortMultipartUpload "s3:AbortMultipartUpload";
        ListMultipartUploadParts "s3:ListMultipartUploadParts";
        RestoreObject "s3:RestoreObject";
        GetObjectTorrent "s3:GetObjectTorrent";
        GetObjectVersionTorrent "s3:GetObjectVersionTorrent";
        GetObjectVersionForReplication "s3:GetObjectVersionForReplication";
        InitiateReplication "s3:InitiateReplication";
        ReplicateObject "s3:ReplicateObject";
        ReplicateDelete "s3:ReplicateDelete";
        ReplicateTags "s3:ReplicateTags";
        ObjectOwnerOverrideToBucketOwner "s3:ObjectOwnerOverrideToBucketOwner";
    }
}
