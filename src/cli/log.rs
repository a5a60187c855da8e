//! `guidang log`: what was done to a store, as lines for people or as the entries themselves.

use std::collections::VecDeque;

use super::args::LogArgs;
use super::{Exit, words};
use crate::archive::events::{Entry, Outcome};
use crate::archive::store::Store;
use crate::message::{Describe, Language};

/// Runs it. Damage of the log is told of and makes the run fail; what can be read is printed all the same.
pub(super) fn run(args: &LogArgs, language: Language) -> Exit {
    let events = match Store::open(&args.store).and_then(|store| store.events()) {
        Ok(events) => events,
        Err(error) => {
            words::error(language, &error.describe(language));
            return Exit::Failed;
        }
    };
    let mut damaged = false;
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
    if printed.is_err() || damaged { Exit::Failed } else { Exit::Done }
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
