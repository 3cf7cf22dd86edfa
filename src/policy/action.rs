//! What is asked for.

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident $text:literal;)+) => {
        /// An action, as policies name it.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Action {
            $(#[doc = concat!("`", $text, "`")] $name,)+
        }

        impl Action {
            /// The name in policies.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }
        }
    };
}

actions! {
    ListAllMyBuckets "s3:ListAllMyBuckets";
    CreateBucket "s3:CreateBucket";
    DeleteBucket "s3:DeleteBucket";
    ListBucket "s3:ListBucket";
    ListBucketVersions "s3:ListBucketVersions";
    ListBucketMultipartUploads "s3:ListBucketMultipartUploads";
    GetBucketLocation "s3:GetBucketLocation";
    GetBucketAcl "s3:GetBucketAcl";
    GetBucketConfiguration "s3:GetBucketConfiguration";
    ListTagsForResource "s3:ListTagsForResource";
    PutObject "s3:PutObject";
    GetObject "s3:GetObject";
    GetObjectVersion "s3:GetObjectVersion";
    GetObjectAttributes "s3:GetObjectAttributes";
    GetObjectAcl "s3:GetObjectAcl";
    GetObjectTagging "s3:GetObjectTagging";
    GetObjectConfiguration "s3:GetObjectConfiguration";
    DeleteObject "s3:DeleteObject";
    DeleteObjectVersion "s3:DeleteObjectVersion";
    AbortMultipartUpload "s3:AbortMultipartUpload";
    ListMultipartUploadParts "s3:ListMultipartUploadParts";
    GetCallerIdentity "sts:GetCallerIdentity";
}
