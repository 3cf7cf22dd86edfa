//! The body of a request.

use std::error::Error;
use std::io;
use std::pin::Pin;
use std::task::{Context as PollContext, Poll, ready};

use bytes::Bytes;
use cairn_s3::{S3Error, S3ErrorCode};
use http_body::Body;
use hyper::body::Incoming;

/// The bytes of a request's body as they arrive. Nothing is read, and no `100 Continue` is sent, before the first poll.
pub(crate) struct RequestBody {
    incoming: Incoming,
    bytes: u64,
    is_finished: bool,
}

impl RequestBody {
    pub(crate) fn new(incoming: Incoming) -> Self {
        let is_finished = incoming.is_end_stream();
        Self { incoming, bytes: 0, is_finished }
    }

    /// Whether all of it was read; true where there is none.
    pub(crate) fn is_finished(&self) -> bool {
        self.is_finished
    }

    /// Bytes that were read, framing included.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    /// `RequestTimeout` if the client stopped sending, `IncompleteBody` if it went away.
    pub(crate) fn poll_next(&mut self, context: &mut PollContext<'_>) -> Poll<Option<Result<Bytes, S3Error>>> {
        loop {
            if self.is_finished {
                return Poll::Ready(None);
            }
            match ready!(Pin::new(&mut self.incoming).poll_frame(context)) {
                None => self.is_finished = true,
                Some(Err(error)) => return Poll::Ready(Some(Err(cut(&error)))),
                Some(Ok(frame)) => {
                    // Trailers of HTTP itself mean nothing to S3.
                    if let Ok(data) = frame.into_data() {
                        self.bytes += data.len() as u64;
                        self.is_finished = self.incoming.is_end_stream();
                        return Poll::Ready(Some(Ok(data)));
                    }
                }
            }
        }
    }

    /// As [`RequestBody::poll_next`].
    ///
    /// # Cancel safety
    /// Cancel-safe.
    pub(crate) async fn next(&mut self) -> Option<Result<Bytes, S3Error>> {
        std::future::poll_fn(|context| self.poll_next(context)).await
    }
}

fn cut(error: &hyper::Error) -> S3Error {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(inner) = cause {
        if inner.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::TimedOut) {
            return S3ErrorCode::RequestTimeout.into();
        }
        cause = inner.source();
    }
    S3ErrorCode::IncompleteBody.into()
}
