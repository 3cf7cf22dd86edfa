//! What S3 says where nothing more exact is known than what the receiver should do.

use cairn_types::{ErrorKind, HasKind};

use super::{S3Error, S3ErrorCode};

impl From<ErrorKind> for S3ErrorCode {
    /// The edge's last resort: an operation that knows an exact code gives that one itself.
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::Invalid => Self::InvalidRequest,
            ErrorKind::Denied => Self::AccessDenied,
            ErrorKind::NotFound => Self::NoSuchKey,
            ErrorKind::Conflict => Self::OperationAborted,
            ErrorKind::Busy => Self::SlowDown,
            ErrorKind::Unavailable => Self::ServiceUnavailable,
            ErrorKind::Unknown | ErrorKind::Corrupt | ErrorKind::Bug => Self::InternalError,
        }
    }
}

impl From<ErrorKind> for S3Error {
    fn from(kind: ErrorKind) -> Self {
        Self::new(kind.into())
    }
}

impl HasKind for S3Error {
    fn kind(&self) -> ErrorKind {
        match self.code {
            S3ErrorCode::SlowDown => ErrorKind::Busy,
            S3ErrorCode::ServiceUnavailable => ErrorKind::Unavailable,
            S3ErrorCode::InternalError => ErrorKind::Unknown,
            code => match code.status().as_u16() {
                403 => ErrorKind::Denied,
                404 => ErrorKind::NotFound,
                304 | 409 | 412 => ErrorKind::Conflict,
                _ => ErrorKind::Invalid,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use cairn_types::{ErrorKind, HasKind};

    use super::{S3Error, S3ErrorCode};

    #[test]
    fn each_kind_has_its_code() {
        for (kind, code) in [
            (ErrorKind::Invalid, S3ErrorCode::InvalidRequest),
            (ErrorKind::Denied, S3ErrorCode::AccessDenied),
            (ErrorKind::NotFound, S3ErrorCode::NoSuchKey),
            (ErrorKind::Conflict, S3ErrorCode::OperationAborted),
            (ErrorKind::Busy, S3ErrorCode::SlowDown),
            (ErrorKind::Unavailable, S3ErrorCode::ServiceUnavailable),
            (ErrorKind::Unknown, S3ErrorCode::InternalError),
            (ErrorKind::Corrupt, S3ErrorCode::InternalError),
            (ErrorKind::Bug, S3ErrorCode::InternalError),
        ] {
            let error = S3Error::from(kind);
            assert_eq!(error.code, code, "{kind:?}");
            assert_eq!(error.kind().is_retriable(), code.status().is_server_error(), "{kind:?}");
        }
    }
}
