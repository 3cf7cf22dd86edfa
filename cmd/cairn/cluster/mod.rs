//! `cairn cluster …`: making a cluster, and running one of many processes on this machine.

mod file;
mod init;
mod layout;
mod process;
mod up;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Arg, ArgMatches, Command, value_parser};

pub(crate) use init::{InitRequest, initialise};

/// The subcommand.
pub(crate) fn command() -> Command {
    let directory = || {
        Arg::new("dir")
            .long("dir")
            .env("CAIRN_DIR")
            .value_name("DIRECTORY")
            .required(true)
            .value_parser(value_parser!(PathBuf))
            .help("keeps the cluster: configurations, data, logs and cluster.json")
    };
    let count = |name: &'static str, variable: &'static str, default: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .env(variable)
            .default_value(default)
            .value_parser(value_parser!(u16).range(1..=64))
            .help(help)
    };
    Command::new("cluster")
        .about("Makes clusters, and runs one of many processes on this machine")
        .subcommand_required(true)
        .subcommand(
            Command::new("up")
                .about("Starts a cluster of real processes on 127.0.0.1, or starts it again; Ctrl-C stops it")
                .arg(directory())
                .arg(count("metadata", "CAIRN_METADATA_NODES", "3", "metadata nodes"))
                .arg(count("storage", "CAIRN_STORAGE_NODES", "6", "storage nodes"))
                .arg(count("gateways", "CAIRN_GATEWAYS", "2", "gateways"))
                .arg(
                    Arg::new("region")
                        .long("region")
                        .env("CAIRN_REGION")
                        .default_value("us-east-1")
                        .help("name of the region"),
                ),
        )
        .subcommand(
            Command::new("start")
                .about("Starts processes of a running cluster again")
                .arg(directory())
                .arg(Arg::new("name").value_name("NAME").required(true).num_args(1..).help("as in cluster.json")),
        )
        .subcommand(init::command())
        .subcommand(init::grow_command())
}

/// Does what the command line says.
pub(crate) fn run(matches: &ArgMatches) -> Result<()> {
    let directory = |matches: &ArgMatches| matches.get_one::<PathBuf>("dir").expect("dir is required").clone();
    match matches.subcommand().expect("clap requires a subcommand") {
        ("up", matches) => up::up(&directory(matches), &layout::Shape::of(matches)),
        ("start", matches) => {
            let names: Vec<String> = matches.get_many("name").into_iter().flatten().cloned().collect();
            up::start(&directory(matches), &names)
        }
        ("init", matches) => init::run(matches),
        ("grow", matches) => init::run_grow(matches),
        (other, _) => unreachable!("clap knows no cluster {other}"),
    }
}
