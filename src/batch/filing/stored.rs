//! Turns an archived version back into a source that can be converted again.

use std::collections::BTreeMap;
use std::sync::Arc;

use url::Url;

use crate::acquire::{Acquired, Recorded, Source};
use crate::archive::package::{
    Archived, Digests, LARGEST_SOURCE, METADATA, PackageError, PackageMetadata, SOURCE, SourceRole, warc,
};
use crate::archive::store::Object;
use crate::error::Error;

/// The captured files of a version.
pub(super) struct Stored {
    pub(super) page: Source,
    pub(super) parts: Vec<Source>,
    pub(super) archived: Archived,
}

/// The metadata of a version of `object`.
pub(super) fn metadata(object: &Object, version: u32) -> Result<PackageMetadata, Error> {
    let json = object.read(version, METADATA)?;
    let wrong = |why| PackageError::Metadata { object: object.id().to_string(), why };
    Ok(PackageMetadata::from_json(&json).map_err(wrong)?)
}

/// The captured files of the newest version of `object`, whose metadata are `metadata`.
pub(super) fn stored(object: &Object, metadata: PackageMetadata) -> Result<Stored, Error> {
    let warc = Arc::new(object.read(object.head(), SOURCE)?);
    recorded(object.id().as_str(), Archived { warc, metadata })
}

/// The same of captured files that are called `name`, of which every digest in the metadata is compared with the file.
pub(super) fn received(name: &str, archived: Archived) -> Result<Stored, Error> {
    let records = warc::read(&archived.warc, LARGEST_SOURCE)
        .map_err(|fault| PackageError::Source { object: name.to_owned(), fault })?;
    let by_id: BTreeMap<&str, &warc::Record> =
        records.iter().map(|record| (record.id.as_str(), record)).collect();
    for source in &archived.metadata.sources {
        let is_described = by_id.get(source.record.as_str()).is_some_and(|record| {
            record.target == source.target && Digests::of(&record.payload) == source.digests
        });
        if !is_described {
            return Err(
                PackageError::Missing { object: name.to_owned(), record: source.record.clone() }.into()
            );
        }
    }
    drop(by_id);
    drop(records);
    recorded(name, archived)
}

/// The captured files that are called `name`.
fn recorded(name: &str, archived: Archived) -> Result<Stored, Error> {
    let name = || name.to_owned();
    let Archived { warc: bytes, metadata } = &archived;
    let records =
        warc::read(bytes, LARGEST_SOURCE).map_err(|fault| PackageError::Source { object: name(), fault })?;
    let mut records: BTreeMap<String, warc::Record> =
        records.into_iter().map(|record| (record.id.clone(), record)).collect();
    let capture = &metadata.capture;
    let url = |text: &Option<String>| text.as_deref().and_then(|text| Url::parse(text).ok());
    let mut pages = Vec::new();
    let mut files = BTreeMap::new();
    for source in &metadata.sources {
        let Some(record) = records.remove(&source.record) else {
            return Err(PackageError::Missing { object: name(), record: source.record.clone() }.into());
        };
        match source.role {
            SourceRole::Page | SourceRole::Part => pages.push(Acquired {
                name: source.name.clone(),
                bytes: record.payload,
                url: url(&capture.final_url).or_else(|| url(&capture.requested_url)),
                transport_charset: capture.transport_charset.clone(),
                captured: capture.captured.clone(),
                http_head: record.http_head,
                fetched: None,
            }),
            SourceRole::Picture | SourceRole::Attachment => {
                files.insert(source.name.clone(), Arc::new(record.payload));
            }
        }
    }
    let mut sources = pages.into_iter().map(|page| {
        let files = std::mem::take(&mut files);
        Source::Recorded(Arc::new(Recorded { page, files }))
    });
    let Some(page) = sources.next() else {
        let why = "no page among the sources".to_owned();
        return Err(PackageError::Metadata { object: name(), why }.into());
    };
    let parts = sources.collect();
    Ok(Stored { page, parts, archived })
}
