//! Reads what is listed: the list pages of columns, feeds, sitemaps, files of addresses; and notes it, list by list.

use std::borrow::Cow;
use std::path::Path;

use url::Url;

use super::RunError;
use super::fetching::Hand;
use super::hosts::host;
use super::job::Came;
use crate::acquire::web::WebError;
use crate::archive::store::ObjectId;
use crate::discovery::{self, Broken, Found, List, ListKind, Walk};
use crate::jobs::{JobSource, Limits, SourceKind};
use crate::message::{Describe, Language, Size, Word, messages};
use crate::runs::ledger::{Listed, Seen};
use crate::runs::log::Event;

/// A list, or a file of addresses, of more bytes is refused: what the sitemap protocol allows.
const LARGEST: u64 = 50 << 20;

messages! {
    /// What is odd about a source.
    #[derive(Clone, Debug, PartialEq, Eq)]
    enum Oddity {
        /// Nothing in it is wanted.
        Empty = "list-empty",
            "nothing in the list is a page to be filed: has the site changed, or do the rules not fit? \
             (rules.examples: addresses of pages that are wanted)",
            "列表中没有可归档的网页：网站可能已改版，或规则不符（可用 rules.examples 给出几个所要网页的网址）";
        /// There are more lists than may be read.
        CutShort { most: usize } = "list-limit",
            "read no further than {most} lists (list-pages)", "只读取了 {most} 页列表（list-pages）";
        /// It goes on by a script.
        Unfollowed = "list-unfollowed",
            "the list goes on by a script that cannot be read", "列表由脚本翻页，无法读取后续列表";
        /// It breaks off.
        Damaged { why: Broken } = "list-damaged", "the list breaks off: {why}", "列表不完整：{why}";
        /// More entries than are taken from one list.
        Beyond { number: usize } = "list-too-long",
            "{number} entries too many were left out", "条目过多，略去 {number} 条";
        /// What is listed like an article and is no page.
        Files { number: usize } = "list-of-files",
            "files are listed like pages ({number}) and are not filed: PDF, Word and the like",
            "列表中直接列出的文件（PDF、Word 等）{number} 个，不是网页，未归档";
        /// Lines of a file of addresses that hold none.
        Lines { lines: Lines } = "lines-without-address",
            "no http or https address, alone or with a title after a tab, in line {lines}",
            "第 {lines} 行不是单独的 http 或 https 网址（标题须以制表符隔开），未取用";
        /// Many of them.
        ManyLines { lines: Lines, number: usize } = "lines-without-address",
            "no http or https address, alone or with a title after a tab, in {number} lines, the first of them {lines}",
            "第 {lines} 行等 {number} 行不是单独的 http 或 https 网址（标题须以制表符隔开），未取用";
        /// Not an http or https address.
        NoAddress = "no-address", "no http or https address", "不是 http 或 https 地址";
    }
}

/// Numbers of lines.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Lines(Vec<usize>);

impl Word for Lines {
    fn word(&self, language: Language) -> Cow<'_, str> {
        let numbers: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        Cow::Owned(numbers.join(match language {
            Language::English => ", ",
            Language::Chinese => "、",
        }))
    }
}

/// What a source has given so far.
#[derive(Default)]
struct Tally {
    lists: u64,
    seen: Seen,
    /// Why the first of the lists that could not be read could not: a code, and words.
    missed: Option<(String, String)>,
}

/// Why a list was not read.
enum Unread {
    /// The run was told to end, or a limit was reached.
    Left,
    /// A code, and words.
    Missed(String, String),
    /// The ledger cannot be written.
    Broken(RunError),
}

impl Hand<'_, '_> {
    /// Reads `source` to its end.
    ///
    /// # Errors
    /// If the ledger cannot be written.
    pub(super) fn discover(&mut self, source: &JobSource) -> Result<Came, RunError> {
        let limits = &self.job.limits;
        let most = limits.list_pages.unwrap_or(Limits::LIST_PAGES);
        match &source.kind {
            SourceKind::Column { url, list_pages } => {
                self.walk(source, ListKind::Column, url, list_pages.unwrap_or(most))
            }
            SourceKind::Feed { url } => self.walk(source, ListKind::Feed, url, most),
            SourceKind::Sitemap { url } => self.walk(source, ListKind::Sitemap, url, most),
            SourceKind::Addresses { file } => self.addresses(source, file),
            SourceKind::Page { url } => match ObjectId::of_url(url) {
                Some(id) => {
                    let entry = Listed { url: id.as_str().to_owned(), ..Listed::default() };
                    self.ledger.list(self.run, &self.job.name, &[entry], self.world.now())?;
                    Ok(Came::Read)
                }
                None => Ok(self.odd(&Oddity::NoAddress)),
            },
            SourceKind::Folder(_) => Ok(Came::Read),
        }
    }

    /// Reads the lists of a source, from the first on, at most `most`. One that cannot be had takes none of the others with
    /// it: what they name is listed all the same.
    fn walk(
        &mut self,
        source: &JobSource,
        kind: ListKind,
        first: &Url,
        most: usize,
    ) -> Result<Came, RunError> {
        let place = source.kind.place();
        let mut walk = Walk::new(first.clone(), most);
        let mut tally = Tally::default();
        while let Some(list) = walk.step() {
            if self.is_over() {
                return Ok(Came::Left);
            }
            if tally.missed.is_some() && self.down.is_down(&host(list.as_str())) {
                continue;
            }
            let found = match self.list(source, kind, &list) {
                Ok((found, seen)) => {
                    tally.lists += 1;
                    tally.seen.new += seen.new;
                    tally.seen.known += seen.known;
                    found
                }
                Err(Unread::Left) => return Ok(Came::Left),
                Err(Unread::Missed(code, message)) => {
                    let message = self.about(Some(&list).filter(|list| *list != first), message);
                    self.miss(&mut tally, &place, code, message);
                    continue;
                }
                Err(Unread::Broken(error)) => return Err(error),
            };
            walk.take(&found);
            let other = Some(&list).filter(|list| *list != first);
            for oddity in oddities(&found) {
                self.remark(&place, other, &oddity);
            }
            if let Some(why) = found.damaged.filter(|_| kind != ListKind::Column) {
                let damaged = Oddity::Damaged { why };
                let message = self.about(other, damaged.describe(self.options.language));
                self.miss(&mut tally, &place, damaged.code().to_owned(), message);
            }
        }
        if walk.was_cut_short() {
            self.remark(&place, None, &Oddity::CutShort { most });
        }
        if tally.lists > 0 {
            self.read_to_the_end(&place, &tally);
        }
        Ok(match tally.missed {
            Some((code, message)) if tally.lists == 0 => Came::Failed(code, message),
            Some((code, message)) => Came::Partly(code, message),
            // A feed may be empty for a while; a column never is.
            None if tally.seen == Seen::default() && kind != ListKind::Feed => self.odd(&Oddity::Empty),
            None => Came::Read,
        })
    }

    /// Reads one list and puts down what it names.
    fn list(&mut self, source: &JobSource, kind: ListKind, list: &Url) -> Result<(Found, Seen), Unread> {
        let language = self.options.language;
        let missed = |why: &dyn Describe| Unread::Missed(why.code().to_owned(), why.describe(language));
        let (clock, until, stopwatch) =
            (&self.world.clock, self.budget.end(), self.world.environment.stopwatch);
        let begin = || !clock.stopped() && until.is_none_or(|until| stopwatch() < until);
        let host = host(list.as_str());
        let exchange = match self.web.get_if(list, None, LARGEST, &begin) {
            Ok(exchange) => exchange,
            Err(WebError::Stopped) => return Err(Unread::Left),
            Err(error) => {
                self.learn_patience().map_err(Unread::Broken)?;
                if self.down.missed(&host, &error) {
                    (self.tell)(&Event::HostDown { host: &host, code: Some(error.code()) });
                }
                return Err(missed(&error));
            }
        };
        self.down.answered(&host);
        let bytes =
            List { url: Some(&exchange.url), bytes: &exchange.body, charset: exchange.charset.as_deref() };
        let found = discovery::read(kind, &bytes, &source.rules).map_err(|error| missed(&error))?;
        let entries: Vec<Listed> =
            found.items.iter().filter_map(|item| listed(source, Some(list), &found, item)).collect();
        let seen = self.ledger.list(self.run, &self.job.name, &entries, self.world.now());
        Ok((found, seen.map_err(|error| Unread::Broken(error.into()))?))
    }

    /// A list could not be read: the first is why the source fails, the others are told of beside.
    fn miss(&mut self, tally: &mut Tally, place: &str, code: String, message: String) {
        match tally.missed {
            None => tally.missed = Some((code, message)),
            Some(_) => (self.tell)(&Event::SourceRemark { place, code: &code, message: &message }),
        }
    }

    /// What is said of a list; `other` if it is not the first of its source.
    fn about(&self, other: Option<&Url>, message: String) -> String {
        match (other, self.options.language) {
            (None, _) => message,
            (Some(list), Language::English) => format!("{list}: {message}"),
            (Some(list), Language::Chinese) => format!("{list}：{message}"),
        }
    }

    fn addresses(&mut self, source: &JobSource, file: &Path) -> Result<Came, RunError> {
        let bytes = match read(file) {
            Ok(bytes) => bytes,
            Err(error) => return Ok(self.odd(&error)),
        };
        let list = List { url: None, bytes: &bytes, charset: None };
        let found = match discovery::read(ListKind::Addresses, &list, &source.rules) {
            Ok(found) => found,
            Err(error) => return Ok(self.odd(&error)),
        };
        let mut tally = Tally { lists: 1, ..Tally::default() };
        let entries: Vec<Listed> =
            found.items.iter().filter_map(|item| listed(source, None, &found, item)).collect();
        tally.seen = self.ledger.list(self.run, &self.job.name, &entries, self.world.now())?;
        let place = source.kind.place();
        for oddity in oddities(&found) {
            self.remark(&place, None, &oddity);
        }
        self.read_to_the_end(&place, &tally);
        Ok(Came::Read)
    }

    fn read_to_the_end(&mut self, place: &str, tally: &Tally) {
        let Tally { lists, seen, .. } = tally;
        (self.tell)(&Event::SourceRead {
            place,
            lists: *lists,
            listed: seen.new + seen.known,
            new: seen.new,
        });
    }

    fn remark(&mut self, place: &str, other: Option<&Url>, oddity: &Oddity) {
        let message = self.about(other, oddity.describe(self.options.language));
        (self.tell)(&Event::SourceRemark { place, code: oddity.code(), message: &message });
    }

    fn odd(&self, why: &dyn Describe) -> Came {
        Came::Failed(why.code().to_owned(), why.describe(self.options.language))
    }
}

/// What is odd about a list that could be read.
fn oddities(found: &Found) -> Vec<Oddity> {
    let mut oddities = Vec::new();
    let lines = Lines(found.malformed_lines.clone());
    match found.passed.malformed {
        _ if lines.0.is_empty() => {}
        number if number == lines.0.len() => oddities.push(Oddity::Lines { lines }),
        number => oddities.push(Oddity::ManyLines { lines, number }),
    }
    if found.unfollowed {
        oddities.push(Oddity::Unfollowed);
    }
    if found.passed.beyond > 0 {
        oddities.push(Oddity::Beyond { number: found.passed.beyond });
    }
    if found.passed.files > 0 {
        oddities.push(Oddity::Files { number: found.passed.files });
    }
    oddities
}

/// An entry as the ledger has it; none if it has no address that a page of the archive can have.
fn listed(source: &JobSource, list: Option<&Url>, found: &Found, item: &discovery::Item) -> Option<Listed> {
    Some(Listed {
        url: ObjectId::of_url(&item.url)?.as_str().to_owned(),
        parent: list.map(Url::to_string),
        column: source.name.clone().or_else(|| found.name.clone()),
        date: item.listed.as_ref().map(|listed| listed.date.to_string()),
        modified: item.modified,
        title: item.title.clone(),
    })
}

/// The bytes of a file of addresses.
fn read(path: &Path) -> Result<Vec<u8>, RunError> {
    use std::io::Read;
    let unreadable = |why: String| RunError::Unreadable { path: path.display().to_string(), why };
    let file = std::fs::File::open(path).map_err(|error| unreadable(error.to_string()))?;
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| unreadable(error.to_string()))?;
    if bytes.len() as u64 > LARGEST {
        return Err(RunError::TooLarge { path: path.display().to_string(), limit: Size(LARGEST) });
    }
    Ok(bytes)
}
