//! Reads a text file back, cell by cell where tables are drawn, and compares the text.

use encoding_rs::{GB18030, UTF_8};

use super::{VerifyError, compare};
use crate::write::text::{Ambiguous, TableArea, TextEncoding, TextWritten, character_width};

const FORMAT: &str = "TXT";

/// Compares the text of the file with `expected`, the text of the Document.
///
/// A character that the file's encoding does not bring back, and that the writer has told, counts as what a reader
/// gets in its place.
///
/// # Errors
/// If the bytes are not of the encoding, a table is not drawn where it is said to be, a piece of furniture is
/// lacking, or anything else than `expected` is said.
pub fn verify(expected: &str, text: &TextWritten) -> Result<(), VerifyError> {
    let found = read(text)?;
    if text.lost.is_empty() {
        return compare(FORMAT, expected, &found, &text.written.furniture);
    }
    let stand_in = |c: char| text.lost.iter().find(|(lost, _)| *lost == c).map_or(c, |(_, found)| *found);
    let mut furniture = text.written.furniture.clone();
    for piece in &mut furniture {
        piece.text = piece.text.chars().map(stand_in).collect();
    }
    compare(FORMAT, &expected.chars().map(stand_in).collect::<String>(), &found, &furniture)
}

/// The text of the file in reading order.
///
/// # Errors
/// If the bytes are not of the encoding, or a table's borders are not where they are said to be.
pub fn read(text: &TextWritten) -> Result<String, VerifyError> {
    let encoding = match text.encoding {
        TextEncoding::Utf8 | TextEncoding::Utf8Bom => UTF_8,
        TextEncoding::Gb18030 => GB18030,
    };
    // Removes the byte order mark, if there is one.
    let (decoded, malformed) = encoding.decode_with_bom_removal(&text.written.bytes);
    if malformed {
        return Err(unreadable(format!("not {}", encoding.name())));
    }
    let lines: Vec<&str> = decoded.lines().collect();
    let mut found = String::with_capacity(decoded.len());
    read_lines(&lines, &text.tables, text.ambiguous, &mut found)?;
    Ok(found)
}

fn read_lines(
    lines: &[&str],
    tables: &[TableArea],
    ambiguous: Ambiguous,
    found: &mut String,
) -> Result<(), VerifyError> {
    let mut next = 0;
    for table in tables {
        let area = lines
            .get(table.line..table.line + table.lines)
            .filter(|_| table.line >= next)
            .ok_or_else(|| unreadable(format!("no table at line {}", table.line + 1)))?;
        for line in &lines[next..table.line] {
            found.push_str(line);
            found.push('\n');
        }
        read_table(area, table, ambiguous, found)?;
        next = table.line + table.lines;
    }
    for line in &lines[next..] {
        found.push_str(line);
        found.push('\n');
    }
    Ok(())
}

fn read_table(
    lines: &[&str],
    table: &TableArea,
    ambiguous: Ambiguous,
    found: &mut String,
) -> Result<(), VerifyError> {
    let mut cells: Vec<Vec<&str>> = vec![Vec::new(); table.cells.len()];
    // Cells that may stand in the line at hand, as indices into `table.cells`.
    let mut order: Vec<usize> = (0..table.cells.len()).collect();
    order.sort_by_key(|&index| (table.cells[index].line, table.cells[index].column));
    let mut waiting = order.into_iter().peekable();
    let mut open: Vec<usize> = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        open.retain(|&index| (table.cells[index].line + table.cells[index].lines) as usize > number);
        while let Some(index) = waiting.next_if(|&index| table.cells[index].line as usize <= number) {
            open.push(index);
        }
        open.sort_by_key(|&index| table.cells[index].column);
        let mut rest = Columns { line, column: 0, ambiguous };
        for &index in &open {
            let cell = &table.cells[index];
            borders(rest.take(cell.column as usize), table, number)?;
            cells[index].push(rest.take((cell.column + cell.columns) as usize));
        }
        borders(rest.take(usize::MAX), table, number)?;
    }
    for (area, content) in table.cells.iter().zip(&cells) {
        read_lines(content, &area.tables, ambiguous, found)?;
    }
    Ok(())
}

/// What stands between cells is drawn with `+ - |` alone.
fn borders(piece: &str, table: &TableArea, line: usize) -> Result<(), VerifyError> {
    if piece.chars().all(|c| matches!(c, '+' | '-' | '|' | ' ')) {
        return Ok(());
    }
    Err(unreadable(format!("“{piece}” in the borders of the table, line {}", table.line + line + 1)))
}

/// A line read by display columns.
struct Columns<'a> {
    line: &'a str,
    column: usize,
    ambiguous: Ambiguous,
}

impl<'a> Columns<'a> {
    /// What stands before column `until`, marks without width included.
    fn take(&mut self, until: usize) -> &'a str {
        let mut end = self.line.len();
        for (at, c) in self.line.char_indices() {
            let width = character_width(c, self.ambiguous);
            if self.column >= until && width > 0 {
                end = at;
                break;
            }
            self.column += width;
        }
        let (piece, rest) = self.line.split_at(end);
        self.line = rest;
        piece
    }
}

fn unreadable(why: String) -> VerifyError {
    VerifyError::Unreadable { format: FORMAT, why }
}

#[cfg(test)]
mod tests {
    use super::verify;
    use crate::document::text::text as document_text;
    use crate::verify::VerifyError;
    use crate::write::samples;
    use crate::write::text::{Ambiguous, LineEnding, TextEncoding, TextOptions, text};

    fn every_option() -> Vec<TextOptions> {
        let mut options = Vec::new();
        for wrap in [None, Some(20), Some(76)] {
            for ambiguous in [Ambiguous::Wide, Ambiguous::Narrow] {
                for encoding in [TextEncoding::Utf8, TextEncoding::Utf8Bom, TextEncoding::Gb18030] {
                    for (line_ending, link_marks) in [(LineEnding::Lf, false), (LineEnding::CrLf, true)] {
                        options.push(TextOptions { wrap, encoding, line_ending, ambiguous, link_marks });
                    }
                }
            }
        }
        options
    }

    #[test]
    fn document_and_text_file_say_the_same_whatever_is_in_them_and_however_it_is_written() {
        for document in samples::all() {
            for options in every_option() {
                let written = text(&document, &options);
                assert_eq!(verify(&document_text(&document), &written), Ok(()), "{options:?}");
                assert_eq!(written, text(&document, &options), "the same bytes");
            }
        }
    }

    #[test]
    fn characters_that_gb18030_loses_are_told_and_the_rest_is_compared() {
        let document = samples::of(vec![samples::paragraph("甲\u{E5E5}乙")]);
        let options = TextOptions { encoding: TextEncoding::Gb18030, ..TextOptions::default() };
        let written = text(&document, &options);
        assert_eq!(written.lost, [('\u{E5E5}', '〓')]);
        assert_eq!(verify(&document_text(&document), &written), Ok(()));
        assert!(verify("甲\u{E5E5}丙", &written).is_err());
    }

    #[test]
    fn a_changed_character_in_a_cell_is_found() {
        let document = samples::of(vec![crate::document::Block::Table(samples::funds())]);
        let written = text(&document, &TextOptions::default());
        let expected = document_text(&document).replace("培训", "培養");
        assert!(matches!(verify(&expected, &written), Err(VerifyError::TextDiffers { .. })));
    }

    #[test]
    fn words_in_the_place_of_borders_are_found() {
        let document = samples::of(vec![crate::document::Block::Table(samples::funds())]);
        let mut written = text(&document, &TextOptions::default());
        let file =
            String::from_utf8(written.written.bytes).expect("UTF-8").replacen("+------+--", "+------x--", 1);
        written.written.bytes = file.into_bytes();
        assert!(matches!(verify(&document_text(&document), &written), Err(VerifyError::Unreadable { .. })));
    }
}
