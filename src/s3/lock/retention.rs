//! `?retention`

use cairn_types::UnixMillis;

use crate::error::{S3Error, S3ErrorCode};
use crate::header::parse_iso_date;
use crate::xml::{Document, XmlWriter, malformed};

/// How firm a retention is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RetentionMode {
    /// Who has the permission may lift it.
    Governance,
    /// Nobody may.
    Compliance,
}

/// Until when a version must stay.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Retention {
    /// How firmly.
    pub mode: RetentionMode,
    /// Until then.
    pub until: UnixMillis,
}

impl RetentionMode {
    /// The name in headers and XML.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Governance => "GOVERNANCE",
            Self::Compliance => "COMPLIANCE",
        }
    }

    pub(super) fn from_name(text: &str) -> Option<Self> {
        [Self::Governance, Self::Compliance].into_iter().find(|known| known.as_str() == text)
    }
}

impl Retention {
    /// Reads the body of `PutObjectRetention`; an empty retention lifts the one that is there.
    ///
    /// # Errors
    ///
    /// `MalformedXML`, also for a mode that is none; `MissingRequestBodyError`.
    pub fn parse(body: &[u8]) -> Result<Option<Self>, S3Error> {
        let mut document = Document::open(body, "Retention")?;
        let (mut mode, mut until) = (None, None);
        while let Some(name) = document.next_child()? {
            match name.as_str() {
                "Mode" if mode.is_none() => {
                    mode = Some(RetentionMode::from_name(document.text()?.trim()).ok_or_else(malformed)?);
                }
                "RetainUntilDate" if until.is_none() => {
                    until = Some(parse_iso_date(&document.text()?).ok_or_else(malformed)?);
                }
                _ => return Err(malformed()),
            }
        }
        document.finish()?;
        match (mode, until) {
            (Some(mode), Some(until)) => Ok(Some(Self { mode, until })),
            (None, None) => Ok(None),
            (Some(_), None) | (None, Some(_)) => Err(malformed()),
        }
    }

    /// Refuses a date that has passed.
    ///
    /// # Errors
    ///
    /// `InvalidArgument`.
    pub fn check_future(&self, now: UnixMillis) -> Result<(), S3Error> {
        if self.until > now {
            return Ok(());
        }
        let message = "The retain until date must be in the future!";
        Err(S3Error::invalid_argument("x-amz-object-lock-retain-until-date", self.until.to_string(), message))
    }

    /// The document of `GetObjectRetention`.
    pub fn to_xml(self) -> String {
        let mut xml = XmlWriter::new("Retention");
        xml.text("Mode", self.mode.as_str()).value("RetainUntilDate", self.until);
        xml.finish()
    }

    /// The answer where an object of a bucket with object lock has none.
    pub fn absent() -> S3Error {
        S3ErrorCode::NoSuchObjectLockConfiguration.into()
    }
}
