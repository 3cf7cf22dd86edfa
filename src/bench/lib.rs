//! Load generator: closed and open loop against any S3 endpoint.
