//! Turns the records that another store filed together, and the description that stands behind them, into one package: what
//! an export of ours holds of a version.

use std::io::{self, Read};

use serde::Deserialize;

use super::{Page, Place, Volume, key};
use crate::acquire::coding::damaged;
use crate::acquire::container::record::Outline;

/// The form of the description that is understood, whatever its version.
const SCHEMA: &str = "guidang-metadata/";

/// More records are no version of a page.
const MOST_RECORDS: usize = 1 << 16;

/// The records of a version, and where they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Package {
    /// Where the first member begins.
    start: Place,
    /// Where the description begins, which is where the records end.
    end: Place,
    /// The page.
    page: Place,
    /// The article's further pages, in order.
    parts: Vec<Place>,
}

/// A package among the pages of its archive, by their numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PackagedPage {
    pub(super) package: Package,
    pub(super) page: usize,
    pub(super) parts: Vec<usize>,
}

/// Records that follow each other.
#[derive(Default)]
pub(super) struct Group {
    /// None where no package can begin.
    start: Option<Place>,
    /// By the key of their identifier.
    records: Vec<(u64, Place)>,
}

/// What matters of the description.
#[derive(Deserialize)]
struct Description {
    schema: String,
    sources: Vec<Described>,
}

#[derive(Deserialize)]
struct Described {
    role: String,
    record: String,
}

impl Group {
    pub(super) fn beginning(start: Place) -> Self {
        Self { start: Some(start), records: Vec::new() }
    }

    pub(super) fn add(&mut self, id: &str, place: Place) {
        if self.start.is_none() {
            return;
        }
        if self.records.len() >= MOST_RECORDS {
            *self = Self::default();
            return;
        }
        self.records.push((key(id), place));
    }

    /// The package that `outline`, at `end`, describes: none unless it is a description of ours, about these records and
    /// no others.
    pub(super) fn described(&self, end: Place, outline: &Outline) -> Option<Package> {
        let start = self.start?;
        let description: Description = serde_json::from_slice(&outline.start).ok()?;
        if !description.schema.starts_with(SCHEMA) || description.sources.len() != self.records.len() {
            return None;
        }
        let named = |record: &str| format!("<urn:uuid:{record}>");
        let mut page = None;
        let mut parts = Vec::new();
        for (source, (id, place)) in description.sources.iter().zip(&self.records) {
            if key(&named(&source.record)) != *id {
                return None;
            }
            match source.role.as_str() {
                "page" if page.is_none() && outline.record.about == Some(named(&source.record)) => {
                    page = Some(*place);
                }
                "page" => return None,
                "part" => parts.push(*place),
                _ => {}
            }
        }
        Some(Package { start, end, page: page?, parts })
    }
}

impl Package {
    /// The records as they are stored, at most `limit` bytes of them; and where the description is.
    pub(super) fn records(&self, volumes: &[Volume], limit: u64) -> io::Result<(Vec<u8>, Place)> {
        let volume = volumes.get(self.start.volume as usize).ok_or_else(|| damaged("no such file"))?;
        let length = self.end.offset.saturating_sub(self.start.offset);
        if length > limit {
            return Err(damaged("the records are too large together"));
        }
        let mut bytes = Vec::new();
        volume.stretch.open(self.start.offset)?.take(length).read_to_end(&mut bytes)?;
        Ok((bytes, self.end))
    }
}

/// Puts the further pages of articles behind all other pages, which stay in their order; gives the packages whose pages are
/// among those that are left, by page, and the number of pages that stand for themselves. Only where each record is a
/// member of its own can a package be taken out.
pub(super) fn arrange(
    pages: &mut Vec<Page>,
    packages: Vec<Package>,
    volumes: &[Volume],
    wanted: impl Fn(&Page) -> bool,
) -> (Vec<PackagedPage>, usize) {
    let mut packages = packages;
    packages.retain(|package| {
        let members = volumes.get(package.start.volume as usize).is_some_and(|volume| volume.members);
        members && package.start.volume == package.end.volume
    });
    let mut parts: Vec<Place> = packages.iter().flat_map(|package| package.parts.iter().copied()).collect();
    parts.sort_unstable();
    let (further, mut own): (Vec<Page>, Vec<Page>) =
        std::mem::take(pages).into_iter().partition(|page| parts.binary_search(&page.place).is_ok());
    own.retain(wanted);
    own.sort_by_key(|page| (page.captured, page.place));
    let count = own.len();
    own.extend(further);
    *pages = own;
    let mut numbers: Vec<(Place, usize)> =
        pages.iter().enumerate().map(|(number, page)| (page.place, number)).collect();
    numbers.sort_unstable();
    let number = |place: &Place| {
        let at = numbers.binary_search_by_key(place, |(place, _)| *place).ok()?;
        Some(numbers[at].1)
    };
    let mut packaged: Vec<PackagedPage> = packages
        .into_iter()
        .filter_map(|package| {
            let page = number(&package.page).filter(|page| *page < count)?;
            let parts = package.parts.iter().map(number).collect::<Option<Vec<_>>>()?;
            Some(PackagedPage { package, page, parts })
        })
        .collect();
    packaged.sort_by_key(|packaged| packaged.page);
    packaged.dedup_by_key(|packaged| packaged.page);
    (packaged, count)
}
