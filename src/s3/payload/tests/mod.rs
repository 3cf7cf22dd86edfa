//! Tests of bodies as a whole.

mod mutations;
mod plain_bodies;
mod plans;
mod signed_chunks;
mod splits;
mod support;
mod trailing_checksums;
mod unsigned_chunks;
