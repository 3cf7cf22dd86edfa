use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::runtime::Handle;

use super::{ExitHook, NodeParts, Owner};
use crate::sim::{self, SimWorld};
use crate::{Context, OnExit};

const GRACE: Duration = Duration::from_secs(10);

/// Keeps what it was told.
#[derive(Default)]
struct Notes(Mutex<Vec<String>>);

impl ExitHook for Notes {
    fn panicked(&self, name: &'static str, on_exit: OnExit, message: &str) {
        self.0.lock().push(format!("{name} {on_exit:?} panicked: {message}"));
    }

    fn ended_early(&self, name: &'static str, on_exit: OnExit) {
        self.0.lock().push(format!("{name} {on_exit:?} ended early"));
    }
}

/// An owner whose hook keeps notes, within the running simulation.
fn owner() -> (Arc<Owner>, Arc<Notes>) {
    let Context { clock, entropy, net, .. } = Context::current();
    let notes = Arc::new(Notes::default());
    let hook = Arc::clone(&notes) as Arc<dyn ExitHook>;
    (Owner::root(NodeParts { clock, entropy, net }, Handle::current(), hook), notes)
}

#[test]
fn a_panic_is_reported_whatever_the_policy_and_ends_no_other_task() {
    sim::run(1, |_| async {
        let (owner, notes) = owner();
        let tasks = owner.context().tasks;
        let bad = tasks.spawn("bad", OnExit::Ignore, async { panic!("{} beliefs", "false") });
        assert!(bad.await.is_err());
        assert_eq!(tasks.spawn("good", OnExit::Ignore, async { 3 }).await, Ok(3));
        assert_eq!(*notes.0.lock(), ["bad Ignore panicked: false beliefs"]);
    });
}

#[test]
fn an_early_end_is_reported_where_the_policy_asks_for_it() {
    sim::run(2, |_| async {
        let (owner, notes) = owner();
        let tasks = owner.context().tasks;
        for on_exit in [OnExit::Ignore, OnExit::Report, OnExit::Abort] {
            tasks.spawn("short", on_exit, async {}).await.unwrap();
        }
        tokio::task::yield_now().await;
        assert_eq!(*notes.0.lock(), ["short Report ended early", "short Abort ended early"]);
    });
}

#[test]
fn tasks_that_stop_when_asked_are_not_reported() {
    sim::run(3, |_| async {
        let (owner, notes) = owner();
        let tasks = owner.context().tasks;
        let task = tasks.spawn("polite", OnExit::Abort, async {
            let context = Context::current();
            context.tasks.shutdown_requested().await;
            context.clock.sleep(GRACE / 2).await;
            7
        });
        tasks.shutdown(GRACE).await;
        assert!(tasks.is_shutting_down());
        assert_eq!(task.await, Ok(7));
        assert!(notes.0.lock().is_empty());
    });
}

#[test]
fn tasks_over_the_grace_are_aborted_and_children_with_them() {
    SimWorld::run(4, |world| async move {
        let (owner, _) = owner();
        let tasks = owner.context().tasks;
        let child = tasks.child();
        let own = tasks.spawn("own", OnExit::Report, std::future::pending::<()>());
        let below = child.spawn("below", OnExit::Report, std::future::pending::<()>());
        tasks.shutdown(GRACE).await;
        assert_eq!(world.elapsed(), GRACE);
        assert!(child.is_shutting_down());
        assert!(own.await.is_err() && below.await.is_err());
    });
}

#[test]
fn a_child_is_stopped_without_its_parent() {
    sim::run(5, |_| async {
        let (owner, _) = owner();
        let tasks = owner.context().tasks;
        let child = tasks.child();
        let inner = child.spawn("below", OnExit::Ignore, async {
            // Spawned by a task of the child, so the child's too.
            Context::current().tasks.spawn("further below", OnExit::Ignore, std::future::pending::<()>()).await
        });
        let own = tasks.spawn("own", OnExit::Ignore, async { 1 });
        child.shutdown(GRACE).await;
        assert!(inner.await.is_err());
        assert!(!tasks.is_shutting_down());
        assert_eq!(own.await, Ok(1));
    });
}

#[test]
fn an_ended_task_is_forgotten() {
    sim::run(6, |_| async {
        let (owner, _) = owner();
        for _ in 0..100 {
            owner.context().tasks.spawn("short", OnExit::Ignore, async {}).await.unwrap();
        }
        tokio::task::yield_now().await;
        assert!(owner.running.lock().tasks.is_empty());
    });
}
