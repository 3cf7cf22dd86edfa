//! The headers of one part.

use crate::error::{S3Error, S3ErrorCode};

/// What `Content-Disposition` says of a part.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct PartHead {
    /// The field's name, in lower case: S3 compares names without case.
    pub(super) name: String,
    /// The name of the file, where one is given.
    pub(super) file_name: Option<String>,
}

impl PartHead {
    /// Reads the lines between a boundary and the empty line.
    pub(super) fn parse(text: &[u8]) -> Result<Self, S3Error> {
        let text = std::str::from_utf8(text).map_err(|_| malformed())?;
        let disposition = text.split("\r\n").find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.trim().eq_ignore_ascii_case("content-disposition").then_some(value)
        });
        let rest = disposition.and_then(|value| value.trim().strip_prefix("form-data")).ok_or_else(malformed)?;
        let (mut name, mut file_name) = (None, None);
        let mut rest = rest.trim_start();
        while let Some(parameter) = rest.strip_prefix(';') {
            let (key, value, after) = split_parameter(parameter).ok_or_else(malformed)?;
            match key {
                "name" if name.is_none() => name = Some(value),
                "filename" if file_name.is_none() => file_name = Some(value),
                "name" | "filename" => return Err(malformed()),
                _ => {}
            }
            rest = after;
        }
        let name = name.filter(|name| !name.is_empty() && rest.is_empty()).ok_or_else(malformed)?;
        Ok(Self { name: name.to_ascii_lowercase(), file_name })
    }
}

/// One `key="value"` or `key=value`, and what follows it. A backslash takes the next quote or backslash as it is.
fn split_parameter(text: &str) -> Option<(&str, String, &str)> {
    let (key, rest) = text.split_once('=')?;
    let rest = rest.trim_start();
    let Some(quoted) = rest.strip_prefix('"') else {
        let end = rest.find(';').unwrap_or(rest.len());
        let (value, after) = rest.split_at(end);
        return Some((key.trim(), value.trim().to_owned(), after));
    };
    let (mut value, mut letters) = (String::new(), quoted.char_indices().peekable());
    while let Some((place, letter)) = letters.next() {
        match letter {
            '"' => return Some((key.trim(), value, quoted.get(place + 1..)?.trim_start())),
            '\\' if letters.peek().is_some_and(|(_, next)| matches!(next, '"' | '\\')) => {
                value.extend(letters.next().map(|(_, next)| next));
            }
            other => value.push(other),
        }
    }
    None
}

pub(super) fn malformed() -> S3Error {
    S3ErrorCode::MalformedPOSTRequest.into()
}
