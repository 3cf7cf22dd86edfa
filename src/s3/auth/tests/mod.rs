//! Tests of claims and signatures as a whole.

mod anonymous;
mod examples_botocore;
mod examples_v2;
mod examples_v4;
mod header_claims;
mod mutations;
mod post_policies;
mod presigned_claims;
mod support;
mod version_two;
