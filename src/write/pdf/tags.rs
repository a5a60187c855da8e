//! Turns layout's structure tree into krilla's tags.

use std::collections::BTreeSet;
use std::num::{NonZeroU16, NonZeroU32};

use krilla::geom::Rect;
use krilla::tagging::{
    BBox, Identifier, ListNumbering, Node, TableHeaderScope, Tag as PdfTag, TagGroup, TagId, TagKind, TagTree,
};

use crate::document::Marker;
use crate::layout::{Child, ElementId, Mark, PagedDocument, Scope, Tag};

/// The tags of `document`, with the content that was drawn for its marks.
pub(super) fn tree(document: &PagedDocument, mut identifiers: Vec<(Mark, Identifier)>) -> TagTree {
    // Stable: pieces of one mark stay in the order in which they were drawn.
    identifiers.sort_by_key(|(mark, _)| *mark);
    let named = document
        .elements
        .iter()
        .flat_map(|element| match &element.tag {
            Tag::Cell { headers, .. } => &headers[..],
            _ => &[],
        })
        .copied()
        .collect();
    let builder = Builder { document, identifiers, named };
    let mut tree = TagTree::new().with_lang(Some("zh-CN".to_owned()));
    if !document.elements.is_empty() {
        tree.children = builder.children(0);
    }
    tree
}

struct Builder<'a> {
    document: &'a PagedDocument,
    identifiers: Vec<(Mark, Identifier)>,
    /// Header cells that others name.
    named: BTreeSet<ElementId>,
}

impl Builder<'_> {
    /// What element `id` holds. Elements nest at most 64 deep.
    fn children(&self, id: ElementId) -> Vec<Node> {
        let mut nodes = Vec::new();
        for child in &self.document.elements[id as usize].children {
            match child {
                Child::Element(element) => nodes.push(Node::Group(self.element(*element))),
                Child::Mark(mark) => {
                    let first = self.identifiers.partition_point(|(other, _)| other < mark);
                    let own = self.identifiers[first..].iter().take_while(|(other, _)| other == mark);
                    nodes.extend(own.map(|(_, identifier)| Node::Leaf(*identifier)));
                }
            }
        }
        nodes
    }

    fn element(&self, id: ElementId) -> TagGroup {
        let element = &self.document.elements[id as usize];
        let tag = self.kind(id, &element.tag);
        // A cell of one paragraph holds its text itself: half the objects for a large table.
        if let (Tag::Cell { .. }, &[Child::Element(only)]) = (&element.tag, &element.children[..])
            && self.document.elements[only as usize].tag == Tag::Paragraph
        {
            return TagGroup::with_children(tag, self.children(only));
        }
        TagGroup::with_children(tag, self.children(id))
    }

    fn kind(&self, id: ElementId, tag: &Tag) -> TagKind {
        match tag {
            Tag::Document => PdfTag::Part.into(),
            Tag::Title => PdfTag::Title.into(),
            Tag::Heading(level, title) => {
                let level = NonZeroU16::new(u16::from(*level)).unwrap_or(NonZeroU16::MIN);
                PdfTag::Hn(level, Some(title.clone())).into()
            }
            Tag::Paragraph => PdfTag::P.into(),
            Tag::Quote => PdfTag::BlockQuote.into(),
            Tag::List(marker) => PdfTag::L(numbering(*marker)).into(),
            Tag::ListItem => PdfTag::LI.into(),
            Tag::Label => PdfTag::Lbl.into(),
            Tag::ListBody => PdfTag::LBody.into(),
            Tag::Table => PdfTag::Table.into(),
            Tag::Caption => PdfTag::Caption.into(),
            Tag::Row => PdfTag::TR.into(),
            Tag::Cell { scope, rowspan, colspan, headers } => {
                let headers = self.headers(headers);
                let span = |count: u32| NonZeroU32::new(count).filter(|count| count.get() > 1);
                match scope {
                    Some(scope) => PdfTag::TH(match scope {
                        Scope::Row => TableHeaderScope::Row,
                        Scope::Column => TableHeaderScope::Column,
                        Scope::Both => TableHeaderScope::Both,
                    })
                    .with_headers(headers)
                    .with_row_span(span(*rowspan))
                    .with_col_span(span(*colspan))
                    .with_id(self.named.contains(&id).then(|| name(id)))
                    .into(),
                    None => PdfTag::TD
                        .with_headers(headers)
                        .with_row_span(span(*rowspan))
                        .with_col_span(span(*colspan))
                        .into(),
                }
            }
            Tag::Figure { alternative, area } => {
                let bounds = area.and_then(|(page, area)| {
                    let (left, stretch) = self.origin(page);
                    let rect =
                        Rect::from_xywh(left + area.x * stretch, area.y, area.width * stretch, area.height)?;
                    Some(BBox::new(page as usize, rect))
                });
                PdfTag::Figure(Some(alternative.clone())).with_bbox(bounds).into()
            }
            Tag::Section => PdfTag::Section.into(),
            Tag::Contents => PdfTag::TOC.into(),
            Tag::ContentsEntry => PdfTag::TOCI.into(),
            Tag::Reference => PdfTag::Reference.into(),
            Tag::Link => PdfTag::Link.into(),
            Tag::Note => PdfTag::Note.into(),
        }
    }

    /// The names of header cells, if there are any.
    fn headers(&self, headers: &[ElementId]) -> Option<Vec<TagId>> {
        let is_head = |id: &&ElementId| {
            let element = self.document.elements.get(**id as usize);
            matches!(element.map(|element| &element.tag), Some(Tag::Cell { scope: Some(_), .. }))
        };
        let names: Vec<TagId> = headers.iter().filter(is_head).map(|&id| name(id)).collect();
        (!names.is_empty()).then_some(names)
    }

    /// Left edge of a page's type area and its horizontal scale.
    fn origin(&self, page: u32) -> (f32, f32) {
        let left = self.document.pages.get(page as usize).map_or(0.0, |page| page.left);
        (left, self.document.stretch)
    }
}

/// What an element is called in the file.
fn name(id: ElementId) -> TagId {
    TagId::from(id.to_string().into_bytes())
}

/// PDF knows no Chinese numbering; its marks are in the labels.
fn numbering(marker: Marker) -> ListNumbering {
    match marker {
        Marker::Bullet => ListNumbering::Disc,
        Marker::Decimal | Marker::Han => ListNumbering::Decimal,
        Marker::LowerAlpha => ListNumbering::LowerAlpha,
        Marker::UpperAlpha => ListNumbering::UpperAlpha,
        Marker::LowerRoman => ListNumbering::LowerRoman,
        Marker::UpperRoman => ListNumbering::UpperRoman,
        Marker::None => ListNumbering::None,
    }
}
