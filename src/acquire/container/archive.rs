//! Turns a WARC or WACZ file into an index of its pages, and a page of the index into its bytes.
//!
//! The index holds of each page its address and place, of every other file 40 bytes; bodies are read when they are
//! asked for.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::bufread::GzDecoder;
use jiff::Timestamp;
use url::Url;

use super::head::{Head, MAX_HEAD, parameter, read_head};
use super::record::{Kind, Outline, RecordFault, RecordHead, is_http, record_head};
use super::scan::{Shape, Visit, scan};
use super::stretch::Stretch;
use super::{CaptureFilter, ContainerError, NoPage, canonical, http, names, spool, wacz};
use crate::acquire::assets::{AssetOptions, AssetSource};
use crate::acquire::{AcquireError, Acquired};
use crate::diagnostic::PictureFault;

/// So many damaged places of a file are told one by one; of the others, their number.
const FAULTS_TOLD: usize = 100;

/// A WARC file, or the WARC files of a WACZ.
#[derive(Debug)]
pub struct Archive {
    path: PathBuf,
    volumes: Vec<Volume>,
    /// By time of capture.
    pages: Vec<Page>,
    /// By key, then time.
    files: Vec<Entry>,
}

#[derive(Debug)]
struct Volume {
    stretch: Stretch,
    members: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    volume: u32,
    offset: u64,
}

#[derive(Debug)]
struct Page {
    address: Box<str>,
    captured: Option<Timestamp>,
    place: Place,
}

/// A file that a page may refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    /// Of its canonical address.
    key: u64,
    /// Time of capture, in seconds.
    second: i64,
    place: Place,
    /// The record is that of another capture, whose address may differ.
    revisit: bool,
}

/// A page of the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageEntry<'a> {
    /// Its address as recorded.
    pub address: &'a str,
    /// When it was captured.
    pub captured: Option<Timestamp>,
}

/// A sound record that gives no page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedOver {
    /// Why.
    pub why: NoPage,
    /// Its address; empty where it has none.
    pub address: String,
    /// When it was captured.
    pub captured: Option<Timestamp>,
}

/// What is in a file besides its pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// How many records were passed over, by reason.
    pub passed_over: BTreeMap<NoPage, u64>,
    /// What could not be read.
    pub damage: Vec<ContainerError>,
}

impl Archive {
    /// Goes through the file once. Of the pages, those that `filter` wants are kept; `tell` is told of each record that
    /// gives no page.
    ///
    /// # Errors
    /// If it cannot be read, or holds no record.
    pub fn open(
        path: &Path,
        filter: &CaptureFilter,
        tell: &mut dyn FnMut(&PassedOver),
    ) -> Result<(Self, Survey), ContainerError> {
        let shown = path.display().to_string();
        let unreadable =
            |error: io::Error| ContainerError::Unreadable { path: shown.clone(), why: error.to_string() };
        let mut survey = Survey::default();
        let is_wacz = super::kind(path) == Some(super::ContainerKind::Wacz);
        let stretches = if is_wacz {
            let (found, refused) = wacz::volumes(path)?;
            survey
                .damage
                .extend(refused.into_iter().map(|(name, fault)| ContainerError::Entry { name, fault }));
            if found.is_empty() && survey.damage.is_empty() {
                return Err(ContainerError::NoVolumes { path: shown });
            }
            found.into_iter().map(|(_, stretch)| stretch).collect()
        } else {
            vec![Stretch::whole(path.to_path_buf()).map_err(unreadable)?]
        };
        let mut index = Index::default();
        let mut volumes = Vec::new();
        for stretch in stretches {
            let volume = u32::try_from(volumes.len()).unwrap_or(u32::MAX);
            let marks = index.marks();
            let mut visitor = Visitor { index: &mut index, survey: &mut survey, tell, volume };
            let mut shape = scan(&stretch, &mut visitor).map_err(unreadable)?;
            let mut stretch = stretch;
            if shape == Shape::SeveralInMember {
                index.truncate(marks);
                let mut survey_faults = Faults::new(&mut survey);
                let spooled =
                    spool::spool_members(&stretch, |offset, fault| survey_faults.push(offset, fault));
                let limit = spool::limit(stretch.length());
                let spooled = spooled.map_err(unreadable)?;
                let spooled = spooled.ok_or(ContainerError::Bomb { path: shown.clone(), limit })?;
                stretch = Stretch::temporary(spooled).map_err(unreadable)?;
                let mut visitor = Visitor { index: &mut index, survey: &mut survey, tell, volume };
                shape = scan(&stretch, &mut visitor).map_err(unreadable)?;
            }
            volumes.push(Volume { stretch, members: shape == Shape::Members });
        }
        if index.records == 0 && !is_wacz {
            return Err(ContainerError::NoRecords { path: shown });
        }
        let mut pages = index.pages;
        let before = pages.len();
        pages.retain(|page| filter.wants(&page.address, page.captured));
        if pages.len() < before {
            survey.passed_over.insert(NoPage::Filtered, (before - pages.len()) as u64);
        }
        pages.sort_by_key(|page| (page.captured, page.place));
        let files = resolved(index.files, index.digests, &index.revisits);
        Ok((Self { path: path.to_path_buf(), volumes, pages, files }, survey))
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its pages by time of capture.
    #[must_use]
    pub fn pages(&self) -> impl ExactSizeIterator<Item = PageEntry<'_>> {
        self.pages.iter().map(|page| PageEntry { address: &page.address, captured: page.captured })
    }

    /// The names of the pages' outputs, in their order.
    #[must_use]
    pub fn outputs(&self) -> Vec<PathBuf> {
        let pages: Vec<(&str, Timestamp)> =
            self.pages().map(|page| (page.address, page.captured.unwrap_or(Timestamp::UNIX_EPOCH))).collect();
        names::outputs(&pages)
    }

    pub(super) fn read(&self, page: usize, limit: u64) -> Result<Acquired, AcquireError> {
        let page = &self.pages[page];
        let shown = format!("{} {}", self.path.display(), page.address);
        let stored = self
            .stored(page.place, limit)
            .map_err(|error| AcquireError::Unreadable { path: shown.clone(), why: error.to_string() })?;
        if stored.body.len() as u64 > limit {
            return Err(AcquireError::TooLarge { path: shown, limit });
        }
        if stored.body.is_empty() {
            return Err(AcquireError::Empty { path: shown });
        }
        let url = Url::parse(&page.address).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let declared = match &stored.http_head {
            Some(head) => Head::parse(head, true).last("content-type").map(str::to_owned),
            None => Some(stored.record.content_type.clone()),
        };
        Ok(Acquired {
            name: names::file_name(&page.address),
            bytes: stored.body,
            url,
            transport_charset: declared.and_then(|declared| parameter(&declared, "charset")),
            captured: page.captured.map(|captured| captured.to_string()),
            http_head: stored.http_head,
        })
    }

    /// The record at `place`, its body decoded, at most `limit` bytes of it and one more.
    fn stored(&self, place: Place, limit: u64) -> io::Result<Stored> {
        let volume = self.volumes.get(place.volume as usize).ok_or_else(|| http::damaged("no such file"))?;
        let reader = volume.stretch.open(place.offset)?;
        if volume.members {
            stored(BufReader::new(GzDecoder::new(reader)), limit)
        } else {
            stored(reader, limit)
        }
    }

    /// The file at `address`, of the capture nearest in time to `near`.
    fn file(&self, address: &str, near: Option<Timestamp>, limit: usize) -> Result<Vec<u8>, PictureFault> {
        let wanted = canonical(address);
        let key = key(&wanted);
        let first = self.files.partition_point(|entry| entry.key < key);
        let same = &self.files[first..first + self.files[first..].partition_point(|entry| entry.key == key)];
        let near = near.map_or(0, Timestamp::as_second);
        let nearest =
            same.iter().min_by_key(|entry| entry.second.abs_diff(near)).ok_or(PictureFault::NotFound)?;
        let unreadable = |error: io::Error| PictureFault::Unreadable { why: error.to_string() };
        let stored = self.stored(nearest.place, limit as u64).map_err(unreadable)?;
        if !nearest.revisit && canonical(&stored.record.target) != wanted {
            return Err(PictureFault::NotFound);
        }
        if stored.body.len() > limit { Err(PictureFault::TooManyBytes { limit }) } else { Ok(stored.body) }
    }
}

/// A record that was read.
struct Stored {
    record: RecordHead,
    http_head: Option<Vec<u8>>,
    body: Vec<u8>,
}

fn stored(mut reader: impl BufRead, limit: u64) -> io::Result<Stored> {
    let told = |fault: RecordFault| http::damaged(&fault.to_string());
    let record = record_head(&mut reader)?.map_err(told)?;
    let mut block = reader.take(record.length);
    let http_head = if is_http(&record) {
        Some(read_head(&mut block).map_err(|_| told(RecordFault::HttpHead))?)
    } else {
        None
    };
    let head = http_head.as_deref().map_or_else(Head::default, |head| Head::parse(head, true));
    let body = http::decoded(block, &head, limit)?;
    Ok(Stored { record, http_head, body })
}

/// The files of an archive, for one of its pages.
#[derive(Debug)]
pub(super) struct ArchiveAssets {
    pub(super) archive: Arc<Archive>,
    pub(super) page: usize,
    pub(super) url: Option<Url>,
}

impl AssetSource for ArchiveAssets {
    fn fetch(&self, source: &str) -> Result<Vec<u8>, PictureFault> {
        self.attachment(source, AssetOptions::default().bytes)
    }

    fn attachment(&self, url: &str, limit: usize) -> Result<Vec<u8>, PictureFault> {
        let page = &self.archive.pages[self.page];
        let base = self.url.clone().or_else(|| Url::parse(&page.address).ok());
        let address = base.and_then(|base| base.join(url).ok()).map_or_else(|| url.to_owned(), String::from);
        self.archive.file(&address, page.captured, limit)
    }
}

/// What is found while a file is gone through.
#[derive(Default)]
struct Index {
    records: u64,
    pages: Vec<Page>,
    files: Vec<Entry>,
    /// Payload digests of responses, hashed.
    digests: Vec<(u64, Place)>,
    revisits: Vec<Revisit>,
}

struct Revisit {
    key: u64,
    second: i64,
    digest: Option<u64>,
    /// Key and time of the record that it refers to.
    refers_to: Option<(u64, Option<i64>)>,
}

impl Index {
    fn marks(&self) -> [usize; 4] {
        [self.pages.len(), self.files.len(), self.digests.len(), self.revisits.len()]
    }

    fn truncate(&mut self, [pages, files, digests, revisits]: [usize; 4]) {
        self.pages.truncate(pages);
        self.files.truncate(files);
        self.digests.truncate(digests);
        self.revisits.truncate(revisits);
    }
}

/// A number for a look-up within this run.
fn key(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// The files with those that revisits stand for: by digest, else by the address they refer to.
fn resolved(mut files: Vec<Entry>, mut digests: Vec<(u64, Place)>, revisits: &[Revisit]) -> Vec<Entry> {
    files.sort_unstable();
    digests.sort_unstable();
    let found: Vec<Entry> = revisits
        .iter()
        .filter_map(|revisit| {
            let by_digest = revisit.digest.and_then(|digest| {
                let at = digests.partition_point(|(other, _)| *other < digest);
                digests.get(at).filter(|(other, _)| *other == digest).map(|(_, place)| *place)
            });
            let place = by_digest.or_else(|| {
                let (key, second) = revisit.refers_to?;
                let first = files.partition_point(|entry| entry.key < key);
                let mut same = files[first..].iter().take_while(|entry| entry.key == key);
                same.find(|entry| second.is_none_or(|second| second == entry.second)).map(|entry| entry.place)
            })?;
            Some(Entry { key: revisit.key, second: revisit.second, place, revisit: true })
        })
        .collect();
    files.extend(found);
    files.sort_unstable();
    files.shrink_to_fit();
    files
}

struct Faults<'a> {
    survey: &'a mut Survey,
}

impl<'a> Faults<'a> {
    fn new(survey: &'a mut Survey) -> Self {
        Self { survey }
    }

    fn push(&mut self, offset: u64, fault: RecordFault) {
        let damage = &mut self.survey.damage;
        if damage.len() < FAULTS_TOLD {
            damage.push(ContainerError::Record { offset, fault });
            return;
        }
        match damage.last_mut() {
            Some(ContainerError::Record { fault: RecordFault::More { count }, .. }) => *count += 1,
            _ => damage.push(ContainerError::Record { offset, fault: RecordFault::More { count: 1 } }),
        }
    }
}

struct Visitor<'a> {
    index: &'a mut Index,
    survey: &'a mut Survey,
    tell: &'a mut dyn FnMut(&PassedOver),
    volume: u32,
}

impl Visit for Visitor<'_> {
    fn record(&mut self, offset: u64, outline: Outline) {
        self.index.records += 1;
        let place = Place { volume: self.volume, offset };
        let second = outline.record.date.map_or(0, Timestamp::as_second);
        let address_key = key(&canonical(&outline.record.target));
        if let Some(why) = &outline.record.truncated {
            let fault = RecordFault::Truncated { why: why.clone() };
            Faults::new(self.survey).push(offset, fault);
            return;
        }
        if outline.record.kind == Kind::Revisit {
            self.index.revisits.push(Revisit {
                key: address_key,
                second,
                digest: outline.record.payload_digest.as_deref().map(key),
                refers_to: outline
                    .record
                    .refers_to
                    .as_ref()
                    .map(|(address, time)| (key(&canonical(address)), time.map(Timestamp::as_second))),
            });
        }
        let status = outline.http.as_ref().and_then(http::status);
        let is_file = match outline.record.kind {
            Kind::Response => outline.http.is_none() || status == Some(200),
            Kind::Resource => true,
            Kind::Revisit | Kind::Other => false,
        };
        if is_file && !outline.record.segment {
            self.index.files.push(Entry { key: address_key, second, place, revisit: false });
            if let Some(digest) = &outline.record.payload_digest {
                self.index.digests.push((key(digest), place));
            }
        }
        match no_page(&outline, status) {
            None => self.index.pages.push(Page {
                address: outline.record.target.into_boxed_str(),
                captured: outline.record.date,
                place,
            }),
            Some(why) => {
                *self.survey.passed_over.entry(why).or_default() += 1;
                let RecordHead { target, date, .. } = outline.record;
                (self.tell)(&PassedOver { why, address: target, captured: date });
            }
        }
    }

    fn fault(&mut self, offset: u64, fault: RecordFault) {
        Faults::new(self.survey).push(offset, fault);
    }
}

/// Why a record gives no page, if it gives none.
fn no_page(outline: &Outline, status: Option<u16>) -> Option<NoPage> {
    match outline.record.kind {
        Kind::Revisit => return Some(NoPage::Revisit),
        Kind::Other => return Some(NoPage::OtherRecord),
        Kind::Response | Kind::Resource if outline.record.segment => return Some(NoPage::OtherRecord),
        Kind::Response if outline.http.is_none() => return Some(NoPage::OtherRecord),
        Kind::Response => match status {
            Some(200) => {}
            Some(300..400) => return Some(NoPage::Redirect),
            Some(404 | 410) => return Some(NoPage::NotFound),
            _ => return Some(NoPage::OtherStatus),
        },
        Kind::Resource => {}
    }
    let html = match outline.media_type().as_str() {
        "text/html" | "application/xhtml+xml" => true,
        "" => looks_like_html(&outline.start),
        _ => false,
    };
    if !html {
        Some(NoPage::NotHtml)
    } else if outline.start.is_empty() {
        Some(NoPage::Empty)
    } else {
        None
    }
}

/// Whether a body without a type begins like a page.
fn looks_like_html(start: &[u8]) -> bool {
    let text = String::from_utf8_lossy(&start[..start.len().min(MAX_HEAD)]).to_ascii_lowercase();
    let text = text.trim_start_matches(['\u{FEFF}', ' ', '\t', '\r', '\n']);
    ["<!doctype html", "<html", "<head", "<body"].iter().any(|tag| text.starts_with(tag))
}
