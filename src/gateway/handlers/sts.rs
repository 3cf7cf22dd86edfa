//! STS

use cairn_s3::operation::StsAction;
use cairn_s3::response::GetCallerIdentityOutput;
use cairn_s3::{S3Error, S3ErrorCode};

use crate::pipeline::{Answer, Exchange};

/// `POST /` with a form.
pub(crate) fn sts(exchange: &Exchange, form: &[u8]) -> Result<Answer, S3Error> {
    let StsAction::GetCallerIdentity = StsAction::parse(form)?;
    let principal = exchange.caller.principal();
    let (_, account) = exchange.account()?;
    let denied = || S3Error::new(S3ErrorCode::AccessDenied);
    let output = GetCallerIdentityOutput {
        arn: principal.arn().ok_or_else(denied)?,
        user_id: principal.unique_id().ok_or_else(denied)?,
        account,
    };
    Ok(output.into_response(exchange.name.as_str()).into())
}
