//! Conditions of statements.

mod arn;
mod comparison;
mod decimal;
mod instant;
mod network;
mod operator;

use crate::context::{ConditionKey, Keys};
use crate::document::PolicyError;

pub(crate) use comparison::Comparison;
pub(crate) use operator::Operator;
use operator::{Quantifier, Subject};

/// One key under one operator.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Condition {
    pub(crate) key: ConditionKey,
    pub(crate) test: Test,
}

/// What must be true of the key's values.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Test {
    /// That the key is absent, or that it is there: one of these.
    Null(Vec<bool>),
    /// That its values compare.
    Compare { operator: Operator, comparison: Comparison },
}

impl Condition {
    /// Takes the values of a policy. `has_variables` says whether its version knows variables.
    ///
    /// # Errors
    /// A value that the operator cannot compare, and a variable that is not one.
    pub(crate) fn new(
        operator: Operator,
        key: ConditionKey,
        values: &[String],
        has_variables: bool,
    ) -> Result<Self, PolicyError> {
        let comparison = Comparison::new(&operator, values, has_variables)?;
        let test = match (operator.subject, comparison) {
            (Subject::Null, Comparison::Truths(wanted)) => Test::Null(wanted),
            (_, comparison) => Test::Compare { operator, comparison },
        };
        Ok(Self { key, test })
    }

    /// Whether a request fulfils it.
    pub(crate) fn holds(&self, keys: &Keys<'_>) -> bool {
        let values = keys.values(&self.key);
        let values = values.as_slice();
        let (operator, comparison) = match &self.test {
            Test::Null(wanted) => return wanted.contains(&values.is_empty()),
            Test::Compare { operator, comparison } => (operator, comparison),
        };
        if values.is_empty() {
            return operator.holds_without_key();
        }
        let fits = |value| comparison.matches(value, keys) != operator.is_negated;
        match (operator.quantifier, operator.is_negated) {
            (Quantifier::ForAll, _) | (Quantifier::None, true) => values.iter().all(fits),
            (Quantifier::ForAny, _) | (Quantifier::None, false) => values.iter().any(fits),
        }
    }

    /// Whether it can only be told with the object at hand.
    pub(crate) fn needs_object(&self) -> bool {
        self.key.needs_object()
            || match &self.test {
                Test::Null(_) => false,
                Test::Compare { comparison, .. } => comparison.needs_object(),
            }
    }
}
