//! A pull reader for the documents that clients send.

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use crate::error::{S3Error, S3ErrorCode};
use crate::limits::{XML_ATTRIBUTES_MAX, XML_DEPTH_MAX, XML_ELEMENTS_MAX, XML_TEXT_BYTES_MAX};

/// A document that is being read, element by element. Prefixes and namespaces are tolerated and ignored.
pub(crate) struct Document<'a> {
    reader: Reader<&'a [u8]>,
    /// Elements that are open, the root included.
    depth: usize,
    elements: usize,
}

impl<'a> Document<'a> {
    /// Reads up to and into the root, which must have this name.
    ///
    /// # Errors
    ///
    /// `MissingRequestBodyError` for an empty body, `MalformedXML` for any fault of the document, here as in every other
    /// function.
    pub(crate) fn open(body: &'a [u8], root: &str) -> Result<Self, S3Error> {
        if body.is_empty() {
            return Err(S3ErrorCode::MissingRequestBodyError.into());
        }
        let text = std::str::from_utf8(body).map_err(|_| malformed())?;
        let mut reader = Reader::from_str(text.strip_prefix('\u{feff}').unwrap_or(text));
        reader.config_mut().expand_empty_elements = true;
        let mut document = Self { reader, depth: 0, elements: 0 };
        match document.next_child()? {
            Some(name) if name == root => Ok(document),
            _ => Err(malformed()),
        }
    }

    /// Opens the next child of the open element; `None` closes that element.
    pub(crate) fn next_child(&mut self) -> Result<Option<String>, S3Error> {
        loop {
            match self.reader.read_event().map_err(|_| malformed())? {
                Event::Start(start) => {
                    let name = start.local_name().as_ref().to_owned();
                    check_attributes(&start)?;
                    self.opened()?;
                    return Ok(Some(name));
                }
                Event::End(_) => {
                    self.depth -= 1;
                    return Ok(None);
                }
                Event::Text(text) if text.trim().is_empty() => {}
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
                // Text where only elements belong, a DTD, an entity, an end too early.
                Event::Text(_)
                | Event::CData(_)
                | Event::DocType(_)
                | Event::GeneralRef(_)
                | Event::Empty(_)
                | Event::Eof => return Err(malformed()),
            }
        }
    }

    /// The text of the open element, which it closes. Only text may be in it.
    pub(crate) fn text(&mut self) -> Result<String, S3Error> {
        let mut text = String::new();
        loop {
            match self.reader.read_event().map_err(|_| malformed())? {
                Event::Text(part) => text.push_str(&part.xml10_content()),
                Event::CData(part) => text.push_str(&part.xml10_content()),
                Event::GeneralRef(reference) => match reference.resolve_char_ref().map_err(|_| malformed())? {
                    Some(letter) => text.push(letter),
                    // Only the five of XML itself: no document of ours can declare others.
                    None => text.push_str(resolve_predefined_entity(&reference).ok_or_else(malformed)?),
                },
                Event::Comment(_) | Event::PI(_) => {}
                Event::End(_) => {
                    self.depth -= 1;
                    return Ok(text);
                }
                Event::Start(_) | Event::Empty(_) | Event::Decl(_) | Event::DocType(_) | Event::Eof => {
                    return Err(malformed());
                }
            }
            if text.len() > XML_TEXT_BYTES_MAX {
                return Err(malformed());
            }
        }
    }

    /// The open element as a switch, which it closes.
    pub(crate) fn boolean(&mut self) -> Result<bool, S3Error> {
        match self.text()?.trim() {
            "true" | "1" | "True" | "TRUE" => Ok(true),
            "false" | "0" | "False" | "FALSE" | "" => Ok(false),
            _ => Err(malformed()),
        }
    }

    /// Closes the open element, whatever is in it.
    pub(crate) fn skip(&mut self) -> Result<(), S3Error> {
        let outer = self.depth - 1;
        while self.depth > outer {
            match self.reader.read_event().map_err(|_| malformed())? {
                Event::Start(start) => {
                    check_attributes(&start)?;
                    self.opened()?;
                }
                Event::End(_) => self.depth -= 1,
                Event::DocType(_) | Event::Eof => return Err(malformed()),
                _ => {}
            }
        }
        Ok(())
    }

    /// Checks that nothing follows the root.
    pub(crate) fn finish(mut self) -> Result<(), S3Error> {
        debug_assert_eq!(self.depth, 0, "finish comes after the root is closed");
        loop {
            match self.reader.read_event().map_err(|_| malformed())? {
                Event::Eof => return Ok(()),
                Event::Text(text) if text.trim().is_empty() => {}
                Event::Comment(_) | Event::PI(_) => {}
                _ => return Err(malformed()),
            }
        }
    }

    fn opened(&mut self) -> Result<(), S3Error> {
        self.depth += 1;
        self.elements += 1;
        if self.depth > XML_DEPTH_MAX || self.elements > XML_ELEMENTS_MAX { Err(malformed()) } else { Ok(()) }
    }
}

/// The refusal of a document.
pub(crate) fn malformed() -> S3Error {
    S3ErrorCode::MalformedXML.into()
}

/// Attributes mean nothing to us, but they must be few and well-formed.
fn check_attributes(start: &BytesStart<'_>) -> Result<(), S3Error> {
    let mut count = 0;
    for attribute in start.attributes() {
        count += 1;
        if attribute.is_err() || count > XML_ATTRIBUTES_MAX {
            return Err(malformed());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::Document;
    use crate::error::{S3Error, S3ErrorCode};

    /// Reads `<r>` with children `<a>text</a>`, skipping others.
    fn read(body: &[u8]) -> Result<Vec<String>, S3Error> {
        let mut document = Document::open(body, "r")?;
        let mut texts = Vec::new();
        while let Some(name) = document.next_child()? {
            match name.as_str() {
                "a" => texts.push(document.text()?),
                _ => document.skip()?,
            }
        }
        document.finish()?;
        Ok(texts)
    }

    #[test]
    fn documents_are_read_with_and_without_namespaces() {
        for body in [
            "<r><a>x</a><b><c/></b><a>y &amp; &#x41;</a></r>",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<r xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><a>x</a>\n\t<a>y &amp; A</a></r>\n",
            "<s3:r xmlns:s3=\"urn:x\"><s3:a>x</s3:a><s3:a><![CDATA[y & A]]></s3:a></s3:r>",
            "\u{feff}<r><!-- c --><a>x<!-- c --></a><a>y &amp; A</a><!-- c --></r>",
        ] {
            assert_eq!(read(body.as_bytes()).expect(body), ["x", "y & A"], "{body}");
        }
        assert_eq!(read(b"<r/>").expect("empty"), [""; 0]);
        assert_eq!(read(b"<r><a/></r>").expect("empty"), [""]);
    }

    #[test]
    fn faulty_documents_are_malformed() {
        for body in [
            &b"x"[..],
            b" ",
            b"<r>",
            b"<r><a></r>",
            b"<r></r><r></r>",
            b"<r></r>x",
            b"<q></q>",
            b"<r>text</r>",
            b"<r><a><b/></a></r>",
            b"<r><a>&nbsp;</a></r>",
            b"<r><a>&#0;</a></r>",
            b"<r><a b></a></r>",
            b"<r b=\"1\" b=\"2\"></r>",
            b"\xff\xfe<r/>",
            b"{\"r\": 1}",
            b"<!DOCTYPE r><r/>",
            b"<!DOCTYPE r [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><r><a>&a;</a></r>",
            b"<r><!DOCTYPE r></r>",
            b"<r><b>&a;</r>",
        ] {
            let error = read(body).expect_err("faulty");
            assert_eq!(error.code, S3ErrorCode::MalformedXML, "{}", String::from_utf8_lossy(body));
        }
        assert_eq!(read(b"").expect_err("empty").code, S3ErrorCode::MissingRequestBodyError);
    }

    #[test]
    fn hostile_documents_are_refused_at_once() {
        let lol =
            (0..20).map(|n| format!("<!ENTITY l{} \"{}\">", n + 1, format!("&l{n};").repeat(10))).collect::<String>();
        let hostile = [
            format!("<r>{}{}</r>", "<a>".repeat(100_000), "</a>".repeat(100_000)),
            format!("<r>{}{}</r>", "<b>".repeat(100_000), "</b>".repeat(100_000)),
            format!("<r {}></r>", (0..80_000).map(|n| format!("a{n}=\"\" ")).collect::<String>()),
            format!("<r {}></r>", (0..100_000).map(|n| format!("xmlns:a{n}=\"u\" ")).collect::<String>()),
            format!("<r>{}</r>", "<b/>".repeat(400_000)),
            format!("<r><a>{}</a></r>", "x".repeat(1_000_000)),
            format!("<!DOCTYPE r [{lol}]><r><a>&l20;</a></r>"),
        ];
        for body in hostile {
            let error = read(body.as_bytes()).expect_err("hostile");
            assert_eq!(error.code, S3ErrorCode::MalformedXML, "{:.40}", body);
        }
    }

    proptest! {
        #[test]
        fn no_bytes_panic(body in proptest::collection::vec(any::<u8>(), 0..200), text in "[<>/ra&;!\\[\\]\"= -]{0,80}") {
            let _ = read(&body);
            let _ = read(text.as_bytes());
            let _ = read(format!("<r>{text}</r>").as_bytes());
        }
    }
}
