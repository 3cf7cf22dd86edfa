//! Collection as a whole.
