//! Collect what nothing references.
