//! What hyper sees of a stream, however it is cut.

use std::sync::Arc;

use cairn_runtime::{Context, sim};
use cairn_s3::S3ErrorCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

use super::{Gate, Link, SUBSTITUTE_GET};

const GOOD: &[u8] =
    b"PUT /b/k HTTP/1.1\r\nhost: h\r\ncontent-length: 5\r\n\r\n12345GET /b/k HTTP/1.1\r\nhost: h\r\n\r\n";
const BAD: &[u8] = b"GET /b/k HTTP/1.1\r\nhost: h\r\ncontent-length: x\r\n\r\nGET / HTTP/1.1\r\n\r\n";

/// Sends `pieces` one by one and returns what passed until the end of the stream, or until nothing more will come.
async fn passed(context: &Context, pieces: Vec<Vec<u8>>, link: &Arc<Link>) -> Vec<u8> {
    let (mut client, server) = duplex(1 << 16);
    let mut gate = Gate::new(server, Arc::clone(link), context.clock.clone());
    let sender = context.clone();
    context.tasks.spawn("client", cairn_runtime::OnExit::Ignore, async move {
        for piece in pieces {
            client.write_all(&piece).await.unwrap();
            sender.clock.sleep(std::time::Duration::from_millis(1)).await;
        }
    });
    let mut all = Vec::new();
    let mut buffer = [0; 512];
    let wait = std::time::Duration::from_secs(1);
    while let Ok(read) = context.clock.within(wait, gate.read(&mut buffer)).await {
        match read.unwrap() {
            0 => break,
            count => all.extend_from_slice(&buffer[..count]),
        }
    }
    all
}

#[test]
fn good_requests_pass_however_they_are_cut() {
    sim::run(1, |context| async move {
        for size in [1, 2, 3, 7, 30, 1_000] {
            let pieces = GOOD.chunks(size).map(<[u8]>::to_vec).collect();
            assert_eq!(passed(&context, pieces, &Arc::default()).await, GOOD, "pieces of {size}");
        }
    });
}

#[test]
fn a_refused_head_is_replaced_and_nothing_behind_it_passes() {
    sim::run(2, |context| async move {
        for size in [1, 3, 40, 1_000] {
            let link = Arc::<Link>::default();
            let bytes = [GOOD, BAD].concat();
            let pieces = bytes.chunks(size).map(<[u8]>::to_vec).collect();
            let seen = passed(&context, pieces, &link).await;
            assert_eq!(seen, [GOOD, SUBSTITUTE_GET].concat(), "pieces of {size}");
            assert!(link.refusal(2).is_none());
            assert_eq!(link.refusal(3).map(|error| error.code), Some(S3ErrorCode::InvalidArgument));
            assert!(link.is_last(3) && link.lingers());
        }
    });
}

#[test]
fn the_request_with_chunks_is_the_last() {
    sim::run(3, |context| async move {
        let link = Arc::<Link>::default();
        let bytes = b"PUT /b/k HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n".to_vec();
        assert_eq!(passed(&context, vec![bytes.clone()], &link).await, bytes);
        assert!(link.is_last(1) && !link.lingers());
    });
}

#[test]
fn a_trickled_head_is_refused_in_time() {
    sim::run(4, |context| async move {
        let link = Arc::<Link>::default();
        let (mut client, server) = duplex(64);
        let mut gate = Gate::new(server, Arc::clone(&link), context.clock.clone());
        let sender = context.clone();
        context.tasks.spawn("client", cairn_runtime::OnExit::Ignore, async move {
            while client.write_all(b"a").await.is_ok() {
                sender.clock.sleep(std::time::Duration::from_secs(1)).await;
            }
        });
        let began = context.clock.now();
        let mut buffer = [0; 512];
        let count = gate.read(&mut buffer).await.unwrap();
        assert_eq!(&buffer[..count], SUBSTITUTE_GET);
        assert_eq!(link.refusal(1).map(|error| error.code), Some(S3ErrorCode::RequestTimeout));
        let took = context.clock.now() - began;
        assert!((29..=32).contains(&took.as_secs()), "{took:?}");
    });
}

#[test]
fn a_body_that_stops_or_trickles_times_out() {
    for pause in [1, 1_000_000] {
        sim::run(5, move |context| async move {
            let link = Arc::<Link>::default();
            let (mut client, server) = duplex(1 << 16);
            let mut gate = Gate::new(server, Arc::clone(&link), context.clock.clone());
            let sender = context.clone();
            context.tasks.spawn("client", cairn_runtime::OnExit::Ignore, async move {
                client.write_all(b"PUT /b/k HTTP/1.1\r\ncontent-length: 100000\r\n\r\n").await.unwrap();
                while client.write_all(b"a").await.is_ok() {
                    sender.clock.sleep(std::time::Duration::from_secs(pause)).await;
                }
            });
            let mut buffer = [0; 512];
            let error = loop {
                if let Err(error) = gate.read(&mut buffer).await {
                    break error;
                }
            };
            assert_eq!(error.kind(), std::io::ErrorKind::TimedOut);
        });
    }
}

#[test]
fn an_idle_connection_ends_quietly() {
    sim::run(6, |context| async move {
        let (_client, server) = duplex(64);
        let mut gate = Gate::new(server, Arc::default(), context.clock.clone());
        assert_eq!(gate.read(&mut [0; 16]).await.unwrap(), 0);
    });
}
