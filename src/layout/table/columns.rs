//! Finds the width of each column of a table from what its cells hold.

/// How wide a column's content is, in em.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Extent {
    /// The widest thing that cannot be broken.
    pub(super) least: f32,
    /// The widest line if nothing is broken.
    pub(super) most: f32,
    /// All lines one after the other; of a column, the root mean square of its body cells, in which long ones tell.
    pub(super) bulk: f32,
}

/// What a column's body cells hold, which decides how those are aligned that do not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// Nothing, or short words: centred.
    Short,
    /// Numbers only: aligned at the right.
    Numbers,
    /// Text.
    Text,
}

/// The sizes at which a table is tried, in points.
const SIZES: [f32; 5] = [10.5, 9.0, 7.5, 6.0, 5.25];

/// How a table is set.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Columns {
    /// Width of each column in points, padding included.
    pub(super) widths: Vec<f32>,
    /// Size of the text.
    pub(super) size: f32,
    /// Blank at each side of a cell.
    pub(super) padding: f32,
    /// Even the smallest size did not fit: words are broken.
    pub(super) squeezed: bool,
    /// Every column has four characters in a line, or what it holds if that is less, at 小五 or larger.
    pub(super) roomy: bool,
}

impl Columns {
    /// Chooses size and widths for columns of these extents in `measure` points, beginning with size `largest`.
    pub(super) fn choose(extents: &[Extent], measure: f32, largest: f32) -> Self {
        let sizes = || std::iter::once(largest).chain(SIZES.into_iter().filter(|&size| size < largest));
        let fits = |size: f32, roomy: bool| {
            let wanted: f32 = extents
                .iter()
                .map(|extent| if roomy { extent.least.max(extent.most.min(4.0)) } else { extent.least })
                .sum();
            wanted * size + 2.0 * padding(size) * count(extents.len()) <= measure
        };
        // 五号 rather than words cut to pieces; smaller only where it must be.
        let comfortable = |&size: &f32| {
            let wanted: f32 = floors(extents, 1.0, 7.5, 5.0).iter().sum();
            let available = measure - 2.0 * padding(size) * count(extents.len());
            size >= 10.5 && wanted * size <= available * FLOORS
        };
        // Columns of at least four characters as long as the text need not be smaller than 小五.
        let roomy = sizes().find(|&size| size >= 9.0 && fits(size, true));
        let size = sizes().find(comfortable).or(roomy).or_else(|| sizes().find(|&size| fits(size, false)));
        let squeezed = size.is_none();
        let size = size.unwrap_or_else(|| largest.min(SIZES[SIZES.len() - 1]));
        let mut padding = padding(size);
        if squeezed {
            padding = padding.min(measure / count(extents.len()) * 0.05);
        }
        let available = measure - 2.0 * padding * count(extents.len());
        let inner = distribute(extents, size, available);
        Self {
            widths: inner.into_iter().map(|width| width + 2.0 * padding).collect(),
            size,
            padding,
            squeezed,
            roomy: roomy.is_some(),
        }
    }
}

fn padding(size: f32) -> f32 {
    (size * 0.4).max(1.0)
}

#[expect(clippy::cast_precision_loss, reason = "tables have fewer columns than that")]
pub(super) fn count(number: usize) -> f32 {
    number as f32
}

/// What the narrowest good widths of all columns may take of a table; the rest goes where the text is.
const FLOORS: f32 = 0.8;

/// The narrowest good widths in points: cells of up to `whole` em on one line, others of at least `comfort` em.
fn floors(extents: &[Extent], size: f32, whole: f32, comfort: f32) -> Vec<f32> {
    let floor = |extent: &Extent| {
        let wanted = if extent.most <= whole { extent.most } else { comfort };
        extent.least.max(extent.most.min(wanted)) * size
    };
    extents.iter().map(floor).collect()
}

/// Shares `available` points: everybody gets what they need or, if that is too much, more the more they hold.
fn distribute(extents: &[Extent], size: f32, available: f32) -> Vec<f32> {
    let most: f32 = extents.iter().map(|extent| extent.most * size).sum();
    let least: f32 = extents.iter().map(|extent| extent.least * size).sum();
    if most <= available {
        // What is left is shared in proportion, the empty columns not forgotten.
        let spare = available - most;
        let weight: f32 = extents.iter().map(|extent| extent.most + 1.0).sum();
        return extents
            .iter()
            .map(|extent| extent.most * size + spare * (extent.most + 1.0) / weight)
            .collect();
    }
    if least >= available {
        let weight: f32 = extents.iter().map(|extent| extent.least.max(0.1)).sum();
        return extents.iter().map(|extent| available * extent.least.max(0.1) / weight).collect();
    }
    // Columns that hold much the same are equally wide, as a typist makes them.
    let alike = |bulk: f32, other: f32| bulk.max(other) <= 1.4 * bulk.min(other);
    let equal = available / count(extents.len());
    if extents.iter().all(|extent| alike(extent.bulk, extents[0].bulk) && extent.least * size <= equal) {
        return vec![equal; extents.len()];
    }
    // Short cells whole and no column much narrower than a word, as far as there is room; then by what they hold. In
    // proportion to it all columns would have the same number of lines; a little less leaves narrow ones readable.
    let floor = [(8.5, 6.0), (7.5, 5.0), (6.5, 5.0), (5.5, 4.0), (4.5, 4.0), (3.0, 3.0)]
        .into_iter()
        .map(|(whole, comfort)| floors(extents, size, whole, comfort))
        .find(|floor| floor.iter().sum::<f32>() <= available * FLOORS)
        .unwrap_or_else(|| floors(extents, size, 0.0, 0.0));
    let width = |level: f32, extent: &Extent, floor: f32| {
        (level * extent.bulk.max(1.0).powf(0.75)).min(extent.most * size).max(floor)
    };
    let total = |level: f32| -> f32 {
        extents.iter().zip(&floor).map(|(extent, &floor)| width(level, extent, floor)).sum()
    };
    let (mut low, mut high) = (0.0, available);
    for _ in 0..40 {
        let level = f32::midpoint(low, high);
        if total(level) > available { high = level } else { low = level }
    }
    let spare = (available - total(low)).max(0.0) / count(extents.len());
    extents.iter().zip(&floor).map(|(extent, &floor)| width(low, extent, floor) + spare).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extent(least: f32, most: f32) -> Extent {
        Extent { least, most, bulk: most }
    }

    #[test]
    fn columns_fill_the_measure() {
        for extents in [
            vec![extent(1.0, 3.0), extent(1.0, 5.0)],
            vec![extent(1.0, 3.0), extent(2.0, 500.0), extent(2.0, 80.0)],
            vec![extent(9.0, 30.0); 30],
            vec![extent(1.0, 2.0); 60],
        ] {
            let columns = Columns::choose(&extents, 441.0, 12.0);
            let total: f32 = columns.widths.iter().sum();
            assert!((total - 441.0).abs() < 0.5, "{total}");
        }
    }

    #[test]
    fn columns_that_hold_much_the_same_are_equally_wide() {
        let extents = [extent(1.5, 4.7), extent(1.5, 5.3), extent(1.5, 4.7)].repeat(5);
        let widths = Columns::choose(&extents, 637.0, 12.0).widths;
        assert!(widths.windows(2).all(|pair| (pair[0] - pair[1]).abs() < 0.01), "{widths:?}");
    }

    #[test]
    fn a_wide_table_steps_down_and_is_squeezed_at_last() {
        assert!(Columns::choose(&[extent(1.0, 4.0); 5], 441.0, 12.0).size > 11.9);
        assert!(Columns::choose(&[extent(4.0, 4.0); 12], 441.0, 12.0).size < 10.0);
        assert!(Columns::choose(&[extent(9.0, 9.0); 60], 441.0, 12.0).squeezed);
    }

    #[test]
    fn a_column_of_long_text_is_wider_than_its_neighbours() {
        let bulky = |most: f32| Extent { least: 2.0, most, bulk: most };
        let columns = Columns::choose(&[bulky(2.0), bulky(16.0), bulky(200.0), bulky(4.0)], 441.0, 12.0);
        let lines: Vec<f32> = [2.0, 16.0, 200.0, 4.0]
            .iter()
            .zip(&columns.widths)
            .map(|(most, width)| (most * columns.size / (width - 2.0 * columns.padding) - 0.001).ceil())
            .collect();
        assert!(lines[0] <= 1.0 && lines[1] <= 4.0 && lines[2] <= 12.0 && lines[3] <= 1.0, "{lines:?}");
    }

    #[test]
    fn short_columns_keep_their_words_on_one_line() {
        let columns = Columns::choose(&[extent(1.0, 4.0), extent(1.0, 200.0)], 441.0, 12.0);
        assert!(columns.widths[0] >= 48.0);
    }
}
