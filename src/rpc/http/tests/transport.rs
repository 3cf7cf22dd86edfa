//! What callers see.

use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context as PollContext, Poll};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use cairn_runtime::net::{BoxStream, Listener, Net, Network};
use cairn_runtime::sim::SimWorld;
use cairn_runtime::{Context, OnExit};
use cairn_types::{ErrorKind, HasKind};
use futures::future::join_all;
use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::support::{SLOW, Server, call, message, transport};
use crate::limits::{CONNECT_WAIT_MAX, CONNECTIONS_PER_PEER_MAX, HEAD_BYTES_MAX, IDLE_CLOSE};
use crate::{CallError, Failure, HttpTransport, Message, Transport};

#[test]
fn head_and_payload_arrive_as_they_were_sent_both_ways() {
    SimWorld::run(1, |world| async move {
        let server = Server::start(&world).await;
        let transport = transport();
        let messages =
            [message(0, &[]), message(9, &[]), message(0, &[1]), message(300_000, &[1, 0, 3_000_000, 70_000])];
        for sent in messages {
            let got = call(&transport, server.address, "script/echo", sent.clone()).await.unwrap();
            assert_eq!(got.head, sent.head);
            assert!(got.into_payload() == sent.into_payload());
        }
    });
}

#[test]
fn payload_is_written_from_where_it_lies() {
    SimWorld::run(2, |world| async move {
        let server = Server::start(&world).await;
        let writes = Arc::default();
        let mut context = Context::current();
        context.net = Arc::new(Recording { net: Arc::clone(&context.net), writes: Arc::clone(&writes) });
        let sent = message(100, &[5_000, 200_000]);
        call(&HttpTransport::new(context), server.address, "script/echo", sent.clone()).await.unwrap();
        let writes = writes.lock();
        for piece in std::iter::once(&sent.head).chain(&sent.payload) {
            let start = piece.as_ptr() as usize;
            assert!(writes.contains(&start), "a piece of {} bytes was copied", piece.len());
        }
    });
}

#[test]
fn a_failure_arrives_with_its_kind_detail_and_text() {
    SimWorld::run(3, |world| async move {
        let server = Server::start(&world).await;
        let transport = transport();
        let refused = call(&transport, server.address, "script/refuse", message(12, &[])).await.unwrap_err();
        let expected =
            Failure { kind: ErrorKind::Conflict, detail: message(12, &[]).head, text: "it does not fit".into() };
        assert_eq!(refused, CallError::Failed(expected));
        for unknown in ["script/nothing", "nobody/echo", "echo"] {
            let error = call(&transport, server.address, unknown, Message::default()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Invalid, "{unknown}");
        }
    });
}

#[test]
fn a_caller_that_gives_up_loses_only_the_answer() {
    SimWorld::run(4, |world| async move {
        let server = Server::start(&world).await;
        let clock = Context::current().clock;
        let start = clock.now();
        let deadline = start + SLOW / 2;
        let late = transport().call(server.address, "script/slow", Message::default(), deadline).await;
        assert_eq!(late, Err(CallError::Deadline { peer: server.address }));
        assert_eq!(late.unwrap_err().kind(), ErrorKind::Unknown);
        assert_eq!(clock.now(), deadline);
        clock.sleep(SLOW).await;
        assert_eq!(server.script.finished.load(Ordering::SeqCst), 1);
    });
}

#[test]
fn a_call_that_never_left_is_unreachable() {
    SimWorld::run(5, |world| async move {
        let server = Server::start(&world).await;
        let transport = transport();
        let nobody = SocketAddr::new(server.node.address(), 1);
        let refused = call(&transport, nobody, "script/echo", Message::default()).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Unavailable, "{refused}");

        let (here, clock) = (world.node("test").unwrap().address(), Context::current().clock);
        world.net().cut(here, server.node.address());
        let start = clock.now();
        let cut = call(&transport, server.address, "script/echo", Message::default()).await.unwrap_err();
        assert!(matches!(cut, CallError::Unreachable { .. }), "{cut}");
        assert_eq!(clock.now() - start, CONNECT_WAIT_MAX);
        let deadline = clock.now() + CONNECT_WAIT_MAX / 2;
        let cut = transport.call(server.address, "script/echo", Message::default(), deadline).await.unwrap_err();
        assert!(matches!(cut, CallError::Unreachable { .. }), "{cut}");
        assert_eq!(clock.now(), deadline);
    });
}

#[test]
fn a_connection_that_breaks_before_the_answer_leaves_the_outcome_unknown() {
    SimWorld::run(6, |world| async move {
        let server = Server::start(&world).await;
        let here = world.node("test").unwrap().address();
        let (net, there) = (world.net(), server.node.address());
        Context::current().tasks.spawn("reset", OnExit::Ignore, async move {
            Context::current().clock.sleep(SLOW / 2).await;
            net.reset(here, there);
        });
        let lost = call(&transport(), server.address, "script/slow", Message::default()).await.unwrap_err();
        assert!(matches!(lost, CallError::Lost { .. }), "{lost}");
        assert_eq!(lost.kind(), ErrorKind::Unknown);
        Context::current().clock.sleep(SLOW).await;
        assert_eq!(server.script.finished.load(Ordering::SeqCst), 1, "it happened all the same");
    });
}

#[test]
fn calls_one_after_the_other_share_a_connection_until_it_is_idle_for_long() {
    SimWorld::run(7, |world| async move {
        let server = Server::start(&world).await;
        let connects = Arc::default();
        let mut context = Context::current();
        context.net = Arc::new(Counting { net: Arc::clone(&context.net), connects: Arc::clone(&connects) });
        let transport = HttpTransport::new(context);
        for round in 0..20 {
            call(&transport, server.address, "script/echo", message(round, &[round * 1_000])).await.unwrap();
        }
        assert_eq!(*connects.lock(), 1);
        Context::current().clock.sleep(IDLE_CLOSE).await;
        call(&transport, server.address, "script/echo", Message::default()).await.unwrap();
        assert_eq!(*connects.lock(), 2);
        Context::current().clock.sleep(Duration::from_secs(1)).await;
        assert_eq!(world.net().streams(), 1, "the old one is closed");
    });
}

#[test]
fn a_call_on_a_connection_that_broke_while_idle_goes_on_a_new_one() {
    SimWorld::run(8, |world| async move {
        let server = Server::start(&world).await;
        let (here, transport) = (world.node("test").unwrap().address(), transport());
        for _ in 0..5 {
            call(&transport, server.address, "script/echo", Message::default()).await.unwrap();
            world.net().reset(here, server.node.address());
            // At once: nobody has noticed yet.
            call(&transport, server.address, "script/echo", Message::default()).await.unwrap();
            server.node.kill().await;
            server.node.restart();
            server.serve().await;
        }
        assert_eq!(server.script.finished.load(Ordering::SeqCst), 10);
    });
}

#[test]
fn a_message_over_the_limits_is_not_sent() {
    SimWorld::run(9, |world| async move {
        let server = Server::start(&world).await;
        let large = Message::of(Bytes::from(vec![0; HEAD_BYTES_MAX + 1]));
        let refused = call(&transport(), server.address, "script/echo", large).await.unwrap_err();
        assert!(matches!(&refused, CallError::Failed(failure) if failure.kind == ErrorKind::Invalid), "{refused}");
        assert_eq!(server.script.finished.load(Ordering::SeqCst), 0);
        let refused = call(&transport(), server.address, "script/huge", Message::default()).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Bug, "an answer over the limits is the service's mistake: {refused}");
    });
}

#[test]
fn calls_over_the_connections_of_a_peer_wait_in_line() {
    SimWorld::run(10, |world| async move {
        let server = Server::start(&world).await;
        let transport = transport();
        let calls = 3 * CONNECTIONS_PER_PEER_MAX;
        let running = (0..calls).map(|i| call(&transport, server.address, "script/slow", message(i, &[])));
        for (i, answer) in join_all(running).await.into_iter().enumerate() {
            assert_eq!(answer.unwrap().head.len(), i);
        }
        assert_eq!(server.script.running_max.load(Ordering::SeqCst), CONNECTIONS_PER_PEER_MAX);
    });
}

/// A network that notes where written bytes lie.
struct Recording {
    net: Net,
    writes: Arc<Mutex<Vec<usize>>>,
}

#[async_trait]
impl Network for Recording {
    async fn connect(&self, address: SocketAddr) -> io::Result<BoxStream> {
        let stream = self.net.connect(address).await?;
        Ok(Box::new(RecordingStream { stream, writes: Arc::clone(&self.writes) }))
    }

    async fn listen(&self, address: SocketAddr) -> io::Result<Arc<dyn Listener>> {
        self.net.listen(address).await
    }
}

struct RecordingStream {
    stream: BoxStream,
    writes: Arc<Mutex<Vec<usize>>>,
}

impl AsyncRead for RecordingStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut PollContext<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for RecordingStream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut PollContext<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.writes.lock().push(bytes.as_ptr() as usize);
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut PollContext<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut PollContext<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut PollContext<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.writes.lock().extend(slices.iter().map(|slice| slice.as_ptr() as usize));
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

/// A network that counts connects.
struct Counting {
    net: Net,
    connects: Arc<Mutex<usize>>,
}

#[async_trait]
impl Network for Counting {
    async fn connect(&self, address: SocketAddr) -> io::Result<BoxStream> {
        *self.connects.lock() += 1;
        self.net.connect(address).await
    }

    async fn listen(&self, address: SocketAddr) -> io::Result<Arc<dyn Listener>> {
        self.net.listen(address).await
    }
}
