//! Request heads signed with version 4 in the header. Keys are made of characters that need no encoding in a path, and the
//! signed headers are always the same ones, so a canonical request is a few pieces put together.
//!
//! `cairn_s3::auth::sign` signs any request, and hashes every chunk it frames; here the digests of the payload are known
//! beforehand, because the client must not take the CPU that the server needs. The key derivation is the same code.

use std::fmt::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use cairn_s3::auth::SigningKey;
use cairn_types::civil_from_unix_days;
use sha2::{Digest, Sha256};

use crate::target::Target;

/// The hash of no bytes.
pub(crate) const EMPTY_SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// A request that is to be signed.
pub(crate) struct Unsigned<'a> {
    /// `PUT`, `GET`, …
    pub method: &'a str,
    /// The path, which needs no encoding.
    pub path: &'a str,
    /// The query in canonical form: sorted, encoded; empty for none.
    pub query: &'a str,
    /// What stands for the body: its hash, or the name of a mode.
    pub payload: &'a str,
    /// The length of the object, where the body on the wire is longer (signed chunks).
    pub decoded_length: Option<u64>,
    /// Bytes of the body on the wire.
    pub body_length: u64,
    /// More headers, each with its line end; not signed, so none may begin with `x-amz-`.
    pub more: &'a str,
}

/// A signed head, and what the signatures of its chunks build on.
pub(crate) struct SignedHead {
    /// To send before the body.
    pub bytes: Bytes,
    /// The signature of the head: the seed of the chunks' chain.
    pub signature: String,
}

/// Signs for one target; each connection has its own.
pub(crate) struct Signer {
    target: Target,
    host: String,
    stamp: Stamp,
    canonical: String,
    head: String,
}

/// What changes with the second, and the key that changes with the day.
struct Stamp {
    second: u64,
    date_time: String,
    scope: String,
    key: SigningKey,
}

impl Signer {
    /// For this target.
    pub(crate) fn new(target: &Target) -> Self {
        let stamp = Stamp::at(now_seconds(), target);
        Self {
            host: target.endpoint.host_header(),
            target: target.clone(),
            stamp,
            canonical: String::new(),
            head: String::new(),
        }
    }

    /// The bucket that paths begin with.
    pub(crate) fn bucket(&self) -> &str {
        &self.target.bucket
    }

    /// Signs a head with the time of now.
    pub(crate) fn sign(&mut self, request: &Unsigned<'_>) -> SignedHead {
        self.refresh(now_seconds());
        let signature = self.signature(request);
        self.head.clear();
        self.write_head(request, &signature).expect("writing to a string does not fail");
        SignedHead { bytes: Bytes::copy_from_slice(self.head.as_bytes()), signature }
    }

    /// The signature of a chunk that follows one with the signature `previous`.
    pub(crate) fn sign_chunk(&self, previous: &str, chunk_sha256: &str) -> String {
        let Stamp { date_time, scope, key, .. } = &self.stamp;
        key.sign(
            format!("AWS4-HMAC-SHA256-PAYLOAD\n{date_time}\n{scope}\n{previous}\n{EMPTY_SHA256}\n{chunk_sha256}")
                .as_bytes(),
        )
    }

    fn refresh(&mut self, second: u64) {
        if self.stamp.second != second {
            self.stamp = Stamp::at(second, &self.target);
        }
    }

    fn signature(&mut self, request: &Unsigned<'_>) -> String {
        let date_time = &self.stamp.date_time;
        self.canonical.clear();
        let Unsigned { method, path, query, payload, .. } = request;
        write!(
            self.canonical,
            "{method}\n{path}\n{query}\nhost:{}\nx-amz-content-sha256:{payload}\nx-amz-date:{date_time}\n",
            self.host
        )
        .and_then(|()| match request.decoded_length {
            Some(length) => writeln!(self.canonical, "x-amz-decoded-content-length:{length}"),
            None => Ok(()),
        })
        .and_then(|()| write!(self.canonical, "\n{}\n{payload}", signed_headers(request)))
        .expect("writing to a string does not fail");
        let hash = hex::encode(Sha256::digest(self.canonical.as_bytes()));
        self.stamp.key.sign(format!("AWS4-HMAC-SHA256\n{date_time}\n{}\n{hash}", self.stamp.scope).as_bytes())
    }

    fn write_head(&mut self, request: &Unsigned<'_>, signature: &str) -> std::fmt::Result {
        let Unsigned { method, path, query, payload, body_length, more, .. } = request;
        let question = if query.is_empty() { "" } else { "?" };
        let (access_key, Stamp { date_time, scope, .. }) = (&self.target.access_key, &self.stamp);
        let head = &mut self.head;
        write!(
            head,
            "{method} {path}{question}{query} HTTP/1.1\r\nHost: {}\r\nx-amz-date: {date_time}\r\n",
            self.host
        )?;
        write!(head, "x-amz-content-sha256: {payload}\r\nContent-Length: {body_length}\r\n")?;
        if let Some(length) = request.decoded_length {
            write!(head, "x-amz-decoded-content-length: {length}\r\nContent-Encoding: aws-chunked\r\n")?;
        }
        let signed = signed_headers(request);
        write!(head, "Authorization: AWS4-HMAC-SHA256 Credential={access_key}/{scope}, SignedHeaders={signed}, ")?;
        write!(head, "Signature={signature}\r\n{more}\r\n")
    }
}

impl Stamp {
    fn at(second: u64, target: &Target) -> Self {
        let (year, month, day) = civil_from_unix_days(second / 86_400);
        let rest = second % 86_400;
        let date = format!("{year:04}{month:02}{day:02}");
        let date_time = format!("{date}T{:02}{:02}{:02}Z", rest / 3_600, rest / 60 % 60, rest % 60);
        let key = SigningKey::derive(&target.secret_key, &date, &target.region, "s3");
        Self { second, date_time, scope: format!("{date}/{}/s3/aws4_request", target.region), key }
    }
}

fn signed_headers(request: &Unsigned<'_>) -> &'static str {
    match request.decoded_length {
        Some(_) => "host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length",
        None => "host;x-amz-content-sha256;x-amz-date",
    }
}

fn now_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use cairn_s3::auth::SecretKey;

    use super::*;

    /// The example "GET bucket lifecycle" of the S3 documentation signs the same three headers that we sign.
    #[test]
    fn the_documented_example_gives_the_documented_signature() {
        let target = Target {
            endpoint: "http://examplebucket.s3.amazonaws.com".parse().unwrap(),
            bucket: "examplebucket".to_owned(),
            region: "us-east-1".to_owned(),
            access_key: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret_key: SecretKey::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned()),
        };
        let mut signer = Signer::new(&target);
        signer.stamp = Stamp::at(1_369_353_600, &target);
        let request = Unsigned {
            method: "GET",
            path: "/",
            query: "lifecycle=",
            payload: EMPTY_SHA256,
            decoded_length: None,
            body_length: 0,
            more: "",
        };
        assert_eq!(signer.signature(&request), "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
    }

    /// The chunks of the documentation's example of a chunked upload, from its seed signature on.
    #[test]
    fn the_documented_chunks_give_the_documented_signatures() {
        let target = Target {
            endpoint: "http://s3.amazonaws.com".parse().unwrap(),
            bucket: "examplebucket".to_owned(),
            region: "us-east-1".to_owned(),
            access_key: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret_key: SecretKey::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned()),
        };
        let mut signer = Signer::new(&target);
        signer.stamp = Stamp::at(1_369_353_600, &target);
        let seed = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";
        let first = signer.sign_chunk(seed, &hex::encode(Sha256::digest(vec![b'a'; 65_536])));
        assert_eq!(first, "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648");
        let second = signer.sign_chunk(&first, &hex::encode(Sha256::digest(vec![b'a'; 1_024])));
        assert_eq!(second, "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497");
        assert_eq!(
            signer.sign_chunk(&second, EMPTY_SHA256),
            "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"
        );
    }
}
