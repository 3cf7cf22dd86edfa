//! Counting tests across runners: reads the summary lines of `cargo test` and of pytest.

use std::fmt;
use std::io::{BufRead, BufReader};
use std::ops::AddAssign;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::command::shown;

/// How many tests passed and failed; the form that `Display` gives is the closing line of `make test`.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    pub passed: u64,
    pub failed: u64,
}

impl Tally {
    /// One failure that no runner counted.
    pub(crate) const ONE_FAILURE: Self = Self { passed: 0, failed: 1 };

    /// Runs a test runner, shows its output, and counts the summary lines that `read` understands. A runner that fails without
    /// naming a failed test (a crash, a build error) counts as one failure.
    pub(crate) fn of(runner: &mut Command, read: fn(&str) -> Option<Self>) -> Result<Self> {
        let shown = shown(runner);
        let mut child = runner.stdout(Stdio::piped()).spawn().with_context(|| format!("start {shown}"))?;
        let stdout = child.stdout.take().context("the output of the runner is a pipe")?;
        let mut tally = Self::default();
        let mut lines = BufReader::new(stdout);
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line)? > 0 {
            let text = String::from_utf8_lossy(&line);
            print!("{text}");
            tally += read(&text).unwrap_or_default();
            line.clear();
        }
        let status = child.wait()?;
        if !status.success() && tally.failed == 0 {
            println!("{shown}: {status}");
            tally += Self::ONE_FAILURE;
        }
        Ok(tally)
    }

    /// `test result: ok. 12 passed; 0 failed; 1 ignored; …`
    pub(crate) fn from_cargo(line: &str) -> Option<Self> {
        let counts = line.strip_prefix("test result: ")?.split_once(". ")?.1;
        Some(Self::sum(counts.split(';')))
    }

    /// `==== 12 passed, 1 failed, 1 error in 3.21s ====` (or the same without the rule, when quiet).
    pub(crate) fn from_pytest(line: &str) -> Option<Self> {
        let counts = line.trim().trim_matches('=').trim().rsplit_once(" in ")?.0;
        let is_summary = counts.split(',').all(|count| number_and_word(count).is_some());
        is_summary.then(|| Self::sum(counts.split(',')))
    }

    fn sum<'a>(counts: impl Iterator<Item = &'a str>) -> Self {
        let mut tally = Self::default();
        for (number, word) in counts.filter_map(number_and_word) {
            match word {
                "passed" | "xpassed" => tally.passed += number,
                "failed" | "error" | "errors" => tally.failed += number,
                _ => {}
            }
        }
        tally
    }
}

fn number_and_word(count: &str) -> Option<(u64, &str)> {
    let (number, word) = count.trim().split_once(' ')?;
    Some((number.parse().ok()?, word))
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(passed: u64, failed: u64) -> Tally {
        Tally { passed, failed }
    }

    #[test]
    fn summaries_of_cargo_are_counted() {
        let line =
            "test result: FAILED. 12 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
        assert_eq!(Tally::from_cargo(line), Some(tally(12, 2)));
        assert_eq!(Tally::from_cargo("test a::passes ... ok"), None);
    }

    #[test]
    fn summaries_of_pytest_are_counted_with_errors_as_failures() {
        let line = "===== 1 failed, 12 passed, 3 skipped, 2 warnings, 1 error in 3.21s (0:00:03) =====\n";
        assert_eq!(Tally::from_pytest(line), Some(tally(12, 2)));
        assert_eq!(Tally::from_pytest("7 passed in 0.10s"), Some(tally(7, 0)));
        assert_eq!(Tally::from_pytest("tests in a line"), None);
        assert_eq!(Tally::from_pytest("5 files found in 3 places"), Some(tally(0, 0)));
    }

    #[test]
    fn a_runner_that_dies_without_a_summary_counts_as_one_failure() {
        let mut runner = Command::new("sh");
        runner.args(["-c", "echo 'test result: ok. 3 passed; 0 failed; 0 ignored'; exit 101"]);
        assert_eq!(Tally::of(&mut runner, Tally::from_cargo).unwrap(), tally(3, 1));
    }

    #[test]
    fn the_closing_line_has_the_form_that_ci_reads() {
        assert_eq!(tally(3, 0).to_string(), "3 passed, 0 failed");
    }
}
