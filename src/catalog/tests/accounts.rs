//! Random commands on accounts, users, access keys and buckets: entries under names and owners equal a recount, and nothing
//! is left behind by what goes.
#![allow(clippy::wildcard_imports, reason = "commands, queries and rows are what every test speaks of")]

mod support;

use std::collections::BTreeMap;

use bytes::Bytes;
use cairn_catalog::command::*;
use cairn_catalog::keys::*;
use cairn_catalog::limits::{ACCESS_KEYS_PER_USER_MAX, ACTIVE_KEYS_PER_USER_MAX};
use cairn_catalog::query::*;
use cairn_catalog::reply::{Refusal, Reply};
use cairn_catalog::rows::*;
use cairn_types::{AccountId, BucketId, BucketName, CanonicalId, UnixMillis};
use proptest::prelude::*;
use support::*;

#[derive(Clone, Debug)]
enum Op {
    Account { account: usize, name: usize, email: usize, namespace: usize },
    DropAccount { account: usize },
    User { account: usize, user: usize },
    DropUser { account: usize, user: usize },
    Key { account: usize, user: usize, key: usize, inactive: bool, expires: bool },
    DropKey { key: usize },
    Bucket { account: usize, name: usize },
    DropBucket { pick: usize },
}

fn op() -> impl Strategy<Value = Op> {
    let account = 0..3usize;
    prop_oneof![
        4 => (account.clone(), 0..4usize, 0..4usize, 0..3usize)
            .prop_map(|(account, name, email, namespace)| Op::Account { account, name, email, namespace }),
        1 => account.clone().prop_map(|account| Op::DropAccount { account }),
        3 => (account.clone(), 1..3usize).prop_map(|(account, user)| Op::User { account, user }),
        2 => (account.clone(), 1..3usize).prop_map(|(account, user)| Op::DropUser { account, user }),
        8 => (account.clone(), 0..3usize, 0..8usize, any::<bool>(), prop::bool::weighted(0.1)).prop_map(
            |(account, user, key, inactive, expires)| Op::Key { account, user, key, inactive, expires }
        ),
        3 => (0..8usize).prop_map(|key| Op::DropKey { key }),
        3 => (account, 0..3usize).prop_map(|(account, name)| Op::Bucket { account, name }),
        2 => (0..8usize).prop_map(|pick| Op::DropBucket { pick }),
    ]
}

fn account_id(number: usize) -> CanonicalId {
    CanonicalId { digits: format!("acc{number}") }
}

/// 0 is no text.
fn text(prefix: &str, number: usize) -> String {
    if number == 0 { String::new() } else { format!("{prefix}{number}") }
}

struct World {
    root: Shard,
    number: u64,
    buckets: Vec<BucketId>,
}

impl World {
    fn send(&mut self, body: CommandBody) -> Reply {
        self.number += 1;
        self.root.send(1, self.number, body)
    }

    fn step(&mut self, op: Op) -> Reply {
        match op {
            Op::Account { account, name, email, namespace } => {
                let row = AccountRow {
                    account: AccountId { number: account as u64 + 1 },
                    name: text("Name", name),
                    email: text("Mail@", email),
                    namespace: text("space", namespace),
                    ..AccountRow::default()
                };
                let put = PutAccount { id: account_id(account), row, ..PutAccount::default() };
                self.send(CommandBody::PutAccount(Box::new(put)))
            }
            Op::DropAccount { account } => {
                let drop = DeleteAccount { id: account_id(account), ..DeleteAccount::default() };
                self.send(CommandBody::DeleteAccount(drop))
            }
            Op::User { account, user } => {
                let put = PutUser { account: account_id(account), name: text("user", user), ..PutUser::default() };
                self.send(CommandBody::PutUser(Box::new(put)))
            }
            Op::DropUser { account, user } => {
                let drop =
                    DeleteUser { account: account_id(account), name: text("user", user), ..DeleteUser::default() };
                self.send(CommandBody::DeleteUser(drop))
            }
            Op::Key { account, user, key, inactive, expires } => {
                let row = AccessKeyRow {
                    account: account_id(account),
                    user: text("user", user),
                    state: if inactive { AccessKeyState::Inactive } else { AccessKeyState::Active },
                    expires: expires.then_some(UnixMillis(9_000)),
                    ..AccessKeyRow::default()
                };
                let put = PutAccessKey { id: format!("KEY{key}"), row, ..PutAccessKey::default() };
                self.send(CommandBody::PutAccessKey(Box::new(put)))
            }
            Op::DropKey { key } => {
                let drop = DeleteAccessKey { id: format!("KEY{key}"), ..DeleteAccessKey::default() };
                self.send(CommandBody::DeleteAccessKey(drop))
            }
            Op::Bucket { account, name } => self.create_bucket(account, name),
            Op::DropBucket { pick } => self.drop_bucket(pick),
        }
    }

    fn create_bucket(&mut self, account: usize, name: usize) -> Reply {
        let namespace = recount::table::<AccountRow>(&self.root, Table::Account)
            .into_iter()
            .find(|(raw, _)| *raw == account_key(&account_id(account)))
            .map_or_else(String::new, |(_, row)| row.namespace);
        let create = CreateBucket {
            bucket: BucketId(self.number + 1),
            name: BucketName::parse(&format!("bucket{name}")).expect("a name"),
            namespace,
            owner: account_id(account),
            ..CreateBucket::default()
        };
        let reply = self.send(CommandBody::CreateBucket(Box::new(create)));
        if let Reply::BucketChanged(changed) = &reply {
            self.buckets.push(changed.bucket);
        }
        reply
    }

    fn drop_bucket(&mut self, pick: usize) -> Reply {
        if self.buckets.is_empty() {
            return Reply::done();
        }
        let bucket = self.buckets.remove(pick % self.buckets.len());
        let state = BucketState::Deleting;
        self.send(CommandBody::SetBucketState(SetBucketState { bucket, state }));
        self.send(CommandBody::FinishDeleteBucket(FinishDeleteBucket { bucket }))
    }

    fn check(&self) {
        let accounts = recount::table::<AccountRow>(&self.root, Table::Account);
        let id = |raw: &Bytes| CanonicalId { digits: String::from_utf8(raw[5..].to_vec()).expect("text") };
        let accounts: BTreeMap<_, _> = accounts.into_iter().map(|(raw, row)| (id(&raw), row)).collect();
        self.check_aliases(&accounts);
        self.check_keys(&accounts);
        self.check_buckets(&accounts);
        for (raw, _) in recount::table::<UserRow>(&self.root, Table::User) {
            let owner = raw[5..].split(|byte| *byte == 0).next().expect("an account");
            assert!(accounts.keys().any(|id| id.digits.as_bytes() == owner), "a user of no account");
        }
    }

    fn check_aliases(&self, accounts: &BTreeMap<CanonicalId, AccountRow>) {
        let mut expected = BTreeMap::new();
        for (id, row) in accounts {
            let names = [
                (AliasKind::Name, row.name.clone()),
                (AliasKind::Email, row.email.to_lowercase()),
                (AliasKind::Number, row.account.to_string()),
                (AliasKind::Namespace, row.namespace.clone()),
            ];
            for (kind, name) in names.into_iter().filter(|(_, name)| !name.is_empty()) {
                let alias = AccountAliasRow { account: id.clone() };
                assert!(expected.insert(account_alias_key(kind, &name), alias).is_none(), "two accounts of one name");
            }
        }
        let found: BTreeMap<_, _> =
            recount::table::<AccountAliasRow>(&self.root, Table::AccountAlias).into_iter().collect();
        assert_eq!(found, expected);
    }

    fn check_keys(&self, accounts: &BTreeMap<CanonicalId, AccountRow>) {
        let mut expected = Vec::new();
        let mut active: BTreeMap<(CanonicalId, String), usize> = BTreeMap::new();
        for (raw, row) in recount::table::<AccessKeyRow>(&self.root, Table::AccessKey) {
            if row.expires.is_some() {
                continue;
            }
            let id = std::str::from_utf8(&raw[5..]).expect("text");
            expected.push(user_key_key(&row.account, &row.user, id));
            assert!(accounts.contains_key(&row.account), "a key of no account");
            let user = user_key(&row.account, &row.user);
            let is_there = self.root.state.rows().any(|(key, _)| *key == user);
            assert!(row.user.is_empty() || is_there, "a key of no user");
            if row.state == AccessKeyState::Active {
                *active.entry((row.account, row.user)).or_default() += 1;
            }
        }
        expected.sort();
        let found = recount::table::<Nothing>(&self.root, Table::UserKey).into_iter().map(|(raw, _)| raw);
        assert_eq!(found.collect::<Vec<_>>(), expected);
        assert!(active.values().all(|count| *count <= ACTIVE_KEYS_PER_USER_MAX));
    }

    fn check_buckets(&self, accounts: &BTreeMap<CanonicalId, AccountRow>) {
        let mut expected = BTreeMap::new();
        for (raw, row) in recount::table::<BucketRow>(&self.root, Table::Bucket) {
            assert!(accounts.contains_key(&row.owner), "a bucket of no account");
            let bucket = BucketId(u64::from_be_bytes(raw[5..].try_into().expect("8 bytes")));
            expected.insert(owned_bucket_key(&row.owner, &row.namespace, &row.name), BucketNameRow { bucket });
        }
        let found: BTreeMap<_, _> =
            recount::table::<BucketNameRow>(&self.root, Table::OwnedBucket).into_iter().collect();
        assert_eq!(found, expected);
    }
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn entries_under_names_and_owners_equal_a_recount(ops in prop::collection::vec(op(), 1..80)) {
        let mut world = World { root: Shard::root(), number: 0, buckets: Vec::new() };
        for op in ops {
            world.step(op);
            world.check();
        }
    }
}

#[test]
fn a_user_has_no_more_keys_than_a_command_looks_at() {
    let mut root = Shard::root();
    let put = PutAccount { id: account_id(1), ..PutAccount::default() };
    root.send(1, 1, CommandBody::PutAccount(Box::new(put)));
    let key = |number: usize| {
        let row = AccessKeyRow { account: account_id(1), state: AccessKeyState::Inactive, ..AccessKeyRow::default() };
        let put = PutAccessKey { id: format!("KEY{number}"), only_new: true, row, ..PutAccessKey::default() };
        CommandBody::PutAccessKey(Box::new(put))
    };
    for number in 0..ACCESS_KEYS_PER_USER_MAX {
        assert_eq!(root.send(1, 2 + number as u64, key(number)), Reply::DocumentPut(1));
    }
    assert!(matches!(refusal(root.send(1, 90, key(99))), Refusal::TooManyKeys(_)));
    let list = ListAccessKeys { account: account_id(1), max: 100, ..ListAccessKeys::default() };
    let Answer::AccessKeys(page) = root.ask(Query::ListAccessKeys(list)) else { panic!("refused") };
    assert_eq!((page.entries.len(), page.more), (ACCESS_KEYS_PER_USER_MAX, false));
}
