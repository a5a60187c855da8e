//! Tells whether a file says what the Document says, without being told what its writer added.
//!
//! When a file is written, its writer says where the page numbers and the like are, and exactly these are taken away
//! ([`verify`](crate::verify)). Years later only the file is there. So the two texts are read side by side; where they
//! part, the file must have something that a writer of ours adds, word for word. All ways of reading are followed at
//! once: a page number that looks like the text is no trap.
//!
//! Tables whose cells are cut over pages (PDF) or drawn side by side (text) do not stand in the order of the Document.
//! Of a Document with tables, when the first reading fails, the characters are counted: the file must have each as
//! often as the Document at least, and nothing more than what writers can have added.

use std::collections::{BTreeMap, BTreeSet};

use super::Fault;
use crate::document::text::{blocks, significant, text};
use crate::document::{Block, Cell, Document, Image, Inline, Run, Table};

/// What is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Pdf,
    Docx,
    Text,
}

/// Characters shown of a difference.
const EXCERPT: usize = 20;
/// Ways of reading that are followed at once at most.
const MOST_WAYS: usize = 64;
/// The heading of the last page, from which on nothing is the Document's.
const COLOPHON: &str = "著录信息";
/// The heading of the addresses at the end of a text file.
const LINKS: &str = "链接";
/// The line that ends the header of a text file.
const RULE: &str = "----------";

/// The words of a Document and what may stand between them.
pub(super) struct Wording {
    words: Vec<char>,
    /// Whole pieces that a writer may add.
    pieces: BTreeMap<char, Vec<Vec<char>>>,
    /// The addresses that it links to, longest first.
    links: Vec<Vec<char>>,
    tables: bool,
}

impl Wording {
    pub(super) fn of(document: &Document) -> Self {
        let mut pieces = Pieces::default();
        pieces.blocks(&document.body, document);
        for note in &document.notes {
            pieces.inlines(&note.content);
        }
        let mut by_first: BTreeMap<char, Vec<Vec<char>>> = BTreeMap::new();
        for piece in &pieces.found {
            let piece: Vec<char> = significant(piece).collect();
            if let Some(&first) = piece.first() {
                by_first.entry(first).or_default().push(piece);
            }
        }
        let mut links: Vec<Vec<char>> = pieces.links.iter().map(|link| significant(link).collect()).collect();
        links.sort_by_key(|link: &Vec<char>| std::cmp::Reverse(link.len()));
        Self { words: significant(&text(document)).collect(), pieces: by_first, links, tables: pieces.tables }
    }

    /// Whether `found`, the significant characters of a file, says the same.
    pub(super) fn compare(&self, found: &[char], kind: Kind) -> Result<(), Fault> {
        let Err(furthest) = self.side_by_side(found, kind) else { return Ok(()) };
        let differs = |(found_at, words_at): (usize, usize)| Fault::TextDiffers {
            offset: words_at,
            expected: self.words[words_at..].iter().take(EXCERPT).collect(),
            found: found[found_at..].iter().take(EXCERPT).collect(),
        };
        if self.tables && kind != Kind::Docx && self.counted(found, kind) {
            return Ok(());
        }
        Err(differs(furthest))
    }

    /// The furthest place where the two agree, if they do not to the end.
    fn side_by_side(&self, found: &[char], kind: Kind) -> Result<(), (usize, usize)> {
        // How many words may have been read at the character at hand, and at later ones.
        let mut now: Vec<usize> = vec![0];
        let mut later: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let mut furthest = (0, 0);
        for at in 0..=found.len() {
            now.extend(later.remove(&at).unwrap_or_default());
            now.sort_unstable_by(|one, other| other.cmp(one));
            now.dedup();
            now.truncate(MOST_WAYS);
            if now.is_empty() && later.is_empty() {
                break;
            }
            let mut next = Vec::with_capacity(now.len());
            for word in now {
                if word > furthest.1 {
                    furthest = (at, word);
                }
                if word == self.words.len() && self.is_tail(&found[at..], kind) {
                    return Ok(());
                }
                let Some(&character) = found.get(at) else { continue };
                for length in self.added(&found[at..], character, kind) {
                    later.entry(at + length).or_default().push(word);
                }
                if self.words.get(word) == Some(&character) {
                    next.push(word + 1);
                }
            }
            now = next;
        }
        Err(furthest)
    }

    /// Nothing; or the page that tells of the source; or, in a text file, the addresses that are linked to.
    fn is_tail(&self, rest: &[char], kind: Kind) -> bool {
        match kind {
            _ if rest.is_empty() => true,
            Kind::Pdf | Kind::Docx => starts_with(rest, COLOPHON),
            Kind::Text => {
                let Some(mut list) = starts_with(rest, LINKS).then(|| &rest[LINKS.chars().count()..]) else {
                    return false;
                };
                while let Some(link) = self.links.iter().find(|link| list.starts_with(link)) {
                    list = &list[link.len()..];
                }
                list.is_empty()
            }
        }
    }

    /// The lengths of what may have been added at the beginning of `rest`.
    fn added<'a>(&'a self, rest: &'a [char], first: char, kind: Kind) -> impl Iterator<Item = usize> + 'a {
        let single = match kind {
            Kind::Pdf => matches!(first, '-' | '\u{2010}' | '\u{ad}'),
            Kind::Docx => false,
            Kind::Text => first == '^' || (self.tables && matches!(first, '+' | '-' | '|')),
        };
        let number = (kind == Kind::Pdf).then(|| page_number(rest)).flatten();
        let pieces = self.pieces.get(&first).into_iter().flatten();
        let pieces = pieces.filter(|piece| rest.starts_with(piece)).map(Vec::len);
        single.then_some(1).into_iter().chain(number).chain(pieces)
    }

    /// Whether `found` has each character of the words as often at least, and nothing besides that no writer adds.
    fn counted(&self, found: &[char], kind: Kind) -> bool {
        let end = (0..found.len()).rev().find(|&at| self.is_tail(&found[at..], kind));
        let mut left: BTreeMap<char, i64> = BTreeMap::new();
        for &character in &found[..end.unwrap_or(found.len())] {
            *left.entry(character).or_default() += 1;
        }
        for character in &self.words {
            *left.entry(*character).or_default() -= 1;
        }
        let of_pieces: BTreeSet<char> = self.pieces.values().flatten().flatten().copied().collect();
        left.into_iter().all(|(character, count)| {
            let added = match kind {
                Kind::Text => matches!(character, '+' | '-' | '|' | '^'),
                Kind::Pdf | Kind::Docx => {
                    character.is_ascii_digit() || matches!(character, '—' | '-' | '\u{2010}' | '\u{ad}')
                }
            };
            count == 0 || (count > 0 && (added || of_pieces.contains(&character)))
        })
    }
}

fn starts_with(rest: &[char], words: &str) -> bool {
    let mut rest = rest.iter();
    words.chars().all(|character| rest.next() == Some(&character))
}

/// `—12—`. GB/T 9704-2012, 7.5.
fn page_number(rest: &[char]) -> Option<usize> {
    let digits = rest.strip_prefix(&['—'])?.iter().take_while(|digit| digit.is_ascii_digit()).count();
    (digits > 0 && rest.get(digits + 1) == Some(&'—')).then_some(digits + 2)
}

/// The text of a text file below its header.
pub(super) fn below_header(file: &str) -> &str {
    let mut end = 0;
    for line in file.split_inclusive('\n') {
        end += line.len();
        if line.trim_end() == RULE {
            return &file[end..];
        }
    }
    file
}

/// What writers may add to a Document: marks of lists, notes in place of pictures, heads of tables on further pages.
#[derive(Default)]
struct Pieces {
    found: BTreeSet<String>,
    links: BTreeSet<String>,
    tables: bool,
}

impl Pieces {
    fn blocks(&mut self, content: &[Block], document: &Document) {
        for block in content {
            match block {
                Block::Title { .. } => {}
                Block::Heading(heading) => self.inlines(&heading.content),
                Block::Paragraph(paragraph) => self.inlines(&paragraph.content),
                Block::List(list) => {
                    for (index, item) in list.items.iter().enumerate() {
                        self.found.insert(list.mark(index));
                        self.blocks(item, document);
                    }
                }
                Block::Table(table) => self.table(table, document),
                Block::Figure(figure) => {
                    self.image(&figure.image);
                    self.inlines(&figure.caption);
                }
                Block::Quote { body } => self.blocks(body, document),
            }
        }
    }

    fn table(&mut self, table: &Table, document: &Document) {
        self.tables = true;
        let cells = |rows: usize| table.rows[..rows.min(table.rows.len())].iter().flat_map(|row| &row.cells);
        let mut head = String::new();
        cells(table.header_rows).for_each(|cell: &Cell| blocks(&cell.blocks, document, &mut head));
        self.found.insert(head);
        self.inlines(&table.caption);
        self.inlines(&table.unit);
        for cell in cells(table.rows.len()) {
            self.blocks(&cell.blocks, document);
        }
    }

    fn inlines(&mut self, content: &[Inline]) {
        for inline in content {
            match inline {
                Inline::Image(image) => self.image(image),
                // An empty address would be found everywhere.
                Inline::Text(Run { link: Some(link), .. }) if !link.trim().is_empty() => {
                    self.links.insert(link.clone());
                }
                _ => {}
            }
        }
    }

    /// The words that each writer puts in the place of a picture.
    fn image(&mut self, image: &Image) {
        let plain = |name: &str| name.chars().filter(|c| !c.is_control()).collect::<String>();
        self.found.insert("图片缺失".to_owned());
        self.found.insert("[图片]".to_owned());
        for name in [&image.source, &image.alternative] {
            let whole = plain(name);
            let cut: String = whole.chars().take(200).collect();
            for name in [cut, whole] {
                for what in ["图片", "图片缺失", "图片格式无法在DOCX中显示"] {
                    self.found.insert(format!("{what}：{name}"));
                    self.found.insert(format!("[{what}：{name}]"));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{List, Paragraph, Row};

    fn paragraph(text: &str) -> Block {
        Block::Paragraph(Paragraph { content: vec![Inline::Text(Run::plain(text))], ..Paragraph::default() })
    }

    fn says(body: Vec<Block>, found: &str, kind: Kind) -> bool {
        let document = Document { body, ..Document::default() };
        let found: Vec<char> = significant(found).collect();
        Wording::of(&document).compare(&found, kind).is_ok()
    }

    #[test]
    fn page_numbers_and_the_last_page_are_not_the_documents() {
        let body = || vec![paragraph("甲乙—1—丙"), paragraph("丁")];
        assert!(says(body(), "甲乙—1—丙丁", Kind::Pdf));
        assert!(says(body(), "甲乙—1——1—丙丁—2—著录信息标题甲", Kind::Pdf));
        assert!(says(body(), "甲乙—1—丙—1—丁—2—", Kind::Pdf));
        assert!(!says(body(), "甲乙—1—丙丁—2—", Kind::Docx));
    }

    #[test]
    fn a_changed_lost_or_gained_character_is_found() {
        for found in ["甲乙丁", "甲丙", "甲乙丙丁", "乙甲丙", "", "甲乙丙—1"] {
            assert!(!says(vec![paragraph("甲乙丙")], found, Kind::Pdf), "{found}");
        }
    }

    #[test]
    fn marks_of_lists_may_be_there_and_no_others() {
        let list = |items: usize| {
            vec![Block::List(List {
                marker: crate::document::Marker::Decimal,
                start: 1,
                items: vec![vec![paragraph("甲")]; items],
            })]
        };
        assert!(says(list(2), "1.甲2.甲", Kind::Docx));
        assert!(says(list(2), "甲甲", Kind::Docx));
        assert!(!says(list(2), "1.甲3.甲", Kind::Docx));
    }

    #[test]
    fn a_text_file_ends_with_the_addresses_and_nothing_else() {
        let link = || {
            let run = Run { link: Some("http://a.cn/".to_owned()), ..Run::plain("甲") };
            vec![Block::Paragraph(Paragraph { content: vec![Inline::Text(run)], ..Paragraph::default() })]
        };
        assert!(says(link(), "甲 链接 http://a.cn/", Kind::Text));
        assert!(!says(link(), "甲 链接 http://b.cn/", Kind::Text));
        assert!(!says(link(), "甲 链接 http://a.cn/ 乙", Kind::Text));
        assert!(!says(link(), "甲 链接 http://a.cn/", Kind::Pdf));
    }

    #[test]
    fn cells_cut_over_pages_are_counted() {
        let cell = |text: &str| Cell { blocks: vec![paragraph(text)], ..Cell::default() };
        let table = || {
            vec![Block::Table(Table {
                caption: Vec::new(),
                unit: Vec::new(),
                columns: 2,
                header_rows: 0,
                rows: vec![Row { cells: vec![cell("甲乙"), cell("丙丁")] }],
            })]
        };
        assert!(says(table(), "甲丙—1—乙丁—2—著录信息", Kind::Pdf));
        assert!(says(table(), "+--+|甲|丙||乙|丁|", Kind::Text));
        assert!(!says(table(), "甲丙—1—乙戊—2—", Kind::Pdf));
        assert!(!says(table(), "甲丙—1—乙丁丁—2—", Kind::Pdf));
    }

    #[test]
    fn the_header_of_a_text_file_ends_at_its_rule() {
        assert_eq!(below_header("标题：甲\n----------\n\n甲\n"), "\n甲\n");
        assert_eq!(below_header("甲\n"), "甲\n");
    }
}
