//! Lost fragments that disks report are noted in the shards that own their blobs.

use async_trait::async_trait;
use cairn_catalog::command::{CommandBody, FragmentNote};
use cairn_metadata::{MetadataClient, MetadataError, Route};
use cairn_runtime::Context;
use cairn_storage::{LostFragment, LostFragments, Noted};

use crate::limits::SHARD_CALL_MAX;

/// Notes lost fragments in the catalog, so that the number of blobs below full redundancy is exact.
///
/// # Invariants
/// E8: a fragment of a blob that no version or part holds counts nowhere; the shard decides that.
pub struct DegradedMarks {
    context: Context,
    client: MetadataClient,
}

impl DegradedMarks {
    /// Notes through `client`. The note needs no session: repeated, it changes nothing.
    pub fn new(context: Context, client: MetadataClient) -> Self {
        Self { context, client }
    }
}

#[async_trait]
impl LostFragments for DegradedMarks {
    async fn note(&self, lost: &LostFragment) -> Noted {
        let note = FragmentNote {
            label: lost.label.clone(),
            blob: lost.blob,
            index: lost.index.get(),
            ..FragmentNote::default()
        };
        let deadline = self.context.clock.now() + SHARD_CALL_MAX;
        let marked = self.client.submit(Route::of_label(&lost.label), CommandBody::MarkDegraded(note), deadline).await;
        match marked {
            Ok(_) => Noted::Yes,
            // A shard does not change its mind about what cannot be: asking again would hold up the scrub for ever.
            Err(MetadataError::Refused(refusal)) => {
                tracing::error!(disk = %lost.disk, blob = %lost.blob, index = %lost.index, ?refusal, "a lost fragment is refused");
                Noted::Yes
            }
            Err(error) => {
                tracing::warn!(disk = %lost.disk, blob = %lost.blob, index = %lost.index, %error, "a lost fragment could not be noted yet");
                Noted::Later
            }
        }
    }
}
