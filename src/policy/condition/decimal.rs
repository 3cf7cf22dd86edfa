//! Numbers in conditions, exactly.

use std::cmp::Ordering;

use crate::limits::NUMBER_BYTES_MAX;

/// A decimal number of any size: sizes of objects need more digits than floating point has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Decimal {
    is_negative: bool,
    /// Without leading zeros.
    whole: String,
    /// Without zeros at its end.
    fraction: String,
}

impl Decimal {
    /// Reads `-12.50`; `None` for anything else.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (is_negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if text.len() > NUMBER_BYTES_MAX || !is_number(whole) || !is_number(fraction) {
            return None;
        }
        let (whole, fraction) = (whole.trim_start_matches('0').to_owned(), fraction.trim_end_matches('0').to_owned());
        let is_zero = whole.is_empty() && fraction.is_empty();
        Some(Self { is_negative: is_negative && !is_zero, whole, fraction })
    }

    fn cmp_size(&self, other: &Self) -> Ordering {
        let whole = self.whole.len().cmp(&other.whole.len()).then_with(|| self.whole.cmp(&other.whole));
        whole.then_with(|| self.fraction.cmp(&other.fraction))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.is_negative, other.is_negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.cmp_size(other),
            (true, true) => other.cmp_size(self),
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert_eq, proptest};

    use super::Decimal;

    fn number(text: &str) -> Decimal {
        Decimal::parse(text).expect("a number")
    }

    proptest! {
        #[test]
        fn numbers_order_as_numbers(a in any::<i64>(), b in any::<i64>(), scale in 0..3usize) {
            let text = |n: i64| {
                let digits = format!("{:04}", n.unsigned_abs());
                let (whole, fraction) = digits.split_at(digits.len() - scale);
                let sign = if n < 0 { "-" } else { "" };
                if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
            };
            prop_assert_eq!(number(&text(a)).cmp(&number(&text(b))), a.cmp(&b));
        }
    }

    #[test]
    fn a_number_has_one_value_however_it_is_written() {
        assert_eq!(number("-0.0"), number("0"));
        assert_eq!(number("+007.50"), number("7.5"));
        assert!(number("0.09") < number("0.1"));
        assert!(number("18446744073709551615") > number("18446744073709551614"));
        for text in ["", "-", ".", "1.", ".5", "1e3", "0x1", "1 ", "١"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }
}
