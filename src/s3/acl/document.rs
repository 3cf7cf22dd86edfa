//! `<AccessControlPolicy>`, in.

use super::{AclGroup, Grant, Grantee, Permission};
use crate::error::{S3Error, S3ErrorCode};
use crate::limits::ACL_GRANTS_MAX;
use crate::xml::{Document, malformed};

/// A list, as a document gives it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccessControlPolicy {
    /// The canonical id of the owner; it must be the one that is.
    pub owner: String,
    /// The grants, in the order sent.
    pub grants: Vec<Grant>,
}

impl AccessControlPolicy {
    /// Reads the body of `PutBucketAcl` and `PutObjectAcl`. What kind a grantee is shows by what names it, which says the
    /// same as its `xsi:type`.
    ///
    /// # Errors
    ///
    /// `MalformedXML`; `MalformedACLError` for more grants than a list has; `InvalidArgument` for a group that there is not.
    pub fn parse(body: &[u8]) -> Result<Self, S3Error> {
        let mut document = Document::open(body, "AccessControlPolicy")?;
        let (mut owner, mut grants) = (None, None);
        while let Some(name) = document.next_child()? {
            match name.as_str() {
                "Owner" if owner.is_none() => owner = Some(parse_owner(&mut document)?),
                "AccessControlList" if grants.is_none() => grants = Some(parse_grants(&mut document)?),
                _ => return Err(malformed()),
            }
        }
        document.finish()?;
        let (owner, grants) = owner.zip(grants).ok_or_else(malformed)?;
        Ok(Self { owner, grants })
    }
}

fn parse_owner(document: &mut Document<'_>) -> Result<String, S3Error> {
    let (mut id, mut display_name) = (None, None);
    while let Some(name) = document.next_child()? {
        match name.as_str() {
            "ID" if id.is_none() => id = Some(document.text()?.trim().to_owned()),
            "DisplayName" if display_name.is_none() => display_name = Some(document.text()?),
            _ => return Err(malformed()),
        }
    }
    id.filter(|id| !id.is_empty()).ok_or_else(malformed)
}

fn parse_grants(document: &mut Document<'_>) -> Result<Vec<Grant>, S3Error> {
    let mut grants = Vec::new();
    while let Some(name) = document.next_child()? {
        if name != "Grant" {
            return Err(malformed());
        }
        if grants.len() == ACL_GRANTS_MAX {
            return Err(S3ErrorCode::MalformedACLError.into());
        }
        grants.push(parse_grant(document)?);
    }
    Ok(grants)
}

fn parse_grant(document: &mut Document<'_>) -> Result<Grant, S3Error> {
    let (mut grantee, mut permission) = (None, None);
    while let Some(name) = document.next_child()? {
        match name.as_str() {
            "Grantee" if grantee.is_none() => grantee = Some(parse_grantee(document)?),
            "Permission" if permission.is_none() => {
                let text = document.text()?;
                let known = Permission::ALL.into_iter().find(|known| known.as_str() == text.trim());
                permission = Some(known.ok_or_else(malformed)?);
            }
            _ => return Err(malformed()),
        }
    }
    let (grantee, permission) = grantee.zip(permission).ok_or_else(malformed)?;
    Ok(Grant { grantee, permission })
}

fn parse_grantee(document: &mut Document<'_>) -> Result<Grantee, S3Error> {
    let mut named: Option<(String, String)> = None;
    while let Some(name) = document.next_child()? {
        match name.as_str() {
            // A name is shown, not meant.
            "DisplayName" => drop(document.text()?),
            "ID" | "EmailAddress" | "URI" if named.is_none() => {
                let text = document.text()?.trim().to_owned();
                named = Some((name, text));
            }
            _ => return Err(malformed()),
        }
    }
    let (name, text) = named.filter(|(_, text)| !text.is_empty()).ok_or_else(malformed)?;
    match name.as_str() {
        "ID" => Ok(Grantee::Canonical(text)),
        "EmailAddress" => Ok(Grantee::Email(text)),
        _ => AclGroup::parse(&text).map(Grantee::Group),
    }
}
