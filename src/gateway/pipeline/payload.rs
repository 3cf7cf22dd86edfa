//! The bytes of an object or part on their way in.

use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context as PollContext, Poll, ready};

use bytes::Bytes;
use cairn_catalog::rows::ChecksumOrigin;
use cairn_objects::{BodySeal, StageTarget, Staged, VerifiedChecksum};
use cairn_s3::checksum::{BodyChecksum, ChecksumAlgorithm, ContentMd5};
use cairn_s3::payload::{BodyProof, PayloadDecoder, PayloadPlan, PayloadSummary};
use cairn_s3::{S3Error, S3ErrorCode};
use cairn_types::{BucketId, ObjectKey};
use futures::Stream;
use http::HeaderMap;
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};

use super::errors::Refused;
use super::form_file::FormFile;
use crate::gateway::Gateway;
use crate::http1::RequestBody;

/// A body that was authorised and not yet read.
pub(crate) struct Payload<'b>(Source<'b>);

enum Source<'b> {
    /// The body of the request.
    Body { body: &'b mut RequestBody, headers: &'b HeaderMap, proof: BodyProof },
    /// A file in it.
    File(FormFile<'b>),
}

/// What a client promised of a body.
#[derive(Clone, Copy)]
pub(crate) struct Promised {
    /// Its MD5.
    pub(crate) content_md5: Option<ContentMd5>,
    /// Its checksum.
    pub(crate) checksum: Option<BodyChecksum>,
    /// The algorithm to compute unless it brings that one.
    pub(crate) unless_sent: Option<ChecksumAlgorithm>,
}

/// A body that is durable, complete, and what it was promised to be.
pub(crate) struct StagedBody {
    pub(crate) staged: Staged,
    /// The client's checksum, verified.
    pub(crate) checksum: Option<VerifiedChecksum>,
}

impl<'b> Payload<'b> {
    pub(super) fn new(body: &'b mut RequestBody, headers: &'b HeaderMap, proof: BodyProof) -> Self {
        Self(Source::Body { body, headers, proof })
    }

    /// The file of a form.
    pub(super) fn of_form(file: FormFile<'b>) -> Self {
        Self(Source::File(file))
    }

    /// Reads the body to its end and makes it durable, invisibly. Nothing of a body that proves wrong can be published.
    ///
    /// # Errors
    /// `MissingContentLength` unless the length is known or the body comes in chunks; whatever is wrong with the body.
    pub(crate) async fn stage(
        self,
        gateway: &Gateway,
        (bucket, key, seal): (BucketId, &ObjectKey, Option<BodySeal>),
        promised: Promised,
    ) -> Result<StagedBody, S3Error> {
        let (incoming, plan) = self.0.begin(promised.checksum)?;
        let sent = promised.checksum.map(|checksum| checksum.algorithm());
        let checksum = promised.unless_sent.filter(|wanted| sent != Some(*wanted));
        let target = StageTarget { bucket, key: key.clone(), length: plan.len(), checksum, seal };
        let summary = Arc::new(OnceLock::new());
        let stream = Decoded {
            incoming,
            decoder: Some(PayloadDecoder::new(plan)),
            pieces: Vec::new(),
            summary: Arc::clone(&summary),
        };
        let staged = gateway.objects().stage(target, stream).await.map_err(Refused::from)?;
        if let Some(content_md5) = promised.content_md5 {
            content_md5.verify(&staged.measured().md5)?;
        }
        let summary: &PayloadSummary = summary.get().ok_or(S3ErrorCode::IncompleteBody)?;
        let checksum = summary.checksum.map(|value| VerifiedChecksum { value, origin: ChecksumOrigin::Sent });
        Ok(StagedBody { staged, checksum })
    }
}

impl<'b> Source<'b> {
    /// What will come, and what is known of it beforehand. The data path computes what was not sent, so the decoder only
    /// checks what was.
    fn begin(self, sent: Option<BodyChecksum>) -> Result<(Incoming<'b>, PayloadPlan), S3Error> {
        match self {
            Self::Body { body, headers, proof } => {
                if !headers.contains_key(CONTENT_LENGTH) && !headers.contains_key(TRANSFER_ENCODING) {
                    return Err(S3ErrorCode::MissingContentLength.into());
                }
                Ok((Incoming::Body(body), PayloadPlan::new(proof, headers, sent, None)?))
            }
            // The headers are the form's; how long its file is shows at its end.
            Self::File(file) => {
                let plan = PayloadPlan::new(BodyProof::None, &HeaderMap::new(), sent, None)?;
                Ok((Incoming::File(Box::new(file)), plan))
            }
        }
    }
}

/// Bytes as they arrive.
enum Incoming<'b> {
    Body(&'b mut RequestBody),
    File(Box<FormFile<'b>>),
}

impl Incoming<'_> {
    fn poll_next(&mut self, context: &mut PollContext<'_>) -> Poll<Option<Result<Bytes, S3Error>>> {
        match self {
            Self::Body(body) => body.poll_next(context),
            Self::File(file) => file.poll_next(context),
        }
    }
}

/// The payload in a body. Its last item is an error if the whole did not prove right.
struct Decoded<'b> {
    incoming: Incoming<'b>,
    /// Gone once it has had its say.
    decoder: Option<PayloadDecoder>,
    /// In reverse, so that the next is at the end.
    pieces: Vec<Bytes>,
    summary: Arc<OnceLock<PayloadSummary>>,
}

impl Decoded<'_> {
    fn end(&mut self, error: S3Error) -> Poll<Option<Result<Bytes, S3Error>>> {
        self.decoder = None;
        self.pieces.clear();
        Poll::Ready(Some(Err(error)))
    }
}

impl Stream for Decoded<'_> {
    type Item = Result<Bytes, S3Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut PollContext<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            if let Some(piece) = this.pieces.pop() {
                return Poll::Ready(Some(Ok(piece)));
            }
            let Some(decoder) = &mut this.decoder else { return Poll::Ready(None) };
            match ready!(this.incoming.poll_next(context)) {
                Some(Ok(bytes)) => match decoder.push(bytes, &mut this.pieces) {
                    Ok(()) => this.pieces.reverse(),
                    Err(error) => return this.end(error),
                },
                Some(Err(error)) => return this.end(error),
                None => {
                    let Some(decoder) = this.decoder.take() else { return Poll::Ready(None) };
                    match decoder.finish() {
                        Ok(summary) => this.summary.set(summary).expect("a decoder finishes once"),
                        Err(error) => return this.end(error),
                    }
                }
            }
        }
    }
}
