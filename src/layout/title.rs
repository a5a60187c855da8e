//! Sets the title: 小标宋, centred, the page's own line breaks kept, other lines balanced.

use crate::document::{Align, Block, Heading, Role as Part, text};
use crate::fonts::Role;

use super::Context;
use super::block::{Column, is_part, shortened};
use super::cohesion::cohesion;
use super::flow::{Kind, Piece};
use super::frame::{OutlineEntry, Tag};
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
    let size = if column.tables == 0 { fitting(lines, column.measure, context) } else { column.size };
    let face = Type { role: Role::Title, size };
    let mut pieces = Vec::new();
    let lines: Vec<String> =
        lines.iter().flat_map(|line| divided(line, face, column.measure, context)).collect();
    for line in &lines {
        let mut text = Text::new();
        text.push_str(line, face, element, None, context);
        let setting =
            Setting { align: Align::Center, pitch: size * LEADING, size, snap: false, ..column.plain() };
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
        pieces.push(blank_below(&pieces, column));
    }
    pieces
}

/// The size at which the page's own lines fit: 二号 is 22 pt or 21 pt.
fn fitting(lines: &[String], measure: f32, context: &mut Context<'_>) -> f32 {
    const SMALLER: f32 = 21.0;
    let size = context.style.title;
    let mut fit = |size: f32| {
        lines
            .iter()
            .all(|line| context.string_width(line, Type { role: Role::Title, size }) <= measure + 0.01)
    };
    if lines.len() > 1 && SMALLER < size && !fit(size) && fit(SMALLER) { SMALLER } else { size }
}

/// Sets a heading that is the title of what the document has attached or issues: in the type of a title, with a blank
/// line below.
pub(super) fn heading(heading: &Heading, column: &Column, context: &mut Context<'_>) -> Vec<Piece> {
    let mut words = String::new();
    text::inlines(&heading.content, context.document, &mut words);
    let title = shortened(&words);
    let level = context.structure.heading_level(heading.level.get());
    let entry = context.outline.len();
    let size = context.style.title;
    let element = context.structure.begin(Tag::Heading(level.min(6), title.clone()));
    let mut text = Text::new();
    text.push(&heading.content, Type { role: Role::Title, size }, element, context);
    context.structure.end();
    let setting =
        Setting { align: Align::Center, pitch: size * LEADING, size, snap: false, ..column.plain() };
    let mut pieces = justify::set(&mut text, setting, context);
    if let Some(Kind::Line(line)) = pieces.first_mut().map(|piece| &mut piece.kind) {
        line.heading = Some(entry);
        context.outline.push(OutlineEntry { level, title, page: 0, y: 0.0 });
    }
    pieces.push(blank_below(&pieces, column));
    for piece in &mut pieces {
        piece.break_after = false;
    }
    pieces
}

/// The blank line below a title of `pieces`: the body stands on its grid, so it takes up what the title's lines leave.
fn blank_below(pieces: &[Piece], column: &Column) -> Piece {
    let above = super::flow::height(pieces);
    let lines = (above / column.pitch + 1.0).round();
    Piece { break_after: false, ..Piece::space((lines * column.pitch - above).max(0.0)) }
}

/// A line of the title as the page has it, divided into lines that fit `measure`: about alike in length and between
/// words (7.3.1: 词意完整，排列对称，长短适宜).
pub(super) fn divided(line: &str, face: Type, measure: f32, context: &mut Context<'_>) -> Vec<String> {
    let mut text = Text::new();
    text.push_str(line, face, 0, None, context);
    let breaker = Breaker::new(&text.clusters, context.style.prohibition);
    let count = text.clusters.len();
    let total = if count == 0 { 0.0 } else { breaker.natural(0, count) };
    if total <= measure || count > LONGEST {
        return vec![line.to_owned()];
    }
    let characters: Vec<char> = line.chars().collect();
    if characters.len() != count {
        // Shaped words: clusters are not characters. Such titles are broken like text.
        return vec![line.to_owned()];
    }
    let cohesion = cohesion(&characters, context.document);
    let ideal = total / (total / measure).ceil().max(2.0);
    let Some(ends) = best(&breaker, &cohesion, count, measure, ideal, face.size) else {
        return vec![line.to_owned()];
    };
    let mut lines = Vec::new();
    let mut start = 0;
    for end in ends {
        lines.push(characters[start..end].iter().collect());
        start = end;
    }
    lines
}

/// Titles longer than this are broken like text.
const LONGEST: usize = 200;

/// The best ends of lines of about `ideal` points, none wider than `measure`. `None` if there are none.
fn best(
    breaker: &Breaker<'_>,
    cohesion: &[f32],
    count: usize,
    measure: f32,
    ideal: f32,
    em: f32,
) -> Option<Vec<usize>> {
    let mut cost = vec![f32::INFINITY; count + 1];
    let mut from = vec![0; count + 1];
    cost[0] = 0.0;
    for start in 0..count {
        if cost[start].is_infinite() {
            continue;
        }
        for end in start + 1..=count {
            let width = breaker.natural(start, end);
            if width > measure {
                break;
            }
            if end < count && !breaker.allowed[end] {
                continue;
            }
            // The last line may be a little shorter: 梯形.
            let wanted = if end == count { ideal - em } else { ideal + em / 2.0 };
            let uneven = ((width - wanted) / em / 3.0).powi(2);
            let cut = if end < count { cohesion[end - 1] * 4.0 } else { 0.0 };
            let total = cost[start] + uneven + cut;
            if total < cost[end] {
                cost[end] = total;
                from[end] = start;
            }
        }
    }
    if cost[count].is_infinite() {
        return None;
    }
    let mut ends = vec![count];
    while from[ends[ends.len() - 1]] > 0 {
        ends.push(from[ends[ends.len() - 1]]);
    }
    ends.reverse();
    Some(ends)
}
