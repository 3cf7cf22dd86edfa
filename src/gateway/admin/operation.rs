//! What an operation is, to both sides.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// An operation: its parameters, as the type that has this trait, and its answer.
pub trait Operation: Serialize + DeserializeOwned + Send {
    /// Noun and verb, as they end the path.
    const PATH: &'static str;

    /// What it answers.
    type Answer: Serialize + DeserializeOwned + Send;
}

/// An answer that says no more than that it is done.
#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
pub struct Nothing {}

/// Whether something may be used.
#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It may.
    Active,
    /// It may not, until it is enabled again.
    Disabled,
}

impl State {
    /// The word for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }
}
