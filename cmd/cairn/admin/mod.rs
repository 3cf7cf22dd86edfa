//! Administration: the listener that every process has, and the commands that talk to it.

mod client;
mod listener;
mod metrics;
mod recover;
mod status;
mod text;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Arg, ArgAction, ArgMatches, Command};

pub(crate) use listener::{AdminListener, Collect, Readiness};
pub(crate) use metrics::start_metrics;
pub(crate) use status::{DiskLine, GroupCounts, MemberLine, NodeLine, ShardLine, StatusPage, StatusSource};

/// The subcommand.
pub(crate) fn command() -> Command {
    let endpoint = || {
        Arg::new("endpoint")
            .long("endpoint")
            .env("CAIRN_ADMIN_ENDPOINT")
            .default_value("http://127.0.0.1:9001")
            .help("admin listener of any process")
    };
    let json = || Arg::new("json").long("json").action(ArgAction::SetTrue).help("for programs");
    let data = Arg::new("data")
        .long("data")
        .env("CAIRN_DATA")
        .required(true)
        .action(ArgAction::Append)
        .help("directories as given to `cairn server`, or the one of a metadata node");
    Command::new("admin")
        .about("Looks after a cluster")
        .subcommand_required(true)
        .subcommand(Command::new("status").about("Nodes, disks, shards, redundancy").arg(endpoint()).arg(json()))
        .subcommand(Command::new("collect").about("Collects garbage now and says how much").arg(endpoint()).arg(json()))
        .subcommand(
            Command::new("metadata").about("Looks after metadata nodes").subcommand_required(true).subcommand(
                Command::new("recover")
                    .about(
                        "Lets the surviving member go on alone after a majority was lost. The process must be stopped",
                    )
                    .arg(data),
            ),
        )
}

/// Does what the command line says.
pub(crate) fn run(matches: &ArgMatches) -> Result<()> {
    match matches.subcommand().expect("clap requires a subcommand") {
        ("status", matches) => client::status(endpoint(matches), matches.get_flag("json")),
        ("collect", matches) => client::collect(endpoint(matches), matches.get_flag("json")),
        ("metadata", matches) => {
            let (_, matches) = matches.subcommand().expect("clap requires a subcommand");
            let mut directories = Vec::new();
            for pattern in matches.get_many::<String>("data").into_iter().flatten() {
                let expanded = crate::braces::expand(pattern).map_err(anyhow::Error::msg)?;
                directories.extend(expanded.into_iter().map(PathBuf::from));
            }
            recover::recover(&directories)
        }
        (other, _) => unreachable!("clap knows no admin {other}"),
    }
}

fn endpoint(matches: &ArgMatches) -> &str {
    matches.get_one::<String>("endpoint").expect("endpoint has a default")
}
