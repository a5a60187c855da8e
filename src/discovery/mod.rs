//! What there is to be fetched: the addresses in list pages, feeds, sitemaps and files of addresses.
//!
//! All of it is pure: bytes and an address come in, [`Item`]s and the addresses of further lists come out. Nothing is
//! fetched here, and no script is run; where a site prints its list or its pagination by a script, the script is read as
//! text.
//!
//! [`read`] reads one list; [`Walk`] keeps count of the lists of a source, so that every one is read once.

mod addresses;
mod anchors;
mod article;
mod column;
mod dates;
mod feed;
mod packed;
mod pagination;
mod rules;
mod script;
mod shape;
mod sitemap;
mod walk;
mod xml;

use jiff::Timestamp;
use url::Url;

use crate::decode::DecodeError;
use crate::document::Moment;
use crate::message::messages;
use crate::parse::ParseError;

pub(crate) use rules::host_name;
pub use rules::{Choice, LinkRules, RuleMistake};
pub use walk::Walk;
pub use xml::Broken;

/// The kinds of list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListKind {
    /// A page that lists articles, in HTML or in the XML that 大汉 systems answer with.
    Column,
    /// RSS 0.9 to 2.0 or Atom.
    Feed,
    /// A sitemap or an index of sitemaps, in XML or as lines of text, also compressed by gzip.
    Sitemap,
    /// Lines of addresses, with a title after a tab if there is one; `#` begins a comment.
    Addresses,
}

/// A list as it was received.
#[derive(Clone, Copy, Debug)]
pub struct List<'a> {
    /// Its address. `None` for a file of addresses.
    pub url: Option<&'a Url>,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// The charset of the HTTP header, if there was one.
    pub charset: Option<&'a str>,
}

/// A page that a list names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its address, without fragment.
    pub url: Url,
    /// Its title in the list.
    pub title: Option<String>,
    /// The date that the list gives it; China Standard Time.
    pub listed: Option<Moment>,
    /// When it was changed last, as a sitemap or an Atom feed says: a reason to look at it again.
    pub modified: Option<Timestamp>,
}

/// What a list holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The pages that are wanted, in the order of the list, each once.
    pub items: Vec<Item>,
    /// The list that goes on where this one ends.
    pub next: Option<Url>,
    /// The lists that this one is an index of.
    pub parts: Vec<Url>,
    /// What the list calls itself: the column's or the feed's name.
    pub name: Option<String>,
    /// What was passed over.
    pub passed: Passed,
    /// The list goes on, but by a script that cannot be read.
    pub unfollowed: bool,
    /// The list breaks off, and why: what came before is in `items`.
    pub damaged: Option<Broken>,
    /// The first lines of a file of addresses that hold none, counted from 1.
    pub malformed_lines: Vec<usize>,
}

/// Counts of links that were passed over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// On other hosts.
    pub other_hosts: usize,
    /// Excluded by a rule, or named by none.
    pub excluded: usize,
    /// No article by their look: navigation.
    pub unlike: usize,
    /// Files (PDF, DOC, …) that stand in the list like articles.
    pub files: usize,
    /// No address.
    pub malformed: usize,
    /// Beyond [`MOST_ITEMS`] or [`MOST_ADDRESSES`].
    pub beyond: usize,
}

/// So many pages are taken from one list. A sitemap may name 50,000.
pub const MOST_ITEMS: usize = 50_000;

/// So many pages are taken from one file of addresses, which is the user's own.
pub const MOST_ADDRESSES: usize = 1_000_000;

/// The longest address that is taken, in bytes.
const LONGEST_ADDRESS: usize = 4096;

messages! {
    /// What a list in XML should have been.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Expected {
        /// A feed.
        Feed = "feed", "RSS or Atom", "RSS 或 Atom";
        /// A sitemap, or an index of sitemaps.
        Sitemap = "sitemap", "a sitemap", "站点地图";
    }
}

messages! {
    /// Why a list cannot be read.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum DiscoveryError {
        /// Not text.
        Text { why: DecodeError } = "list-not-text", "the list cannot be read: {why}", "列表无法读取：{why}";
        /// A page beyond the limits of parsing.
        Page { why: ParseError } = "list-page", "the list page cannot be read: {why}", "列表页无法读取：{why}";
        /// Not XML, or XML that breaks off before the first entry.
        Xml { why: Broken } = "list-xml", "the list is no well-formed XML: {why}", "列表不是格式良好的 XML：{why}";
        /// XML of another kind.
        Root { found: String, expected: Expected } = "list-kind",
            "the list is <{found}>, not {expected}", "列表格式不符：根元素为 <{found}>，应为 {expected}";
        /// Larger than the protocol allows once decompressed.
        Bomb { limit: usize } = "list-bomb",
            "the list is larger than {limit} bytes once decompressed", "列表解压后超过 {limit} 字节";
    }
}

impl std::error::Error for DiscoveryError {}

/// Reads a list.
///
/// # Errors
/// If it cannot be read as a list of this kind. A list without entries is no error.
pub fn read(kind: ListKind, list: &List<'_>, rules: &LinkRules) -> Result<Found, DiscoveryError> {
    match kind {
        ListKind::Column => column::read(list, rules),
        ListKind::Feed => feed::read(list, rules),
        ListKind::Sitemap => sitemap::read(list, rules),
        ListKind::Addresses => addresses::read(list, rules),
    }
}

/// The address that `written` means where `base` is the address of the page, if it can be fetched: http or https, with a
/// host, without a password, not longer than [`LONGEST_ADDRESS`]. Without its fragment.
fn resolve(written: &str, base: Option<&Url>) -> Option<Url> {
    let written = written.trim();
    if written.is_empty() || written.len() > LONGEST_ADDRESS {
        return None;
    }
    let mut url = match base {
        Some(base) => base.join(written).ok()?,
        None => Url::parse(written).ok()?,
    };
    let fit = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.as_str().len() <= LONGEST_ADDRESS;
    url.set_fragment(None);
    fit.then_some(url)
}

/// White space as single spaces, at most 500 characters, nothing that could steer a terminal. `None` if nothing is left.
fn tidy(text: &str) -> Option<String> {
    const LONGEST: usize = 500;
    let mut tidy = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if !tidy.is_empty() {
            tidy.push(' ');
        }
        tidy.push_str(word);
    }
    if let Some((end, _)) = tidy.char_indices().nth(LONGEST) {
        tidy.truncate(end);
    }
    (!tidy.is_empty()).then_some(tidy)
}

/// Puts `item` into `found` unless it is there already, is not wanted, or is one too many. `seen` are the addresses of
/// `found`.
fn take(
    found: &mut Found,
    seen: &mut std::collections::BTreeSet<Url>,
    item: Item,
    rules: &LinkRules,
    list: Option<&Url>,
) {
    let most = if list.is_some() { MOST_ITEMS } else { MOST_ADDRESSES };
    match rules.choose(&item.url, list) {
        Choice::OtherHost => found.passed.other_hosts += 1,
        Choice::Excluded => found.passed.excluded += 1,
        Choice::Wanted | Choice::Open if seen.contains(&item.url) => {}
        Choice::Wanted | Choice::Open if found.items.len() >= most => found.passed.beyond += 1,
        Choice::Wanted | Choice::Open => {
            seen.insert(item.url.clone());
            found.items.push(item);
        }
    }
}
