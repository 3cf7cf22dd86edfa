//! The settled configuration as a file, with where each value came from.

use std::fmt::Write;

use super::key::Role;
use super::keys::keys_of;
use super::resolve::{Resolved, Source};

/// Prints what `role` would run with; secrets are never shown.
pub(crate) fn print(role: Role, resolved: &Resolved) -> String {
    let mut page = format!("# cairn {}\n", role.name());
    for key in keys_of(role) {
        let Some((values, source)) = resolved.with_source(key.name) else {
            writeln!(page, "# {} is not set", key.name).expect("writing to a String cannot fail");
            continue;
        };
        let shown = match (key.secret, values) {
            (true, _) => "\"(redacted)\"".to_owned(),
            (false, [one]) => format!("{one:?}"),
            (false, many) => format!("{many:?}"),
        };
        let source = match source {
            Source::Flag => "flag",
            Source::Environment => "environment",
            Source::File => "file",
            Source::Default => "default",
        };
        writeln!(page, "{} = {shown}  # {source}", key.name).expect("writing to a String cannot fail");
    }
    page
}
