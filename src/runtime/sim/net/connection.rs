//! One stream: what is on its way in both directions.

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::task::Waker;

use bytes::Bytes;
use tokio::time::Instant;

use super::PIPE_BYTES_MAX;

/// Both directions of a stream; side 0 connected, side 1 accepted.
pub(super) struct Connection {
    pub(super) ends: [SocketAddr; 2],
    /// Index: the side that writes.
    pub(super) pipes: [Pipe; 2],
    pub(super) open: [bool; 2],
    pub(super) is_reset: bool,
}

/// One direction. Chunks keep their order: none arrives before the one in front of it.
#[derive(Default)]
pub(super) struct Pipe {
    chunks: VecDeque<(Instant, Bytes)>,
    pub(super) bytes: usize,
    pub(super) is_ended: bool,
    arrives_last: Option<Instant>,
    pub(super) reader: Option<Waker>,
    writer: Option<Waker>,
}

/// What a reader finds.
pub(super) enum Received {
    Bytes(Bytes),
    End,
    /// Nothing before that time.
    NotBefore(Instant),
    /// Nothing until the reader is woken.
    Nothing,
}

impl Pipe {
    /// What there is room for of `bytes`; none if there is none, then `waker` is woken when there is.
    pub(super) fn admit(&mut self, bytes: Bytes, waker: &Waker) -> Option<Bytes> {
        let len = bytes.len().min(PIPE_BYTES_MAX.saturating_sub(self.bytes));
        if len == 0 {
            self.writer = Some(waker.clone());
            return None;
        }
        Some(bytes.slice(..len))
    }

    pub(super) fn send(&mut self, arrives: Instant, bytes: Bytes) {
        let arrives = self.arrives_last.map_or(arrives, |last| last.max(arrives));
        self.arrives_last = Some(arrives);
        self.bytes += bytes.len();
        self.chunks.push_back((arrives, bytes));
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }

    pub(super) fn receive(&mut self, max: usize) -> Received {
        let Some((arrives, chunk)) = self.chunks.front_mut() else {
            return if self.is_ended { Received::End } else { Received::Nothing };
        };
        if *arrives > Instant::now() {
            return Received::NotBefore(*arrives);
        }
        let bytes = chunk.split_to(max.min(chunk.len()));
        if chunk.is_empty() {
            self.chunks.pop_front();
        }
        self.bytes -= bytes.len();
        if let Some(writer) = self.writer.take() {
            writer.wake();
        }
        Received::Bytes(bytes)
    }

    pub(super) fn wake(&mut self) {
        self.reader.take().into_iter().chain(self.writer.take()).for_each(Waker::wake);
    }
}

impl Connection {
    pub(super) fn new(from: SocketAddr, to: SocketAddr) -> Self {
        Self { ends: [from, to], pipes: Default::default(), open: [true; 2], is_reset: false }
    }

    /// Whether `side` may write. A peer without power does not say that its end is gone.
    pub(super) fn check_open_to_write(&self, side: usize, is_peer_silent: bool) -> io::Result<()> {
        if self.is_reset || !(self.open[1 - side] || is_peer_silent) {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        if self.pipes[side].is_ended { Err(io::ErrorKind::BrokenPipe.into()) } else { Ok(()) }
    }

    pub(super) fn wake(&mut self) {
        self.pipes.iter_mut().for_each(Pipe::wake);
    }

    pub(super) fn reset(&mut self) {
        self.is_reset = true;
        self.pipes.iter_mut().for_each(|pipe| pipe.chunks.clear());
        self.wake();
    }

    pub(super) fn has_host(&self, host: IpAddr) -> bool {
        self.ends.iter().any(|end| end.ip() == host)
    }

    pub(super) fn joins(&self, a: IpAddr, b: IpAddr) -> bool {
        let [from, to] = self.ends.map(|end| end.ip());
        (from, to) == (a, b) || (from, to) == (b, a)
    }
}
