//! Turns jobs that are web archives into one job for each page in them.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::{Job, Refused, SourceError};
use crate::acquire::Source;
use crate::acquire::container::{
    Archive, CaptureFilter, Captured, ContainerError, ContainerKind, Mhtml, NoPage, Survey, kind,
};

/// What is in a web archive besides its pages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    /// The web archive as typed or found.
    pub source: String,
    /// How many pages are converted.
    pub pages: usize,
    /// How many records are passed over, by reason.
    pub passed_over: BTreeMap<NoPage, u64>,
}

/// Replaces each web archive by its pages. Its damage is told with the sources that are refused, place by place.
pub(super) fn expand(
    jobs: Vec<Job>,
    filter: &CaptureFilter,
    refused: &mut Vec<Refused>,
    inventories: &mut Vec<Inventory>,
) -> Vec<Job> {
    let mut expanded = Vec::with_capacity(jobs.len());
    for job in jobs {
        let container = match &job.source {
            Source::File { path, .. } => kind(path).map(|kind| (kind, path.clone())),
            _ => None,
        };
        match container {
            Some((ContainerKind::Warc | ContainerKind::Wacz, path)) => {
                match Archive::open(&path, filter, &mut |_| {}) {
                    Ok((archive, survey)) => {
                        pages(&job, archive, survey, &mut expanded, refused, inventories);
                    }
                    Err(why) => refused.push((job.shown, SourceError::Container { why })),
                }
            }
            Some((ContainerKind::Mhtml, path)) => match wanted(&path, filter) {
                Ok(true) => expanded.push(Job { source: Source::Captured(Captured::of_mhtml(path)), ..job }),
                Ok(false) => inventories.push(Inventory {
                    source: job.shown,
                    pages: 0,
                    passed_over: BTreeMap::from([(NoPage::Filtered, 1)]),
                }),
                Err(why) => refused.push((job.shown, SourceError::Container { why })),
            },
            None if filter.is_all() => expanded.push(job),
            None => refused.push((job.shown, SourceError::NotFiltered)),
        }
    }
    expanded
}

/// Whether an MHTML file passes; it is not opened unless a filter asks.
fn wanted(path: &Path, filter: &CaptureFilter) -> Result<bool, ContainerError> {
    if filter.is_all() {
        return Ok(true);
    }
    let file = Mhtml::open(path)?;
    let address = file.url().map_or_else(String::new, String::from);
    Ok(filter.wants(&address, file.saved().and_then(|saved| saved.parse().ok())))
}

fn pages(
    job: &Job,
    archive: Archive,
    survey: Survey,
    expanded: &mut Vec<Job>,
    refused: &mut Vec<Refused>,
    inventories: &mut Vec<Inventory>,
) {
    refused.extend(survey.damage.into_iter().map(|why| (job.shown.clone(), SourceError::Container { why })));
    let count = archive.pages().len();
    if count == 0 {
        let path = job.shown.clone();
        refused.push((path.clone(), SourceError::NoPagesWithin { path }));
    }
    let archive = Arc::new(archive);
    for (index, (page, output)) in archive.pages().zip(archive.outputs()).enumerate() {
        let time = page.captured.map(|captured| format!(" {captured}")).unwrap_or_default();
        let captured = Captured::of_archive(&archive, index);
        expanded.push(Job {
            parts: captured.parts().into_iter().map(Source::Captured).collect(),
            source: Source::Captured(captured),
            shown: format!("{} {}{time}", job.shown, page.address),
            output: job.output.join(output),
        });
    }
    inventories.push(Inventory { source: job.shown.clone(), pages: count, passed_over: survey.passed_over });
}
