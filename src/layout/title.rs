//! Sets the title: 小标宋, centred, the page's own line breaks kept, other lines balanced.

use crate::document::{Align, Block, Role as Part};
use crate::fonts::Role;

use super::Context;
use super::block::{Column, is_part};
use super::flow::Piece;
use super::frame::Tag;
use super::inline::{Text, Type};
use super::justify::{self, Setting};
use super::linebreak::Breaker;

/// Distance of the title's lines, in its size.
const LEADING: f32 = 1.5;

/// Sets the title's `lines`.
pub(super) fn title(
    lines: &[String],
    following: Option<&Block>,
    column: &Column,
    context: &mut Context<'_>,
) -> Vec<Piece> {
    let element = context.structure.begin(Tag::Title);
    let size = if column.tables == 0 { context.style.title } else { column.size };
    let face = Type { role: Role::Title, size };
    let mut pieces = Vec::new();
    for line in lines {
        let mut text = Text::new();
        text.push_str(line, face, element, None, context);
        let measure = balanced(&text, column.measure, context);
        let margin = (column.measure - measure) / 2.0;
        let setting = Setting {
            first: margin,
            rest: margin,
            right: margin,
            align: Align::Center,
            pitch: size * LEADING,
            size,
            snap: false,
            ..column.plain()
        };
        pieces.extend(justify::set(&mut text, setting, context));
    }
    for piece in &mut pieces {
        piece.break_after = false;
    }
    context.structure.end();
    // GB/T 9704-2012, 7.3.2: one blank line before what follows.
    let joined =
        following.is_some_and(|next| is_part(next, Part::Subtitle) || is_part(next, Part::DocumentNumber));
    if !joined && column.tables == 0 {
        pieces.push(Piece { break_after: false, ..Piece::space(column.pitch) });
    }
    pieces
}

/// The narrowest measure in which `text` needs no more lines than in `measure`: its lines are then about alike
/// (7.3.1: 排列对称，长短适宜).
pub(super) fn balanced(text: &Text, measure: f32, context: &Context<'_>) -> f32 {
    if text.clusters.is_empty() || text.clusters.len() > 400 {
        return measure;
    }
    let breaker = Breaker::new(&text.clusters, context.style.prohibition);
    if breaker.natural(0, text.clusters.len()) <= measure {
        return measure;
    }
    let wanted = breaker.lines(measure, measure).len();
    let (mut low, mut high) = (measure / 2.0, measure);
    for _ in 0..12 {
        let middle = f32::midpoint(low, high);
        if breaker.lines(middle, middle).len() <= wanted { high = middle } else { low = middle }
    }
    high
}
