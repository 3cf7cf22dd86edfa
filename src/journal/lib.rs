//! Append-only files of salted, digested flushes.
