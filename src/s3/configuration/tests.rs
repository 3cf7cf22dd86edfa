//! Documents that are taken, documents that are not.

use proptest::prelude::{any, prop_assert_eq, proptest};

use super::{
    BucketPolicyText, OwnershipControls, Payer, PolicyStatus, PublicAccessBlock, RequestPayment,
    VersioningConfiguration, VersioningStatus,
};
use crate::error::{S3Error, S3ErrorCode};
use crate::operation::ObjectOwnership;

fn refused<T: std::fmt::Debug>(outcome: Result<T, S3Error>, input: &str) -> S3ErrorCode {
    outcome.expect_err(input).code
}

fn versioning(inner: &str) -> Result<VersioningStatus, S3Error> {
    VersioningConfiguration::parse(format!("<VersioningConfiguration>{inner}</VersioningConfiguration>").as_bytes())
}

#[test]
fn versioning_is_enabled_or_suspended() {
    for status in [VersioningStatus::Enabled, VersioningStatus::Suspended] {
        let document = VersioningConfiguration { status: Some(status) };
        assert_eq!(VersioningConfiguration::parse(document.to_xml().as_bytes()), Ok(status));
    }
    let off = versioning("<MfaDelete>Disabled</MfaDelete><Status>Enabled</Status>");
    assert_eq!(off, Ok(VersioningStatus::Enabled));
    for (inner, code) in [
        ("", S3ErrorCode::IllegalVersioningConfigurationException),
        ("<MfaDelete>Disabled</MfaDelete>", S3ErrorCode::IllegalVersioningConfigurationException),
        ("<Status>enabled</Status>", S3ErrorCode::MalformedXML),
        ("<Status>Disabled</Status>", S3ErrorCode::MalformedXML),
        ("<Status/>", S3ErrorCode::MalformedXML),
        ("<Status>Enabled</Status><Status>Enabled</Status>", S3ErrorCode::MalformedXML),
        ("<Status>Enabled</Status><ExcludeFolders>true</ExcludeFolders>", S3ErrorCode::MalformedXML),
        ("<Status>Enabled</Status><MfaDelete>Maybe</MfaDelete>", S3ErrorCode::MalformedXML),
        ("<Status>Enabled</Status><MfaDelete>Enabled</MfaDelete>", S3ErrorCode::NotImplemented),
    ] {
        assert_eq!(refused(versioning(inner), inner), code, "{inner}");
    }
    assert_eq!(refused(VersioningConfiguration::parse(b""), "empty"), S3ErrorCode::MissingRequestBodyError);
    assert_eq!(refused(VersioningConfiguration::parse(b"<Versioning/>"), "root"), S3ErrorCode::MalformedXML);
}

#[test]
fn a_bucket_without_versioning_says_nothing() {
    assert!(VersioningConfiguration::default().to_xml().ends_with("2006-03-01/\"></VersioningConfiguration>"));
}

#[test]
fn ownership_has_exactly_one_rule() {
    let all =
        [ObjectOwnership::BucketOwnerEnforced, ObjectOwnership::BucketOwnerPreferred, ObjectOwnership::ObjectWriter];
    for object_ownership in all {
        let controls = OwnershipControls { object_ownership };
        assert_eq!(OwnershipControls::parse(controls.to_xml().as_bytes()), Ok(controls));
    }
    let rule = "<Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule>";
    for inner in [
        "".to_owned(),
        rule.repeat(2),
        "<Rule/>".to_owned(),
        "<Rule><ObjectOwnership>Nobody</ObjectOwnership></Rule>".to_owned(),
        format!("{rule}<Other/>"),
    ] {
        let document = format!("<OwnershipControls>{inner}</OwnershipControls>");
        assert_eq!(refused(OwnershipControls::parse(document.as_bytes()), &inner), S3ErrorCode::MalformedXML);
    }
}

#[test]
fn payment_is_by_one_of_two() {
    for payer in [Payer::BucketOwner, Payer::Requester] {
        let payment = RequestPayment { payer };
        assert_eq!(RequestPayment::parse(payment.to_xml().as_bytes()), Ok(payment));
    }
    for inner in ["", "<Payer>Nobody</Payer>", "<Payer/>", "<Payer>Requester</Payer><Payer>Requester</Payer>", "<X/>"] {
        let document = format!("<RequestPaymentConfiguration>{inner}</RequestPaymentConfiguration>");
        assert_eq!(refused(RequestPayment::parse(document.as_bytes()), inner), S3ErrorCode::MalformedXML);
    }
}

#[test]
fn faulty_blocks_of_public_access_are_malformed() {
    let all_off = PublicAccessBlock::parse(b"<PublicAccessBlockConfiguration/>");
    assert_eq!(all_off, Ok(PublicAccessBlock::default()));
    for inner in [
        "<BlockPublicAcls>maybe</BlockPublicAcls>",
        "<BlockPublicAcl>true</BlockPublicAcl>",
        "<BlockPublicAcls>true</BlockPublicAcls><BlockPublicAcls>false</BlockPublicAcls>",
    ] {
        let document = format!("<PublicAccessBlockConfiguration>{inner}</PublicAccessBlockConfiguration>");
        assert_eq!(refused(PublicAccessBlock::parse(document.as_bytes()), inner), S3ErrorCode::MalformedXML);
    }
}

#[test]
fn policies_are_texts_with_a_limit() {
    let policy = BucketPolicyText::parse(b" {\"Version\":\"2012-10-17\"}").expect("good");
    assert_eq!(policy.as_str(), " {\"Version\":\"2012-10-17\"}");
    let response = policy.into_response();
    assert_eq!(response.head.headers["content-type"], "application/json");
    assert_eq!(response.document_text(), " {\"Version\":\"2012-10-17\"}");
    assert!(BucketPolicyText::parse(format!("{{{}}}", " ".repeat(20_478)).as_bytes()).is_ok());
    let long = format!("{{{}}}", " ".repeat(20_479));
    for (body, code) in [
        (&b""[..], S3ErrorCode::MissingRequestBodyError),
        (b"[]", S3ErrorCode::MalformedPolicy),
        (b"<Policy/>", S3ErrorCode::MalformedPolicy),
        (b"{\xff}", S3ErrorCode::MalformedPolicy),
        (long.as_bytes(), S3ErrorCode::MalformedPolicy),
    ] {
        assert_eq!(refused(BucketPolicyText::parse(body), "body"), code);
    }
    assert!(PolicyStatus { is_public: true }.to_xml().ends_with("<IsPublic>true</IsPublic></PolicyStatus>"));
}

proptest! {
    #[test]
    fn blocks_of_public_access_come_back(switches in any::<[bool; 4]>()) {
        let [block_public_acls, ignore_public_acls, block_public_policy, restrict_public_buckets] = switches;
        let block = PublicAccessBlock {
            block_public_acls, ignore_public_acls, block_public_policy, restrict_public_buckets,
        };
        prop_assert_eq!(PublicAccessBlock::parse(block.to_xml().as_bytes()), Ok(block));
    }

    #[test]
    fn no_text_panics(text in "[<>/a-zA-Z&; ]{0,60}") {
        for root in ["VersioningConfiguration", "OwnershipControls", "PublicAccessBlockConfiguration"] {
            let document = format!("<{root}>{text}</{root}>");
            let _ = VersioningConfiguration::parse(document.as_bytes());
            let _ = OwnershipControls::parse(document.as_bytes());
            let _ = PublicAccessBlock::parse(document.as_bytes());
            let _ = RequestPayment::parse(document.as_bytes());
            let _ = BucketPolicyText::parse(document.as_bytes());
        }
    }
}
