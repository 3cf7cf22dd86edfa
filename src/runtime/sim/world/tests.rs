use std::io::ErrorKind;
use std::net::SocketAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{Outcome, SimNode, SimNodeState, SimWorld, log};
use crate::disk::SECTOR_BYTES;
use crate::net::BoxStream;
use crate::tasks::OnExit;
use crate::{Context, Elapsed};

const PORT: u16 = 80;

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// Starts a task on `node` that answers every byte with itself.
async fn echo(node: &SimNode) -> SocketAddr {
    let address = SocketAddr::new(node.address(), PORT);
    let listener = node.context().net.listen(address).await.expect("the port is free");
    node.spawn("echo", async move {
        while let Ok((stream, _)) = listener.accept().await {
            Context::current().tasks.spawn("echo stream", OnExit::Ignore, echo_stream(stream));
        }
    });
    address
}

async fn echo_stream(mut stream: BoxStream) -> std::io::Result<()> {
    let mut buffer = vec![0; 1_000];
    loop {
        let len = stream.read(&mut buffer).await?;
        if len == 0 {
            return Ok(());
        }
        stream.write_all(&buffer[..len]).await?;
    }
}

async fn ask(stream: &mut BoxStream, byte: u8) -> std::io::Result<u8> {
    stream.write_u8(byte).await?;
    stream.read_u8().await
}

/// A run with much of everything: echoes under resets, crashes, disks and random waits.
fn busy_run(seed: u64) -> Outcome<u64> {
    SimWorld::run(seed, |world| async move {
        let server = world.add_node("server");
        let address = echo(&server).await;
        world.net().reset_one_in(40);
        let clients: Vec<_> = (0..4).map(|i| world.add_node(&format!("client-{i}"))).collect();
        let runs: Vec<_> = clients.iter().map(|node| node.spawn("client", client(node.clone(), address))).collect();
        Context::current().clock.sleep(Duration::from_millis(30)).await;
        server.crash().await;
        server.restart();
        echo(&server).await;
        let mut sum = 0;
        for run in runs {
            sum += run.await.expect("clients finish");
        }
        sum
    })
}

async fn client(node: SimNode, address: SocketAddr) -> u64 {
    let context = Context::current();
    let disk = node.disk("d").mount();
    let file = disk.create("f", 0).await.expect("a new disk is empty");
    let mut answered = 0;
    for round in 0..50_u64 {
        context.clock.sleep(Duration::from_micros(context.entropy.below(3_000))).await;
        let deadline = Duration::from_millis(200);
        let asked = context.clock.within(deadline, async {
            let mut stream = context.net.connect(address).await?;
            ask(&mut stream, round as u8).await
        });
        match asked.await {
            Ok(Ok(byte)) => {
                assert_eq!(byte, round as u8);
                answered += 1;
            }
            Ok(Err(error)) => log(format!("round {round}: {}", error.kind())),
            Err(Elapsed) => log(format!("round {round}: late")),
        }
        let bytes = vec![round as u8; SECTOR_BYTES as usize];
        file.write_at(round * SECTOR_BYTES, vec![Bytes::from(bytes)]).await.expect("the disk is good");
        file.sync().await.expect("the disk is good");
    }
    answered
}

#[test]
fn two_runs_of_a_seed_have_the_same_log() {
    for seed in 0..8 {
        let (first, second) = (busy_run(seed), busy_run(seed));
        assert!(!first.events.is_empty());
        let text = |run: &Outcome<u64>| run.events.iter().map(|event| format!("{event}\n")).collect::<String>();
        assert_eq!(text(&first), text(&second));
        assert_eq!((first.value, first.digest), (second.value, second.digest));
    }
}

#[test]
fn two_seeds_have_different_runs() {
    assert_ne!(busy_run(1).digest, busy_run(2).digest);
}

fn message_of_panic(run: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(run)).expect_err("the run fails");
    panic.downcast_ref::<String>().cloned().expect("the message is a string")
}

#[test]
fn a_panic_in_any_task_fails_the_run_with_its_seed() {
    let message = message_of_panic(|| {
        SimWorld::run(77, |world| async move {
            world.add_node("n").spawn("bad task", async { panic!("a false belief") });
            Context::current().clock.sleep(seconds(1)).await;
        });
    });
    assert_eq!(message, "seed 77: task bad task of n panicked: a false belief");
}

#[test]
fn a_run_that_waits_for_nothing_fails_instead_of_hanging() {
    let message = message_of_panic(|| {
        SimWorld::run(5, |world| async move {
            world.set_time_limit(seconds(10));
            std::future::pending::<()>().await;
        });
    });
    assert!(message.starts_with("seed 5: still running"), "{message}");
}

#[test]
fn large_bodies_arrive_whole_and_in_order() {
    SimWorld::run(3, |world| async move {
        let server = world.add_node("server");
        let listener = server.context().net.listen(SocketAddr::new(server.address(), 0)).await.unwrap();
        let address = listener.local_address().unwrap();
        let received = server.spawn("receive", async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut body = Vec::new();
            stream.read_to_end(&mut body).await.map(|_| body)
        });
        let body: Vec<u8> = (0..3_000_000_u32).map(|i| (i % 251) as u8).collect();
        let mut stream = Context::current().net.connect(address).await.unwrap();
        stream.write_all(&body).await.unwrap();
        stream.shutdown().await.unwrap();
        assert!(received.await.unwrap().unwrap() == body);
        drop(stream);
        assert_eq!(world.net().streams(), 0);
    });
}

#[test]
fn a_cut_link_holds_bytes_until_it_is_healed() {
    SimWorld::run(4, |world| async move {
        let server = world.add_node("server");
        let address = echo(&server).await;
        let context = Context::current();
        let here = world.node("test").unwrap().address();
        let mut stream = context.net.connect(address).await.unwrap();
        world.net().cut_one_way(server.address(), here);
        assert_eq!(context.clock.within(seconds(30), ask(&mut stream, 1)).await.err(), Some(Elapsed));
        assert!(context.clock.within(seconds(30), context.net.connect(address)).await.is_err());
        world.net().heal(here, server.address());
        assert_eq!(stream.read_u8().await.unwrap(), 1);
        context.net.connect(address).await.unwrap();
    });
}

#[test]
fn a_host_without_power_is_silent_until_it_is_back() {
    SimWorld::run(5, |world| async move {
        let server = world.add_node("server");
        let address = echo(&server).await;
        let context = Context::current();
        let mut stream = context.net.connect(address).await.unwrap();
        server.crash().await;
        assert_eq!(server.state(), SimNodeState::Dark);
        assert!(context.clock.within(seconds(5), ask(&mut stream, 1)).await.is_err());
        assert!(context.clock.within(seconds(5), context.net.connect(address)).await.is_err());
        server.restart();
        assert_eq!(stream.read_u8().await.unwrap_err().kind(), ErrorKind::ConnectionReset);
        assert_eq!(context.net.connect(address).await.err().unwrap().kind(), ErrorKind::ConnectionRefused);
        echo(&server).await;
        let mut stream = context.net.connect(address).await.unwrap();
        assert_eq!(ask(&mut stream, 2).await.unwrap(), 2);
    });
}

#[test]
fn peers_of_a_silent_host_give_up_by_keepalive() {
    SimWorld::run(6, |world| async move {
        let server = world.add_node("server");
        let address = echo(&server).await;
        let mut stream = Context::current().net.connect(address).await.unwrap();
        server.crash().await;
        assert_eq!(stream.read_u8().await.unwrap_err().kind(), ErrorKind::ConnectionReset);
        assert!(world.elapsed() >= seconds(60));
    });
}

#[test]
fn a_killed_process_resets_its_streams_and_its_tasks_are_gone() {
    SimWorld::run(7, |world| async move {
        let server = world.add_node("server");
        let address = echo(&server).await;
        let alive = Arc::new(());
        let held = Arc::clone(&alive);
        let task = server.spawn("holder", async move {
            std::future::pending::<()>().await;
            drop(held);
        });
        let context = Context::current();
        let mut stream = context.net.connect(address).await.unwrap();
        server.kill().await;
        assert_eq!(Arc::strong_count(&alive), 1);
        assert!(task.await.is_err());
        assert_eq!(ask(&mut stream, 1).await.unwrap_err().kind(), ErrorKind::ConnectionReset);
        assert_eq!(context.net.connect(address).await.err().unwrap().kind(), ErrorKind::ConnectionRefused);
    });
}

#[test]
fn the_end_of_a_task_that_a_process_needs_ends_the_process() {
    SimWorld::run(8, |world| async move {
        let node = world.add_node("n");
        node.context().tasks.spawn("log writer", OnExit::Abort, async {});
        Context::current().clock.sleep(seconds(1)).await;
        assert_eq!(node.state(), SimNodeState::Dead);
        let texts: Vec<String> = world.events().into_iter().map(|event| event.text).collect();
        assert!(texts.contains(&"stops because task log writer ended".to_owned()), "{texts:?}");
    });
}

#[test]
fn disks_and_engines_of_a_node_outlive_its_process() {
    SimWorld::run(9, |world| async move {
        let node = world.add_node("n");
        let disk = node.disk("d").mount();
        disk.create("f", SECTOR_BYTES).await.unwrap().sync().await.unwrap();
        disk.sync_names().await.unwrap();
        node.crash().await;
        assert!(disk.open("f").await.is_err(), "a mount of before the crash is stale");
        node.restart();
        assert_eq!(node.disk("d").mount().open("f").await.unwrap().len().await.unwrap(), SECTOR_BYTES);
        let kv = node.kv("k").mount();
        node.kill().await;
        assert!(kv.flush().await.is_err());
    });
}

#[test]
fn a_clock_skew_moves_the_wall_clock_alone() {
    SimWorld::run(10, |world| async move {
        let node = world.add_node("n");
        let (here, there) = (Context::current().clock, node.context().clock);
        assert_eq!(here.wall().to_string(), "2026-01-01T00:00:00.000Z");
        node.set_clock_skew_ms(-5_000);
        assert_eq!(there.wall().to_string(), "2025-12-31T23:59:55.000Z");
        here.sleep(seconds(7)).await;
        assert_eq!(there.wall().to_string(), "2026-01-01T00:00:02.000Z");
        assert_eq!(here.now(), there.now());
    });
}

#[test]
fn a_dropped_end_ends_the_stream_for_the_other() {
    SimWorld::run(11, |world| async move {
        let server = world.add_node("server");
        let listener = server.context().net.listen(SocketAddr::new(server.address(), PORT)).await.unwrap();
        let context = Context::current();
        let connect = context.net.connect(listener.local_address().unwrap());
        let (stream, accepted) = futures::future::join(connect, listener.accept()).await;
        let (mut stream, (mut accepted, peer)) = (stream.unwrap(), accepted.unwrap());
        assert_eq!(peer.ip(), world.node("test").unwrap().address());
        accepted.write_u8(9).await.unwrap();
        drop(accepted);
        assert_eq!(stream.read_u8().await.unwrap(), 9);
        assert_eq!(stream.read_u8().await.unwrap_err().kind(), ErrorKind::UnexpectedEof);
        assert_eq!(stream.write_u8(1).await.unwrap_err().kind(), ErrorKind::ConnectionReset);
        assert_eq!(world.net().streams(), 1);
    });
}

#[test]
fn a_taken_port_and_a_foreign_address_are_refused() {
    SimWorld::run(12, |world| async move {
        let node = world.add_node("n");
        let net = node.context().net;
        let address = SocketAddr::new(node.address(), PORT);
        let listener = net.listen(address).await.unwrap();
        assert_eq!(net.listen(address).await.err().unwrap().kind(), ErrorKind::AddrInUse);
        drop(listener);
        net.listen(address).await.unwrap();
        let foreign = SocketAddr::new([10, 9, 9, 9].into(), PORT);
        assert_eq!(net.listen(foreign).await.err().unwrap().kind(), ErrorKind::AddrNotAvailable);
    });
}
