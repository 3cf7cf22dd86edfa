//! The S3 operations on versions that runs use.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::Method;
use md5::{Digest, Md5};

use super::{Answer, Asked, NoAnswer, S3Client, encode};

impl S3Client {
    /// Switches versioning of a bucket on, or suspends it.
    pub(crate) async fn put_versioning(&self, gateway: usize, bucket: &str, status: &str) -> Result<Answer, NoAnswer> {
        let document = format!("<VersioningConfiguration><Status>{status}</Status></VersioningConfiguration>");
        let asked = Asked::bucket(Method::PUT, bucket).query("versioning=");
        self.ask(gateway, asked.body(Bytes::from(document))).await
    }

    pub(crate) async fn get_version(
        &self,
        gateway: usize,
        bucket: &str,
        (key, id): (&str, &str),
    ) -> Result<Answer, NoAnswer> {
        self.ask(gateway, Asked::key(Method::GET, bucket, key).query(version_query(id))).await
    }

    pub(crate) async fn delete_version(
        &self,
        gateway: usize,
        bucket: &str,
        (key, id): (&str, &str),
    ) -> Result<Answer, NoAnswer> {
        self.ask(gateway, Asked::key(Method::DELETE, bucket, key).query(version_query(id))).await
    }

    /// A DELETE if the latest version has that tag.
    pub(crate) async fn delete_if(
        &self,
        gateway: usize,
        bucket: &str,
        (key, etag): (&str, &str),
    ) -> Result<Answer, NoAnswer> {
        self.ask(gateway, Asked::key(Method::DELETE, bucket, key).header("if-match", format!("\"{etag}\""))).await
    }

    /// Deletes several keys of a bucket, or versions of them.
    pub(crate) async fn delete_objects(
        &self,
        gateway: usize,
        bucket: &str,
        targets: &[(&str, Option<&str>)],
    ) -> Result<Answer, NoAnswer> {
        let object = |(key, id): &(&str, Option<&str>)| {
            let id = id.map_or_else(String::new, |id| format!("<VersionId>{id}</VersionId>"));
            format!("<Object><Key>{key}</Key>{id}</Object>")
        };
        let document = format!("<Delete>{}</Delete>", targets.iter().map(object).collect::<String>());
        self.ask(gateway, with_digest(Asked::bucket(Method::POST, bucket).query("delete="), document)).await
    }

    /// Lets versions of a bucket be locked; its versioning is on.
    pub(crate) async fn enable_locks(&self, gateway: usize, bucket: &str) -> Result<Answer, NoAnswer> {
        let document =
            "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>";
        let asked = Asked::bucket(Method::PUT, bucket).query("object-lock=");
        self.ask(gateway, with_digest(asked, document.to_owned())).await
    }

    /// Keeps a version until a date of ISO 8601, whoever asks.
    pub(crate) async fn retain(
        &self,
        gateway: usize,
        bucket: &str,
        (key, id): (&str, &str),
        until: &str,
    ) -> Result<Answer, NoAnswer> {
        let document =
            format!("<Retention><Mode>COMPLIANCE</Mode><RetainUntilDate>{until}</RetainUntilDate></Retention>");
        let asked = Asked::key(Method::PUT, bucket, key).query(format!("retention=&{}", version_query(id)));
        self.ask(gateway, with_digest(asked, document)).await
    }

    /// Puts a version under a legal hold, or lifts it.
    pub(crate) async fn hold(
        &self,
        gateway: usize,
        bucket: &str,
        (key, id): (&str, &str),
        is_held: bool,
    ) -> Result<Answer, NoAnswer> {
        let status = if is_held { "ON" } else { "OFF" };
        let document = format!("<LegalHold><Status>{status}</Status></LegalHold>");
        let asked = Asked::key(Method::PUT, bucket, key).query(format!("legal-hold=&{}", version_query(id)));
        self.ask(gateway, with_digest(asked, document)).await
    }

    /// Gives an object another key of its bucket.
    pub(crate) async fn rename(
        &self,
        gateway: usize,
        bucket: &str,
        (from, to): (&str, &str),
    ) -> Result<Answer, NoAnswer> {
        let source = format!("/{bucket}/{}", encode(from, b"/"));
        let asked = Asked::key(Method::PUT, bucket, to).query("renameObject=");
        self.ask(gateway, asked.header("x-amz-rename-source", source)).await
    }

    /// Adds bytes behind those of the object that has that tag and length.
    pub(crate) async fn append(
        &self,
        gateway: usize,
        bucket: &str,
        (key, etag, len): (&str, &str, usize),
        more: Bytes,
    ) -> Result<Answer, NoAnswer> {
        let asked = Asked::key(Method::PUT, bucket, key)
            .header("x-amz-write-offset-bytes", len.to_string())
            .header("if-match", format!("\"{etag}\""));
        self.ask(gateway, asked.body(more)).await
    }

    /// One page of all versions, above a key and, of that key, below a version.
    pub(crate) async fn list_versions(
        &self,
        gateway: usize,
        bucket: &str,
        (max_keys, after): (usize, Option<(&str, &str)>),
    ) -> Result<Answer, NoAnswer> {
        let marker = after.map_or_else(String::new, |(key, id)| {
            format!("&key-marker={}&version-id-marker={}", encode(key, b""), encode(id, b""))
        });
        let query = format!("versions=&max-keys={max_keys}{marker}");
        self.ask(gateway, Asked::bucket(Method::GET, bucket).query(query)).await
    }
}

/// With a document, and the digest of it that these operations ask for.
fn with_digest(asked: Asked, document: String) -> Asked {
    asked.header("content-md5", STANDARD.encode(Md5::digest(&document))).body(Bytes::from(document))
}

fn version_query(id: &str) -> String {
    format!("versionId={}", encode(id, b""))
}
