//! Reads the XML files of a hand-over folder, in whatever encoding they declare.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use encoding_rs::{Decoder, Encoding, GB18030, UTF_8};
use quick_xml::Reader;
use quick_xml::events::Event;

use super::super::received::CheckError;
use super::check::{DIRECTORY, open};
use super::names::FORM;

/// Most bytes of text in an element.
const LONGEST_TEXT: usize = 1 << 16;
/// Bytes taken at a time.
const BLOCK: usize = 16 << 10;

/// Calls `seen` with every 电子档案名称 of the directory, in order.
///
/// # Errors
/// If the directory cannot be read or is malformed, or what `seen` says.
pub(super) fn named_folders(
    folder: &Path,
    mut seen: impl FnMut(&str) -> Result<(), CheckError>,
) -> Result<(), CheckError> {
    let file = open(folder, DIRECTORY, DIRECTORY)?;
    let mut expected = 1u64;
    elements(file, DIRECTORY, |name, text| match name {
        "顺序号" => {
            if text.parse() != Ok(expected) {
                return Err(malformed(DIRECTORY, &format!("顺序号 {text} stands where {expected} should")));
            }
            expected += 1;
            Ok(())
        }
        "电子档案名称" => seen(text),
        _ => Ok(()),
    })
}

/// The digest of the list that the form at `path` states; none if the form is not there.
///
/// # Errors
/// If the form cannot be read.
pub(super) fn stated_digest(folder: &Path, path: &str) -> Result<Option<String>, CheckError> {
    debug_assert!(path.starts_with(FORM));
    let file = match open(folder, path, path) {
        Err(CheckError::Missing { .. }) => return Ok(None),
        other => other?,
    };
    let mut digest = None;
    elements(file, path, |name, text| {
        if name == "数字摘要" {
            digest = Some(text.to_owned());
        }
        Ok(())
    })?;
    Ok(digest)
}

fn malformed(path: &str, why: &str) -> CheckError {
    CheckError::Malformed { path: path.to_owned(), why: why.to_owned() }
}

/// Calls `seen` with name and text of every element that has no element in it.
fn elements(
    file: File,
    path: &str,
    mut seen: impl FnMut(&str, &str) -> Result<(), CheckError>,
) -> Result<(), CheckError> {
    let broken = |why: &dyn std::fmt::Display| malformed(path, &why.to_string());
    let text = Utf8::new(file).map_err(|error| broken(&error))?;
    let mut reader = Reader::from_reader(BufReader::new(text));
    let mut buffer = Vec::new();
    let mut open: Vec<String> = Vec::new();
    let mut content = String::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|error| broken(&error))? {
            Event::Start(start) => {
                open.push(String::from_utf8_lossy(start.name().as_ref()).into_owned());
                content.clear();
                if open.len() > 8 {
                    return Err(malformed(path, "elements are nested too deeply"));
                }
            }
            Event::Text(text) => content += &String::from_utf8_lossy(&text),
            Event::GeneralRef(reference) => {
                let resolved = reference.resolve_char_ref().map_err(|error| broken(&error))?;
                let named = || match &*String::from_utf8_lossy(&reference) {
                    "amp" => Some('&'),
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "quot" => Some('"'),
                    "apos" => Some('\''),
                    _ => None,
                };
                let character = resolved.or_else(named);
                content.push(character.ok_or_else(|| malformed(path, "an entity that is not defined"))?);
            }
            Event::End(_) => {
                let name = open.pop().unwrap_or_default();
                seen(&name, &content)?;
                content.clear();
            }
            Event::DocType(_) => return Err(malformed(path, "a document type is not allowed")),
            Event::Eof if open.is_empty() => return Ok(()),
            Event::Eof => return Err(malformed(path, "it ends within an element")),
            _ => {}
        }
        if content.len() > LONGEST_TEXT {
            return Err(malformed(path, "an element with too much text"));
        }
    }
}

/// Passes on a file as UTF-8.
struct Utf8 {
    file: File,
    decoder: Decoder,
    /// Bytes not yet decoded.
    input: Vec<u8>,
    /// Text not yet passed on.
    output: Vec<u8>,
    at: usize,
    ended: bool,
}

impl Utf8 {
    /// By the encoding that the XML declaration names; UTF-8 if it names none.
    fn new(mut file: File) -> io::Result<Self> {
        let mut input = vec![0; 256];
        let mut length = 0;
        while length < input.len() {
            match file.read(&mut input[length..])? {
                0 => break,
                count => length += count,
            }
        }
        input.truncate(length);
        let declaration = String::from_utf8_lossy(&input);
        let declaration = declaration.split("?>").next().unwrap_or_default();
        let label = declaration.split_once("encoding=").map(|(_, rest)| rest);
        let label = label.and_then(|rest| rest.get(1..)?.split(['"', '\'']).next());
        let encoding = match label.map(str::as_bytes).map(Encoding::for_label) {
            None => UTF_8,
            Some(Some(encoding)) if encoding == UTF_8 => UTF_8,
            Some(Some(encoding)) if encoding == GB18030 || encoding.name() == "GBK" => GB18030,
            Some(_) => return Err(io::Error::other("the encoding is neither GB18030 nor GB2312 nor UTF-8")),
        };
        let decoder = encoding.new_decoder();
        Ok(Self { file, decoder, input, output: Vec::new(), at: 0, ended: false })
    }

    fn fill(&mut self) -> io::Result<()> {
        while self.at == self.output.len() && !self.ended {
            if self.input.is_empty() {
                self.input.resize(BLOCK, 0);
                let count = self.file.read(&mut self.input)?;
                self.input.truncate(count);
                self.ended = count == 0;
            }
            let room = self.decoder.max_utf8_buffer_length(self.input.len()).unwrap_or(BLOCK * 4);
            self.output.clear();
            self.output.resize(room, 0);
            let (_, read, written, wrong) =
                self.decoder.decode_to_utf8(&self.input, &mut self.output, self.ended);
            if wrong {
                return Err(io::Error::other("bytes that are no characters of its encoding"));
            }
            self.input.drain(..read);
            self.output.truncate(written);
            self.at = 0;
        }
        Ok(())
    }
}

impl Read for Utf8 {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.fill()?;
        let count = (self.output.len() - self.at).min(buffer.len());
        buffer[..count].copy_from_slice(&self.output[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}
