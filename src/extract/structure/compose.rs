//! Turns drafts into the body: the title in its printed place, roles, outline, captions.

use super::captions;
use super::outline::{self, Extent, Rung};
use super::roles;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{self, Align, Block, Heading, Inline, Level, Role};
use crate::extract::blocks::Draft;
use crate::extract::blocks::inlines::{self, split, trim_end, trim_start, unweighted};
use crate::extract::blocks::paragraphs::Paragraph;
use crate::extract::metadata::number;
use crate::extract::trace;
use crate::extract::whitespace::squeeze;

/// A body, with the place of each block on the page and the part it plays.
pub(in crate::extract) struct Composed {
    /// The blocks.
    pub(in crate::extract) body: Vec<Block>,
    /// For each block the item where it begins and the name of its part.
    pub(in crate::extract) places: Vec<(usize, String)>,
    /// Paragraphs that repeated the title and were left out: item and text.
    pub(in crate::extract) repeated: Vec<(usize, String)>,
    /// Whether the title was found in the text.
    pub(in crate::extract) title_in_text: bool,
}

/// The title to be placed.
pub(in crate::extract) struct Title {
    /// Its lines as the page's heading breaks them, or as one.
    pub(in crate::extract) lines: Vec<String>,
    /// The item of that heading.
    pub(in crate::extract) item: usize,
    /// Wordings under which the text may repeat it, white space removed, the preferred one first.
    pub(in crate::extract) wordings: Vec<String>,
}

/// Composes the body from `drafts`.
pub(in crate::extract) fn compose(
    drafts: Vec<Draft>,
    title: Option<Title>,
    diagnostics: &mut Diagnostics,
) -> Composed {
    let mut drafts = drafts;
    let mut repeated = Vec::new();
    let mut placed: Option<usize> = None;
    let title_in_text = title.as_ref().is_some_and(|title| {
        placed = place_title(&mut drafts, title, &mut repeated);
        placed.is_some()
    });
    if placed.is_none()
        && let Some(title) = title
        && !title.lines.is_empty()
    {
        drafts.insert(0, Draft::Block { block: Block::Title { lines: title.lines }, origin: title.item });
        placed = Some(0);
    }
    let mut drafts = captions::attach(drafts);
    // Captions never stand before the title's place, but a figure above it may have taken one.
    let title_at = placed.and_then(|_| drafts.iter().position(is_title));
    roles::assign(&mut drafts, title_at);
    let (body, origins) = finish(drafts, diagnostics);
    Composed { body, places: origins, repeated, title_in_text }
}

fn is_title(draft: &Draft) -> bool {
    matches!(draft, Draft::Block { block: Block::Title { .. }, .. })
}

/// Puts the title block where the text repeats the title, and takes out a second copy right after it.
fn place_title(drafts: &mut Vec<Draft>, title: &Title, repeated: &mut Vec<(usize, String)>) -> Option<usize> {
    let found = title.wordings.iter().find_map(|wording| find_title(drafts, wording))?;
    let origin = drafts[found.first].paragraph().map_or(0, |paragraph| paragraph.origin);
    let mut rest = None;
    if let Some(Draft::Paragraph(last)) = drafts.get_mut(found.last)
        && let Some(content) = found.rest
    {
        rest = Some(Paragraph { content, length: found.rest_length, heading: None, ..last.clone() });
    }
    let block = Block::Title { lines: found.lines };
    let replacement = std::iter::once(Draft::Block { block, origin }).chain(rest.map(Draft::Paragraph));
    drafts.splice(found.first..=found.last, replacement);
    // A heading above the container and another within it: the reader saw one title.
    let mut index = found.first + 1;
    while index < drafts.len().min(found.first + 4) {
        let copy =
            drafts[index].paragraph().filter(|paragraph| paragraph.length <= 200).and_then(|paragraph| {
                let text = inlines::text(&paragraph.content);
                title.wordings.contains(&squeeze(&text)).then_some((paragraph.origin, text))
            });
        if let Some(copy) = copy {
            repeated.push(copy);
            drafts.remove(index);
        } else {
            index += 1;
        }
    }
    Some(found.first)
}

struct TitleFound {
    first: usize,
    last: usize,
    lines: Vec<String>,
    /// What follows the title in its last paragraph.
    rest: Option<Vec<Inline>>,
    rest_length: usize,
}

/// Paragraphs, or lines of them, that together are `wording`.
fn find_title(drafts: &[Draft], wording: &str) -> Option<TitleFound> {
    const DEEPEST: usize = 14;
    if wording.chars().count() < 2 {
        return None;
    }
    for first in 0..drafts.len().min(DEEPEST) {
        let Some(paragraph) = drafts[first].paragraph() else { continue };
        let prominent = paragraph.align == Align::Center
            || paragraph.heading.is_some()
            || paragraph.bold
            || paragraph.large
            || paragraph.display;
        // Below the head of the text only what is set like a title is one.
        if first > 3 && !prominent || paragraph.length > 300 {
            continue;
        }
        if let Some(found) = match_title(drafts, first, wording) {
            return Some(found);
        }
    }
    None
}

fn match_title(drafts: &[Draft], first: usize, wording: &str) -> Option<TitleFound> {
    let mut said = String::new();
    let mut lines = Vec::new();
    for (last, draft) in drafts.iter().enumerate().skip(first).take(6) {
        let paragraph = draft.paragraph().filter(|paragraph| paragraph.length <= 300)?;
        let text = inlines::text(&paragraph.content);
        // A number above the title is no line of it.
        if number::whole(&text).is_some() && !wording.contains(&squeeze(&text)) {
            return None;
        }
        let mut bytes = 0;
        for line in text.split('\n') {
            said.push_str(&squeeze(line));
            bytes += line.len() + 1;
            lines.push(line.trim().to_owned());
            if said == wording {
                let (_, mut rest) = split(paragraph.content.clone(), bytes.min(text.len()));
                trim_start(&mut rest);
                trim_end(&mut rest);
                let rest_length = squeeze(&inlines::text(&rest)).chars().count();
                let rest = (!rest.is_empty()).then_some(rest);
                lines.retain(|line| !line.is_empty());
                return Some(TitleFound { first, last, lines, rest, rest_length });
            }
        }
        let prefix = wording.starts_with(&said);
        // The text may print the issuer before what the tag gives as the title.
        let set_apart = paragraph.align == Align::Center || paragraph.heading.is_some() || paragraph.bold;
        let longer = said.ends_with(wording) && said.chars().count() <= wording.chars().count() + 24;
        if longer && set_apart && wording.chars().count() >= 8 {
            lines.retain(|line| !line.is_empty());
            return Some(TitleFound { first, last, lines, rest: None, rest_length: 0 });
        }
        let may_lead = set_apart && said.chars().count() <= 24 && wording.chars().count() >= 8;
        if !prefix && !may_lead {
            return None;
        }
    }
    None
}

/// Headings, paragraphs and all else as blocks.
fn finish(drafts: Vec<Draft>, diagnostics: &mut Diagnostics) -> (Vec<Block>, Vec<(usize, String)>) {
    let headings = outline::headings(&drafts);
    let present = outline::present(&headings);
    let mut body = Vec::with_capacity(drafts.len());
    let mut places: Vec<(usize, String)> = Vec::with_capacity(drafts.len());
    let mut level_before = 0;
    let mut after_annex = false;
    for (draft, heading) in drafts.into_iter().zip(headings) {
        after_annex &= heading.is_some();
        match (draft, heading) {
            (Draft::Block { block, origin }, _) => {
                places.push((origin, name(&block).to_owned()));
                body.push(block);
            }
            (Draft::Paragraph(paragraph), Some((rung, extent))) => {
                let level = outline::level(rung, &present);
                // Articles are numbered through the whole text; chapters without sections skip nothing.
                if level > level_before + 1 && rung != outline::Rung::Article {
                    let heading = trace::excerpt(&inlines::text(&paragraph.content), 24);
                    diagnostics.push(Diagnostic::HeadingLevelSkipped { heading });
                }
                level_before = level;
                // The title of an annex may take several paragraphs.
                if rung == Rung::Annex && after_annex {
                    if let Some(Block::Heading(title)) = body.last_mut() {
                        title.content.push(Inline::LineBreak);
                        title.content.extend(unweighted(paragraph.content));
                    }
                    continue;
                }
                after_annex = rung == Rung::Annex;
                let align = paragraph.align;
                places.push((paragraph.origin, format!("heading-{level}")));
                match extent {
                    Extent::Whole => body.push(Block::Heading(Heading {
                        level: Level::new(level),
                        content: unweighted(paragraph.content),
                        run_in: false,
                        align,
                    })),
                    Extent::RunIn(bytes) => {
                        let (head, mut tail) = split(paragraph.content, bytes);
                        trim_start(&mut tail);
                        let run_in = !tail.is_empty();
                        body.push(Block::Heading(Heading {
                            level: Level::new(level),
                            content: unweighted(head),
                            run_in,
                            align: if run_in { Align::Start } else { align },
                        }));
                        if run_in {
                            places.push((paragraph.origin, "body".to_owned()));
                            body.push(Block::Paragraph(document::Paragraph {
                                content: tail,
                                ..document::Paragraph::default()
                            }));
                        }
                    }
                }
            }
            (Draft::Paragraph(paragraph), None) => {
                if paragraph.content.is_empty() {
                    continue;
                }
                places.push((paragraph.origin, role_name(paragraph.role).to_owned()));
                body.push(Block::Paragraph(document::Paragraph {
                    role: paragraph.role,
                    align: paragraph.align,
                    content: paragraph.content,
                }));
            }
        }
    }
    (body, places)
}

fn name(block: &Block) -> &'static str {
    match block {
        Block::Title { .. } => "title",
        Block::Heading(_) => "heading",
        Block::Paragraph(paragraph) => role_name(paragraph.role),
        Block::List(_) => "list",
        Block::Table(_) => "table",
        Block::Figure(_) => "figure",
        Block::Quote { .. } => "quote",
    }
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::Body => "body",
        Role::Subtitle => "subtitle",
        Role::DocumentNumber => "document-number",
        Role::Addressee => "addressee",
        Role::AttachmentNote => "attachment-note",
        Role::Signature => "signature",
        Role::SignedDate => "signed-date",
        Role::Annotation => "annotation",
    }
}
