//! Turns bytes into text, and records what the choice of encoding rests on.
//!
//! Order of evidence: byte order mark, the user's override, the transport, the page's own declaration, a strict
//! UTF-8 test, statistics. Two points go beyond what browsers do, because real pages need them: a declaration counts
//! within the first 64 KiB, not 1,024 bytes; and one that the bytes contradict loses.

mod content;
mod declaration;
mod evidence;
mod transcode;

use encoding_rs::{BIG5, Encoding as Charset, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::Encoding;
use crate::message::messages;
use evidence::{Chinese, Utf8};

/// How to decode.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DecodeOptions {
    /// `--encoding`: a label of the WHATWG Encoding Standard that overrides everything but a byte order mark.
    pub encoding: Option<String>,
}

/// Text, and how it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The page's characters, without byte order mark.
    pub text: String,
    /// How the bytes were read.
    pub encoding: Encoding,
    /// Each step of the decision in order, for `inspect`. The last one decided.
    pub steps: Vec<Step>,
}

/// A step of encoding sniffing.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Step {
    /// `bom`, `override`, `transport`, `meta`, `utf-8` or `statistics`.
    pub evidence: &'static str,
    /// What it found, such as a label and its byte offset.
    pub found: String,
    /// Whether it decided.
    pub decided: bool,
}

messages! {
    /// Why bytes could not be read as text.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum DecodeError {
        /// `--encoding` is not a label.
        UnknownLabel { label: String } = "unknown-encoding",
            "unknown encoding label {label}", "未知的编码名称 {label}";
        /// There are no bytes, or a byte order mark alone.
        EmptyFile = "empty-file", "the file is empty", "文件为空";
        /// The bytes are some other kind of file.
        Binary { kind: &'static str } = "not-text",
            "this is no text but {kind}", "不是文本，而是 {kind}";
        /// More than 5 % of the characters could not be decoded.
        Mojibake { replaced: u64, characters: u64, encoding: &'static str } = "mojibake",
            "{replaced} of {characters} characters cannot be decoded as {encoding}",
            "按 {encoding} 解码时，{characters} 个字符中有 {replaced} 处无法识别";
    }
}

impl std::error::Error for DecodeError {}

/// Of so many characters one may be undecodable: 5 %.
const TOLERATED: u64 = 20;

/// Whether `label` names a charset that pages can be decoded from.
#[must_use]
pub fn is_known(label: &str) -> bool {
    declaration::charset(label).is_some()
}

/// Decodes `bytes`; `transport` is the charset of the HTTP header, if any.
///
/// Labels for GB2312 and GBK are read as GB18030, their superset. A malformed sequence becomes one U+FFFD and
/// never takes a following ASCII character with it (Encoding Standard, 10.2.1); 0x80 in GB18030 is `€`, as there.
/// One such sequence never fails a page, however short.
///
/// # Errors
/// If the bytes are no text, or more of it is undecodable than the limit allows.
pub fn decode(
    bytes: &[u8],
    transport: Option<&str>,
    options: &DecodeOptions,
    diagnostics: &mut Diagnostics,
) -> Result<Decoded, DecodeError> {
    let forced = match &options.encoding {
        Some(label) => Some(
            declaration::charset(label).ok_or_else(|| DecodeError::UnknownLabel { label: label.clone() })?,
        ),
        None => None,
    };
    let marked = Charset::for_bom(bytes);
    let body = &bytes[marked.map_or(0, |(_, length)| length)..];
    if body.is_empty() {
        return Err(DecodeError::EmptyFile);
    }
    let shape = evidence::utf16_shape(bytes);
    let wide = |charset: &&'static Charset| *charset == UTF_16LE || *charset == UTF_16BE;
    let is_wide = marked.map(|(charset, _)| charset).or(forced).or(shape).as_ref().is_some_and(wide);
    if let Some(kind) = content::not_text(bytes, is_wide) {
        return Err(DecodeError::Binary { kind });
    }

    let mut sniffer = Sniffer::new(body);
    let charset = sniffer.choose(marked.map(|(charset, _)| charset), forced, transport, shape);
    let name = charset.name();
    let transcoded = transcode::transcode(charset, body);
    let encoding = Encoding {
        name: name.to_owned(),
        evidence: sniffer.steps.last().map_or("statistics", |step| step.evidence).to_owned(),
        declared: sniffer.declared.clone(),
        replaced: transcoded.replaced,
        private_use: transcode::private_use(&transcoded.text),
    };
    if encoding.replaced > 1 {
        let characters = u64::try_from(transcoded.text.chars().count()).unwrap_or(u64::MAX);
        if encoding.replaced.saturating_mul(TOLERATED) > characters {
            return Err(DecodeError::Mojibake { replaced: encoding.replaced, characters, encoding: name });
        }
    }
    report(&encoding, sniffer.contradicted, diagnostics);
    Ok(Decoded { text: transcoded.text, encoding, steps: sniffer.steps })
}

fn report(encoding: &Encoding, contradicted: Option<String>, diagnostics: &mut Diagnostics) {
    if let Some(declared) = contradicted {
        diagnostics.push(Diagnostic::EncodingContradicted { declared, used: encoding.name.clone() });
    }
    if encoding.evidence == "statistics" {
        diagnostics.push(Diagnostic::EncodingGuessed { name: encoding.name.clone() });
    }
    if encoding.replaced > 0 {
        diagnostics.push(Diagnostic::ReplacementCharacter { count: encoding.replaced });
    }
    if encoding.private_use > 0 {
        diagnostics.push(Diagnostic::PrivateUseCharacter { count: encoding.private_use });
    }
}

/// Goes through the evidence in order, until something decides.
struct Sniffer<'a> {
    bytes: &'a [u8],
    utf8: Utf8,
    chinese: Option<Chinese>,
    steps: Vec<Step>,
    /// The label of the strongest declaration.
    declared: Option<String>,
    /// The label of the strongest declaration that the bytes contradict.
    contradicted: Option<String>,
}

impl<'a> Sniffer<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        let utf8 = Utf8::of(bytes);
        Self { bytes, utf8, chinese: None, steps: Vec::new(), declared: None, contradicted: None }
    }

    fn choose(
        &mut self,
        marked: Option<&'static Charset>,
        forced: Option<&'static Charset>,
        transport: Option<&str>,
        shape: Option<&'static Charset>,
    ) -> &'static Charset {
        let declaration = declaration::find(self.bytes);
        let sources = [
            ("transport", transport.map(|label| (label.trim().to_owned(), String::new()))),
            ("meta", declaration.map(|found| (found.label, format!(" at byte {}", found.offset)))),
        ];
        let labels = sources.iter().filter_map(|(_, source)| source.as_ref().map(|(label, _)| label));
        self.declared = labels.clone().find(|label| !label.is_empty()).cloned();

        if let Some(charset) = marked {
            // An include file's stray mark before GBK text is no evidence about that text.
            match self.contradiction(charset).filter(|_| charset == UTF_8) {
                None => {
                    let other =
                        |label: &&String| declaration::charset(label).is_some_and(|known| known != charset);
                    self.contradicted = self.declared.as_ref().filter(other).cloned();
                    return self.decide("bom", format!("{} mark at byte 0", charset.name()), charset);
                }
                Some(why) => self.pass("bom", format!("{} mark at byte 0, but {why}", charset.name())),
            }
        } else {
            self.pass("bom", "none".to_owned());
        }
        if let Some(charset) = forced {
            return self.decide("override", charset.name().to_owned(), charset);
        }
        self.pass("override", "none".to_owned());

        for (evidence, source) in sources {
            let Some((label, place)) = source.filter(|(label, _)| !label.is_empty()) else {
                self.pass(evidence, "none".to_owned());
                continue;
            };
            let Some(charset) = declaration::charset(&label) else {
                self.pass(evidence, format!("{label}{place}, an unknown label"));
                continue;
            };
            // A page whose declaration can be read as ASCII is not UTF-16 (HTML, 13.2.3.2).
            let wide = charset == UTF_16LE || charset == UTF_16BE;
            let charset = if evidence == "meta" && wide { UTF_8 } else { charset };
            match if wide && evidence != "meta" { self.narrow(shape) } else { self.contradiction(charset) } {
                None => return self.decide(evidence, format!("{label}{place}"), charset),
                Some(why) => {
                    self.contradicted.get_or_insert_with(|| label.clone());
                    self.pass(evidence, format!("{label}{place}, but {why}"));
                }
            }
        }
        self.guess(shape)
    }

    /// Without a declaration that holds.
    fn guess(&mut self, shape: Option<&'static Charset>) -> &'static Charset {
        if let Some(charset) = shape {
            self.pass("utf-8", "NUL bytes".to_owned());
            return self.decide("statistics", "every other byte is NUL".to_owned(), charset);
        }
        let Utf8 { two, more, errors } = self.utf8;
        if errors == 0 {
            return self.decide("utf-8", format!("valid, {} multi-byte characters", two + more), UTF_8);
        }
        self.pass("utf-8", format!("{errors} invalid sequences, {} valid ones", two + more));
        if self.utf8.outweighs_its_errors() {
            return self.decide("statistics", format!("UTF-8 with {errors} damaged sequences"), UTF_8);
        }
        let chinese = self.chinese();
        let found = chinese.to_string();
        if let Some(charset) = chinese.better() {
            return self.decide("statistics", found, charset);
        }
        let charset = evidence::any_language(self.bytes);
        let charset = if charset == GBK { GB18030 } else { charset };
        self.decide("statistics", format!("{found}; chardetng says {}", charset.name()), charset)
    }

    /// Why the bytes cannot be `charset`, if so.
    fn contradiction(&mut self, charset: &'static Charset) -> Option<String> {
        if self.utf8.is_ascii() {
            return None;
        }
        if charset == UTF_8 {
            let chinese = self.utf8.has_more_errors().then(|| self.chinese().better()).flatten()?;
            return Some(format!("{} sequences are invalid and {} fits", self.utf8.errors, chinese.name()));
        }
        // Three-byte sequences do not come about by chance in a double-byte encoding; two-byte ones do.
        if self.utf8.outweighs_its_errors() {
            return Some("the bytes are UTF-8".to_owned());
        }
        let legacy_chinese = charset == GB18030 || charset == BIG5;
        if legacy_chinese || charset.is_single_byte() {
            let chinese = self.chinese();
            let sure = chinese.certain()?;
            if sure != charset {
                return Some(format!("the bytes are {}", sure.name()));
            }
        }
        None
    }

    fn narrow(&self, shape: Option<&'static Charset>) -> Option<String> {
        (shape.is_none() && self.utf8.errors == 0).then(|| "the bytes are UTF-8".to_owned())
    }

    fn chinese(&mut self) -> Chinese {
        *self.chinese.get_or_insert_with(|| Chinese::of(self.bytes))
    }

    fn pass(&mut self, evidence: &'static str, found: String) {
        self.steps.push(Step { evidence, found, decided: false });
    }

    fn decide(
        &mut self,
        evidence: &'static str,
        found: String,
        charset: &'static Charset,
    ) -> &'static Charset {
        self.steps.push(Step { evidence, found, decided: true });
        charset
    }
}

#[cfg(test)]
mod tests;
