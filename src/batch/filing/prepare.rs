//! Turns a source into a version that is ready to be filed, or into the reason why none is needed.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::received::filed_elsewhere;
use super::revisit::{Asked, Readied};
use super::stored::{metadata, received, stored};
use super::{ConvertedPage, FilingOptions, Task};
use crate::acquire::web::WebPage;
use crate::acquire::{Acquired, Recorded, Source};
use crate::archive::package::{
    Archived, Contents, ConvertedFault, Filing, Fingerprint, Font, JobMetadata, Original, PackageError,
    Remark,
};
use crate::archive::store::{Object, ObjectId, Store};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{sha256, to_json};
use crate::environment::Environment;
use crate::error::Error;
use crate::fonts::Face;
use crate::message::Describe;
use crate::pipeline::{Conversion, Options, Pipeline, Timings};
use crate::write::Format;

/// What all sources have in common.
pub(super) struct Workshop<'a> {
    pub(super) store: &'a Store,
    pub(super) options: &'a Options,
    pub(super) environment: &'a Environment,
    pub(super) filing: &'a FilingOptions<'a>,
    /// The fonts, once they were looked at: not before a version is made.
    pub(super) fonts: OnceLock<Vec<Font>>,
}

/// A source that was read.
pub(super) struct Prepared {
    pub(super) id: ObjectId,
    pub(super) conversion: Conversion,
    /// The captured files, when they came from this store or another.
    pub(super) archived: Option<Archived>,
    /// When another store filed them.
    pub(super) filed_elsewhere: Option<jiff::Timestamp>,
    /// The scheduled job that came upon it.
    pub(super) job: Option<JobMetadata>,
    /// What another machine made of it.
    pub(super) converted: Option<ConvertedPage>,
    pub(super) fingerprint: Fingerprint,
    /// What was noticed while it was read.
    noticed: Diagnostics,
    /// The newest version that the decision is made for; 0 if there is none.
    pub(super) head: u32,
    /// The newest version that the store had then.
    pub(super) seen: u32,
    pub(super) decision: Decision,
}

/// What is to be done.
pub(super) enum Decision {
    /// The newest version says all that the source says.
    Unchanged,
    /// This version is the same capture.
    Known(u32),
    /// A version with these files.
    File(Version),
}

/// A version that is ready to be filed.
pub(super) struct Version {
    pub(super) files: BTreeMap<String, Arc<Vec<u8>>>,
    pub(super) created: jiff::Timestamp,
    /// Whether it says what the version before says, only rendered anew.
    pub(super) rerendered: bool,
}

/// What was noticed and how long it took, also when it failed.
#[derive(Default)]
pub(super) struct Log {
    pub(super) diagnostics: Diagnostics,
    pub(super) timings: Timings,
}

impl Workshop<'_> {
    /// Reads the source of `task` and decides.
    pub(super) fn prepare(&self, task: &Task, log: &mut Log) -> Result<Readied, Error> {
        let handed_on = match task {
            Task::Source(job) => filed_elsewhere(&job.source)?,
            Task::Received(folder) => Some(Archived::from_folder(folder)?),
            Task::Stored(_) | Task::Elsewhere(_) => None,
        };
        let filed_elsewhere = handed_on.as_ref().map(|archived| archived.metadata.created);
        let mut converted = None;
        let (source, parts, archived, id) = match (task, handed_on) {
            (task, Some(archived)) => {
                let id = ObjectId::parse(&archived.metadata.object);
                let stored = received(&task.shown(), archived)?;
                (stored.page, stored.parts, Some(stored.archived), id)
            }
            (Task::Source(job), None) => {
                let source = match &job.source {
                    Source::Web(page) => match self.timed_ask(page, log)? {
                        Asked::NotModified(news) => return Ok(Readied::NotModified(news)),
                        Asked::Page(page) => Source::Web(page),
                    },
                    source => source.clone(),
                };
                (source, job.parts.clone(), None, None)
            }
            (Task::Elsewhere(page), None) => {
                let found = converted.insert(self.filing.supply.fetch(page)?);
                let page = Recorded { page: found.page.clone(), files: BTreeMap::new() };
                (Source::Recorded(Arc::new(page)), Vec::new(), None, None)
            }
            (Task::Stored(id), None) => {
                let object = self.object(id)?;
                let stored = stored(&object, metadata(&object, object.head())?)?;
                (stored.page, stored.parts, Some(stored.archived), Some(id.clone()))
            }
            (Task::Received(folder), None) => {
                let why = format!("{}: no version", folder.display());
                return Err(PackageError::Unreadable { why }.into());
            }
        };
        let mut pipeline = Pipeline::new(self.options, self.environment).with_parts(parts);
        let read = pipeline.read(&source);
        log.diagnostics = std::mem::take(&mut pipeline.diagnostics);
        log.timings = std::mem::take(&mut pipeline.timings);
        let conversion = read?.conversion;
        if let (Some(converted), Task::Elsewhere(page)) = (&converted, task)
            && sha256(to_json(&conversion.document).as_bytes()) != converted.document
        {
            let fault = ConvertedFault::Document;
            return Err(PackageError::Converted { key: page.key.clone(), fault }.into());
        }
        let parts: Vec<Original<'_>> = conversion.parts.iter().map(original).collect();
        let fingerprint = contents(&conversion, &parts).fingerprint();
        let id = id.or_else(|| identity(&conversion, &fingerprint));
        let id = id.ok_or_else(|| Error::Internal("a page without an identifier".to_owned()))?;
        drop(parts);
        if let (Some(_), Some(archived)) = (filed_elsewhere, &archived)
            && archived.metadata.content_digest != fingerprint.content
        {
            let tool = archived.metadata.tool.clone();
            log.diagnostics.push(Diagnostic::ReadsDifferently { tool });
        }
        let decision = Decision::Unchanged;
        let noticed = log.diagnostics.clone();
        let mut prepared = Prepared {
            id,
            conversion,
            archived,
            filed_elsewhere,
            job: (self.filing.found_by)(&task.shown()),
            converted,
            fingerprint,
            noticed,
            head: 0,
            seen: 0,
            decision,
        };
        self.decide(&mut prepared, true, log)?;
        Ok(Readied::Read(Box::new(prepared)))
    }

    fn timed_ask(&self, page: &WebPage, log: &mut Log) -> Result<Asked, Error> {
        let start = (self.environment.stopwatch)();
        let asked = self.ask(page);
        log.timings.push(("fetch", (self.environment.stopwatch)().saturating_sub(start)));
        asked
    }

    /// Decides, or decides again, after the object got a newer version. With `foresee`, versions that are on their way may
    /// count as filed.
    pub(super) fn decide(&self, prepared: &mut Prepared, foresee: bool, log: &mut Log) -> Result<(), Error> {
        // What an earlier decision noticed while it wrote is not to be told twice.
        log.diagnostics.clone_from(&prepared.noticed);
        let object = self.store.object(&prepared.id)?;
        prepared.head = object.as_ref().map_or(0, Object::head);
        prepared.seen = prepared.head;
        if let Some(decision) = self.received(prepared, object.as_ref(), foresee, log)? {
            prepared.decision = decision;
            return Ok(());
        }
        let mut same = false;
        let mut taken_over = prepared.archived.clone();
        if let Some(object) = &object {
            let newest = metadata(object, object.head())?;
            let before = newest.fingerprint();
            same = prepared.fingerprint.adds_nothing_to(&before)
                || (newest.tool != self.filing.agent.name && self.reads_the_same(prepared, object)?);
            if self.filing.rerender
                && taken_over.is_none()
                && prepared.fingerprint.pages == before.pages
                && same
            {
                taken_over = Some(stored(object, newest)?.archived);
            }
        }
        prepared.decision = if same && !self.filing.rerender {
            Decision::Unchanged
        } else {
            Decision::File(self.version(prepared, taken_over.as_ref(), same, log)?)
        };
        Ok(())
    }

    /// Whether the source says nothing new compared with what this program makes of the archived source: what an older
    /// program made of it is no edit of the page.
    fn reads_the_same(&self, prepared: &Prepared, object: &Object) -> Result<bool, Error> {
        let stored = stored(object, metadata(object, object.head())?)?;
        let mut pipeline = Pipeline::new(self.options, self.environment).with_parts(stored.parts);
        let Ok(reading) = pipeline.read(&stored.page) else { return Ok(false) };
        let parts: Vec<Original<'_>> = reading.conversion.parts.iter().map(original).collect();
        Ok(prepared.fingerprint.adds_nothing_to(&contents(&reading.conversion, &parts).fingerprint()))
    }

    /// The files of a version with what `prepared` says; `same` if it says what the version before says.
    pub(super) fn version(
        &self,
        prepared: &Prepared,
        archived: Option<&Archived>,
        same: bool,
        log: &mut Log,
    ) -> Result<Version, Error> {
        let conversion = &prepared.conversion;
        let (renditions, verified, remarks) = match &prepared.converted {
            Some(page) => (page.renditions.clone(), page.verified, page.remarks.clone()),
            None => {
                let renditions = self.renditions(conversion, log)?;
                (renditions, self.options.verify, remarks(&log.diagnostics))
            }
        };
        let start = (self.environment.stopwatch)();
        let created = (self.filing.now)();
        let parts: Vec<Original<'_>> = conversion.parts.iter().map(original).collect();
        let files = contents(conversion, &parts).files(&Filing {
            id: &prepared.id,
            version: prepared.head.saturating_add(1),
            created,
            agent: &self.filing.agent,
            job: prepared.job.as_ref(),
            robots: conversion.acquired.fetched.as_ref().map_or(NO_ROBOTS, |fetched| &fetched.robots),
            renditions: &renditions,
            verified,
            fonts: self.fonts.get_or_init(|| fonts(self.environment)),
            remarks: &remarks,
            archived,
        });
        log.timings.push(("package", (self.environment.stopwatch)().saturating_sub(start)));
        Ok(Version { files, created, rerendered: prepared.head > 0 && same })
    }

    /// The renditions by their path.
    fn renditions(
        &self,
        conversion: &Conversion,
        log: &mut Log,
    ) -> Result<BTreeMap<String, Arc<Vec<u8>>>, Error> {
        let mut pipeline = Pipeline::new(self.options, self.environment);
        // Writers add to what reading noticed, and the last pages of the renditions name it all.
        pipeline.diagnostics = std::mem::take(&mut log.diagnostics);
        let artifacts = pipeline.write(conversion);
        log.timings.append(&mut pipeline.timings);
        log.diagnostics = std::mem::take(&mut pipeline.diagnostics);
        let path = |format: Format| format!("document.{}", format.extension());
        Ok(artifacts?.into_iter().map(|artifact| (path(artifact.format), Arc::new(artifact.bytes))).collect())
    }

    fn object(&self, id: &ObjectId) -> Result<Object, Error> {
        let missing = || crate::archive::store::StoreError::Missing { path: id.to_string() };
        Ok(self.store.object(id)?.ok_or_else(missing)?)
    }
}

/// What is recorded where there is no site to ask.
const NO_ROBOTS: &str = "not applicable: read from files";

/// The page's address, as far as it is known before the page is read.
pub(super) fn known_address(source: &Source, options: &Options) -> Option<ObjectId> {
    let url = match source {
        Source::Recorded(recorded) => recorded.page.url.as_ref(),
        Source::Captured(captured) => return captured.url().as_ref().and_then(ObjectId::of_url),
        Source::Web(page) => Some(&page.url),
        Source::File { .. } | Source::StandardInput => options.acquire.base_url.as_ref(),
    };
    url.and_then(ObjectId::of_url)
}

/// The page's address: from outside, else as the page states it, else the digest of its content.
fn identity(conversion: &Conversion, fingerprint: &Fingerprint) -> Option<ObjectId> {
    let stated = || url::Url::parse(&conversion.document.metadata.url.as_ref()?.value).ok();
    let url = conversion.acquired.url.clone().or_else(stated);
    url.as_ref().and_then(ObjectId::of_url).or_else(|| ObjectId::of_content(&fingerprint.content))
}

fn original(acquired: &Acquired) -> Original<'_> {
    Original {
        name: &acquired.name,
        bytes: &acquired.bytes,
        url: acquired.url.as_ref(),
        requested: acquired.fetched.as_ref().map(|fetched| &fetched.requested),
        redirects: acquired.fetched.as_ref().map_or(&[], |fetched| &fetched.redirects),
        captured: acquired.captured.as_deref(),
        charset: acquired.transport_charset.as_deref(),
        http_head: acquired.http_head.as_deref(),
    }
}

fn contents<'a>(conversion: &'a Conversion, parts: &'a [Original<'a>]) -> Contents<'a> {
    Contents {
        page: original(&conversion.acquired),
        parts,
        document: &conversion.document,
        attachments: &conversion.attachments,
    }
}

fn remarks(diagnostics: &Diagnostics) -> Vec<Remark> {
    diagnostics
        .iter()
        .map(|diagnostic| Remark {
            code: diagnostic.code().to_owned(),
            severity: diagnostic.severity().name().to_owned(),
            message: diagnostic.to_string(),
        })
        .collect()
}

fn fonts(environment: &Environment) -> Vec<Font> {
    Face::ALL
        .into_iter()
        .map(|face| {
            let bytes = environment.fonts.bytes(face);
            Font { file: face.file_name().to_owned(), sha256: sha256((*bytes).as_ref()) }
        })
        .collect()
}
