//! Sends a snapshot, piece by piece.

use std::future::Future;
use std::io;
use std::pin::pin;

use cairn_runtime::select::{Either, select};
use cairn_types::DigestBuilder;
use openraft::errors::{NetworkError, ReplicationClosed, StreamingError};
use openraft::raft::SnapshotResponse;

use super::peer::{Peer, rpc_error};
use crate::limits::SNAPSHOT_IDLE;
use crate::raft::{LogIdRecord, RaftSnapshot, RaftTypes, SnapshotMeta, StoredMembershipRecord, Vote, VoteRecord};
use crate::service::{RowRecord, SnapshotCall, SnapshotMetaRecord};
use crate::state::{ShardSnapshot, SnapshotReader, rows_digest};

impl Peer {
    pub(super) async fn send_snapshot(
        &self,
        vote: Vote,
        snapshot: RaftSnapshot,
        cancel: impl Future<Output = ReplicationClosed>,
    ) -> Result<SnapshotResponse<RaftTypes>, StreamingError<RaftTypes>> {
        let ShardSnapshot::View(reader) = snapshot.snapshot else {
            let error = io::Error::other("only a snapshot of this node can be sent");
            return Err(StreamingError::Network(NetworkError::new(&error)));
        };
        match select(pin!(cancel), pin!(self.send_pieces(vote, snapshot.meta, reader))).await {
            Either::Left(closed) => Err(StreamingError::Closed(closed)),
            Either::Right(result) => result,
        }
    }

    async fn send_pieces(
        &self,
        vote: Vote,
        meta: SnapshotMeta,
        mut reader: SnapshotReader,
    ) -> Result<SnapshotResponse<RaftTypes>, StreamingError<RaftTypes>> {
        let mut call = self.first_piece(vote, &meta);
        let mut digest = DigestBuilder::new(call.transfer);
        loop {
            let rows = reader.next().await.map_err(|error| StreamingError::Network(NetworkError::new(&error)))?;
            rows_digest(&mut digest, rows.iter().map(|(key, value)| (key, value)));
            call.rows = rows.into_iter().map(|(key, value)| RowRecord { key, value }).collect();
            call.last = reader.is_done();
            if call.last {
                call.digest = std::mem::replace(&mut digest, DigestBuilder::new(0)).finish();
            }
            let piece = call.clone();
            let answer = self.call(SNAPSHOT_IDLE, |peer, until| async move { peer.snapshot(piece, until).await });
            let answer = answer.await.map_err(|error| StreamingError::from(rpc_error(&error)))?;
            let theirs = answer.vote.to_vote();
            if call.last || theirs > vote {
                return Ok(SnapshotResponse::new(theirs));
            }
            call.piece += 1;
        }
    }

    fn first_piece(&self, vote: Vote, meta: &SnapshotMeta) -> SnapshotCall {
        let parts = &self.parts;
        SnapshotCall {
            shard: parts.shard,
            from: parts.node,
            generation: parts.generation,
            cluster: parts.cluster,
            range: parts.range.clone(),
            vote: VoteRecord::of(&vote),
            meta: SnapshotMetaRecord {
                applied: meta.last_log_id.map(LogIdRecord::of),
                membership: StoredMembershipRecord::of(&meta.last_membership),
                ..SnapshotMetaRecord::default()
            },
            transfer: parts.entropy.u64(),
            recipient: self.target,
            ..SnapshotCall::default()
        }
    }
}
