//! Turns lines beside pictures and tables into their captions and units.

use super::outline;
use crate::document::{Align, Block};
use crate::extract::blocks::Draft;
use crate::extract::blocks::inlines::{self, unweighted};
use crate::extract::blocks::paragraphs::Paragraph;
use crate::extract::whitespace::squeeze;

/// Moves captions into figures and tables.
pub(in crate::extract) fn attach(drafts: Vec<Draft>) -> Vec<Draft> {
    let mut out: Vec<Draft> = Vec::with_capacity(drafts.len());
    let mut drafts = drafts.into_iter().peekable();
    while let Some(mut draft) = drafts.next() {
        match &mut draft {
            Draft::Block { block: Block::Figure(figure), .. } => {
                if figure.caption.is_empty()
                    && let Some(Draft::Paragraph(next)) = drafts.peek()
                    && is_figure_caption(next)
                    && let Some(Draft::Paragraph(next)) = drafts.next()
                {
                    figure.caption = unweighted(next.content);
                }
            }
            Draft::Block { block: Block::Table(table), .. } => {
                if table.unit.is_empty()
                    && matches!(out.last(), Some(Draft::Paragraph(above)) if is_unit(above))
                {
                    // 表题 stands above 单位, so a unit is taken only together with what the order allows.
                    if let Some(Draft::Paragraph(unit)) = out.pop() {
                        table.unit = unit.content;
                    }
                }
                if table.caption.is_empty()
                    && matches!(out.last(), Some(Draft::Paragraph(above)) if is_table_caption(above))
                    && let Some(Draft::Paragraph(caption)) = out.pop()
                {
                    table.caption = unweighted(caption.content);
                }
            }
            _ => {}
        }
        out.push(draft);
    }
    out
}

fn is_figure_caption(paragraph: &Paragraph) -> bool {
    if paragraph.length == 0 || paragraph.length > 60 || paragraph.heading.is_some() {
        return false;
    }
    let text = squeeze(&inlines::text(&paragraph.content));
    let numbered = text.starts_with(['▲', '△', '↑', '◎'])
        || text.strip_prefix('图').is_some_and(|rest| {
            rest.starts_with(|c: char| c.is_ascii_digit() || "一二三四五六七八九十为：:".contains(c))
        });
    numbered
        || paragraph.align == Align::Center
            && paragraph.length <= 40
            && !text.ends_with(['。', '；', '：'])
            && outline::numbering(&text).is_none()
            && !paragraph.large
}

fn is_table_caption(paragraph: &Paragraph) -> bool {
    let text = squeeze(&inlines::text(&paragraph.content));
    let numbered = ["表", "附表"].iter().any(|label| {
        text.strip_prefix(label).is_some_and(|rest| {
            rest.starts_with(|c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c))
        })
    });
    let named =
        paragraph.align == Align::Center && text.ends_with(['表', '单']) && !text.contains(['。', '，']);
    paragraph.length <= 60 && paragraph.heading.is_none() && (numbered && !text.ends_with('。') || named)
}

fn is_unit(paragraph: &Paragraph) -> bool {
    let text = squeeze(&inlines::text(&paragraph.content));
    let inner = text.trim_matches(['（', '）', '(', ')']);
    paragraph.length <= 30
        && ["单位：", "单位:", "计量单位：", "金额单位："].iter().any(|label| inner.starts_with(label))
}
