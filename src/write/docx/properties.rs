//! Turns metadata into the core, extended and custom properties of the package.

use super::DocxOptions;
use super::xml::Xml;
use crate::colophon;
use crate::document::{Document, Field, Moment};

/// `docProps/core.xml` (ECMA-376 Part 2, 11).
///
/// `created` and `modified` are the date of the source, never of the conversion: publication, else capture, else
/// the caller's fallback; without any of them they are left out.
pub(super) fn core(document: &Document, options: &DocxOptions) -> String {
    let metadata = &document.metadata;
    let text =
        |field: &Option<Field<String>>| field.as_ref().map(|field| field.value.clone()).unwrap_or_default();
    let mut xml = Xml::part();
    xml.open(
        "cp:coreProperties",
        &[
            ("xmlns:cp", &"http://schemas.openxmlformats.org/package/2006/metadata/core-properties"),
            ("xmlns:dc", &"http://purl.org/dc/elements/1.1/"),
            ("xmlns:dcterms", &"http://purl.org/dc/terms/"),
            ("xmlns:xsi", &"http://www.w3.org/2001/XMLSchema-instance"),
        ],
    );
    let creator = [&metadata.issuer, &metadata.author, &metadata.source, &metadata.site_name]
        .into_iter()
        .find(|field| field.is_some())
        .map(text)
        .unwrap_or_default();
    let keywords = metadata.keywords.as_ref().map(|field| field.value.join("；")).unwrap_or_default();
    for (name, value) in [
        ("dc:title", text(&metadata.title)),
        ("dc:subject", text(&metadata.subject)),
        ("dc:creator", creator),
        ("cp:keywords", keywords),
        ("dc:description", text(&metadata.description)),
        ("cp:category", text(&metadata.genre)),
        ("dc:identifier", text(&metadata.number)),
        ("cp:contentStatus", text(&metadata.validity)),
        ("dc:language", "zh-CN".to_owned()),
    ] {
        if !value.is_empty() {
            xml.element(name, &[], &value);
        }
    }
    if let Some(date) = date(document, options) {
        for name in ["dcterms:created", "dcterms:modified"] {
            xml.element(name, &[("xsi:type", &"dcterms:W3CDTF")], &date);
        }
    }
    xml.finish()
}

/// `docProps/app.xml` (ECMA-376 Part 1, 22.2).
pub(super) fn extended(document: &Document) -> String {
    let mut xml = Xml::part();
    xml.open(
        "Properties",
        &[("xmlns", &"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties")],
    );
    xml.element("Application", &[], "guidang");
    if let Some(issuer) = &document.metadata.issuer {
        xml.element("Company", &[], &issuer.value);
    }
    // XX.YYYY, as the schema's description has it.
    let version = |part: &str| part.parse::<u32>().unwrap_or(0);
    let (major, minor) = (version(env!("CARGO_PKG_VERSION_MAJOR")), version(env!("CARGO_PKG_VERSION_MINOR")));
    xml.element("AppVersion", &[], &format!("{major:02}.{minor:04}"));
    xml.finish()
}

/// `docProps/custom.xml` (ECMA-376 Part 1, 22.3): what the page states and where it came from, under Chinese names.
pub(super) fn custom(document: &Document) -> String {
    let mut xml = Xml::part();
    xml.open(
        "Properties",
        &[
            ("xmlns", &"http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"),
            ("xmlns:vt", &"http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"),
        ],
    );
    // The title and the like have properties of their own.
    let own = ["标题", "关键词", "内容概述"];
    let rows =
        colophon::stated(&document.metadata).into_iter().filter(|row| !own.contains(&row.label.as_str()));
    for (index, row) in rows.chain(colophon::source(document)).enumerate() {
        xml.open(
            "property",
            &[
                ("fmtid", &"{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"),
                // Numbers below 2 are reserved.
                ("pid", &(index + 2)),
                ("name", &row.label),
            ],
        );
        xml.element("vt:lpwstr", &[], &row.value);
        xml.close();
    }
    xml.finish()
}

/// The source's date in the one form of W3CDTF that Word reads: `2018-01-31T00:00:00Z`.
fn date(document: &Document, options: &DocxOptions) -> Option<String> {
    let published = document.metadata.published.as_ref().map(|field| field.value);
    if let Some(moment) = published {
        return Some(utc(moment));
    }
    let captured = document.provenance.captured.as_deref();
    if let Some(timestamp) = captured.and_then(|captured| captured.parse::<jiff::Timestamp>().ok()) {
        return Some(timestamp.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
    }
    options.fallback_date.map(utc)
}

/// A moment of China Standard Time in UTC. A date without a time keeps its calendar date.
fn utc(moment: Moment) -> String {
    let Some(time) = moment.time else { return format!("{}T00:00:00Z", moment.date) };
    match jiff::tz::offset(8).to_timestamp(moment.date.to_datetime(time)) {
        Ok(timestamp) => timestamp.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        Err(_) => format!("{}T00:00:00Z", moment.date),
    }
}

#[cfg(test)]
mod tests {
    use super::utc;

    #[test]
    fn dates_keep_their_day_and_times_their_moment() {
        let moment = |text: &str| text.parse().expect("a moment");
        assert_eq!(utc(moment("2018-01-31")), "2018-01-31T00:00:00Z");
        assert_eq!(utc(moment("2018-01-31T07:30:00+08:00")), "2018-01-30T23:30:00Z");
    }
}
