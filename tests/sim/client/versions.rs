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
        let md5 = STANDARD.encode(Md5::digest(&document));
        let asked = Asked::bucket(Method::POST, bucket).query("delete=").header("content-md5", md5);
        self.ask(gateway, asked.body(Bytes::from(document))).await
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

fn version_query(id: &str) -> String {
    format!("versionId={}", encode(id, b""))
}
