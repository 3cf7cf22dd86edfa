//! The S3 operations that runs use.

use bytes::Bytes;
use http::Method;

use super::{Answer, Asked, NoAnswer, S3Client, encode};

impl S3Client {
    pub(crate) async fn create_bucket(&self, gateway: usize, bucket: &str) -> Result<Answer, NoAnswer> {
        self.ask(gateway, Asked::bucket(Method::PUT, bucket)).await
    }

    pub(crate) async fn delete_bucket(&self, gateway: usize, bucket: &str) -> Result<Answer, NoAnswer> {
        self.ask(gateway, Asked::bucket(Method::DELETE, bucket)).await
    }

    pub(crate) async fn put(&self, gateway: usize, bucket: &str, key: &str, body: Bytes) -> Result<Answer, NoAnswer> {
        self.ask(gateway, Asked::key(Method::PUT, bucket, key).body(body)).await
    }

    /// A PUT under a condition: `if-none-match` or `if-match`.
    pub(crate) async fn put_if(
        &self,
        gateway: usize,
        bucket: &str,
        key: &str,
        body: Bytes,
        condition: (&'static str, String),
    ) -> Result<Answer, NoAnswer> {
        let (name, value) = condition;
        self.ask(gateway, Asked::key(Method::PUT, bucket, key).body(body).header(name, value)).await
    }

    pub(crate) async fn get(&self, gateway: usize, bucket: &str, key: &str) -> Result<Answer, NoAnswer> {
        self.ask(gateway, Asked::key(Method::GET, bucket, key)).await
    }

    pub(crate) async fn delete(&self, gateway: usize, bucket: &str, key: &str) -> Result<Answer, NoAnswer> {
        self.ask(gateway, Asked::key(Method::DELETE, bucket, key)).await
    }

    /// A server-side copy within a bucket, of one version of the source and no other.
    pub(crate) async fn copy(
        &self,
        gateway: usize,
        bucket: &str,
        (from, etag): (&str, &str),
        to: &str,
    ) -> Result<Answer, NoAnswer> {
        let source = format!("/{bucket}/{}", encode(from, b"/"));
        let asked = Asked::key(Method::PUT, bucket, to)
            .header("x-amz-copy-source", source)
            .header("x-amz-copy-source-if-match", format!("\"{etag}\""));
        self.ask(gateway, asked).await
    }

    /// One page of a listing.
    pub(crate) async fn list(
        &self,
        gateway: usize,
        bucket: &str,
        max_keys: usize,
        start_after: &str,
    ) -> Result<Answer, NoAnswer> {
        let start =
            if start_after.is_empty() { String::new() } else { format!("&start-after={}", encode(start_after, b"")) };
        let query = format!("list-type=2&max-keys={max_keys}{start}");
        self.ask(gateway, Asked::bucket(Method::GET, bucket).query(query)).await
    }

    pub(crate) async fn create_upload(&self, gateway: usize, bucket: &str, key: &str) -> Result<Answer, NoAnswer> {
        self.ask(gateway, Asked::key(Method::POST, bucket, key).query("uploads=")).await
    }

    pub(crate) async fn upload_part(
        &self,
        gateway: usize,
        (bucket, key, upload): (&str, &str, &str),
        number: usize,
        body: Bytes,
    ) -> Result<Answer, NoAnswer> {
        let query = format!("partNumber={number}&uploadId={}", encode(upload, b""));
        self.ask(gateway, Asked::key(Method::PUT, bucket, key).query(query).body(body)).await
    }

    pub(crate) async fn complete_upload(
        &self,
        gateway: usize,
        (bucket, key, upload): (&str, &str, &str),
        etags: &[String],
    ) -> Result<Answer, NoAnswer> {
        let part = |(place, etag): (usize, &String)| {
            format!("<Part><PartNumber>{}</PartNumber><ETag>\"{etag}\"</ETag></Part>", place + 1)
        };
        let parts: String = etags.iter().enumerate().map(part).collect();
        let document = format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>");
        let query = format!("uploadId={}", encode(upload, b""));
        let asked = Asked::key(Method::POST, bucket, key).query(query);
        self.ask(gateway, asked.body(Bytes::from(document))).await
    }

    pub(crate) async fn abort_upload(
        &self,
        gateway: usize,
        (bucket, key, upload): (&str, &str, &str),
    ) -> Result<Answer, NoAnswer> {
        let query = format!("uploadId={}", encode(upload, b""));
        self.ask(gateway, Asked::key(Method::DELETE, bucket, key).query(query)).await
    }
}

impl S3Client {
    /// Aborts every upload of a bucket.
    pub(crate) async fn abort_all_uploads(&self, gateway: usize, bucket: &str) {
        loop {
            let asked = Asked::bucket(Method::GET, bucket).query("uploads=");
            let listed = self.ask(gateway, asked).await.expect("a whole cluster answers");
            assert_eq!(listed.status(), 200, "{:?}", listed.code());
            let uploads = listed.texts("UploadId");
            if uploads.is_empty() {
                return;
            }
            for (key, upload) in listed.texts("Key").into_iter().zip(uploads) {
                let aborted = self.abort_upload(gateway, (bucket, &key, &upload)).await;
                assert_eq!(aborted.expect("a whole cluster answers").status(), 204);
            }
        }
    }
}
