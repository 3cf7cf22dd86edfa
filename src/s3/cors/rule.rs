//! The rules of a bucket.

use super::pattern::Pattern;
use super::{CorsHeaders, Preflight};
use crate::error::{S3Error, S3ErrorCode};

/// A method that a rule may allow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CorsMethod {
    /// `GET`
    Get,
    /// `PUT`
    Put,
    /// `POST`
    Post,
    /// `DELETE`
    Delete,
    /// `HEAD`
    Head,
}

/// One rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CorsRule {
    pub(super) id: Option<String>,
    pub(super) origins: Vec<Pattern>,
    pub(super) methods: Vec<CorsMethod>,
    pub(super) headers: Vec<Pattern>,
    pub(super) exposed: Vec<String>,
    pub(super) max_age_seconds: Option<u32>,
}

/// All rules, in order; at least one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CorsConfiguration {
    pub(super) rules: Vec<CorsRule>,
}

impl CorsMethod {
    const ALL: [Self; 5] = [Self::Get, Self::Put, Self::Post, Self::Delete, Self::Head];

    /// The name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Delete => "DELETE",
            Self::Head => "HEAD",
        }
    }

    /// Reads a name, in capitals as HTTP has them.
    pub fn from_name(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == text)
    }
}

impl CorsConfiguration {
    /// Answers a browser's question.
    ///
    /// # Errors
    ///
    /// `AccessForbidden` if no rule allows it.
    pub fn preflight(&self, asked: &Preflight) -> Result<CorsHeaders, S3Error> {
        let answer = self.rules.iter().find_map(|rule| rule.answer(&asked.origin, asked.method, &asked.headers));
        answer.ok_or_else(|| {
            let message = "CORSResponse: This CORS request is not allowed. This is usually because the evalution of \
                           Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are \
                           not whitelisted by the resource's CORS spec.";
            S3Error::with_message(S3ErrorCode::AccessForbidden, message)
        })
    }

    /// What an actual request gets beside its answer, whatever that is: an error's too. `None` if no rule fits, which only
    /// the browser minds.
    pub fn actual(&self, origin: &str, method: &str) -> Option<CorsHeaders> {
        let method = CorsMethod::from_name(method)?;
        self.rules.iter().find_map(|rule| rule.answer(origin, method, &[]))
    }
}

impl CorsRule {
    fn answer(&self, origin: &str, method: CorsMethod, asked: &[String]) -> Option<CorsHeaders> {
        let pattern = self.origins.iter().find(|pattern| pattern.fits(origin))?;
        let allows = |name: &String| self.headers.iter().any(|pattern| pattern.fits_header(name));
        if !self.methods.contains(&method) || !asked.iter().all(allows) {
            return None;
        }
        Some(CorsHeaders {
            origin: if pattern.is_any() { None } else { Some(origin.to_owned()) },
            methods: self.methods.clone(),
            headers: asked.to_vec(),
            exposed: self.exposed.clone(),
            max_age_seconds: self.max_age_seconds,
        })
    }
}
