//! What decides about a bucket, compiled from what the catalog keeps of it.

use std::sync::Arc;

use bytes::Bytes;
use cairn_catalog::rows::{BucketRow, Ownership as RowOwnership};
use cairn_policy::{Acl, BucketAccess, BucketPolicy, BucketRef, Ownership, PublicAccessBlock};
use cairn_s3::configuration::{Payer, PublicAccessBlock as BlockDocument, RequestPayment};
use cairn_s3::operation::BucketConfiguration;
use cairn_types::record::Record;

/// A part of a bucket's configuration that does not read back as what was stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the stored {part} cannot be read: {reason}")]
pub(crate) struct Unreadable {
    part: &'static str,
    reason: String,
}

impl Unreadable {
    fn new(part: &'static str, reason: &impl ToString) -> Self {
        Self { part, reason: reason.to_string() }
    }
}

/// What a bucket's configuration says about requests: compiled once for each version of it.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Compiled {
    pub(super) access: BucketAccess,
    pub(super) payer: Payer,
    /// A configuration that is understood in part protects less than its author believes: it allows nothing at all.
    pub(super) fault: Option<Unreadable>,
}

impl Compiled {
    pub(super) fn of(row: &BucketRow, documents: &[(String, Bytes)]) -> Self {
        let names = BucketRef { namespace: &row.namespace, name: &row.name };
        let mut compiled =
            Self { access: BucketAccess::private(names, row.owner.clone()), payer: Payer::BucketOwner, fault: None };
        compiled.access.ownership = ownership(row.settings.ownership);
        compiled.fault = compiled.read(row, documents).err();
        if let Some(fault) = &compiled.fault {
            tracing::error!(error = %fault, bucket = row.name.as_str(), "a bucket is closed to everybody");
        }
        compiled
    }

    fn read(&mut self, row: &BucketRow, documents: &[(String, Bytes)]) -> Result<(), Unreadable> {
        let document = |kind: BucketConfiguration| {
            documents.iter().find(|(name, _)| name == kind.parameter()).map(|(_, document)| document)
        };
        if let Some(acl) = &row.settings.acl {
            self.access.acl = Some(Acl::decode(acl.clone()).map_err(|error| Unreadable::new("ACL", &error))?);
        }
        if let Some(block) = document(BucketConfiguration::PublicAccessBlock) {
            let part = "public access block";
            let block = BlockDocument::parse(block).map_err(|error| Unreadable::new(part, &error.message))?;
            self.access.public_access_block = block_of(block);
        }
        if let Some(payment) = document(BucketConfiguration::RequestPayment) {
            let part = "request payment";
            self.payer = RequestPayment::parse(payment).map_err(|error| Unreadable::new(part, &error.message))?.payer;
        }
        if let Some(text) = document(BucketConfiguration::Policy) {
            let policy = BucketPolicy::parse(text, self.access.names());
            self.access.policy = Some(Arc::new(policy.map_err(|error| Unreadable::new("policy", &error))?));
        }
        Ok(())
    }
}

/// Ownership as decisions know it.
pub(crate) fn ownership(row: RowOwnership) -> Ownership {
    match row {
        RowOwnership::ObjectWriter => Ownership::ObjectWriter,
        RowOwnership::BucketOwnerPreferred => Ownership::BucketOwnerPreferred,
        RowOwnership::BucketOwnerEnforced => Ownership::BucketOwnerEnforced,
    }
}

fn block_of(document: BlockDocument) -> PublicAccessBlock {
    PublicAccessBlock {
        block_public_acls: document.block_public_acls,
        ignore_public_acls: document.ignore_public_acls,
        block_public_policy: document.block_public_policy,
        restrict_public_buckets: document.restrict_public_buckets,
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use cairn_catalog::rows::{BucketRow, BucketSettings};
    use cairn_policy::{Acl, CannedAcl, Grant, Group, Permission};
    use cairn_s3::configuration::{Payer, PublicAccessBlock, RequestPayment};
    use cairn_types::record::Record;
    use cairn_types::{BucketName, CanonicalId};

    use super::Compiled;

    fn row() -> BucketRow {
        let owner = CanonicalId { digits: "a".repeat(64) };
        BucketRow { name: BucketName::parse("bkt").expect("a name"), owner, ..BucketRow::default() }
    }

    fn document(name: &str, text: impl Into<Bytes>) -> (String, Bytes) {
        (name.to_owned(), text.into())
    }

    #[test]
    fn a_bucket_without_configuration_is_private() {
        let compiled = Compiled::of(&row(), &[]);
        assert_eq!((compiled.access.policy, compiled.access.acl, compiled.fault), (None, None, None));
    }

    #[test]
    fn everything_that_is_stored_takes_part() {
        let acl = Acl::new(vec![Grant::to_group(Group::AllUsers, Permission::Read)]).expect("few");
        let settings = BucketSettings { acl: Some(acl.encode()), ..BucketSettings::default() };
        let policy = r#"{"Statement":{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::bkt"}}"#;
        let block = PublicAccessBlock { block_public_policy: true, ..PublicAccessBlock::default() };
        let documents = [
            document("policy", policy),
            document("publicAccessBlock", block.to_xml()),
            document("requestPayment", RequestPayment { payer: Payer::Requester }.to_xml()),
        ];
        let compiled = Compiled::of(&BucketRow { settings, ..row() }, &documents);
        assert_eq!(compiled.fault, None);
        assert_eq!(compiled.access.acl, Some(acl));
        assert!(compiled.access.policy.is_some());
        assert!(compiled.access.public_access_block.block_public_policy);
        assert_eq!(compiled.payer, Payer::Requester);
    }

    #[test]
    fn what_cannot_be_read_is_a_fault_and_never_left_out() {
        let canned = CannedAcl::PublicRead.as_str();
        for (name, text) in [("policy", "{}"), ("publicAccessBlock", "<a/>"), ("requestPayment", "<b/>")] {
            assert!(Compiled::of(&row(), &[document(name, text)]).fault.is_some(), "{name}");
        }
        let settings = BucketSettings { acl: Some(Bytes::from(canned)), ..BucketSettings::default() };
        assert!(Compiled::of(&BucketRow { settings, ..row() }, &[]).fault.is_some());
    }
}
