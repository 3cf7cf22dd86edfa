//! The real thing: tokio, direct I/O, TCP, RocksDB.
