//! The operators of conditions.

use std::fmt;

/// `ForAnyValue:StringNotEqualsIfExists`
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Operator {
    name: &'static str,
    pub(crate) quantifier: Quantifier,
    pub(crate) subject: Subject,
    /// `…Not…`: none of the values may compare.
    pub(crate) is_negated: bool,
    /// `…IfExists`
    pub(crate) holds_if_absent: bool,
}

/// Of which values of the request an operator speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Quantifier {
    /// Of the only one. Of several: any for a positive operator, all for a negated one.
    None,
    /// `ForAllValues:`
    ForAll,
    /// `ForAnyValue:`
    ForAny,
}

/// What an operator compares, and how.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Subject {
    Text,
    TextOfAnyCase,
    TextLike,
    Number(Order),
    Date(Order),
    Truth,
    Binary,
    Address,
    Arn,
    Null,
}

/// How the request's value stands to the policy's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Order {
    pub(crate) fn holds(self, found: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal => found.is_eq(),
            Self::Less => found.is_lt(),
            Self::LessOrEqual => found.is_le(),
            Self::Greater => found.is_gt(),
            Self::GreaterOrEqual => found.is_ge(),
        }
    }
}

/// Name, what it compares, whether it is negated.
const OPERATORS: &[(&str, Subject, bool)] = &[
    ("StringEquals", Subject::Text, false),
    ("StringNotEquals", Subject::Text, true),
    ("StringEqualsIgnoreCase", Subject::TextOfAnyCase, false),
    ("StringNotEqualsIgnoreCase", Subject::TextOfAnyCase, true),
    ("StringLike", Subject::TextLike, false),
    ("StringNotLike", Subject::TextLike, true),
    ("NumericEquals", Subject::Number(Order::Equal), false),
    ("NumericNotEquals", Subject::Number(Order::Equal), true),
    ("NumericLessThan", Subject::Number(Order::Less), false),
    ("NumericLessThanEquals", Subject::Number(Order::LessOrEqual), false),
    ("NumericGreaterThan", Subject::Number(Order::Greater), false),
    ("NumericGreaterThanEquals", Subject::Number(Order::GreaterOrEqual), false),
    ("DateEquals", Subject::Date(Order::Equal), false),
    ("DateNotEquals", Subject::Date(Order::Equal), true),
    ("DateLessThan", Subject::Date(Order::Less), false),
    ("DateLessThanEquals", Subject::Date(Order::LessOrEqual), false),
    ("DateGreaterThan", Subject::Date(Order::Greater), false),
    ("DateGreaterThanEquals", Subject::Date(Order::GreaterOrEqual), false),
    ("Bool", Subject::Truth, false),
    ("BinaryEquals", Subject::Binary, false),
    ("IpAddress", Subject::Address, false),
    ("NotIpAddress", Subject::Address, true),
    ("ArnEquals", Subject::Arn, false),
    ("ArnNotEquals", Subject::Arn, true),
    ("ArnLike", Subject::Arn, false),
    ("ArnNotLike", Subject::Arn, true),
    ("Null", Subject::Null, false),
];

impl Operator {
    /// Reads a name with its prefix and suffix; `None` for an operator that does not exist. `Null` takes neither.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (quantifier, name) = match text.split_once(':') {
            None => (Quantifier::None, text),
            Some(("ForAllValues", name)) => (Quantifier::ForAll, name),
            Some(("ForAnyValue", name)) => (Quantifier::ForAny, name),
            Some(_) => return None,
        };
        let (name, holds_if_absent) = match name.strip_suffix("IfExists") {
            Some(name) => (name, true),
            None => (name, false),
        };
        let (name, subject, is_negated) = *OPERATORS.iter().find(|(known, _, _)| *known == name)?;
        let is_plain = quantifier == Quantifier::None && !holds_if_absent;
        (is_plain || subject != Subject::Null).then_some(Self {
            name,
            quantifier,
            subject,
            is_negated,
            holds_if_absent,
        })
    }

    /// What it says of a request that does not have the key.
    pub(crate) fn holds_without_key(&self) -> bool {
        match self.quantifier {
            _ if self.holds_if_absent => true,
            Quantifier::ForAll => true,
            Quantifier::ForAny => false,
            Quantifier::None => self.is_negated,
        }
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.quantifier {
            Quantifier::None => "",
            Quantifier::ForAll => "ForAllValues:",
            Quantifier::ForAny => "ForAnyValue:",
        })?;
        f.write_str(self.name)?;
        f.write_str(if self.holds_if_absent { "IfExists" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::{OPERATORS, Operator};

    #[test]
    fn every_operator_is_known_with_its_prefixes_and_suffix_and_nothing_else() {
        for (name, _, _) in OPERATORS {
            assert!(Operator::parse(name).is_some(), "{name}");
            let takes_more = *name != "Null";
            for text in
                [format!("{name}IfExists"), format!("ForAllValues:{name}"), format!("ForAnyValue:{name}IfExists")]
            {
                assert_eq!(Operator::parse(&text).is_some(), takes_more, "{text}");
            }
        }
        for text in [
            "",
            "stringequals",
            "StringEqual",
            "IfExists",
            "ForSomeValues:Bool",
            "ForAllValues:",
            "BoolIfExistsIfExists",
        ] {
            assert_eq!(Operator::parse(text), None, "{text}");
        }
    }

    #[test]
    fn an_operator_prints_as_it_was_written() {
        for text in [
            "ForAnyValue:StringNotLikeIfExists",
            "NumericLessThanEquals",
            "ForAllValues:DateNotEquals",
            "ArnLike",
            "Null",
        ] {
            assert_eq!(Operator::parse(text).expect("an operator").to_string(), text);
        }
    }
}
