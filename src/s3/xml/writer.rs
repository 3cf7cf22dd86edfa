//! A writer for the documents that we answer with.

use std::fmt::{Display, Write};

use crate::address::encode_key;
use crate::operation::KeyEncoding;

/// What every document begins with.
pub const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// Writes elements in the order they are called, escaped. Never writes a character that XML 1.0 does not have: in its
/// place stands U+FFFD, and clients whose keys hold such characters ask for `encoding-type=url`.
///
/// Names of elements are ours, so they are written as they are.
#[derive(Debug)]
pub struct XmlWriter {
    text: String,
    open: Vec<&'static str>,
}

impl XmlWriter {
    /// Begins a document with its root in S3's namespace.
    pub fn new(root: &'static str) -> Self {
        Self::in_namespace(root, "http://s3.amazonaws.com/doc/2006-03-01/")
    }

    /// Begins a document with its root in a namespace.
    pub fn in_namespace(root: &'static str, namespace: &'static str) -> Self {
        let mut text = String::with_capacity(512);
        text.push_str(DECLARATION);
        for piece in ["<", root, " xmlns=\"", namespace, "\">"] {
            text.push_str(piece);
        }
        Self { text, open: vec![root] }
    }

    /// Begins a document whose root has no namespace.
    pub fn without_namespace(root: &'static str) -> Self {
        let mut writer = Self { text: String::with_capacity(512), open: Vec::new() };
        writer.text.push_str(DECLARATION);
        writer.open(root);
        writer
    }

    /// Room for a long document.
    pub fn reserve(&mut self, bytes: usize) {
        self.text.reserve(bytes);
    }

    /// Opens an element.
    pub fn open(&mut self, name: &'static str) -> &mut Self {
        self.start(name);
        self.open.push(name);
        self
    }

    /// Opens an element with attributes, given as they stand in the tag.
    pub fn open_with(&mut self, name: &'static str, attributes: &'static str) -> &mut Self {
        for piece in ["<", name, " ", attributes, ">"] {
            self.text.push_str(piece);
        }
        self.open.push(name);
        self
    }

    /// Closes the element opened last.
    pub fn close(&mut self) -> &mut Self {
        let name = self.open.pop().expect("every close has its open");
        self.end(name);
        self
    }

    /// Text in the element opened last.
    pub fn content(&mut self, text: &str) -> &mut Self {
        escape_into(&mut self.text, text);
        self
    }

    /// An element with text.
    pub fn text(&mut self, name: &'static str, text: &str) -> &mut Self {
        self.start(name);
        escape_into(&mut self.text, text);
        self.end(name);
        self
    }

    /// An element with text, if there is any.
    pub fn optional(&mut self, name: &'static str, text: Option<&str>) -> &mut Self {
        if let Some(text) = text {
            self.text(name, text);
        }
        self
    }

    /// An element with a number, a time or an id: what needs no escape.
    pub fn value(&mut self, name: &'static str, value: impl Display) -> &mut Self {
        self.start(name);
        write!(self.text, "{value}").expect("writing to a string does not fail");
        self.end(name);
        self
    }

    /// An element with a key, a prefix or a marker.
    pub fn key(&mut self, name: &'static str, key: &str, encoding: KeyEncoding) -> &mut Self {
        match encoding {
            KeyEncoding::Plain => self.text(name, key),
            KeyEncoding::Url => self.text(name, &encode_key(key)),
        }
    }

    /// An element with an entity tag in quotes.
    pub fn etag(&mut self, etag: &crate::condition::ETag) -> &mut Self {
        self.text("ETag", &etag.quoted())
    }

    /// Closes whatever is open.
    pub fn finish(mut self) -> String {
        while let Some(name) = self.open.pop() {
            self.end(name);
        }
        self.text
    }

    fn start(&mut self, name: &str) {
        self.text.push('<');
        self.text.push_str(name);
        self.text.push('>');
    }

    fn end(&mut self, name: &str) {
        self.text.push_str("</");
        self.text.push_str(name);
        self.text.push('>');
    }
}

/// Appends text as XML 1.0 can carry it.
pub(crate) fn escape_into(out: &mut String, text: &str) {
    let plain = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'&' | b'<' | b'>' | b'"');
    if text.bytes().all(plain) {
        return out.push_str(text);
    }
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // A parser would read raw ones as spaces or line feeds.
            '\r' => out.push_str("&#13;"),
            '\t' | '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'.. => out.push(letter),
            _ => out.push('\u{fffd}'),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::{KeyEncoding, XmlWriter};
    use crate::xml::Document;

    #[test]
    fn elements_come_in_order_and_closed() {
        let mut xml = XmlWriter::new("R");
        xml.text("A", "a & b").open("B").value("C", 7).close().optional("D", None).open("E").key(
            "K",
            "é +",
            KeyEncoding::Url,
        );
        assert_eq!(
            xml.finish(),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<R xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
             <A>a &amp; b</A><B><C>7</C></B><E><K>%C3%A9%20%2B</K></E></R>"
        );
    }

    #[test]
    fn no_control_byte_is_written_raw() {
        let mut xml = XmlWriter::new("R");
        xml.key("K", "a\u{1}\u{8}\u{b}\r\u{1f}\u{fffe}", KeyEncoding::Plain);
        assert!(xml.finish().contains("<K>a\u{fffd}\u{fffd}\u{fffd}&#13;\u{fffd}\u{fffd}</K>"));
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(texts in proptest::collection::vec("\\PC{0,20}|[ -~\\n\\t\\r]{0,20}", 0..8)) {
            let mut xml = XmlWriter::new("R");
            for text in &texts {
                xml.text("A", text);
            }
            let written = xml.finish();
            let mut document = Document::open(written.as_bytes(), "R").expect("root");
            let mut back = Vec::new();
            while let Some(name) = document.next_child().expect("child") {
                prop_assert_eq!(name, "A");
                back.push(document.text().expect("text"));
            }
            document.finish().expect("end");
            prop_assert_eq!(back, texts);
        }

        #[test]
        fn keys_in_url_encoding_survive_whatever_they_hold(key in "[\\x01-\\x7f\\PC]{0,40}") {
            let mut xml = XmlWriter::new("R");
            xml.key("K", &key, KeyEncoding::Url);
            let written = xml.finish();
            let mut document = Document::open(written.as_bytes(), "R").expect("root");
            document.next_child().expect("child");
            let text = document.text().expect("text");
            let decoded = crate::address::percent_decode(&text).expect("decodes").into_owned();
            prop_assert_eq!(decoded, key.into_bytes());
        }
    }
}
