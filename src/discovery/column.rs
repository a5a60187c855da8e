//! List pages of a column.

use super::anchors::FlatPage;
use super::pagination::{self, Next};
use super::{DiscoveryError, Found, LinkRules, List, article, packed};
use crate::decode::{DecodeOptions, decode};
use crate::diagnostic::Diagnostics;
use crate::parse::{ParseOptions, parse};

/// Reads a list page.
pub(super) fn read(list: &List<'_>, rules: &LinkRules) -> Result<Found, DiscoveryError> {
    let ignored = &mut Diagnostics::default();
    let decoded = decode(list.bytes, list.charset, &DecodeOptions::default(), ignored)
        .map_err(|why| DiscoveryError::Text { why })?;
    let page = flat(&decoded.text, list)?;
    let mut found = Found { name: page.name.clone(), ..Found::default() };
    let next = match packed::unpack(&decoded.text, list.url) {
        Some(package) => {
            article::articles(&flat(&package.html, list)?, list.url, rules, &mut found);
            package.next.map_or(Next::Last, Next::Page)
        }
        None => {
            article::articles(&page, list.url, rules, &mut found);
            pagination::next(&page, list.url)
        }
    };
    match next {
        Next::Page(next) if rules.follows(&next, list.url) => {
            // Where no date tells articles from the rest, the next page may look like one.
            found.items.retain(|item| item.url != next);
            found.next = Some(next);
        }
        Next::Page(_) => found.passed.other_hosts += 1,
        Next::Unreadable => found.unfollowed = true,
        Next::Last => {}
    }
    Ok(found)
}

fn flat(html: &str, list: &List<'_>) -> Result<FlatPage, DiscoveryError> {
    let ignored = &mut Diagnostics::default();
    let dom = parse(html, &ParseOptions::default(), ignored).map_err(|why| DiscoveryError::Page { why })?;
    Ok(FlatPage::new(&dom.html, list.url))
}
