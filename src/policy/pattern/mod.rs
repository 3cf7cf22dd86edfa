//! Patterns of text: `*`, `?` and variables.

mod glob;
mod template;

pub(crate) use glob::{Glob, Wild};
pub(crate) use template::{Casing, Pattern, Piece, Syntax, pieces_of};
