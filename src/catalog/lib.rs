//! The metadata state machine as a pure function.
