//! Looks into a Word document for macros, embedded objects and its title. ECMA-376.

use std::io::{Cursor, Read};

use super::markup::element;
use quick_xml::Reader;
use quick_xml::events::Event;
use zip::ZipArchive;

/// What is in a package besides its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Inside {
    pub(super) encrypted: bool,
    pub(super) active: Vec<String>,
    pub(super) title: Option<String>,
}

/// A part of relationships or properties is a short text.
const LARGEST: u64 = 16 << 20;

/// Looks into the package.
///
/// # Errors
/// If it is none.
pub(super) fn look(bytes: &[u8]) -> Result<Inside, String> {
    let failed = |error: zip::result::ZipError| error.to_string();
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(failed)?;
    let mut inside = Inside::default();
    let mut texts = Vec::new();
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(failed)?;
        let name = entry.name().to_owned();
        inside.encrypted |= entry.encrypted();
        let lower = name.to_ascii_lowercase();
        if lower.contains("vbaproject") || lower.contains("activex/") || lower.contains("embeddings/") {
            inside.active.push(name.clone());
        }
        if lower.strip_suffix(".rels").is_some()
            || lower == "docprops/core.xml"
            || lower == "[content_types].xml"
        {
            texts.push((index, name));
        }
    }
    if inside.encrypted {
        return Ok(inside);
    }
    for (index, name) in texts {
        let mut text = String::new();
        let part = archive.by_index(index).map_err(failed)?;
        part.take(LARGEST).read_to_string(&mut text).map_err(|error| error.to_string())?;
        if name.ends_with("core.xml") {
            inside.title = element(&text, b"dc:title")?;
        } else {
            relationships(&text, &name, &mut inside)?;
        }
    }
    Ok(inside)
}

/// External targets that are loaded or run; links that a reader clicks on are not. Types that name macros.
fn relationships(text: &str, part: &str, inside: &mut Inside) -> Result<(), String> {
    let mut reader = Reader::from_str(text);
    loop {
        let element = match reader.read_event().map_err(|error| error.to_string())? {
            Event::Eof => return Ok(()),
            Event::Empty(element) | Event::Start(element) => element,
            _ => continue,
        };
        let (mut external, mut link) = (false, false);
        for attribute in element.attributes() {
            let attribute = attribute.map_err(|error| error.to_string())?;
            let value = String::from_utf8_lossy(&attribute.value).into_owned();
            match attribute.key.as_ref() {
                b"TargetMode" => external = value == "External",
                b"Type" => link = value.ends_with("/hyperlink"),
                b"ContentType" if value.to_ascii_lowercase().contains("macro") => {
                    inside.active.push(format!("{part}: {value}"));
                }
                _ => {}
            }
        }
        if external && !link {
            inside.active.push(format!("{part}: external target"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_harmless_and_what_is_loaded_is_not() {
        let mut inside = Inside::default();
        let text = "<Relationships><Relationship Id=\"a\" Type=\"http://x/hyperlink\" Target=\"http://y\" TargetMode=\"External\"/>\
                    <Relationship Id=\"b\" Type=\"http://x/image\" Target=\"a.png\"/></Relationships>";
        relationships(text, "r", &mut inside).expect("XML");
        assert_eq!(inside.active, Vec::<String>::new());
        relationships(&text.replace("hyperlink", "oleObject"), "r", &mut inside).expect("XML");
        assert_eq!(inside.active, ["r: external target"]);
    }
}
