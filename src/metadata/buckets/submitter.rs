//! Who sends the commands of a protocol.

use cairn_catalog::command::CommandBody;
use cairn_catalog::reply::Reply;
use cairn_runtime::Instant;

use crate::client::{MetadataClient, Route};
use crate::error::MetadataError;
use crate::session::WriterSession;

/// Who sends the commands of a protocol.
#[derive(Clone, Copy)]
pub(crate) enum Submitter<'a> {
    /// A session: every command takes effect at most once.
    Session(&'a WriterSession),
    /// The cluster itself: only commands that may be repeated.
    Internal(&'a MetadataClient),
}

impl Submitter<'_> {
    pub(crate) fn client(&self) -> &MetadataClient {
        match self {
            Self::Session(session) => session.client(),
            Self::Internal(client) => client,
        }
    }

    pub(crate) async fn submit(
        &self,
        route: Route<'_>,
        body: CommandBody,
        deadline: Instant,
    ) -> Result<Reply, MetadataError> {
        match self {
            Self::Session(session) => session.submit(route, body, deadline).await,
            Self::Internal(client) => client.submit(route, body, deadline).await,
        }
    }
}
