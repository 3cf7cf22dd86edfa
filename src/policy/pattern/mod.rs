//! Patterns of text: `*`, `?` and variables.

mod glob;
mod template;

pub(crate) use glob::{Glob, Wild};
pub(crate) use template::{Casing, Piece, Pattern, Syntax, pieces_of};
