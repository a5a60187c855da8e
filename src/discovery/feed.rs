//! RSS (0.9x, 1.0, 2.0) and Atom (RFC 4287, paged by RFC 5005).

use std::collections::BTreeSet;

use url::Url;

use super::dates::{modified, of_feed};
use super::xml::{self, Part, walk};
use super::{DiscoveryError, Found, Item, LinkRules, List, resolve, take, tidy};

/// An entry while it is read.
#[derive(Default)]
struct Entry {
    link: Option<String>,
    title: Option<String>,
    published: Option<String>,
    updated: Option<String>,
    /// A permalink by default, unless the feed says otherwise.
    guid: Option<String>,
    guid_is_link: bool,
}

/// Reads a feed.
pub(super) fn read(list: &List<'_>, rules: &LinkRules) -> Result<Found, DiscoveryError> {
    let text = xml::text(list, list.bytes)?;
    let mut found = Found::default();
    let mut seen = BTreeSet::new();
    let mut root: Option<String> = None;
    let mut entry: Option<Entry> = None;
    let broken = walk(&text, |part| match part {
        Part::Open { name, attributes } => {
            root.get_or_insert_with(|| name.to_owned());
            let attribute = |wanted: &str| {
                attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
            };
            match (name, &mut entry) {
                ("item" | "entry", None) => {
                    // RSS 1.0 names an item by its rdf:about.
                    entry =
                        Some(Entry { link: attribute("about").map(ToOwned::to_owned), ..Entry::default() });
                }
                ("link", Some(entry)) => {
                    if let Some(href) =
                        attribute("href").filter(|_| matches!(attribute("rel"), None | Some("alternate")))
                    {
                        entry.link.get_or_insert_with(|| href.to_owned());
                    }
                }
                ("guid", Some(entry)) => entry.guid_is_link = attribute("isPermaLink") != Some("false"),
                ("link", None) if attribute("rel") == Some("next") => {
                    let next = attribute("href").and_then(|href| resolve(href, list.url));
                    found.further.extend(next.filter(|next| rules.follows(next, list.url)));
                }
                _ => {}
            }
        }
        Part::Close { name: "item" | "entry", .. } => {
            if let Some(entry) = entry.take() {
                finish(entry, list.url, rules, &mut found, &mut seen);
            }
        }
        Part::Close { name, text, parent } => match &mut entry {
            Some(entry) if matches!(parent, Some("item" | "entry")) => entry.hear(name, text),
            None if name == "title" && matches!(parent, Some("channel" | "feed")) => found.name = tidy(text),
            _ => {}
        },
    });
    let root = root.unwrap_or_default();
    if !matches!(root.as_str(), "rss" | "RDF" | "feed") {
        return Err(match broken {
            Some(why) if root.is_empty() => DiscoveryError::Xml { why },
            _ => DiscoveryError::Root { found: root, expected: "RSS or Atom" },
        });
    }
    if let Some(why) = broken {
        if found.items.is_empty() {
            return Err(DiscoveryError::Xml { why });
        }
        found.damaged = Some(why);
    }
    Ok(found)
}

impl Entry {
    /// Takes what a child element of the entry says.
    fn hear(&mut self, name: &str, text: &str) {
        let put = |field: &mut Option<String>| {
            if !text.trim().is_empty() {
                field.get_or_insert_with(|| text.to_owned());
            }
        };
        match name {
            "link" => put(&mut self.link),
            "title" => put(&mut self.title),
            "guid" => put(&mut self.guid),
            "pubDate" | "date" | "published" => put(&mut self.published),
            "updated" | "modified" => put(&mut self.updated),
            _ => {}
        }
    }
}

fn finish(entry: Entry, list: Option<&Url>, rules: &LinkRules, found: &mut Found, seen: &mut BTreeSet<Url>) {
    let guid = entry.guid.filter(|guid| entry.guid_is_link && guid.contains("://"));
    let Some(url) = entry.link.or(guid).and_then(|link| resolve(&link, list)) else {
        found.passed.malformed += 1;
        return;
    };
    let listed = entry.published.as_deref().or(entry.updated.as_deref()).and_then(of_feed);
    let item = Item {
        url,
        title: entry.title.as_deref().and_then(tidy),
        listed,
        modified: entry.updated.as_deref().and_then(modified),
    };
    take(found, seen, item, rules, list);
}
