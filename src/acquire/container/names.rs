//! Turns the addresses of pages into the names of their outputs: readable, safe on every file system, each its own.
//!
//! `https://www.gd.gov.cn/zw/post_1.html` becomes `www.gd.gov.cn/zw/post_1`. Percent-encoded UTF-8 is shown as it
//! reads. Where anything of the address had to be left out or replaced — a query, a character, what is too long — eight
//! digits of its SHA-256 stand behind the name. Where an address was captured several times, the time of capture does
//! (UTC, 14 digits).

use std::path::PathBuf;

use jiff::Timestamp;
use jiff::tz::Offset;
use url::Url;

use crate::document::sha256;

/// The longest part of a name between two `/`, in bytes: 255 on most file systems, less what is appended.
const MAX_PART: usize = 120;

/// Folders deeper than this are left out.
const MAX_DEPTH: usize = 12;

/// Extensions that tell of a page and are replaced by the output's.
const PAGE_EXTENSIONS: [&str; 4] = ["html", "htm", "shtml", "xhtml"];

/// The name of the file that an address names, as it is shown: `post_1.html`, `index.html` for a folder.
pub(in crate::acquire) fn file_name(address: &str) -> String {
    let url = Url::parse(address).ok();
    let last = url.as_ref().and_then(|url| url.path_segments()?.next_back()).unwrap_or_default();
    let (name, _) = part(&decoded(last));
    if name.is_empty() { "index.html".to_owned() } else { name }
}

/// The names of pages, given their addresses and times in any order: relative, without extension, no two alike even
/// where case does not count.
pub(in crate::acquire) fn outputs(pages: &[(&str, Timestamp)]) -> Vec<PathBuf> {
    let mut names: Vec<String> = pages.iter().map(|(address, _)| base(address)).collect();
    // Several addresses, one name: all of them are told apart, so that none depends on which came first.
    distinguish(&mut names, |index, others| {
        let address = pages[index].0;
        others.iter().any(|&other| pages[other].0 != address).then(|| format!("-{}", hash(address)))
    });
    distinguish(&mut names, |index, _| {
        let time = Offset::UTC.to_datetime(pages[index].1);
        Some(format!("-{}", time.strftime("%Y%m%d%H%M%S")))
    });
    // The same address twice in a second; or an address that reads like another with its mark.
    while distinguish(&mut names, |index, others| {
        let place = others.iter().position(|&other| other == index).unwrap_or_default();
        (place > 0).then(|| format!("-{}", place + 1))
    }) {}
    names.into_iter().map(PathBuf::from).collect()
}

/// Appends what `mark` says to the names that are alike, given the index of a name and of all that are like it. Says
/// whether any were.
fn distinguish(names: &mut [String], mark: impl Fn(usize, &[usize]) -> Option<String>) -> bool {
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by_cached_key(|&index| (names[index].to_lowercase(), index));
    let same = |a: &usize, b: &usize| names[*a].to_lowercase() == names[*b].to_lowercase();
    let mut marks = Vec::new();
    for alike in order.chunk_by(same).filter(|alike| alike.len() > 1) {
        marks.extend(alike.iter().filter_map(|&index| Some((index, mark(index, alike)?))));
    }
    let any = !marks.is_empty();
    for (index, mark) in marks {
        names[index] += &mark;
    }
    any
}

fn hash(address: &str) -> String {
    sha256(address.as_bytes())[..8].to_owned()
}

/// Host and path of an address.
fn base(address: &str) -> String {
    let Ok(url) = Url::parse(address) else {
        let (name, _) = part(address);
        return format!("{}-{}", name.trim_end_matches('-'), hash(address));
    };
    let mut changed = url.query().is_some() || !matches!(url.scheme(), "http" | "https");
    let mut host = url.host_str().unwrap_or(url.scheme()).to_owned();
    if let Some(port) = url.port() {
        host += &format!("_{port}");
    }
    let mut parts = vec![host];
    let segments: Vec<&str> = url.path_segments().map_or_else(|| vec![url.path()], Iterator::collect);
    changed |= segments.len() > MAX_DEPTH;
    let (last, folders) =
        segments.split_last().map_or(("", [].as_slice()), |(last, folders)| (*last, folders));
    for folder in folders.iter().take(MAX_DEPTH).filter(|folder| !folder.is_empty()) {
        parts.push(decoded(folder));
    }
    let last = decoded(last);
    let stem = match last.rsplit_once('.') {
        Some((stem, extension))
            if !stem.is_empty()
                && PAGE_EXTENSIONS.iter().any(|page| page.eq_ignore_ascii_case(extension)) =>
        {
            stem.to_owned()
        }
        _ => last,
    };
    parts.push(if stem.is_empty() { "index".to_owned() } else { stem });
    let mut name = String::new();
    for text in &parts {
        let (safe, replaced) = part(text);
        changed |= replaced;
        if !name.is_empty() {
            name.push('/');
        }
        name += if safe.is_empty() { "_" } else { &safe };
    }
    if changed { format!("{name}-{}", hash(address)) } else { name }
}

/// Percent-encoded UTF-8 as it reads; anything else as it is written.
fn decoded(segment: &str) -> String {
    let bytes = segment.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digits = bytes.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match byte.filter(|_| bytes[at] == b'%') {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| segment.to_owned())
}

/// A name that is safe between two `/` on every file system, and whether anything of `text` was changed for it.
fn part(text: &str) -> (String, bool) {
    let mut safe: String = text
        .chars()
        .map(|c| match c {
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '\u{FFFD}' => '_',
            // Invisible, and such as turn the reading direction of what follows.
            c if c.is_control() || c.is_whitespace() && c != ' ' => '_',
            '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' => '_',
            c => c,
        })
        .collect();
    if safe.len() > MAX_PART {
        let end = (0..=MAX_PART).rev().find(|&end| safe.is_char_boundary(end)).unwrap_or(0);
        safe.truncate(end);
    }
    // Hidden files, `.` and `..`; Windows drops dots and spaces at the end.
    if safe.starts_with('.') || safe.starts_with(' ') {
        safe.replace_range(..1, "_");
    }
    if safe.ends_with('.') || safe.ends_with(' ') {
        safe.replace_range(safe.len() - 1.., "_");
    }
    // Devices of Windows, with whatever extension.
    let device = safe.split('.').next().unwrap_or_default().to_ascii_uppercase();
    let numbered = device.len() == 4 && (device.starts_with("COM") || device.starts_with("LPT"));
    if matches!(device.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered {
        safe.insert(0, '_');
    }
    let changed = safe != text;
    (safe, changed)
}

#[cfg(test)]
mod tests {
    use std::path::Component;

    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::{file_name, outputs};

    fn named(pages: &[(&str, i64)]) -> Vec<String> {
        let pages: Vec<_> = pages
            .iter()
            .map(|(address, second)| (*address, Timestamp::from_second(*second).expect("a time")))
            .collect();
        outputs(&pages).iter().map(|name| name.display().to_string()).collect()
    }

    #[test]
    fn names_read_like_the_addresses() {
        let pages = [
            ("https://www.gd.gov.cn/zw/post_1.html", 0),
            ("https://www.gd.gov.cn/zw/", 0),
            ("https://www.gd.gov.cn", 0),
            ("http://a.gov.cn:8080/%E9%80%9A%E7%9F%A5/a.b.shtml", 0),
        ];
        assert_eq!(
            named(&pages),
            [
                "www.gd.gov.cn/zw/post_1",
                "www.gd.gov.cn/zw/index",
                "www.gd.gov.cn/index",
                "a.gov.cn_8080/通知/a.b"
            ]
        );
        assert_eq!(file_name("https://a.gov.cn/x/t1.html?y"), "t1.html");
        assert_eq!(file_name("https://a.gov.cn/x/"), "index.html");
    }

    #[test]
    fn what_was_left_out_is_made_up_for() {
        let names = named(&[
            ("http://a/x?id=1", 0),
            ("http://a/x?id=2", 0),
            ("http://a/x.htm", 0),
            ("http://a/X.html", 0),
        ]);
        assert_eq!(names.len(), 4);
        assert!(names.iter().all(|name| name.len() == "a/x-12345678".len()), "{names:?}");
    }

    #[test]
    fn captures_of_one_page_are_told_apart_by_their_time() {
        let names =
            named(&[("http://a/x", 1_714_979_289), ("http://a/x", 0), ("http://a/x", 0), ("http://a/y", 0)]);
        assert_eq!(names, ["a/x-20240506070809", "a/x-19700101000000", "a/x-19700101000000-2", "a/y"]);
    }

    proptest! {
        /// No address leads out of the folder, and no two pages have one name.
        #[test]
        fn names_are_safe_and_differ(
            paths in prop::collection::vec("(\\.\\.|%2e|%2F|[a-cA-C./\\\\:?%]|con|通|\u{202E}|%00){0,12}", 1..12)
        ) {
            let addresses: Vec<String> = paths.iter().map(|path| format!("http://h/{path}")).collect();
            let pages: Vec<_> = addresses.iter().map(|address| (address.as_str(), Timestamp::UNIX_EPOCH)).collect();
            let names = outputs(&pages);
            let mut lower: Vec<String> = names.iter().map(|name| name.display().to_string().to_lowercase()).collect();
            for (name, text) in names.iter().zip(&lower) {
                prop_assert!(name.components().all(|part| matches!(part, Component::Normal(_))), "{text}");
                prop_assert!(!text.contains(['\\', ':', '\0']) && text.len() < 1000);
            }
            lower.sort();
            lower.dedup();
            prop_assert_eq!(lower.len(), names.len());
        }
    }
}
