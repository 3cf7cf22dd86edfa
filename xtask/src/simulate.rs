//! `make sim` and `make sim-meta`: the simulator's tests in the `sim` profile (optimised, assertions on), with a seed that is
//! given or picked. The seed is the bug report, so it is printed first.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};

use crate::command::cargo;
use crate::packages;
use crate::places::Places;
use crate::rocksdb;
use crate::tally::Tally;

/// The test (a part of its name) that runs the whole cluster with the seed in `CAIRN_SIM_SEED`.
const ONE_SEED: &str = "one_seed_keeps_every_promise";
/// The test that runs the seed twice and compares the logs byte by byte.
const TWICE: &str = "one_seed_gives_one_log";

/// Runs one seed.
pub(crate) fn one_seed(places: &Places, arguments: &[String]) -> Result<()> {
    simulate(places, ONE_SEED, arguments)
}

/// Runs one seed twice.
pub(crate) fn same_seed_twice(places: &Places, arguments: &[String]) -> Result<()> {
    simulate(places, TWICE, arguments)
}

fn simulate(places: &Places, test: &str, arguments: &[String]) -> Result<()> {
    let seed = seed(arguments)?;
    println!("seed {seed}");
    packages::ensure_build()?;
    rocksdb::ensure(places)?;
    let mut tests = cargo(places);
    tests.args(["test", "--profile", "sim", "--package", "cairn-tests", "--", "--nocapture", test]);
    let tally = Tally::of(tests.env("CAIRN_SIM_SEED", seed.to_string()), Tally::from_cargo)?;
    if tally.passed == 0 {
        bail!("no test named {test} passed; seed {seed}");
    }
    if tally.failed > 0 {
        bail!("seed {seed} failed; it fails again with SEED={seed}");
    }
    Ok(())
}

fn seed(arguments: &[String]) -> Result<u64> {
    match arguments {
        [] => Ok(u64::from(SystemTime::now().duration_since(UNIX_EPOCH)?.subsec_nanos())),
        [flag, value] if flag == "--seed" => value.parse().with_context(|| format!("{value:?} is not a seed")),
        other => bail!("unknown options {other:?}: only --seed N"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_taken_as_given() {
        assert_eq!(seed(&["--seed".to_owned(), "7".to_owned()]).unwrap(), 7);
        assert!(seed(&["--seed".to_owned(), "x".to_owned()]).is_err());
        assert!(seed(&["7".to_owned()]).is_err());
    }
}
