//! `cairn admin user`

use anyhow::Result;
use cairn_gateway::admin::{CreateUser, DeleteUser, ListUsers, ShowUser, UserInfo, UserList, UserName, UserPath};
use clap::{Arg, ArgMatches, Command};

use super::arguments::{account, account_argument, api_command, name_argument, required};
use super::show::{Form, fields, table};
use super::signed_client::SignedClient;

/// The subcommands.
pub(super) fn command() -> Command {
    let path =
        Arg::new("path").long("path").value_name("PATH").default_value("/").help("path before its name in its ARN");
    let api = |name, about| api_command(name, about).arg(account_argument());
    let about = |name, about| api(name, about).arg(name_argument("name of the user"));
    Command::new("user")
        .about("Users of an account")
        .subcommand_required(true)
        .subcommand(about("create", "Makes a user; without policies it may do nothing").arg(path))
        .subcommand(api("list", "Lists the users of an account"))
        .subcommand(about("show", "Shows a user"))
        .subcommand(about("delete", "Removes a user that has no access keys"))
}

/// Does what the command line says.
pub(super) fn run(client: &SignedClient, form: Form, verb: &str, matches: &ArgMatches) -> Result<()> {
    let account = account(matches)?;
    let name = || UserName::parse(required(matches, "name"));
    match verb {
        "create" => {
            let path = UserPath::parse(required(matches, "path"))?;
            form.print(&client.call(&CreateUser { account, name: name()?, path })?, info)
        }
        "list" => {
            let mut all = UserList { users: Vec::new(), more: true };
            while all.more {
                let after = all.users.last().map(|user: &UserInfo| user.user_name.clone()).unwrap_or_default();
                let page = client.call(&ListUsers { account: account.clone(), after })?;
                all.users.extend(page.users);
                all.more = page.more;
            }
            form.print(&all, list)
        }
        "show" => form.print(&client.call(&ShowUser { account, name: name()? })?, info),
        "delete" => {
            let name = name()?;
            let text = format!("user '{name}' is deleted\n");
            form.print(&client.call(&DeleteUser { account, name })?, |_| text)
        }
        other => unreachable!("clap knows no admin user {other}"),
    }
}

fn info(user: &UserInfo) -> String {
    fields(&[
        ("name", &user.user_name),
        ("arn", &user.arn),
        ("user id", &user.user_id),
        ("account id", &user.account_id),
        ("policies", &user.policies.join(", ")),
        ("created", &user.created),
    ])
}

fn list(list: &UserList) -> String {
    let row = |user: &UserInfo| [user.user_name.clone(), user.path.clone(), user.policies.join(", ")];
    table(["NAME", "PATH", "POLICIES"], &list.users.iter().map(row).collect::<Vec<_>>())
}
