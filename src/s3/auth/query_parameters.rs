//! The parameters of a query, in canonical form.

use std::borrow::Cow;

use super::encoding::{canonical_component, decode_component};
use crate::error::S3Error;

/// One `name` or `name=value`, both canonically encoded.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Parameter<'a> {
    pub(super) name: Cow<'a, str>,
    /// `None` without an equals sign: signatures of version 2 tell it from an empty value.
    pub(super) value: Option<Cow<'a, str>>,
}

/// All parameters, in the order signatures want.
pub(super) struct QueryParameters<'a>(Vec<Parameter<'a>>);

impl<'a> QueryParameters<'a> {
    /// Splits a raw query.
    ///
    /// # Errors
    ///
    /// `InvalidURI` for a broken escape.
    pub(super) fn parse(raw: Option<&'a str>) -> Result<Self, S3Error> {
        let pairs = raw.unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
        let mut all = pairs.map(Parameter::parse).collect::<Result<Vec<_>, _>>()?;
        all.sort_unstable();
        Ok(Self(all))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Parameter<'a>> {
        self.0.iter()
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|parameter| parameter.name == name)
    }

    /// The value of a parameter that must come exactly once.
    pub(super) fn exactly_once(&self, name: &str) -> Option<&str> {
        let mut found = self.0.iter().filter(|parameter| parameter.name == name);
        let value = found.next()?.value.as_deref()?;
        found.next().is_none().then_some(value)
    }

    /// As [`QueryParameters::exactly_once`], decoded; `None` also where it is not UTF-8.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        String::from_utf8(decode_component(self.exactly_once(name)?)).ok()
    }

    /// The canonical query without the parameters of that name.
    pub(super) fn canonical_without(&self, left_out: Option<&str>) -> String {
        let mut out = String::new();
        for parameter in self.0.iter().filter(|parameter| Some(parameter.name.as_ref()) != left_out) {
            if !out.is_empty() {
                out.push('&');
            }
            out.push_str(&parameter.name);
            out.push('=');
            out.push_str(parameter.value.as_deref().unwrap_or_default());
        }
        out
    }
}

impl<'a> Parameter<'a> {
    fn parse(pair: &'a str) -> Result<Self, S3Error> {
        let (name, value) = match pair.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (pair, None),
        };
        Ok(Self { name: canonical_component(name)?, value: value.map(canonical_component).transpose()? })
    }
}

#[cfg(test)]
mod tests {
    use super::QueryParameters;

    #[test]
    fn a_query_is_sorted_and_encoded() {
        let query = QueryParameters::parse(Some("prefix=a/b&acl&&b=2&b=1&X-Amz-Signature=no")).expect("valid");
        assert_eq!(query.canonical_without(Some("X-Amz-Signature")), "acl=&b=1&b=2&prefix=a%2Fb");
    }

    #[test]
    fn only_what_comes_once_has_a_value() {
        let query = QueryParameters::parse(Some("a=1&b=1&b=2&c&d=%41")).expect("valid");
        assert_eq!(query.exactly_once("a"), Some("1"));
        assert_eq!(query.exactly_once("b"), None);
        assert_eq!(query.exactly_once("c"), None);
        assert_eq!(query.exactly_once("e"), None);
        assert_eq!(query.text("d").as_deref(), Some("A"));
    }
}
