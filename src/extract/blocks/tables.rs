//! Turns `<table>` elements into data tables that fill their grid, and tells layout tables from them.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{Block, Cell, Inline, Paragraph, Row, Table};
use crate::extract::page::{Page, Tag, attribute, style};

/// Tables of more grid slots become paragraphs: their grid would cost more than the page.
const MOST_SLOTS: usize = 4_000_000;

/// A table being read: rows of cells as written, spans not yet believed.
#[derive(Default)]
pub(in crate::extract) struct Draft {
    /// 表题 from `<caption>`.
    pub(in crate::extract) caption: Vec<Inline>,
    /// The rows.
    pub(in crate::extract) rows: Vec<DraftRow>,
}

/// A row being read.
#[derive(Default)]
pub(in crate::extract) struct DraftRow {
    /// Whether it stands in `<thead>`.
    pub(in crate::extract) head: bool,
    /// Its cells with spans as written (0 means: to the end of the table).
    pub(in crate::extract) cells: Vec<Cell>,
    /// Whether all text of each cell is bold, by cell.
    pub(in crate::extract) bold: Vec<bool>,
}

/// The span in the attribute `name` of the cell at `index`, clamped as HTML does (“processing rows”); 0 for a
/// `rowspan` that reaches to the end.
pub(in crate::extract) fn span(page: &Page<'_>, index: usize, name: &str) -> usize {
    let digits = page.attribute(index, name).map_or("", str::trim);
    let digits = &digits[..digits.bytes().take_while(u8::is_ascii_digit).count()];
    if digits.is_empty() {
        return 1;
    }
    match (name, digits.parse::<usize>().unwrap_or(usize::MAX)) {
        ("colspan", 0) => 1,
        ("colspan", n) => n.min(1000),
        (_, n) => n.min(65_534),
    }
}

/// Whether the table at `index` holds data, rather than placing other things.
pub(in crate::extract) fn is_data(page: &Page<'_>, index: usize) -> bool {
    let Some(element) = page.element(index) else { return false };
    if attribute(element, "role").is_some_and(|role| matches!(role, "presentation" | "none")) {
        return false;
    }
    let shape = Shape::of(page, index);
    if shape.nested || shape.cells < 2 || shape.widest < 2 || shape.filled < 2 {
        return false;
    }
    if shape.headed {
        return true;
    }
    // A cell that holds a whole text beside little else: two columns of a page.
    let whole = page.length(index).max(1);
    if shape.rows <= 2 && shape.longest > 400 && shape.longest * 10 > whole * 7 {
        return false;
    }
    if shape.bordered || has_border(page, index) {
        return true;
    }
    shape.rows >= 2 && shape.filled * 2 >= shape.cells && whole / shape.filled < 120 && shape.longest < 600
}

struct Shape {
    rows: usize,
    cells: usize,
    /// Cells with text.
    filled: usize,
    /// Most cells in a row, or the widest span.
    widest: usize,
    /// Characters of the longest cell.
    longest: usize,
    headed: bool,
    nested: bool,
    bordered: bool,
}

impl Shape {
    fn of(page: &Page<'_>, table: usize) -> Self {
        let mut shape = Self {
            rows: 0,
            cells: 0,
            filled: 0,
            widest: 0,
            longest: 0,
            headed: false,
            nested: false,
            bordered: false,
        };
        let mut in_row = 0;
        let mut index = table + 1;
        while index < page.items[table].end {
            let item = &page.items[index];
            match item.tag() {
                _ if item.hidden => {
                    index = item.end;
                    continue;
                }
                Tag::Table => {
                    shape.nested |= page.length(index) > 0;
                    index = item.end;
                    continue;
                }
                Tag::Caption => shape.headed |= page.length(index) > 0,
                Tag::Section => {
                    shape.headed |= item.element().is_some_and(|element| element.name() == "thead")
                        && page.length(index) > 0;
                }
                Tag::Row => {
                    shape.rows += 1;
                    in_row = 0;
                }
                Tag::Cell => {
                    let length = page.length(index);
                    in_row += 1;
                    shape.cells += 1;
                    shape.filled += usize::from(length > 0);
                    shape.widest = shape.widest.max(in_row).max(span(page, index, "colspan").min(2));
                    shape.longest = shape.longest.max(length);
                    let element = item.element();
                    shape.headed |= element.is_some_and(|element| element.name() == "th") && length > 0;
                    shape.bordered |= element.is_some_and(|element| {
                        attribute(element, "style").is_some_and(|style| {
                            style.contains("border")
                                && (style.contains("solid") || style.contains("windowtext"))
                        })
                    });
                }
                _ => {}
            }
            index += 1;
        }
        shape
    }
}

fn has_border(page: &Page<'_>, table: usize) -> bool {
    let Some(element) = page.element(table) else { return false };
    attribute(element, "border")
        .is_some_and(|border| border.trim().parse::<f32>().is_ok_and(|width| width > 0.0))
        || attribute(element, "class").is_some_and(|class| {
            let class = class.to_ascii_lowercase();
            ["msotable", "msonormaltable", "bordered", "grid"].iter().any(|part| class.contains(part))
        })
        || style(element, "border").is_some_and(|border| !border.contains("none") && !border.starts_with('0'))
}

/// The table that `draft` is, its cells filling the grid; its blocks if it is no table after all.
pub(in crate::extract) fn finish(draft: Draft, diagnostics: &mut Diagnostics) -> Result<Table, Vec<Block>> {
    let Draft { caption, rows } = draft;
    let widest =
        rows.iter().map(|row| row.cells.iter().map(|cell| cell.colspan).sum::<usize>()).max().unwrap_or(0);
    if widest == 0 || widest.saturating_mul(rows.len()) > MOST_SLOTS {
        if widest > 0 {
            diagnostics.push(Diagnostic::TableDissolved { columns: widest, rows: rows.len() });
        }
        let above = (!caption.is_empty())
            .then(|| Block::Paragraph(Paragraph { content: caption, ..Paragraph::default() }));
        let cells = rows.into_iter().flat_map(|row| row.cells).flat_map(|cell| cell.blocks);
        return Err(above.into_iter().chain(cells).collect());
    }
    let height = rows.len();
    let (mut places, overlap) = place(&rows);
    let columns = compress(&mut places, height);
    let mut filled = fill(&places, rows, columns);
    if overlap || filled.gaps {
        diagnostics.push(Diagnostic::TableIrregular { columns });
    }
    let header_rows = header_rows(&filled.rows, &filled.heads);
    for row in &mut filled.rows[..header_rows] {
        for cell in &mut row.cells {
            cell.header = true;
        }
    }
    if filled.rows.is_empty() {
        return Err(Vec::new());
    }
    Ok(Table { caption, unit: Vec::new(), columns, header_rows, rows: filled.rows })
}

/// Where a cell stands: rows and columns `start..end`.
struct Place {
    row: usize,
    row_end: usize,
    column: usize,
    column_end: usize,
}

/// Places the cells as HTML does (“forming a table”), but cuts a cell where it would overlap another.
fn place(rows: &[DraftRow]) -> (Vec<Vec<Place>>, bool) {
    let height = rows.len();
    let mut busy_until: Vec<usize> = Vec::new();
    let mut places = Vec::with_capacity(height);
    let mut overlap = false;
    for (row, draft) in rows.iter().enumerate() {
        let mut column = 0;
        let mut line = Vec::with_capacity(draft.cells.len());
        for cell in &draft.cells {
            while busy_until.get(column).is_some_and(|&until| until > row) {
                column += 1;
            }
            let mut end = column + 1;
            while end < column + cell.colspan && busy_until.get(end).is_none_or(|&until| until <= row) {
                end += 1;
            }
            overlap |= end < column + cell.colspan;
            let row_end = if cell.rowspan == 0 { height } else { (row + cell.rowspan).min(height) };
            if busy_until.len() < end {
                busy_until.resize(end, 0);
            }
            busy_until[column..end].fill(row_end);
            line.push(Place { row, row_end, column, column_end: end });
            column = end;
        }
        places.push(line);
    }
    (places, overlap)
}

/// Drops grid columns and rows in which no cell begins; they say nothing. Returns the number of columns.
fn compress(places: &mut [Vec<Place>], height: usize) -> usize {
    let width = places.iter().flatten().map(|place| place.column_end).max().unwrap_or(0);
    let mut starts = vec![false; width + 1];
    let mut begins = vec![false; height + 1];
    for place in places.iter().flatten() {
        starts[place.column] = true;
        begins[place.row] = true;
    }
    let rank = |marks: &[bool]| {
        let mut ranks = Vec::with_capacity(marks.len());
        let mut count = 0;
        for &mark in marks {
            ranks.push(count);
            count += usize::from(mark);
        }
        ranks
    };
    let (columns, rows) = (rank(&starts), rank(&begins));
    for place in places.iter_mut().flatten() {
        place.column_end = columns[place.column_end];
        place.column = columns[place.column];
        place.row_end = rows[place.row_end];
        place.row = rows[place.row];
    }
    columns[width]
}

struct Filled {
    rows: Vec<Row>,
    /// For each row: whether it stands in `<thead>` or all its cells are `<th>`, and whether all its text is bold.
    heads: Vec<(bool, bool)>,
    gaps: bool,
}

/// Gives the cells their final spans and puts empty cells into the gaps.
fn fill(places: &[Vec<Place>], drafts: Vec<DraftRow>, columns: usize) -> Filled {
    let mut filled = Filled { rows: Vec::new(), heads: Vec::new(), gaps: false };
    let mut busy_until = vec![0usize; columns];
    for (draft, line) in drafts.into_iter().zip(places) {
        if draft.cells.is_empty() {
            continue;
        }
        let row = filled.rows.len();
        let head = draft.head || draft.cells.iter().all(|cell| cell.header);
        let bold = draft.bold.iter().zip(&draft.cells).all(|(bold, cell)| *bold || cell.blocks.is_empty());
        let mut cells = Vec::with_capacity(draft.cells.len());
        let mut column = 0;
        let mut gap = |from: usize, to: usize, busy_until: &mut Vec<usize>, cells: &mut Vec<Cell>| {
            let mut at = from;
            while at < to {
                if busy_until[at] > row {
                    at += 1;
                    continue;
                }
                let end = (at..to).find(|&slot| busy_until[slot] > row).unwrap_or(to);
                busy_until[at..end].fill(row + 1);
                cells.push(Cell { colspan: end - at, ..Cell::default() });
                filled.gaps = true;
                at = end;
            }
        };
        for (mut cell, place) in draft.cells.into_iter().zip(line) {
            gap(column, place.column, &mut busy_until, &mut cells);
            cell.colspan = place.column_end - place.column;
            cell.rowspan = place.row_end - place.row;
            busy_until[place.column..place.column_end].fill(place.row_end);
            column = place.column_end;
            cells.push(cell);
        }
        gap(column, columns, &mut busy_until, &mut cells);
        filled.rows.push(Row { cells });
        filled.heads.push((head, bold));
    }
    filled
}

/// How many leading rows are the table's head: `<thead>` and rows of `<th>`; else the first row, if it is all bold
/// or names columns, with the rows its cells reach into.
fn header_rows(rows: &[Row], heads: &[(bool, bool)]) -> usize {
    if rows.len() < 2 {
        return 0;
    }
    let marked = heads.iter().take_while(|(head, _)| *head).count();
    let mut count = if marked == rows.len() { 0 } else { marked };
    let headed = rows.iter().flat_map(|row| &row.cells).any(|cell| cell.header);
    if marked == 0 && !headed {
        // A title row across all columns goes with the row below it.
        let title = usize::from(rows[0].cells.len() == 1);
        let names = |row: &Row| {
            row.cells.len() > 1
                && row.cells.iter().all(|cell| {
                    let length = cell_length(cell);
                    length <= 20 && (length > 0 || cell.rowspan > 1)
                })
                && row.cells.iter().any(|cell| is_column_name(&cell_text(cell)))
                && !row
                    .cells
                    .iter()
                    .any(|cell| cell_text(cell).bytes().filter(u8::is_ascii_digit).count() > 4)
        };
        if let Some(row) = rows.get(title)
            && (names(row)
                || row.cells.len() > 1
                    && heads[title].1
                    && row.cells.iter().any(|cell| !cell.blocks.is_empty()))
        {
            count = title + 1;
        }
    }
    // A head may not end within a cell.
    let mut row = 0;
    while row < count {
        let reach = rows[row].cells.iter().map(|cell| row + cell.rowspan).max().unwrap_or(0);
        if reach >= rows.len() {
            return 0;
        }
        count = count.max(reach);
        row += 1;
    }
    if count >= rows.len() || count > 6 { 0 } else { count }
}

fn is_column_name(text: &str) -> bool {
    const NAMES: [&str; 26] = [
        "序号", "编号", "名称", "项目", "单位", "姓名", "备注", "内容", "类别", "类型", "数量", "金额",
        "时间", "日期", "地区", "职务", "性别", "指标", "标准", "部门", "合计", "地点", "年份", "代码",
        "电话", "说明",
    ];
    NAMES.iter().any(|name| text.contains(name))
}

fn cell_text(cell: &Cell) -> String {
    let mut text = String::new();
    for block in &cell.blocks {
        if let Block::Paragraph(paragraph) = block {
            for inline in &paragraph.content {
                if let Inline::Text(run) = inline {
                    text.extend(run.text.chars().filter(|c| !c.is_whitespace()).take(40));
                }
            }
        }
    }
    text
}

fn cell_length(cell: &Cell) -> usize {
    if cell.blocks.iter().any(|block| !matches!(block, Block::Paragraph(_))) {
        return usize::MAX;
    }
    cell_text(cell).chars().count()
}

#[cfg(test)]
mod tests {
    use super::{Draft, DraftRow, finish};
    use crate::diagnostic::Diagnostics;
    use crate::document::{Block, Cell, Document, Inline, Paragraph, Run, Table, check};

    fn cell(text: &str, rowspan: usize, colspan: usize) -> Cell {
        let content = vec![Inline::Text(Run::plain(text))];
        let blocks = vec![Block::Paragraph(Paragraph { content, ..Paragraph::default() })];
        Cell { rowspan, colspan, blocks, ..Cell::default() }
    }

    fn table(rows: Vec<Vec<Cell>>) -> Table {
        let rows = rows
            .into_iter()
            .map(|cells| DraftRow { head: false, bold: vec![false; cells.len()], cells })
            .collect();
        let table =
            finish(Draft { caption: Vec::new(), rows }, &mut Diagnostics::default()).expect("a table");
        let document = Document { body: vec![Block::Table(table.clone())], ..Document::default() };
        assert_eq!(check(&document), []);
        table
    }

    #[test]
    fn a_short_row_is_filled() {
        let table = table(vec![vec![cell("甲", 1, 1), cell("乙", 1, 1)], vec![cell("丙", 1, 1)]]);
        assert_eq!(table.rows[1].cells.len(), 2);
        assert!(table.rows[1].cells[1].blocks.is_empty());
    }

    #[test]
    fn a_huge_span_takes_no_room() {
        let table = table(vec![vec![cell("题", 1, 1000)], vec![cell("甲", 65534, 1), cell("乙", 1, 1)]]);
        assert_eq!(table.columns, 2);
        assert_eq!(table.rows[0].cells[0].colspan, 2);
        assert_eq!(table.rows[1].cells[0].rowspan, 1);
    }

    #[test]
    fn overlapping_spans_are_cut() {
        let table = table(vec![
            vec![cell("甲", 1, 1), cell("乙", 2, 1), cell("丙", 1, 1)],
            vec![cell("丁", 1, 3)],
            vec![cell("戊", 1, 1), cell("己", 1, 1), cell("庚", 1, 1)],
        ]);
        assert_eq!(table.rows[1].cells[0].colspan, 1);
    }

    #[test]
    fn a_rowspan_of_0_reaches_the_end() {
        let table = table(vec![
            vec![cell("甲", 0, 1), cell("乙", 1, 1)],
            vec![cell("丙", 1, 1)],
            vec![cell("丁", 1, 1)],
        ]);
        assert_eq!(table.rows[0].cells[0].rowspan, 3);
    }

    #[test]
    fn a_head_reaches_as_far_as_its_cells() {
        let table = table(vec![
            vec![cell("序号", 2, 1), cell("项目情况", 1, 2)],
            vec![cell("名称", 1, 1), cell("金额", 1, 1)],
            vec![cell("1", 1, 1), cell("培训", 1, 1), cell("80.00", 1, 1)],
        ]);
        assert_eq!(table.header_rows, 2);
        assert!(table.rows[1].cells[0].header && !table.rows[2].cells[0].header);
    }
}
