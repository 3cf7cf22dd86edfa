//! Object lock in the headers of a request.

use super::{LegalHold, Retention, RetentionMode};
use crate::error::{S3Error, S3ErrorCode};
use crate::header::{RequestHeaders, parse_iso_date};

const MODE: &str = "x-amz-object-lock-mode";
const UNTIL: &str = "x-amz-object-lock-retain-until-date";
const HOLD: &str = "x-amz-object-lock-legal-hold";
const BYPASS: &str = "x-amz-bypass-governance-retention";

/// The locks that a new object is to have. Where nothing is said of retention, the bucket's default counts.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct RequestedLock {
    /// Its retention.
    pub retention: Option<Retention>,
    /// Its legal hold.
    pub legal_hold: Option<LegalHold>,
}

/// `x-amz-bypass-governance-retention`: lifts governance for who has the permission, and only if they say so.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum GovernanceBypass {
    /// Not asked for.
    #[default]
    No,
    /// Asked for.
    Asked,
}

impl RequestedLock {
    /// Reads the headers.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for a mode without a date, a date without a mode, and values that are none.
    pub(crate) fn of_headers(headers: &RequestHeaders<'_>) -> Result<Self, S3Error> {
        let retention = match (headers.nonempty(MODE)?, headers.nonempty(UNTIL)?) {
            (None, None) => None,
            (Some(mode), Some(until)) => Some(parse_retention(mode, until)?),
            (mode, until) => {
                let message = format!("{UNTIL} and {MODE} must both be supplied");
                return Err(S3Error::invalid_argument(MODE, mode.or(until).unwrap_or_default(), message));
            }
        };
        let legal_hold = headers.nonempty(HOLD)?.map(|text| {
            let bad = || S3Error::invalid_argument(HOLD, text, "Legal Hold must be either of 'ON' or 'OFF'");
            LegalHold::from_name(text).ok_or_else(bad)
        });
        Ok(Self { retention, legal_hold: legal_hold.transpose()? })
    }

    /// Whether any is asked for.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// The refusal of a body that nothing proves, where the object will be locked: by these headers, or by the bucket's
    /// default, of which only the caller knows.
    pub fn unproved_body() -> S3Error {
        S3Error::with_message(
            S3ErrorCode::InvalidRequest,
            "Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters",
        )
    }
}

fn parse_retention(mode: &str, until: &str) -> Result<Retention, S3Error> {
    let bad_mode = || S3Error::invalid_argument(MODE, mode, "Unknown wormMode directive.");
    let bad_date = || {
        let message = "The retain until date must be provided in ISO 8601 format";
        S3Error::invalid_argument(UNTIL, until, message)
    };
    Ok(Retention {
        mode: RetentionMode::from_name(mode).ok_or_else(bad_mode)?,
        until: parse_iso_date(until).ok_or_else(bad_date)?,
    })
}

impl GovernanceBypass {
    pub(crate) fn of_headers(headers: &RequestHeaders<'_>) -> Result<Self, S3Error> {
        match headers.nonempty(BYPASS)? {
            None => Ok(Self::No),
            Some(text) if text.eq_ignore_ascii_case("true") => Ok(Self::Asked),
            Some(text) if text.eq_ignore_ascii_case("false") => Ok(Self::No),
            Some(text) => Err(S3Error::invalid_argument(BYPASS, text, "Invalid boolean value")),
        }
    }
}
