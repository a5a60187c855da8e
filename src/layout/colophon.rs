//! Sets the rows of the 著录信息 as pages of their own at the end: a heading and a ruled table of labels and values.

use std::collections::BTreeSet;

use crate::colophon::Row;
use crate::document::{Align, Block, Cell, Inline, Paragraph, Row as TableRow, Run, Style, Table};
use crate::fonts::{Face, Role};
use crate::furniture::Kind as FurnitureKind;

use super::Context;
use super::block::Column;
use super::flow::{self, Kind, Piece};
use super::frame::{OutlineEntry, Tag};
use super::inline::{Text, Type};
use super::justify::{self, Setting};
use super::table;

/// What stands above the table and in the outline.
const HEADING: &str = "著录信息";

/// The label of the row that layout adds.
const FONTS: &str = "所用字体";

/// 小五: the size of the table's text.
const SIZE: f32 = 9.0;

/// Sets `rows` after `pieces`, with one more row for the fonts that both are set in.
pub(super) fn colophon(rows: &[Row], pieces: &mut Vec<Piece>, column: &Column, context: &mut Context<'_>) {
    let missing = context.missing.clone();
    let rows = with_fonts(rows, pieces, context);
    let mut own = vec![Piece::turn(false, true)];
    context.structure.begin(Tag::Section);
    own.extend(heading(column, context));
    let measure = Column { size: SIZE, ..*column };
    // Never turned: a label and a value fit an upright page.
    own.extend(table::table(&tabulated(&rows), &measure, context));
    context.structure.end();
    flow::mark_furniture(&mut own, FurnitureKind::Colophon);
    pieces.append(&mut own);
    let lacking: Vec<char> = context.missing.difference(&missing).copied().collect();
    context.missing = missing;
    context.substituted.extend(lacking);
}

fn heading(column: &Column, context: &mut Context<'_>) -> Vec<Piece> {
    let level = context.structure.heading_level(1);
    let entry = context.outline.len();
    context.outline.push(OutlineEntry { level, title: HEADING.to_owned(), page: 0, y: 0.0 });
    let element = context.structure.begin(Tag::Heading(level, HEADING.to_owned()));
    let mut text = Text::new();
    text.push_str(HEADING, Type { role: Role::Hei, size: column.size }, element, None, context);
    context.structure.end();
    let mut lines = justify::set(&mut text, Setting { align: Align::Center, ..column.plain() }, context);
    for piece in &mut lines {
        piece.break_after = false;
    }
    if let Some(Kind::Line(line)) = lines.first_mut().map(|piece| &mut piece.kind) {
        line.heading = Some(entry);
    }
    lines
}

/// The rows as a table whose first column heads the second.
fn tabulated(rows: &[Row]) -> Table {
    let cell = |words: &str, header: bool| {
        let style = Style { strong: header, ..Style::default() };
        // A digest stands on a line of its own rather than being cut.
        let digest = |rest: &str| rest.len() >= 40 && rest.bytes().all(|byte| byte.is_ascii_hexdigit());
        let parts = words.split_once(' ').filter(|(_, rest)| digest(rest));
        let (first, rest) = parts.map_or((words, None), |(first, rest)| (first, Some(rest)));
        let run = |words: &str| Inline::Text(Run { style, ..Run::plain(words) });
        let mut content = vec![run(first)];
        content.extend(rest.into_iter().flat_map(|rest| [Inline::LineBreak, run(rest)]));
        let paragraph = Paragraph { content, ..Paragraph::default() };
        Cell { header, blocks: vec![Block::Paragraph(paragraph)], ..Cell::default() }
    };
    Table {
        caption: Vec::new(),
        unit: Vec::new(),
        columns: 2,
        header_rows: 0,
        rows: rows
            .iter()
            .map(|row| TableRow { cells: vec![cell(&row.label, true), cell(&row.value, false)] })
            .collect(),
    }
}

/// `rows` with the fonts before the remarks, which come last.
fn with_fonts(rows: &[Row], pieces: &[Piece], context: &mut Context<'_>) -> Vec<Row> {
    // 宋体 sets the page numbers.
    let mut faces = BTreeSet::from([Face::Song]);
    flow::faces(pieces, &mut faces);
    for (role, words) in rows
        .iter()
        .flat_map(|row| [(Role::Hei, &row.label[..]), (Role::FangSong, &row.value[..])])
        .chain([(Role::Hei, FONTS), (Role::Hei, HEADING)])
    {
        faces.extend(words.chars().map(|c| context.glyph(role, c).face));
    }
    let names: Vec<&str> = faces.into_iter().map(Face::name).collect();
    let mut all = rows.to_vec();
    let at = rows.iter().position(|row| row.label == "备注").unwrap_or(rows.len());
    if let Some(row) = Row::new(FONTS, &names.join("、")) {
        all.insert(at, row);
    }
    all
}
