//! Turns a Document into the flat list of clauses that are compared.

use serde::Serialize;

use super::address;
use crate::document::text::{blocks, inlines};
use crate::document::{
    Align, AssetId, Block, Cell, Document, Heading, Image, Inline, Paragraph, Role, Style, Table,
};

/// What a clause is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The title; its lines are separated by newlines.
    Title,
    /// A heading of the outline.
    Heading,
    /// A paragraph, whatever its role.
    Paragraph,
    /// A paragraph within an item of a list.
    ListItem,
    /// The caption of a table.
    TableCaption,
    /// 「单位：万元」 above a table.
    TableUnit,
    /// The grid of a table.
    Table,
    /// A picture with its caption.
    Figure,
    /// A note with its mark.
    Note,
    /// An attachment's name.
    Attachment,
}

/// How a text looks, leaving aside what it says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Look {
    /// Level of a heading; 0 for anything else.
    pub level: u8,
    /// Role of a paragraph.
    pub role: Role,
    /// Alignment.
    pub align: Align,
    /// Emphasis, by number of characters.
    pub styles: Vec<(Style, usize)>,
    /// Targets of links, by number of characters.
    pub links: Vec<(String, usize)>,
    /// Rows and columns covered, header or not: of cells.
    pub cell: (usize, usize, bool),
}

/// A clause.
#[derive(Clone, Debug)]
pub(super) struct Unit<'a> {
    /// What it is.
    pub part: Part,
    /// Where it stands, in words.
    pub address: String,
    /// Its characters; empty for a table.
    pub text: String,
    /// Its pictures, each by digest, else by where the page takes it from.
    pub pictures: Vec<String>,
    /// How it looks.
    pub look: Look,
    /// The table, if it is one.
    pub table: Option<&'a Table>,
}

/// The clauses of `document` in reading order, then its notes, then its attachments.
pub(super) fn units(document: &Document) -> Vec<Unit<'_>> {
    let mut walk = Walk { document, units: Vec::new(), addresses: address::Builder::default() };
    walk.blocks(&document.body, false);
    for note in &document.notes {
        let mut text = Words::of(document, &note.content);
        text.text.insert_str(0, &note.mark);
        text.put_first(note.mark.chars().count());
        let place = address::Place::Fixed(format!("注 {}", note.mark));
        walk.push(Part::Note, place, text, Look::default());
    }
    for (index, attachment) in document.attachments.iter().enumerate() {
        let mut words = Words { text: attachment.name.clone(), ..Words::default() };
        words.links.push((attachment.url.clone(), attachment.name.chars().count()));
        let place = address::Place::Fixed(format!("附件清单第 {} 项", index + 1));
        walk.push(Part::Attachment, place, words, Look::default());
    }
    let Walk { mut units, addresses, .. } = walk;
    for (unit, address) in units.iter_mut().zip(addresses.finish()) {
        unit.address = address;
    }
    units
}

/// The text of a cell, its pictures and its look.
pub(super) fn cell(document: &Document, cell: &Cell) -> (String, Vec<String>, Look) {
    let mut words = Words::default();
    if let [Block::Paragraph(paragraph)] = &cell.blocks[..] {
        words = Words::of(document, &paragraph.content);
    } else {
        blocks(&cell.blocks, document, &mut words.text);
        words.text.truncate(words.text.trim_end_matches('\n').len());
        words.pictures_of(&cell.blocks);
    }
    let look = Look {
        align: cell.align,
        styles: words.styles,
        links: words.links,
        cell: (cell.rowspan, cell.colspan, cell.header),
        ..Look::default()
    };
    (words.text, words.pictures, look)
}

struct Walk<'a> {
    document: &'a Document,
    units: Vec<Unit<'a>>,
    addresses: address::Builder,
}

impl<'a> Walk<'a> {
    fn push(&mut self, part: Part, place: address::Place, words: Words, mut look: Look) {
        (look.styles, look.links) = (words.styles, words.links);
        self.addresses.push(place);
        self.units.push(Unit {
            part,
            address: String::new(),
            text: words.text,
            pictures: words.pictures,
            look,
            table: None,
        });
    }

    fn blocks(&mut self, content: &'a [Block], in_list: bool) {
        let document = self.document;
        for block in content {
            match block {
                Block::Title { lines } => {
                    let words = Words { text: lines.join("\n"), ..Words::default() };
                    self.push(Part::Title, address::Place::Fixed("标题".to_owned()), words, Look::default());
                }
                Block::Heading(heading) => self.heading(heading),
                Block::Paragraph(paragraph) => self.paragraph(paragraph, in_list),
                Block::List(list) => {
                    for item in &list.items {
                        self.addresses.list_item();
                        self.blocks(item, true);
                    }
                    self.addresses.list_end();
                }
                Block::Table(table) => {
                    let number = self.addresses.table();
                    for (part, content, name) in
                        [(Part::TableCaption, &table.caption, "表题"), (Part::TableUnit, &table.unit, "单位")]
                    {
                        if !content.is_empty() {
                            let place = address::Place::Fixed(format!("表 {number} {name}"));
                            self.push(part, place, Words::of(document, content), Look::default());
                        }
                    }
                    let place = address::Place::Fixed(format!("表 {number}"));
                    self.push(Part::Table, place, Words::default(), Look::default());
                    if let Some(unit) = self.units.last_mut() {
                        unit.table = Some(table);
                    }
                }
                Block::Figure(figure) => {
                    let mut words = Words::of(document, &figure.caption);
                    words.pictures.insert(0, picture(&figure.image));
                    let place = address::Place::Fixed(format!("图 {}", self.addresses.figure()));
                    self.push(Part::Figure, place, words, Look::default());
                }
                Block::Quote { body } => self.blocks(body, in_list),
            }
        }
    }

    fn heading(&mut self, heading: &Heading) {
        let words = Words::of(self.document, &heading.content);
        let place = address::Place::Heading {
            level: heading.level.get(),
            words: words.text.clone(),
            run_in: heading.run_in,
        };
        let look = Look { level: heading.level.get(), align: heading.align, ..Look::default() };
        self.push(Part::Heading, place, words, look);
    }

    fn paragraph(&mut self, paragraph: &Paragraph, in_list: bool) {
        let words = Words::of(self.document, &paragraph.content);
        let fixed = match paragraph.role {
            Role::Body => None,
            Role::Subtitle => Some("题注"),
            Role::DocumentNumber => Some("发文字号"),
            Role::Addressee => Some("主送机关"),
            Role::AttachmentNote => Some("附件说明"),
            Role::Signature => Some("署名"),
            Role::SignedDate => Some("成文日期"),
            Role::Annotation => Some("附注"),
        };
        let place = match fixed {
            Some(name) => address::Place::Fixed(name.to_owned()),
            None => address::Place::Paragraph { words: words.text.clone() },
        };
        let look = Look { role: paragraph.role, align: paragraph.align, ..Look::default() };
        self.push(if in_list { Part::ListItem } else { Part::Paragraph }, place, words, look);
    }
}

/// Inline content, taken apart.
#[derive(Default)]
struct Words {
    text: String,
    pictures: Vec<String>,
    styles: Vec<(Style, usize)>,
    links: Vec<(String, usize)>,
}

impl Words {
    fn of(document: &Document, content: &[Inline]) -> Self {
        let mut words = Self::default();
        for inline in content {
            let before = words.text.len();
            match inline {
                Inline::Image(image) => words.pictures.push(picture(image)),
                other => inlines(std::slice::from_ref(other), document, &mut words.text),
            }
            let length = words.text[before..].chars().count();
            let (style, link) = match inline {
                Inline::Text(run) => (run.style, run.link.clone().unwrap_or_default()),
                _ => Default::default(),
            };
            extend(&mut words.styles, style, length);
            extend(&mut words.links, link, length);
        }
        words
    }

    /// Makes room for `length` plain characters before the text.
    fn put_first(&mut self, length: usize) {
        self.styles.insert(0, (Style::default(), length));
        self.links.insert(0, (String::new(), length));
    }

    fn pictures_of(&mut self, content: &[Block]) {
        for block in content {
            match block {
                Block::Heading(Heading { content, .. }) | Block::Paragraph(Paragraph { content, .. }) => {
                    self.pictures.extend(content.iter().filter_map(|inline| match inline {
                        Inline::Image(image) => Some(picture(image)),
                        _ => None,
                    }));
                }
                Block::Figure(figure) => self.pictures.push(picture(&figure.image)),
                Block::List(list) => list.items.iter().for_each(|item| self.pictures_of(item)),
                Block::Quote { body } => self.pictures_of(body),
                Block::Table(table) => {
                    for cell in table.rows.iter().flat_map(|row| &row.cells) {
                        self.pictures_of(&cell.blocks);
                    }
                }
                Block::Title { .. } => {}
            }
        }
    }
}

fn extend<T: PartialEq>(runs: &mut Vec<(T, usize)>, value: T, length: usize) {
    match runs.last_mut() {
        _ if length == 0 => {}
        Some((last, count)) if *last == value => *count += length,
        _ => runs.push((value, length)),
    }
}

/// By what a picture is known: `sha256:…` of its bytes; where it could not be had, its address.
fn picture(image: &Image) -> String {
    match &image.asset {
        Some(AssetId(digest)) => format!("sha256:{digest}"),
        None => image.source.clone(),
    }
}
