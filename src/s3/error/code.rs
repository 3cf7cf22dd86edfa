//! The table of error codes.

use http::StatusCode;

macro_rules! error_codes {
    // Most texts are the names; a dot fits into none.
    (@text $name:ident) => { stringify!($name) };
    (@text $name:ident $text:literal) => { $text };
    ($($name:ident $(as $text:literal)? $status:literal $message:literal;)+) => {
        /// What S3 calls an error: the text of `<Code>`, its HTTP status and the message AWS sends with it.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum S3ErrorCode {
            $(#[doc = concat!("HTTP ", stringify!($status), ": ", $message)] $name,)+
        }

        impl S3ErrorCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The text of `<Code>`.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => error_codes!(@text $name $($text)?),)+
                }
            }

            /// The HTTP status it is sent with.
            pub fn status(self) -> StatusCode {
                let number: u16 = match self {
                    $(Self::$name => $status,)+
                };
                StatusCode::from_u16(number).expect("the table holds valid HTTP statuses")
            }

            /// The words AWS uses where the place of the error has nothing more exact to say.
            pub fn message(self) -> &'static str {
                match self {
                    $(Self::$name => $message,)+
                }
            }
        }
    };
}

error_codes! {
    // Not an error of AWS's table but of its protocol: a condition of a read that says "you have it already".
    NotModified 304 "Not Modified";

    AccessControlListNotSupported 400 "The bucket does not allow ACLs";
    AccessDenied 403 "Access Denied";
    AccessForbidden 403 "CORSResponse: This CORS request is not allowed.";
    AnnotationLimitExceeded 400 "The object has as many annotations as it may have.";
    AnnotationNameTooLong 400 "The annotation name is too long.";
    AuthorizationHeaderMalformed 400 "The authorization header you provided is invalid.";
    AuthorizationQueryParametersError 400 "Error parsing the X-Amz-Credential parameter.";
    BadDigest 400 "The Content-MD5 you specified did not match what we received.";
    BadRequest 400 "Bad Request";
    BucketAlreadyExists 409 "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.";
    BucketAlreadyOwnedByYou 409 "Your previous request to create the named bucket succeeded and you already own it.";
    BucketNotEmpty 409 "The bucket you tried to delete is not empty";
    ConditionalRequestConflict 409 "The conditional request cannot succeed due to a conflicting operation against this resource.";
    CredentialsNotSupported 400 "This request does not support credentials.";
    DeleteConflict 409 "The entity cannot be deleted while it has subordinate entities.";
    EntityAlreadyExists 409 "The entity exists already.";
    EntityTooLarge 400 "Your proposed upload exceeds the maximum allowed size";
    EntityTooSmall 400 "Your proposed upload is smaller than the minimum allowed size";
    ExpiredToken 400 "The provided token has expired.";
    IdempotencyParameterMismatch 400 "The request uses the same client token as an earlier one with other parameters.";
    IllegalVersioningConfigurationException 400 "The Versioning element must be specified";
    IncompleteBody 400 "You did not provide the number of bytes specified by the Content-Length HTTP header";
    InternalError 500 "We encountered an internal error. Please try again.";
    InvalidAccessKeyId 403 "The AWS Access Key Id you provided does not exist in our records.";
    InvalidAnnotationName 400 "The annotation name is not valid.";
    InvalidArgument 400 "Invalid Argument";
    InvalidBucketAclWithObjectOwnership 400 "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting";
    InvalidBucketOwnerAWSAccountID 400 "The value of the expected bucket owner parameter must be an AWS account ID";
    InvalidBucketName 400 "The specified bucket is not valid.";
    InvalidBucketState 409 "The request is not valid for the current state of the bucket.";
    InvalidChunkSizeError 400 "Only the last chunk is allowed to have a size less than 8192 bytes";
    InvalidDigest 400 "The Content-MD5 you specified was invalid.";
    InvalidEncryptionAlgorithmError 400 "The encryption request you specified is not valid. The valid value is AES256.";
    InvalidIdentityToken 400 "The web identity token that was passed could not be validated.";
    InvalidLocationConstraint 400 "The specified location-constraint is not valid";
    InvalidObjectState 403 "The operation is not valid for the object's storage class";
    InvalidPart 400 "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.";
    InvalidPartNumber 416 "The requested partnumber is not satisfiable";
    InvalidPartOrder 400 "The list of parts was not in ascending order. Parts must be ordered by part number.";
    InvalidPolicyDocument 400 "Invalid Policy: Invalid JSON.";
    InvalidRange 416 "The requested range is not satisfiable";
    InvalidRedirectLocation 400 "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.";
    InvalidRequest 400 "Invalid Request";
    InvalidRetentionPeriod 400 "The retention period must be a positive integer value.";
    InvalidStorageClass 400 "The storage class you specified is not valid";
    InvalidTag 400 "The tag provided was not a valid tag. This error can occur if the tag did not pass input validation.";
    InvalidTargetBucketForLogging 400 "The target bucket for logging does not exist";
    InvalidToken 400 "The provided token is malformed or otherwise invalid.";
    InvalidURI 400 "Couldn't parse the specified URI.";
    InvalidWriteOffset 400 "The write offset value that you specified does not match the current object size.";
    KmsDisabledException as "KMS.DisabledException" 400 "The request was rejected because the specified key is disabled.";
    KmsNotFoundException as "KMS.NotFoundException" 400 "The request was rejected because the specified key does not exist.";
    KeyTooLongError 400 "Your key is too long";
    MalformedACLError 400 "The XML you provided was not well-formed or did not validate against our published schema";
    MalformedPOSTRequest 400 "The body of your POST request is not well-formed multipart/form-data.";
    MalformedPolicy 400 "Policies must be valid JSON and the first byte must be '{'";
    MalformedTrailerError 400 "The request contained trailing data that was not well-formed or did not conform to our published schema.";
    MalformedXML 400 "The XML you provided was not well-formed or did not validate against our published schema";
    MaxMessageLengthExceeded 400 "Your request was too big.";
    MaxPostPreDataLengthExceededError 400 "Your POST request fields preceding the upload file were too large.";
    MetadataConfigurationNotFound 404 "The metadata configuration was not found";
    MetadataTooLarge 400 "Your metadata headers exceed the maximum allowed metadata size";
    MethodNotAllowed 405 "The specified method is not allowed against this resource.";
    MissingContentLength 411 "You must provide the Content-Length HTTP header.";
    MissingRequestBodyError 400 "Request Body is empty";
    MissingSecurityHeader 400 "Your request was missing a required header.";
    NoSuchAnnotation 404 "The specified annotation does not exist.";
    NoSuchBucket 404 "The specified bucket does not exist";
    NoSuchBucketPolicy 404 "The bucket policy does not exist";
    NoSuchCORSConfiguration 404 "The CORS configuration does not exist";
    NoSuchConfiguration 404 "The specified configuration does not exist.";
    NoSuchEntity 404 "The specified entity does not exist.";
    NoSuchKey 404 "The specified key does not exist.";
    NoSuchLifecycleConfiguration 404 "The lifecycle configuration does not exist";
    NoSuchObjectLockConfiguration 404 "The specified object does not have a ObjectLock configuration";
    NoSuchPublicAccessBlockConfiguration 404 "The public access block configuration was not found";
    NoSuchTagSet 404 "The TagSet does not exist";
    NoSuchUpload 404 "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.";
    NoSuchVersion 404 "The specified version does not exist.";
    NoSuchWebsiteConfiguration 404 "The specified bucket does not have a website configuration";
    NotImplemented 501 "A header you provided implies functionality that is not implemented";
    ObjectLockConfigurationNotFoundError 404 "Object Lock configuration does not exist for this bucket";
    OperationAborted 409 "A conflicting conditional operation is currently in progress against this resource. Please try again.";
    OwnershipControlsNotFoundError 404 "The bucket ownership controls were not found";
    PreconditionFailed 412 "At least one of the pre-conditions you specified did not hold";
    ReplicationConfigurationNotFoundError 404 "The replication configuration was not found";
    RequestHeaderSectionTooLarge 400 "Your request header section exceeds the maximum allowed request header section size.";
    RequestTimeTooSkewed 403 "The difference between the request time and the current time is too large.";
    RequestTimeout 400 "Your socket connection to the server was not read from or written to within the timeout period. Idle connections will be closed.";
    RestoreAlreadyInProgress 409 "Object restore is already in progress";
    ServerSideEncryptionConfigurationNotFoundError 404 "The server side encryption configuration was not found";
    ServiceUnavailable 503 "Service is unable to handle request.";
    SignatureDoesNotMatch 403 "The request signature we calculated does not match the signature you provided. Check your key and signing method.";
    SlowDown 503 "Please reduce your request rate.";
    TooManyBuckets 400 "You have attempted to create more buckets than allowed";
    TooManyParts 400 "The number of parts exceeds the maximum of 10000.";
    UnexpectedContent 400 "This request does not support content";
    UnresolvableGrantByEmailAddress 400 "The e-mail address you provided does not match any account on record.";
    UnsupportedMediaType 415 "The media type of the request is not supported.";
    XAmzContentSHA256Mismatch 400 "The provided 'x-amz-content-sha256' header does not match what was computed.";
}

#[cfg(test)]
mod tests {
    use super::S3ErrorCode;

    #[test]
    fn every_code_has_a_status_of_an_error_and_words() {
        for code in S3ErrorCode::ALL {
            let status = code.status().as_u16();
            assert!(matches!(status, 304 | 400..=503), "{code:?}");
            assert!(!code.message().is_empty(), "{code:?}");
            // A dot fits into no name.
            assert_eq!(format!("{code:?}"), code.as_str().replace("KMS.", "Kms"));
        }
    }

    #[test]
    fn statuses_are_those_of_s3() {
        for (code, status) in [
            (S3ErrorCode::NoSuchKey, 404),
            (S3ErrorCode::AccessDenied, 403),
            (S3ErrorCode::NotImplemented, 501),
            (S3ErrorCode::SlowDown, 503),
            (S3ErrorCode::ServiceUnavailable, 503),
            (S3ErrorCode::InternalError, 500),
            (S3ErrorCode::InvalidRange, 416),
            (S3ErrorCode::InvalidPartNumber, 416),
            (S3ErrorCode::MissingContentLength, 411),
            (S3ErrorCode::PreconditionFailed, 412),
            (S3ErrorCode::MethodNotAllowed, 405),
            (S3ErrorCode::BucketNotEmpty, 409),
        ] {
            assert_eq!(code.status().as_u16(), status, "{code:?}");
        }
    }
}
