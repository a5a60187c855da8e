//! RSS (0.9x, 1.0, 2.0) and Atom (RFC 4287, paged by RFC 5005).

use std::collections::BTreeSet;

use url::Url;

use super::dates::{modified, of_feed};
use super::xml::{self, Part, walk};
use super::{DiscoveryError, Expected, Found, Item, LinkRules, List, resolve, take, tidy};
use crate::diagnostic::Diagnostics;
use crate::parse::{ParseOptions, parse};

/// A link as it is written, and the address that it is relative to.
type Link = (String, Option<Url>);

/// An entry while it is read.
#[derive(Default)]
struct Entry {
    link: Option<Link>,
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
    // What links are relative to, by `xml:base` of each open element.
    let mut bases: Vec<Option<Url>> = vec![list.url.cloned()];
    let mut title_is_html = false;
    let broken = walk(&text, |part| match part {
        Part::Open { name, attributes } => {
            root.get_or_insert_with(|| name.to_owned());
            let attribute = |wanted: &str| {
                attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
            };
            let around = bases.last().cloned().flatten();
            let base = attribute("base").and_then(|base| resolve(base, around.as_ref())).or(around);
            let link = |written: &str| (written.to_owned(), base.clone());
            match (name, &mut entry) {
                ("item" | "entry", None) => {
                    // RSS 1.0 names an item by its rdf:about.
                    entry = Some(Entry { link: attribute("about").map(link), ..Entry::default() });
                }
                ("link", Some(entry)) => {
                    if let Some(href) =
                        attribute("href").filter(|_| matches!(attribute("rel"), None | Some("alternate")))
                    {
                        entry.link.get_or_insert_with(|| link(href));
                    }
                }
                ("guid", Some(entry)) => entry.guid_is_link = attribute("isPermaLink") != Some("false"),
                ("title", _) => title_is_html = attribute("type") == Some("html"),
                ("link", None) if attribute("rel") == Some("next") => {
                    let next = attribute("href").and_then(|href| resolve(href, base.as_ref()));
                    found.next = found.next.take().or(next.filter(|next| rules.follows(next, list.url)));
                }
                _ => {}
            }
            bases.push(base);
        }
        Part::Close { name, text, parent } => {
            let base = bases.pop().flatten();
            let words = if name == "title" && title_is_html { words(text) } else { None };
            let text = words.as_deref().unwrap_or(text);
            match (name, &mut entry) {
                ("item" | "entry", _) => {
                    if let Some(entry) = entry.take() {
                        finish(entry, list.url, rules, &mut found, &mut seen);
                    }
                }
                (_, Some(entry)) if matches!(parent, Some("item" | "entry")) => entry.hear(name, text, base),
                ("title", None) if matches!(parent, Some("channel" | "feed")) => found.name = tidy(text),
                _ => {}
            }
        }
    });
    let root = root.unwrap_or_default();
    if !matches!(root.as_str(), "rss" | "RDF" | "feed") {
        return Err(match broken {
            Some(why) if root.is_empty() => DiscoveryError::Xml { why },
            _ => DiscoveryError::Root { found: root, expected: Expected::Feed },
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

/// The words of a piece of HTML, as Atom's `type="html"` has it. None if it cannot be read as such.
fn words(html: &str) -> Option<String> {
    let dom = parse(html, &ParseOptions::default(), &mut Diagnostics::default()).ok()?;
    Some(dom.html.root_element().text().collect())
}

impl Entry {
    /// Takes what a child element of the entry says; links in it are relative to `base`.
    fn hear(&mut self, name: &str, text: &str, base: Option<Url>) {
        if text.trim().is_empty() {
            return;
        }
        let put = |field: &mut Option<String>| {
            field.get_or_insert_with(|| text.to_owned());
        };
        match name {
            "link" => {
                self.link.get_or_insert_with(|| (text.to_owned(), base));
            }
            "title" => put(&mut self.title),
            "guid" => put(&mut self.guid),
            "pubDate" | "date" | "published" => put(&mut self.published),
            "updated" | "modified" => put(&mut self.updated),
            _ => {}
        }
    }
}

fn finish(entry: Entry, list: Option<&Url>, rules: &LinkRules, found: &mut Found, seen: &mut BTreeSet<Url>) {
    let guid = entry.guid.filter(|guid| entry.guid_is_link && guid.contains("://")).map(|guid| (guid, None));
    let Some(url) = entry.link.or(guid).and_then(|(link, base)| resolve(&link, base.as_ref())) else {
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
