//! Which links of a list page lead to articles, with their titles and dates.
//!
//! Where rules name the pages that are wanted, they decide. Where they leave it open, a link is an article if its row has
//! a date (also one without a year), or if its address has the shape of one that has; in a list without dates, if its
//! address looks like an article's, with a number or code as content management systems give them, or if it is one of
//! several of a shape that have titles of an article's length.

use std::collections::{BTreeMap, BTreeSet};

use url::Url;

use super::anchors::{Anchor, FlatPage};
use super::dates::{in_words, is_day, is_piece, of_pieces};
use super::shape::Shape;
use super::{Choice, Found, Item, LinkRules, MOST_ITEMS, tidy};
use crate::document::Moment;

/// So many elements around a link are looked through for its date.
const ROW_DEPTH: usize = 5;

/// A row of a list has no more links than this.
const ROW_LINKS: usize = 4;

/// So many links of one shape make a list.
const LIST_LINKS: usize = 3;

/// Half of the titles in a list of articles have more characters than this; those of a menu have fewer.
const MENU_TITLE: usize = 9;

/// Elements that hold one entry of a list, even if it has several links.
const ROWS: [&str; 5] = ["li", "tr", "dl", "dd", "article"];

/// Elements that hold a whole list.
const LISTS: [&str; 7] = ["ul", "ol", "table", "tbody", "body", "html", "main"];

/// Extensions of pages.
const PAGES: [&str; 14] = [
    "html", "htm", "shtml", "shtm", "xhtml", "jhtml", "jsp", "jspx", "do", "action", "asp", "aspx", "php",
    "ftl",
];

/// A link before it is decided upon.
struct Candidate {
    item: Item,
    /// Whether a date stands beside it, be it one without a year.
    dated: bool,
    choice: Choice,
}

/// What stands beside a link.
enum Beside {
    Date(Moment),
    /// A date without a year.
    Day,
    Nothing,
}

/// Puts the articles of `page` into `found`.
pub(super) fn articles(page: &FlatPage, list: Option<&Url>, rules: &LinkRules, found: &mut Found) {
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut places: BTreeMap<Url, usize> = BTreeMap::new();
    let only = sole_targets(page);
    for (position, anchor) in page.anchors.iter().enumerate() {
        let Some(url) = &anchor.url else {
            found.passed.malformed += usize::from(is_broken(anchor));
            continue;
        };
        if is_the_list_itself(url, list) {
            continue;
        }
        let beside = date(page, anchor, position, &only);
        let (title, dated) = (title(page, anchor), !matches!(beside, Beside::Nothing));
        let listed = if let Beside::Date(moment) = beside { Some(moment) } else { None };
        if let Some(earlier) = places.get(url) {
            // A picture and a title that lead to the same page, or a title and “more”.
            let Candidate { item, dated: earlier, .. } = &mut candidates[*earlier];
            *earlier |= dated;
            item.title = longer(item.title.take(), title);
            item.listed = item.listed.or(listed);
            continue;
        }
        if candidates.len() >= 2 * MOST_ITEMS {
            found.passed.beyond += 1;
            continue;
        }
        places.insert(url.clone(), candidates.len());
        let choice = rules.choose(url, list);
        let item = Item { url: url.clone(), title, listed, modified: None };
        candidates.push(Candidate { item, dated, choice });
    }
    let likeness = Likeness::of(&candidates);
    for candidate in candidates {
        let like = likeness.is_article(&candidate);
        let Candidate { item, dated, choice } = candidate;
        match choice {
            Choice::Open if dated && !is_page(&item.url) => found.passed.files += 1,
            Choice::OtherHost => found.passed.other_hosts += 1,
            Choice::Excluded if like => found.passed.excluded += 1,
            Choice::Open if !like => found.passed.unlike += 1,
            Choice::Excluded => found.passed.unlike += 1,
            Choice::Wanted | Choice::Open if found.items.len() >= MOST_ITEMS => found.passed.beyond += 1,
            Choice::Wanted | Choice::Open => found.items.push(item),
        }
    }
}

/// What tells articles from the rest of a page.
enum Likeness {
    /// Shapes of addresses that have a date beside them.
    Dated(BTreeSet<String>),
    /// There is no date. Shapes of addresses that several links with long titles have.
    Undated(BTreeSet<String>),
}

impl Likeness {
    fn of(candidates: &[Candidate]) -> Self {
        let pages = || {
            let own = candidates.iter().filter(|candidate| candidate.choice != Choice::OtherHost);
            own.filter(|candidate| is_page(&candidate.item.url))
        };
        if pages().any(|candidate| candidate.dated) {
            let dated = pages().filter(|candidate| candidate.dated);
            return Self::Dated(dated.filter_map(|candidate| key(&candidate.item.url)).collect());
        }
        let mut titles: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for Candidate { item, .. } in pages() {
            if let Some(key) = key(&item.url) {
                let length = item.title.as_ref().map_or(0, |title| title.chars().count());
                titles.entry(key).or_default().push(length);
            }
        }
        let is_list = |lengths: &mut Vec<usize>| {
            lengths.sort_unstable();
            lengths.len() >= LIST_LINKS && lengths[lengths.len() / 2] > MENU_TITLE
        };
        Self::Undated(
            titles
                .into_iter()
                .filter_map(|(key, mut lengths)| is_list(&mut lengths).then_some(key))
                .collect(),
        )
    }

    fn is_article(&self, candidate: &Candidate) -> bool {
        let url = &candidate.item.url;
        let is_like = |shapes: &BTreeSet<String>| key(url).is_some_and(|key| shapes.contains(&key));
        is_page(url)
            && (candidate.dated
                || match self {
                    Self::Dated(shapes) => is_like(shapes),
                    Self::Undated(shapes) => has_number(url) || (is_like(shapes) && !is_list(url)),
                })
    }
}

/// What addresses of one shape have in common, to be looked up; `None` where the shape fits one address alone.
fn key(url: &Url) -> Option<String> {
    let shape = Shape::of(url)?;
    shape.is_general().then(|| format!("{shape:?}"))
}

/// Whether the address is that of a page, by its extension.
fn is_page(url: &Url) -> bool {
    let name = url.path().rsplit('/').next().unwrap_or_default();
    match name.rsplit_once('.') {
        Some((_, extension)) => PAGES.iter().any(|known| extension.eq_ignore_ascii_case(known)),
        None => true,
    }
}

/// Whether the last part of the address, or its query, has a long number, or a code: an article's number, not a page's.
/// A number of four digits may be a year, unless it is the name of a file.
fn has_number(url: &Url) -> bool {
    let name = last_part(url);
    let least = if name.contains('.') { 4 } else { 5 };
    let long = |text: &str| {
        text.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() >= least) || Shape::has_code(text)
    };
    let article = name.starts_with("art_") || name.starts_with("post_") || name.starts_with("content_");
    !is_list(url) && (long(name) || article || url.query().is_some_and(long))
}

/// Whether the address is that of a list, by its name.
fn is_list(url: &Url) -> bool {
    let name = last_part(url);
    name.starts_with("index") || name.starts_with("list")
}

/// The last part of the address that is not empty or an index.
fn last_part(url: &Url) -> &str {
    let path = url.path().trim_end_matches("/index.html");
    path.rsplit('/').find(|part| !part.is_empty()).unwrap_or_default()
}

fn is_the_list_itself(url: &Url, list: Option<&Url>) -> bool {
    let Some(list) = list else { return false };
    // A directory and its index are the same page.
    let folder = |url: &Url| {
        let path = url.path();
        let is_index = path
            .rsplit('/')
            .next()
            .is_some_and(|name| name.starts_with("index.") || name.starts_with("default."));
        let end = if is_index { path.rfind('/').map_or(0, |slash| slash + 1) } else { path.len() };
        (url.host_str().map(ToOwned::to_owned), path[..end].to_owned(), url.query().map(ToOwned::to_owned))
    };
    folder(url) == folder(list)
}

/// An anchor whose `href` is no address, nor a script, nor another scheme that is meant for something else.
fn is_broken(anchor: &Anchor) -> bool {
    anchor.attribute("href").map(str::trim).is_some_and(|href| {
        let scheme = href.split(':').next().unwrap_or_default().to_ascii_lowercase();
        !href.is_empty()
            && !href.starts_with('#')
            && !matches!(scheme.as_str(), "javascript" | "mailto" | "tel" | "data" | "ftp" | "about")
    })
}

/// The title of a link: its `title` attribute where its words are cut short, else its words without the date among
/// them, else what its picture says.
fn title(page: &FlatPage, anchor: &Anchor) -> Option<String> {
    let texts = page.texts_of(anchor.element).iter().map(|(_, text)| text.as_str());
    let words: Vec<&str> = texts.filter(|text| !is_piece(text)).collect();
    let words = tidy(&words.join(" "))
        .map(|words| words.trim_start_matches(['·', '•', '▪', '■', '●', '>', ' ']).to_owned());
    let words = words.filter(|words| !words.is_empty());
    let given = anchor.attribute("title").and_then(tidy);
    match (words, given) {
        (Some(words), Some(given)) => {
            let cut = words.trim_end_matches(['.', '…', '·']);
            let is_cut = cut.len() < words.len() && given.starts_with(cut.trim_end());
            Some(if is_cut || given.contains(words.as_str()) { given } else { words })
        }
        (words, given) => words.or(given),
    }
}

fn longer(one: Option<String>, other: Option<String>) -> Option<String> {
    match (one, other) {
        (Some(one), Some(other)) => {
            Some(if other.chars().count() > one.chars().count() { other } else { one })
        }
        (one, other) => one.or(other),
    }
}

/// For each anchor, the first one after it that leads elsewhere: an element holds one target alone if its anchors end
/// before that.
fn sole_targets(page: &FlatPage) -> Vec<usize> {
    let mut ends = vec![page.anchors.len(); page.anchors.len()];
    let mut next: Option<(&Url, usize)> = None;
    for (position, anchor) in page.anchors.iter().enumerate().rev() {
        let after = ends.get(position + 1).copied().unwrap_or(page.anchors.len());
        ends[position] = match (&anchor.url, next) {
            (Some(url), Some((later, at))) if url != later => at,
            _ => after,
        };
        if let Some(url) = &anchor.url {
            next = Some((url, position));
        }
    }
    ends
}

/// The date in the row of a link.
fn date(page: &FlatPage, anchor: &Anchor, position: usize, sole: &[usize]) -> Beside {
    // An element further out may have the year to a day.
    let mut beside = Beside::Nothing;
    for element in page.around(anchor.element).take(ROW_DEPTH) {
        let row = &page.elements[element];
        if LISTS.contains(&row.name.as_str()) {
            break;
        }
        let (from, to) = row.anchors;
        let first = (from..position).find(|earlier| page.anchors[*earlier].url.is_some()).unwrap_or(position);
        let alone = sole.get(first).is_some_and(|end| *end >= to);
        if alone {
            if let Some(date) = date_within(page, element, anchor.element) {
                return Beside::Date(date);
            }
            if row.name == "dt"
                && let Some(date) = date_after(page, element, anchor.element)
            {
                return Beside::Date(date);
            }
            if page.texts_of(element).iter().any(|(_, text)| is_day(text)) {
                beside = Beside::Day;
            }
        } else if to - from > ROW_LINKS {
            break;
        } else if ROWS.contains(&row.name.as_str()) {
            // A row of several links (a title and its interpretation, a department and a title) with one date.
            return sole_date(page, element).map_or(beside, Beside::Date);
        }
    }
    beside
}

/// The date among the texts of an element: put together from pieces, or in words outside the link itself.
fn date_within(page: &FlatPage, element: usize, link: usize) -> Option<Moment> {
    let texts = page.texts_of(element);
    let pieces: Vec<&str> = texts.iter().map(|(_, text)| text.trim()).filter(|text| is_piece(text)).collect();
    if let Some(date) = of_pieces(&pieces) {
        return Some(date);
    }
    let (from, to) = page.elements[link].texts;
    let offset = page.elements[element].texts.0;
    let outside = texts.iter().enumerate().filter(|(position, _)| !(from..to).contains(&(position + offset)));
    outside.filter(|(_, (_, text))| !is_piece(text)).find_map(|(_, (_, text))| in_words(text))
}

/// The date in the `<dd>` that follows a `<dt>`.
fn date_after(page: &FlatPage, term: usize, link: usize) -> Option<Moment> {
    let parent = page.elements[term].parent?;
    let following =
        (term + 1..page.elements.len()).find(|other| page.elements[*other].parent == Some(parent))?;
    let following_element = &page.elements[following];
    let (from, to) = following_element.anchors;
    let quiet =
        following_element.name == "dd" && page.anchors[from..to].iter().all(|anchor| anchor.url.is_none());
    if quiet { date_within(page, following, link) } else { None }
}

/// The date of a row, if it is the only one.
fn sole_date(page: &FlatPage, row: usize) -> Option<Moment> {
    let dates: BTreeSet<Moment> = page
        .texts_of(row)
        .iter()
        .filter(|(_, text)| is_piece(text))
        .filter_map(|(_, text)| of_pieces(&[text]))
        .collect();
    let mut dates = dates.into_iter();
    dates.next().filter(|_| dates.next().is_none())
}
