//! Repository commands behind the Makefile: each file here is one command or one check.
//!
//! # Invariants
//! `check` writes nothing into the checkout, and only `fix` edits sources. Everything that is downloaded or built lies in the
//! user's cache ([`places`]), never in the checkout.

mod bench;
mod check;
mod checks;
mod clients;
mod command;
mod packages;
mod places;
mod rocksdb;
mod run;
mod simulate;
mod stage;
mod tally;
mod test;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::places::Places;

const USAGE: &str = "\
usage: xtask COMMAND
  run [ARGS]                       build and run a whole cluster in one process; ARGS go to `cairn server`
  test                             install what is missing, run every test
  check                            formatting, lints, layers, licences, documentation; read-only
  fix                              formatting and lint fixes
  sim [--seed N]                   one seed of the simulator
  sim-meta [--seed N]              one seed twice, logs compared
  s3                               the client suites alone
  chaos [--scenario X] [--seed N]  faults on real processes
  bench [ARGS]                     the canonical workloads; ARGS go to `cairn bench table`
  rocksdb                          build RocksDB into the user's cache unless it is there
  deps                             the layer check alone";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<()> {
    let places = Places::find()?;
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => bail!("no command\n{USAGE}"),
    };
    match command {
        "run" => run::run(&places, rest),
        "test" => test::test(&places),
        "check" => check::check(&places),
        "fix" => check::fix(&places),
        "sim" => simulate::one_seed(&places, rest),
        "sim-meta" => simulate::same_seed_twice(&places, rest),
        "s3" => test::clients_alone(&places),
        "chaos" => test::chaos_alone(&places, rest),
        "bench" => bench::bench(&places, rest),
        "rocksdb" => rocksdb::ensure(&places),
        "deps" => checks::layers::check(&places),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(())
        }
        unknown => bail!("unknown command {unknown:?}\n{USAGE}"),
    }
}
