//! The lists of a source, each read once.

use std::collections::{BTreeSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};

use url::Url;

use super::Found;

/// Keeps count of the lists of one source: what is still to be read, what was, and how much may be.
///
/// A list that names itself or an earlier list as its next does not send the walk in circles. A column whose pages are
/// numbered without end is left where a page brings nothing new, and a calendar, whose pages all differ, ends at the
/// limit.
#[derive(Clone, Debug)]
pub struct Walk {
    waiting: VecDeque<Url>,
    seen: BTreeSet<Url>,
    /// Digests of the pages that the lists with a next one have brought: a column may have a million pages.
    brought: BTreeSet<u64>,
    left: usize,
    cut_short: bool,
}

impl Walk {
    /// A walk that begins at `first` and reads at most `most` lists.
    #[must_use]
    pub fn new(first: Url, most: usize) -> Self {
        Self {
            seen: BTreeSet::from([first.clone()]),
            waiting: VecDeque::from([first]),
            brought: BTreeSet::new(),
            left: most,
            cut_short: false,
        }
    }

    /// The next list to read. `None` when all are read, or as many as may be.
    pub fn step(&mut self) -> Option<Url> {
        if self.left == 0 {
            self.cut_short |= !self.waiting.is_empty();
            return None;
        }
        let next = self.waiting.pop_front()?;
        self.left -= 1;
        Some(next)
    }

    /// Takes the lists that `found` leads to. A list page without entries ends its column, and so does one whose entries
    /// this walk has seen before: sites answer a page number beyond the last with an empty page, or with the last one
    /// again, that has a next one again.
    pub fn take(&mut self, found: &Found) {
        let goes_on = found.next.is_some() && self.brings_news(found);
        for list in found.next.iter().filter(|_| goes_on).chain(&found.parts) {
            // Of many, no more are remembered than may be read.
            if self.waiting.len() > self.left {
                self.cut_short = true;
                break;
            }
            if self.seen.insert(list.clone()) {
                self.waiting.push_back(list.clone());
            }
        }
    }

    /// Whether there is an entry in `found` that was in no list before. What the rules leave out may differ from page to
    /// page, and is not known here.
    fn brings_news(&mut self, found: &Found) -> bool {
        let before = self.brought.len();
        self.brought.extend(found.items.iter().map(|item| digest(&item.url)));
        self.brought.len() > before || (found.items.is_empty() && found.passed.excluded > 0)
    }

    /// Whether lists were left unread because of the limit.
    #[must_use]
    pub fn was_cut_short(&self) -> bool {
        self.cut_short
    }
}

fn digest(url: &Url) -> u64 {
    let mut hasher = DefaultHasher::new();
    url.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::{Found, Walk};
    use crate::discovery::Item;

    fn url(page: usize) -> Url {
        Url::parse(&format!("http://www.yunshan.example/list_{page}.html")).expect("an address")
    }

    /// A list page that names the article `article`, and the next list page.
    fn found(article: usize, next: usize) -> Found {
        let url_of_article =
            Url::parse(&format!("http://www.yunshan.example/{article}.html")).expect("an address");
        Found {
            items: vec![Item { url: url_of_article, title: None, listed: None, modified: None }],
            next: Some(url(next)),
            ..Found::default()
        }
    }

    #[test]
    fn circles_end() {
        let mut walk = Walk::new(url(1), 100);
        let mut read = Vec::new();
        while let Some(list) = walk.step() {
            let page = read.len() + 1;
            read.push(list);
            // 1 → 2 → 3 → 1
            walk.take(&found(page, page % 3 + 1));
        }
        assert_eq!(read, [url(1), url(2), url(3)]);
        assert!(!walk.was_cut_short());
    }

    #[test]
    fn an_endless_column_ends_at_the_limit() {
        let mut walk = Walk::new(url(1), 5);
        let mut read = 0;
        while walk.step().is_some() {
            read += 1;
            walk.take(&found(read, read + 1));
        }
        assert_eq!(read, 5);
        assert!(walk.was_cut_short());
    }

    #[test]
    fn a_page_that_shows_the_last_one_again_ends_its_column() {
        let mut walk = Walk::new(url(1), 200);
        let mut read = 0;
        while walk.step().is_some() {
            read += 1;
            // `?page=4` and all after it show what `?page=3` does, each with a next page.
            walk.take(&found(read.min(3), read + 1));
        }
        assert_eq!(read, 4);
        assert!(!walk.was_cut_short());
    }

    #[test]
    fn an_empty_page_ends_its_column() {
        let mut walk = Walk::new(url(1), 5);
        walk.step();
        walk.take(&Found { next: Some(url(2)), ..Found::default() });
        assert_eq!(walk.step(), None);
    }

    #[test]
    fn an_index_of_one_list_is_followed() {
        let mut walk = Walk::new(url(0), 4);
        walk.step();
        walk.take(&Found { parts: vec![url(1)], ..Found::default() });
        assert_eq!(walk.step(), Some(url(1)));
    }

    #[test]
    fn an_index_is_read_to_its_end() {
        let mut walk = Walk::new(url(0), 4);
        walk.step();
        walk.take(&Found { parts: (1..=3).map(url).collect(), ..Found::default() });
        assert_eq!(
            [walk.step(), walk.step(), walk.step(), walk.step()],
            [Some(url(1)), Some(url(2)), Some(url(3)), None]
        );
        assert!(!walk.was_cut_short());
    }
}
