//! `CreateBucket`: `PUT /b`

use cairn_types::BucketName;

use super::parameters::Parts;
use crate::acl::RequestedAcl;
use crate::error::{S3Error, S3ErrorCode};
use crate::tagging::{TagHolder, TagSet, parse_tags};
use crate::xml::{Document, malformed};

/// Makes a bucket. Its configuration, if any, is the body ([`CreateBucketConfiguration::parse`]).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CreateBucket {
    /// The name.
    pub bucket: BucketName,
    /// `x-amz-object-ownership`.
    pub object_ownership: Option<ObjectOwnership>,
    /// Who may do what with it.
    pub acl: RequestedAcl,
    /// `x-amz-bucket-object-lock-enabled`: locks are possible, and versions are kept.
    pub object_lock: bool,
}

/// Who owns objects that others write.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ObjectOwnership {
    /// The bucket's owner if the writer grants full control.
    BucketOwnerPreferred,
    /// The writer.
    ObjectWriter,
    /// The bucket's owner; there are no ACLs.
    BucketOwnerEnforced,
}

impl ObjectOwnership {
    /// The name in headers and XML.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BucketOwnerPreferred => "BucketOwnerPreferred",
            Self::ObjectWriter => "ObjectWriter",
            Self::BucketOwnerEnforced => "BucketOwnerEnforced",
        }
    }

    /// Reads a name.
    pub fn from_name(text: &str) -> Option<Self> {
        let all = [Self::BucketOwnerPreferred, Self::ObjectWriter, Self::BucketOwnerEnforced];
        all.into_iter().find(|known| known.as_str() == text)
    }

    fn parse(text: &str) -> Result<Self, S3Error> {
        Self::from_name(text).ok_or_else(|| {
            let message = format!("Invalid x-amz-object-ownership header: {text}");
            S3Error::invalid_argument("x-amz-object-ownership", text, message)
        })
    }
}

impl CreateBucket {
    pub(super) fn parse(parts: Parts<'_>, bucket: BucketName) -> Result<Self, S3Error> {
        let ownership = parts.headers.nonempty("x-amz-object-ownership")?;
        Ok(Self {
            bucket,
            object_ownership: ownership.map(ObjectOwnership::parse).transpose()?,
            acl: RequestedAcl::of_headers(parts.headers)?,
            object_lock: object_lock(parts)?,
        })
    }
}

fn object_lock(parts: Parts<'_>) -> Result<bool, S3Error> {
    let name = "x-amz-bucket-object-lock-enabled";
    match parts.headers.nonempty(name)? {
        None => Ok(false),
        Some(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        Some(text) if text.eq_ignore_ascii_case("false") => Ok(false),
        Some(text) => Err(S3Error::invalid_argument(name, text, "Invalid boolean value")),
    }
}

/// The body of `CreateBucket`.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct CreateBucketConfiguration {
    /// `LocationConstraint`; an empty one counts as absent.
    pub location: Option<String>,
    /// Tags of the new bucket.
    pub tags: TagSet,
}

impl CreateBucketConfiguration {
    /// Reads the body; an empty one is an empty configuration.
    ///
    /// # Errors
    ///
    /// `MalformedXML`; for tags as [`TagSet::new`]; `NotImplemented` for buckets of other kinds than the general one.
    pub fn parse(body: &[u8]) -> Result<Self, S3Error> {
        if body.is_empty() {
            return Ok(Self::default());
        }
        let mut document = Document::open(body, "CreateBucketConfiguration")?;
        let (mut location, mut tags) = (None, None);
        while let Some(name) = document.next_child()? {
            match name.as_str() {
                "LocationConstraint" if location.is_none() => location = Some(document.text()?.trim().to_owned()),
                "Tags" if tags.is_none() => tags = Some(parse_tags(&mut document)?),
                "Location" | "Bucket" => return Err(S3Error::not_implemented_operation()),
                _ => return Err(malformed()),
            }
        }
        document.finish()?;
        let tags = TagSet::new(TagHolder::Bucket, tags.unwrap_or_default())?;
        Ok(Self { location: location.filter(|text| !text.is_empty()), tags })
    }

    /// Checks that the bucket may lie in this cluster's region.
    ///
    /// # Errors
    ///
    /// `InvalidLocationConstraint`.
    pub fn check_region(&self, region: &str) -> Result<(), S3Error> {
        match self.location.as_deref() {
            None => Ok(()),
            Some(location) if location == region => Ok(()),
            // The old name of Ireland is the only second name that S3 has for a region.
            Some("EU") if region == "eu-west-1" => Ok(()),
            Some(other) => {
                Err(S3Error::new(S3ErrorCode::InvalidLocationConstraint).element("LocationConstraint", other))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CreateBucketConfiguration;
    use crate::error::S3ErrorCode;

    fn body(inner: &str) -> String {
        format!(
            "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{inner}</CreateBucketConfiguration>"
        )
    }

    #[test]
    fn the_location_is_read_and_checked() {
        for (inner, location) in [
            ("", None),
            ("<LocationConstraint/>", None),
            ("<LocationConstraint>eu-central-1</LocationConstraint>", Some("eu-central-1")),
            ("<LocationConstraint> moon </LocationConstraint><Tags/>", Some("moon")),
        ] {
            let configuration = CreateBucketConfiguration::parse(body(inner).as_bytes()).expect(inner);
            assert_eq!(configuration.location.as_deref(), location);
            let refused = configuration.check_region("eu-central-1").err().map(|error| error.code);
            assert_eq!(refused, (location == Some("moon")).then_some(S3ErrorCode::InvalidLocationConstraint));
        }
        assert_eq!(CreateBucketConfiguration::parse(b""), Ok(CreateBucketConfiguration::default()));
        let ireland = CreateBucketConfiguration { location: Some("EU".into()), ..CreateBucketConfiguration::default() };
        assert!(ireland.check_region("eu-west-1").is_ok() && ireland.check_region("us-east-1").is_err());
    }

    #[test]
    fn what_is_wrong_not_built_or_not_known_is_refused() {
        for (inner, code) in [
            ("<Tags><Tag><Key>aws:a</Key><Value>b</Value></Tag></Tags>", S3ErrorCode::InvalidTag),
            ("<Location><Name>x</Name></Location>", S3ErrorCode::NotImplemented),
            ("<Bucket><Type>Directory</Type></Bucket>", S3ErrorCode::NotImplemented),
            ("<LocationConstrain>x</LocationConstrain>", S3ErrorCode::MalformedXML),
            ("<LocationConstraint/><LocationConstraint/>", S3ErrorCode::MalformedXML),
            ("x", S3ErrorCode::MalformedXML),
        ] {
            assert_eq!(
                CreateBucketConfiguration::parse(body(inner).as_bytes()).expect_err(inner).code,
                code,
                "{inner}"
            );
        }
        let root = CreateBucketConfiguration::parse(b"<Other/>").expect_err("root");
        assert_eq!(root.code, S3ErrorCode::MalformedXML);
    }
}
