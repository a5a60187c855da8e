//! Turns a Comparison into lines for a terminal, or for a pipe.

use unicode_width::UnicodeWidthChar;

use super::{
    CellChange, Clause, Comparison, Edit, Kind, Operation, PictureChange, RowChange, TableComparison, words,
};
use crate::message::Language;

/// How it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TerminalOptions {
    /// Colours (ANSI, ECMA-48 SGR) in place of `[-…-]` and `{+…+}`.
    pub colour: bool,
    /// Columns at which lines are wrapped; `None` for one line a clause, however long.
    pub width: Option<usize>,
    /// Unchanged clauses shown before and after each that differs.
    pub context: usize,
    /// Language of what is not the documents' own words.
    pub language: Language,
}

impl Default for TerminalOptions {
    fn default() -> Self {
        Self { colour: false, width: None, context: 1, language: Language::default() }
    }
}

/// Equal stretches longer than this many characters are cut to their ends.
const LONGEST_EQUAL: usize = 60;
/// What is kept at either end.
const KEPT: usize = 24;

/// The Comparison in lines, each ended by a newline: the summary, then each clause that differs below its address.
#[must_use]
pub fn terminal(comparison: &Comparison, options: &TerminalOptions) -> String {
    let mut page = Page { options, out: String::new() };
    page.head(comparison);
    page.clauses(&comparison.clauses);
    page.restyled(&comparison.clauses);
    page.out
}

/// A stretch in one dress.
struct Piece {
    operation: Operation,
    text: String,
}

struct Page<'a> {
    options: &'a TerminalOptions,
    out: String,
}

impl Page<'_> {
    fn pick<'b>(&self, english: &'b str, chinese: &'b str) -> &'b str {
        words::pick(self.options.language, english, chinese)
    }

    fn dressed(&self, code: &str, text: &str) -> String {
        if self.options.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }

    fn head(&mut self, comparison: &Comparison) {
        let language = self.options.language;
        let colon = self.pick(": ", "：");
        for (name, side) in
            [(self.pick("old", "旧"), &comparison.old), (self.pick("new", "新"), &comparison.new)]
        {
            let said = words::side(side, language);
            let line = match language {
                Language::English => format!("{name}{colon}{} ({said})", side.title),
                Language::Chinese => format!("{name}{colon}{}（{said}）", side.title),
            };
            self.out += &visible(&line);
            self.out.push('\n');
        }
        let summary = if comparison.is_empty() {
            self.pick("no difference", "没有差异").to_owned()
        } else {
            words::summary(&comparison.summary, language)
        };
        self.out += &self.dressed("1", &summary);
        self.out.push('\n');
        if comparison.metadata.is_empty() {
            return;
        }
        self.out += &format!("\n  {}\n", self.pick("Statements about the document", "著录信息"));
        for change in &comparison.metadata {
            let name = format!("{}{colon}", words::field(change.field, language));
            let mut pieces = vec![Piece { operation: Operation::Equal, text: name }];
            pieces.extend(pieces_of(&change.edits, false));
            self.lines(4, &pieces);
        }
    }

    /// Clauses that differ with their neighbours; runs of others collapsed.
    fn clauses(&mut self, clauses: &[Clause]) {
        let mut shown = vec![false; clauses.len()];
        for (index, clause) in clauses.iter().enumerate() {
            if is_told(clause) {
                let from = index.saturating_sub(self.options.context);
                let to = index.saturating_add(self.options.context).min(clauses.len() - 1);
                shown[from..=to].fill(true);
            }
        }
        if !shown.contains(&true) {
            return;
        }
        self.out.push('\n');
        let mut index = 0;
        while index < clauses.len() {
            if shown[index] {
                self.clause(&clauses[index]);
                index += 1;
                continue;
            }
            let run = shown[index..].iter().take_while(|shown| !**shown).count();
            let line = format!("  {}", words::unchanged(run, self.options.language));
            self.out += &self.dressed("2", &line);
            self.out.push('\n');
            index += run;
        }
    }

    fn clause(&mut self, clause: &Clause) {
        let language = self.options.language;
        if !is_told(clause) {
            let pieces = pieces_of(&clause.edits, true);
            self.lines(4, &pieces);
            return;
        }
        let (mark, code) = mark(clause.kind, clause.moved);
        let mut line = format!("{mark} {}", visible(clause.address()));
        if let (Some(old), Some(new)) = (&clause.old, &clause.new)
            && (old.address != new.address || clause.moved)
        {
            line += &match language {
                Language::English => format!(" (was {})", visible(&old.address)),
                Language::Chinese => format!("（原{}）", visible(&old.address)),
            };
        }
        line += &format!("  {}", words::kind(clause.kind, clause.moved, clause.renumbered, language));
        self.out += &self.dressed(&format!("1;{code}"), &line);
        self.out.push('\n');
        // What only moved is known by its first words.
        let pieces = pieces_of(&clause.edits, true);
        self.lines(4, &pieces);
        if let Some(pictures) = &clause.pictures {
            self.pictures(pictures);
        }
        if let Some(table) = &clause.table {
            self.table(clause, table);
        }
    }

    fn pictures(&mut self, pictures: &PictureChange) {
        let name = self.pick("picture ", "图片 ");
        let short = |picture: &String| match picture.strip_prefix("sha256:") {
            Some(digest) => format!("{name}{}", digest.get(..12).unwrap_or(digest)),
            None => format!("{name}{picture}"),
        };
        let piece = |operation, picture| Piece { operation, text: short(picture) };
        let deleted = pictures.deleted.iter().map(|picture| piece(Operation::Delete, picture));
        let pieces: Vec<Piece> =
            deleted.chain(pictures.added.iter().map(|picture| piece(Operation::Insert, picture))).collect();
        self.lines(4, &pieces);
    }

    fn table(&mut self, clause: &Clause, table: &TableComparison) {
        let language = self.options.language;
        for column in &table.columns {
            let number = column.new.or(column.old).map_or(0, |column| column + 1);
            let what = words::kind(column.kind, column.kind == Kind::Unchanged, false, language);
            let (mark, code) = mark(column.kind, false);
            let line = match language {
                Language::English => format!("  {mark} column {number} “{}”  {what}", visible(&column.head)),
                Language::Chinese => format!("  {mark} 第 {number} 列“{}”  {what}", visible(&column.head)),
            };
            self.out += &self.dressed(code, &line);
            self.out.push('\n');
        }
        let is_told = |row: &RowChange| row.moved || !matches!(row.kind, Kind::Unchanged | Kind::Restyled);
        let mut unchanged = 0;
        for row in &table.rows {
            if is_told(row) {
                self.unchanged_rows(std::mem::take(&mut unchanged));
                self.row(clause, row);
            } else {
                unchanged += 1;
            }
        }
        self.unchanged_rows(unchanged);
    }

    fn unchanged_rows(&mut self, count: usize) {
        if count > 0 {
            let line = format!("    {}", words::unchanged_rows(count, self.options.language));
            self.out += &self.dressed("2", &line);
            self.out.push('\n');
        }
    }

    fn row(&mut self, clause: &Clause, row: &RowChange) {
        let language = self.options.language;
        let number = row.new.or(row.old).map_or(0, |row| row + 1);
        let (mark, code) = mark(row.kind, row.moved);
        let mut line = format!("  {mark} {} 第 {number} 行", visible(clause.address()));
        let changed: Vec<&CellChange> = row.cells.iter().filter(|cell| cell.kind == Kind::Changed).collect();
        if let [cell] = changed[..]
            && let Some((column, _)) = cell.new
        {
            line += &format!("第 {} 列", column + 1);
        }
        if let (Some(old), Some(new)) = (row.old, row.new)
            && (row.moved || (old != new && row.kind == Kind::Changed))
        {
            line += &match language {
                Language::English => format!(" (was 第 {} 行)", old + 1),
                Language::Chinese => format!("（原第 {} 行）", old + 1),
            };
        }
        line += &format!("  {}", words::kind(row.kind, row.moved, false, language));
        self.out += &self.dressed(code, &line);
        self.out.push('\n');
        let mut pieces = Vec::new();
        for (index, cell) in row.cells.iter().enumerate() {
            if index > 0 {
                pieces.push(Piece { operation: Operation::Equal, text: " | ".to_owned() });
            }
            pieces.extend(pieces_of(&cell.edits, true));
        }
        self.lines(6, &pieces);
        for pictures in row.cells.iter().filter_map(|cell| cell.pictures.as_ref()) {
            self.pictures(pictures);
        }
    }

    /// What only looks different, at the end and in one line each.
    fn restyled(&mut self, clauses: &[Clause]) {
        let language = self.options.language;
        let quiet: Vec<&Clause> = clauses.iter().filter(|clause| clause.kind == Kind::Restyled).collect();
        if quiet.is_empty() {
            return;
        }
        self.out += &format!("\n  {}\n", self.pick("Of look only", "仅样式变化"));
        for clause in quiet {
            let mut aspects = clause.aspects.clone();
            let rows = clause.table.iter().flat_map(|table| &table.rows);
            aspects.extend(rows.flat_map(|row| &row.cells).flat_map(|cell| &cell.aspects).copied());
            aspects.sort_unstable();
            aspects.dedup();
            let colon = self.pick(": ", "：");
            let line =
                format!("    {}{colon}{}", visible(clause.address()), words::aspects(&aspects, language));
            self.out += &self.dressed("2", &line);
            self.out.push('\n');
        }
    }

    /// Writes pieces below each other at the width of the terminal, indented.
    fn lines(&mut self, indent: usize, pieces: &[Piece]) {
        if pieces.is_empty() {
            return;
        }
        let marks = |operation| match (operation, self.options.colour) {
            (Operation::Equal, _) => ("", ""),
            (Operation::Delete, true) => ("\x1b[31;9m", "\x1b[0m"),
            (Operation::Insert, true) => ("\x1b[32;4m", "\x1b[0m"),
            (Operation::Delete, false) => ("[-", "-]"),
            (Operation::Insert, false) => ("{+", "+}"),
        };
        let mut line = Line::new(indent, self.options.width);
        for piece in pieces {
            let (open, close) = marks(piece.operation);
            let visible = visible(&piece.text);
            if self.options.colour {
                line.dress(open, close);
                line.words(&visible);
                line.dress("", "");
            } else {
                line.words(&format!("{open}{visible}{close}"));
            }
        }
        self.out += &line.out;
        self.out.push('\n');
    }
}

/// A text that is broken at a width, with colours begun anew in each line.
struct Line {
    out: String,
    indent: usize,
    width: usize,
    column: usize,
    open: String,
    close: String,
}

impl Line {
    fn new(indent: usize, width: Option<usize>) -> Self {
        let width = width.map_or(usize::MAX, |width| width.max(indent + 8));
        let out = " ".repeat(indent);
        Self { out, indent, width, column: indent, open: String::new(), close: String::new() }
    }

    fn dress(&mut self, open: &str, close: &str) {
        self.out += &self.close;
        self.out += open;
        open.clone_into(&mut self.open);
        close.clone_into(&mut self.close);
    }

    fn words(&mut self, text: &str) {
        for character in text.chars() {
            let width = character.width().unwrap_or(0);
            // Closing marks hang over the edge rather than begin a line (CLREQ 3.1.3).
            let hangs = matches!(
                character,
                '，' | '。' | '、' | '；' | '：' | '）' | '》' | '”' | '+' | '-' | '}' | ']'
            );
            let edge = if hangs { self.width.saturating_add(2) } else { self.width };
            if self.column + width > edge {
                self.out += &self.close;
                self.out.push('\n');
                self.out += &" ".repeat(self.indent);
                self.out += &self.open;
                self.column = self.indent;
            }
            self.out.push(character);
            self.column += width;
        }
    }
}

/// Whether a clause is told in its place; what only looks different is told at the end.
fn is_told(clause: &Clause) -> bool {
    clause.moved || !matches!(clause.kind, Kind::Unchanged | Kind::Restyled)
}

fn mark(kind: Kind, moved: bool) -> (&'static str, &'static str) {
    match kind {
        _ if moved => ("→", "36"),
        Kind::Added => ("+", "32"),
        Kind::Deleted => ("-", "31"),
        Kind::Changed => ("~", "33"),
        Kind::Unchanged | Kind::Restyled => ("→", "36"),
    }
}

/// Edits as pieces, long equal stretches cut.
fn pieces_of(edits: &[Edit], cut: bool) -> Vec<Piece> {
    let last = edits.len().saturating_sub(1);
    edits
        .iter()
        .enumerate()
        .map(|(index, edit)| {
            let mut text = edit.text.clone();
            if cut && edit.operation == Operation::Equal {
                text = shortened(&text, index > 0, index < last);
            }
            Piece { operation: edit.operation, text }
        })
        .collect()
}

/// The ends of a long stretch, as far as they touch a change; of an unchanged text, its beginning.
fn shortened(text: &str, touches_before: bool, touches_after: bool) -> String {
    let count = text.chars().count();
    if count <= LONGEST_EQUAL {
        return text.to_owned();
    }
    let head: String = text.chars().take(KEPT).collect();
    let tail: String = text.chars().skip(count - KEPT).collect();
    match (touches_before, touches_after) {
        (false, true) => format!("……{tail}"),
        (true, true) => format!("{head}……{tail}"),
        _ => format!("{head}……"),
    }
}

/// `text` without anything that would steer a terminal: line breaks as ⏎, control characters and those that reorder
/// text (UAX #9) as escapes.
fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => out.push('⏎'),
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => out.extend(character.escape_unicode()),
            _ if character.is_control() => out.extend(character.escape_default()),
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{TerminalOptions, terminal};
    use crate::compare::compare;
    use crate::document::{Block, Document, Inline, Paragraph, Run};
    use crate::message::Language;

    fn document(texts: &[&str]) -> Document {
        let body = texts
            .iter()
            .map(|text| {
                let content = vec![Inline::Text(Run::plain(*text))];
                Block::Paragraph(Paragraph { content, ..Paragraph::default() })
            })
            .collect();
        Document { body, ..Document::default() }
    }

    fn shown(old: &[&str], new: &[&str], options: TerminalOptions) -> String {
        let text = terminal(&compare(&document(old), &document(new)), &options);
        text.lines().skip(3).map(|line| format!("{line}\n")).collect()
    }

    #[test]
    fn changes_are_readable_without_colour() {
        let options = TerminalOptions { language: Language::Chinese, ..TerminalOptions::default() };
        let old = ["甲段的文字。", "乙段的文字。", "丙段的文字在这里。", "丁段的文字。"];
        let new = ["甲段的文字。", "乙段的文字。", "丙段的文字在那里。", "丁段的文字。"];
        let expected = "\n  …… 1 段未变\n    乙段的文字。\n~ 第 3 段  修改\n    丙段的文字在[-这-]{+那+}里。\n    丁段的文字。\n";
        assert_eq!(shown(&old, &new, options), expected);
    }

    #[test]
    fn lines_keep_to_the_width_and_colours_begin_anew() {
        let options = TerminalOptions { colour: true, width: Some(20), ..TerminalOptions::default() };
        let text = shown(&[], &["新增的一段比较长的文字在这里"], options);
        let expected = "    \u{1b}[32;4m新增的一段比较长\u{1b}[0m\n    \u{1b}[32;4m的文字在这里\u{1b}[0m\n";
        assert!(text.ends_with(expected), "{text:?}");
    }

    #[test]
    fn a_page_cannot_steer_the_terminal() {
        let text = shown(&[], &["甲\u{1b}[31m\u{202E}乙"], TerminalOptions::default());
        assert!(text.contains("甲\\u{1b}[31m\\u{202e}乙"), "{text:?}");
    }
}
