//! XML, in and out.
//!
//! # Limits
//!
//! A request's document has no DTD, and bounded depth, attributes, elements and text (`limits`); it is read in one pass
//! that stops at the first fault, so a hostile one costs its length at most once.

mod reader;
mod writer;

pub(crate) use reader::{Document, malformed};
#[cfg(test)]
pub(crate) use writer::escape_into;
pub use writer::{DECLARATION, XmlWriter};
