//! Every key. `docs/config.md` is made from this table; a test compares the two.

use std::fmt::Write;

use super::key::{Count, Key, Role};

const ALL: &[Role] = &Role::ALL;
const NODES: &[Role] = &[Role::Metadata, Role::Storage, Role::Gateway];
const S3: &[Role] = &[Role::Server, Role::Gateway];
const STORES: &[Role] = &[Role::Server, Role::Metadata, Role::Storage];

const fn one(name: &'static str, roles: &'static [Role], value: &'static str, why: &'static str) -> Key {
    Key { name, roles, count: Count::One, default: None, value, why, secret: false }
}

const fn many(name: &'static str, roles: &'static [Role], value: &'static str, why: &'static str) -> Key {
    Key { count: Count::Many, ..one(name, roles, value, why) }
}

const fn or(default: &'static str, key: Key) -> Key {
    Key { default: Some(default), ..key }
}

const fn secret(key: Key) -> Key {
    Key { secret: true, ..key }
}

/// The keys, in the order of the documentation.
const KEYS: &[Key] = &[
    many(
        "data",
        STORES,
        "directories; {a...b} expands",
        "where this process keeps its data; one directory is one disk",
    ),
    or("127.0.0.1:9000", one("listen", S3, "address:port", "where S3 is served")),
    one(
        "node-listen",
        &[Role::Metadata, Role::Storage],
        "address:port",
        "where the other processes of the cluster reach this one; it is registered as written, so it must be reachable",
    ),
    or("127.0.0.1:9001", one("admin-listen", ALL, "address:port", "health, metrics and the admin API")),
    many("metadata", NODES, "address:port of every metadata node", "where the cluster is found"),
    one("name", NODES, "text", "what people call this process; in listings and logs"),
    or(
        "",
        one(
            "zone",
            &[Role::Storage],
            "text",
            "processes of one zone may fail together; fragments of a blob spread over zones first",
        ),
    ),
    or(
        "us-east-1",
        one(
            "region",
            &[Role::Server],
            "1 to 32 of a-z 0-9 -",
            "name of the region: GetBucketLocation, x-amz-bucket-region and signatures; fixed when the cluster is made",
        ),
    ),
    many("domain", S3, "host name", "base of virtual-hosted requests: BUCKET.domain"),
    or("true", one("path-style", S3, "true or false", "whether /BUCKET/KEY is served")),
    or("true", one("virtual-style", S3, "true or false", "whether BUCKET.domain/KEY is served, where a domain is set")),
    or(
        "false",
        one(
            "allow-sigv2",
            S3,
            "true or false",
            "whether signature version 2 is accepted in the Authorization header, too; in presigned URLs it always is",
        ),
    ),
    or(
        "false",
        one(
            "encrypt-all",
            S3,
            "true or false",
            "whether objects are encrypted (SSE-S3) where neither the request nor the bucket asks for encryption; no request turns it off",
        ),
    ),
    or(
        "loopback",
        one(
            "insecure-sse-c",
            S3,
            "true, false or loopback",
            "whether customers may send their keys (SSE-C) over plain HTTP: everywhere, nowhere, or to addresses that only this machine reaches",
        ),
    ),
    one(
        "root-access-key",
        &[Role::Server],
        "3 to 128 letters, digits, - and _",
        "access key of the root account, taken when the cluster is made",
    ),
    one("root-access-key-file", &[Role::Server], "path", "file that holds it instead"),
    secret(one("root-secret-key", &[Role::Server], "8 to 128 characters", "its secret")),
    one("root-secret-key-file", &[Role::Server], "path", "file that holds it instead"),
    one(
        "cluster-key-file",
        S3,
        "path of 32 bytes in hexadecimal",
        "key under which secrets are stored in the metadata; made when the cluster is made",
    ),
    secret(one(
        "cluster-key",
        S3,
        "32 bytes in hexadecimal",
        "that key itself, from where the environment is kept safe",
    )),
    or(
        "1GiB",
        one(
            "segment-size",
            &[Role::Server, Role::Storage],
            "size, 16MiB to 16GiB",
            "length of a segment: what one compaction frees at most",
        ),
    ),
    or(
        "512MiB",
        one("gateway-memory", S3, "size, 64MiB or more", "payload bytes that requests may hold at once; more wait"),
    ),
    or(
        "16KiB",
        one("inline-limit", S3, "size, 0 to 64KiB", "objects up to it are stored in the metadata, without fragments"),
    ),
    or(
        "4096",
        one(
            "connections-max",
            S3,
            "number, 16 or more",
            "client connections at once; more wait in the listener's queue",
        ),
    ),
    or("15s", one("stop-timeout", ALL, "duration", "after so long of a graceful stop, what still runs is cut")),
    or(
        "info,openraft=warn",
        one(
            "log-level",
            ALL,
            "error, warn, info, debug, trace, or directives such as cairn_metadata=debug",
            "how much is logged",
        ),
    ),
    or("text", one("log-format", ALL, "text or json", "how it is logged")),
];

/// The keys that `role` looks at.
pub(crate) fn keys_of(role: Role) -> impl Iterator<Item = &'static Key> {
    KEYS.iter().filter(move |key| key.roles.contains(&role))
}

/// `docs/config.md`.
pub(crate) fn reference() -> String {
    let mut page = String::from(
        "# Configuration\n\nMade from the table in `cmd/cairn/config/keys.rs`; `cairn config reference` prints it.\n\nEach key is a flag \
         (`--key`), a line of the TOML file (`key = …`) and an environment variable (`CAIRN_KEY`); the flag wins over the \
         environment, the environment over the file. Sizes take B, KiB, MiB, GiB, TiB; durations ms, s, min, h.\n\n\
         | Key | Roles | Value | Default | What for |\n|---|---|---|---|---|\n",
    );
    for key in KEYS {
        let roles: Vec<&str> = key.roles.iter().map(|role| role.name()).collect();
        let default = match key.default {
            Some("") | None => "–".to_owned(),
            Some(default) => format!("`{default}`"),
        };
        let list = if key.count == Count::Many { "list of " } else { "" };
        writeln!(page, "| `{}` | {} | {list}{} | {default} | {} |", key.name, roles.join(", "), key.value, key.why)
            .expect("writing to a String cannot fail");
    }
    page
}

#[cfg(test)]
mod tests {
    use super::reference;

    #[test]
    fn the_reference_page_is_the_one_in_docs() {
        // Relative to the package, where cargo runs tests: a path that is compiled in is that of whichever checkout compiled.
        let page = std::fs::read_to_string("../../docs/config.md").expect("docs/config.md is there");
        assert_eq!(page, reference(), "make it anew: cairn config reference > docs/config.md");
    }
}
