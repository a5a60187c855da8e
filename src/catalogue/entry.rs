//! Turns a Document of the store into what the catalogue knows about it.

use jiff::Timestamp;
use jiff::tz::Offset;

use crate::document::text::text;
use crate::document::{Document, Field, Moment};

/// One version of one object, as the catalogue takes it in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The object's identifier: the page's canonical address, else `urn:sha256:…`.
    pub id: String,
    /// The version, from 1.
    pub version: u32,
    /// 标题.
    pub title: Option<String>,
    /// 发文字号, canonical.
    pub number: Option<String>,
    /// 发文机关.
    pub issuer: Option<String>,
    /// 来源.
    pub source: Option<String>,
    /// 网站名称, else its domain as the page declares it.
    pub site: Option<String>,
    /// The page's address, where the Document knows it.
    pub url: Option<String>,
    /// 发布日期.
    pub published: Option<Moment>,
    /// 成文日期.
    pub written: Option<Moment>,
    /// 施行日期.
    pub effective: Option<Moment>,
    /// 印发日期.
    pub printed: Option<Moment>,
    /// When the page was captured, China Standard Time.
    pub captured: Option<Moment>,
    /// The document's text, by [`document::text`](crate::document::text::text).
    pub text: String,
}

impl Entry {
    /// The entry of `document`, version `version` of object `id`, captured at `captured` (for a page from a web archive
    /// the time that the archive states, else the time of filing).
    #[must_use]
    pub fn new(document: &Document, id: &str, version: u32, captured: Timestamp) -> Self {
        let metadata = &document.metadata;
        let stated = document.provenance.captured.as_ref().and_then(|captured| captured.parse().ok());
        let captured = Offset::constant(8).to_datetime(stated.unwrap_or(captured));
        let time = captured.time().with().subsec_nanosecond(0).build().unwrap_or(captured.time());
        Self {
            id: id.to_owned(),
            version,
            title: value(metadata.title.as_ref()),
            number: value(metadata.number.as_ref()),
            issuer: value(metadata.issuer.as_ref()),
            source: value(metadata.source.as_ref()),
            site: value(metadata.site_name.as_ref()).or_else(|| value(metadata.site_domain.as_ref())),
            url: value(metadata.url.as_ref()),
            published: value(metadata.published.as_ref()),
            written: value(metadata.written.as_ref()),
            effective: value(metadata.effective.as_ref()),
            printed: value(metadata.printed.as_ref()),
            captured: Some(Moment { date: captured.date(), time: Some(time) }),
            text: text(document),
        }
    }

    /// The date by which documents stand in order: 发布, else 成文, else 印发, else capture.
    #[must_use]
    pub fn date(&self) -> Option<Moment> {
        self.published.or(self.written).or(self.printed).or(self.captured)
    }
}

fn value<T: Clone>(field: Option<&Field<T>>) -> Option<T> {
    field.map(|field| field.value.clone())
}
