//! Lays a Document out as pages by GB/T 9704-2012 and CLREQ. Knows nothing of PDF.
//!
//! Running order: `block` walks the blocks and sets each as a strip of pieces; for text, `inline` makes clusters
//! (`shaping` those of scripts that need it), `linebreak` chooses the lines, `justify` sets them; `table` sets cells as strips of their own; `paginate`
//! cuts the strip into pages. `structure` grows the structure tree on the way, in reading order.

mod bidi;
mod block;
mod boundary;
mod classes;
mod cohesion;
mod colophon;
mod contents;
mod draw;
mod figure;
mod flow;
mod frame;
mod inline;
mod justify;
mod linebreak;
mod notes;
mod official;
mod paginate;
mod shaping;
mod structure;
mod style;
mod table;
mod title;

use std::collections::{BTreeMap, BTreeSet};

use crate::colophon::Row;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::Document;
use crate::document::text::significant;
use crate::fonts::{Coverage, Face, FontLibrary, Glyph, Role};
use crate::furniture::{Furniture, Kind};
use crate::message::messages;

pub(crate) use bidi::is_right_to_left;
pub use frame::{
    Child, Element, ElementId, GlyphRun, Item, LinkArea, LinkTarget, Mark, OutlineEntry, Page, PagedDocument,
    Picture, PlacedGlyph, Rectangle, Scope, Span, Tag,
};
pub use style::{MILLIMETRE, PageStyle, Prohibition};

use structure::Structure;

messages! {
    /// Why a Document cannot be laid out.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum LayoutError {
        /// No font has these characters.
        GlyphMissing { characters: String } = "glyph-missing",
            "no font has: {characters}", "字库缺字：{characters}";
    }
}

impl std::error::Error for LayoutError {}

/// What setting a document needs and gathers.
struct Context<'a> {
    document: &'a Document,
    style: &'a PageStyle,
    coverage: Coverage<'a>,
    structure: Structure,
    outline: Vec<OutlineEntry>,
    diagnostics: &'a mut Diagnostics,
    /// Glyphs found lately, by a hash of role and character.
    glyphs: Vec<Option<(Role, char, Glyph)>>,
    /// Characters that no font has.
    missing: BTreeSet<char>,
    /// Characters for which 〓 is printed.
    substituted: BTreeSet<char>,
    /// Han drawn in a face of another style.
    fallback: BTreeMap<Face, BTreeSet<char>>,
    /// Private-use characters were seen.
    private_use: bool,
    /// The owner and mark of the span set last, to see whether the next cluster joins it.
    last_owner: Option<(u32, Option<Mark>)>,
    /// The element and mark of the span set last.
    last_element: Option<(ElementId, Option<Mark>)>,
}

impl Context<'_> {
    fn half_width(&self, c: char) -> Option<Glyph> {
        if c == '—' { self.coverage.glyph_of(Face::Song, c) } else { self.coverage.half_width(c) }
    }
}

/// Lays `document` out in the given style, with the 著录信息 page of these rows at its end.
///
/// A 目录 of the headings stands before the document if the style asks for one and there are headings.
///
/// The rows get one more: the fonts used. A character of theirs that no font has prints 〓 and fails nothing: that page
/// is this program's own.
///
/// # Errors
/// [`LayoutError::GlyphMissing`] names all characters that no font has, unless the style substitutes them. U+FFFD
/// and private-use characters are always substituted, with a diagnostic.
pub fn lay_out(
    document: &Document,
    colophon: Option<&[Row]>,
    style: &PageStyle,
    fonts: &FontLibrary,
    diagnostics: &mut Diagnostics,
) -> Result<PagedDocument, LayoutError> {
    let mut context = Context {
        document,
        style,
        coverage: Coverage::new(fonts),
        structure: Structure::new(),
        outline: Vec::new(),
        diagnostics,
        glyphs: vec![None; inline::GLYPH_CACHE],
        missing: BTreeSet::new(),
        substituted: BTreeSet::new(),
        fallback: BTreeMap::new(),
        private_use: false,
        last_owner: None,
        last_element: None,
    };
    let column = block::Column::body(&context);
    let mut pieces = block::blocks(&document.body, &column, &mut context);
    pieces.extend(notes::notes(&document.notes, &column, &mut context));
    if !context.missing.is_empty() {
        return Err(LayoutError::GlyphMissing { characters: listed(&context.missing) });
    }
    // 署名 and the like may have left the page open at the end; the 著录信息 page is a section of its own.
    let entry = context.outline.len();
    if let Some(rows) = colophon.filter(|rows| !rows.is_empty()) {
        colophon::colophon(rows, &mut pieces, &column, &mut context);
    }
    let (mut pages, mut places) = paginate::paginate(pieces, style);
    let mut outline = std::mem::take(&mut context.outline);
    places.enter(&mut outline);
    if style.contents {
        if entry == 0 {
            context.diagnostics.push(Diagnostic::ContentsEmpty);
        } else {
            let mut before = contents::contents(&outline[..entry], &column, &mut context);
            places.move_on(before.len());
            places.enter(&mut outline);
            before.append(&mut pages);
            pages = before;
        }
    }
    paginate::number(&mut pages, &context);
    report(&mut context);

    let colophon_page = outline.get(entry).map(|entry| entry.page);
    let mut elements = context.structure.finish();
    paginate::place_figures(&places, &mut elements);
    let furniture = furniture(&pages);
    Ok(PagedDocument {
        pages,
        elements,
        outline,
        colophon: colophon_page,
        furniture,
        stretch: style.stretch(),
        upright_left: style.left,
        holds_private_use: context.private_use,
    })
}

/// Tells of characters that were not drawn as they should be.
fn report(context: &mut Context<'_>) {
    for (face, characters) in &context.fallback {
        let (characters, face) = (listed(characters), face.name().to_owned());
        context.diagnostics.push(Diagnostic::GlyphFallback { characters, face });
    }
    if !context.substituted.is_empty() {
        let characters = listed(&context.substituted);
        context.diagnostics.push(Diagnostic::GlyphMissing { characters });
    }
}

/// `㛃 (U+36C3), 䶮 (U+4DAE)`; characters that cannot be shown by number only.
fn listed(characters: &BTreeSet<char>) -> String {
    const MOST: usize = 20;
    let mut list: Vec<String> = characters
        .iter()
        .take(MOST)
        .map(|&c| {
            let number = u32::from(c);
            let shown = !classes::is_private_use(c) && c != '\u{FFFD}';
            if shown { format!("{c} (U+{number:04X})") } else { format!("U+{number:04X}") }
        })
        .collect();
    if characters.len() > MOST {
        list.push(format!("… {}", characters.len()));
    }
    list.join(", ")
}

/// What the pages hold beyond the Document's text, by the number of significant characters before it.
fn furniture(pages: &[Page]) -> Vec<Furniture> {
    let mut found: Vec<Furniture> = Vec::new();
    let mut offset = 0;
    let mut open = None;
    let mut running = String::new();
    for item in pages.iter().flat_map(|page| &page.items) {
        match item {
            Item::Text(span) => {
                let count = significant(&span.text).count();
                if let Some(kind) = span.furniture
                    && count > 0
                {
                    found.push(Furniture { kind, offset, text: significant(&span.text).collect() });
                }
                if open.is_some() {
                    running.extend(significant(&span.text));
                }
                offset += count;
            }
            Item::Continued => {
                found.push(Furniture { kind: Kind::Continued, offset, text: String::new() });
            }
            Item::Continuation => {
                open = Some(found.len());
                running.clear();
                found.push(Furniture { kind: Kind::Continuation, offset, text: String::new() });
            }
            Item::ContinuationEnd => {
                if let Some(piece) = open.take().and_then(|index: usize| found.get_mut(index)) {
                    piece.text.clone_from(&running);
                }
            }
            Item::Rules(_) | Item::Picture(_) | Item::Link(_) => {}
        }
    }
    found
}

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;
