//! All streams, listeners and links of a simulated world, behind one lock.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::ops::Range;
use std::sync::Arc;
use std::task::Waker;
use std::time::Duration;

use bytes::Bytes;
use parking_lot::Mutex;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::connection::{Connection, Received};
use super::stream::SimStream;
use super::{BACKLOG_MAX, KEEPALIVE};
use crate::sim::Random;
use crate::sim::world::EventLog;
use crate::watch;

const DEFAULT_LATENCY: Range<Duration> = Duration::from_micros(200)..Duration::from_millis(3);
const FIRST_FREE_PORT: u16 = 40_000;

/// An accepted connection and its peer.
pub(super) type Incoming = (SimStream, SocketAddr);

/// The network of a world.
pub(in crate::sim) struct Fabric {
    pub(super) state: Mutex<State>,
    /// Counts changes that let a waiting connect go on.
    changed: watch::Sender<u64>,
    pub(super) log: Arc<EventLog>,
}

pub(super) struct State {
    random: Random,
    pub(super) latency: Range<Duration>,
    pub(super) link_latency: BTreeMap<(IpAddr, IpAddr), Range<Duration>>,
    pub(super) cut: BTreeSet<(IpAddr, IpAddr)>,
    silent: BTreeSet<IpAddr>,
    pub(super) reset_one_in: u64,
    listeners: BTreeMap<SocketAddr, mpsc::Sender<Incoming>>,
    pub(super) streams: BTreeMap<u64, Connection>,
    next_stream: u64,
    next_port: u16,
}

/// Why a connect cannot go on at once.
pub(super) enum Connecting {
    Done(SimStream),
    /// No packet gets through: wait for a change.
    Lost,
}

impl Fabric {
    pub(in crate::sim) fn new(random: Random, log: Arc<EventLog>) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State {
                random,
                latency: DEFAULT_LATENCY,
                link_latency: BTreeMap::new(),
                cut: BTreeSet::new(),
                silent: BTreeSet::new(),
                reset_one_in: 0,
                listeners: BTreeMap::new(),
                streams: BTreeMap::new(),
                next_stream: 1,
                next_port: FIRST_FREE_PORT,
            }),
            changed: watch::Sender::new(0),
            log,
        })
    }

    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    pub(super) fn note_change(&self) {
        self.changed.send_modify(|count| *count += 1);
    }

    pub(super) fn draw_latency(&self, from: IpAddr, to: IpAddr) -> Duration {
        self.state.lock().draw_latency(from, to)
    }

    pub(super) fn listen(&self, host: IpAddr, asked: SocketAddr) -> io::Result<(SocketAddr, mpsc::Receiver<Incoming>)> {
        if !asked.ip().is_unspecified() && asked.ip() != host {
            return Err(io::ErrorKind::AddrNotAvailable.into());
        }
        let mut state = self.state.lock();
        let port = if asked.port() == 0 { state.free_port() } else { asked.port() };
        let address = SocketAddr::new(host, port);
        if state.listeners.get(&address).is_some_and(|sender| !sender.is_closed()) {
            return Err(io::ErrorKind::AddrInUse.into());
        }
        let (sender, receiver) = mpsc::channel(BACKLOG_MAX);
        state.listeners.insert(address, sender);
        drop(state);
        self.log.fold(format_args!("listen {address}"));
        Ok((address, receiver))
    }

    pub(super) fn connect(self: &Arc<Self>, host: IpAddr, to: SocketAddr) -> io::Result<Connecting> {
        let mut state = self.state.lock();
        if state.is_cut(host, to.ip()) || state.is_cut(to.ip(), host) {
            return Ok(Connecting::Lost);
        }
        let Some(listener) = state.listeners.get(&to).filter(|listener| !listener.is_closed()).cloned() else {
            return Err(io::ErrorKind::ConnectionRefused.into());
        };
        let Ok(place) = listener.try_reserve() else {
            return Err(io::ErrorKind::ConnectionRefused.into());
        };
        let from = SocketAddr::new(host, state.free_port());
        let id = state.next_stream;
        state.next_stream += 1;
        state.streams.insert(id, Connection::new(from, to));
        drop(state);
        self.log.fold(format_args!("connect {from} {to}"));
        place.send((SimStream::new(Arc::clone(self), id, 1), from));
        Ok(Connecting::Done(SimStream::new(Arc::clone(self), id, 0)))
    }

    /// Puts what there is room for of `bytes` on its way; `Ok(0)` means that there is no room, and the writer will be woken.
    pub(super) fn write(&self, id: u64, side: usize, bytes: Bytes, waker: &Waker) -> io::Result<usize> {
        let mut state = self.state.lock();
        let State { random, latency, link_latency, reset_one_in, silent, streams, .. } = &mut *state;
        let connection = streams.get_mut(&id).ok_or(io::ErrorKind::ConnectionReset)?;
        if *reset_one_in != 0 && random.chance(1, *reset_one_in) {
            connection.reset();
        }
        let [from, to] = [connection.ends[side], connection.ends[1 - side]];
        connection.check_open_to_write(side, silent.contains(&to.ip()))?;
        let Some(bytes) = connection.pipes[side].admit(bytes, waker) else { return Ok(0) };
        let range = latency_of(latency, link_latency, from.ip(), to.ip());
        let arrives = Instant::now() + draw(random, range, from.ip() == to.ip());
        let (len, digest) = (bytes.len(), xxhash_rust::xxh3::xxh3_64(&bytes));
        connection.pipes[side].send(arrives, bytes);
        drop(state);
        self.log.fold(format_args!("send {from} {to} {len} {digest:x}"));
        Ok(len)
    }

    /// Up to `max` of the bytes that have arrived.
    pub(super) fn read(&self, id: u64, side: usize, max: usize, waker: &Waker) -> io::Result<Received> {
        let mut state = self.state.lock();
        let State { cut, silent, streams, .. } = &mut *state;
        let connection = streams.get_mut(&id).ok_or(io::ErrorKind::ConnectionReset)?;
        if connection.is_reset {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        let [from, to] = [connection.ends[1 - side].ip(), connection.ends[side].ip()];
        let pipe = &mut connection.pipes[1 - side];
        let received =
            if cut.contains(&(from, to)) || silent.contains(&from) { Received::Nothing } else { pipe.receive(max) };
        if matches!(received, Received::Nothing | Received::NotBefore(_)) {
            pipe.reader = Some(waker.clone());
        }
        Ok(received)
    }

    /// Ends what `side` writes.
    pub(super) fn end(&self, id: u64, side: usize) {
        let mut state = self.state.lock();
        if let Some(connection) = state.streams.get_mut(&id) {
            connection.pipes[side].is_ended = true;
            connection.pipes[side].wake();
        }
    }

    /// Drops one side: what it wrote still arrives; bytes it has not read reset the stream, as TCP does.
    pub(super) fn close(&self, id: u64, side: usize) {
        let mut state = self.state.lock();
        let Some(connection) = state.streams.get_mut(&id) else { return };
        connection.open[side] = false;
        if !connection.open[1 - side] {
            state.streams.remove(&id);
            return;
        }
        // A host without power sends neither an end nor a reset.
        let from = connection.ends[side].ip();
        if state.silent.contains(&from) {
            return;
        }
        let connection = state.streams.get_mut(&id).expect("it was found above");
        connection.pipes[side].is_ended = true;
        if connection.pipes[1 - side].bytes > 0 {
            connection.reset();
        }
        connection.wake();
    }

    /// The process on `host` died: its kernel resets its streams and refuses new ones.
    pub(in crate::sim) fn kill(&self, host: IpAddr) {
        let mut state = self.state.lock();
        state.listeners.retain(|address, _| address.ip() != host);
        state.reset_where(|connection| connection.has_host(host));
        drop(state);
        self.note_change();
    }

    /// `host` lost power: silence.
    pub(in crate::sim) fn silence(self: &Arc<Self>, host: IpAddr) {
        let mut state = self.state.lock();
        state.listeners.retain(|address, _| address.ip() != host);
        state.silent.insert(host);
        state.streams.values_mut().filter(|connection| connection.has_host(host)).for_each(Connection::wake);
    }

    /// Ends the streams of a silent host, if it is still the same silence.
    pub(in crate::sim) async fn give_up_on(self: Arc<Self>, host: IpAddr) {
        let streams: BTreeSet<u64> = {
            let state = self.state.lock();
            state.streams.iter().filter(|(_, connection)| connection.has_host(host)).map(|(id, _)| *id).collect()
        };
        tokio::time::sleep(KEEPALIVE).await;
        let mut state = self.state.lock();
        state.streams.iter_mut().filter(|(id, _)| streams.contains(id)).for_each(|(_, connection)| connection.reset());
    }

    /// `host` is back: it resets the streams that it does not know.
    pub(in crate::sim) fn revive(&self, host: IpAddr) {
        let mut state = self.state.lock();
        if state.silent.remove(&host) {
            state.reset_where(|connection| connection.has_host(host));
        }
        drop(state);
        self.note_change();
    }
}

impl State {
    fn free_port(&mut self) -> u16 {
        let port = self.next_port;
        self.next_port = self.next_port.checked_add(1).unwrap_or(FIRST_FREE_PORT);
        port
    }

    fn is_cut(&self, from: IpAddr, to: IpAddr) -> bool {
        self.cut.contains(&(from, to)) || self.silent.contains(&from)
    }

    fn draw_latency(&mut self, from: IpAddr, to: IpAddr) -> Duration {
        let range = latency_of(&self.latency, &self.link_latency, from, to);
        draw(&mut self.random, range, from == to)
    }

    pub(super) fn reset_where(&mut self, mut which: impl FnMut(&Connection) -> bool) {
        self.streams.values_mut().filter(|connection| which(connection)).for_each(Connection::reset);
    }

    /// Lets every reader look again.
    pub(super) fn wake_all(&mut self) {
        self.streams.values_mut().for_each(Connection::wake);
    }
}

fn latency_of(
    general: &Range<Duration>,
    links: &BTreeMap<(IpAddr, IpAddr), Range<Duration>>,
    from: IpAddr,
    to: IpAddr,
) -> Range<Duration> {
    links.get(&(from, to)).unwrap_or(general).clone()
}

fn draw(random: &mut Random, range: Range<Duration>, is_loopback: bool) -> Duration {
    if is_loopback {
        return Duration::ZERO;
    }
    let span = u64::try_from(range.end.saturating_sub(range.start).as_nanos()).unwrap_or(u64::MAX);
    range.start + Duration::from_nanos(random.below(span))
}
