//! The Document: what a published page says, free of how the page looked.
//!
//! Every reader stage works towards this type and every writer works from it. It is small, closed, plain
//! data: it depends on no other module, and two Documents are equal exactly when they say the same thing.
//!
//! Three choices differ from the usual tree of a markup language:
//!
//! - *Flat runs.* Inline content is a list of [`Run`]s, each with its whole [`Style`] and link, rather than
//!   nested `Strong`/`Emphasis` nodes: line breaking, DOCX runs and text comparison all want runs.
//! - *The title is a block.* [`Block::Title`] stands in the body where the page prints it (documents of the
//!   State Council print the number above it), so the body alone is what a reader reads.
//!   [`Metadata`] is data *about* the document and is never printed by a writer as content.
//! - *Run-in headings are two blocks.* A [`Heading`] with `run_in` shares its line with the body
//!   [`Paragraph`] that follows (`（一）强化组织领导。厅党组将…`).
//!
//! The law of conservation is stated on [`text::significant`].

mod check;
mod content;
mod digest;
mod inline;
mod json;
mod list;
mod metadata;
mod table;
pub mod text;

pub use check::{Violation, check};
pub use content::content_digest;
pub use digest::sha256;
pub use inline::{Inline, Position, Run, Style};
pub use json::{SCHEMA, from_json, to_json};
pub use list::{List, Marker};
pub use metadata::{Candidate, Encoding, Field, Metadata, Moment, Origin, Part, Provenance, Received};
pub use table::{Cell, Placement, Row, Table};

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A published document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// What the page states about the document.
    pub metadata: Metadata,
    /// The document itself, in reading order.
    pub body: Vec<Block>,
    /// Footnotes and endnotes, in the order of their first reference.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    /// Files the document names as its attachments. Their names also stand in `body`, where the page prints them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// The pictures that `body` refers to.
    #[serde(default, skip_serializing_if = "Assets::is_empty")]
    pub assets: Assets,
    /// Where the source bytes came from and how they were read. Not part of what the document says.
    pub provenance: Provenance,
}

/// A block of the body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Block {
    /// The document's title, one entry for each line that the page itself breaks it into.
    Title {
        /// The lines; the title is their concatenation.
        lines: Vec<String>,
    },
    /// A heading of the outline.
    Heading(Heading),
    /// A paragraph.
    Paragraph(Paragraph),
    /// A list whose marks the page left to the browser.
    List(List),
    /// A data table. Layout tables are dissolved by extraction.
    Table(Table),
    /// A picture standing on its own.
    Figure(Figure),
    /// A quotation set off from the text.
    Quote {
        /// The quoted blocks.
        body: Vec<Block>,
    },
}

/// Whether the 附件说明 at `index` of `blocks` stands under one that begins with 「附件」, as a further line of its list
/// (GB/T 9704-2012, 7.3.4). A box of files below the text has no such label.
#[must_use]
pub fn is_listed(blocks: &[Block], index: usize) -> bool {
    /// Lists are short; a longer one is taken at its word.
    const FURTHEST: usize = 64;
    let first = blocks[..index.min(blocks.len())]
        .iter()
        .rev()
        .take(FURTHEST)
        .take_while(
            |block| matches!(block, Block::Paragraph(paragraph) if paragraph.role == Role::AttachmentNote),
        )
        .last();
    let Some(Block::Paragraph(first)) = first else { return false };
    matches!(first.content.first(), Some(Inline::Text(run)) if run.text.trim_start().starts_with('附'))
}

/// Whether a paragraph is the `附件` or `附件2` above a part that the document has attached: it begins a page
/// (GB/T 9704-2012, 7.3.7).
#[must_use]
pub fn is_attachment_label(paragraph: &Paragraph, document: &Document) -> bool {
    if paragraph.role != Role::Body || paragraph.content.len() > 4 {
        return false;
    }
    let mut words = String::new();
    text::inlines(&paragraph.content, document, &mut words);
    let words = words.trim().trim_end_matches(['：', ':']);
    let number = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    words
        .strip_prefix("附件")
        .is_some_and(|rest| rest.chars().count() <= 3 && rest.trim_start().chars().all(number))
}

/// A heading of the outline. Its numbering (`（一）`) stays in `content`: it is evidence, never regenerated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Heading {
    /// Depth in the outline, 1 (outermost) to 6.
    pub level: Level,
    /// The words, numbering included.
    pub content: Vec<Inline>,
    /// The next block is a body paragraph that continues on the same line.
    #[serde(default, skip_serializing_if = "is_false")]
    pub run_in: bool,
    /// How the page aligns it.
    #[serde(default, skip_serializing_if = "Align::is_start")]
    pub align: Align,
}

/// A heading level, 1 to 6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Level(u8);

impl Level {
    /// The level `n`, clamped to 1..=6.
    #[must_use]
    pub fn new(n: u8) -> Self {
        Self(n.clamp(1, 6))
    }

    /// The level as a number, 1..=6.
    #[must_use]
    pub fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Level {
    type Error = String;

    fn try_from(n: u8) -> Result<Self, String> {
        if (1..=6).contains(&n) { Ok(Self(n)) } else { Err(format!("heading level {n} is not in 1..=6")) }
    }
}

impl From<Level> for u8 {
    fn from(level: Level) -> u8 {
        level.0
    }
}

/// A paragraph and the part it plays.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Paragraph {
    /// The part it plays in an official document.
    #[serde(default)]
    pub role: Role,
    /// How the page aligns it.
    #[serde(default, skip_serializing_if = "Align::is_start")]
    pub align: Align,
    /// The words.
    pub content: Vec<Inline>,
}

/// The part a paragraph plays in an official document (GB/T 9704-2012, 7.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// 正文, 7.3.3.
    #[default]
    Body,
    /// 副标题, or a line like 「（2018年1月31日……会议通过）」 under the title (题注).
    Subtitle,
    /// 发文字号 where the page prints it, 7.2.5.
    DocumentNumber,
    /// 主送机关, 7.3.2.
    Addressee,
    /// 附件说明, 7.3.4: a line of the list of attachments.
    AttachmentNote,
    /// 发文机关署名, 7.3.5.
    Signature,
    /// 成文日期, 7.3.5.4.
    SignedDate,
    /// 附注, 7.3.6: 「（此件公开发布）」.
    Annotation,
}

/// Horizontal alignment as the page states it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Align {
    /// Not stated: justified text in a paragraph, left in a cell.
    #[default]
    Start,
    /// Centred.
    Center,
    /// Flush right.
    End,
}

impl Align {
    /// Whether the page states no alignment.
    #[must_use]
    pub fn is_start(&self) -> bool {
        *self == Self::Start
    }
}

/// A picture standing on its own, with its caption.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// The picture.
    pub image: Image,
    /// 图注, below the picture.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub caption: Vec<Inline>,
}

/// A reference to a picture.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Image {
    /// Where the page takes it from: an absolute URL where the page's URL is known, else as written;
    /// for a `data:` URL only its media type (`data:image/png`).
    pub source: String,
    /// The picture itself; `None` if it could not be had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset: Option<AssetId>,
    /// The page's own alternative text; empty if it gives none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub alternative: String,
    /// Width the page asks for, in CSS pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Height the page asks for, in CSS pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
}

/// A footnote or endnote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Note {
    /// The mark as the page prints it: `[1]`, `①`, `*`.
    pub mark: String,
    /// The note, without its mark.
    pub content: Vec<Inline>,
}

/// A file that the document names as its attachment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its name as the page prints it.
    pub name: String,
    /// Its absolute URL where the page's URL is known, else as written.
    pub url: String,
    /// Media type by its file extension, such as `application/pdf`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
}

/// The lower-case hexadecimal SHA-256 of an asset's bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AssetId(pub String);

/// The pictures of a document by their digest, in digest order.
pub type Assets = BTreeMap<AssetId, Asset>;

/// A picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asset {
    /// `image/png`, `image/jpeg`, `image/gif`, `image/webp`, `image/bmp` or `image/svg+xml`, by content, not by name.
    pub media_type: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// The file, byte for byte. Not in the JSON form: the archive stores it beside.
    #[serde(skip)]
    pub bytes: Arc<Vec<u8>>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if passes a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}
