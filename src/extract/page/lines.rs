//! Turns the flat view into the lines that a reader sees, each with its mass, links and sentence marks.

use crate::extract::blocks::attachments;
use scraper::node::Element;

use super::{Item, Kind, Tag, attribute};
use crate::extract::whitespace::{is_blank, is_sentence_mark};

/// A line as the page shows it: text between two block boundaries or `<br>`s.
#[derive(Debug)]
pub(in crate::extract) struct Line {
    /// Index of the first text item.
    pub(in crate::extract) start: usize,
    /// One beyond the index of the last text item.
    pub(in crate::extract) end: usize,
    /// Index of the nearest block around it.
    pub(in crate::extract) block: usize,
    /// Its characters, white space runs as one space, trimmed.
    pub(in crate::extract) text: String,
    /// Number of characters that are not white space.
    pub(in crate::extract) length: usize,
    /// How many of them are links (links to files do not count).
    pub(in crate::extract) linked: usize,
    /// How many of them are punctuation of sentences.
    pub(in crate::extract) marks: usize,
}

impl Line {
    /// Its characters without white space.
    pub(in crate::extract) fn squeezed(&self) -> String {
        self.text.chars().filter(|c| !is_blank(*c)).collect()
    }
}

/// Whether a link leads to another page: not to a file, which may be an attachment, nor to a note of this page.
fn leads_away(element: &Element) -> bool {
    attribute(element, "href").is_some_and(|target| {
        let target = target.trim();
        attachments::media_type(target).is_none() && !(target.starts_with('#') && target.len() > 1)
    })
}

/// The lines of the page in reading order.
pub(in crate::extract) fn lines(items: &[Item<'_>]) -> Vec<Line> {
    let mut builder = Builder { lines: Vec::new(), line: None, space: false };
    // Open elements with their ends; blocks and links are what matters here.
    let mut open: Vec<(usize, Tag, usize)> = Vec::new();
    let (mut links, mut blocks) = (0usize, vec![0usize]);
    let mut index = 0;
    while index < items.len() {
        while let Some(&(end, tag, links_before)) = open.last() {
            if end > index {
                break;
            }
            open.pop();
            links = links_before;
            if tag.breaks_line() {
                builder.finish();
                blocks.pop();
            }
        }
        let item = &items[index];
        match item.kind {
            _ if item.hidden => {
                index = item.end;
                continue;
            }
            Kind::Element(element, tag) => {
                open.push((item.end, tag, links));
                if tag.breaks_line() {
                    builder.finish();
                    blocks.push(if tag == Tag::Break { blocks.last().copied().unwrap_or(0) } else { index });
                }
                if tag == Tag::Anchor && leads_away(element) {
                    links += 1;
                }
            }
            Kind::Text(text) => builder.push(text, index, blocks.last().copied().unwrap_or(0), links > 0),
            Kind::Other => {}
        }
        index += 1;
    }
    builder.finish();
    builder.lines
}

struct Builder {
    lines: Vec<Line>,
    line: Option<Line>,
    space: bool,
}

impl Builder {
    fn push(&mut self, text: &str, index: usize, block: usize, linked: bool) {
        for character in text.chars() {
            if is_blank(character) {
                self.space = true;
                continue;
            }
            let line = self.line.get_or_insert_with(|| Line {
                start: index,
                end: index + 1,
                block,
                text: String::new(),
                length: 0,
                linked: 0,
                marks: 0,
            });
            if self.space && !line.text.is_empty() {
                line.text.push(' ');
            }
            self.space = false;
            line.text.push(character);
            line.end = index + 1;
            line.length += 1;
            line.linked += usize::from(linked);
            line.marks += usize::from(is_sentence_mark(character));
        }
    }

    fn finish(&mut self) {
        self.space = false;
        self.lines.extend(self.line.take());
    }
}
