//! Turns blocks into lines of text, each placed by the part it plays.

use std::collections::BTreeMap;

use super::TextOptions;
use super::table::TableArea;
use super::width::width;
use super::wrap::wrap;
use crate::document::{self, Align, Block, Document, Figure, Heading, List, Marker, Paragraph, Role};
use crate::furniture::{Furniture, Kind};

/// 左空二字.
const INDENT: &str = "\u{3000}\u{3000}";
/// Right edge of what stands at the right, in columns.
const RIGHT_EDGE: usize = 76;
/// Pages are never wrapped at fewer columns.
const NARROWEST: usize = 20;

/// Lines in the making: the file, or the content of a cell.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    /// The lines, each ended by U+000A.
    pub(super) text: String,
    /// Number of lines.
    pub(super) lines: usize,
    /// Where tables stand in them.
    pub(super) tables: Vec<TableArea>,
}

impl Sheet {
    /// Adds a line.
    pub(super) fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
        self.lines += 1;
    }

    /// Adds lines that end in a line feed each.
    pub(super) fn push_block(&mut self, lines: &str) {
        self.text.push_str(lines);
        self.lines += lines.matches('\n').count();
    }

    /// Adds an empty line unless there is one or nothing stands above.
    pub(super) fn blank_line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.line("");
        }
    }
}

/// Walks the Document and writes it.
pub(super) struct Composer<'a> {
    pub(super) document: &'a Document,
    pub(super) options: &'a TextOptions,
    pub(super) sheet: Sheet,
    pub(super) furniture: Vec<Furniture>,
    /// Significant characters written so far, in reading order.
    pub(super) written: usize,
    pub(super) links: Vec<&'a str>,
    /// The place of each link in `links`.
    pub(super) known_links: BTreeMap<&'a str, usize>,
    /// Tables around what is being written.
    pub(super) nested: usize,
}

/// The finished text.
pub(super) struct Composed {
    pub(super) text: String,
    pub(super) furniture: Vec<Furniture>,
    pub(super) tables: Vec<TableArea>,
}

/// Where blocks stand.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    /// In a cell.
    cell: bool,
    /// Columns that lines are wrapped at.
    pub(super) wrap: Option<usize>,
    /// What stands before each line of a list item or quotation.
    margin: String,
    /// The mark of the list item whose first line is due; it takes the place of the margin's last columns.
    mark: Option<String>,
    /// In a list item: paragraphs have no indent of their own.
    item: bool,
}

impl Place {
    /// On the page.
    fn page(options: &TextOptions) -> Self {
        Self { wrap: options.wrap.map(|columns| columns.max(NARROWEST)), ..Self::default() }
    }

    /// In a cell whose lines are wrapped at so many columns.
    pub(super) fn cell(wrap: Option<usize>) -> Self {
        Self { cell: true, wrap, ..Self::default() }
    }
}

/// Where the writer was, to go back to after measuring.
pub(super) struct Mark {
    furniture: usize,
    written: usize,
    links: usize,
}

/// Blocks of different groups are set apart by an empty line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Group {
    Head,
    Text,
    Set,
    Attachments,
    Signature,
}

impl<'a> Composer<'a> {
    pub(super) fn new(document: &'a Document, options: &'a TextOptions) -> Self {
        Self {
            document,
            options,
            sheet: Sheet::default(),
            furniture: Vec::new(),
            written: 0,
            links: Vec::new(),
            known_links: BTreeMap::new(),
            nested: 0,
        }
    }

    /// The body, the notes and the list of links.
    pub(super) fn body(&mut self) {
        let mut sheet = std::mem::take(&mut self.sheet);
        let document = self.document;
        let mut page = Place::page(self.options);
        self.blocks(&document.body, &mut page, &mut sheet);
        if !document.notes.is_empty() {
            sheet.blank_line();
            for note in &document.notes {
                let mut line = String::new();
                self.words(&note.mark, &mut line);
                line.push(' ');
                self.inlines(&note.content, &mut line);
                self.lines("", "", &line, page.wrap, &mut sheet);
            }
        }
        self.link_list(&mut sheet);
        self.sheet = sheet;
    }

    pub(super) fn finish(self) -> Composed {
        let mut text = self.sheet.text;
        // One final line feed, whatever stands last.
        let end = text.trim_end_matches('\n').len();
        text.truncate(end);
        text.push('\n');
        Composed { text, furniture: self.furniture, tables: self.sheet.tables }
    }

    /// Where the writer is.
    pub(super) fn mark(&self) -> Mark {
        Mark { furniture: self.furniture.len(), written: self.written, links: self.links.len() }
    }

    /// Goes back to `mark`, as if nothing had been written since.
    pub(super) fn reset(&mut self, mark: &Mark) {
        self.furniture.truncate(mark.furniture);
        self.written = mark.written;
        for link in self.links.drain(mark.links..) {
            self.known_links.remove(link);
        }
    }

    /// Blocks in order.
    pub(super) fn blocks(&mut self, blocks: &'a [Block], place: &mut Place, sheet: &mut Sheet) {
        // The heading, and the mark before it, that the next paragraph goes on.
        let mut run_in: Option<(String, String)> = None;
        for (index, block) in blocks.iter().enumerate() {
            if !place.cell
                && !place.item
                && let Some(previous) = index.checked_sub(1).map(|index| &blocks[index])
                && (group(previous) != group(block) || group(block) == Group::Set)
            {
                sheet.blank_line();
            }
            match block {
                Block::Heading(heading) if heading.run_in => {
                    let mark = self.take_mark(place);
                    let mut line = String::new();
                    self.inlines(&heading.content, &mut line);
                    if matches!(blocks.get(index + 1), Some(Block::Paragraph(_))) {
                        run_in = Some((mark, line));
                    } else {
                        self.flow(&mark, &line, place, sheet);
                    }
                }
                Block::Heading(heading) => self.heading(heading, place, sheet),
                Block::Paragraph(paragraph) => {
                    let (mark, mut line) =
                        run_in.take().unwrap_or_else(|| (self.take_mark(place), String::new()));
                    self.inlines(&paragraph.content, &mut line);
                    let listed = paragraph.role == Role::AttachmentNote && document::is_listed(blocks, index);
                    self.paragraph(&mark, &line, paragraph, listed, place, sheet);
                }
                Block::Title { lines } => {
                    for title_line in lines {
                        let mark = self.take_mark(place);
                        let mut line = String::new();
                        self.words(title_line, &mut line);
                        self.flush(&mark, &line, place, sheet);
                    }
                }
                Block::List(list) => self.list(list, place, sheet),
                Block::Table(table) => {
                    self.lone_mark(place, sheet);
                    self.table(table, place, sheet);
                }
                Block::Figure(figure) => self.figure(figure, place, sheet),
                Block::Quote { body } => {
                    self.lone_mark(place, sheet);
                    let mut inner = Place { margin: format!("{}{INDENT}", place.margin), ..place.clone() };
                    self.blocks(body, &mut inner, sheet);
                }
            }
        }
    }

    fn heading(&mut self, heading: &'a Heading, place: &mut Place, sheet: &mut Sheet) {
        let mark = self.take_mark(place);
        let mut line = String::new();
        self.inlines(&heading.content, &mut line);
        self.aligned(&mark, &line, heading.align, place, sheet);
    }

    fn paragraph(
        &self,
        mark: &str,
        line: &str,
        paragraph: &Paragraph,
        listed: bool,
        place: &Place,
        sheet: &mut Sheet,
    ) {
        if place.cell || place.item {
            return self.flush(mark, line, place, sheet);
        }
        match paragraph.role {
            Role::Body | Role::Annotation => self.aligned(mark, line, paragraph.align, place, sheet),
            Role::Addressee | Role::Subtitle | Role::DocumentNumber => self.flush(mark, line, place, sheet),
            Role::AttachmentNote => {
                // The second attachment aligns with the number of the first, behind 「附件：」.
                let numbered = line.trim_start().starts_with(|c: char| c.is_ascii_digit());
                let margin = if listed && numbered {
                    format!("{INDENT}\u{3000}\u{3000}\u{3000}")
                } else {
                    INDENT.to_owned()
                };
                self.lines(&format!("{}{margin}", place.margin), &place.margin, line, place.wrap, sheet);
            }
            Role::Signature | Role::SignedDate => self.right(line, place, sheet),
        }
    }

    /// A line as the page aligns it, else with the indent of a paragraph.
    fn aligned(&self, mark: &str, line: &str, align: Align, place: &Place, sheet: &mut Sheet) {
        match align {
            _ if place.cell || place.item => self.flush(mark, line, place, sheet),
            Align::Start => self.flow(mark, line, place, sheet),
            Align::End => self.right(line, place, sheet),
            Align::Center => {
                for line in line.lines() {
                    let line = line.trim();
                    let room = self.right_edge().saturating_sub(width(line, self.options.ambiguous));
                    sheet.line(&format!("{}{line}", " ".repeat(room / 2)));
                }
            }
        }
    }

    /// Lines at the right edge.
    fn right(&self, line: &str, place: &Place, sheet: &mut Sheet) {
        for line in line.lines() {
            let line = line.trim();
            let room = self.right_edge().saturating_sub(width(line, self.options.ambiguous));
            let margin = if room == 0 { place.margin.clone() } else { " ".repeat(room) };
            self.lines(&margin, &place.margin, line, place.wrap, sheet);
        }
    }

    fn right_edge(&self) -> usize {
        self.options.wrap.map_or(RIGHT_EDGE, |columns| columns.min(RIGHT_EDGE))
    }

    /// A paragraph: first line indented, unless it stands in a cell or an item.
    fn flow(&self, mark: &str, line: &str, place: &Place, sheet: &mut Sheet) {
        if place.cell || place.item {
            self.flush(mark, line, place, sheet);
        } else {
            self.lines(&format!("{}{INDENT}", place.margin), &place.margin, line, place.wrap, sheet);
        }
    }

    /// A paragraph flush with the margin; `mark` takes the place of the margin's last columns.
    fn flush(&self, mark: &str, line: &str, place: &Place, sheet: &mut Sheet) {
        let kept = place.margin.len().saturating_sub(width(mark, self.options.ambiguous));
        let outer = place.margin.get(..kept).unwrap_or_default();
        self.lines(&format!("{outer}{mark}"), &place.margin, line, place.wrap, sheet);
    }

    /// `content`, which may hold line breaks, with `first` before its first line and `margin` before the others.
    pub(super) fn lines(
        &self,
        first: &str,
        margin: &str,
        content: &str,
        columns: Option<usize>,
        sheet: &mut Sheet,
    ) {
        let ambiguous = self.options.ambiguous;
        let mut before = first;
        for line in content.split('\n') {
            match columns {
                None => sheet.line(&format!("{before}{line}")),
                Some(columns) => {
                    let line = format!("{before}{line}");
                    let room = columns.saturating_sub(width(margin, ambiguous)).max(2);
                    // The first line carries its own indent; those that follow get the margin.
                    let mut pieces = wrap(&line, room + width(margin, ambiguous), ambiguous).into_iter();
                    let Some(head) = pieces.next() else { continue };
                    sheet.line(head);
                    let rest = line[head.len()..].trim_start();
                    if pieces.next().is_some() && !rest.is_empty() {
                        for piece in wrap(rest, room, ambiguous) {
                            sheet.line(&format!("{margin}{piece}"));
                        }
                    }
                }
            }
            before = margin;
        }
    }

    fn list(&mut self, list: &'a List, place: &mut Place, sheet: &mut Sheet) {
        self.lone_mark(place, sheet);
        let marks: Vec<String> = (0..list.items.len()).map(|index| list.mark(index)).collect();
        let ambiguous = self.options.ambiguous;
        let widest = marks.iter().map(|mark| width(mark, ambiguous)).max().unwrap_or(0);
        for (item, mark) in list.items.iter().zip(marks) {
            let indent = if place.cell && !place.item { 0 } else { 2 };
            // 「一、」 brings its own room.
            let columns = match list.marker {
                Marker::None => 0,
                Marker::Han => widest,
                _ => widest + 1,
            };
            let padding = columns.saturating_sub(width(&mark, ambiguous));
            let mut inner = Place {
                cell: place.cell,
                wrap: place.wrap,
                margin: format!("{}{}", place.margin, " ".repeat(indent + columns)),
                mark: (!mark.is_empty()).then(|| format!("{mark}{}", " ".repeat(padding))),
                item: true,
            };
            self.blocks(item, &mut inner, sheet);
            self.lone_mark(&mut inner, sheet);
        }
    }

    /// The mark that is due, empty if none is.
    fn take_mark(&mut self, place: &mut Place) -> String {
        let mark = place.mark.take().unwrap_or_default();
        if !mark.is_empty() {
            self.add(Kind::ListMark, mark.trim_end());
        }
        mark
    }

    /// A mark whose item begins with something that cannot carry it.
    fn lone_mark(&mut self, place: &mut Place, sheet: &mut Sheet) {
        let mark = self.take_mark(place);
        if !mark.is_empty() {
            self.flush(&mark, "", place, sheet);
        }
    }

    fn figure(&mut self, figure: &'a Figure, place: &mut Place, sheet: &mut Sheet) {
        let mark = self.take_mark(place);
        let mut line = String::new();
        self.image(&figure.image, &mut line);
        self.flush(&mark, &line, place, sheet);
        if !figure.caption.is_empty() {
            let mut line = String::new();
            self.inlines(&figure.caption, &mut line);
            self.flush("", &line, place, sheet);
        }
    }
}

fn group(block: &Block) -> Group {
    match block {
        Block::Title { .. } => Group::Head,
        Block::Paragraph(paragraph) => match paragraph.role {
            Role::Subtitle | Role::DocumentNumber => Group::Head,
            Role::AttachmentNote => Group::Attachments,
            Role::Signature | Role::SignedDate => Group::Signature,
            Role::Body | Role::Addressee | Role::Annotation => Group::Text,
        },
        Block::Table(_) | Block::Figure(_) => Group::Set,
        Block::Heading(_) | Block::List(_) | Block::Quote { .. } => Group::Text,
    }
}
