//! Turns the content of a table into column widths, type size and the way its page lies.

use super::section::Orientation;
use crate::document::{Cell, Document, Placement, Table};
use crate::write::column::{Column, columns};

/// How a table is set.
#[derive(Clone, Debug)]
pub(super) struct TablePlan {
    /// Widths of the grid columns in twips; their sum is the width of the type area.
    pub(super) widths: Vec<u32>,
    /// Index into the table styles: 0 is 小四, each step smaller.
    pub(super) step: usize,
    /// The way the page has to lie.
    pub(super) orientation: Orientation,
    /// Even the smallest type on the widest page is too wide.
    pub(super) squeezed: bool,
    /// What each column holds.
    pub(super) columns: Vec<Column>,
    /// Where the cells stand, row by row.
    pub(super) placements: Vec<Vec<Placement>>,
}

/// Type sizes in half points, as the table styles have them: 小四, 五号, 小五, 六号.
const SIZES: [u32; 4] = [24, 21, 18, 15];
/// Cell margins, borders and a little air, in twips.
const CELL_MARGINS: u32 = 200;
/// Word opens no table of more columns.
pub(super) const MOST_COLUMNS: usize = 63;

/// Widths in twentieths of a character.
#[derive(Clone, Copy, Debug, Default)]
struct Need {
    /// The longest unbreakable piece.
    least: u32,
    /// The longest line.
    natural: u32,
}

/// Plans `table` for a page that may be turned (`may_turn`) or for a cell or page of `width` twips.
pub(super) fn plan(table: &Table, document: &Document, width: u32, may_turn: bool) -> TablePlan {
    let placements = table.placements();
    let columns = columns(table, &placements, document);
    let needs = needs(table, &placements, document);
    let upright = (0..3).map(|step| (step, Orientation::Portrait));
    let turned = (0..4).map(|step| (step, Orientation::Landscape));
    let candidates = upright.chain(turned.filter(|_| may_turn)).chain([(3, Orientation::Portrait)]);
    let available = |orientation| match orientation {
        Orientation::Portrait => width,
        Orientation::Landscape => Orientation::Landscape.width(),
    };
    let fits = |&(step, orientation): &(usize, Orientation)| {
        needs.iter().map(|need| u64::from(twips(need.least, step))).sum::<u64>()
            <= u64::from(available(orientation))
    };
    let choice = candidates.into_iter().find(fits);
    let widest = if may_turn { Orientation::Landscape } else { Orientation::Portrait };
    let (step, orientation) = choice.unwrap_or((SIZES.len() - 1, widest));
    TablePlan {
        widths: distribute(&needs, step, available(orientation)),
        step,
        orientation,
        squeezed: choice.is_none(),
        columns,
        placements,
    }
}

/// Twentieths of a character and margins in twips at a type size.
fn twips(twentieths: u32, step: usize) -> u32 {
    // A character of n half points is 10 n twips wide.
    (u64::from(twentieths) * u64::from(SIZES[step]) / 2).min(1_000_000) as u32 + CELL_MARGINS
}

/// What the columns need; a cell that spans several shares out what they lack.
fn needs(table: &Table, placements: &[Vec<Placement>], document: &Document) -> Vec<Need> {
    let mut needs = vec![Need::default(); table.columns];
    let mut spanning = Vec::new();
    for (row, places) in table.rows.iter().zip(placements) {
        for (cell, place) in row.cells.iter().zip(places) {
            let need = measure(cell, document);
            if place.colspan == 1 {
                let column = &mut needs[place.column];
                column.least = column.least.max(need.least);
                column.natural = column.natural.max(need.natural);
            } else if place.colspan > 1 {
                spanning.push((place.column..place.column + place.colspan, need));
            }
        }
    }
    for (span, need) in spanning {
        let columns = &mut needs[span];
        let count = u32::try_from(columns.len()).unwrap_or(u32::MAX);
        let (least, natural) =
            columns.iter().fold((0u32, 0u32), |sum, column| (sum.0 + column.least, sum.1 + column.natural));
        let missing = need.least.saturating_sub(least).div_ceil(count);
        let wish = need.natural.saturating_sub(natural).div_ceil(count);
        for column in columns {
            column.least += missing;
            column.natural = column.least.max(column.natural + wish);
        }
    }
    needs
}

/// Widths that fill `available`: what each column wishes for where that fits, else in proportion between need and wish.
fn distribute(needs: &[Need], step: usize, available: u32) -> Vec<u32> {
    let least: Vec<u64> = needs.iter().map(|need| u64::from(twips(need.least, step))).collect();
    let natural: Vec<u64> = needs.iter().map(|need| u64::from(twips(need.natural, step))).collect();
    let (least_sum, natural_sum) = (least.iter().sum::<u64>(), natural.iter().sum::<u64>());
    let available = u64::from(available);
    let exact = |index: usize| {
        if natural_sum <= available {
            natural[index] * available / natural_sum.max(1)
        } else if least_sum <= available {
            let wish = natural[index] - least[index].min(natural[index]);
            least[index] + (available - least_sum) * wish / (natural_sum - least_sum).max(1)
        } else {
            least[index] * available / least_sum
        }
    };
    let mut widths: Vec<u32> =
        (0..needs.len()).map(|index| u32::try_from(exact(index)).unwrap_or(1).max(1)).collect();
    // What rounding left goes to the last column, so that the table ends at the margin.
    let sum = widths.iter().map(|&width| u64::from(width)).sum::<u64>();
    if let Some(last) = widths.last_mut() {
        *last += u32::try_from(available.saturating_sub(sum)).unwrap_or(0);
    }
    widths
}

fn measure(cell: &Cell, document: &Document) -> Need {
    /// Han text may break anywhere, but fewer than four characters a line is no longer read with pleasure.
    const LEAST_HAN: u32 = 80;
    /// Longer Latin pieces (addresses) are broken by Word where they must be.
    const MOST_LATIN: u32 = 160;
    let mut need = Need::default();
    for line in super::super::plain_blocks(&cell.blocks, document).lines() {
        let (mut natural, mut word) = (0u32, 0u32);
        let mut least = 0;
        for c in line.trim().chars() {
            let width = character_width(c);
            natural = natural.saturating_add(width);
            if c.is_ascii() && c != ' ' {
                word += width;
                least = least.max(word.min(MOST_LATIN));
            } else {
                word = 0;
            }
        }
        need.least = need.least.max(least).max(natural.min(LEAST_HAN));
        need.natural = need.natural.max(natural);
    }
    need
}

/// Width of `c` in twentieths of a character.
fn character_width(c: char) -> u32 {
    match c {
        'W' | 'M' | '@' | '%' => 18,
        'A'..='Z' => 14,
        ' '..='~' => 10,
        c => u32::try_from(unicode_width::UnicodeWidthChar::width_cjk(c).unwrap_or(0)).unwrap_or(0) * 10,
    }
}

/// Lines that `cell` takes at `width` twips: an estimate, for deciding whether a row may break across pages.
pub(super) fn lines(cell: &Cell, document: &Document, step: usize, width: u32) -> u32 {
    let room = (width.saturating_sub(CELL_MARGINS) * 2 / SIZES[step]).max(20);
    super::super::plain_blocks(&cell.blocks, document)
        .lines()
        .map(|line| line.chars().map(character_width).sum::<u32>().div_ceil(room).max(1))
        .sum()
}
