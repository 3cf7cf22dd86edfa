//! A second evaluator, written from the rules alone: no compilation, no early ends, texts compared by trying everything.

use serde_json::{Value as Json, json};

/// A statement, as a test makes it up.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    pub(crate) denies: bool,
    /// `None` in a user's policy.
    pub(crate) principals: Option<(Not, Vec<&'static str>)>,
    pub(crate) actions: (Not, Vec<&'static str>),
    pub(crate) resources: (Not, Vec<&'static str>),
    pub(crate) conditions: Vec<(String, &'static str, Vec<&'static str>)>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Not {
    No,
    Yes,
}

impl Statement {
    pub(crate) fn document(&self) -> Json {
        let name = |not: Not, name: &str| if not == Not::Yes { format!("Not{name}") } else { name.to_owned() };
        let mut statement = json!({"Effect": if self.denies { "Deny" } else { "Allow" }});
        statement[name(self.actions.0, "Action")] = json!(self.actions.1);
        statement[name(self.resources.0, "Resource")] = json!(self.resources.1);
        if let Some((not, principals)) = &self.principals {
            statement[name(*not, "Principal")] = json!({"AWS": principals});
        }
        for (operator, key, values) in &self.conditions {
            statement["Condition"][operator][key] = json!(values);
        }
        statement
    }
}

/// Who asks, in words.
#[derive(Clone, Debug)]
pub(crate) struct Asker {
    /// `a`, `b`, `c`, or nobody.
    pub(crate) account: Option<char>,
    /// A user's name; none for an account itself.
    pub(crate) user: Option<&'static str>,
}

impl Asker {
    fn number(&self) -> Option<String> {
        self.account.map(|account| ((account as u8 - b'a' + b'1') as char).to_string().repeat(12))
    }
}

/// What is asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) asker: Asker,
    pub(crate) action: &'static str,
    /// None for the bucket.
    pub(crate) key: Option<&'static str>,
    /// What the request says.
    pub(crate) says: Vec<(&'static str, Vec<&'static str>)>,
}

/// A grant: to an account or a group, of a permission.
pub(crate) type Grant = (&'static str, &'static str);

/// What is under the key.
#[derive(Clone, Debug)]
pub(crate) enum Thing {
    Nothing,
    Object { owner: char, grants: Option<Vec<Grant>>, tag: Option<&'static str> },
    Upload { initiator: Option<char> },
}

/// The bucket; `a` owns it.
#[derive(Clone, Debug)]
pub(crate) struct Bucket {
    pub(crate) policy: Vec<Statement>,
    pub(crate) grants: Vec<Grant>,
    pub(crate) acls_are_off: bool,
    pub(crate) ignores_public_acls: bool,
    pub(crate) restricts: bool,
    /// Told by the engine; it has tests of its own.
    pub(crate) is_public: bool,
}

const READS: &[&str] =
    &["s3:GetObject", "s3:GetObjectAcl", "s3:PutObjectAcl", "s3:GetObjectTagging", "s3:PutObjectTagging"];
const OF_POLICY: &[&str] = &["s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"];

/// The answer.
pub(crate) fn may(asked: &Asked, own_policies: &[Statement], bucket: &Bucket, thing: &Thing) -> bool {
    let asker = &asked.asker;
    let is_root = asker.account.is_some() && asker.user.is_none();
    let of_policy = OF_POLICY.contains(&asked.action);
    let applies = |statement: &&Statement| reach(statement, asked, thing) > 0;
    let own_denies = own_policies.iter().filter(|statement| statement.denies).any(|statement| applies(&statement));
    let bucket_denies = bucket.policy.iter().filter(|statement| statement.denies).any(|statement| applies(&statement));
    if own_denies || bucket_denies && !(is_root && asker.account == Some('a') && of_policy) {
        return false;
    }
    if asker.account.is_none() && matches!(thing, Thing::Upload { .. }) {
        return false;
    }
    let governor = match thing {
        Thing::Object { owner, .. } if READS.contains(&asked.action) && !bucket.acls_are_off => *owner,
        _ => 'a',
    };
    let own_allows = is_root || own_policies.iter().filter(|statement| !statement.denies).any(|s| applies(&s));
    let voices = voices(asked, bucket, thing, governor);
    if asker.account == Some(governor) {
        return own_allows || voices.contains(&2);
    }
    let resource_allows = if asker.account.is_some() { !voices.is_empty() } else { voices.contains(&2) };
    resource_allows && (own_allows || asker.account.is_none()) && !of_policy
}

/// All that speaks for it on the resource's side: 2 for the caller, 1 for the caller's account.
fn voices(asked: &Asked, bucket: &Bucket, thing: &Thing, governor: char) -> Vec<u8> {
    let mut voices = Vec::new();
    let is_outsider = asked.asker.account != Some('a');
    if governor == 'a' && !(bucket.restricts && bucket.is_public && is_outsider) {
        voices.extend(bucket.policy.iter().filter(|statement| !statement.denies).map(|s| reach(s, asked, thing)));
    }
    if !bucket.acls_are_off {
        if governor == 'a' && may_use_bucket_acl(asked, thing) {
            voices.extend(granted(asked, &bucket.grants, bucket, permission_on_bucket(asked.action)));
        }
        if let Thing::Object { grants: Some(grants), .. } = thing {
            voices.extend(granted(asked, grants, bucket, permission_on_object(asked.action)));
        }
    }
    if let Thing::Upload { initiator: Some(initiator) } = thing {
        let is_about = asked.action == "s3:AbortMultipartUpload" && asked.asker.account == Some(*initiator);
        voices.extend(is_about.then_some(1));
    }
    voices.retain(|voice| *voice > 0);
    voices
}

fn may_use_bucket_acl(asked: &Asked, thing: &Thing) -> bool {
    match (asked.action, thing) {
        ("s3:PutObject", Thing::Object { grants: Some(_), .. }) => asked.asker.account.is_some(),
        ("s3:DeleteObject", Thing::Object { owner, .. }) => asked.asker.account == Some(*owner),
        ("s3:PutObjectAcl", Thing::Object { .. }) => false,
        _ => true,
    }
}

fn permission_on_bucket(action: &str) -> &'static str {
    match action {
        "s3:ListBucket" => "READ",
        "s3:PutObject" | "s3:DeleteObject" | "s3:PutObjectAcl" => "WRITE",
        "s3:PutBucketAcl" => "WRITE_ACP",
        _ => "none",
    }
}

fn permission_on_object(action: &str) -> &'static str {
    match action {
        "s3:GetObject" => "READ",
        "s3:GetObjectAcl" => "READ_ACP",
        "s3:PutObjectAcl" => "WRITE_ACP",
        _ => "none",
    }
}

fn granted(asked: &Asked, grants: &[Grant], bucket: &Bucket, wanted: &str) -> Vec<u8> {
    if wanted == "none" {
        return Vec::new();
    }
    let covering = grants.iter().filter(|(_, permission)| *permission == wanted || *permission == "FULL_CONTROL");
    covering
        .map(|(grantee, _)| match (*grantee, asked.asker.account) {
            ("AllUsers", _) if !bucket.ignores_public_acls => 2,
            ("AuthenticatedUsers", Some(_)) if !bucket.ignores_public_acls => 2,
            (grantee, Some(account)) if grantee == account.to_string() => 1,
            _ => 0,
        })
        .collect()
}

/// 0: it is not about the request. 1: about the account. 2: about the caller.
fn reach(statement: &Statement, asked: &Asked, thing: &Thing) -> u8 {
    let named = |(not, patterns): &(Not, Vec<&'static str>), text: &str, is_text: bool| {
        let is_named = patterns.iter().any(|pattern| match filled(pattern, asked, thing) {
            Some(pattern) if is_text => like(&pattern, text),
            Some(pattern) => like(&pattern.to_lowercase(), &text.to_lowercase()),
            None => false,
        });
        is_named != (*not == Not::Yes)
    };
    let arn = match asked.key {
        None => "arn:aws:s3:::examplebucket".to_owned(),
        Some(key) => format!("arn:aws:s3:::examplebucket/{key}"),
    };
    let conditions = || statement.conditions.iter().all(|condition| holds(condition, asked, thing));
    if !named(&statement.actions, asked.action, false) || !named(&statement.resources, &arn, true) || !conditions() {
        return 0;
    }
    let Some((not, principals)) = &statement.principals else { return 2 };
    let found = principals.iter().map(|principal| reach_of_principal(principal, &asked.asker)).max().unwrap_or(0);
    match not {
        Not::No => found,
        Not::Yes => {
            if found == 2 {
                0
            } else {
                2
            }
        }
    }
}

fn reach_of_principal(named: &str, asker: &Asker) -> u8 {
    let Some(number) = asker.number() else { return if named == "*" { 2 } else { 0 } };
    let is_account = named == number || named == format!("arn:aws:iam::{number}:root");
    let is_user = asker.user.is_some_and(|user| named == format!("arn:aws:iam::{number}:user/{user}"));
    match (named == "*" || is_user, is_account, asker.user) {
        (true, _, _) | (_, true, None) => 2,
        (_, true, Some(_)) => 1,
        (_, false, _) => 0,
    }
}

/// The pattern with its variables filled in; `\u{1}` stands for a star that is none.
fn filled(pattern: &str, asked: &Asked, thing: &Thing) -> Option<String> {
    let mut text = pattern.to_owned();
    while let Some(from) = text.find("${") {
        let to = text[from..].find('}')? + from;
        let key = text[from + 2..to].to_owned();
        let values = said(&key, asked, thing);
        let [value] = values.as_slice() else { return None };
        text.replace_range(from..=to, &value.replace('*', "\u{1}"));
    }
    Some(text)
}

fn said(key: &str, asked: &Asked, thing: &Thing) -> Vec<String> {
    match (key, thing) {
        ("aws:username", _) => asked.asker.user.iter().map(|user| (*user).to_owned()).collect(),
        ("s3:ExistingObjectTag/t", Thing::Object { tag, .. }) => tag.iter().map(|tag| (*tag).to_owned()).collect(),
        _ => {
            let said = asked.says.iter().filter(|(name, _)| *name == key);
            said.flat_map(|(_, values)| values.iter().map(|value| (*value).to_owned())).collect()
        }
    }
}

fn holds((operator, key, wanted): &(String, &'static str, Vec<&'static str>), asked: &Asked, thing: &Thing) -> bool {
    let values = said(key, asked, thing);
    if operator == "Null" {
        return wanted.iter().any(|wanted| (*wanted == "true") == values.is_empty());
    }
    let (prefix, rest) = operator.split_once(':').unwrap_or(("", operator));
    let name = rest.trim_end_matches("IfExists");
    if values.is_empty() && name != rest {
        return true;
    }
    let is_negated = name.contains("Not");
    let positive = name.replace("Not", "");
    let fits = |value: &String| {
        let is_same = wanted.iter().any(|wanted| match (positive.as_str(), filled(wanted, asked, thing)) {
            (_, None) => false,
            ("StringEquals", Some(wanted)) => wanted.replace('\u{1}', "*") == *value,
            ("StringLike", Some(wanted)) => like(&wanted, value),
            ("NumericLessThan", Some(wanted)) => {
                value.parse::<f64>().is_ok_and(|value| value < wanted.parse().expect("a number"))
            }
            (other, _) => panic!("{other} is not spoken here"),
        });
        is_same != is_negated
    };
    match (prefix, is_negated) {
        ("ForAllValues", _) => values.iter().all(fits),
        ("ForAnyValue", _) => values.iter().any(fits),
        (_, true) => values.iter().all(fits),
        (_, false) => values.iter().any(fits),
    }
}

fn like(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.chars().collect::<Vec<_>>(), text.chars().collect::<Vec<_>>());
    fn try_all(pattern: &[char], text: &[char]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, None) => true,
            (None, Some(_)) => false,
            (Some(('*', rest)), _) => (0..=text.len()).any(|skip| try_all(rest, &text[skip..])),
            (Some(('?', rest)), Some((_, text))) => try_all(rest, text),
            (Some(('\u{1}', rest)), Some(('*', text))) => try_all(rest, text),
            (Some((wanted, rest)), Some((found, text))) => wanted == found && try_all(rest, text),
            (Some(_), None) => false,
        }
    }
    try_all(&pattern, &text)
}
