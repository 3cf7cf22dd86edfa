//! Text with at most one `*`.

/// A pattern for an origin or a header.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Pattern(String);

impl Pattern {
    /// `None` for more than one `*`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.matches('*').count() > 1 { None } else { Some(Self(text.to_owned())) }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is `*` alone.
    pub(super) fn is_any(&self) -> bool {
        self.0 == "*"
    }

    /// Whether it fits, letter by letter.
    pub(super) fn fits(&self, text: &str) -> bool {
        match self.0.split_once('*') {
            None => self.0 == text,
            Some((before, after)) => {
                text.len() >= before.len() + after.len() && text.starts_with(before) && text.ends_with(after)
            }
        }
    }

    /// Whether it fits a header's name, whose case does not count. `text` is in lower case.
    pub(super) fn fits_header(&self, text: &str) -> bool {
        Self(self.0.to_ascii_lowercase()).fits(text)
    }
}
