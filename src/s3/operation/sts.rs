//! STS on the S3 port: `POST /` with a form.

use crate::address::form_decode;
use crate::error::{S3Error, S3ErrorCode};

/// What a form asks of STS.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StsAction {
    /// Who signed this request. Everyone who signed may ask.
    GetCallerIdentity,
}

impl StsAction {
    /// Reads the form.
    ///
    /// # Errors
    ///
    /// `NotImplemented` for other actions, `InvalidRequest` for what is none.
    pub fn parse(body: &[u8]) -> Result<Self, S3Error> {
        let bad = || S3Error::with_message(S3ErrorCode::InvalidRequest, "The form has no Action");
        let text = std::str::from_utf8(body).map_err(|_| bad())?;
        let mut actions = text.split('&').filter_map(|pair| pair.strip_prefix("Action="));
        let (Some(action), None) = (actions.next(), actions.next()) else { return Err(bad()) };
        let action = form_decode(action).map_err(|_| bad())?;
        match action.as_ref() {
            b"GetCallerIdentity" => Ok(Self::GetCallerIdentity),
            b"" => Err(bad()),
            _ => Err(S3Error::not_implemented_operation()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::StsAction;
    use crate::error::S3ErrorCode;

    #[test]
    fn only_what_is_built_is_done() {
        let good = StsAction::parse(b"Action=GetCallerIdentity&Version=2011-06-15");
        assert_eq!(good, Ok(StsAction::GetCallerIdentity));
        for (form, code) in [
            (&b"Version=2011-06-15&Action=AssumeRole"[..], S3ErrorCode::NotImplemented),
            (b"Action=ListUsers", S3ErrorCode::NotImplemented),
            (b"", S3ErrorCode::InvalidRequest),
            (b"Action=", S3ErrorCode::InvalidRequest),
            (b"Action=%zz", S3ErrorCode::InvalidRequest),
            (b"Action=GetCallerIdentity&Action=AssumeRole", S3ErrorCode::InvalidRequest),
            (b"\xff", S3ErrorCode::InvalidRequest),
        ] {
            assert_eq!(StsAction::parse(form).expect_err("refused").code, code);
        }
    }
}
