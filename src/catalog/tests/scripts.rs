//! Golden scripts: `testscripts/<topic>/<case>` holds commands and queries, `---`, and every write and reply.
//!
//! `CAIRN_REWRITE_SCRIPTS=1` writes what is answered into the files, to be read before it is committed.
#![allow(clippy::disallowed_methods, reason = "reads files of the repository; nothing is simulated here")]
#![allow(clippy::wildcard_imports, reason = "commands, queries and rows are what every test speaks of")]

mod script {
    pub(crate) mod edits;
    pub(crate) mod parse;
    pub(crate) mod root;
    pub(crate) mod tidy;
}
mod support;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use cairn_catalog::apply::apply;
use cairn_catalog::command::Command;
use cairn_catalog::keys::KeyPosition;
use cairn_types::{RequestNumber, SessionId, UnixMillis};
use script::parse::{Words, command, envelope, query};
use script::tidy::{describe, tidy};
use support::{BUCKET, Shard};

/// Runs the commands and queries of a script.
fn play(script: &str) -> String {
    let mut shard = Shard::data();
    let mut out = String::new();
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(comment) = line.strip_prefix('#') {
            writeln!(out, "#{comment}").expect("a string takes text");
            continue;
        }
        let mut words: Vec<_> = line.split_whitespace().collect();
        match words[0] {
            "root" => shard = Shard::root(),
            "range" => {
                let place = |text: &str| KeyPosition::new(BUCKET, Bytes::copy_from_slice(text.as_bytes()));
                shard.context.range.start = place(words[1]);
                shard.context.range.end = words.get(2).map(|text| place(text));
            }
            word if word.starts_with('?') => {
                let answer = shard.ask(query(&Words::parse(words)));
                writeln!(out, "> {line}\n{}\n", tidy(&answer)).expect("a string takes text");
            }
            word => {
                let (session, number, floor) =
                    envelope(word).unwrap_or((SessionId(0), RequestNumber(0), RequestNumber(0)));
                if session != SessionId(0) {
                    words.remove(0);
                }
                let words = Words::parse(words);
                let proposed_at = UnixMillis(words.number("at").unwrap_or(1_000));
                let body = command(&words);
                let command =
                    Command { session, number, request_floor: floor, proposed_at, body, ..Command::default() };
                shard.index = shard.index.next();
                let applied = apply(&shard.state, &shard.context, shard.index, &command).expect("rows are readable");
                shard.state.write(&applied.writes);
                writeln!(out, "> {line}\n{}", tidy(&applied.reply)).expect("a string takes text");
                for write in &applied.writes {
                    writeln!(out, "{}", describe(write)).expect("a string takes text");
                }
                out.push('\n');
            }
        }
    }
    out
}

fn scripts() -> Vec<PathBuf> {
    // Relative to the package, where cargo runs tests: a path that is compiled in is that of whichever checkout compiled.
    let root = Path::new("testscripts");
    let entries = |path: &Path| -> Vec<PathBuf> {
        let listed = std::fs::read_dir(path).expect("a directory");
        listed.map(|entry| entry.expect("an entry").path()).collect()
    };
    let mut cases: Vec<_> = entries(root).iter().flat_map(|topic| entries(topic)).collect();
    cases.sort();
    cases
}

#[test]
fn every_script_writes_and_answers_what_it_says() {
    let rewrite = std::env::var_os("CAIRN_REWRITE_SCRIPTS").is_some();
    let mut different = Vec::new();
    for path in scripts() {
        let text = std::fs::read_to_string(&path).expect("a script");
        let (script, expected) = text.split_once("---\n").unwrap_or((&text, ""));
        let played = play(script);
        let played = played.trim_end();
        if rewrite {
            std::fs::write(&path, format!("{}\n---\n{played}\n", script.trim_end())).expect("the script is writable");
        } else if played != expected.trim_end() {
            let line = played.lines().zip(expected.lines()).find(|(played, expected)| played != expected);
            different.push(format!("{}: {line:#?}", path.display()));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}
