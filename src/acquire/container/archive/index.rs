//! Turns the records of a web archive, as they are gone through, into the index of its pages and files.

use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::Timestamp;

use super::package::{Group, Package};
use super::{Entry, FAULTS_TOLD, Page, PassedOver, Place, Survey};
use crate::acquire::container::head::MAX_HEAD;
use crate::acquire::container::record::{Kind, Outline, RecordFault, RecordHead};
use crate::acquire::container::scan::Visit;
use crate::acquire::container::{ContainerError, NoPage, canonical, http};

/// What is found while a file is gone through.
#[derive(Default)]
pub(super) struct Index {
    pub(super) records: u64,
    pub(super) pages: Vec<Page>,
    pub(super) files: Vec<Entry>,
    /// Payload digests of responses, hashed.
    pub(super) digests: Vec<(u64, Place)>,
    pub(super) revisits: Vec<Revisit>,
    pub(super) packages: Vec<Package>,
    /// The records since the last description of a file.
    group: Group,
}

pub(super) struct Revisit {
    pub(super) key: u64,
    pub(super) second: i64,
    pub(super) digest: Option<u64>,
    /// Key and time of the record that it refers to.
    pub(super) refers_to: Option<(u64, Option<i64>)>,
}

impl Index {
    pub(super) fn marks(&self) -> [usize; 5] {
        let others = [self.files.len(), self.digests.len(), self.revisits.len(), self.packages.len()];
        [self.pages.len(), others[0], others[1], others[2], others[3]]
    }

    pub(super) fn truncate(&mut self, [pages, files, digests, revisits, packages]: [usize; 5]) {
        self.packages.truncate(packages);
        self.pages.truncate(pages);
        self.files.truncate(files);
        self.digests.truncate(digests);
        self.revisits.truncate(revisits);
    }
}

/// A number for a look-up within this run.
pub(super) fn key(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// The files with those that revisits stand for: by digest, else by the address they refer to.
pub(super) fn resolved(
    mut files: Vec<Entry>,
    mut digests: Vec<(u64, Place)>,
    revisits: &[Revisit],
) -> Vec<Entry> {
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

pub(super) struct Faults<'a> {
    pub(super) survey: &'a mut Survey,
}

impl<'a> Faults<'a> {
    pub(super) fn new(survey: &'a mut Survey) -> Self {
        Self { survey }
    }

    pub(super) fn push(&mut self, offset: u64, fault: RecordFault) {
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

pub(super) struct Visitor<'a> {
    pub(super) index: &'a mut Index,
    pub(super) survey: &'a mut Survey,
    pub(super) tell: &'a mut dyn FnMut(&PassedOver),
    pub(super) volume: u32,
}

impl Visit for Visitor<'_> {
    fn record(&mut self, offset: u64, outline: Outline) {
        self.index.records += 1;
        let place = Place { volume: self.volume, offset };
        match outline.record.kind {
            Kind::Information => self.index.group = Group::beginning(place),
            Kind::Description => {
                let package = self.index.group.described(place, &outline);
                self.index.packages.extend(package);
                self.index.group = Group::default();
            }
            _ => self.index.group.add(&outline.record.id, place),
        }
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
            Kind::Revisit | Kind::Information | Kind::Description | Kind::Other => false,
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
        Kind::Information | Kind::Description | Kind::Other => return Some(NoPage::OtherRecord),
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
