//! Storage node: fragment service and its client.
