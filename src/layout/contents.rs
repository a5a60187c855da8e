//! Sets the 目录: the headings of the first two levels with leaders and page numbers, on pages before the document.

use crate::document::Align;
use crate::fonts::Role;
use crate::furniture::Kind as FurnitureKind;

use super::Context;
use super::block::Column;
use super::flow::{self, Kind, Line, Piece};
use super::frame::{ElementId, LinkArea, LinkTarget, OutlineEntry, Page, Rectangle, Tag};
use super::inline::{Text, Type};
use super::justify::{self, Setting};
use super::paginate;

/// What stands above the entries.
const HEADING: &str = "目　录";

/// Headings below this level are left out.
const DEEPEST: u8 = 2;

/// What is kept free at the right for the leader and the number, in characters.
const RESERVE: f32 = 4.0;

/// Diameter of a leader's dots and their distance, in points.
const DOT: (f32, f32) = (1.0, 5.25);

/// An entry and the pieces that are its lines.
struct Entry<'a> {
    heading: &'a OutlineEntry,
    link: ElementId,
    /// The piece that is its last line.
    last: usize,
    /// Where its words end.
    end: f32,
}

/// Sets the pages of the 目录 of `outline`, whose pages are those without it.
///
/// Pages are counted through, so its own pages move the document's on: the number beside an entry is that printed on
/// its page and that of the page in the file.
pub(super) fn contents(outline: &[OutlineEntry], column: &Column, context: &mut Context<'_>) -> Vec<Page> {
    context.structure.begin_first(Tag::Contents);
    let mut pieces = heading(column, context);
    let mut entries = Vec::new();
    for heading in outline.iter().filter(|entry| entry.level <= DEEPEST) {
        entries.push(words(heading, &mut pieces, column, context));
    }
    // Numbers stand in lines that are there already, so they take no room.
    let own = paginate::paginate(pieces.clone(), context.style).0.len();
    let own = u32::try_from(own).unwrap_or(u32::MAX);
    for entry in entries {
        number(&entry, own, &mut pieces, column, context);
    }
    context.structure.end();
    flow::mark_furniture(&mut pieces, FurnitureKind::Contents);
    paginate::paginate(pieces, context.style).0
}

/// 目录, in the place and type of a title.
fn heading(column: &Column, context: &mut Context<'_>) -> Vec<Piece> {
    let element = context.structure.begin(Tag::Caption);
    let size = context.style.title;
    let mut text = Text::new();
    text.push_str(HEADING, Type { role: Role::Title, size }, element, None, context);
    context.structure.end();
    let setting = Setting { align: Align::Center, size, ..column.plain() };
    let mut pieces = justify::set(&mut text, setting, context);
    pieces.push(Piece::space(column.pitch));
    for piece in &mut pieces {
        piece.break_after = false;
    }
    pieces
}

/// Sets the words of an entry: its second level two characters in, its further lines two characters in from the first.
fn words<'a>(
    heading: &'a OutlineEntry,
    pieces: &mut Vec<Piece>,
    column: &Column,
    context: &mut Context<'_>,
) -> Entry<'a> {
    context.structure.begin(Tag::ContentsEntry);
    context.structure.begin(Tag::Reference);
    let link = context.structure.begin(Tag::Link);
    let first = f32::from(heading.level.saturating_sub(1)) * 2.0 * column.size;
    let role = if heading.level == 1 { Role::Hei } else { Role::FangSong };
    let mut text = Text::new();
    text.push_str(&heading.title, Type { role, size: column.size }, link, None, context);
    let setting =
        Setting { first, rest: first + 2.0 * column.size, right: RESERVE * column.size, ..column.plain() };
    let mut lines = justify::set(&mut text, setting, context);
    flow::control_orphans(&mut lines);
    let count = lines.len();
    let mut end = first;
    for (index, piece) in lines.iter_mut().enumerate() {
        // An entry is not cut from its number.
        piece.break_after = index + 1 == count;
        let Kind::Line(line) = &mut piece.kind else { continue };
        (_, end) = edges(line).unwrap_or((first, first));
    }
    for _ in 0..3 {
        context.structure.end();
    }
    pieces.append(&mut lines);
    Entry { heading, link, last: pieces.len().saturating_sub(1), end }
}

/// Adds the leader, the number and the areas that lead to the heading, on pages moved `own` pages on.
fn number(entry: &Entry<'_>, own: u32, pieces: &mut [Piece], column: &Column, context: &mut Context<'_>) {
    let page = entry.heading.page.saturating_add(own);
    let mut text = Text::new();
    let face = Type { role: Role::FangSong, size: column.size };
    text.push_str(&(u64::from(page) + 1).to_string(), face, entry.link, None, context);
    let set = justify::set(&mut text, Setting { align: Align::End, ..column.plain() }, context);
    let Some(Piece { height, kind: Kind::Line(last), .. }) = pieces.get_mut(entry.last) else { return };
    let Some(Kind::Line(number)) = set.into_iter().next().map(|piece| piece.kind) else { return };
    let (start, _) = edges(&number).unwrap_or((column.measure, column.measure));
    let baseline = last.spans.first().map_or(0.0, |span| span.y);
    last.rules.extend(leader(entry.end + column.size / 2.0, start - column.size / 2.0, baseline, column));
    last.spans.extend(number.spans);
    let target = LinkTarget::Place { page, y: entry.heading.y, title: entry.heading.title.clone() };
    let area = Rectangle { x: 0.0, y: 0.0, width: column.measure, height: *height };
    last.links.push(LinkArea { area, target, mark: context.structure.mark(entry.link) });
}

/// Dots from `start` to `end`, those of all entries one below the other.
fn leader(start: f32, end: f32, baseline: f32, column: &Column) -> impl Iterator<Item = Rectangle> {
    let (size, step) = DOT;
    let y = baseline - 0.28 * column.size;
    let first = column.measure - step * ((column.measure - start) / step).floor();
    (0..200_u16)
        .map(move |index| first + step * f32::from(index))
        .take_while(move |x| x + size <= end)
        .map(move |x| Rectangle { x, y, width: size, height: size })
}

/// Where the glyphs of a line begin and end.
fn edges(line: &Line) -> Option<(f32, f32)> {
    let ends = line.spans.iter().flat_map(|span| {
        span.runs.iter().map(move |run| {
            let width: f32 = run.glyphs.iter().map(|glyph| glyph.advance * run.size).sum();
            (span.x + run.x, span.x + run.x + width)
        })
    });
    ends.reduce(|(start, end), (left, right)| (start.min(left), end.max(right)))
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::{Diagnostic, Diagnostics};
    use crate::document::Document;
    use crate::document::text::significant;
    use crate::furniture::Kind;
    use crate::layout::samples::{document, heading, paragraph};
    use crate::layout::{Child, Item, LinkTarget, PageStyle, PagedDocument, Tag, lay_out};

    fn laid_out(document: &Document, contents: bool, diagnostics: &mut Diagnostics) -> PagedDocument {
        let style = PageStyle { contents, ..PageStyle::default() };
        lay_out(document, None, &style, &crate::fonts::tests::library(), diagnostics).expect("laid out")
    }

    fn chapters(count: usize) -> Document {
        let chapter = |number: usize| {
            vec![
                heading(1, &format!("第{number}章"), false),
                heading(2, &format!("第{number}节"), true),
                paragraph(&"正文。".repeat(60)),
                heading(3, "不列入", false),
                paragraph("正文。"),
            ]
        };
        document((0..count).flat_map(chapter).collect())
    }

    #[test]
    fn each_entry_names_the_page_on_which_its_heading_stands() {
        let document = chapters(30);
        let paged = laid_out(&document, true, &mut Diagnostics::default());
        let plain = laid_out(&document, false, &mut Diagnostics::default());
        let own = paged.pages.len() - plain.pages.len();
        assert!(own > 1);
        let places: Vec<(u32, f32)> = paged.pages[..own]
            .iter()
            .flat_map(|page| &page.items)
            .filter_map(|item| match item {
                Item::Link(link) => match link.target {
                    LinkTarget::Place { page, y, .. } => Some((page, y)),
                    LinkTarget::Address(_) => None,
                },
                _ => None,
            })
            .collect();
        let listed: Vec<(u32, f32)> = paged
            .outline
            .iter()
            .filter(|entry| entry.level <= 2)
            .map(|entry| (entry.page, entry.y))
            .collect();
        assert_eq!(places, listed);
        for (moved, entry) in paged.outline.iter().zip(&plain.outline) {
            assert_eq!(moved.page as usize, entry.page as usize + own);
        }
        // What is printed is the page's number.
        let printed: String = paged.furniture.iter().map(|piece| &piece.text[..]).collect();
        let first = paged.outline[0].page + 1;
        assert!(printed.starts_with(&format!("目录第0章{first}第0节{first}第1章")), "{printed}");
    }

    #[test]
    fn everything_on_its_pages_is_furniture_and_read_first() {
        let paged = laid_out(&chapters(3), true, &mut Diagnostics::default());
        let text = |item: &Item| match item {
            Item::Text(span) if significant(&span.text).count() > 0 => Some(span.furniture),
            _ => None,
        };
        assert!(paged.pages[0].items.iter().filter_map(text).all(|kind| kind.is_some()));
        assert!(paged.furniture.iter().any(|piece| piece.kind == Kind::Contents));
        let Child::Element(first) = paged.elements[0].children[0] else { panic!("an element") };
        assert_eq!(paged.elements[first as usize].tag, Tag::Contents);
    }

    #[test]
    fn without_headings_there_is_no_page_but_a_remark() {
        let mut diagnostics = Diagnostics::default();
        let paged = laid_out(&document(vec![paragraph("正文。")]), true, &mut diagnostics);
        assert_eq!(paged.pages.len(), 1);
        assert!(diagnostics.iter().any(|diagnostic| *diagnostic == Diagnostic::ContentsEmpty));
    }
}
