//! Asks a page of the web whether it has changed, before anything is read.

use super::prepare::{Prepared, Workshop};
use super::stored::{metadata, stored};
use crate::acquire::web::{Exchange, Validators, WebPage};
use crate::acquire::{AcquireError, Source};
use crate::archive::package::warc::Revisit;
use crate::archive::package::{PackageMetadata, SourceRole};
use crate::archive::store::{Object, ObjectId};
use crate::error::Error;

/// What an earlier capture could not have: as long as something is missing, the page is asked for in full.
const MISSING: [&str; 3] = ["asset-missing", "attachment-missing", "part-missing"];

/// What a worker hands over.
pub(super) enum Readied {
    /// A source that was read.
    Read(Box<Prepared>),
    /// A page that the server says is the one we have.
    NotModified(NotModified),
}

/// The news that a page has not changed.
pub(super) struct NotModified {
    pub(super) id: ObjectId,
    /// The newest version.
    pub(super) head: u32,
    /// The digest of what it says.
    pub(super) content: String,
    /// The answer as a WARC record, and the file that it belongs in.
    pub(super) record: Vec<u8>,
    pub(super) file: String,
}

/// What a page of the web said.
pub(super) enum Asked {
    NotModified(NotModified),
    /// It has to be read; it is not asked for again.
    Page(WebPage),
}

impl Workshop<'_> {
    /// Asks for `page`: by what the newest version was sent with, unless it says itself what to ask by.
    pub(super) fn ask(&self, page: &WebPage) -> Result<Asked, Error> {
        let limit = self.options.acquire.max_bytes;
        let own = if self.filing.rerender { None } else { page.validators.clone() };
        let validators = match own {
            None if !self.filing.rerender && page.had.is_none() => self.validators(page)?,
            own => own,
        };
        let page = WebPage { validators, ..page.clone() };
        let exchange = page.fetch_if(limit, self.filing.begin).map_err(AcquireError::from)?;
        if exchange.not_modified {
            if let Some(asked) = self.not_modified(&exchange)? {
                return Ok(Asked::NotModified(asked));
            }
            // Whoever gave the validators knew a page that this store does not have.
            let page = WebPage { validators: None, had: None, ..page };
            let exchange = page.fetch(limit).map_err(AcquireError::from)?;
            return Ok(Asked::Page(WebPage { had: Some(exchange), ..page }));
        }
        Ok(Asked::Page(WebPage { had: Some(exchange), ..page }))
    }

    /// What the server sent with the newest version, if that version lacks nothing and is a single page: the further
    /// pages of an article have no say in whether the first has changed.
    fn validators(&self, page: &WebPage) -> Result<Option<Validators>, Error> {
        let Some(object) = self.object_at(&page.url)? else { return Ok(None) };
        let newest = metadata(&object, object.head())?;
        let lacks = newest.diagnostics.iter().any(|remark| MISSING.contains(&remark.code.as_str()));
        if lacks || newest.sources.iter().any(|source| source.role == SourceRole::Part) {
            return Ok(None);
        }
        let Source::Recorded(recorded) = stored(&object, newest)?.page else { return Ok(None) };
        let head = recorded.page.http_head.as_deref();
        Ok(head.map(Validators::of_head).filter(|validators| !validators.is_empty()))
    }

    fn object_at(&self, url: &url::Url) -> Result<Option<Object>, Error> {
        let Some(id) = ObjectId::of_url(url) else { return Ok(None) };
        Ok(self.store.object(&id)?)
    }

    /// The record of the answer; none if there is no version that it could be about.
    fn not_modified(&self, exchange: &Exchange) -> Result<Option<NotModified>, Error> {
        let Some(object) = self.object_at(&exchange.url)? else { return Ok(None) };
        let newest = metadata(&object, object.head())?;
        let Some(source) = newest.sources.first() else { return Ok(None) };
        let record = Revisit {
            target: exchange.url.as_str(),
            date: exchange.captured,
            http_head: &exchange.head,
            refers_to: &source.record,
            refers_to_target: &source.target,
            refers_to_date: captured(&newest),
            robots: &exchange.robots,
        };
        let month = exchange.captured.strftime("%Y-%m").to_string();
        Ok(Some(NotModified {
            id: object.id().clone(),
            head: object.head(),
            content: newest.content_digest.clone(),
            record: record.member(),
            file: format!("{month}.warc.gz"),
        }))
    }
}

/// The date of the record of the page: when it was captured, or else filed.
fn captured(metadata: &PackageMetadata) -> jiff::Timestamp {
    let captured = metadata.capture.captured.as_deref().and_then(|captured| captured.parse().ok());
    captured.unwrap_or(metadata.created)
}
