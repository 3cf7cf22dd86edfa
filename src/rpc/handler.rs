//! The answering side.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use cairn_runtime::{Instant, OnExit, Tasks};
use cairn_types::ErrorKind;

use crate::message::{Failure, Message};

/// A service: answers its methods.
#[async_trait]
pub trait Handler: Send + Sync + 'static {
    /// Answers one call; `method` is without the service's name. The caller gives up at `deadline`; the call goes on, so
    /// what waits in it looks at the deadline itself.
    async fn handle(&self, method: &str, message: Message, deadline: Instant) -> Result<Message, Failure>;
}

/// The services of a process by name; cheap to clone.
#[derive(Clone, Default)]
pub struct Router {
    services: Arc<BTreeMap<&'static str, Arc<dyn Handler>>>,
}

impl Router {
    /// Adds a service.
    #[must_use]
    pub fn with(mut self, name: &'static str, service: Arc<dyn Handler>) -> Self {
        Arc::make_mut(&mut self.services).insert(name, service);
        self
    }

    /// Answers `service/method`.
    pub async fn handle(&self, path: &str, message: Message, deadline: Instant) -> Result<Message, Failure> {
        let unknown = || Failure::plain(ErrorKind::Invalid, "no such method on this node");
        let (name, method) = path.split_once('/').ok_or_else(unknown)?;
        let answer = self.services.get(name).ok_or_else(unknown)?.handle(method, message, deadline).await?;
        // The caller would cut the connection; a failure tells it, and the log, what is wrong.
        answer.check_size().map_err(|refused| Failure::plain(ErrorKind::Bug, refused.text))?;
        Ok(answer)
    }

    /// As [`Router::handle`], in a task of its own that also keeps `held` until the answer is there.
    ///
    /// # Cancel safety
    /// The server drops this when the caller's connection goes; the call itself goes on, so no handler is cut in the
    /// middle.
    pub(crate) async fn handle_owned(
        &self,
        tasks: &Tasks,
        path: String,
        message: Message,
        deadline: Instant,
        held: impl Send + 'static,
    ) -> Result<Message, Failure> {
        let router = self.clone();
        let call = tasks.spawn("rpc call", OnExit::Ignore, async move {
            let _held = held;
            router.handle(&path, message, deadline).await
        });
        call.await.unwrap_or_else(|stopped| Err(Failure::plain(ErrorKind::Unknown, stopped.to_string())))
    }
}
