//! Patterns whose text a request completes: `${aws:username}`.

use super::glob::{Glob, Wild};
use crate::context::{ConditionKey, Keys, Values};
use crate::document::PolicyError;
use crate::limits::RESOLVED_BYTES_MAX;

/// How a value is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Syntax {
    /// Whether `*` and `?` are wildcards.
    pub(crate) has_wildcards: bool,
    /// Whether `${…}` is a variable: since version 2012-10-17.
    pub(crate) has_variables: bool,
}

/// Whether letters of either case are the same.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Casing {
    Exact,
    Folded,
}

/// A piece of a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Piece {
    Wild(Wild),
    Variable(Variable),
}

/// `${key}`, `${key, 'default'}`
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Variable {
    key: ConditionKey,
    default: Option<String>,
}

/// Reads a value.
///
/// # Errors
/// A variable that is not one.
pub(crate) fn pieces_of(text: &str, syntax: Syntax) -> Result<Vec<Piece>, PolicyError> {
    let mut pieces = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(char) = rest.chars().next() {
        if syntax.has_variables && rest.starts_with("${") {
            let bad = || PolicyError::Variable { text: text.to_owned() };
            let (inside, after) = split_variable(&rest[2..]).ok_or_else(bad)?;
            pieces.push(parse_variable(inside).ok_or_else(bad)?);
            rest = after;
            continue;
        }
        pieces.push(Piece::Wild(match char {
            '*' if syntax.has_wildcards => Wild::Many,
            '?' if syntax.has_wildcards => Wild::One,
            char => Wild::Char(char),
        }));
        rest = &rest[char.len_utf8()..];
    }
    Ok(pieces)
}

/// What is between the braces, and what follows. A brace inside a quoted default is part of it.
fn split_variable(text: &str) -> Option<(&str, &str)> {
    let mut is_quoted = false;
    for (at, char) in text.char_indices() {
        match char {
            '\'' => is_quoted = !is_quoted,
            '}' if !is_quoted => return Some((&text[..at], &text[at + 1..])),
            _ => {}
        }
    }
    None
}

fn parse_variable(inside: &str) -> Option<Piece> {
    if let "*" | "?" | "$" = inside {
        return inside.chars().next().map(|char| Piece::Wild(Wild::Char(char)));
    }
    let (key, default) = match inside.split_once(',') {
        None => (inside, None),
        Some((key, default)) => {
            let default = default.trim().strip_prefix('\'')?.strip_suffix('\'')?;
            (key, Some(default.to_owned()))
        }
    };
    let key = ConditionKey::parse(key.trim())?;
    Some(Piece::Variable(Variable { key, default }))
}

impl Variable {
    /// Its text in this request. A key with several values has none.
    fn text(&self, keys: &Keys<'_>) -> Option<String> {
        match keys.values(&self.key) {
            Values::One(value) => Some(value.text().into_owned()),
            Values::Many(values) if values.len() == 1 => Some(values[0].text().into_owned()),
            Values::Many(values) if !values.is_empty() => None,
            Values::Absent | Values::Many(_) => self.default.clone(),
        }
    }
}

/// A pattern, complete or not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Pattern {
    /// The same for every request.
    Fixed(Glob, Casing),
    /// Completed by each request.
    Open(Vec<Piece>, Casing),
}

impl Pattern {
    /// Reads a value.
    ///
    /// # Errors
    /// A variable that is not one.
    pub(crate) fn parse(text: &str, syntax: Syntax, casing: Casing) -> Result<Self, PolicyError> {
        Ok(Self::new(pieces_of(text, syntax)?, casing))
    }

    pub(crate) fn new(pieces: Vec<Piece>, casing: Casing) -> Self {
        let wilds = pieces.iter().map(|piece| match piece {
            Piece::Wild(wild) => Some(*wild),
            Piece::Variable(_) => None,
        });
        match wilds.collect::<Option<Vec<_>>>() {
            Some(wilds) => Self::Fixed(Glob::new(folded(wilds, casing)), casing),
            None => Self::Open(pieces, casing),
        }
    }

    /// Whether `text` is as the pattern says. A pattern with a variable that the request has no value for matches nothing.
    pub(crate) fn matches(&self, text: &str, keys: &Keys<'_>) -> bool {
        let completed;
        let (glob, casing) = match self {
            Self::Fixed(glob, casing) => (glob, casing),
            Self::Open(pieces, casing) => match complete(pieces, *casing, keys) {
                Some(glob) => {
                    completed = glob;
                    (&completed, casing)
                }
                None => return false,
            },
        };
        match casing {
            Casing::Exact => glob.matches(text),
            Casing::Folded => glob.matches(&text.to_lowercase()),
        }
    }

    /// The only text that matches, whatever the request.
    pub(crate) fn as_fixed(&self) -> Option<&str> {
        match self {
            Self::Fixed(glob, _) => glob.as_fixed(),
            Self::Open(..) => None,
        }
    }

    /// Whether a variable's value lies with the object.
    pub(crate) fn needs_object(&self) -> bool {
        match self {
            Self::Fixed(..) => false,
            Self::Open(pieces, _) => {
                pieces.iter().any(|piece| matches!(piece, Piece::Variable(variable) if variable.key.needs_object()))
            }
        }
    }
}

/// What a variable stands for is never a wildcard.
fn complete(pieces: &[Piece], casing: Casing, keys: &Keys<'_>) -> Option<Glob> {
    let (mut wilds, mut bytes) = (Vec::with_capacity(pieces.len()), 0);
    for piece in pieces {
        match piece {
            Piece::Wild(wild) => wilds.push(*wild),
            Piece::Variable(variable) => {
                let text = variable.text(keys)?;
                bytes += text.len();
                if bytes > RESOLVED_BYTES_MAX {
                    return None;
                }
                wilds.extend(text.chars().map(Wild::Char));
            }
        }
    }
    Some(Glob::new(folded(wilds, casing)))
}

fn folded(wilds: Vec<Wild>, casing: Casing) -> Vec<Wild> {
    if casing == Casing::Exact {
        return wilds;
    }
    let fold = |wild| match wild {
        Wild::Char(char) => char.to_lowercase().map(Wild::Char).collect(),
        other => vec![other],
    };
    wilds.into_iter().flat_map(fold).collect()
}
