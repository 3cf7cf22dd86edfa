//! Data path: stage blobs, publish versions, read ranges, multipart, copy.
