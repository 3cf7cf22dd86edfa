//! `x-amz-grant-*`: `id="…", emailAddress="…", uri="…"`.

use super::{AclGroup, Grantee};
use crate::error::S3Error;
use crate::limits::ACL_GRANTS_MAX;

/// Reads the grantees of one header. Values stand in quotes or bare; bare ones end at a comma.
pub(super) fn parse_grantees(name: &'static str, text: &str) -> Result<Vec<Grantee>, S3Error> {
    let bad = || S3Error::invalid_argument(name, text, "Argument format not recognized");
    let mut grantees = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (kind, after) = rest.split_once('=').ok_or_else(bad)?;
        let (value, after) = split_value(after.trim_start()).ok_or_else(bad)?;
        if grantees.len() == ACL_GRANTS_MAX {
            return Err(bad());
        }
        grantees.push(grantee(kind.trim(), value).ok_or_else(bad)??);
        rest = match after.trim_start().strip_prefix(',') {
            Some(more) if !more.trim().is_empty() => more.trim_start(),
            None if after.trim().is_empty() => "",
            Some(_) | None => return Err(bad()),
        };
    }
    if grantees.is_empty() { Err(bad()) } else { Ok(grantees) }
}

/// `None` for a kind that there is not, or for nobody.
fn grantee(kind: &str, value: &str) -> Option<Result<Grantee, S3Error>> {
    if value.is_empty() {
        return None;
    }
    let is = |known: &str| kind.eq_ignore_ascii_case(known);
    match () {
        () if is("id") => Some(Ok(Grantee::Canonical(value.to_owned()))),
        () if is("emailAddress") => Some(Ok(Grantee::Email(value.to_owned()))),
        () if is("uri") => Some(AclGroup::parse(value).map(Grantee::Group)),
        () => None,
    }
}

/// The value and what follows it; `None` for a quote that does not end.
fn split_value(text: &str) -> Option<(&str, &str)> {
    match text.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"'),
        None => {
            let end = text.find(',').unwrap_or(text.len());
            let (value, after) = text.split_at(end);
            Some((value.trim(), after))
        }
    }
}
