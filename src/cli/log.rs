//! `guidang log`: what was done to a store, as lines for people or as the entries themselves.

use std::collections::VecDeque;

use super::args::LogArgs;
use super::{Exit, words};
use crate::archive::events::timestamp::check;
use crate::archive::events::{Entry, Head, Outcome};
use crate::archive::store::Store;
use crate::message::{Describe, Language};

/// Runs it. Damage of the log is told of and makes the run fail; what can be read is printed all the same.
pub(super) fn run(args: &LogArgs, language: Language) -> Exit {
    let opened = Store::open(&args.store).and_then(|store| Ok((store.events()?, store.timestamps()?, store)));
    let (events, stamped, store) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            words::error(language, &error.describe(language));
            return Exit::Failed;
        }
    };
    let mut damaged = false;
    // The last entry, and the last that a token is over: it covers all before it too.
    let (mut end, mut covered) = (0, 0);
    let mut last = VecDeque::new();
    for entry in events {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                damaged = true;
                words::error(language, &error.describe(language));
                continue;
            }
        };
        end = entry.sequence;
        if stamped.binary_search(&entry.sequence).is_ok() {
            match proven(&store, &entry, language) {
                Ok(()) => covered = entry.sequence,
                Err(line) => {
                    damaged = true;
                    words::error(language, &line);
                }
            }
        }
        let object = entry.event.object.as_ref().map(crate::archive::store::ObjectId::as_str);
        if args.object.is_some() && args.object.as_deref() != object {
            continue;
        }
        let line = if args.json { entry.line() } else { in_words(&entry) } + "\n";
        match args.last {
            None => {
                if words::data(&line).is_err() {
                    return Exit::Failed;
                }
            }
            Some(most) => {
                last.push_back(line);
                if last.len() > most {
                    last.pop_front();
                }
            }
        }
    }
    let printed = last.iter().try_for_each(|line| words::data(line));
    if !stamped.is_empty() && !args.json {
        words::say(&coverage(covered, end, language));
    }
    if printed.is_err() || damaged { Exit::Failed } else { Exit::Done }
}

/// Whether the token kept about `entry` is over it.
fn proven(store: &Store, entry: &Entry, language: Language) -> Result<(), String> {
    let response = store.timestamp(entry.sequence).map_err(|error| error.describe(language))?;
    let head = Head { sequence: entry.sequence, digest: entry.digest.clone() };
    check(&response.unwrap_or_default(), &head, None).map(drop).map_err(|error| match language {
        Language::English => format!("entry {}: {}", entry.sequence, error.describe(language)),
        Language::Chinese => format!("第 {} 条：{}", entry.sequence, error.describe(language)),
    })
}

fn coverage(covered: u64, end: u64, language: Language) -> String {
    match (language, covered, end - covered) {
        (Language::English, 0, _) => "no entry is covered by a time-stamp".to_owned(),
        (Language::English, _, 0) => format!("all {covered} entries are covered by a time-stamp"),
        (Language::English, _, 1) => {
            format!("entries 1 to {covered} are covered by a time-stamp, entry {end} is not")
        }
        (Language::English, ..) => {
            format!("entries 1 to {covered} are covered by a time-stamp, {} to {end} are not", covered + 1)
        }
        (Language::Chinese, 0, _) => "尚无日志受时间戳保护".to_owned(),
        (Language::Chinese, _, 0) => format!("全部 {covered} 条日志均受时间戳保护"),
        (Language::Chinese, ..) => {
            format!("第 1 至 {covered} 条日志受时间戳保护，第 {} 至 {end} 条尚未", covered + 1)
        }
    }
}

/// `7  2026-11-24T01:02:03Z  ingestion  v2  https://…  source=a.html  guidang 0.1.0`
fn in_words(entry: &Entry) -> String {
    let event = &entry.event;
    let mut line = format!("{}  {}  {}", entry.sequence, event.time, event.kind.name());
    match event.outcome {
        Outcome::Success => {}
        Outcome::Warning => line += " (warning)",
        Outcome::Fail => line += " (fail)",
    }
    if let Some(version) = event.version {
        line += &format!("  v{version}");
    }
    if let Some(object) = &event.object {
        line += &format!("  {object}");
    }
    for (name, value) in &event.detail {
        if name != "content-digest" {
            line += &format!("  {name}={value}");
        }
    }
    line += &format!("  {}", event.agent);
    line.chars().map(|character| if character.is_control() { '\u{FFFD}' } else { character }).collect()
}
