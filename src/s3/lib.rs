//! The S3 wire: signatures, XML, headers, error codes, typed operations.
