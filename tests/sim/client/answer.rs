//! What a gateway answered.

use bytes::Bytes;
use http::HeaderMap;

/// A whole answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    status: u16,
    headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    /// An error in a body that began as a success counts with its own status.
    pub(super) fn new(status: u16, headers: HeaderMap, body: Bytes) -> Self {
        let mut answer = Self { status, headers, body };
        if status == 200 && answer.body.starts_with(b"<?xml") && answer.code().is_some() {
            answer.status = 500;
        }
        answer
    }

    pub(crate) fn status(&self) -> u16 {
        self.status
    }

    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Text of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Whether it says nothing about what happened.
    pub(crate) fn is_unknown(&self) -> bool {
        self.status >= 500
    }

    /// Code of the error.
    pub(crate) fn code(&self) -> Option<String> {
        let text = std::str::from_utf8(&self.body).ok()?;
        let root = text.split_once("?>").map_or(text, |(_, rest)| rest).trim_start();
        // Results of many keys may have errors within.
        root.starts_with("<Error>").then(|| self.text("Code")).flatten()
    }

    /// The entity tag, without its quotes.
    pub(crate) fn etag(&self) -> Option<String> {
        let header = self.header("etag").map(str::to_owned);
        header.or_else(|| self.text("ETag")).map(|etag| unquoted(&etag))
    }

    /// Texts of all elements of that name, unescaped.
    pub(crate) fn texts(&self, element: &str) -> Vec<String> {
        let text = String::from_utf8_lossy(&self.body);
        let (open, close) = (format!("<{element}>"), format!("</{element}>"));
        let found = text.split(open.as_str()).skip(1);
        found.filter_map(|rest| rest.split_once(close.as_str())).map(|(inner, _)| unescaped(inner)).collect()
    }

    /// The elements of these names that do not lie in one another, in their order, each with its name.
    pub(crate) fn elements<'a>(&self, names: &[&'a str]) -> Vec<(&'a str, Self)> {
        let text = String::from_utf8_lossy(&self.body);
        let mut found = Vec::new();
        let mut rest = &text[..];
        while let Some((at, name)) = first_of(rest, names) {
            let close = format!("</{name}>");
            let (element, after) = rest[at..].split_once(close.as_str()).expect("a document is whole");
            let body = Bytes::copy_from_slice(element.as_bytes());
            found.push((name, Self { status: self.status, headers: HeaderMap::new(), body }));
            rest = after;
        }
        found
    }

    /// Text of the first element of that name.
    pub(crate) fn text(&self, element: &str) -> Option<String> {
        self.texts(element).into_iter().next()
    }
}

/// Where the first of these elements begins.
fn first_of<'a>(text: &str, names: &[&'a str]) -> Option<(usize, &'a str)> {
    names.iter().filter_map(|name| Some((text.find(&format!("<{name}>"))?, *name))).min()
}

fn unescaped(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&apos;", "'").replace("&amp;", "&")
}

/// An entity tag without its quotes.
pub(crate) fn unquoted(etag: &str) -> String {
    etag.replace("&#34;", "\"").trim_matches('"').to_owned()
}
