//! Files of addresses: one a line, a title after a tab if there is one, `#` for comments.

use std::collections::BTreeSet;

use url::Url;

use super::{DiscoveryError, Found, Item, LinkRules, List, resolve, take, tidy, xml};

/// So many of the lines that hold no address are named; beyond that they are only counted.
const MOST_NAMED: usize = 5;

/// Reads a file of addresses.
pub(super) fn read(list: &List<'_>, rules: &LinkRules) -> Result<Found, DiscoveryError> {
    if list.bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(Found::default());
    }
    let text = xml::text(list, list.bytes)?;
    Ok(of_lines(&text, list.url, rules))
}

/// The addresses in the lines of `text`. Lines that hold none are counted as malformed, and the first of them named.
pub(super) fn of_lines(text: &str, list: Option<&Url>, rules: &LinkRules) -> Found {
    let mut found = Found::default();
    let mut seen = BTreeSet::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = without_comment(line).trim();
        if line.is_empty() {
            continue;
        }
        let (address, title) =
            line.split_once('\t').map_or((line, None), |(address, title)| (address.trim(), tidy(title)));
        // Words beside the address are no part of it, though a browser would take them for its end.
        let alone = !address.contains(char::is_whitespace);
        match resolve(address, None).filter(|_| alone) {
            Some(url) => {
                take(&mut found, &mut seen, Item { url, title, listed: None, modified: None }, rules, list);
            }
            None => {
                found.passed.malformed += 1;
                if found.malformed_lines.len() < MOST_NAMED {
                    found.malformed_lines.push(number);
                }
            }
        }
    }
    found
}

/// `line` up to the comment: a `#` at its beginning or after white space. Within an address it begins a fragment.
fn without_comment(line: &str) -> &str {
    let begins = |at: usize| line[..at].chars().next_back().is_none_or(char::is_whitespace);
    line.match_indices('#').find(|(at, _)| begins(*at)).map_or(line, |(at, _)| &line[..at])
}
