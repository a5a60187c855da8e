//! Finds how wide what the columns of a table hold is, before the table is set.

use super::columns::{Content, Extent, count};
use crate::document::{Block, Inline, Table, text};
use crate::fonts::Role;
use crate::layout::Context;
use crate::layout::boundary::GAP;
use crate::layout::classes::Class;
use crate::layout::figure;

/// What is known of a table's columns before it is set.
pub(super) struct Measured {
    /// How wide their content is.
    pub(super) extents: Vec<Extent>,
    /// What their body cells hold.
    pub(super) contents: Vec<Content>,
    /// The widest line of their body cells, in em.
    pub(super) widest: Vec<f32>,
}

/// The widest line of a cell, in em.
pub(super) fn widest(cell: &[Block], context: &mut Context<'_>) -> f32 {
    blocks(cell, Role::FangSong, context).most
}

/// Measures `table`'s columns.
pub(super) fn measure(table: &Table, context: &mut Context<'_>) -> Measured {
    let placements = table.placements();
    let mut extents = vec![Extent::default(); table.columns];
    let mut contents = vec![Content::Short; table.columns];
    let mut widest = vec![0.0f32; table.columns];
    let mut spanning = Vec::new();
    let mut cells_with_text = vec![0.0f32; table.columns];
    for (row, (places, cells)) in placements.iter().zip(&table.rows).enumerate() {
        for (place, cell) in places.iter().zip(&cells.cells) {
            let header = row < table.header_rows;
            let role = if header { Role::Hei } else { Role::FangSong };
            let extent = blocks(&cell.blocks, role, context);
            if place.colspan == 1 {
                let column = &mut extents[place.column];
                column.least = column.least.max(extent.least);
                column.most = column.most.max(extent.most);
                if !header && extent.bulk > 0.0 {
                    column.bulk += extent.bulk.powi(2);
                    cells_with_text[place.column] += 1.0;
                }
                if !header {
                    widest[place.column] = widest[place.column].max(extent.most);
                }
                let long = extent.most > 8.0 || !matches!(cell.blocks[..], [] | [Block::Paragraph(_)]);
                if !header && !cell.header && long {
                    contents[place.column] = Content::Text;
                }
            } else if place.colspan > 1 {
                spanning.push((place.column..place.column + place.colspan, extent));
            }
        }
    }
    for (column, cells) in extents.iter_mut().zip(cells_with_text) {
        column.bulk = (column.bulk / cells.max(1.0)).sqrt();
    }
    for (columns, extent) in spanning {
        widen(&mut extents[columns], extent);
    }
    settle_numbers(table, &placements, &mut contents, context);
    Measured { extents, contents, widest }
}

/// Marks the columns whose body cells are numbers.
fn settle_numbers(
    table: &Table,
    placements: &[Vec<crate::document::Placement>],
    contents: &mut [Content],
    context: &Context<'_>,
) {
    let mut seen = vec![(false, true); table.columns];
    for (places, cells) in placements.iter().zip(&table.rows).skip(table.header_rows) {
        for (place, cell) in places.iter().zip(&cells.cells) {
            if place.colspan == 1 && !cell.header && !cell.blocks.is_empty() {
                let (any, all) = &mut seen[place.column];
                *any = true;
                *all = *all && is_number(&cell.blocks, context);
            }
        }
    }
    for (content, (any, all)) in contents.iter_mut().zip(seen) {
        if any && all {
            *content = Content::Numbers;
        }
    }
}

/// Widens columns so that a cell over all of them fits.
fn widen(columns: &mut [Extent], cell: Extent) {
    let share = |total: f32, wanted: f32, own: f32, number: usize| {
        if wanted <= total {
            own
        } else if total > 0.0 {
            own * wanted / total
        } else {
            wanted / count(number)
        }
    };
    let number = columns.len();
    let least: f32 = columns.iter().map(|extent| extent.least).sum();
    let most: f32 = columns.iter().map(|extent| extent.most).sum();
    for extent in columns {
        extent.least = share(least, cell.least, extent.least, number);
        extent.most = share(most, cell.most, extent.most, number).max(extent.least);
    }
}

/// Whether a cell holds a number and nothing else.
fn is_number(cell: &[Block], context: &Context<'_>) -> bool {
    let [Block::Paragraph(paragraph)] = cell else { return false };
    let mut words = String::new();
    text::inlines(&paragraph.content, context.document, &mut words);
    let words = words.trim();
    words.chars().any(|c| c.is_ascii_digit())
        && words.chars().count() <= 24
        && words
            .chars()
            .all(|c| matches!(c, '0'..='9' | '.' | ',' | '-' | '+' | '%' | '％' | '−' | '，' | ' '))
}

/// The extent of blocks one under the other.
fn blocks(cell: &[Block], role: Role, context: &mut Context<'_>) -> Extent {
    let mut extent = Extent::default();
    for block in cell {
        let own = match block {
            Block::Title { lines } => lines
                .iter()
                .map(|line| {
                    let mut meter = Meter::default();
                    meter.text(line, Role::Title, context);
                    meter.finish()
                })
                .fold(Extent::default(), Extent::over),
            Block::Heading(heading) => inlines(&heading.content, Role::Hei, context),
            Block::Paragraph(paragraph) => inlines(&paragraph.content, role, context),
            Block::List(list) => list
                .items
                .iter()
                .map(|item| {
                    let inner = blocks(item, role, context);
                    Extent { least: inner.least + 2.0, most: inner.most + 2.0, ..inner }
                })
                .fold(Extent::default(), Extent::over),
            Block::Table(table) => {
                let columns = measure(table, context).extents;
                columns.iter().fold(Extent::default(), |sum, column| Extent {
                    least: sum.least + column.least + 0.6,
                    most: sum.most + column.most + 0.6,
                    bulk: sum.bulk + column.bulk,
                })
            }
            Block::Figure(figure) => {
                let width = figure::sized(&figure.image, context, context.style.measure())
                    .map_or(80.0, |picture| picture.width);
                Extent { least: (width / 12.0).min(4.0), most: width / 12.0, bulk: width / 12.0 }
            }
            Block::Quote { body } => blocks(body, role, context),
        };
        extent = extent.over(own);
    }
    extent
}

impl Extent {
    /// The extent of two blocks one over the other.
    fn over(self, other: Self) -> Self {
        Self {
            least: self.least.max(other.least),
            most: self.most.max(other.most),
            bulk: self.bulk + other.bulk,
        }
    }
}

fn inlines(words: &[Inline], role: Role, context: &mut Context<'_>) -> Extent {
    let mut meter = Meter::default();
    for inline in words {
        match inline {
            Inline::Text(run) => meter.text(&run.text, role, context),
            Inline::LineBreak => meter.end_line(),
            Inline::Image(image) => {
                let width = figure::sized(image, context, context.style.measure())
                    .map_or(8.0, |picture| picture.width / 12.0);
                meter.line += width;
                meter.extent.least = meter.extent.least.max(width.min(4.0));
            }
            Inline::NoteReference { .. } => meter.line += 0.6,
        }
    }
    meter.finish()
}

/// Measures text: widths in em.
#[derive(Default)]
struct Meter {
    extent: Extent,
    /// Width of the line so far.
    line: f32,
    /// Width of what cannot be broken so far.
    word: f32,
}

/// What counts as unbreakable at most; longer words are broken when the column is narrower.
const LONGEST_WORD: f32 = 9.0;

impl Meter {
    fn text(&mut self, words: &str, role: Role, context: &mut Context<'_>) {
        let mut before = Class::Space;
        for character in words.chars() {
            let class = Class::of(character);
            let width = match class {
                Class::Ignorable | Class::Combining => 0.0,
                _ => context.glyph(role, character).advance,
            };
            let joins = class.never_starts()
                || before.never_ends()
                || (matches!(class, Class::Latin | Class::Digit | Class::Suffix)
                    && !matches!(before, Class::Han | Class::Space | Class::Solidus));
            if !joins {
                self.end_word();
            }
            if (before == Class::Han && class.is_western()) || (before.is_western() && class == Class::Han) {
                self.line += GAP;
            }
            self.word += width;
            self.line += width;
            before = class;
        }
    }

    fn end_word(&mut self) {
        self.extent.least = self.extent.least.max(self.word.min(LONGEST_WORD));
        self.word = 0.0;
    }

    fn end_line(&mut self) {
        self.end_word();
        self.extent.most = self.extent.most.max(self.line);
        self.extent.bulk += self.line;
        self.line = 0.0;
    }

    fn finish(mut self) -> Extent {
        self.end_line();
        self.extent.most = self.extent.most.max(self.extent.least);
        self.extent
    }
}
