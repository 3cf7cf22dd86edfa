//! What a load needs of a ListObjectsV2 page: counts and the way to the next. A search for tags and no XML parser, because the
//! client shares the machine.

use anyhow::{Context, Result};

/// One page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Page {
    /// Keys on it.
    pub keys: u64,
    /// Common prefixes on it.
    pub prefixes: u64,
    /// Where the next begins, unless this is the last.
    pub token: Option<String>,
}

impl Page {
    /// Reads a page.
    pub(crate) fn parse(body: &[u8]) -> Result<Self> {
        let text = std::str::from_utf8(body).context("a listing is text")?;
        let is_truncated = between(text, "IsTruncated").context("a listing says whether it goes on")? == "true";
        let token = between(text, "NextContinuationToken").map(unescape);
        if is_truncated {
            token.as_ref().context("a truncated listing says where it goes on")?;
        }
        let count = |tag: &str| text.matches(tag).count() as u64;
        Ok(Self { keys: count("<Key>"), prefixes: count("<CommonPrefixes>"), token: token.filter(|_| is_truncated) })
    }
}

fn between<'a>(text: &'a str, tag: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<{tag}>"))?;
    Some(rest.split_once(&format!("</{tag}>"))?.0)
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#34;", "\"").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_tells_its_counts_and_the_way_on() {
        let body = b"<R><IsTruncated>true</IsTruncated><NextContinuationToken>a&amp;b=</NextContinuationToken>\
            <Contents><Key>a</Key></Contents><Contents><Key>b</Key></Contents><CommonPrefixes><Prefix>c/</Prefix></CommonPrefixes></R>";
        assert_eq!(Page::parse(body).unwrap(), Page { keys: 2, prefixes: 1, token: Some("a&b=".to_owned()) });
        let last = b"<R><IsTruncated>false</IsTruncated></R>";
        assert_eq!(Page::parse(last).unwrap(), Page { keys: 0, prefixes: 0, token: None });
    }

    #[test]
    fn a_page_that_goes_on_without_a_way_is_refused() {
        assert!(Page::parse(b"<R><IsTruncated>true</IsTruncated></R>").is_err());
        assert!(Page::parse(b"<Error/>").is_err());
    }
}
