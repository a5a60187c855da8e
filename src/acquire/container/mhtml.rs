//! Turns an MHTML file (RFC 2557) into its page and the files kept with it.
//!
//! The file is gone through once for the places of its parts; a part is decoded when it is asked for.

use std::io::{self, BufRead, Read};
use std::path::Path;

use data_url::forgiving_base64;
use jiff::fmt::rfc2822;
use url::Url;

use super::head::{Head, media_type, parameter, read_head};
use super::stretch::{Stretch, StretchReader};
use super::{ContainerError, canonical};
use crate::acquire::assets::{AssetOptions, AssetSource};
use crate::acquire::{AcquireError, Acquired};
use crate::diagnostic::PictureFault;
use crate::message::Size;

/// More parts are refused.
const MAX_PARTS: usize = 20_000;

/// An MHTML file as Chrome, Edge, Internet Explorer and mail programs write it.
#[derive(Debug)]
pub struct Mhtml {
    shown: String,
    stretch: Stretch,
    head: Head,
    parts: Vec<Part>,
    /// Which part is the page.
    root: usize,
}

#[derive(Debug)]
struct Part {
    media_type: String,
    charset: Option<String>,
    encoding: String,
    /// `Content-Location`, canonical.
    location: Option<String>,
    /// `Content-ID` without its angle brackets.
    id: Option<String>,
    start: u64,
    end: u64,
}

impl Mhtml {
    /// Finds the parts.
    ///
    /// # Errors
    /// If the file cannot be read, has no boundary, or no page.
    pub fn open(path: &Path) -> Result<Self, ContainerError> {
        let shown = path.display().to_string();
        let unreadable =
            |error: io::Error| ContainerError::Unreadable { path: shown.clone(), why: error.to_string() };
        let stretch = Stretch::whole(path.to_path_buf()).map_err(unreadable)?;
        let mut reader = stretch.open(0).map_err(unreadable)?;
        let no_boundary = || ContainerError::NoBoundary { path: shown.clone() };
        let head = read_head(&mut reader).map_err(|_| no_boundary())?;
        let head = Head::parse(&head, false);
        let content_type = head.get("content-type").unwrap_or_default().to_owned();
        if !media_type(&content_type).starts_with("multipart/") {
            return Err(no_boundary());
        }
        let boundary = parameter(&content_type, "boundary").ok_or_else(no_boundary)?;
        let parts = parts(&mut reader, &boundary)
            .map_err(unreadable)?
            .ok_or(ContainerError::TooManyParts { path: shown.clone(), limit: MAX_PARTS })?;
        let root =
            root(&parts, &head, &content_type).ok_or(ContainerError::NoPage { path: shown.clone() })?;
        Ok(Self { shown, stretch, head, parts, root })
    }

    /// The address of the page, as the file says.
    #[must_use]
    pub fn url(&self) -> Option<Url> {
        let root = self.parts[self.root].location.as_deref();
        let parsed = [self.head.get("snapshot-content-location"), self.head.get("content-location")]
            .into_iter()
            .flatten()
            .find_map(|address| Url::parse(address).ok());
        // A canonical location has lost its scheme.
        let root = || Url::parse(&format!("https:{}", root.filter(|root| root.starts_with("//"))?)).ok();
        parsed.or_else(root).filter(|url| matches!(url.scheme(), "http" | "https"))
    }

    /// When the page was saved, RFC 3339 in UTC.
    #[must_use]
    pub fn saved(&self) -> Option<String> {
        let zoned = rfc2822::parse(self.head.get("date")?).ok()?;
        Some(zoned.timestamp().to_string())
    }

    pub(super) fn page(&self, name: String, limit: u64) -> Result<Acquired, AcquireError> {
        let part = &self.parts[self.root];
        let bytes = self
            .decoded(part, limit)
            .map_err(|error| AcquireError::Unreadable { path: self.shown.clone(), why: error.to_string() })?;
        if bytes.is_empty() {
            return Err(AcquireError::Empty { path: self.shown.clone() });
        }
        if bytes.len() as u64 > limit {
            return Err(AcquireError::TooLarge { path: self.shown.clone(), limit: Size(limit) });
        }
        Ok(Acquired {
            name,
            bytes,
            url: self.url(),
            transport_charset: part.charset.clone(),
            captured: self.saved(),
            http_head: None,
            fetched: None,
        })
    }

    /// The file that `source` names: `cid:…`, or an address as it stands or against `base`.
    fn file(&self, source: &str, base: Option<&Url>, limit: usize) -> Result<Vec<u8>, PictureFault> {
        let source = source.trim();
        let part = match source.get(..4) {
            Some(scheme) if scheme.eq_ignore_ascii_case("cid:") => {
                self.parts.iter().find(|part| part.id.as_deref() == Some(&source[4..]))
            }
            _ => {
                let joined = base.and_then(|base| base.join(source).ok()).map(|url| canonical(url.as_str()));
                let plain = canonical(source);
                let named =
                    |wanted: &str| self.parts.iter().find(|part| part.location.as_deref() == Some(wanted));
                joined.as_deref().and_then(named).or_else(|| named(&plain))
            }
        };
        let part = part.ok_or(PictureFault::NotFound)?;
        let bytes = self
            .decoded(part, limit as u64)
            .map_err(|error| PictureFault::Unreadable { why: error.to_string() })?;
        if bytes.len() > limit { Err(PictureFault::TooManyBytes { limit }) } else { Ok(bytes) }
    }

    /// The bytes of a part; more than `limit` of them if there are more.
    fn decoded(&self, part: &Part, limit: u64) -> io::Result<Vec<u8>> {
        let reader = self.stretch.open(part.start)?;
        // Three bytes of quoted-printable or 4/3 of base64 with line breaks stand for one.
        let stored = part.end.saturating_sub(part.start).min(limit.saturating_mul(4).saturating_add(4));
        let mut bytes = Vec::new();
        reader.take(stored).read_to_end(&mut bytes)?;
        match part.encoding.as_str() {
            "quoted-printable" => Ok(quoted_printable(&bytes)),
            "base64" => forgiving_base64::decode_to_vec(&bytes)
                .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "malformed base64")),
            _ => Ok(bytes),
        }
    }
}

/// The parts between the boundaries; `None` if there are too many.
fn parts(reader: &mut StretchReader, boundary: &str) -> io::Result<Option<Vec<Part>>> {
    let delimiter = format!("--{boundary}").into_bytes();
    let mut parts: Vec<Part> = Vec::new();
    let mut open = false;
    let mut line = Vec::new();
    // The line break before a boundary belongs to it.
    let mut line_break = 0;
    loop {
        let start = reader.position();
        line.clear();
        // A longer line is no boundary; what is left of it begins like none either, but for an attacker's.
        let most = delimiter.len() as u64 + 80;
        let count = Read::take(&mut *reader, most).read_until(b'\n', &mut line)?;
        let whole = line.ends_with(b"\n");
        let rest = line.strip_prefix(delimiter.as_slice()).map(<[u8]>::trim_ascii_end);
        if count == 0 || rest.is_some_and(|rest| rest.is_empty() || rest == b"--") {
            if let Some(part) = parts.last_mut().filter(|_| open) {
                part.end = start.saturating_sub(if count == 0 { 0 } else { line_break }).max(part.start);
            }
            if count == 0 || rest == Some(b"--") {
                return Ok(Some(parts));
            }
            if parts.len() == MAX_PARTS {
                return Ok(None);
            }
            let Ok(head) = read_head(reader) else { return Ok(Some(parts)) };
            parts.push(part(&Head::parse(&head, false), reader.position()));
            open = true;
            line_break = 0;
            continue;
        }
        line_break = if line.ends_with(b"\r\n") { 2 } else { u64::from(whole) };
        if !whole {
            // To the end of the line.
            if reader.find(b"\n")? {
                let at = reader.position();
                reader.seek_to(at.saturating_sub(1).max(start))?;
                let mut last = Vec::new();
                Read::take(&mut *reader, 2).read_to_end(&mut last)?;
                line_break = if last == b"\r\n" { 2 } else { 1 };
            } else {
                line_break = 0;
            }
        }
    }
}

fn part(head: &Head, start: u64) -> Part {
    let content_type = head.get("content-type").unwrap_or_default();
    let id = head.get("content-id").map(|id| id.trim_start_matches('<').trim_end_matches('>').to_owned());
    Part {
        media_type: media_type(content_type),
        charset: parameter(content_type, "charset"),
        encoding: head.get("content-transfer-encoding").unwrap_or_default().to_ascii_lowercase(),
        location: head.get("content-location").map(canonical),
        id,
        start,
        end: start,
    }
}

/// The page: the part that `start` names, else the one at the page's address, else the first HTML.
fn root(parts: &[Part], head: &Head, content_type: &str) -> Option<usize> {
    let html = |part: &Part| matches!(part.media_type.as_str(), "text/html" | "application/xhtml+xml");
    let start = parameter(content_type, "start");
    let start = start.as_deref().map(|id| id.trim_start_matches('<').trim_end_matches('>'));
    let named = start.and_then(|id| parts.iter().position(|part| part.id.as_deref() == Some(id)));
    let address = head.get("snapshot-content-location").map(canonical);
    let at_address = || {
        let address = address.as_deref()?;
        parts.iter().position(|part| html(part) && part.location.as_deref() == Some(address))
    };
    named.filter(|&index| html(&parts[index])).or_else(at_address).or_else(|| parts.iter().position(html))
}

/// RFC 2045, 6.7. What is no escape stands for itself.
fn quoted_printable(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let digit = |at: usize| text.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut at = 0;
    while at < text.len() {
        if text[at] != b'=' {
            out.push(text[at]);
            at += 1;
            continue;
        }
        if let (Some(high), Some(low)) = (digit(at + 1), digit(at + 2)) {
            out.push(u8::try_from(high * 16 + low).unwrap_or_default());
            at += 3;
            continue;
        }
        // A soft line break, with white space that a mail server may have added before it.
        let blank = text[at + 1..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        match &text[at + 1 + blank..] {
            [b'\r', b'\n', ..] => at += blank + 3,
            [b'\n', ..] => at += blank + 2,
            _ => {
                out.push(b'=');
                at += 1;
            }
        }
    }
    out
}

/// The files of an MHTML file.
#[derive(Debug)]
pub(super) struct MhtmlAssets {
    pub(super) file: Result<Mhtml, ContainerError>,
    pub(super) url: Option<Url>,
}

impl AssetSource for MhtmlAssets {
    fn fetch(&self, source: &str) -> Result<Vec<u8>, PictureFault> {
        self.attachment(source, AssetOptions::default().bytes)
    }

    fn attachment(&self, url: &str, limit: usize) -> Result<Vec<u8>, PictureFault> {
        match &self.file {
            Ok(file) => file.file(url, self.url.as_ref(), limit),
            Err(error) => Err(PictureFault::Unreadable { why: error.to_string() }),
        }
    }
}
