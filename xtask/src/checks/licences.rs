//! Applies deny.toml (licences, banned crates, sources) to what cargo resolved.
//!
//! cargo-deny does more, but compiles longer than a whole check may take; deny.toml keeps its format, so both read one policy.

use std::fs;

use anyhow::{Context, Result, bail};
use cargo_metadata::{MetadataCommand, Package};
use toml::Value;

use super::verdict;
use crate::places::Places;

/// The part of deny.toml that is applied here.
#[derive(Debug, Default)]
struct Policy {
    licences: Vec<String>,
    registries: Vec<String>,
    banned: Vec<(String, String)>,
}

/// Reads the policy and checks every package of the graph.
pub(crate) fn check(places: &Places) -> Result<()> {
    let path = places.checkout.join("deny.toml");
    let text = fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
    let policy = Policy::parse(&text)?;
    let mut command = MetadataCommand::new();
    command.current_dir(&places.checkout).other_options(["--locked".to_owned()]);
    let metadata = command.exec()?;
    let faults: Vec<String> = metadata.packages.iter().flat_map(|package| policy.faults(package)).collect();
    println!("{} packages", metadata.packages.len());
    verdict(&faults)
}

impl Policy {
    fn parse(text: &str) -> Result<Self> {
        let document: Value = text.parse::<toml::Table>().context("parse deny.toml")?.into();
        let banned = list(&document, "bans", "deny")?.iter().map(|ban| {
            let field = |name: &str| ban.get(name).and_then(Value::as_str).map(str::to_owned);
            Ok((field("crate").context("a ban names a crate")?, field("reason").context("a ban gives its reason")?))
        });
        Ok(Self {
            licences: strings(&document, "licenses", "allow")?,
            registries: strings(&document, "sources", "allow-registry")?,
            banned: banned.collect::<Result<_>>()?,
        })
    }

    fn faults(&self, package: &Package) -> Vec<String> {
        let name = package.name.as_str();
        let source = package.source.as_ref().map(|source| source.repr.as_str());
        let licence = package.license.as_deref();
        [self.licence_fault(name, licence), self.ban_fault(name), self.source_fault(name, source)]
            .into_iter()
            .flatten()
            .collect()
    }

    fn licence_fault(&self, name: &str, licence: Option<&str>) -> Option<String> {
        let Some(expression) = licence else { return Some(format!("{name} names no licence")) };
        match is_allowed(expression, &self.licences) {
            Ok(true) => None,
            Ok(false) => Some(format!("{name}: {expression} is not an allowed licence")),
            Err(error) => Some(format!("{name}: {expression}: {error}")),
        }
    }

    fn ban_fault(&self, name: &str) -> Option<String> {
        let (_, reason) = self.banned.iter().find(|(banned, _)| banned == name)?;
        Some(format!("{name} is banned: {reason}"))
    }

    /// Our own crates have no source; all others come from an allowed registry.
    fn source_fault(&self, name: &str, source: Option<&str>) -> Option<String> {
        let source = source?;
        let is_known = source
            .strip_prefix("registry+")
            .is_some_and(|registry| self.registries.iter().any(|known| known == registry));
        (!is_known).then(|| format!("{name} comes from {source}"))
    }
}

fn list<'a>(document: &'a Value, section: &str, key: &str) -> Result<&'a Vec<Value>> {
    let value = document.get(section).and_then(|table| table.get(key)).and_then(Value::as_array);
    value.with_context(|| format!("deny.toml has no list {section}.{key}"))
}

fn strings(document: &Value, section: &str, key: &str) -> Result<Vec<String>> {
    let values = list(document, section, key)?.iter();
    values.map(|value| Ok(value.as_str().context("a list of strings")?.to_owned())).collect()
}

/// Whether a licence expression (SPDX, or the old form with `/`) can be met with the allowed licences.
fn is_allowed(expression: &str, allowed: &[String]) -> Result<bool> {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words = Words { words: spaced.split_whitespace().collect(), next: 0 };
    let verdict = either(&mut words, allowed)?;
    if let Some(word) = words.peek() {
        bail!("unexpected {word:?}");
    }
    Ok(verdict)
}

struct Words<'a> {
    words: Vec<&'a str>,
    next: usize,
}

impl<'a> Words<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.words.get(self.next).copied()
    }

    fn take(&mut self) -> Option<&'a str> {
        let word = self.peek();
        self.next += 1;
        word
    }

    fn take_if(&mut self, expected: &str) -> bool {
        let is_next = self.peek() == Some(expected);
        self.next += usize::from(is_next);
        is_next
    }
}

fn either(words: &mut Words<'_>, allowed: &[String]) -> Result<bool> {
    let mut verdict = both(words, allowed)?;
    while words.take_if("OR") {
        verdict |= both(words, allowed)?;
    }
    Ok(verdict)
}

fn both(words: &mut Words<'_>, allowed: &[String]) -> Result<bool> {
    let mut verdict = one(words, allowed)?;
    while words.take_if("AND") {
        verdict &= one(words, allowed)?;
    }
    Ok(verdict)
}

fn one(words: &mut Words<'_>, allowed: &[String]) -> Result<bool> {
    let Some(word) = words.take() else { bail!("the expression ends early") };
    if word == "(" {
        let verdict = either(words, allowed)?;
        if !words.take_if(")") {
            bail!("a parenthesis is not closed");
        }
        return Ok(verdict);
    }
    let mut licence = word.to_owned();
    if words.take_if("WITH") {
        licence = format!("{licence} WITH {}", words.take().context("an exception follows WITH")?);
    }
    Ok(allowed.contains(&licence))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> Policy {
        Policy::parse(
            "[licenses]\nallow = [\"MIT\", \"Apache-2.0\", \"Apache-2.0 WITH LLVM-exception\"]\n[bans]\ndeny = [{ crate = \"bad\", reason = \"why\" }]\n\
             [sources]\nallow-registry = [\"https://example.org/index\"]\n",
        )
        .unwrap()
    }

    fn allowed(expression: &str) -> bool {
        is_allowed(expression, &policy().licences).unwrap()
    }

    #[test]
    fn one_allowed_choice_is_enough_and_every_demand_must_be_met() {
        assert!(allowed("MIT OR GPL-3.0"));
        assert!(allowed("GPL-3.0/MIT"));
        assert!(allowed("MIT AND Apache-2.0"));
        assert!(!allowed("MIT AND GPL-3.0"));
        assert!(!allowed("(MIT OR GPL-3.0) AND Zlib"));
        assert!(allowed("Apache-2.0 WITH LLVM-exception"));
        assert!(!allowed("MIT WITH LLVM-exception"));
    }

    #[test]
    fn a_malformed_expression_is_refused() {
        assert!(is_allowed("(MIT", &policy().licences).is_err());
        assert!(is_allowed("MIT MIT", &policy().licences).is_err());
        assert!(is_allowed("", &policy().licences).is_err());
    }

    #[test]
    fn banned_crates_missing_licences_and_foreign_sources_are_faults() {
        assert!(policy().ban_fault("bad").unwrap().contains("why"));
        assert_eq!(policy().ban_fault("good"), None);
        assert!(policy().licence_fault("silent", None).is_some());
        assert!(policy().source_fault("x", Some("git+https://example.org/x")).is_some());
        assert_eq!(policy().source_fault("x", Some("registry+https://example.org/index")), None);
        assert_eq!(policy().source_fault("ours", None), None);
    }
}
