//! XML of lists, read leniently: sites write `&` bare, use entities of HTML, and break off.

use quick_xml::Reader;
use quick_xml::escape::{resolve_predefined_entity, unescape_with};
use quick_xml::events::{BytesStart, Event};

use super::{DiscoveryError, List};
use crate::decode::{DecodeOptions, decode};
use crate::diagnostic::Diagnostics;
use crate::message::messages;

/// Elements may nest this deep; feeds need six levels.
const DEEPEST: usize = 128;

messages! {
    /// Why a list breaks off before its end.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub enum Broken {
        /// It ends within an element.
        #[default]
        Ends = "breaks-off", "it breaks off", "内容中断";
        /// Its elements nest too deep.
        Deep { limit: usize } = "nested-too-deep", "elements nested deeper than {limit}", "元素嵌套超过 {limit} 层";
        /// It breaks the rules of XML.
        Syntax { why: String } = "xml-syntax", "{why}", "XML 语法错误";
        /// It cannot be decompressed.
        Packed { why: String } = "not-gzip", "{why}", "无法解压";
    }
}

/// What is told about an element, namespaces aside.
pub(super) enum Part<'a> {
    /// It begins.
    Open {
        /// Its local name.
        name: &'a str,
        /// Local names and values of its attributes.
        attributes: &'a [(String, String)],
    },
    /// It ends.
    Close {
        /// Its local name.
        name: &'a str,
        /// The text directly within it; of a title, all text within it.
        text: &'a str,
        /// The local name of the element around it.
        parent: Option<&'a str>,
    },
}

/// The text of a list in XML, in the encoding of its transport or its declaration.
pub(super) fn text(list: &List<'_>, bytes: &[u8]) -> Result<String, DiscoveryError> {
    let declared = declared_encoding(bytes);
    let charset = list.charset.or(declared.as_deref());
    decode(bytes, charset, &DecodeOptions::default(), &mut Diagnostics::default())
        .map(|decoded| decoded.text)
        .map_err(|why| DiscoveryError::Text { why })
}

/// `GBK` of `<?xml version="1.0" encoding="GBK"?>`.
fn declared_encoding(bytes: &[u8]) -> Option<String> {
    let head: String = bytes.iter().take(200).map(|byte| char::from(*byte)).collect();
    let declaration = head.trim_start().strip_prefix("<?xml")?.split("?>").next()?;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split(quote).next().map(ToOwned::to_owned)
}

/// Tells `visit` the elements of `text`, and returns why it breaks off, if it does.
pub(super) fn walk(text: &str, mut visit: impl FnMut(Part<'_>)) -> Option<Broken> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.allow_dangling_amp = true;
    config.allow_unmatched_ends = true;
    config.check_end_names = false;
    let mut open: Vec<(String, String)> = Vec::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                if open.len() >= DEEPEST {
                    return Some(Broken::Deep { limit: DEEPEST });
                }
                let name = local_name(&start);
                visit(Part::Open { name: &name, attributes: &attributes(&start) });
                open.push((name, String::new()));
            }
            Ok(Event::Empty(start)) => {
                let name = local_name(&start);
                visit(Part::Open { name: &name, attributes: &attributes(&start) });
                let parent = open.last().map(|(name, _)| name.as_str());
                visit(Part::Close { name: &name, text: "", parent });
            }
            Ok(Event::End(_)) => {
                if let Some((name, text)) = open.pop() {
                    let parent = open.last().map(|(name, _)| name.as_str());
                    visit(Part::Close { name: &name, text: &text, parent });
                    // A title of Atom may be a piece of XHTML, with its words in elements of their own.
                    if open.iter().any(|(name, _)| name == "title") {
                        add(&mut open, &text);
                    }
                }
            }
            Ok(Event::Text(piece)) => add(&mut open, &piece.decode().unwrap_or_default()),
            Ok(Event::CData(piece)) => add(&mut open, &piece.decode().unwrap_or_default()),
            Ok(Event::GeneralRef(reference)) => {
                let name = reference.decode().unwrap_or_default();
                match (reference.resolve_char_ref(), resolve_predefined_entity(&name)) {
                    (Ok(Some(character)), _) => add(&mut open, character.encode_utf8(&mut [0; 4])),
                    (_, Some(characters)) => add(&mut open, characters),
                    // An entity of HTML, or one that the document declares. Nothing is expanded.
                    _ if name == "nbsp" => add(&mut open, " "),
                    _ => add(&mut open, &format!("&{name};")),
                }
            }
            Ok(Event::Eof) if open.is_empty() => return None,
            Ok(Event::Eof) => return Some(Broken::Ends),
            Ok(_) => {}
            Err(error) => return Some(Broken::Syntax { why: error.to_string() }),
        }
    }
}

fn add(open: &mut [(String, String)], piece: &str) {
    if let Some((_, text)) = open.last_mut() {
        text.push_str(piece);
    }
}

fn local_name(start: &BytesStart<'_>) -> String {
    String::from_utf8_lossy(start.local_name().as_ref()).into_owned()
}

fn attributes(start: &BytesStart<'_>) -> Vec<(String, String)> {
    start
        .attributes()
        .with_checks(false)
        .flatten()
        .map(|attribute| {
            let raw = String::from_utf8_lossy(&attribute.value);
            // What cannot be resolved stays as written.
            let value =
                unescape_with(&raw, resolve_predefined_entity).map_or_else(|_| raw.to_string(), Into::into);
            (String::from_utf8_lossy(attribute.key.local_name().as_ref()).into_owned(), value)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Broken, Part, declared_encoding, walk};

    fn closed(text: &str) -> (Vec<String>, Option<Broken>) {
        let mut closed = Vec::new();
        let broken = walk(text, |part| {
            if let Part::Close { name, text, .. } = part {
                closed.push(format!("{name}={text}"));
            }
        });
        (closed, broken)
    }

    #[test]
    fn sloppy_xml_is_read() {
        let (closed, broken) =
            closed("<a><b>甲 & 乙&nbsp;&#19993;&lt;</b><x:c><![CDATA[<丁>]]></x:c><d/></a>");
        assert_eq!(closed, ["b=甲 & 乙 丙<", "c=<丁>", "d=", "a="]);
        assert_eq!(broken, None);
    }

    #[test]
    fn entities_are_not_expanded() {
        let bomb = "<!DOCTYPE a [<!ENTITY x \"y\"><!ENTITY z SYSTEM \"file:///etc/passwd\">]><a>&x;&z;</a>";
        assert_eq!(closed(bomb).0, ["a=&x;&z;"]);
    }

    #[test]
    fn what_breaks_off_is_told_and_kept() {
        let (found, broken) = closed("<a><b>1</b><b>2");
        assert_eq!(found, ["b=1"]);
        assert!(broken.is_some());
        assert!(closed(&"<a>".repeat(5_000)).1.is_some_and(|why| matches!(why, Broken::Deep { .. })));
    }

    #[test]
    fn the_declaration_names_the_encoding() {
        assert_eq!(declared_encoding(b"<?xml version='1.0' encoding='GBK'?><rss>").as_deref(), Some("GBK"));
        assert_eq!(declared_encoding(b"<rss encoding=\"GBK\">"), None);
    }
}
