//! `cairn admin key`

use anyhow::Result;
use cairn_gateway::admin::{CreateKey, DeleteKey, KeyCreated, KeyInfo, KeyList, ListKeys, SetKeyState, State};
use clap::{ArgMatches, Command};

use super::arguments::{account, account_argument, api_command, name_argument, required, user, user_argument};
use super::show::{Form, fields, table};
use super::signed_client::SignedClient;

/// The subcommands.
pub(super) fn command() -> Command {
    let of_user = |name, about| {
        let user = user_argument("user of the account; the account itself where it is left out");
        api_command(name, about).arg(account_argument()).arg(user)
    };
    let about = |name, about| api_command(name, about).arg(name_argument("id of the access key"));
    Command::new("key")
        .about("Access keys of accounts and users: at most two active ones of each")
        .subcommand_required(true)
        .subcommand(of_user("create", "Makes an access key, whose secret is shown this once"))
        .subcommand(of_user("list", "Lists access keys"))
        .subcommand(about("disable", "Refuses an access key, within 5 seconds"))
        .subcommand(about("enable", "Takes an access key again"))
        .subcommand(about("delete", "Removes an access key; it is refused within 5 seconds"))
}

/// Does what the command line says.
pub(super) fn run(client: &SignedClient, form: Form, verb: &str, matches: &ArgMatches) -> Result<()> {
    let id = || required(matches, "name").to_owned();
    match verb {
        "create" => {
            let create = CreateKey { account: account(matches)?, user: user(matches)? };
            form.print(&client.call(&create)?, created)
        }
        "list" => form.print(&client.call(&ListKeys { account: account(matches)?, user: user(matches)? })?, list),
        "disable" => form.print(&client.call(&SetKeyState { access_key: id(), state: State::Disabled })?, info),
        "enable" => form.print(&client.call(&SetKeyState { access_key: id(), state: State::Active })?, info),
        "delete" => {
            let text = format!("access key '{}' is deleted\n", id());
            form.print(&client.call(&DeleteKey { access_key: id() })?, |_| text)
        }
        other => unreachable!("clap knows no admin key {other}"),
    }
}

fn created(key: &KeyCreated) -> String {
    fields(&[
        ("account id", &key.account_id),
        ("user", key.user_name.as_deref().unwrap_or("-")),
        ("access key", &key.access_key),
        ("secret key", key.secret_key.expose()),
    ]) + "The secret key is not shown again.\n"
}

fn info(key: &KeyInfo) -> String {
    fields(&[
        ("access key", &key.access_key),
        ("user", key.user_name.as_deref().unwrap_or("-")),
        ("state", key.state.word()),
        ("created", &key.created),
    ])
}

fn list(list: &KeyList) -> String {
    let row = |key: &KeyInfo| [key.access_key.clone(), key.state.word().to_owned(), key.created.clone()];
    table(["ACCESS KEY", "STATE", "CREATED"], &list.keys.iter().map(row).collect::<Vec<_>>())
}
