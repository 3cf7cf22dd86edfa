//! Repository commands behind the Makefile.
fn main() {}
