//! ARNs in conditions.

use crate::context::Keys;
use crate::document::PolicyError;
use crate::pattern::{Casing, Pattern, Piece, Syntax, Wild, pieces_of};

/// The parts of an ARN: `arn:partition:service:region:account:resource`.
const PARTS: usize = 6;

/// An ARN with wildcards, which do not reach over the colons between its parts. `ArnEquals` and `ArnLike` are the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ArnPattern {
    parts: Vec<Pattern>,
}

impl ArnPattern {
    /// `None` for what is not an ARN.
    pub(super) fn parse(text: &str, has_variables: bool) -> Result<Option<Self>, PolicyError> {
        let mut parts = vec![Vec::new()];
        for piece in pieces_of(text, Syntax { has_wildcards: true, has_variables })? {
            let is_full = parts.len() == PARTS;
            match (piece, parts.last_mut()) {
                (Piece::Wild(Wild::Char(':')), _) if !is_full => parts.push(Vec::new()),
                (piece, Some(part)) => part.push(piece),
                (_, None) => {}
            }
        }
        let is_arn = parts.len() == PARTS;
        let parts = parts.into_iter().map(|part| Pattern::new(part, Casing::Exact)).collect::<Vec<_>>();
        Ok((is_arn && parts[0].as_fixed() == Some("arn")).then_some(Self { parts }))
    }

    pub(super) fn matches(&self, text: &str, keys: &Keys<'_>) -> bool {
        let found = text.splitn(PARTS, ':').collect::<Vec<_>>();
        found.len() == PARTS && self.parts.iter().zip(found).all(|(part, text)| part.matches(text, keys))
    }

    pub(super) fn needs_object(&self) -> bool {
        self.parts.iter().any(Pattern::needs_object)
    }

    /// Whether it is one ARN and no other, whatever the request.
    pub(crate) fn is_fixed(&self) -> bool {
        self.parts.iter().all(|part| part.as_fixed().is_some())
    }
}
