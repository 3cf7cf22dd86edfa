//! `cairn admin kms`

use anyhow::Result;
use cairn_gateway::admin::{
    CreateKmsKey, DeleteKmsKey, KmsKeyInfo, KmsKeyList, KmsKeyName, ListKmsKeys, RotateKmsKey, SetKmsKeyState, State,
};
use clap::{Arg, ArgMatches, Command};

use super::arguments::{api_command, name_argument, required};
use super::show::{Form, fields, table};
use super::signed_client::SignedClient;

/// The subcommands.
pub(super) fn command() -> Command {
    let description = Arg::new("description")
        .long("description")
        .value_name("TEXT")
        .default_value("")
        .help("what the key is for, for people");
    let about = |name, about| api_command(name, about).arg(name_argument("name of the key, as requests say it"));
    Command::new("kms")
        .about("Keys of the key service, for objects encrypted with aws:kms")
        .subcommand_required(true)
        .subcommand(about("create", "Makes a key").arg(description))
        .subcommand(api_command("list", "Lists the keys"))
        .subcommand(about("rotate", "Gives a key new material; what the old encrypted stays readable"))
        .subcommand(about("disable", "Lets a key neither encrypt nor decrypt, until it is enabled"))
        .subcommand(about("enable", "Lets a key encrypt and decrypt again"))
        .subcommand(about("delete", "Removes a key: what it encrypted cannot be read any more, ever"))
}

/// Does what the command line says.
pub(super) fn run(client: &SignedClient, form: Form, verb: &str, matches: &ArgMatches) -> Result<()> {
    let name = || KmsKeyName::parse(required(matches, "name"));
    match verb {
        "create" => {
            let description = required(matches, "description").to_owned();
            form.print(&client.call(&CreateKmsKey { name: name()?, description })?, info)
        }
        "list" => {
            let mut all = KmsKeyList { keys: Vec::new(), more: true };
            while all.more {
                let after = all.keys.last().map(|key: &KmsKeyInfo| key.key_name.clone()).unwrap_or_default();
                let page = client.call(&ListKmsKeys { after })?;
                all.keys.extend(page.keys);
                all.more = page.more;
            }
            form.print(&all, list)
        }
        "rotate" => form.print(&client.call(&RotateKmsKey { name: name()? })?, info),
        "disable" => form.print(&client.call(&SetKmsKeyState { name: name()?, state: State::Disabled })?, info),
        "enable" => form.print(&client.call(&SetKmsKeyState { name: name()?, state: State::Active })?, info),
        "delete" => {
            let name = name()?;
            let text = format!("key '{name}' is deleted\n");
            form.print(&client.call(&DeleteKmsKey { name })?, |_| text)
        }
        other => unreachable!("clap knows no admin kms {other}"),
    }
}

fn info(key: &KmsKeyInfo) -> String {
    let version = key.version.to_string();
    fields(&[
        ("name", &key.key_name),
        ("state", key.state.word()),
        ("version", &version),
        ("rotated", &key.rotated),
        ("description", &key.description),
    ])
}

fn list(list: &KmsKeyList) -> String {
    let row = |key: &KmsKeyInfo| {
        [key.key_name.clone(), key.state.word().to_owned(), key.version.to_string(), key.rotated.clone()]
    };
    table(["NAME", "STATE", "VERSION", "ROTATED"], &list.keys.iter().map(row).collect::<Vec<_>>())
}
