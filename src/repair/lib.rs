//! Collects what nothing references.
