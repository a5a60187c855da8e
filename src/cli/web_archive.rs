//! `guidang inspect` of a web archive: its one page, or a list of what is in it.

use std::path::Path;
use std::sync::Arc;

use serde_json::json;

use super::convert::inventory_line;
use super::{Exit, words};
use crate::acquire::Source;
use crate::acquire::container::{Archive, CaptureFilter, Captured, ContainerKind, PassedOver};
use crate::acquire::sources::Inventory;
use crate::message::{Describe, Language};

/// The page of an MHTML file, or of a WARC or WACZ of which `filter` leaves one. Otherwise prints a line for each record
/// that gives no page, in the order of the file, then one for each page by time of capture, and for each damaged place;
/// with `json` each a JSON object. The run ends then.
pub(super) fn open(
    path: &Path,
    kind: ContainerKind,
    filter: &CaptureFilter,
    json: bool,
    language: Language,
) -> Result<Source, Exit> {
    if kind == ContainerKind::Mhtml {
        return Ok(Source::Captured(Captured::of_mhtml(path.to_path_buf())));
    }
    let (archive, survey) = Archive::open(path, filter, &mut |_| {})
        .map_err(|error| failed(&error.describe(language), language))?;
    if archive.pages().len() == 1 && survey.damage.is_empty() {
        return Ok(Source::Captured(Captured::of_archive(&Arc::new(archive), 0)));
    }
    let mut broken = None;
    let mut print = |line: String| {
        if broken.is_none() {
            broken = words::data(&(line + "\n")).err();
        }
    };
    // A second time through, so that nothing has to be kept of what is only to be printed.
    let mut tell = |passed: &PassedOver| {
        let time = passed.captured.map_or_else(|| "-".to_owned(), |time| time.to_string());
        print(if json {
            json!({"passed_over": passed.why.code(), "captured": time, "url": passed.address}).to_string()
        } else {
            format!("  {time}  {}  ({})", passed.address, passed.why.describe(language))
        });
    };
    Archive::open(path, filter, &mut tell).map_err(|error| failed(&error.describe(language), language))?;
    for page in archive.pages() {
        let time = page.captured.map_or_else(|| "-".to_owned(), |time| time.to_string());
        print(if json {
            json!({"page": page.address, "captured": time}).to_string()
        } else {
            format!("→ {time}  {}", page.address)
        });
    }
    for damage in &survey.damage {
        print(if json {
            json!({"damage": damage.to_string()}).to_string()
        } else {
            format!("! {}", damage.describe(language))
        });
    }
    if let Some(error) = broken {
        return Err(failed(&error.to_string(), language));
    }
    let source = path.display().to_string();
    let inventory = Inventory { source, pages: archive.pages().len(), passed_over: survey.passed_over };
    words::say(&inventory_line(&inventory, language));
    Err(if survey.damage.is_empty() { Exit::Done } else { Exit::Partly })
}

fn failed(error: &str, language: Language) -> Exit {
    words::error(language, error);
    Exit::Failed
}
