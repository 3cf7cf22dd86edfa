//! From flags, environment and file to one text value per key.

use std::collections::BTreeMap;
use std::path::Path;

use super::fault::Faults;
use super::key::{Count, Key, Role};
use super::keys::keys_of;
use super::nearest::nearest;

/// Where a value came from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Source {
    /// The command line.
    Flag,
    /// The environment.
    Environment,
    /// The file.
    File,
    /// The table.
    Default,
}

/// Values by key, each with where it came from.
#[derive(Debug, Default)]
pub(crate) struct Resolved {
    values: BTreeMap<&'static str, (Vec<String>, Source)>,
}

impl Resolved {
    /// All values of a key.
    pub(crate) fn list(&self, key: &str) -> &[String] {
        self.values.get(key).map_or(&[], |(values, _)| values)
    }

    /// The value of a key, if it is set.
    pub(crate) fn one(&self, key: &str) -> Option<&str> {
        self.list(key).first().map(String::as_str)
    }

    /// The value and its source.
    pub(crate) fn with_source(&self, key: &str) -> Option<(&[String], Source)> {
        self.values.get(key).map(|(values, source)| (values.as_slice(), *source))
    }
}

/// Values given on the command line.
pub(crate) type Flags = BTreeMap<&'static str, Vec<String>>;

/// Settles every key of `role`.
pub(crate) fn resolve(role: Role, flags: Flags, file: Option<&Path>) -> Result<Resolved, Faults> {
    let variable = |name: &str| std::env::var(name).ok();
    let mut faults = Faults::default();
    let text = file.and_then(|path| read(path, &mut faults));
    let resolved = settle(role, flags, variable, text.as_deref(), &mut faults);
    faults.check()?;
    Ok(resolved)
}

fn read(path: &Path, faults: &mut Faults) -> Option<String> {
    let read = std::fs::read_to_string(path);
    read.map_err(|error| faults.add(format!("{}: {error}", path.display()))).ok()
}

fn settle(
    role: Role,
    mut flags: Flags,
    variable: impl Fn(&str) -> Option<String>,
    file: Option<&str>,
    faults: &mut Faults,
) -> Resolved {
    let mut from_file = file.map(|text| parse_file(role, text, faults)).unwrap_or_default();
    let mut resolved = Resolved::default();
    for key in keys_of(role) {
        let value = if let Some(values) = flags.remove(key.name) {
            Some((values, Source::Flag))
        } else if let Some(value) = variable(&key.variable()) {
            Some((split(key, &value), Source::Environment))
        } else if let Some(values) = from_file.remove(key.name) {
            Some((values, Source::File))
        } else {
            key.default.map(|default| (split(key, default), Source::Default))
        };
        if let Some(value) = value {
            resolved.values.insert(key.name, value);
        }
    }
    resolved
}

fn split(key: &Key, value: &str) -> Vec<String> {
    match key.count {
        Count::One => vec![value.to_owned()],
        Count::Many => value.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect(),
    }
}

fn parse_file(role: Role, text: &str, faults: &mut Faults) -> BTreeMap<&'static str, Vec<String>> {
    let table: toml::Table = match text.parse() {
        Ok(table) => table,
        Err(error) => {
            faults.add(format!("the file is not TOML: {}", error.to_string().trim_end()));
            return BTreeMap::new();
        }
    };
    let mut values = BTreeMap::new();
    for (name, value) in &table {
        match keys_of(role).find(|key| key.name == name) {
            None => faults.add(unknown(role, name)),
            Some(key) => {
                if let Some(value) = faults.take(name, texts(key, value)) {
                    values.insert(key.name, value);
                }
            }
        }
    }
    values
}

fn unknown(role: Role, name: &str) -> String {
    let elsewhere = Role::ALL.into_iter().find(|role| keys_of(*role).any(|key| key.name == name));
    if let Some(elsewhere) = elsewhere {
        return format!("{name}: {} does not use this key, {} does", role.name(), elsewhere.name());
    }
    match nearest(name, keys_of(role).map(|key| key.name)) {
        Some(near) => format!("{name}: unknown key; did you mean {near}?"),
        None => format!("{name}: unknown key"),
    }
}

fn texts(key: &Key, value: &toml::Value) -> Result<Vec<String>, String> {
    match (value, key.count) {
        (toml::Value::Array(items), Count::Many) => items.iter().map(text).collect(),
        (toml::Value::Array(_), Count::One) => Err("takes one value, not a list".to_owned()),
        (single, _) => Ok(vec![text(single)?]),
    }
}

fn text(value: &toml::Value) -> Result<String, String> {
    match value {
        toml::Value::String(text) => Ok(text.clone()),
        toml::Value::Integer(number) => Ok(number.to_string()),
        toml::Value::Boolean(truth) => Ok(truth.to_string()),
        other => Err(format!("takes a text, a number or a truth value, not a {}", other.type_str())),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Faults, Flags, Resolved, Role, Source, settle};

    fn settled(flags: Flags, variables: &[(&str, &str)], file: &str) -> (Resolved, Faults) {
        let variables: BTreeMap<&str, &str> = variables.iter().copied().collect();
        let mut faults = Faults::default();
        let variable = |name: &str| variables.get(name).map(|value| (*value).to_owned());
        let resolved = settle(Role::Gateway, flags, variable, Some(file), &mut faults);
        (resolved, faults)
    }

    #[test]
    fn a_flag_wins_over_the_environment_over_the_file_over_the_default() {
        let flags = Flags::from([("listen", vec!["1.1.1.1:1".to_owned()])]);
        let variables = [("CAIRN_LISTEN", "2.2.2.2:2"), ("CAIRN_ADMIN_LISTEN", "2.2.2.2:3")];
        let file = "listen = '3.3.3.3:3'\nadmin-listen = '3.3.3.3:4'\nlog-level = 'debug'";
        let (resolved, faults) = settled(flags, &variables, file);
        assert!(faults.check().is_ok());
        assert_eq!(resolved.one("listen"), Some("1.1.1.1:1"));
        assert_eq!(resolved.one("admin-listen"), Some("2.2.2.2:3"));
        assert_eq!(resolved.one("log-level"), Some("debug"));
        assert_eq!(resolved.with_source("log-format"), Some((["text".to_owned()].as_slice(), Source::Default)));
    }

    #[test]
    fn all_faults_of_a_file_are_reported_at_once() {
        let (_, faults) =
            settled(Flags::new(), &[], "lissten = 'x'\nlisten = 1.5\nsegment-size = '1GiB'\nname = ['a']");
        assert_eq!(
            faults.list(),
            [
                "lissten: unknown key; did you mean listen?",
                "listen: takes a text, a number or a truth value, not a float",
                "name: takes one value, not a list",
                "segment-size: gateway does not use this key, server does",
            ]
        );
    }

    #[test]
    fn lists_come_from_arrays_and_from_commas() {
        let (resolved, _) = settled(Flags::new(), &[], "metadata = ['a:1', 'b:2']");
        assert_eq!(resolved.list("metadata"), ["a:1", "b:2"]);
        let (resolved, _) = settled(Flags::new(), &[("CAIRN_METADATA", "a:1, b:2")], "");
        assert_eq!(resolved.list("metadata"), ["a:1", "b:2"]);
    }
}
