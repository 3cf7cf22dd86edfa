//! The command line.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::config::{self, Role, keys_of};
use crate::{admin, bench, cluster, roles};

/// Reads the command line and does what it says.
pub(crate) fn run() -> Result<()> {
    let matches = command().get_matches();
    match matches.subcommand().expect("clap requires a subcommand") {
        ("config", matches) => config_command(matches),
        ("cluster", matches) => cluster::run(matches),
        ("admin", matches) => admin::run(matches),
        ("bench", matches) => bench::run(matches),
        (role, matches) => {
            let role = role_named(role).expect("every other subcommand is a role");
            roles::run(role, &resolve(role, matches)?)
        }
    }
}

fn command() -> Command {
    Command::new("cairn")
        .about("S3-compatible object storage as a cluster")
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(Role::ALL.map(role_command))
        .subcommand(config_subcommand())
        .subcommand(cluster::command())
        .subcommand(admin::command())
        .subcommand(bench::command())
}

fn role_command(role: Role) -> Command {
    let about = match role {
        Role::Server => "Runs a whole cluster in this process",
        Role::Metadata => "Runs a metadata node; with an empty directory it waits to be invited",
        Role::Storage => "Runs a storage node",
        Role::Gateway => "Runs a gateway",
    };
    Command::new(role.name()).about(about).arg(file_argument()).args(keys_of(role).map(|key| {
        // The environment is settled together with the file, so that precedence is decided in one place.
        let help = match key.default {
            Some(default) if !default.is_empty() => {
                format!("{}: {} [env {}, default {default}]", key.why, key.value, key.variable())
            }
            _ => format!("{}: {} [env {}]", key.why, key.value, key.variable()),
        };
        Arg::new(key.name).long(key.name).value_name("VALUE").help(help).action(ArgAction::Append)
    }))
}

fn file_argument() -> Arg {
    Arg::new("config")
        .long("config")
        .value_name("FILE")
        .env("CAIRN_CONFIG")
        .help("TOML file of the role's keys")
        .value_parser(value_parser!(PathBuf))
}

fn config_subcommand() -> Command {
    let role = || Arg::new("role").value_name("ROLE").required(true).value_parser(Role::ALL.map(Role::name));
    Command::new("config")
        .about("Looks at configurations without running anything")
        .subcommand_required(true)
        .subcommand(
            Command::new("check").about("Names every fault of a configuration").arg(role()).arg(file_argument()),
        )
        .subcommand(
            Command::new("print")
                .about("Prints the settled configuration and where each value came from; secrets are never shown")
                .arg(role())
                .arg(file_argument())
                .arg(
                    Arg::new("redacted")
                        .long("redacted")
                        .action(ArgAction::SetTrue)
                        .help("secrets are always redacted"),
                ),
        )
        .subcommand(Command::new("reference").about("Prints the reference of all keys"))
}

fn role_named(name: &str) -> Option<Role> {
    Role::ALL.into_iter().find(|role| role.name() == name)
}

/// The settled values of a role.
fn resolve(role: Role, matches: &ArgMatches) -> Result<config::Resolved> {
    let flags = keys_of(role)
        .filter_map(|key| {
            // `config check` has no flags but the file's.
            let values = matches.try_get_many::<String>(key.name).ok().flatten()?;
            Some((key.name, values.cloned().collect()))
        })
        .collect();
    let file = matches.get_one::<PathBuf>("config");
    Ok(config::resolve(role, flags, file.map(PathBuf::as_path))?)
}

fn config_command(matches: &ArgMatches) -> Result<()> {
    let (what, matches) = matches.subcommand().expect("clap requires a subcommand");
    if what == "reference" {
        print!("{}", config::reference());
        return Ok(());
    }
    let role = matches.get_one::<String>("role").and_then(|name| role_named(name));
    let Some(role) = role else { bail!("no such role") };
    let resolved = resolve(role, matches)?;
    if what == "print" {
        print!("{}", config::print(role, &resolved));
        return Ok(());
    }
    config::check(role, &resolved)?;
    println!("the configuration of {} is good", role.name());
    Ok(())
}
