//! The stream of a connection as hyper sees it.
//!
//! # Invariants
//! X1, X2: hyper meets only heads that it accepts and that can be framed in one way. Of a refused head, and of whatever
//! follows it, hyper sees nothing: a harmless head stands for it, and the error waits in the [`Link`].
//! A body passes without a copy: it is read into hyper's own buffer.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as PollContext, Poll, ready};

use cairn_runtime::Clock;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::head_check::{BadHead, BodyLength, HeadCheck, check, too_slow};
use super::link::Link;
use super::patience::Patience;
use crate::limits::{
    BODY_PROGRESS_BYTES, BODY_WAIT_MAX, HEAD_MAX, IDLE_MAX, LINGER_BYTES_MAX, LINGER_MAX, WRITE_WAIT_MAX,
};

/// Stands for a refused head.
const SUBSTITUTE_GET: &[u8] = b"GET / HTTP/1.1\r\nhost: refused\r\nconnection: close\r\n\r\n";
const SUBSTITUTE_HEAD: &[u8] = b"HEAD / HTTP/1.1\r\nhost: refused\r\nconnection: close\r\n\r\n";
/// Read at once of a head that comes in pieces, and of what is thrown away.
const PIECE_BYTES: usize = 4_096;

/// A connection's stream, its request heads checked.
pub(super) struct Gate<S> {
    stream: S,
    link: Arc<Link>,
    phase: Phase,
    /// Heads that passed, substitutes included.
    heads: u64,
    /// The beginning of a head whose end has not come.
    held: Vec<u8>,
    /// Bytes that passed and did not fit into hyper's buffer.
    passed: Vec<u8>,
    reading: Patience,
    /// Bytes of the body since its sender last made progress.
    since_progress: u64,
    writing: Patience,
    lingering: Patience,
    thrown_away: u64,
}

/// What comes next.
enum Phase {
    /// A head.
    Head,
    /// So many bytes of a body.
    Body(u64),
    /// A chunked body. Where it ends is for hyper to find; no head is read after it.
    Chunked,
    /// Nothing: a head was refused.
    Refused,
}

impl<S> Gate<S> {
    pub(super) fn new(stream: S, link: Arc<Link>, clock: Clock) -> Self {
        let patience = || Patience::new(clock.clone());
        Self {
            stream,
            link,
            phase: Phase::Head,
            heads: 0,
            held: Vec::new(),
            passed: Vec::new(),
            reading: patience(),
            since_progress: 0,
            writing: patience(),
            lingering: patience(),
            thrown_away: 0,
        }
    }

    /// How many of these bytes hyper may see now. The rest begins a head that is not complete, or was refused.
    fn admit(&mut self, bytes: &[u8]) -> usize {
        let mut at = 0;
        while at < bytes.len() {
            match self.phase {
                Phase::Chunked => return bytes.len(),
                Phase::Refused => return at,
                Phase::Body(left) => {
                    let step = left.min((bytes.len() - at) as u64);
                    at += step as usize;
                    self.phase = if step == left { Phase::Head } else { Phase::Body(left - step) };
                }
                Phase::Head => match check(&bytes[at..]) {
                    HeadCheck::Partial => return at,
                    HeadCheck::Bad(bad) => {
                        self.refuse(*bad);
                        return at;
                    }
                    HeadCheck::Good(facts) => {
                        at += facts.len;
                        self.begin_body(facts.body);
                    }
                },
            }
        }
        at
    }

    fn begin_body(&mut self, body: BodyLength) {
        self.heads += 1;
        self.since_progress = 0;
        self.phase = match body {
            BodyLength::Known(0) => Phase::Head,
            BodyLength::Known(length) => Phase::Body(length),
            BodyLength::Chunked => {
                self.link.end_after(self.heads);
                Phase::Chunked
            }
        };
    }

    fn refuse(&mut self, bad: BadHead) {
        self.heads += 1;
        self.phase = Phase::Refused;
        self.held = Vec::new();
        self.link.refuse(self.heads, bad.error);
        self.passed.extend_from_slice(if bad.is_head { SUBSTITUTE_HEAD } else { SUBSTITUTE_GET });
    }

    /// Notes what came, for the clock of the sender. `is_first`: no part of a head was held before it.
    fn progress(&mut self, bytes: usize, is_first: bool) {
        self.since_progress += bytes as u64;
        let is_enough = match self.phase {
            // A head has its time as a whole, and the wait for the first byte is another one.
            Phase::Head => is_first || self.held.is_empty(),
            Phase::Body(_) | Phase::Chunked => self.since_progress >= BODY_PROGRESS_BYTES,
            Phase::Refused => true,
        };
        if is_enough {
            self.since_progress = 0;
            self.reading.renew();
        } else {
            self.reading.pause();
        }
    }

    /// Nothing came: whether that has been so for too long, and what then.
    fn poll_stalled(&mut self, context: &mut PollContext<'_>) -> Poll<io::Result<()>> {
        let limit = match self.phase {
            Phase::Head if self.held.is_empty() => IDLE_MAX,
            Phase::Head => HEAD_MAX,
            Phase::Body(_) | Phase::Chunked => BODY_WAIT_MAX,
            Phase::Refused => return Poll::Pending,
        };
        if !self.reading.is_over(limit, context) {
            return Poll::Pending;
        }
        match self.phase {
            Phase::Head if !self.held.is_empty() => {
                let bad = too_slow(&self.held);
                self.refuse(bad);
                Poll::Ready(Ok(()))
            }
            // An end of the stream: hyper closes an idle connection without a word.
            Phase::Head | Phase::Refused => Poll::Ready(Ok(())),
            Phase::Body(_) | Phase::Chunked => {
                self.link.linger();
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
        }
    }

    fn give(&mut self, buffer: &mut ReadBuf<'_>) {
        let step = self.passed.len().min(buffer.remaining());
        buffer.put_slice(&self.passed[..step]);
        self.passed.drain(..step);
    }
}

impl<S: AsyncRead + Unpin> Gate<S> {
    /// Reads into hyper's buffer and takes back what it may not see yet. Ready with nothing new in the buffer and
    /// nothing in `passed` means the end of the stream.
    fn poll_fast(&mut self, context: &mut PollContext<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<Step>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.stream).poll_read(context, buffer) {
            Poll::Pending => return self.poll_stalled(context).map_ok(|()| Step::Ended),
            Poll::Ready(result) => result?,
        }
        let came = buffer.filled().len() - before;
        if came == 0 {
            return Poll::Ready(Ok(Step::Ended));
        }
        let admitted = self.admit(&buffer.filled()[before..]);
        if !matches!(self.phase, Phase::Refused) {
            self.held.extend_from_slice(&buffer.filled()[before + admitted..]);
        }
        buffer.set_filled(before + admitted);
        self.progress(came, true);
        Poll::Ready(Ok(if admitted > 0 { Step::Passed } else { Step::Held }))
    }

    /// Reads on in a head that came in pieces.
    fn poll_slow(&mut self, context: &mut PollContext<'_>) -> Poll<io::Result<Step>> {
        let mut piece = [0; PIECE_BYTES];
        let mut buffer = ReadBuf::new(&mut piece);
        match Pin::new(&mut self.stream).poll_read(context, &mut buffer) {
            Poll::Pending => return self.poll_stalled(context).map_ok(|()| Step::Held),
            Poll::Ready(result) => result?,
        }
        let came = buffer.filled().len();
        if came == 0 {
            return Poll::Ready(Ok(Step::Ended));
        }
        let mut bytes = std::mem::take(&mut self.held);
        bytes.extend_from_slice(buffer.filled());
        let admitted = self.admit(&bytes);
        if matches!(self.phase, Phase::Refused) {
            // The substitute is in `passed`, behind what was good.
            self.passed.splice(0..0, bytes.drain(..admitted));
        } else {
            self.passed.extend(bytes.drain(..admitted));
            self.held = bytes;
        }
        self.progress(came, false);
        Poll::Ready(Ok(Step::Held))
    }

    /// Throws away what a client sends that does not know yet that nobody reads it.
    fn poll_linger(&mut self, context: &mut PollContext<'_>) -> Poll<()> {
        let mut piece = [0; PIECE_BYTES];
        while self.thrown_away < LINGER_BYTES_MAX {
            let mut buffer = ReadBuf::new(&mut piece);
            match Pin::new(&mut self.stream).poll_read(context, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => self.thrown_away += buffer.filled().len() as u64,
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending if self.lingering.is_over(LINGER_MAX, context) => return Poll::Ready(()),
                Poll::Pending => return Poll::Pending,
            }
        }
        Poll::Ready(())
    }
}

/// What a read came to.
enum Step {
    /// Bytes are in hyper's buffer.
    Passed,
    /// None are; there may be some in `passed`.
    Held,
    /// Nothing more will come.
    Ended,
}

impl<S: AsyncRead + Unpin> AsyncRead for Gate<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut PollContext<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let gate = &mut *self;
        loop {
            if !gate.passed.is_empty() {
                gate.give(buffer);
                return Poll::Ready(Ok(()));
            }
            if matches!(gate.phase, Phase::Refused) {
                return Poll::Pending;
            }
            let step = if gate.held.is_empty() {
                ready!(gate.poll_fast(context, buffer))?
            } else {
                ready!(gate.poll_slow(context))?
            };
            match step {
                Step::Passed | Step::Ended => return Poll::Ready(Ok(())),
                Step::Held => {}
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> Gate<S> {
    fn poll_written<T>(&mut self, context: &mut PollContext<'_>, result: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        match result {
            Poll::Ready(result) => {
                self.writing.renew();
                Poll::Ready(result)
            }
            Poll::Pending if self.writing.is_over(WRITE_WAIT_MAX, context) => {
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Gate<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut PollContext<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.poll_written(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut PollContext<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.poll_written(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut PollContext<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.poll_written(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut PollContext<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_shutdown(context))?;
        if self.link.lingers() {
            ready!(self.poll_linger(context));
        }
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests;
