//! Arguments that several commands have, and the names in them.

use anyhow::Result;
use cairn_gateway::admin::{AccountReference, NameError, UserName};
use clap::{Arg, ArgAction, ArgMatches, Command};

/// The admin listener to ask.
pub(super) fn endpoint_argument() -> Arg {
    Arg::new("endpoint")
        .long("endpoint")
        .env("CAIRN_ADMIN_ENDPOINT")
        .default_value("http://127.0.0.1:9001")
        .help("admin listener: of any process for status, of a gateway or the embedded server for everything else")
}

/// Whether a program reads the answer.
pub(super) fn json_argument() -> Arg {
    Arg::new("json").long("json").action(ArgAction::SetTrue).help("for programs")
}

/// A command of the admin API.
pub(super) fn api_command(name: &'static str, about: &'static str) -> Command {
    Command::new(name).about(about).arg(endpoint_argument()).arg(json_argument())
}

/// What a command is about.
pub(super) fn name_argument(help: &'static str) -> Arg {
    Arg::new("name").value_name("NAME").required(true).help(help)
}

/// The account that a command is about.
pub(super) fn account_argument() -> Arg {
    Arg::new("account")
        .long("account")
        .value_name("ACCOUNT")
        .help("name, e-mail address, 12-digit id or canonical id of the account; your own where it is left out")
}

/// The user that a command is about.
pub(super) fn user_argument(help: &'static str) -> Arg {
    Arg::new("user").long("user").value_name("USER").help(help)
}

/// The value of a required argument.
pub(super) fn required<'a>(matches: &'a ArgMatches, name: &str) -> &'a str {
    matches.get_one::<String>(name).expect("clap requires the argument")
}

/// The account that was named, if one was.
pub(super) fn account(matches: &ArgMatches) -> Result<Option<AccountReference>> {
    Ok(optional(matches, "account", AccountReference::parse)?)
}

/// The user that was named, if one was.
pub(super) fn user(matches: &ArgMatches) -> Result<Option<UserName>> {
    Ok(optional(matches, "user", UserName::parse)?)
}

fn optional<T>(
    matches: &ArgMatches,
    name: &str,
    parse: impl FnOnce(&str) -> Result<T, NameError>,
) -> Result<Option<T>, NameError> {
    matches.get_one::<String>(name).map(|text| parse(text)).transpose()
}
