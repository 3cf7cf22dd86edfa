//! Copies on the server's side.

use std::ops::Range;

use crate::error::{ReadError, StageError};
use crate::objects::Objects;
use crate::read::ObjectRead;
use crate::stage::{StageTarget, Staged};

impl Objects {
    /// Stages bytes of a version anew: CopyObject and UploadPartCopy. A copy never shares a run with its source.
    pub async fn stage_copy(
        &self,
        mut target: StageTarget,
        source: &ObjectRead,
        range: Range<u64>,
    ) -> Result<Staged, StageError<ReadError>> {
        target.length = Some(range.end - range.start);
        self.stage(target, source.stream(range)).await
    }
}
