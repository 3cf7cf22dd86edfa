//! HTTP in, typed S3 operation, one call down, response out.
