//! What may be relied on.

mod bodies;
mod golden;
mod keys;
mod lengths;
mod support;
