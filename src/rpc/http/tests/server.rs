//! What the serving side promises.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use cairn_runtime::permits::ByteBudget;
use cairn_runtime::sim::SimWorld;
use cairn_runtime::{Context, OnExit};
use cairn_types::{ErrorKind, HasKind};
use futures::future::join_all;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::super::server::serve_within;
use super::support::{SLOW, Server, call, message, transport};
use crate::limits::{HEAD_BYTES_MAX, PAYLOAD_BYTES_MAX};
use crate::{CallError, Message};

/// Sends a request head as it is and returns the head of the answer.
async fn raw(server: &Server, head: &str) -> String {
    let mut stream = Context::current().net.connect(server.address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.windows(4).any(|window| window == b"\r\n\r\n") {
        answer.push(stream.read_u8().await.expect("there is an answer"));
    }
    String::from_utf8(answer).unwrap()
}

#[test]
fn shutdown_finishes_calls_under_way_and_takes_no_more() {
    SimWorld::run(20, |world| async move {
        let server = Server::start(&world).await;
        let (transport, address) = (transport(), server.address);
        // An idle connection, and one that never asked, hold nothing up.
        call(&transport, address, "script/echo", Message::default()).await.unwrap();
        let silent = Context::current().net.connect(address).await.unwrap();
        let calling = Arc::clone(&transport);
        let under_way = Context::current().tasks.spawn("call", OnExit::Ignore, async move {
            call(&calling, address, "script/slow", message(5, &[6])).await
        });
        let clock = Context::current().clock;
        clock.sleep(SLOW / 2).await;
        let start = clock.now();
        server.node.context().tasks.shutdown(SLOW * 10).await;
        assert!(clock.now() - start < SLOW, "nothing but the call was waited for");
        assert_eq!(under_way.await.unwrap().unwrap().payload_bytes(), 6);
        let refused = call(&transport, address, "script/echo", Message::default()).await.unwrap_err();
        assert!(matches!(refused, CallError::Unreachable { .. }), "{refused}");
        drop(silent);
    });
}

#[test]
fn a_request_that_announces_too_much_is_refused_unread() {
    SimWorld::run(21, |world| async move {
        let server = Server::start(&world).await;
        let bytes = HEAD_BYTES_MAX + PAYLOAD_BYTES_MAX + 1;
        for head in [
            format!(
                "POST /cairn/v1/script/echo HTTP/1.1\r\nhost: s\r\nx-cairn-head: 0\r\ncontent-length: {bytes}\r\n\r\n"
            ),
            "POST /cairn/v1/script/echo HTTP/1.1\r\nhost: s\r\nx-cairn-head: 9\r\ncontent-length: 8\r\n\r\n".to_owned(),
            "POST /cairn/v1/script/echo HTTP/1.1\r\nhost: s\r\nx-cairn-head: 0\r\ntransfer-encoding: chunked\r\n\r\n"
                .to_owned(),
            "GET / HTTP/1.1\r\nhost: s\r\n\r\n".to_owned(),
        ] {
            let head = head.replace("host: s", "host: s\r\nx-cairn-remaining-ms: 1000");
            let answer = raw(&server, &head).await;
            assert!(answer.starts_with("HTTP/1.1 500 ") && answer.contains("x-cairn-kind: 1\r\n"), "{answer}");
        }
        assert_eq!(server.script.finished.load(Ordering::SeqCst), 0);
    });
}

#[test]
fn a_caller_that_claims_to_wait_for_ever_is_answered() {
    SimWorld::run(22, |world| async move {
        let server = Server::start(&world).await;
        let head = format!(
            "POST /cairn/v1/script/echo HTTP/1.1\r\nhost: s\r\nx-cairn-head: 0\r\nx-cairn-remaining-ms: {}\r\ncontent-length: 0\r\n\r\n",
            u64::MAX
        );
        assert!(raw(&server, &head).await.starts_with("HTTP/1.1 200 "));
    });
}

#[test]
fn calls_over_the_room_of_the_server_wait_and_are_all_answered() {
    SimWorld::run(23, |world| async move {
        let server = Server::start(&world).await;
        let context = server.node.context();
        let narrow = SocketAddr::new(server.node.address(), 7_001);
        let listener = context.net.listen(narrow).await.unwrap();
        let room = ByteBudget::new(64 * 1_024);
        server.node.spawn("serve narrow", serve_within(context, listener, server.router(), room.clone()));
        let transport = transport();
        let calls = (0..12).map(|i| call(&transport, narrow, "script/slow", message(i, &[20_000])));
        for answer in join_all(calls).await {
            assert_eq!(answer.unwrap().payload_bytes(), 20_000);
        }
        assert_eq!(server.script.running_max.load(Ordering::SeqCst), 3, "64 KiB hold three payloads of 20 kB");
        assert_eq!(room.free_bytes(), 64 * 1_024);

        let held = room.take(64 * 1_024).await;
        let full = call(&transport, narrow, "script/echo", message(1, &[])).await.unwrap_err();
        assert!(matches!(full.kind(), ErrorKind::Busy | ErrorKind::Unknown), "{full}");
        drop(held);
    });
}
