//! Limits of the seams.
