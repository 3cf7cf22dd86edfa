//! The rules of a bucket.

use http::HeaderMap;

use super::pattern::Pattern;
use super::{CorsHeaders, CrossOrigin, Preflight};
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

    /// Adds to the answer of an actual request, whatever that is, an error's too, what its browser must know. Where no rule
    /// fits, which only the browser minds, caches learn all the same that another origin may be answered otherwise.
    pub fn write_actual(&self, asked: &CrossOrigin<'_>, out: &mut HeaderMap) {
        let method = CorsMethod::from_name(asked.method);
        let rules = method.into_iter().flat_map(|method| self.rules.iter().map(move |rule| (rule, method)));
        match rules.into_iter().find_map(|(rule, method)| rule.answer(asked.origin, method, &[])) {
            Some(headers) => headers.write(out),
            None => CorsHeaders::write_none(out),
        }
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
