//! `cairn bench …`.

use anyhow::Result;
use cairn_bench::BenchArguments;
use clap::{ArgMatches, Args, Command, FromArgMatches};

/// The subcommand.
pub(crate) fn command() -> Command {
    BenchArguments::augment_args(Command::new("bench").about("Measures an S3 endpoint, or Cairn itself"))
}

/// Does what the command line says.
pub(crate) fn run(matches: &ArgMatches) -> Result<()> {
    cairn_bench::run(BenchArguments::from_arg_matches(matches)?)
}
