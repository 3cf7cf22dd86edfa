//! What a browser asks before it asks.

use super::CorsMethod;
use crate::error::{S3Error, S3ErrorCode};
use crate::header::RequestHeaders;

/// `OPTIONS`: may a page of this origin send this request?
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Preflight {
    /// `Origin`.
    pub origin: String,
    /// `Access-Control-Request-Method`.
    pub method: CorsMethod,
    /// `Access-Control-Request-Headers`, in lower case.
    pub headers: Vec<String>,
}

impl Preflight {
    /// Reads the headers.
    ///
    /// # Errors
    ///
    /// `BadRequest` without an origin or a method that a rule could allow.
    pub(crate) fn of_headers(headers: &RequestHeaders<'_>) -> Result<Self, S3Error> {
        let Some(origin) = headers.nonempty("origin")? else {
            return Err(bad("Insufficient information. Origin request header needed.".to_owned()));
        };
        let method = headers.nonempty("access-control-request-method")?;
        let invalid = || bad(format!("Invalid Access-Control-Request-Method: {}", method.unwrap_or("null")));
        let method = method.and_then(CorsMethod::from_name).ok_or_else(invalid)?;
        let asked = headers.nonempty("access-control-request-headers")?.unwrap_or_default();
        let names = asked.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_ascii_lowercase);
        Ok(Self { origin: origin.to_owned(), method, headers: names.collect() })
    }

    /// The answer where no bucket could have rules.
    pub fn without_bucket() -> S3Error {
        forbidden("CORSResponse: Bucket not found")
    }

    /// The answer of a bucket without rules.
    pub fn without_rules() -> S3Error {
        forbidden("CORSResponse: CORS is not enabled for this bucket.")
    }
}

fn forbidden(message: &'static str) -> S3Error {
    S3Error::with_message(S3ErrorCode::AccessForbidden, message)
}

fn bad(message: String) -> S3Error {
    S3Error::with_message(S3ErrorCode::BadRequest, message)
}
