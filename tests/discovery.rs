//! Fixture folders of lists: a list goes in, what was found comes out. Accept with `GUIDANG_ACCEPT=1 cargo test discovery`.

use std::fs;
use std::path::{Path, PathBuf};

use guidang::discovery::{DiscoveryError, Found, LinkRules, List, ListKind, read};
use guidang::message::Describe;
use proptest::prelude::{any, proptest};
use proptest::sample::Index;
use serde::Deserialize;
use url::Url;

use crate::support::{compare, root};

/// `rules.toml`: what is known about the list from outside.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// Why the case exists, for the reader of the folder.
    #[serde(rename = "why")]
    _why: String,
    /// The list's address.
    url: Option<String>,
    /// `column`, `feed`, `sitemap` or `addresses`.
    #[serde(default)]
    kind: Kind,
    #[serde(default)]
    include: Vec<String>,
    #[serde(default)]
    exclude: Vec<String>,
    #[serde(default)]
    examples: Vec<String>,
    #[serde(default)]
    hosts: Vec<String>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    #[default]
    Column,
    Feed,
    Sitemap,
    Addresses,
}

fn cases() -> Vec<PathBuf> {
    let mut cases: Vec<PathBuf> =
        fs::read_dir(root().join("tests/discovery")).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
}

fn case(folder: &Path) -> (Case, Vec<u8>) {
    let case = toml::from_str(&fs::read_to_string(folder.join("rules.toml")).unwrap()).unwrap();
    let page = ["page.html", "page.xml", "page.txt"]
        .map(|name| folder.join(name))
        .into_iter()
        .find(|path| path.exists());
    (case, fs::read(page.unwrap()).unwrap())
}

fn read_case(case: &Case, bytes: &[u8]) -> Result<Found, DiscoveryError> {
    fn texts(texts: &[String]) -> Vec<&str> {
        texts.iter().map(String::as_str).collect()
    }
    let rules = LinkRules::new(
        &texts(&case.include),
        &texts(&case.exclude),
        &texts(&case.examples),
        &texts(&case.hosts),
    )
    .unwrap();
    let kind = match case.kind {
        Kind::Column => ListKind::Column,
        Kind::Feed => ListKind::Feed,
        Kind::Sitemap => ListKind::Sitemap,
        Kind::Addresses => ListKind::Addresses,
    };
    let url = case.url.as_ref().map(|url| Url::parse(url).unwrap());
    read(kind, &List { url: url.as_ref(), bytes, charset: None }, &rules)
}

fn found(case: &Case, bytes: &[u8]) -> String {
    match read_case(case, bytes) {
        Ok(found) => shown(&found),
        Err(error) => format!("error: {error} ({})\n", error.code()),
    }
}

/// What was found, to be read by people.
fn shown(found: &Found) -> String {
    let mut out = String::new();
    let mut line = |label: &str, text: String| out += &format!("{label}: {text}\n");
    if let Some(name) = &found.name {
        line("name", name.clone());
    }
    for item in &found.items {
        let listed = item.listed.map_or_else(|| "-".to_owned(), |moment| moment.to_string());
        let modified = item.modified.map_or_else(String::new, |time| format!(" (changed {time})"));
        line("item", format!("{listed} {} {}{modified}", item.url, item.title.as_deref().unwrap_or("-")));
    }
    if let Some(list) = &found.next {
        line("next", list.to_string());
    }
    for list in &found.parts {
        line("part", list.to_string());
    }
    let passed = found.passed;
    for (label, count) in [
        ("other hosts", passed.other_hosts),
        ("excluded", passed.excluded),
        ("unlike", passed.unlike),
        ("files", passed.files),
        ("malformed", passed.malformed),
        ("beyond", passed.beyond),
    ] {
        if count > 0 {
            line(label, count.to_string());
        }
    }
    if !found.malformed_lines.is_empty() {
        let numbers: Vec<String> = found.malformed_lines.iter().map(ToString::to_string).collect();
        line("lines without an address", numbers.join(", "));
    }
    if found.unfollowed {
        line("unfollowed", "the list goes on by a script".to_owned());
    }
    if let Some(why) = &found.damaged {
        line("damaged", why.to_string());
    }
    out
}

#[test]
fn lists_are_read_as_expected() {
    let wrong: Vec<String> = cases()
        .iter()
        .filter_map(|folder| {
            let (case, bytes) = case(folder);
            compare(&folder.join("expected.txt"), &found(&case, &bytes)).err()
        })
        .collect();
    assert!(wrong.is_empty(), "accept with GUIDANG_ACCEPT=1 after reading:\n{}", wrong.join("\n"));
}

/// Whatever arrives, it is read or refused: lists cut off anywhere, and lists taken for another kind.
#[test]
fn damaged_lists_and_lists_of_another_kind_are_read_or_refused() {
    for folder in cases() {
        let (mut case, bytes) = case(&folder);
        for end in (0..bytes.len()).step_by(bytes.len() / 40 + 1) {
            let _ = found(&case, &bytes[..end]);
        }
        for kind in [Kind::Column, Kind::Feed, Kind::Sitemap, Kind::Addresses] {
            case.kind = kind;
            let _ = found(&case, &bytes);
        }
    }
}

#[test]
fn a_compressed_sitemap_is_read_and_a_bomb_is_refused() {
    use std::io::Write;
    let compressed = |bytes: &mut dyn std::io::Read| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::copy(bytes, &mut encoder).unwrap();
        encoder.flush().unwrap();
        encoder.finish().unwrap()
    };
    let (case, bytes) = case(&root().join("tests/discovery/sitemap"));
    assert_eq!(found(&case, &compressed(&mut &bytes[..])), found(&case, &bytes));
    let bomb = compressed(&mut std::io::Read::take(std::io::repeat(b' '), 60 << 20));
    assert!(bomb.len() < 1 << 20);
    assert_eq!(
        found(&case, &bomb),
        "error: the list is larger than 52428800 bytes once decompressed (list-bomb)\n"
    );
}

/// A list page of 10,000 rows is read in time that does not grow out of proportion.
#[test]
fn a_long_list_is_read_in_time() {
    let mut page = String::new();
    for number in 0..10_000 {
        page += &format!(
            "<li><a href=\"t20240115_{number}.html\">第{number}号</a><span>2024-01-15</span></li>\n"
        );
    }
    let url = Url::parse("https://www.yunshan.example/zwgk/").unwrap();
    let list = List { url: Some(&url), bytes: page.as_bytes(), charset: None };
    let began = std::time::Instant::now();
    let found = read(ListKind::Column, &list, &LinkRules::default()).unwrap();
    assert_eq!(found.items.len(), 10_000);
    assert!(found.items.iter().all(|item| item.listed.is_some()));
    assert!(began.elapsed().as_secs() < 60, "{:?}", began.elapsed()); // about 0.1 s where optimised
}

proptest! {
    /// Lists with pieces of one put into another: what is found can be fetched, is asked for, and is found once.
    #[test]
    fn what_is_found_can_be_fetched_and_is_found_once(
        into in any::<Index>(), from in any::<Index>(), at in any::<Index>(), begin in any::<Index>(), length in 0usize..2_000,
    ) {
        let cases = cases();
        let (case, mut bytes) = case(&cases[into.index(cases.len())]);
        let (_, other) = self::case(&cases[from.index(cases.len())]);
        let begin = begin.index(other.len());
        let piece = other[begin..(begin + length).min(other.len())].to_vec();
        let at = at.index(bytes.len());
        bytes.splice(at..at, piece);
        let Ok(found) = read_case(&case, &bytes) else { return Ok(()) };
        let mut seen = std::collections::BTreeSet::new();
        for url in found.items.iter().map(|item| &item.url).chain(&found.next).chain(&found.parts) {
            assert!(matches!(url.scheme(), "http" | "https") && url.has_host(), "{url}");
            assert!(url.fragment().is_none() && url.username().is_empty() && url.password().is_none(), "{url}");
        }
        for item in &found.items {
            assert!(seen.insert(&item.url), "twice: {}", item.url);
            assert!(item.title.as_ref().is_none_or(|title| !title.is_empty() && !title.contains(char::is_control)));
            let allowed = ["www.yunshan.example", "zfxxgk.yunshan.example", "old.yunshan.example", "static.yunshan.example"];
            let host = item.url.host_str().unwrap_or_default();
            assert!(case.url.is_none() || allowed.contains(&host), "{host}");
        }
    }
}
