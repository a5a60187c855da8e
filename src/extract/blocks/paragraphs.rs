//! Turns the segments between `<br>`s into paragraphs: which breaks end one, which are breaks within one.

use super::inlines::{Segment, push, trim_end, trim_start};
use crate::document::{Align, Inline, Role};
use crate::extract::metadata::number;
use crate::extract::structure::outline;

/// A paragraph and what its style says.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent marks of style")]
pub(in crate::extract) struct Paragraph {
    /// The words.
    pub(in crate::extract) content: Vec<Inline>,
    /// Its alignment.
    pub(in crate::extract) align: Align,
    /// Level of the `<h1>` to `<h6>` that it is.
    pub(in crate::extract) heading: Option<u8>,
    /// Whether all of it is bold.
    pub(in crate::extract) bold: bool,
    /// Whether its beginning is bold or in 楷体 or 黑体.
    pub(in crate::extract) marked_head: bool,
    /// Whether all of it is in 楷体 or 黑体.
    pub(in crate::extract) display: bool,
    /// Whether all of it is larger than 15 points.
    pub(in crate::extract) large: bool,
    /// Whether it is indented.
    pub(in crate::extract) indented: bool,
    /// Its characters that are not white space.
    pub(in crate::extract) length: usize,
    /// Index of the item where it begins.
    pub(in crate::extract) origin: usize,
    /// The role found for it.
    pub(in crate::extract) role: Role,
}

/// Groups the segments between `<br>`s into paragraphs.
pub(in crate::extract) fn groups(segments: Vec<Segment>, in_cell: bool) -> Vec<Vec<Segment>> {
    let mut groups: Vec<Vec<Segment>> = Vec::new();
    for segment in segments {
        for segment in set_off_pictures(segment) {
            let apart = match groups.last().and_then(|group| group.last()) {
                None => true,
                Some(before) => {
                    before.is_pictures() != segment.is_pictures()
                        || !in_cell && before.state.heading.is_none() && is_paragraph_break(before, &segment)
                }
            };
            if apart {
                groups.push(vec![segment]);
            } else if let Some(group) = groups.last_mut() {
                group.push(segment);
            }
        }
    }
    groups
}

/// A large picture at the beginning of a line stands on its own.
fn set_off_pictures(mut segment: Segment) -> Vec<Segment> {
    let leading = segment
        .content
        .iter()
        .take_while(|inline| match inline {
            Inline::Image(image) => {
                image.width.is_none_or(|width| width >= 100) && image.height.is_none_or(|height| height >= 60)
            }
            Inline::Text(run) => run.text.trim().is_empty(),
            _ => false,
        })
        .count();
    if leading == 0 || leading == segment.content.len() || segment.length < 8 {
        return vec![segment];
    }
    let rest = segment.content.split_off(leading);
    let pictures: Vec<Inline> = std::mem::take(&mut segment.content)
        .into_iter()
        .filter(|inline| matches!(inline, Inline::Image(_)))
        .collect();
    if pictures.is_empty() {
        segment.content = rest;
        return vec![segment];
    }
    let mut text = Segment { content: rest, ..segment.clone_features() };
    trim_start(&mut text.content);
    vec![Segment { content: pictures, length: 0, ..segment.clone_features() }, text]
}

/// Whether `<br>` between two segments ends a paragraph: a blank line, an indent, the end of a sentence, a number,
/// or lines too long to be broken on purpose.
fn is_paragraph_break(before: &Segment, after: &Segment) -> bool {
    const LONG: usize = 28;
    let last = before.content.iter().rev().find_map(|inline| match inline {
        Inline::Text(run) => run.text.chars().next_back(),
        _ => None,
    });
    let head: String = match after.content.first() {
        Some(Inline::Text(run)) => run.text.chars().take(24).collect(),
        _ => String::new(),
    };
    after.breaks >= 2
        || after.indent >= 1.0
        || after.state.align == Align::End
        || before.length >= LONG
        || after.length >= LONG
        || head.starts_with(['（', '('])
        || outline::numbering(&head).is_some()
        || number::whole(&head).is_some()
        || before.state.align == Align::Start
            && last.is_some_and(|c| matches!(c, '。' | '！' | '？' | '；' | '：' | '”' | ':' | '…'))
}

/// Joins segments into a paragraph with line breaks between them.
pub(in crate::extract) fn join(segments: Vec<Segment>) -> Paragraph {
    let mut paragraph = Paragraph {
        content: Vec::new(),
        align: Align::Start,
        heading: None,
        bold: true,
        marked_head: false,
        display: true,
        large: true,
        indented: false,
        length: 0,
        origin: 0,
        role: Role::Body,
    };
    for (position, segment) in segments.into_iter().enumerate() {
        if position == 0 {
            paragraph.align = segment.state.align;
            paragraph.heading = segment.state.heading;
            paragraph.origin = segment.origin;
            paragraph.indented = segment.indent >= 1.0 || segment.state.indent >= 1.0;
            paragraph.marked_head = segment.state.style.strong || segment.state.display_face;
        } else {
            paragraph.content.push(Inline::LineBreak);
        }
        paragraph.bold &= segment.strong == segment.length;
        paragraph.display &= segment.display == segment.length;
        paragraph.large &= segment.large == segment.length;
        paragraph.length += segment.length;
        for inline in segment.content {
            push(&mut paragraph.content, inline);
        }
    }
    trim_end(&mut paragraph.content);
    let any = paragraph.length > 0;
    paragraph.bold &= any;
    paragraph.display &= any;
    paragraph.large &= any;
    paragraph
}
