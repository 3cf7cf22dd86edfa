//! The service for callers in other processes.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use cairn_rpc::{Failure, Handler, Message};
use cairn_runtime::Instant;
use cairn_types::ErrorKind;
use cairn_types::record::Record;

use super::calls::{Nothing, OldestReads, QueryCall, SubmitCall};
use super::{MetadataService, ServiceError};

/// Answers `metadata/…` calls with a node of this process.
pub struct MetadataHandler {
    service: Arc<dyn MetadataService>,
}

impl MetadataHandler {
    /// Answers with `service`.
    pub fn new(service: Arc<dyn MetadataService>) -> Self {
        Self { service }
    }

    async fn submit(&self, head: Bytes, deadline: Instant) -> Result<Bytes, Failure> {
        let call: SubmitCall = decode(head)?;
        encode(self.service.submit(call.shard, Arc::new(call.command), deadline).await)
    }

    async fn query(&self, head: Bytes, deadline: Instant) -> Result<Bytes, Failure> {
        let call: QueryCall = decode(head)?;
        encode(self.service.query(call.shard, Arc::new(call.query), deadline).await)
    }

    async fn oldest_reads(&self, deadline: Instant) -> Result<Bytes, Failure> {
        let reads = self.service.oldest_reads(deadline).await;
        encode(reads.map(|reads| OldestReads { reads, ..OldestReads::default() }))
    }
}

fn decode<C: Record>(head: Bytes) -> Result<C, Failure> {
    C::decode(head).map_err(|_| Failure::from(&ServiceError::Invalid))
}

fn encode<A: Record>(result: Result<A, ServiceError>) -> Result<Bytes, Failure> {
    result.map(|answer| answer.encode()).map_err(|error| Failure::from(&error))
}

fn done(result: Result<(), ServiceError>) -> Result<Bytes, Failure> {
    encode(result.map(|()| Nothing::default()))
}

#[async_trait]
impl Handler for MetadataHandler {
    async fn handle(&self, method: &str, message: Message, deadline: Instant) -> Result<Message, Failure> {
        let (service, head) = (&self.service, message.head);
        let answer = match method {
            "submit" => self.submit(head, deadline).await,
            "query" => self.query(head, deadline).await,
            "append" => encode(service.append(decode(head)?, deadline).await),
            "vote" => encode(service.vote(decode(head)?, deadline).await),
            "pre-vote" => encode(service.pre_vote(decode(head)?, deadline).await),
            "snapshot" => encode(service.snapshot(decode(head)?, deadline).await),
            "transfer" => done(service.transfer(decode(head)?, deadline).await),
            "renew" => encode(service.renew(decode(head)?, deadline).await),
            "oldest-reads" => self.oldest_reads(deadline).await,
            "status" => encode(service.status(deadline).await),
            "hello" => encode(service.hello(decode(head)?, deadline).await),
            "join" => encode(service.join(decode(head)?, deadline).await),
            "change-members" => done(service.change_members(decode(head)?, deadline).await),
            _ => Err(Failure::plain(ErrorKind::Invalid, "the metadata service has no such method")),
        };
        answer.map(Message::of)
    }
}
