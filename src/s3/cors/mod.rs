//! Cross-origin requests: a bucket's rules, and what they answer a browser.
//!
//! # Invariants
//!
//! The first rule that fits decides. `*` is answered as itself only where it is the pattern that fits: else the answer names
//! the origin, and `Vary` keeps caches from giving it to another.
//!
//! # Limits
//!
//! Rules and patterns are bounded, and a pattern has at most one `*`, so matching is linear.

mod answer;
mod cross_origin;
mod document;
mod pattern;
mod preflight;
mod rule;

pub use answer::CorsHeaders;
pub use cross_origin::CrossOrigin;
pub use preflight::Preflight;
pub use rule::{CorsConfiguration, CorsMethod, CorsRule};

#[cfg(test)]
mod tests;
