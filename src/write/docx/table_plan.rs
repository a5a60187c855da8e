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
    /// All lines one after the other; of a column, the root mean square of its body cells, in which long ones tell.
    bulk: u32,
}

/// Plans `table` for a page that may be turned (`may_turn`) or for a cell or page of `width` twips.
pub(super) fn plan(table: &Table, document: &Document, width: u32, may_turn: bool) -> TablePlan {
    let placements = table.placements();
    let columns = columns(table, &placements, document);
    let needs = needs(table, &placements, document);
    let available = |orientation| match orientation {
        Orientation::Portrait => width,
        Orientation::Landscape => Orientation::Landscape.width(),
    };
    let fits = |step: usize, orientation: Orientation| {
        needs.iter().map(|need| u64::from(twips(need.least, step))).sum::<u64>()
            <= u64::from(available(orientation))
    };
    // 五号 rather than words cut to pieces; smaller only where it must be.
    let step = |orientation: Orientation, steps: usize| {
        (0..2)
            .find(|&step| is_comfortable(&needs, step, available(orientation)))
            .or_else(|| (0..steps).find(|&step| fits(step, orientation)))
            .map(|step| (step, orientation))
    };
    let choice = step(Orientation::Portrait, 3)
        .or_else(|| if may_turn { step(Orientation::Landscape, 4) } else { None })
        .or_else(|| fits(3, Orientation::Portrait).then_some((3, Orientation::Portrait)));
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

/// Twips to the twentieth of a character at a type size.
fn unit(step: usize) -> f64 {
    f64::from(SIZES[step]) / 2.0
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
    let mut bulks = vec![(0u128, 0u128); table.columns];
    for (index, (row, places)) in table.rows.iter().zip(placements).enumerate() {
        for (cell, place) in row.cells.iter().zip(places) {
            let need = measure(cell, document);
            if place.colspan == 1 {
                let column = &mut needs[place.column];
                column.least = column.least.max(need.least);
                column.natural = column.natural.max(need.natural);
                if index >= table.header_rows && need.bulk > 0 {
                    let (squares, cells) = &mut bulks[place.column];
                    *squares += u128::from(need.bulk).pow(2);
                    *cells += 1;
                }
            } else if place.colspan > 1 {
                spanning.push((place.column..place.column + place.colspan, need));
            }
        }
    }
    for (column, (squares, cells)) in needs.iter_mut().zip(bulks) {
        column.bulk = u32::try_from((squares / cells.max(1)).isqrt()).unwrap_or(u32::MAX);
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

/// What the narrowest good widths of all columns may take of a table; the rest goes where the text is.
const FLOORS: f64 = 0.8;

/// The narrowest good widths in twentieths: cells of up to `whole` on one line, others of at least `comfort`.
fn floors(needs: &[Need], whole: u32, comfort: u32) -> Vec<f64> {
    let floor = |need: &Need| {
        let wanted = if need.natural <= whole { need.natural } else { comfort };
        f64::from(need.least.max(need.natural.min(wanted)))
    };
    needs.iter().map(floor).collect()
}

/// Twips that `needs` leave of `available` for what stands between the cells' margins.
fn inner(needs: &[Need], available: u32) -> f64 {
    f64::from(available) - f64::from(CELL_MARGINS) * count(needs)
}

/// Whether at a type size no cell is so narrow that its words are cut to pieces.
fn is_comfortable(needs: &[Need], step: usize, available: u32) -> bool {
    floors(needs, 150, 100).iter().sum::<f64>() * unit(step) <= inner(needs, available) * FLOORS
}

fn count(needs: &[Need]) -> f64 {
    u32::try_from(needs.len()).map_or(f64::MAX, f64::from)
}

/// Widths that fill `available`, margins included, as the PDF shares them out.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a width is between nothing and the page's"
)]
fn distribute(needs: &[Need], step: usize, available: u32) -> Vec<u32> {
    let least: f64 = needs.iter().map(|need| f64::from(twips(need.least, step))).sum();
    let exact: Vec<f64> = if least >= f64::from(available) {
        let share = f64::from(available) / least;
        needs.iter().map(|need| f64::from(twips(need.least, step)) * share).collect()
    } else {
        let unit = unit(step);
        shares(needs, inner(needs, available) / unit)
            .into_iter()
            .map(|share| share * unit + f64::from(CELL_MARGINS))
            .collect()
    };
    let mut widths: Vec<u32> = exact.into_iter().map(|width| (width as u32).max(1)).collect();
    // What rounding left goes to the last column, so that the table ends at the margin.
    let sum = widths.iter().map(|&width| u64::from(width)).sum::<u64>();
    if let Some(last) = widths.last_mut() {
        *last += u32::try_from(u64::from(available).saturating_sub(sum)).unwrap_or(0);
    }
    widths
}

/// Shares out `available` twentieths, which are more than all columns need at least.
fn shares(needs: &[Need], available: f64) -> Vec<f64> {
    let natural = |need: &Need| f64::from(need.natural);
    let sum: f64 = needs.iter().map(natural).sum();
    if sum <= available {
        // What is left is shared in proportion, the empty columns not forgotten.
        let weight = |need: &Need| natural(need) + 20.0;
        let spare = (available - sum) / needs.iter().map(weight).sum::<f64>();
        return needs.iter().map(|need| natural(need) + spare * weight(need)).collect();
    }
    // Short cells whole and no column much narrower than a word, as far as there is room; then by what they hold. In
    // proportion to it all columns would have the same number of lines; a little less leaves narrow ones readable.
    let floor = [(170, 120), (150, 100), (130, 100), (110, 80), (90, 80), (60, 60)]
        .into_iter()
        .map(|(whole, comfort)| floors(needs, whole, comfort))
        .find(|floor| floor.iter().sum::<f64>() <= available * FLOORS)
        .unwrap_or_else(|| floors(needs, 0, 0));
    // To the power of three quarters, in roots, which are exact on every machine.
    let bulk: Vec<f64> = needs
        .iter()
        .map(|need| {
            let root = f64::from(need.bulk.max(20)).sqrt();
            root * root.sqrt()
        })
        .collect();
    let width =
        |level: f64, column: usize| (level * bulk[column]).min(natural(&needs[column])).max(floor[column]);
    let total = |level: f64| (0..needs.len()).map(|column| width(level, column)).sum::<f64>();
    let (mut low, mut high) = (0.0, available);
    for _ in 0..40 {
        let level = f64::midpoint(low, high);
        if total(level) > available { high = level } else { low = level }
    }
    let spare = (available - total(low)).max(0.0) / count(needs);
    (0..needs.len()).map(|column| width(low, column) + spare).collect()
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
        need.bulk = need.bulk.saturating_add(natural);
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
