//! One operation: a signed request, sent, answered and judged.

use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

use anyhow::{Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use cairn_s3::auth::uri_encode;
use md5::{Digest, Md5};
use sha2::Sha256;

use crate::connection::{Answer, BodyWish, Connection};
use crate::keys::{KeySet, PREFIXES};
use crate::limits::DELETE_KEYS;
use crate::listing::Page;
use crate::load::{Load, Workload};
use crate::pieces::Pieces;
use crate::policy::{BucketPolicy, largest_policy};
use crate::random::Random;
use crate::signature::{EMPTY_SHA256, Signer, Unsigned};
use crate::target::Target;

/// What one operation did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Done {
    /// Keys or prefixes that it touched or returned.
    pub items: u64,
    /// Bytes of objects that it sent or received.
    pub bytes: u64,
}

/// The next operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Operation {
    /// PutObject.
    Put(u64),
    /// GetObject.
    Get(u64),
    /// HeadObject.
    Head(u64),
    /// DeleteObject.
    Delete(u64),
    /// DeleteObjects.
    DeleteMany(Range<u64>),
    /// The next page of this worker's walk.
    Page,
}

/// One connection's place in a load.
pub(crate) struct Worker {
    load: Arc<Load>,
    connection: Connection,
    signer: Signer,
    random: Random,
    walk: Walk,
}

/// A walk over the pages of a listing.
#[derive(Debug, Default)]
struct Walk {
    token: Option<String>,
    seen: u64,
}

impl Worker {
    /// For the load; `number` tells workers apart.
    pub(crate) fn new(load: &Arc<Load>, target: &Target, number: u64) -> Self {
        Self {
            load: Arc::clone(load),
            connection: Connection::new(&target.endpoint),
            signer: Signer::new(target),
            random: Random::new(number),
            walk: Walk::default(),
        }
    }

    /// Opens the connection before the clock runs.
    pub(crate) async fn connect(&mut self) -> Result<()> {
        self.connection.open().await
    }

    /// What to do next; `None` when there is nothing left.
    pub(crate) fn next(&mut self) -> Option<Operation> {
        let keys = &self.load.keys;
        match self.load.workload {
            Workload::Put => Some(Operation::Put(keys.make())),
            Workload::Get => keys.any(&mut self.random).map(Operation::Get),
            Workload::Head => keys.any(&mut self.random).map(Operation::Head),
            Workload::Delete => keys.take(1).map(|taken| Operation::Delete(taken.start)),
            Workload::DeleteObjects => keys.take(DELETE_KEYS).map(Operation::DeleteMany),
            Workload::List | Workload::ListDelimiter => Some(Operation::Page),
            Workload::Mixed => self.next_mixed(),
        }
    }

    /// The shares of a common load generator. Keys that exist before the load are read and never deleted, so that a read
    /// never races with a delete.
    fn next_mixed(&mut self) -> Option<Operation> {
        let share = self.random.below(100);
        match share {
            0..45 => self.load.keys.any(&mut self.random).map(Operation::Get),
            45..75 => self.load.keys.any(&mut self.random).map(Operation::Head),
            75..85 => Some(self.load.keys.recall().map_or_else(|| self.mixed_put(), Operation::Delete)),
            _ => Some(self.mixed_put()),
        }
    }

    /// Beyond the range of keys that are read.
    fn mixed_put(&mut self) -> Operation {
        Operation::Put(MIXED_FIRST + self.random.next() % MIXED_FIRST)
    }

    /// Runs an operation to its end; an answer that is not the right one is an error.
    pub(crate) async fn run(&mut self, operation: &Operation) -> Result<Done> {
        match operation {
            Operation::Put(number) => self.put(*number).await,
            Operation::Get(number) => self.get(*number).await,
            Operation::Head(number) => self.head(*number).await,
            Operation::Delete(number) => self.delete(*number).await,
            Operation::DeleteMany(numbers) => self.delete_many(numbers.clone()).await,
            Operation::Page => self.page().await,
        }
    }

    /// Makes the bucket; that it is there already is fine.
    pub(crate) async fn make_bucket(&mut self) -> Result<()> {
        let path = format!("/{}", self.signer.bucket());
        let answer = self.send("PUT", &path, "", BodyWish::Keep).await?;
        match answer.status {
            200 | 409 => Ok(()),
            _ => expect(&answer, 200),
        }
    }

    /// Gives the bucket a policy, or takes it away.
    pub(crate) async fn set_policy(&mut self, policy: BucketPolicy) -> Result<()> {
        let path = format!("/{}", self.signer.bucket());
        if policy == BucketPolicy::None {
            return expect(&self.send("DELETE", &path, "policy=", BodyWish::Keep).await?, 204);
        }
        let body = largest_policy(self.signer.bucket());
        let head = self.signer.sign(&Unsigned {
            method: "PUT",
            path: &path,
            query: "policy=",
            payload: &hex::encode(Sha256::digest(&body)),
            decoded_length: None,
            body_length: body.len() as u64,
            more: &format!("Content-MD5: {}\r\n", STANDARD.encode(Md5::digest(&body))),
        });
        let mut request = Pieces::default();
        request.push(head.bytes);
        request.push(Bytes::from(body));
        expect(&self.connection.exchange(request, BodyWish::Keep).await?, 204)
    }

    async fn put(&mut self, number: u64) -> Result<Done> {
        let path = self.path(number);
        let load = Arc::clone(&self.load);
        let payload = &load.payload;
        let head = self.signer.sign(&Unsigned {
            method: "PUT",
            path: &path,
            query: "",
            payload: payload.claim(),
            decoded_length: payload.decoded_length(),
            body_length: payload.wire_length(),
            more: "",
        });
        let mut request = Pieces::default();
        request.push(head.bytes);
        payload.push_to(&mut request, &self.signer, head.signature);
        let answer = self.connection.exchange(request, BodyWish::Count).await?;
        expect(&answer, 200)?;
        if self.load.workload == Workload::Mixed {
            self.load.keys.remember(number);
        }
        Ok(Done { items: 1, bytes: payload.len() })
    }

    async fn get(&mut self, number: u64) -> Result<Done> {
        let path = self.path(number);
        let answer = self.send("GET", &path, "", BodyWish::Count).await?;
        expect(&answer, 200)?;
        self.expect_whole(&answer)
    }

    async fn head(&mut self, number: u64) -> Result<Done> {
        let path = self.path(number);
        let answer = self.send("HEAD", &path, "", BodyWish::Absent).await?;
        expect(&answer, 200)?;
        self.expect_whole(&answer).map(|_| Done { items: 1, bytes: 0 })
    }

    fn expect_whole(&self, answer: &Answer) -> Result<Done> {
        let expected = self.load.payload.len();
        if answer.length != expected {
            bail!("{} bytes instead of {expected}", answer.length);
        }
        Ok(Done { items: 1, bytes: expected })
    }

    async fn delete(&mut self, number: u64) -> Result<Done> {
        let path = self.path(number);
        let answer = self.send("DELETE", &path, "", BodyWish::Count).await?;
        expect(&answer, 204)?;
        Ok(Done { items: 1, bytes: 0 })
    }

    async fn delete_many(&mut self, numbers: Range<u64>) -> Result<Done> {
        let items = numbers.end - numbers.start;
        let body = delete_document(&self.load.keys, numbers);
        let path = format!("/{}", self.signer.bucket());
        let md5 = STANDARD.encode(Md5::digest(&body));
        let head = self.signer.sign(&Unsigned {
            method: "POST",
            path: &path,
            query: "delete=",
            payload: &hex::encode(Sha256::digest(&body)),
            decoded_length: None,
            body_length: body.len() as u64,
            more: &format!("Content-MD5: {md5}\r\n"),
        });
        let mut request = Pieces::default();
        request.push(head.bytes);
        request.push(Bytes::from(body));
        let answer = self.connection.exchange(request, BodyWish::Keep).await?;
        expect(&answer, 200)?;
        if contains(&answer.body, b"<Error>") {
            bail!("DeleteObjects: {}", shortened(&answer.body));
        }
        Ok(Done { items, bytes: 0 })
    }

    async fn page(&mut self) -> Result<Done> {
        let by_prefix = self.load.workload == Workload::ListDelimiter;
        let query = list_query(&self.load.keys, self.walk.token.as_deref(), by_prefix);
        let path = format!("/{}", self.signer.bucket());
        let answer = self.send("GET", &path, &query, BodyWish::Keep).await?;
        expect(&answer, 200)?;
        let page = Page::parse(&answer.body)?;
        let items = page.keys + page.prefixes;
        let is_last = page.token.is_none();
        self.walk = Walk { token: page.token, seen: self.walk.seen + items };
        if is_last {
            self.end_walk(by_prefix)?;
        }
        Ok(Done { items, bytes: 0 })
    }

    /// A listing that leaves out a key is fast and wrong.
    fn end_walk(&mut self, by_prefix: bool) -> Result<()> {
        let made = self.load.keys.made();
        let expected = if by_prefix { made.min(PREFIXES) } else { made };
        let seen = std::mem::take(&mut self.walk).seen;
        if seen != expected {
            bail!("the listing showed {seen} of {expected}");
        }
        Ok(())
    }

    fn path(&self, number: u64) -> String {
        format!("/{}/{}", self.signer.bucket(), self.load.keys.key(number))
    }

    async fn send(&mut self, method: &str, path: &str, query: &str, wish: BodyWish) -> Result<Answer> {
        let unsigned =
            Unsigned { method, path, query, payload: EMPTY_SHA256, decoded_length: None, body_length: 0, more: "" };
        let mut request = Pieces::default();
        request.push(self.signer.sign(&unsigned).bytes);
        self.connection.exchange(request, wish).await
    }
}

/// Where the keys that a mixed load writes begin: above all that a load prepares.
const MIXED_FIRST: u64 = 1 << 32;

fn expect(answer: &Answer, status: u16) -> Result<()> {
    if answer.status != status {
        bail!("{} instead of {status}: {}", answer.status, shortened(&answer.body));
    }
    Ok(())
}

fn shortened(body: &[u8]) -> String {
    String::from_utf8_lossy(body).chars().take(300).collect()
}

fn contains(body: &[u8], wanted: &[u8]) -> bool {
    body.windows(wanted.len()).any(|window| window == wanted)
}

fn delete_document(keys: &KeySet, numbers: Range<u64>) -> String {
    let mut body = String::from("<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Quiet>true</Quiet>");
    for number in numbers {
        write!(body, "<Object><Key>{}</Key></Object>", keys.key(number)).expect("writing to a string does not fail");
    }
    body.push_str("</Delete>");
    body
}

/// Sorted by name, as a canonical query must be.
fn list_query(keys: &KeySet, token: Option<&str>, by_prefix: bool) -> String {
    let mut query = String::new();
    if let Some(token) = token {
        query = format!("continuation-token={}&", uri_encode(token.as_bytes()));
    }
    if by_prefix {
        query.push_str("delimiter=%2F&");
    }
    query + "list-type=2&max-keys=1000&prefix=" + &uri_encode(keys.prefix().as_bytes())
}
