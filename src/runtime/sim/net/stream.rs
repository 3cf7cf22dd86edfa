//! One end of a simulated stream.

use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep_until};

use super::CHUNK_BYTES_MAX;
use super::connection::Received;
use super::fabric::Fabric;

/// An end; dropping it closes it.
pub(super) struct SimStream {
    fabric: Arc<Fabric>,
    id: u64,
    side: usize,
    timer: Option<Pin<Box<Sleep>>>,
}

impl SimStream {
    pub(super) fn new(fabric: Arc<Fabric>, id: u64, side: usize) -> Self {
        Self { fabric, id, side, timer: None }
    }

    fn send(&mut self, context: &mut Context<'_>, bytes: Bytes) -> Poll<io::Result<usize>> {
        if bytes.is_empty() {
            return Poll::Ready(Ok(0));
        }
        match self.fabric.write(self.id, self.side, bytes, context.waker()) {
            Ok(0) => Poll::Pending,
            result => Poll::Ready(result),
        }
    }
}

impl AsyncRead for SimStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if buffer.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        loop {
            match self.fabric.read(self.id, self.side, buffer.remaining(), context.waker())? {
                Received::Bytes(bytes) => {
                    buffer.put_slice(&bytes);
                    return Poll::Ready(Ok(()));
                }
                Received::End => return Poll::Ready(Ok(())),
                Received::Nothing => return Poll::Pending,
                Received::NotBefore(time) => {
                    let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(time)));
                    if timer.deadline() != time {
                        timer.as_mut().reset(time);
                    }
                    ready!(timer.as_mut().poll(context));
                }
            }
        }
    }
}

impl AsyncWrite for SimStream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let bytes = Bytes::copy_from_slice(&bytes[..bytes.len().min(CHUNK_BYTES_MAX)]);
        self.send(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut gathered = BytesMut::new();
        for slice in slices {
            let room = CHUNK_BYTES_MAX - gathered.len();
            gathered.extend_from_slice(&slice[..slice.len().min(room)]);
        }
        self.send(context, gathered.freeze())
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.fabric.end(self.id, self.side);
        Poll::Ready(Ok(()))
    }
}

impl Drop for SimStream {
    fn drop(&mut self) {
        self.fabric.close(self.id, self.side);
    }
}
