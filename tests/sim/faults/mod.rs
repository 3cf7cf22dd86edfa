//! What goes wrong in a run, and how much of it.

mod budget;
mod plan;

pub(crate) use self::plan::Faults;
