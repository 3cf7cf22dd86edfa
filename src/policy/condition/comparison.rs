//! The values of a condition, read once, and how a request's value compares with them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::arn::ArnPattern;
use super::decimal::Decimal;
use super::instant::Instant;
use super::network::{Network, address_of};
use super::operator::{Operator, Order, Subject};
use crate::context::{Keys, Value};
use crate::document::PolicyError;
use crate::pattern::{Casing, Pattern, Syntax};

/// Values of a policy, any of which may match.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Comparison {
    Patterns(Vec<Pattern>),
    Arns(Vec<ArnPattern>),
    Numbers(Order, Vec<Decimal>),
    Dates(Order, Vec<Instant>),
    Truths(Vec<bool>),
    Binaries(Vec<Vec<u8>>),
    Networks(Vec<Network>),
}

impl Comparison {
    pub(super) fn new(operator: &Operator, values: &[String], has_variables: bool) -> Result<Self, PolicyError> {
        let each = Each { operator, values };
        let patterns = |has_wildcards, casing| {
            let syntax = Syntax { has_wildcards, has_variables };
            values
                .iter()
                .map(|value| Pattern::parse(value, syntax, casing))
                .collect::<Result<_, _>>()
                .map(Self::Patterns)
        };
        match operator.subject {
            Subject::Text => patterns(false, Casing::Exact),
            Subject::TextOfAnyCase => patterns(false, Casing::Folded),
            Subject::TextLike => patterns(true, Casing::Exact),
            Subject::Arn => {
                let pattern = |value: &String| ArnPattern::parse(value, has_variables)?.ok_or_else(|| each.bad(value));
                values.iter().map(pattern).collect::<Result<_, _>>().map(Self::Arns)
            }
            Subject::Number(order) => each.read(Decimal::parse).map(|numbers| Self::Numbers(order, numbers)),
            Subject::Date(order) => each.read(Instant::parse).map(|dates| Self::Dates(order, dates)),
            Subject::Truth | Subject::Null => each.read(truth_of).map(Self::Truths),
            Subject::Binary => each.read(|value| STANDARD.decode(value).ok()).map(Self::Binaries),
            Subject::Address => each.read(Network::parse).map(Self::Networks),
        }
    }

    /// Whether `value` matches one of the policy's. A value that cannot be read as what is compared matches none.
    pub(super) fn matches(&self, value: &Value<'_>, keys: &Keys<'_>) -> bool {
        match self {
            Self::Patterns(patterns) => {
                let text = value.text();
                patterns.iter().any(|pattern| pattern.matches(&text, keys))
            }
            Self::Arns(arns) => {
                let text = value.text();
                arns.iter().any(|arn| arn.matches(&text, keys))
            }
            Self::Numbers(order, numbers) => Decimal::parse(&value.text())
                .is_some_and(|found| numbers.iter().any(|number| order.holds(found.cmp(number)))),
            Self::Dates(order, dates) => {
                Instant::of(value).is_some_and(|found| dates.iter().any(|date| order.holds(found.cmp(date))))
            }
            Self::Truths(truths) => truth_of(&value.text()).is_some_and(|found| truths.contains(&found)),
            Self::Binaries(binaries) => binaries.iter().any(|binary| *binary == value.text().as_bytes()),
            Self::Networks(networks) => {
                address_of(value).is_some_and(|address| networks.iter().any(|network| network.contains(address)))
            }
        }
    }

    pub(super) fn needs_object(&self) -> bool {
        match self {
            Self::Patterns(patterns) => patterns.iter().any(Pattern::needs_object),
            Self::Arns(arns) => arns.iter().any(ArnPattern::needs_object),
            Self::Numbers(..) | Self::Dates(..) | Self::Truths(_) | Self::Binaries(_) | Self::Networks(_) => false,
        }
    }
}

/// Values that are read one by one.
struct Each<'a> {
    operator: &'a Operator,
    values: &'a [String],
}

impl Each<'_> {
    fn read<T>(&self, read: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, PolicyError> {
        self.values.iter().map(|value| read(value).ok_or_else(|| self.bad(value))).collect()
    }

    fn bad(&self, value: &str) -> PolicyError {
        PolicyError::ConditionValue { operator: self.operator.to_string(), text: value.to_owned() }
    }
}

fn truth_of(text: &str) -> Option<bool> {
    match () {
        () if text.eq_ignore_ascii_case("true") => Some(true),
        () if text.eq_ignore_ascii_case("false") => Some(false),
        () => None,
    }
}
