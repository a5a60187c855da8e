//! Turns what was found into lines for a person or JSON for a program.

use std::env;

use serde_json::{Map, Value, json};

use super::{Found, Shown};
use crate::catalogue::Snippet;
use crate::message::Language;
use crate::write::text::{Ambiguous, character_width};

/// Columns before every line of a hit but its first.
pub(super) const INDENT: usize = 5;
/// Lines are not longer than this however wide the terminal is: longer ones are hard to read.
const WIDEST: usize = 120;

/// How hits are shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    /// Columns of the terminal.
    pub columns: usize,
    /// Mark what was found by colour.
    pub colour: bool,
    /// Language of the lines that are not the documents'.
    pub language: Language,
}

/// Columns to fill: those of the terminal, else 100.
pub(super) fn columns(terminal: bool) -> usize {
    let size = if terminal { console::Term::stdout().size_checked() } else { None };
    size.map_or(100, |(_, columns)| usize::from(columns)).clamp(40, WIDEST)
}

/// <https://no-color.org>: any value that is not empty. A terminal without capabilities has no colours either.
pub(super) fn colour_wanted() -> bool {
    env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        && env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// One object: `total`, `offset`, `hits`; keys are only ever added.
pub(super) fn as_json(found: &Found) -> String {
    let hits: Vec<Value> = found
        .hits
        .iter()
        .map(|shown| {
            let mut hit = match json!(shown.hit) {
                Value::Object(hit) => hit,
                _ => Map::new(),
            };
            let ranges: Vec<Value> =
                shown.snippet.highlights.iter().map(|range| json!([range.start, range.end])).collect();
            hit.insert("snippet".to_owned(), json!({"text": shown.snippet.text, "highlights": ranges}));
            Value::Object(hit)
        })
        .collect();
    format!("{:#}\n", json!({"total": found.total, "offset": found.offset, "hits": hits}))
}

/// For each hit its title, what identifies it, the place in its text, and its address; then how many there are.
pub(super) fn as_text(found: &Found, look: Look) -> String {
    let mut out = String::new();
    for (index, shown) in found.hits.iter().enumerate() {
        let number = format!("{}.", found.offset + index + 1);
        out += &format!("{number:>4} ");
        out += &title(shown, look);
        let facts = facts(shown, look.language);
        if !facts.is_empty() {
            out += &dim(&wrapped(&facts, look.columns), look.colour);
        }
        if !shown.snippet.text.is_empty() {
            out += &format!("{:INDENT$}{}\n", "", marked(&shown.snippet, look.colour, ""));
        }
        // Not cut: an address is there to be copied.
        out += &dim(&format!("{:INDENT$}{}\n", "", visible(&shown.hit.id)), look.colour);
        out.push('\n');
    }
    let (total, first) = (found.total, found.offset + 1);
    let last = found.offset + found.hits.len();
    out += &match look.language {
        Language::English if total == 0 => "nothing found\n".to_owned(),
        Language::Chinese if total == 0 => "没有找到\n".to_owned(),
        Language::English if found.hits.is_empty() => format!("{total} found, none shown\n"),
        Language::Chinese if found.hits.is_empty() => format!("共 {total} 件，未显示\n"),
        Language::English => format!("{total} found, {first}–{last} shown\n"),
        Language::Chinese => format!("共 {total} 件，显示第 {first}–{last} 件\n"),
    };
    out
}

const BOLD: &str = "\u{1b}[1m";
/// Bold red, as grep marks what it found.
const FOUND: &str = "\u{1b}[1;31m";
const DIM: &str = "\u{1b}[2m";
const PLAIN: &str = "\u{1b}[0m";

fn dim(text: &str, colour: bool) -> String {
    if colour { format!("{DIM}{}{PLAIN}\n", text.trim_end_matches('\n')) } else { text.to_owned() }
}

/// The title, or the address of a document that has none, wrapped.
fn title(shown: &Shown, look: Look) -> String {
    if shown.title.text.is_empty() {
        return match look.language {
            Language::English => "(no title)\n".to_owned(),
            Language::Chinese => "（无标题）\n".to_owned(),
        };
    }
    let (before, after) = if look.colour { (BOLD, PLAIN) } else { ("", "") };
    let mut out = before.to_owned();
    let mut used = 0;
    let room = look.columns - INDENT;
    for (index, c) in shown.title.text.chars().enumerate() {
        let width = character_width(c, Ambiguous::Wide);
        if used + width > room {
            out += after;
            out += &format!("\n{:INDENT$}{before}", "");
            used = 0;
        }
        used += width;
        let is_found = look.colour && shown.title.highlights.iter().any(|range| range.contains(&index));
        if is_found {
            out += &format!("{FOUND}{c}{PLAIN}{before}");
        } else {
            out.push(c);
        }
    }
    out + after + "\n"
}

/// Number, issuer, date and version.
fn facts(shown: &Shown, language: Language) -> Vec<String> {
    let hit = &shown.hit;
    let day =
        |moment: &Option<String>| moment.as_ref().map(|moment| moment.chars().take(10).collect::<String>());
    let date = match (day(&hit.published), day(&hit.written), day(&hit.captured), language) {
        (Some(day), ..) => Some(day),
        (None, Some(day), _, Language::English) => Some(format!("written {day}")),
        (None, Some(day), _, Language::Chinese) => Some(format!("成文 {day}")),
        (None, None, Some(day), Language::English) => Some(format!("captured {day}")),
        (None, None, Some(day), Language::Chinese) => Some(format!("采集 {day}")),
        (None, None, None, _) => None,
    };
    let version = match language {
        _ if hit.version == 1 && hit.head => None,
        Language::English if hit.head => Some(format!("version {}", hit.version)),
        Language::English => Some(format!("version {}, superseded", hit.version)),
        Language::Chinese if hit.head => Some(format!("第 {} 版", hit.version)),
        Language::Chinese => Some(format!("第 {} 版（旧）", hit.version)),
    };
    let issuer = hit.issuer.clone().or_else(|| hit.source.clone()).or_else(|| hit.site.clone());
    [date, hit.number.clone(), issuer, version].into_iter().flatten().map(|fact| visible(&fact)).collect()
}

/// `facts` with ` · ` between them, in lines of at most `columns` where each fits.
fn wrapped(facts: &[String], columns: usize) -> String {
    let width = |text: &str| text.chars().map(|c| character_width(c, Ambiguous::Wide)).sum::<usize>();
    let mut out = format!("{:INDENT$}", "");
    let mut used = INDENT;
    for (index, fact) in facts.iter().enumerate() {
        let needed = width(fact);
        if index > 0 && used + 4 + needed > columns {
            out += &format!("\n{:INDENT$}", "");
            used = INDENT;
        } else if index > 0 {
            out += " · ";
            used += 4;
        }
        out += fact;
        used += needed;
    }
    out + "\n"
}

/// The words of pages may hold control sequences, which must not steer the terminal.
fn visible(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect()
}

fn marked(snippet: &Snippet, colour: bool, style: &str) -> String {
    if !colour {
        return snippet.text.clone();
    }
    let mut out = String::new();
    for (index, c) in snippet.text.chars().enumerate() {
        if snippet.highlights.iter().any(|range| range.start == index) {
            out += FOUND;
        }
        out.push(c);
        if snippet.highlights.iter().any(|range| range.end == index + 1) {
            out += PLAIN;
            out += style;
        }
    }
    out
}
