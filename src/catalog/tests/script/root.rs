//! Commands and questions of the root shard.

use cairn_catalog::command::*;
use cairn_catalog::query::*;
use cairn_catalog::rows::*;
use cairn_types::{
    AccountId, BucketName, CanonicalId, ClusterId, ConfigVersion, DiskId, Epoch, Generation, NodeId, RegionNumber,
    UnixMillis,
};

use super::parse::Words;

pub(crate) fn of_members(words: &Words<'_>) -> CommandBody {
    let cluster = ClusterId([words.number("cluster").unwrap_or(1) as u8; 16]);
    let node = NodeId(words.number("node").unwrap_or(0));
    let disk = DiskId(words.number("disk").unwrap_or(0));
    match words.verb {
        "init" => CommandBody::InitCluster(Box::new(InitCluster {
            cluster,
            region: RegionNumber(1),
            region_name: "us-east-1".into(),
            root_account: words.account(),
            account: AccountRow { account: AccountId { number: 1 }, administrator: true, ..AccountRow::default() },
            access_key_id: "ROOTKEY".into(),
            access_key: AccessKeyRow { account: words.account(), ..AccessKeyRow::default() },
            ..InitCluster::default()
        })),
        "node" => CommandBody::RegisterNode(Box::new(RegisterNode {
            cluster,
            claim: words.bytes("claim"),
            node,
            profile: NodeProfile { zone: words.text("zone").unwrap_or("").into(), ..NodeProfile::default() },
            generation: Generation(words.number("generation").unwrap_or(1)),
            ..RegisterNode::default()
        })),
        "node-state" => CommandBody::SetNodeState(SetNodeState { node, state: NodeState::Removed }),
        "disk" => CommandBody::RegisterDisk(Box::new(RegisterDisk {
            cluster,
            claim: words.bytes("claim"),
            disk,
            node,
            capacity: words.number("capacity").unwrap_or(0),
            ..RegisterDisk::default()
        })),
        "disk-state" => CommandBody::SetDiskState(SetDiskState {
            disk,
            state: match words.text("state").expect("state=") {
                "active" => DiskState::Active,
                "fenced" => DiskState::Fenced,
                _ => DiskState::Removed,
            },
            reason: words.text("reason").unwrap_or("").into(),
            ..SetDiskState::default()
        }),
        _ => {
            let change = |kind, name| {
                words.number(name).map(|expected| MapChange {
                    kind,
                    expected: Epoch(expected),
                    document: words.bytes("document"),
                    ..MapChange::default()
                })
            };
            let maps = [change(MapKind::Groups, "groups"), change(MapKind::Shards, "shards")];
            CommandBody::SetMaps(SetMaps { maps: maps.into_iter().flatten().collect(), ..SetMaps::default() })
        }
    }
}

pub(crate) fn of_buckets(words: &Words<'_>) -> CommandBody {
    let bucket = words.bucket();
    match words.verb {
        "bucket" => CommandBody::CreateBucket(Box::new(CreateBucket {
            bucket,
            name: BucketName::parse(words.text("name").expect("name=")).expect("a bucket name"),
            namespace: words.text("namespace").unwrap_or("").into(),
            owner: words.account(),
            documents: words
                .has("tagging")
                .then(|| ("tagging".to_owned(), words.bytes("tagging")))
                .into_iter()
                .collect(),
            ..CreateBucket::default()
        })),
        "document" => CommandBody::SetBucketDocument(Box::new(SetBucketDocument {
            bucket,
            expected: ConfigVersion(words.number("expected").unwrap_or(0)),
            sub_resource: words.text("name").unwrap_or("").into(),
            document: words.has("is").then(|| words.bytes("is")),
            ..SetBucketDocument::default()
        })),
        "bucket-state" => CommandBody::SetBucketState(SetBucketState {
            bucket,
            state: if words.has("deleting") { BucketState::Deleting } else { BucketState::Active },
        }),
        _ => CommandBody::FinishDeleteBucket(FinishDeleteBucket { bucket }),
    }
}

pub(crate) fn of_identities(words: &Words<'_>) -> CommandBody {
    let (account, check) = (words.account(), words.check());
    let name = words.text("name").unwrap_or("").to_owned();
    match words.verb {
        "account" => CommandBody::PutAccount(Box::new(PutAccount {
            id: account,
            check,
            row: AccountRow {
                account: AccountId { number: words.number("number").unwrap_or(0) },
                name,
                email: words.text("email").unwrap_or("").into(),
                namespace: words.text("namespace").unwrap_or("").into(),
                state: if words.has("disabled") { AccountState::Disabled } else { AccountState::Active },
                ..AccountRow::default()
            },
            ..PutAccount::default()
        })),
        "drop-account" => CommandBody::DeleteAccount(DeleteAccount { id: account, ..DeleteAccount::default() }),
        "user" => {
            let policies = words.text("policies").unwrap_or("").split_terminator('+').map(str::to_owned).collect();
            let row = UserRow { policies, ..UserRow::default() };
            CommandBody::PutUser(Box::new(PutUser { account, name, check, row, ..PutUser::default() }))
        }
        "drop-user" => CommandBody::DeleteUser(DeleteUser { account, name, ..DeleteUser::default() }),
        "key" => CommandBody::PutAccessKey(Box::new(PutAccessKey {
            id: name,
            only_new: words.has("new"),
            check,
            row: AccessKeyRow {
                account,
                user: words.text("user").unwrap_or("").into(),
                state: if words.has("inactive") { AccessKeyState::Inactive } else { AccessKeyState::Active },
                expires: words.number("expires").map(UnixMillis),
                ..AccessKeyRow::default()
            },
            ..PutAccessKey::default()
        })),
        "drop-key" => CommandBody::DeleteAccessKey(DeleteAccessKey { id: name, ..DeleteAccessKey::default() }),
        _ => CommandBody::PutIdentityDocument(Box::new(PutIdentityDocument {
            account,
            kind: words.text("kind").unwrap_or("role").into(),
            name,
            check,
            document: words.has("is").then(|| words.bytes("is")),
            ..PutIdentityDocument::default()
        })),
    }
}

/// Questions about accounts, users, keys and buckets.
pub(crate) fn asked(words: &Words<'_>) -> Query {
    let after = words.text("after").unwrap_or("").to_owned();
    let max = words.number("max").unwrap_or(10) as u32;
    let name = words.text("name").unwrap_or("").to_owned();
    let account = words.account();
    match words.verb {
        "?account" => {
            let kinds =
                [("email", AliasKind::Email), ("number", AliasKind::Number), ("namespace", AliasKind::Namespace)];
            let named = kinds.into_iter().find_map(|(word, kind)| Some((kind, words.text(word)?.to_owned())));
            let (kind, name) = named.unwrap_or((AliasKind::Name, name));
            let id = if name.is_empty() { account } else { CanonicalId::default() };
            Query::FindAccount(FindAccount { id, kind, name, ..FindAccount::default() })
        }
        "?accounts" => Query::ListAccounts(ListAccounts { after, max, ..ListAccounts::default() }),
        "?users" => Query::ListUsers(ListIdentityDocuments { account, after, max, ..ListIdentityDocuments::default() }),
        "?keys" => {
            let user = words.text("user").unwrap_or("").to_owned();
            Query::ListAccessKeys(ListAccessKeys { account, user, after, max, ..ListAccessKeys::default() })
        }
        _ => Query::ListBuckets(ListBuckets {
            namespace: words.text("namespace").unwrap_or("").into(),
            owner: words.has("account").then_some(account),
            after,
            max,
            ..ListBuckets::default()
        }),
    }
}
