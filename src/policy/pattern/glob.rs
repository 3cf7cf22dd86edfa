//! Wildcards.

/// A pattern in which `*` stands for any text and `?` for any one character.
///
/// # Limits
/// Whatever the pattern, matching looks at each character of the text once for each 64 characters of the pattern at most:
/// the pieces between two `*` are found one after the other, leftmost first, and a place once found is never given up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Glob {
    head: Segment,
    /// What follows the first `*`, if there is one.
    rest: Option<Rest>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct Rest {
    middle: Vec<Segment>,
    tail: Segment,
}

/// What one character of the text must be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Wild {
    /// This one.
    Char(char),
    /// Any.
    One,
    /// Any number of any.
    Many,
}

/// A piece without `*`.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Segment {
    Text(Box<str>),
    /// `None` is a `?`.
    Mixed(Box<[Option<char>]>),
}

impl Glob {
    /// Reads `*` and `?` as wildcards.
    pub(crate) fn parse(text: &str) -> Self {
        Self::new(text.chars().map(|char| match char {
            '*' => Wild::Many,
            '?' => Wild::One,
            char => Wild::Char(char),
        }))
    }

    pub(crate) fn new(wilds: impl IntoIterator<Item = Wild>) -> Self {
        let mut segments = vec![Vec::new()];
        for wild in wilds {
            match (wild, segments.last_mut()) {
                (Wild::Many, _) | (_, None) => segments.push(Vec::new()),
                (Wild::One, Some(last)) => last.push(None),
                (Wild::Char(char), Some(last)) => last.push(Some(char)),
            }
        }
        let mut segments = segments.into_iter().map(Segment::new);
        let head = segments.next().expect("there is one segment from the start");
        let mut middle: Vec<_> = segments.collect();
        let rest = middle.pop().map(|tail| {
            middle.retain(|segment| !segment.is_empty());
            Rest { middle, tail }
        });
        Self { head, rest }
    }

    /// Whether all of `text` is as the pattern says.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let Some(mut text) = self.head.after_start(text) else { return false };
        let Some(Rest { middle, tail }) = &self.rest else { return text.is_empty() };
        for segment in middle {
            match segment.after_first(text) {
                Some(after) => text = after,
                None => return false,
            }
        }
        tail.is_end_of(text)
    }

    /// The only text that matches, if there are no wildcards.
    pub(crate) fn as_fixed(&self) -> Option<&str> {
        match (&self.head, &self.rest) {
            (Segment::Text(text), None) => Some(text),
            _ => None,
        }
    }
}

impl Segment {
    fn new(chars: Vec<Option<char>>) -> Self {
        match chars.iter().copied().collect::<Option<String>>() {
            Some(text) => Self::Text(text.into()),
            None => Self::Mixed(chars.into()),
        }
    }

    fn is_empty(&self) -> bool {
        matches!(self, Self::Text(text) if text.is_empty())
    }

    fn after_start<'t>(&self, text: &'t str) -> Option<&'t str> {
        match self {
            Self::Text(segment) => text.strip_prefix(&**segment),
            Self::Mixed(chars) => {
                let mut rest = text.chars();
                chars.iter().all(|wanted| is_wanted(*wanted, rest.next())).then_some(rest.as_str())
            }
        }
    }

    fn is_end_of(&self, text: &str) -> bool {
        match self {
            Self::Text(segment) => text.ends_with(&**segment),
            Self::Mixed(chars) => {
                let mut rest = text.chars();
                chars.iter().rev().all(|wanted| is_wanted(*wanted, rest.next_back()))
            }
        }
    }

    /// What follows the leftmost place where the segment stands.
    fn after_first<'t>(&self, text: &'t str) -> Option<&'t str> {
        match self {
            Self::Text(segment) => text.find(&**segment).map(|at| &text[at + segment.len()..]),
            Self::Mixed(chars) => after_first_mixed(chars, text),
        }
    }
}

fn is_wanted(wanted: Option<char>, found: Option<char>) -> bool {
    found.is_some_and(|found| wanted.is_none_or(|wanted| wanted == found))
}

/// Shift-and: bit `i` of the state says that the first `i + 1` characters of the segment end here.
fn after_first_mixed<'t>(chars: &[Option<char>], text: &'t str) -> Option<&'t str> {
    let words = chars.len().div_ceil(64);
    let mut state = vec![0u64; words];
    let mut masks = std::collections::BTreeMap::<char, Vec<u64>>::new();
    let mut any = vec![0u64; words];
    for (index, wanted) in chars.iter().enumerate() {
        let mask = match wanted {
            None => &mut any,
            Some(char) => masks.entry(*char).or_insert_with(|| vec![0; words]),
        };
        mask[index / 64] |= 1 << (index % 64);
    }
    let mut rest = text.chars();
    while let Some(char) = rest.next() {
        let mask = masks.get(&char);
        let mut carry = 1;
        for (word, bits) in state.iter_mut().enumerate() {
            let (shifted, next) = (*bits << 1 | carry, *bits >> 63);
            *bits = shifted & (any[word] | mask.map_or(0, |mask| mask[word]));
            carry = next;
        }
        if state[words - 1] >> ((chars.len() - 1) % 64) & 1 == 1 {
            return Some(rest.as_str());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert_eq, proptest};

    use super::Glob;

    /// By trying everything.
    fn naive(pattern: &[char], text: &[char]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, None) => true,
            (None, Some(_)) => false,
            (Some(('*', rest)), _) => (0..=text.len()).any(|skip| naive(rest, &text[skip..])),
            (Some(('?', rest)), Some((_, text))) => naive(rest, text),
            (Some((wanted, rest)), Some((found, text))) => wanted == found && naive(rest, text),
            (Some(_), None) => false,
        }
    }

    proptest! {
        #[test]
        fn wildcards_match_what_trying_everything_matches(pattern in "[abä*?]{0,9}", text in "[abä]{0,12}") {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            prop_assert_eq!(Glob::parse(&pattern).matches(&text), naive(&chars(&pattern), &chars(&text)));
        }

        #[test]
        fn segments_longer_than_a_word_are_found(before in "[ab]{0,70}", after in "[ab]{0,70}", end in "[ab]{0,3}") {
            let wanted = format!("*{before}?{after}*");
            let text = format!("b{before}a{after}{end}");
            prop_assert_eq!(Glob::parse(&wanted).matches(&text), true);
        }
    }

    #[test]
    fn a_star_crosses_slashes_and_matches_nothing_at_all() {
        let pattern = Glob::parse("home/*");
        assert!(pattern.matches("home/") && pattern.matches("home/a/b"));
        assert!(!pattern.matches("home") && !pattern.matches("xhome/a"));
        assert!(Glob::parse("*").matches("") && Glob::parse("**").matches(""));
        assert!(!Glob::parse("?").matches("") && Glob::parse("?").matches("ä"));
    }

    #[test]
    fn hostile_patterns_cost_no_more_than_their_length() {
        let pattern = format!("{}b", "*a?".repeat(600));
        let text = "a".repeat(1_024);
        // Exponential search would not end within the life of the machine.
        assert!(!Glob::parse(&pattern).matches(&text));
        assert!(!Glob::parse(&format!("*{}?b*", "a".repeat(1_000))).matches(&text));
    }
}
