//! Turns a Document into the list of its pictures by the reference that its body gives them.

use std::collections::BTreeMap;

use crate::document::{AssetId, Block, Document, Image, Inline};

/// The pictures beside the page that could be had, by reference. Those within the page (`data:`) are part of it.
pub(super) fn beside(document: &Document) -> BTreeMap<&str, &AssetId> {
    let mut found = BTreeMap::new();
    blocks(&document.body, &mut found);
    for note in &document.notes {
        inlines(&note.content, &mut found);
    }
    found
}

type Found<'a> = BTreeMap<&'a str, &'a AssetId>;

fn blocks<'a>(body: &'a [Block], found: &mut Found<'a>) {
    for block in body {
        match block {
            Block::Title { .. } => {}
            Block::Heading(heading) => inlines(&heading.content, found),
            Block::Paragraph(paragraph) => inlines(&paragraph.content, found),
            Block::List(list) => list.items.iter().for_each(|item| blocks(item, found)),
            Block::Table(table) => {
                inlines(&table.caption, found);
                inlines(&table.unit, found);
                for cell in table.rows.iter().flat_map(|row| &row.cells) {
                    blocks(&cell.blocks, found);
                }
            }
            Block::Figure(figure) => {
                image(&figure.image, found);
                inlines(&figure.caption, found);
            }
            Block::Quote { body } => blocks(body, found),
        }
    }
}

fn inlines<'a>(content: &'a [Inline], found: &mut Found<'a>) {
    for inline in content {
        if let Inline::Image(picture) = inline {
            image(picture, found);
        }
    }
}

fn image<'a>(image: &'a Image, found: &mut Found<'a>) {
    if let Some(asset) = &image.asset
        && !image.source.starts_with("data:")
    {
        found.insert(&image.source, asset);
    }
}
