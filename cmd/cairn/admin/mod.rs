//! Administration: the listener that every process has, and the commands that talk to it.

mod account;
mod arguments;
mod client;
mod http;
mod key;
mod key_source;
mod kms;
mod listener;
mod metrics;
mod policy;
mod recover;
mod show;
mod signed_client;
mod status;
mod text;
mod user;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Arg, ArgAction, ArgMatches, Command};

use arguments::api_command;
use show::Form;
use signed_client::SignedClient;

use crate::roles;

pub(crate) use listener::{AdminListener, Collect, Readiness};
pub(crate) use metrics::start_metrics;
pub(crate) use status::{DiskLine, GroupCounts, MemberLine, NodeLine, ShardLine, StatusPage, StatusSource};

/// What the commands that change anything need.
const KEY_HELP: &str = "account, user, key, policy and kms are signed with an administrator's access key: CAIRN_ADMIN_ACCESS_KEY and \
CAIRN_ADMIN_SECRET_KEY, else CAIRN_ROOT_ACCESS_KEY and CAIRN_ROOT_SECRET_KEY, or the same with _FILE.";

/// The subcommand.
pub(crate) fn command() -> Command {
    let data = Arg::new("data")
        .long("data")
        .env("CAIRN_DATA")
        .required(true)
        .action(ArgAction::Append)
        .help("directories as given to `cairn server`, or the one of a metadata node");
    Command::new("admin")
        .about("Looks after a cluster")
        .subcommand_required(true)
        .after_help(KEY_HELP)
        .subcommand(api_command("status", "Nodes, disks, shards, redundancy"))
        .subcommand(api_command("collect", "Collects garbage now and says how much"))
        .subcommand(account::command())
        .subcommand(user::command())
        .subcommand(key::command())
        .subcommand(policy::command())
        .subcommand(kms::command())
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
        (noun, matches) => {
            let (verb, matches) = matches.subcommand().expect("clap requires a subcommand");
            call(noun, verb, matches)
        }
    }
}

/// A command of the admin API.
fn call(noun: &str, verb: &str, matches: &ArgMatches) -> Result<()> {
    let form = if matches.get_flag("json") { Form::Json } else { Form::Text };
    let administrator = key_source::from_environment()?;
    roles::run_client(async |context| {
        let client = SignedClient::new(endpoint(matches), administrator, context.clock);
        match noun {
            "account" => account::run(&client, form, verb, matches),
            "user" => user::run(&client, form, verb, matches),
            "key" => key::run(&client, form, verb, matches),
            "policy" => policy::run(&client, form, verb, matches),
            "kms" => kms::run(&client, form, verb, matches),
            other => unreachable!("clap knows no admin {other}"),
        }
    })
}

fn endpoint(matches: &ArgMatches) -> &str {
    matches.get_one::<String>("endpoint").expect("endpoint has a default")
}
