//! One disk: fragment records in segments, index, compaction, scrub.
