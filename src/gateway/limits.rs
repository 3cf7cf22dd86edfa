//! Every bound of the gateway, with its reason.

use std::time::Duration;

use cairn_types::{KIB, MIB};

/// Request line: a key of 1,024 bytes takes three times as many when encoded, and a presigned URL adds a signature and a
/// session token of a few KiB.
pub const REQUEST_LINE_BYTES_MAX: usize = 16 * KIB as usize;
/// Headers of one request. hyper's own bound is 100, which 2 KiB of user metadata can exceed.
pub const HEADERS_MAX: usize = 256;
/// A request head as it is sent: line, headers, and what separates them.
pub const HEAD_BYTES_MAX: usize = REQUEST_LINE_BYTES_MAX
    + cairn_s3::limits::HEADER_SECTION_BYTES_MAX
    + HEADERS_MAX * HEADER_SEPARATOR_BYTES
    + KIB as usize;
/// `: ` and the end of a line.
const HEADER_SEPARATOR_BYTES: usize = 4;
/// Bytes that hyper holds of one connection's input: large enough to read a body in few calls.
pub const READ_BUFFER_BYTES_MAX: usize = 256 * KIB as usize;

/// How long a connection may stay silent between two requests.
pub const IDLE_MAX: Duration = Duration::from_secs(75);
/// From the first byte of a request head to its last.
pub const HEAD_MAX: Duration = Duration::from_secs(30);
/// Waiting for [`BODY_PROGRESS_BYTES`] of a body, not counting the time that we do not read (S3 gives up after about 20 s).
pub const BODY_WAIT_MAX: Duration = Duration::from_secs(30);
/// What a client must send of a body within [`BODY_WAIT_MAX`] of waiting: one byte now and then is no progress.
pub const BODY_PROGRESS_BYTES: u64 = 4 * KIB;
/// Waiting for a client to take bytes of an answer.
pub const WRITE_WAIT_MAX: Duration = Duration::from_secs(60);
/// After an answer that ends a connection: how long the client may go on sending what we no longer read. To close at
/// once would reset the connection and perhaps destroy the answer on its way.
pub const LINGER_MAX: Duration = Duration::from_secs(2);
/// Bytes that are thrown away meanwhile.
pub const LINGER_BYTES_MAX: u64 = 64 * MIB;

/// Connections that are served at once, unless the operator says otherwise; more wait in the listener's queue.
pub const CONNECTIONS_DEFAULT: usize = 4_096;
/// Pause after a connection could not be accepted: the usual reason (no descriptors left) does not go away by itself.
pub const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How long a request may wait for the catalog.
pub const CATALOG_WAIT_MAX: Duration = Duration::from_secs(30);
/// How long the answer to a page of another origin may wait for the bucket's rules: without them the browser keeps the
/// answer from the page.
pub const RULES_WAIT_MAX: Duration = Duration::from_secs(5);
/// How often a request is decided anew because the bucket's configuration changed under it.
pub const BUCKET_ATTEMPTS_MAX: u32 = 64;
/// Pause before the next attempt while a bucket is being deleted, or while a shard has yet to hear of it.
pub const BUCKET_PAUSE: Duration = Duration::from_millis(50);
/// Buckets kept in memory; one is about 500 bytes.
pub const BUCKETS_KEPT_MAX: usize = 16_384;
/// Buckets asked of the catalog at once.
pub const BUCKETS_PER_QUERY: u32 = 1_000;

/// Access keys kept in memory; one is about 300 bytes.
pub const IDENTITIES_KEPT_MAX: usize = 16_384;
/// From this age an identity is looked up again beside the request that uses it.
pub const IDENTITY_REFRESH: Duration = Duration::from_secs(2);
/// From this age it is used only if the catalog does not answer (X6: a revoked key is refused within 5 s).
pub const IDENTITY_FRESH_MAX: Duration = Duration::from_secs(4);
/// From this age it is not used at all (X6).
pub const IDENTITY_STALE_MAX: Duration = Duration::from_secs(60);
/// How long a request waits for an identity that is too old. Less than a second remains of X6's five.
pub const IDENTITY_WAIT_MAX: Duration = Duration::from_millis(500);
/// How long it waits for one that nothing is known of.
pub const IDENTITY_FIRST_WAIT_MAX: Duration = Duration::from_secs(10);

/// Names of accounts kept in memory; one is about 200 bytes.
pub const ACCOUNT_NAMES_KEPT_MAX: usize = 16_384;
/// How long an answer waits for the name of an account.
pub const NAMES_WAIT_MAX: Duration = Duration::from_secs(1);

/// Keys of the key service kept in memory; one is about 200 bytes and 60 for each of its versions.
pub const KEYS_KEPT_MAX: usize = 1_024;
/// From this age a key is looked up before it is used: one that was disabled or deleted serves no longer.
pub const KEY_FRESH_MAX: Duration = Duration::from_secs(4);
/// From this age it is not used at all, as identities are not.
pub const KEY_STALE_MAX: Duration = Duration::from_secs(60);
/// Versions of one key: a row with all of them stays far below the bound of a document.
pub const KEY_VERSIONS_MAX: usize = 1_000;

/// Silence after which an answer that takes long begins: until then an error can still have its own status.
pub const KEEP_ALIVE_AFTER: Duration = Duration::from_secs(5);
/// Pause between two spaces that keep a connection alive.
pub const KEEP_ALIVE_EVERY: Duration = Duration::from_secs(5);
/// Times that a copy onto itself is decided anew because another version took the source's place.
pub const COPY_TRIES_MAX: u32 = 4;
/// Client tokens of renames remembered: repeats come within seconds, and a token has at most a few hundred bytes.
pub const RENAME_TOKENS_MAX: usize = 4_096;
/// Documents held in memory at once, all requests together.
pub const DOCUMENT_BYTES_MAX: u64 = 64 * MIB;

const _: () = assert!(HEAD_BYTES_MAX < READ_BUFFER_BYTES_MAX);
const _: () = assert!(IDENTITY_FRESH_MAX.as_millis() + IDENTITY_WAIT_MAX.as_millis() < 5_000, "X6");
const _: () = assert!(DOCUMENT_BYTES_MAX as usize >= 8 * cairn_s3::limits::COMPLETE_BODY_BYTES_MAX);
