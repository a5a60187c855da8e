//! Turns a WARC or WACZ file into an index of its pages, and a page of the index into its bytes.
//!
//! The index holds of each page its address and place, of every other file 40 bytes; bodies are read when they are
//! asked for.

mod index;
mod package;
mod stored;

use std::collections::BTreeMap;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::bufread::GzDecoder;
use jiff::Timestamp;
use url::Url;

use self::index::{Faults, Index, Visitor, key, resolved};
use self::package::{PackagedPage, arrange};
use self::stored::{Stored, Unsound, acquired, ended};
use super::scan::{Shape, scan};
use super::stretch::Stretch;
use super::{CaptureFilter, ContainerError, NoPage, canonical, names, spool, wacz};
use crate::acquire::assets::{AssetOptions, AssetSource};
use crate::acquire::coding::damaged;
use crate::acquire::{AcquireError, Acquired};
use crate::diagnostic::PictureFault;

pub use self::stored::page_of_record;

/// So many damaged places of a file are told one by one; of the others, their number.
const FAULTS_TOLD: usize = 100;

/// A WARC file, or the WARC files of a WACZ.
#[derive(Debug)]
pub struct Archive {
    path: PathBuf,
    volumes: Vec<Volume>,
    /// By time of capture; behind them the further pages of articles.
    pages: Vec<Page>,
    /// How many of them stand for themselves.
    count: usize,
    /// Those of which another store filed the records together, by page.
    packages: Vec<PackagedPage>,
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
        let wanted = |page: &Page| filter.wants(&page.address, page.captured);
        let (packages, count) = arrange(&mut pages, index.packages, &volumes, wanted);
        if pages.len() < before {
            survey.passed_over.insert(NoPage::Filtered, (before - pages.len()) as u64);
        }
        let files = resolved(index.files, index.digests, &index.revisits);
        Ok((Self { path: path.to_path_buf(), volumes, pages, count, packages, files }, survey))
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its pages by time of capture. Further pages of an article are not among them where it is known that they are.
    #[must_use]
    pub fn pages(&self) -> impl ExactSizeIterator<Item = PageEntry<'_>> {
        self.pages[..self.count]
            .iter()
            .map(|page| PageEntry { address: &page.address, captured: page.captured })
    }

    /// The numbers of the pages in the order in which they are best taken: what another store filed in the order of the
    /// file, which is that of the versions; then all others by time of capture.
    #[must_use]
    pub fn in_order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.count).collect();
        if !self.packages.is_empty() {
            order.sort_by_key(|&page| match self.packaged(page) {
                Some(_) => (0, Some(self.pages[page].place), page),
                None => (1, None, page),
            });
        }
        order
    }

    /// The names of the pages' outputs, in their order.
    #[must_use]
    pub fn outputs(&self) -> Vec<PathBuf> {
        let pages: Vec<(&str, Timestamp)> =
            self.pages().map(|page| (page.address, page.captured.unwrap_or(Timestamp::UNIX_EPOCH))).collect();
        names::outputs(&pages)
    }

    /// The address of page `page`, which may be the further page of an article.
    pub(super) fn address(&self, page: usize) -> Option<&str> {
        self.pages.get(page).map(|page| &*page.address)
    }

    fn packaged(&self, page: usize) -> Option<&PackagedPage> {
        let at = self.packages.binary_search_by_key(&page, |packaged| packaged.page).ok()?;
        self.packages.get(at)
    }

    /// The further pages of the article that page `page` begins, in order.
    pub(super) fn parts(&self, page: usize) -> &[usize] {
        self.packaged(page).map_or(&[], |packaged| &packaged.parts)
    }

    /// What another store filed of page `page`, if that is in the archive as it was filed.
    pub(super) fn filed(&self, page: usize, limit: u64) -> Option<io::Result<FiledElsewhere>> {
        let packaged = self.packaged(page)?;
        let read = || {
            let (records, description) = packaged.package.records(&self.volumes, limit)?;
            let description = self.stored(description, limit).map_err(Unsound::into_io)?.body;
            Ok(FiledElsewhere { records, description })
        };
        Some(read())
    }

    pub(super) fn read(&self, page: usize, limit: u64) -> Result<Acquired, AcquireError> {
        let page = &self.pages[page];
        let shown = format!("{} {}", self.path.display(), page.address);
        let stored = self.stored(page.place, limit).map_err(|unsound| unsound.of(&shown, limit))?;
        acquired(stored, &page.address, page.captured, shown, limit)
    }

    /// The record at `place`, its body decoded, at most `limit` bytes of it and one more.
    fn stored(&self, place: Place, limit: u64) -> Result<Stored, Unsound> {
        let volume = self.volumes.get(place.volume as usize).ok_or_else(|| damaged("no such file"))?;
        let mut reader = volume.stretch.open(place.offset)?;
        if !volume.members {
            return stored::stored(&mut reader, limit);
        }
        let mut member = BufReader::new(GzDecoder::new(reader));
        let stored = stored::stored(&mut member, limit)?;
        ended(&mut member)?;
        Ok(stored)
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
        let stored = self.stored(nearest.place, limit as u64).map_err(|unsound| match unsound {
            Unsound::TooLarge => PictureFault::TooManyBytes { limit },
            other => PictureFault::Unreadable { why: other.into_io().to_string() },
        })?;
        if !nearest.revisit && canonical(&stored.record.target) != wanted {
            return Err(PictureFault::NotFound);
        }
        if stored.body.len() > limit { Err(PictureFault::TooManyBytes { limit }) } else { Ok(stored.body) }
    }
}

/// What another store filed of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FiledElsewhere {
    /// The records as they are stored: a WARC file of its own.
    pub records: Vec<u8>,
    /// What was known about them, in JSON.
    pub description: Vec<u8>,
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
