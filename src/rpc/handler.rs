//! The answering side.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use cairn_runtime::Instant;
use cairn_types::ErrorKind;

use crate::message::{Failure, Message};

/// A service: answers its methods.
#[async_trait]
pub trait Handler: Send + Sync + 'static {
    /// Answers one call; `method` is without the service's name. The caller gives up at `deadline`.
    async fn handle(&self, method: &str, message: Message, deadline: Instant) -> Result<Message, Failure>;
}

/// The services of a process by name; cheap to clone.
#[derive(Clone, Default)]
pub struct Router {
    services: BTreeMap<&'static str, Arc<dyn Handler>>,
}

impl Router {
    /// Adds a service.
    #[must_use]
    pub fn with(mut self, name: &'static str, service: Arc<dyn Handler>) -> Self {
        self.services.insert(name, service);
        self
    }

    /// Answers `service/method`.
    pub async fn handle(&self, path: &str, message: Message, deadline: Instant) -> Result<Message, Failure> {
        let unknown = || Failure::plain(ErrorKind::Invalid, "no such method on this node");
        let (name, method) = path.split_once('/').ok_or_else(unknown)?;
        self.services.get(name).ok_or_else(unknown)?.handle(method, message, deadline).await
    }
}
