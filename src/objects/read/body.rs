//! The bytes of a body as a stream.

use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use cairn_metadata::OpenRead;
use cairn_runtime::permits::BytePermit;
use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};
use futures::{Stream, TryFutureExt};

use super::fetch::fetch;
use super::opening::{Opening, Piece};
use super::walk::{Walk, Window};
use crate::error::ReadError;
use crate::limits::{WINDOW_BYTES, WINDOWS_AHEAD};
use crate::objects::Core;

/// The bytes of a range of one version, in pieces of at most a cell, without copies. The first error is the last item.
pub struct BodyStream {
    pieces: BoxStream<'static, Result<Bytes, ReadError>>,
    _open: Option<Arc<OpenRead>>,
    _memory: Option<BytePermit>,
}

impl BodyStream {
    /// A body whose bytes are not to be had.
    pub(super) fn failed(error: ReadError) -> Self {
        Self { pieces: stream::iter([Err(error)]).boxed(), _open: None, _memory: None }
    }

    /// Stored bytes of `range`, decrypted where there is an opening.
    pub(super) fn new(
        core: Arc<Core>,
        (walk, range): (Walk, Range<u64>),
        opening: Option<Opening>,
        open: Option<Arc<OpenRead>>,
    ) -> Self {
        let is_long = range.end.saturating_sub(range.start) > WINDOW_BYTES;
        let memory = if is_long { core.read_budget.try_take(WINDOWS_AHEAD as u64 * WINDOW_BYTES) } else { None };
        let ahead = if memory.is_some() { WINDOWS_AHEAD } else { 1 };
        let version = walk.version();
        let windows = stream::try_unfold(walk, |mut walk| async move {
            let window = walk.next().await?;
            Ok::<_, ReadError>(window.map(|window| ((window, walk.salt()), walk)))
        });
        let fetched = windows.map_ok(move |(window, salt)| {
            let version = Arc::clone(&version);
            async move {
                match window {
                    Window::Inline(bytes) => Ok(vec![bytes]),
                    Window::Blob(window) => fetch(&version, window).await,
                }
            }
            .map_ok(move |pieces| {
                stream::iter(pieces.into_iter().map(move |bytes| Ok(Piece { salt: salt.clone(), bytes })))
            })
        });
        let stored = fetched.try_buffered(ahead).try_flatten();
        let pieces = match opening {
            None => stored.map_ok(|piece| piece.bytes).boxed(),
            Some(mut opening) => {
                let opened = stored.map(move |piece| piece.and_then(|piece| opening.push(&piece)));
                opened.map_ok(|plain| stream::iter(plain.into_iter().map(Ok))).try_flatten().boxed()
            }
        };
        Self { pieces, _open: open, _memory: memory }
    }
}

impl Stream for BodyStream {
    type Item = Result<Bytes, ReadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = self.pieces.poll_next_unpin(context);
        if let Poll::Ready(Some(Err(_))) = next {
            // Windows that were read ahead lie behind a hole now: a body that is cut ends there.
            self.pieces = stream::empty().boxed();
        }
        next
    }
}
