//! The body of a form: its fields, then its file.

use std::task::{Context as PollContext, Poll, ready};

use bytes::Bytes;
use cairn_s3::form::{FormBoundary, FormDecoder, FormFields, PostPolicy};
use cairn_s3::{S3Error, S3ErrorCode};

use crate::http1::RequestBody;

/// The file of a form on its way in. Its last item is an error if the form has no end, or the file a length that its policy
/// does not allow.
pub(super) struct FormFile<'b> {
    body: &'b mut RequestBody,
    /// Gone once it has had its say.
    decoder: Option<FormDecoder>,
    policy: Option<PostPolicy>,
    /// In reverse, so that the next is at the end.
    pieces: Vec<Bytes>,
}

impl<'b> FormFile<'b> {
    /// Reads the fields of a form, and no more than came with them.
    ///
    /// # Errors
    /// What is wrong with the form so far.
    pub(super) async fn begin(
        body: &'b mut RequestBody,
        boundary: &FormBoundary,
    ) -> Result<(FormFields, Self), S3Error> {
        let (mut decoder, mut pieces) = (FormDecoder::new(boundary), Vec::new());
        loop {
            if let Some(fields) = decoder.fields() {
                let fields = fields.clone();
                pieces.reverse();
                return Ok((fields, Self { body, decoder: Some(decoder), policy: None, pieces }));
            }
            match body.next().await {
                Some(piece) => decoder.push(piece?, &mut pieces)?,
                None => return Err(decoder.finish().err().unwrap_or_else(|| S3ErrorCode::MalformedPOSTRequest.into())),
            }
        }
    }

    /// Holds the file to the length that a policy allows.
    pub(super) fn under(mut self, policy: Option<PostPolicy>) -> Self {
        self.policy = policy;
        self
    }

    /// The next bytes of the file. What the form holds behind it is read and thrown away.
    pub(super) fn poll_next(&mut self, context: &mut PollContext<'_>) -> Poll<Option<Result<Bytes, S3Error>>> {
        loop {
            if let Some(piece) = self.pieces.pop() {
                return Poll::Ready(Some(Ok(piece)));
            }
            let Some(decoder) = &mut self.decoder else { return Poll::Ready(None) };
            let taken = match ready!(self.body.poll_next(context)) {
                Some(bytes) => {
                    bytes.and_then(|bytes| decoder.push(bytes, &mut self.pieces)).map(|()| decoder.file_bytes())
                }
                None => self.decoder.take().map_or(Ok(0), FormDecoder::finish),
            };
            let is_complete = self.decoder.is_none();
            let policy = self.policy.as_ref();
            let checked =
                taken.and_then(|length| policy.map_or(Ok(()), |policy| policy.check_length(length, is_complete)));
            if let Err(error) = checked {
                self.decoder = None;
                self.pieces.clear();
                return Poll::Ready(Some(Err(error)));
            }
            self.pieces.reverse();
        }
    }
}
