//! The metadata state machine as a pure function: a command and the rows it reads in, changes of rows and a reply out.
//!
//! # Invariants
//! [`apply`](apply::apply) is pure and deterministic: equal rows, context, index and command give equal changes and an
//! equal reply on every member. A refusal is a reply, never an error. E1 (at most once), E2 (one holder of a run), E3
//! (nothing of a fenced session or below a floor becomes referenced), E5 (a recorded configuration governs), E8 (counters
//! equal a recount), E9 (feeds have no gap), E10 (tables are bounded), C1–C6 rest on it.
//!
//! # Crash
//! The changes of one command belong in one batch with its log index; then a crash is before or after the command.
//!
//! # Limits
//! [`limits`]: a command writes a bounded number of rows, a query passes over a bounded number and says where it stopped.
//!
//! # Not here
//! The log and its consensus, batching and the engine (`metadata`); what a document, a policy or a map means.

pub mod answer;
pub mod apply;
pub mod command;
pub mod keys;
pub mod limits;
pub mod query;
pub mod reply;
pub mod rows;
pub mod state;
