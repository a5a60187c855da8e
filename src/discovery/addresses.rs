//! Files of addresses: one a line, a title after a tab if there is one, `#` for comments.

use std::collections::BTreeSet;

use url::Url;

use super::{DiscoveryError, Found, Item, LinkRules, List, resolve, take, tidy, xml};

/// Reads a file of addresses.
pub(super) fn read(list: &List<'_>, rules: &LinkRules) -> Result<Found, DiscoveryError> {
    if list.bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(Found::default());
    }
    let text = xml::text(list, list.bytes)?;
    Ok(of_lines(&text, list.url, rules))
}

/// The addresses in the lines of `text`. Lines that hold none are counted as malformed.
pub(super) fn of_lines(text: &str, list: Option<&Url>, rules: &LinkRules) -> Found {
    let mut found = Found::default();
    let mut seen = BTreeSet::new();
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    for line in lines {
        let (address, title) =
            line.split_once('\t').map_or((line, None), |(address, title)| (address, tidy(title)));
        match resolve(address, None) {
            Some(url) => {
                take(&mut found, &mut seen, Item { url, title, listed: None, modified: None }, rules, list);
            }
            None => found.passed.malformed += 1,
        }
    }
    found
}
