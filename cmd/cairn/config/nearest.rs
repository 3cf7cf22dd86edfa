//! The known name nearest to an unknown one.

/// The name of `known` with the fewest changed letters, if it is near enough to be meant.
pub(crate) fn nearest<'a>(unknown: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let unknown = unknown.replace('_', "-").to_lowercase();
    known
        .map(|name| (distance(&unknown, name), name))
        .min()
        .filter(|(changes, name)| *changes <= name.len().max(unknown.len()) / 2)
        .map(|(_, name)| name)
}

/// Levenshtein's distance: insertions, deletions and substitutions.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in right.iter().enumerate() {
            let substituted = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_typo_finds_the_name_that_was_meant() {
        let known = ["listen", "admin-listen", "data", "domain"];
        assert_eq!(nearest("lissen", known.into_iter()), Some("listen"));
        assert_eq!(nearest("admin_listen", known.into_iter()), Some("admin-listen"));
        assert_eq!(nearest("zzzzzzzz", known.into_iter()), None);
    }
}
