//! `{a...b}` in paths: `disk{1...6}` is disk1 to disk6, `d{01...12}` keeps the zeroes.

/// Most directories one pattern may name.
const EXPANDED_MAX: u64 = 1_024;

/// Every path that `pattern` names, in order.
pub(crate) fn expand(pattern: &str) -> Result<Vec<String>, String> {
    let Some((before, rest)) = pattern.split_once('{') else { return Ok(vec![pattern.to_owned()]) };
    let (range, after) = rest.split_once('}').ok_or_else(|| format!("{pattern:?} has a {{ without a }}"))?;
    let wrong = || format!("{{{range}}} is not a range such as {{1...6}}");
    let (first, last) = range.split_once("...").ok_or_else(wrong)?;
    let width = if first.starts_with('0') { first.len() } else { 0 };
    let (first, last): (u64, u64) =
        first.parse().ok().zip(last.parse().ok()).filter(|(first, last)| first <= last).ok_or_else(wrong)?;
    if last - first >= EXPANDED_MAX {
        return Err(format!("{{{range}}} names more than {EXPANDED_MAX} directories"));
    }
    let after = expand(after)?;
    Ok((first..=last).flat_map(|n| after.iter().map(move |after| format!("{before}{n:0width$}{after}"))).collect())
}

#[cfg(test)]
mod tests {
    use super::expand;

    #[test]
    fn ranges_expand_in_order_and_nest_side_by_side() {
        assert_eq!(expand("d{1...3}").expect("valid"), ["d1", "d2", "d3"]);
        assert_eq!(expand("d{09...10}/x").expect("valid"), ["d09/x", "d10/x"]);
        assert_eq!(expand("a{1...2}b{1...2}").expect("valid"), ["a1b1", "a1b2", "a2b1", "a2b2"]);
        assert_eq!(expand("plain").expect("valid"), ["plain"]);
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for pattern in ["d{1..3}", "d{3...1}", "d{a...b}", "d{1...", "d{1...99999}"] {
            assert!(expand(pattern).is_err(), "{pattern}");
        }
    }
}
