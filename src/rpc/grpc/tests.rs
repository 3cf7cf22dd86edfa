//! Control calls over TCP on this machine: tonic and h2 keep clocks of their own, so there is nothing to simulate.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use cairn_runtime::production::ProductionRuntime;
use cairn_runtime::{Context, Instant, OnExit};
use cairn_types::{ErrorKind, HasKind};
use tokio::sync::Notify;

use crate::limits::CONTROL_BYTES_MAX;
use crate::{CallError, Failure, GrpcTransport, Handler, Message, Router, Transport, serve_grpc};

/// Answers as its methods say.
#[derive(Default)]
struct Scripted {
    waiting: Notify,
    go_on: Notify,
}

#[async_trait]
impl Handler for Scripted {
    async fn handle(&self, method: &str, message: Message, _: Instant) -> Result<Message, Failure> {
        match method {
            "echo" => Ok(message),
            "wait" => {
                self.waiting.notify_one();
                self.go_on.notified().await;
                Ok(message)
            }
            _ => Err(Failure { kind: ErrorKind::Busy, detail: message.head, text: "not now".to_owned() }),
        }
    }
}

struct Served {
    address: SocketAddr,
    script: Arc<Scripted>,
    transport: Arc<GrpcTransport>,
}

impl Served {
    /// Serves under tasks of its own, so that they can be stopped alone.
    async fn start(mut context: Context) -> Self {
        let transport = Arc::new(GrpcTransport::new(context.clone()));
        context.tasks = context.tasks.child();
        let listener = context.net.listen((Ipv4Addr::LOCALHOST, 0).into()).await.expect("a port is free");
        let address = listener.local_address().expect("it is bound");
        let script = Arc::<Scripted>::default();
        let router = Router::default().with("script", Arc::clone(&script) as Arc<dyn Handler>);
        context.tasks.spawn("serve", OnExit::Ignore, serve_grpc(context.clone(), listener, router));
        Self { address, script, transport }
    }

    async fn call(&self, method: &'static str, message: Message, patience: Duration) -> Result<Message, CallError> {
        let deadline = Context::current().clock.now() + patience;
        self.transport.call(self.address, method, message, deadline).await
    }
}

const PATIENCE: Duration = Duration::from_secs(20);

fn run<F: Future<Output = ()>>(test: impl FnOnce(Context) -> F) {
    let runtime = ProductionRuntime::new(2).expect("threads can be had");
    runtime.block_on(test(runtime.context()));
    runtime.shutdown(Duration::from_secs(1));
}

#[test]
fn messages_arrive_as_they_were_sent_both_ways() {
    run(|context| async move {
        let served = Served::start(context).await;
        for (head, payload) in [(0, 0), (5, 0), (0, 70_000), (2_000_000, 3_000_000)] {
            let payload = vec![Bytes::from(vec![1; payload / 2]), Bytes::from(vec![2; payload - payload / 2])];
            let sent = Message { head: Bytes::from(vec![7; head]), payload };
            let got = served.call("script/echo", sent.clone(), PATIENCE).await.unwrap();
            assert_eq!(got.head, sent.head);
            assert!(got.into_payload() == sent.into_payload());
        }
    });
}

#[test]
fn a_failure_arrives_with_its_kind_detail_and_text() {
    run(|context| async move {
        let served = Served::start(context).await;
        let message = Message::of(Bytes::from_static(b"why"));
        let refused = served.call("script/else", message, PATIENCE).await.unwrap_err();
        let expected =
            Failure { kind: ErrorKind::Busy, detail: Bytes::from_static(b"why"), text: "not now".to_owned() };
        assert_eq!(refused, CallError::Failed(expected));
        let unknown = served.call("nobody/echo", Message::default(), PATIENCE).await.unwrap_err();
        assert_eq!(unknown.kind(), ErrorKind::Invalid);
        let large = Message::of(Bytes::from(vec![0; CONTROL_BYTES_MAX]));
        assert_eq!(served.call("script/echo", large, PATIENCE).await.unwrap_err().kind(), ErrorKind::Invalid);
    });
}

#[test]
fn a_peer_that_nobody_serves_is_unreachable_and_reached_once_it_is_served() {
    run(|context| async move {
        let listener = context.net.listen((Ipv4Addr::LOCALHOST, 0).into()).await.unwrap();
        let address = listener.local_address().unwrap();
        drop(listener);
        let transport = GrpcTransport::new(context.clone());
        let deadline = context.clock.now() + PATIENCE;
        let refused = transport.call(address, "script/echo", Message::default(), deadline).await.unwrap_err();
        assert!(matches!(refused, CallError::Unreachable { .. }), "{refused}");

        let listener = context.net.listen(address).await.unwrap();
        let router = Router::default().with("script", Arc::<Scripted>::default());
        context.tasks.spawn("serve", OnExit::Ignore, serve_grpc(context.clone(), listener, router));
        transport.call(address, "script/echo", Message::default(), deadline).await.unwrap();
    });
}

#[test]
fn a_call_ends_at_its_deadline() {
    run(|context| async move {
        let served = Served::start(context).await;
        let late = served.call("script/wait", Message::default(), Duration::from_millis(50)).await;
        assert_eq!(late, Err(CallError::Deadline { peer: served.address }));
        served.script.go_on.notify_one();
    });
}

#[test]
fn shutdown_finishes_calls_under_way() {
    run(|context| async move {
        let mut inner = context.clone();
        inner.tasks = context.tasks.child();
        let served = Arc::new(Served::start(inner.clone()).await);
        let calling = Arc::clone(&served);
        let call = context.tasks.spawn("call", OnExit::Ignore, async move {
            calling.call("script/wait", Message::of(Bytes::from_static(b"x")), PATIENCE).await
        });
        served.script.waiting.notified().await;
        let stop = context.tasks.spawn("stop", OnExit::Ignore, async move { inner.tasks.shutdown(PATIENCE).await });
        served.script.go_on.notify_one();
        assert_eq!(call.await.unwrap().unwrap().head, "x");
        stop.await.unwrap();
        let refused = served.call("script/echo", Message::default(), PATIENCE).await.unwrap_err();
        // Unknown where the client has not noticed yet that the connection is gone.
        assert!(refused.kind().is_retriable(), "{refused}");
    });
}
