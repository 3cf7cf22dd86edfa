//! All ways to take some of many.

/// Subsets of `0..of` with `size` elements, in lexicographic order.
pub(crate) struct Combinations {
    of: usize,
    next: Option<Vec<usize>>,
}

impl Combinations {
    pub(crate) fn new(of: usize, size: usize) -> Self {
        Self { of, next: (size <= of).then(|| (0..size).collect()) }
    }

    /// How many there are, or `u64::MAX`.
    pub(crate) fn count_of(of: usize, size: usize) -> u64 {
        if size > of {
            return 0;
        }
        let step = |ways: u64, place: u64| Some(ways.checked_mul(of as u64 - place)? / (place + 1));
        (0..size.min(of - size) as u64).try_fold(1, step).unwrap_or(u64::MAX)
    }
}

impl Iterator for Combinations {
    type Item = Vec<usize>;

    fn next(&mut self) -> Option<Vec<usize>> {
        let current = self.next.take()?;
        let size = current.len();
        if let Some(place) = (0..size).rev().find(|place| current[*place] < self.of - size + place) {
            let mut following = current.clone();
            for (offset, value) in following[place..].iter_mut().enumerate() {
                *value = current[place] + 1 + offset;
            }
            self.next = Some(following);
        }
        Some(current)
    }
}

#[cfg(test)]
mod tests {
    use super::Combinations;

    #[test]
    fn each_subset_comes_once_in_order() {
        assert_eq!(Combinations::new(4, 2).collect::<Vec<_>>(), [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]);
        assert_eq!(Combinations::new(3, 3).count(), 1);
        assert_eq!(Combinations::new(2, 3).count(), 0);
        assert_eq!(Combinations::new(2, 0).count(), 1);
    }

    #[test]
    fn they_are_counted_without_being_made() {
        for (of, size) in (0..12).flat_map(|of| (0..=12).map(move |size| (of, size))) {
            assert_eq!(Combinations::count_of(of, size), Combinations::new(of, size).count() as u64, "{of} {size}");
        }
        assert_eq!(Combinations::count_of(1000, 500), u64::MAX);
    }
}
