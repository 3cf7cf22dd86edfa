//! `?cors`

use http::header::HeaderName;

use super::pattern::Pattern;
use super::{CorsConfiguration, CorsMethod, CorsRule};
use crate::error::{S3Error, S3ErrorCode};
use crate::limits::{CORS_PATTERNS_MAX, CORS_RULES_MAX, RULE_ID_CHARS_MAX};
use crate::xml::{Document, XmlWriter, malformed};

impl CorsConfiguration {
    /// Reads the document.
    ///
    /// # Errors
    ///
    /// `MalformedXML`, also for no rule and a rule without origin or method; `InvalidRequest` for too many rules, a method
    /// that rules do not have and a second `*`; `InvalidArgument` for a negative age, an id that is too long and a header
    /// with a line break.
    pub fn parse(body: &[u8]) -> Result<Self, S3Error> {
        let mut document = Document::open(body, "CORSConfiguration")?;
        let mut rules = Vec::new();
        while let Some(name) = document.next_child()? {
            if name != "CORSRule" {
                return Err(malformed());
            }
            if rules.len() == CORS_RULES_MAX {
                let message = "The number of CORS rules should not exceed allowed limit of 100 rules.";
                return Err(refused(message.to_owned()));
            }
            rules.push(CorsRule::parse(&mut document)?);
        }
        document.finish()?;
        if rules.is_empty() { Err(malformed()) } else { Ok(Self { rules }) }
    }

    /// The document.
    pub fn to_xml(&self) -> String {
        let mut xml = XmlWriter::new("CORSConfiguration");
        for rule in &self.rules {
            rule.write(&mut xml);
        }
        xml.finish()
    }
}

impl CorsRule {
    fn parse(document: &mut Document<'_>) -> Result<Self, S3Error> {
        let (mut origins, mut methods, mut headers, mut exposed) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (mut id, mut max_age_seconds) = (None, None);
        while let Some(name) = document.next_child()? {
            match name.as_str() {
                "ID" if id.is_none() => id = Some(parse_id(document.text()?)?),
                "AllowedOrigin" => origins.push(parse_pattern("AllowedOrigin", &document.text()?)?),
                "AllowedMethod" => methods.push(parse_method(&document.text()?)?),
                "AllowedHeader" => headers.push(parse_pattern("AllowedHeader", &document.text()?)?),
                "ExposeHeader" => exposed.push(parse_exposed(&document.text()?)?),
                "MaxAgeSeconds" if max_age_seconds.is_none() => max_age_seconds = Some(parse_age(&document.text()?)?),
                _ => return Err(malformed()),
            }
            if origins.len().max(methods.len()).max(headers.len()).max(exposed.len()) > CORS_PATTERNS_MAX {
                return Err(malformed());
            }
        }
        if origins.is_empty() || methods.is_empty() {
            return Err(malformed());
        }
        Ok(Self { id, origins, methods, headers, exposed, max_age_seconds })
    }

    fn write(&self, xml: &mut XmlWriter) {
        xml.open("CORSRule").optional("ID", self.id.as_deref());
        for header in &self.headers {
            xml.text("AllowedHeader", header.as_str());
        }
        for method in &self.methods {
            xml.text("AllowedMethod", method.as_str());
        }
        for origin in &self.origins {
            xml.text("AllowedOrigin", origin.as_str());
        }
        for header in &self.exposed {
            xml.text("ExposeHeader", header);
        }
        if let Some(seconds) = self.max_age_seconds {
            xml.value("MaxAgeSeconds", seconds);
        }
        xml.close();
    }
}

fn parse_id(text: String) -> Result<String, S3Error> {
    if text.chars().count() > RULE_ID_CHARS_MAX {
        return Err(S3Error::invalid_argument("ID", text, "ID length should not exceed allowed limit of 255"));
    }
    Ok(text)
}

fn parse_pattern(element: &'static str, text: &str) -> Result<Pattern, S3Error> {
    let text = text.trim();
    if text.is_empty() {
        return Err(malformed());
    }
    if text.chars().any(char::is_control) {
        return Err(S3Error::invalid_argument(element, text, format!("{element} holds control characters")));
    }
    Pattern::parse(text).ok_or_else(|| refused(format!("{element} \"{text}\" can not have more than one wildcard.")))
}

fn parse_method(text: &str) -> Result<CorsMethod, S3Error> {
    let text = text.trim();
    CorsMethod::from_name(text)
        .ok_or_else(|| refused(format!("Found unsupported HTTP method in CORS config. Unsupported method is {text}")))
}

/// It ends up in a header of every answer, so it must be a header's name.
fn parse_exposed(text: &str) -> Result<String, S3Error> {
    // Space around it is the document's; a line break within is meant for our answers.
    let text = text.trim();
    if text.chars().any(char::is_control) {
        return Err(S3Error::invalid_argument("ExposeHeader", text, "ExposeHeader holds control characters"));
    }
    if text.contains('*') {
        let message = format!(
            "ExposeHeader \"{text}\" contains wildcard. We currently do not support wildcard for ExposeHeader."
        );
        return Err(refused(message));
    }
    match HeaderName::from_bytes(text.as_bytes()) {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err(refused(format!("ExposeHeader \"{text}\" contains invalid character."))),
    }
}

fn parse_age(text: &str) -> Result<u32, S3Error> {
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(malformed());
    }
    let age = text.parse::<i32>().ok().and_then(|age| u32::try_from(age).ok());
    age.ok_or_else(|| S3Error::invalid_argument("MaxAgeSeconds", text, "MaxAgeSeconds is out of range"))
}

fn refused(message: String) -> S3Error {
    S3Error::with_message(S3ErrorCode::InvalidRequest, message)
}
