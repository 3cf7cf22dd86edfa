//! `?object-lock`

use cairn_types::UnixMillis;
use time::{Duration, OffsetDateTime};

use super::{Retention, RetentionMode};
use crate::error::{S3Error, S3ErrorCode};
use crate::limits::{RETENTION_DAYS_MAX, RETENTION_YEARS_MAX};
use crate::xml::{Document, XmlWriter, malformed};

/// Milliseconds of a day.
const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// How long objects of a bucket are kept if nobody says otherwise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RetentionPeriod {
    /// Days of 24 hours.
    Days(u32),
    /// Years of the calendar.
    Years(u32),
}

/// The retention that objects get whose writer does not name one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DefaultRetention {
    /// How firmly.
    pub mode: RetentionMode,
    /// How long.
    pub period: RetentionPeriod,
}

impl DefaultRetention {
    /// The retention of an object that is made now. A year ends on the same day of the calendar; of a leap day, on the day
    /// after.
    pub fn from(self, now: UnixMillis) -> Retention {
        let until = match self.period {
            RetentionPeriod::Days(days) => now.0.saturating_add(u64::from(days) * DAY_MS),
            RetentionPeriod::Years(years) => years_later(now.0, years).unwrap_or(u64::MAX),
        };
        Retention { mode: self.mode, until: UnixMillis(until) }
    }
}

fn years_later(now: u64, years: u32) -> Option<u64> {
    let date = OffsetDateTime::from_unix_timestamp((now / 1_000).try_into().ok()?).ok()?;
    let year = date.year().checked_add(years.try_into().ok()?)?;
    let later = date.replace_year(year).or_else(|_| (date + Duration::DAY).replace_year(year)).ok()?;
    Some(u64::try_from(later.unix_timestamp()).ok()? * 1_000 + now % 1_000)
}

/// The lock of a bucket: it is on, and perhaps has a default.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct ObjectLockConfiguration {
    /// The default.
    pub default_retention: Option<DefaultRetention>,
}

impl ObjectLockConfiguration {
    /// Reads the document.
    ///
    /// # Errors
    ///
    /// `MalformedXML`, also for both or neither of days and years; `InvalidRetentionPeriod` for a period that is not
    /// positive; `InvalidArgument` for one that is too long; `MissingRequestBodyError`.
    pub fn parse(body: &[u8]) -> Result<Self, S3Error> {
        let mut document = Document::open(body, "ObjectLockConfiguration")?;
        let (mut enabled, mut rule) = (false, None);
        while let Some(name) = document.next_child()? {
            match name.as_str() {
                "ObjectLockEnabled" if !enabled => enabled = document.text()?.trim() == "Enabled",
                "Rule" if rule.is_none() => rule = Some(parse_rule(&mut document)?),
                _ => return Err(malformed()),
            }
        }
        document.finish()?;
        if enabled { Ok(Self { default_retention: rule }) } else { Err(malformed()) }
    }

    /// The document.
    pub fn to_xml(self) -> String {
        let mut xml = XmlWriter::new("ObjectLockConfiguration");
        xml.text("ObjectLockEnabled", "Enabled");
        if let Some(DefaultRetention { mode, period }) = self.default_retention {
            xml.open("Rule").open("DefaultRetention").text("Mode", mode.as_str());
            match period {
                RetentionPeriod::Days(days) => xml.value("Days", days),
                RetentionPeriod::Years(years) => xml.value("Years", years),
            };
            xml.close().close();
        }
        xml.finish()
    }
}

fn parse_rule(document: &mut Document<'_>) -> Result<DefaultRetention, S3Error> {
    let mut found = None;
    while let Some(name) = document.next_child()? {
        match name.as_str() {
            "DefaultRetention" if found.is_none() => found = Some(parse_default(document)?),
            _ => return Err(malformed()),
        }
    }
    found.ok_or_else(malformed)
}

fn parse_default(document: &mut Document<'_>) -> Result<DefaultRetention, S3Error> {
    let (mut mode, mut days, mut years) = (None, None, None);
    while let Some(name) = document.next_child()? {
        match name.as_str() {
            "Mode" if mode.is_none() => {
                mode = Some(RetentionMode::from_name(document.text()?.trim()).ok_or_else(malformed)?);
            }
            "Days" if days.is_none() => days = Some(document.text()?),
            "Years" if years.is_none() => years = Some(document.text()?),
            _ => return Err(malformed()),
        }
    }
    let mode = mode.ok_or_else(malformed)?;
    let period = match (days, years) {
        (Some(days), None) => RetentionPeriod::Days(parse_count(&days, RETENTION_DAYS_MAX)?),
        (None, Some(years)) => RetentionPeriod::Years(parse_count(&years, RETENTION_YEARS_MAX)?),
        (Some(_), Some(_)) | (None, None) => return Err(malformed()),
    };
    Ok(DefaultRetention { mode, period })
}

/// A number of any length; what is none is a fault of the document.
fn parse_count(text: &str, max: u32) -> Result<u32, S3Error> {
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(malformed());
    }
    if text.starts_with('-') || digits.bytes().all(|byte| byte == b'0') {
        let message = "Default retention period must be a positive integer value.";
        return Err(S3Error::with_message(S3ErrorCode::InvalidRetentionPeriod, message));
    }
    let count = digits.parse().ok().filter(|count| *count <= max);
    count.ok_or_else(|| S3Error::invalid_argument("DefaultRetention", text, "Default retention period is too long"))
}
