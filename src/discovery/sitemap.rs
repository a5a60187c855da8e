//! Sitemaps and indexes of sitemaps (sitemaps.org, protocol 0.9), as XML or as lines of text.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::Read;

use flate2::read::MultiGzDecoder;

use super::dates::{modified, of_feed};
use super::xml::{self, Broken, Part, walk};
use super::{DiscoveryError, Expected, Found, Item, LinkRules, List, addresses, resolve, take, tidy};

/// The protocol's limit for a sitemap once decompressed.
const LARGEST: usize = 50 << 20;

/// So many sitemaps may an index name, by the protocol.
const MOST_SITEMAPS: usize = 50_000;

/// Reads a sitemap or an index.
pub(super) fn read(list: &List<'_>, rules: &LinkRules) -> Result<Found, DiscoveryError> {
    let bytes = decompressed(list.bytes)?;
    let text = xml::text(list, &bytes)?;
    if !text.trim_start().starts_with('<') {
        return Ok(addresses::of_lines(&text, list.url, rules));
    }
    let mut found = Found::default();
    let mut seen = BTreeSet::new();
    let mut root: Option<String> = None;
    let (mut place, mut changed, mut published, mut title) = (None, None, None, None);
    let broken = walk(&text, |part| match part {
        Part::Open { name, .. } => {
            root.get_or_insert_with(|| name.to_owned());
        }
        Part::Close { name: "loc", text, parent: Some("url" | "sitemap") } => place = Some(text.to_owned()),
        Part::Close { name: "lastmod", text, .. } => changed = Some(text.to_owned()),
        // The extension for news.
        Part::Close { name: "publication_date", text, .. } => published = of_feed(text),
        Part::Close { name: "title", text, parent: Some("news") } => title = tidy(text),
        Part::Close { name: "url", .. } => {
            let (place, changed) = (place.take().unwrap_or_default(), changed.take().unwrap_or_default());
            let (listed, title) = (published.take(), title.take());
            match resolve(&place, None) {
                Some(url) => {
                    let item = Item { url, title, listed, modified: modified(&changed) };
                    take(&mut found, &mut seen, item, rules, list.url);
                }
                None => found.passed.malformed += 1,
            }
        }
        Part::Close { name: "sitemap", .. } => {
            changed = None;
            match resolve(&place.take().unwrap_or_default(), None) {
                Some(url) if !rules.follows(&url, list.url) => found.passed.other_hosts += 1,
                Some(url) if found.parts.len() < MOST_SITEMAPS => found.parts.push(url),
                Some(_) => found.passed.beyond += 1,
                None => found.passed.malformed += 1,
            }
        }
        Part::Close { .. } => {}
    });
    let root = root.unwrap_or_default();
    if !matches!(root.as_str(), "urlset" | "sitemapindex") {
        return Err(match broken {
            Some(why) if root.is_empty() => DiscoveryError::Xml { why },
            _ => DiscoveryError::Root { found: root, expected: Expected::Sitemap },
        });
    }
    if let Some(why) = broken {
        if found.items.is_empty() && found.parts.is_empty() {
            return Err(DiscoveryError::Xml { why });
        }
        found.damaged = Some(why);
    }
    Ok(found)
}

/// `bytes`, decompressed if they are gzip: sitemaps are served as `sitemap.xml.gz`.
fn decompressed(bytes: &[u8]) -> Result<Cow<'_, [u8]>, DiscoveryError> {
    if !bytes.starts_with(b"\x1F\x8B") {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut out = Vec::new();
    let limit = LARGEST as u64 + 1;
    let read = MultiGzDecoder::new(bytes).take(limit).read_to_end(&mut out);
    if out.len() > LARGEST {
        return Err(DiscoveryError::Bomb { limit: LARGEST });
    }
    match read {
        Err(error) if out.is_empty() => {
            Err(DiscoveryError::Xml { why: Broken::Packed { why: error.to_string() } })
        }
        // What came out before any damage is a list, if one that breaks off.
        _ => Ok(Cow::Owned(out)),
    }
}
