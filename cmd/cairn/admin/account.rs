//! `cairn admin account`

use anyhow::Result;
use cairn_gateway::admin::{
    AccountCreated, AccountInfo, AccountList, AccountName, AccountReference, CreateAccount, DeleteAccount, Email,
    ListAccounts, NamespaceName, SetAccountState, ShowAccount, State,
};
use clap::{Arg, ArgMatches, Command};

use super::arguments::{api_command, name_argument, required};
use super::show::{Form, fields, table};
use super::signed_client::SignedClient;

const WHICH: &str = "name, e-mail address, 12-digit id or canonical id";

/// The subcommands.
pub(super) fn command() -> Command {
    let email = Arg::new("email").long("email").value_name("E-MAIL").required(true).help("its e-mail address");
    let create = api_command("create", "Makes an account and its first access key, whose secret is shown this once")
        .arg(name_argument("name, shown as its objects' owner"))
        .arg(email);
    let about = |name, about| api_command(name, about).arg(name_argument(WHICH));
    let namespace = Arg::new("namespace")
        .long("namespace")
        .value_name("N")
        .help("its bucket names are unique in this namespace of its own; others say N:bucket");
    Command::new("account")
        .about("Accounts: who owns buckets and objects")
        .subcommand_required(true)
        .subcommand(create.arg(namespace))
        .subcommand(api_command("list", "Lists accounts"))
        .subcommand(about("show", "Shows an account"))
        .subcommand(about("disable", "Refuses all keys of an account and of its users, within 5 seconds"))
        .subcommand(about("enable", "Takes them again"))
        .subcommand(about("delete", "Removes an account that has no users and no buckets"))
}

/// Does what the command line says.
pub(super) fn run(client: &SignedClient, form: Form, verb: &str, matches: &ArgMatches) -> Result<()> {
    match verb {
        "create" => {
            let name = AccountName::parse(required(matches, "name"))?;
            let email = Email::parse(required(matches, "email"))?;
            let namespace =
                matches.get_one::<String>("namespace").map(|text| NamespaceName::parse(text)).transpose()?;
            form.print(&client.call(&CreateAccount { name, email, namespace })?, created)
        }
        "list" => form.print(&all(client)?, list),
        "show" => form.print(&client.call(&ShowAccount { account: which(matches)? })?, info),
        "disable" => set(client, form, matches, State::Disabled),
        "enable" => set(client, form, matches, State::Active),
        "delete" => {
            let account = which(matches)?;
            let text = format!("account '{account}' is deleted\n");
            form.print(&client.call(&DeleteAccount { account })?, |_| text)
        }
        other => unreachable!("clap knows no admin account {other}"),
    }
}

fn which(matches: &ArgMatches) -> Result<AccountReference> {
    Ok(AccountReference::parse(required(matches, "name"))?)
}

fn set(client: &SignedClient, form: Form, matches: &ArgMatches, state: State) -> Result<()> {
    form.print(&client.call(&SetAccountState { account: which(matches)?, state })?, info)
}

/// Every page.
fn all(client: &SignedClient) -> Result<AccountList> {
    let mut list = AccountList { accounts: Vec::new(), more: true };
    while list.more {
        let after = list.accounts.last().map(|account: &AccountInfo| account.display_name.clone());
        let page = client.call(&ListAccounts { after: after.unwrap_or_default() })?;
        list.accounts.extend(page.accounts);
        list.more = page.more;
    }
    Ok(list)
}

fn created(account: &AccountCreated) -> String {
    fields(&[
        ("name", &account.display_name),
        ("e-mail", &account.email),
        ("account id", &account.account_id),
        ("canonical id", &account.canonical_id),
        ("access key", &account.access_key),
        ("secret key", account.secret_key.expose()),
    ]) + "The secret key is not shown again.\n"
}

fn info(account: &AccountInfo) -> String {
    fields(&[
        ("name", &account.display_name),
        ("e-mail", &account.email),
        ("namespace", account.namespace.as_deref().unwrap_or("-")),
        ("account id", &account.account_id),
        ("canonical id", &account.canonical_id),
        ("state", account.state.word()),
        ("administrator", if account.administrator { "yes" } else { "no" }),
        ("created", &account.created),
    ])
}

fn list(list: &AccountList) -> String {
    let row = |account: &AccountInfo| {
        let state = account.state.word().to_owned();
        [account.display_name.clone(), account.account_id.clone(), state, account.email.clone()]
    };
    table(["NAME", "ACCOUNT ID", "STATE", "E-MAIL"], &list.accounts.iter().map(row).collect::<Vec<_>>())
}
