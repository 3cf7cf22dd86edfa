//! The credential scope: day, region, service.

/// `YYYYMMDD/region/service/aws4_request`, of known form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Scope(String);

/// An access key and the scope it signs for.
#[derive(Clone, Debug)]
pub(super) struct Credential {
    pub(super) access_key: String,
    pub(super) scope: Scope,
}

impl Credential {
    /// Reads `access-key/YYYYMMDD/region/service/aws4_request`. Read from the end, so that an access key may hold a
    /// slash. `None` if a piece is missing, the date is not one, or the terminator is another.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut pieces = text.rsplitn(5, '/');
        let terminator = pieces.next()?;
        let (service, region, date) = (pieces.next()?, pieces.next()?, pieces.next()?);
        let access_key = pieces.next().filter(|key| !key.is_empty())?;
        let is_date = date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit());
        if terminator != "aws4_request" || !is_date || service.is_empty() {
            return None;
        }
        Some(Self { access_key: access_key.to_owned(), scope: Scope::new(date, region, service) })
    }
}

impl Scope {
    pub(super) fn new(date: &str, region: &str, service: &str) -> Self {
        Self(format!("{date}/{region}/{service}/aws4_request"))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn date(&self) -> &str {
        self.piece(0)
    }

    pub(super) fn region(&self) -> &str {
        self.piece(1)
    }

    pub(super) fn service(&self) -> &str {
        self.piece(2)
    }

    fn piece(&self, index: usize) -> &str {
        self.0.split('/').nth(index).expect("a scope has four pieces")
    }
}

#[cfg(test)]
mod tests {
    use super::Credential;

    #[test]
    fn a_credential_is_read_from_its_end() {
        let credential = Credential::parse("AK/ID/20130524/us-east-1/s3/aws4_request").expect("well-formed");
        assert_eq!(credential.access_key, "AK/ID");
        let scope = credential.scope;
        assert_eq!((scope.date(), scope.region(), scope.service()), ("20130524", "us-east-1", "s3"));
        assert_eq!(Credential::parse("AK/20130524//s3/aws4_request").expect("no region").scope.region(), "");
    }

    #[test]
    fn other_forms_are_refused() {
        for bad in [
            "",
            "AK",
            "AK/20130524/us-east-1/s3",
            "/20130524/us-east-1/s3/aws4_request",
            "AK/2013052/us-east-1/s3/aws4_request",
            "AK/2013052x/us-east-1/s3/aws4_request",
            "AK/20130524/us-east-1/s3/aws2_request",
            "AK/20130524/us-east-1//aws4_request",
        ] {
            assert!(Credential::parse(bad).is_none(), "{bad}");
        }
    }
}
