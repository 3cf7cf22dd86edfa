//! Stripes, Reed-Solomon and cell digests.
