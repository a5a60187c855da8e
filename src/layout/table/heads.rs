//! Finds the header cells that head each cell of a table in which their scope alone does not tell.

use crate::document::{Placement, Table};
use crate::layout::frame::ElementId;

/// The header cells met so far. Empty, and of no cost, for tables in which each header heads one column or row.
pub(super) struct Heads {
    /// A head covers several columns: those below it must say which of them they belong to (ISO 32000-1, 14.8.5.7).
    ambiguous: bool,
    /// For each column, its heads from the top.
    columns: Vec<Vec<ElementId>>,
    /// Cells that head rows: the rows they cover, from the first to the one after the last.
    rows: Vec<(usize, usize, ElementId)>,
}

impl Heads {
    /// For the cells of `table`, none of which has been met.
    pub(super) fn new(table: &Table) -> Self {
        let heads = table.rows.iter().take(table.header_rows);
        let ambiguous =
            table.header_rows > 1 && heads.flat_map(|row| &row.cells).any(|cell| cell.colspan > 1);
        let columns = if ambiguous { vec![Vec::new(); table.columns] } else { Vec::new() };
        Self { ambiguous, columns, rows: Vec::new() }
    }

    /// The heads of the cell at `place`: of its columns, then of its row.
    pub(super) fn of(&mut self, place: &Placement) -> Vec<ElementId> {
        if !self.ambiguous {
            return Vec::new();
        }
        let mut found = Vec::new();
        let columns = place.column..(place.column + place.colspan).min(self.columns.len());
        for &head in self.columns.get(columns).into_iter().flatten().flatten() {
            if !found.contains(&head) {
                found.push(head);
            }
        }
        self.rows.retain(|&(_, end, _)| end > place.row);
        found.extend(self.rows.iter().filter(|(start, ..)| *start <= place.row).map(|&(.., head)| head));
        found
    }

    /// The cell at `place` is a head, `above` its columns or beside its rows.
    pub(super) fn add(&mut self, place: &Placement, above: bool, element: ElementId) {
        if !self.ambiguous {
            return;
        }
        if above {
            for column in self.columns.iter_mut().skip(place.column).take(place.colspan) {
                column.push(element);
            }
        } else {
            self.rows.push((place.row, place.row + place.rowspan, element));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::layout::frame::Tag;
    use crate::layout::samples::notice;
    use crate::layout::{PageStyle, lay_out};

    #[test]
    fn cells_below_a_spanning_head_name_their_heads() {
        let library = crate::fonts::tests::library();
        let paged = lay_out(&notice(), None, &PageStyle::default(), &library, &mut Default::default())
            .expect("laid out");
        let heads: Vec<usize> = paged
            .elements
            .iter()
            .filter_map(|element| match &element.tag {
                Tag::Cell { headers, .. } => Some(headers.len()),
                _ => None,
            })
            .collect();
        // 序号 over two rows, 经费 over the columns 2017年 and 2018年; then a row whose last cell covers two rows, and
        // one with a head of its own.
        assert_eq!(heads, [0, 0, 1, 1, 1, 2, 2, 1, 3]);
    }
}
