//! Access policies: parse and evaluate.
