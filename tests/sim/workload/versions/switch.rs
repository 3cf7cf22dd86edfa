//! Somebody switches versioning on and suspends it while clients write.

use std::time::Duration;

use cairn_runtime::Context;
use cairn_runtime::sim::{Random, log};

use super::{SWITCHED, Told, VersionHistory};
use crate::client::S3Client;

/// Longest pause between two changes.
const PAUSE_MS: u64 = 5_000;

/// Changes versioning to and fro, `times` times.
pub(crate) async fn switch(s3: &S3Client, mut random: Random, history: &VersionHistory, times: usize) {
    let mut is_on = true;
    for _ in 0..times {
        let pause = Duration::from_millis(PAUSE_MS / 4 + random.below(PAUSE_MS));
        Context::current().clock.sleep(pause).await;
        let gateway = random.index(s3.gateways());
        if set_versioning(s3, history, gateway, !is_on).await == Told::Done {
            is_on = !is_on;
        }
    }
}

/// Switches versioning of its bucket on, or suspends it, and notes that.
pub(crate) async fn set_versioning(s3: &S3Client, history: &VersionHistory, gateway: usize, is_on: bool) -> Told {
    let began = history.now();
    let status = if is_on { "Enabled" } else { "Suspended" };
    let told = match s3.put_versioning(gateway, SWITCHED, status).await {
        Ok(answer) if answer.is_success() => Told::Done,
        // Another change was under way.
        Ok(answer) if answer.status() == 409 => Told::Refused,
        Ok(answer) if !answer.is_unknown() => panic!("versioning: {} {:?}", answer.status(), answer.code()),
        Ok(_) | Err(_) => Told::Unknown,
    };
    log(format!("versioning of {SWITCHED} by gateway {gateway}: {status}: {told:?}"));
    history.note_switch(is_on, told, began);
    told
}
