//! What stands in a line: runs of text in one style, pictures, breaks, marks of notes.

use serde::{Deserialize, Serialize};

use super::{Image, is_false};

/// Inline content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Inline {
    /// A run of text in one style.
    Text(Run),
    /// A picture within the line.
    Image(Image),
    /// A line break the page asks for inside a paragraph.
    LineBreak,
    /// The mark of a note.
    NoteReference {
        /// Index into [`Document::notes`](super::Document::notes).
        note: usize,
    },
}

/// A run of text in one style. Never empty, never adjacent to a run of the same style and link.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// The characters, exactly as published: no normalisation, no repair. No control characters.
    pub text: String,
    /// How they are emphasised.
    #[serde(default, skip_serializing_if = "Style::is_plain")]
    pub style: Style,
    /// The absolute URL they link to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

impl Run {
    /// A plain run.
    #[must_use]
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

/// The emphasis of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "the marks combine freely")]
pub struct Style {
    /// 加粗.
    #[serde(skip_serializing_if = "is_false")]
    pub strong: bool,
    /// 斜体; set in 楷体, since Chinese has no italic.
    #[serde(skip_serializing_if = "is_false")]
    pub emphasis: bool,
    /// 下划线.
    #[serde(skip_serializing_if = "is_false")]
    pub underline: bool,
    /// 删除线.
    #[serde(skip_serializing_if = "is_false")]
    pub strike: bool,
    /// 上标 or 下标.
    #[serde(skip_serializing_if = "Position::is_baseline")]
    pub position: Position,
}

impl Style {
    /// Whether nothing is emphasised.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        *self == Self::default()
    }
}

/// Vertical position of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Position {
    /// On the line.
    #[default]
    Baseline,
    /// 上标.
    Superscript,
    /// 下标.
    Subscript,
}

impl Position {
    /// Whether the run stands on the line.
    #[must_use]
    pub fn is_baseline(&self) -> bool {
        *self == Self::Baseline
    }
}
