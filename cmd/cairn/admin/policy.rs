//! `cairn admin policy`

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use cairn_gateway::admin::{
    AttachPolicy, CreatePolicy, DeletePolicy, DetachPolicy, ListPolicies, PolicyInfo, PolicyLine, PolicyList,
    PolicyName, ShowPolicy, UserName,
};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use super::arguments::{account, account_argument, api_command, name_argument, required, user_argument};
use super::show::{Form, fields, table};
use super::signed_client::SignedClient;

/// The subcommands.
pub(super) fn command() -> Command {
    let document = Arg::new("document")
        .long("document")
        .value_name("FILE")
        .required(true)
        .value_parser(value_parser!(PathBuf))
        .help("file of the policy, JSON in the language of IAM; - is standard input");
    let replace =
        Arg::new("replace").long("replace").action(ArgAction::SetTrue).help("in the place of one that is there");
    let api = |name, about| api_command(name, about).arg(account_argument());
    let about = |name, about| api(name, about).arg(name_argument("name of the policy"));
    let with_user = |name, text| about(name, text).arg(user_argument("user of the account").required(true));
    Command::new("policy")
        .about("Identity policies of an account: what its users may do")
        .subcommand_required(true)
        .subcommand(about("create", "Makes a policy, or replaces it").arg(document).arg(replace))
        .subcommand(api("list", "Lists the policies of an account"))
        .subcommand(about("show", "Shows a policy and its document"))
        .subcommand(about("delete", "Removes a policy that is attached to no user"))
        .subcommand(with_user("attach", "Attaches a policy to a user"))
        .subcommand(with_user("detach", "Takes a policy from a user"))
}

/// Does what the command line says.
pub(super) fn run(client: &SignedClient, form: Form, verb: &str, matches: &ArgMatches) -> Result<()> {
    let account = account(matches)?;
    let name = || PolicyName::parse(required(matches, "name"));
    let user = || UserName::parse(required(matches, "user"));
    match verb {
        "create" => {
            let document = read(matches.get_one::<PathBuf>("document").expect("clap requires the document"))?;
            let replace = matches.get_flag("replace");
            form.print(&client.call(&CreatePolicy { account, name: name()?, document, replace })?, line)
        }
        "list" => {
            let mut all = PolicyList { policies: Vec::new(), more: true };
            while all.more {
                let after = all.policies.last().map(|policy: &PolicyLine| policy.policy_name.clone());
                let after = after.unwrap_or_default();
                let page = client.call(&ListPolicies { account: account.clone(), after })?;
                all.policies.extend(page.policies);
                all.more = page.more;
            }
            form.print(&all, list)
        }
        "show" => form.print(&client.call(&ShowPolicy { account, name: name()? })?, info),
        "delete" => {
            let name = name()?;
            let text = format!("policy '{name}' is deleted\n");
            form.print(&client.call(&DeletePolicy { account, name })?, |_| text)
        }
        "attach" => {
            let (name, user) = (name()?, user()?);
            let text = format!("policy '{name}' is attached to user '{user}'\n");
            form.print(&client.call(&AttachPolicy { account, name, user })?, |_| text)
        }
        "detach" => {
            let (name, user) = (name()?, user()?);
            let text = format!("policy '{name}' is detached from user '{user}'\n");
            form.print(&client.call(&DetachPolicy { account, name, user })?, |_| text)
        }
        other => unreachable!("clap knows no admin policy {other}"),
    }
}

fn read(file: &PathBuf) -> Result<String> {
    match file.to_str() {
        Some("-") => std::io::read_to_string(std::io::stdin()).context("read standard input"),
        _ => std::fs::read_to_string(file).with_context(|| format!("read {}", file.display())),
    }
}

fn line(policy: &PolicyLine) -> String {
    let version = policy.version.to_string();
    fields(&[("name", &policy.policy_name), ("version", &version), ("created", &policy.created)])
}

fn info(policy: &PolicyInfo) -> String {
    format!("{}\n", policy.document.trim_end())
}

fn list(list: &PolicyList) -> String {
    let row = |policy: &PolicyLine| [policy.policy_name.clone(), policy.version.to_string(), policy.created.clone()];
    table(["NAME", "VERSION", "CREATED"], &list.policies.iter().map(row).collect::<Vec<_>>())
}
