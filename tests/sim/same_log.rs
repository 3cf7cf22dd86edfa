//! One seed gives one log: two runs are compared byte by byte.

use cairn_runtime::sim::{Event, Outcome};

/// Lines that both logs have and that are shown before the first that differs.
const LINES_BEFORE: usize = 3;

/// `Err` names the first line that differs.
pub(crate) fn logs_are_equal<T>(first: &Outcome<T>, second: &Outcome<T>) -> Result<(), String> {
    let (one, other) = (text(&first.events), text(&second.events));
    if one != other {
        return Err(parting(&one, &other));
    }
    if first.digest != second.digest {
        // What has no line of its own is in the digest: messages, tasks.
        return Err(format!("the runs part after the last of {} equal lines", first.events.len()));
    }
    Ok(())
}

fn text(events: &[Event]) -> String {
    events.iter().map(|event| format!("{event}\n")).collect()
}

fn parting(one: &str, other: &str) -> String {
    let (one, other): (Vec<&str>, Vec<&str>) = (one.lines().collect(), other.lines().collect());
    let equal = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
    let line = |lines: &[&str]| lines.get(equal).copied().unwrap_or("(the log ends)").to_owned();
    let before = one[equal.saturating_sub(LINES_BEFORE)..equal].join("\n");
    format!("line {} differs\n{before}\nfirst:  {}\nsecond: {}", equal + 1, line(&one), line(&other))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Event, Outcome, logs_are_equal};

    fn outcome(texts: &[&str], digest: u64) -> Outcome<()> {
        let event = |text: &&str| Event {
            at: Duration::from_secs(1),
            node: "node".to_owned(),
            text: (*text).to_owned(),
            digest: 7,
        };
        Outcome { value: (), events: texts.iter().map(event).collect(), digest }
    }

    #[test]
    fn equal_logs_are_equal() {
        assert_eq!(logs_are_equal(&outcome(&["a", "b"], 1), &outcome(&["a", "b"], 1)), Ok(()));
    }

    #[test]
    fn the_first_line_that_differs_is_named() {
        let error = logs_are_equal(&outcome(&["a", "b", "c"], 1), &outcome(&["a", "x", "y"], 1)).unwrap_err();
        assert!(error.starts_with("line 2 differs"), "{error}");
        assert!(error.contains("first:  ") && error.contains(": b [") && error.contains(": x ["), "{error}");
        assert!(!error.contains(": c ["), "{error}");
    }

    #[test]
    fn a_log_that_ends_early_differs() {
        let error = logs_are_equal(&outcome(&["a", "b"], 1), &outcome(&["a"], 1)).unwrap_err();
        assert!(error.starts_with("line 2 differs") && error.ends_with("second: (the log ends)"), "{error}");
    }

    #[test]
    fn what_differs_after_the_last_line_differs() {
        let error = logs_are_equal(&outcome(&["a"], 1), &outcome(&["a"], 2)).unwrap_err();
        assert!(error.contains("after the last of 1 equal lines"), "{error}");
    }
}
