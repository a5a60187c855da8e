//! Looks into XML: whether it is well-formed, and what an element says. quick-xml shares no code with our writers.

use quick_xml::Reader;
use quick_xml::events::Event;

/// The text of the first element of this name.
///
/// # Errors
/// If the text before its end is not well-formed.
pub(super) fn element(text: &str, name: &[u8]) -> Result<Option<String>, String> {
    let mut reader = Reader::from_str(text);
    let mut found: Option<String> = None;
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Eof => return Ok(None),
            Event::Start(element) if element.name().as_ref() == name => found = Some(String::new()),
            Event::End(element) if element.name().as_ref() == name => return Ok(found),
            Event::Text(piece) => {
                if let Some(found) = &mut found {
                    found.push_str(&piece.decode().map_err(|error| error.to_string())?);
                }
            }
            Event::GeneralRef(reference) => {
                if let Some(found) = &mut found {
                    let name = reference.decode().map_err(|error| error.to_string())?;
                    let number = reference.resolve_char_ref().map_err(|error| error.to_string())?;
                    let named = quick_xml::escape::resolve_predefined_entity(&name);
                    match (number, named) {
                        (Some(character), _) => found.push(character),
                        (None, Some(text)) => found.push_str(text),
                        (None, None) => return Err(format!("entity {name}")),
                    }
                }
            }
            _ => {}
        }
    }
}

/// Whether the text is well-formed XML.
///
/// # Errors
/// What is wrong with it.
pub(super) fn well_formed(text: &str) -> Result<(), String> {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => return Ok(()),
            Ok(_) => {}
            Err(error) => return Err(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::element;

    #[test]
    fn a_title_is_read_with_its_references() {
        let text = "<c><dc:title>甲&amp;乙&#20002;</dc:title></c>";
        assert_eq!(element(text, b"dc:title"), Ok(Some("甲&乙丢".to_owned())));
        assert_eq!(element("<c/>", b"dc:title"), Ok(None));
    }

    #[test]
    fn a_title_in_several_languages_is_its_text() {
        let text =
            "<d><dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">通知</rdf:li></rdf:Alt></dc:title></d>";
        assert_eq!(element(text, b"dc:title"), Ok(Some("通知".to_owned())));
    }
}
