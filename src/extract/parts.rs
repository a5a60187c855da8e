//! Turns the parts of an article that a site spreads over several pages into one.

use std::collections::BTreeSet;

use super::Extraction;
use crate::document::{Block, Inline, Level, Note, Paragraph, Role};
use crate::extract::blocks::inlines;
use crate::extract::page::{Kind, Page};
use crate::extract::structure::outline::{self, Rung};
use crate::extract::whitespace;

/// What a page says about the other pages of its article: `createPageHTML(3, 0, "t1", "html")`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pages {
    /// File names of all parts in order, this page among them.
    pub names: Vec<String>,
    /// Which of them this page is.
    pub index: usize,
}

/// An article of more parts than this is a mistake.
const MOST: usize = 500;

/// What the scripts of `page` say about its parts; nothing if it is all of the article.
pub(super) fn declared(page: &Page<'_>) -> Option<Pages> {
    page.items.iter().find_map(|item| {
        let Kind::Text(text) = item.kind else { return None };
        text.match_indices(CALL).find_map(|(at, _)| call(&text[at + CALL.len()..]))
    })
}

const CALL: &str = "createPageHTML(";

/// The arguments of a call, from behind its bracket.
fn call(text: &str) -> Option<Pages> {
    let inside = &text[..text.find(')')?];
    let mut arguments = inside.split(',').map(str::trim);
    let count: usize = arguments.next()?.parse().ok()?;
    let index: usize = arguments.next()?.parse().ok()?;
    let mut quoted = || {
        let argument = arguments.next()?;
        let name = argument.trim_matches(['"', '\'']);
        (name.len() + 2 == argument.len() && !name.is_empty() && !name.contains(['/', '\\'])).then_some(name)
    };
    let (name, extension) = (quoted()?, quoted()?);
    if !(2..=MOST).contains(&count) || index >= count {
        return None;
    }
    let file = |part: usize| match part {
        0 => format!("{name}.{extension}"),
        _ => format!("{name}_{part}.{extension}"),
    };
    Some(Pages { names: (0..count).map(file).collect(), index })
}

/// Joins the parts of one article: the first says what the article is, the others go on with its text.
#[must_use]
pub fn join(first: Extraction, others: Vec<Extraction>) -> Extraction {
    let mut whole = first;
    if others.is_empty() {
        return whole;
    }
    for other in others {
        let Extraction { metadata, body, notes, attachments, .. } = other;
        let offset = whole.notes.len();
        let mut body: Vec<Block> = body.into_iter().filter(|block| !repeats(&whole.body, block)).collect();
        if offset > 0 {
            for block in &mut body {
                shift(block, offset);
            }
        }
        let notes = notes.into_iter().map(|mut note: Note| {
            shift_inlines(&mut note.content, offset);
            note
        });
        whole.notes.extend(notes);
        append(&mut whole.body, body);
        let known: BTreeSet<String> = whole.attachments.iter().map(|file| file.url.clone()).collect();
        whole.attachments.extend(attachments.into_iter().filter(|file| !known.contains(&file.url)));
        // The end of the document, and so its date and signature, may stand on the last part only.
        let own = &mut whole.metadata;
        own.written = own.written.take().or(metadata.written);
        own.issuer = own.issuer.take().or(metadata.issuer);
        own.effective = own.effective.take().or(metadata.effective);
        own.number = own.number.take().or(metadata.number);
        own.editor = own.editor.take().or(metadata.editor);
    }
    level(&mut whole.body);
    whole.pages = None;
    whole
}

/// Whether a part's block only repeats the head of the article: its title, number, or a line under the title.
fn repeats(body: &[Block], block: &Block) -> bool {
    match block {
        Block::Title { .. } => body.iter().any(|block| matches!(block, Block::Title { .. })),
        Block::Paragraph(paragraph) => {
            matches!(paragraph.role, Role::DocumentNumber | Role::Subtitle) && body.contains(block)
        }
        _ => false,
    }
}

/// Adds `part` to `body`. A paragraph that breaks off in the middle of a sentence goes on in the next part's first.
fn append(body: &mut Vec<Block>, part: Vec<Block>) {
    let mut part = part.into_iter().peekable();
    if let (Some(Block::Paragraph(last)), Some(Block::Paragraph(next))) = (body.last(), part.peek())
        && goes_on(last, next)
        && let (Some(Block::Paragraph(last)), Some(Block::Paragraph(next))) = (body.last_mut(), part.next())
    {
        for inline in next.content {
            inlines::push(&mut last.content, inline);
        }
    }
    body.extend(part);
}

/// Whether `last` plainly breaks off: body text of some length that ends in a comma, or in a Han character where
/// `next` is body text as well and begins with none of the marks that begin a paragraph.
fn goes_on(last: &Paragraph, next: &Paragraph) -> bool {
    const SHORTEST: usize = 24;
    if last.role != Role::Body || next.role != Role::Body || !last.align.is_start() || !next.align.is_start()
    {
        return false;
    }
    let (before, after) = (inlines::text(&last.content), inlines::text(&next.content));
    let (before, after) = (before.trim_end(), after.trim_start());
    let (Some(end), Some(begin)) = (before.chars().next_back(), after.chars().next()) else { return false };
    let open = matches!(end, '，' | '、' | ',') || ('\u{4E00}'..='\u{9FFF}').contains(&end);
    let sentence = before.contains(whitespace::is_sentence_mark) || matches!(end, '，' | '、');
    let fresh = outline::numbering(after).is_some() || matches!(begin, '《' | '“' | '（' | '(' | '●' | '■');
    open && sentence && !fresh && before.chars().count() >= SHORTEST
}

/// Levels of the headings by all the numberings of the article, not of one part.
fn level(body: &mut [Block]) {
    let rung = |block: &Block| -> Option<Rung> {
        let Block::Heading(heading) = block else { return None };
        outline::numbering(&inlines::text(&heading.content)).map(|numbering| numbering.rung)
    };
    let mut present: Vec<Rung> = body.iter().filter_map(rung).collect();
    present.sort_unstable();
    present.dedup();
    for block in body {
        if let Some(rung) = rung(block)
            && let Block::Heading(heading) = block
        {
            heading.level = Level::new(outline::level(rung, &present));
        }
    }
}

/// Notes are counted through all parts.
fn shift(block: &mut Block, offset: usize) {
    match block {
        Block::Title { .. } => {}
        Block::Heading(heading) => shift_inlines(&mut heading.content, offset),
        Block::Paragraph(paragraph) => shift_inlines(&mut paragraph.content, offset),
        Block::Figure(figure) => shift_inlines(&mut figure.caption, offset),
        Block::List(list) => list.items.iter_mut().flatten().for_each(|block| shift(block, offset)),
        Block::Quote { body } => body.iter_mut().for_each(|block| shift(block, offset)),
        Block::Table(table) => {
            shift_inlines(&mut table.caption, offset);
            let cells = table.rows.iter_mut().flat_map(|row| &mut row.cells);
            cells.flat_map(|cell| &mut cell.blocks).for_each(|block| shift(block, offset));
        }
    }
}

fn shift_inlines(content: &mut [Inline], offset: usize) {
    for inline in content {
        if let Inline::NoteReference { note } = inline {
            *note += offset;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{call, join};
    use crate::diagnostic::Diagnostics;
    use crate::document::{Block, Role};
    use crate::extract::blocks::inlines;
    use crate::extract::{ExtractOptions, Extraction, extract};
    use crate::parse::{ParseOptions, parse};

    fn part(body: &str) -> Extraction {
        let page = format!(
            "<title>关于示例工作的意见</title><h1>关于示例工作的意见</h1><p>来源：示例厅　发布时间：2024-03-05</p>\
             <div>{body}</div>"
        );
        let mut diagnostics = Diagnostics::default();
        let dom = parse(&page, &ParseOptions::default(), &mut diagnostics).expect("a tree");
        extract(&dom, None, &ExtractOptions::default(), &mut diagnostics).expect("a document")
    }

    fn texts(extraction: &Extraction) -> Vec<String> {
        extraction
            .body
            .iter()
            .map(|block| match block {
                Block::Title { lines } => lines.concat(),
                Block::Heading(heading) => {
                    format!("{} {}", heading.level.get(), inlines::text(&heading.content))
                }
                Block::Paragraph(paragraph) => inlines::text(&paragraph.content),
                _ => String::new(),
            })
            .collect()
    }

    #[test]
    fn the_call_of_trs_pages_names_their_parts() {
        let pages = call("3,0,\"t1\",\"html\");").expect("parts");
        assert_eq!((pages.names.join(" "), pages.index), ("t1.html t1_1.html t1_2.html".to_owned(), 0));
        for whole in
            ["1, 0, \"t1\", \"html\")", "_nPageCount, _nCurrIndex, _sPageName)", "3,0,\"../t\",\"html\")"]
        {
            assert_eq!(call(whole), None, "{whole}");
        }
    }

    #[test]
    fn the_title_stands_once_and_levels_are_those_of_the_whole() {
        let whole = join(
            part(
                "<p>一、总体要求</p><p>深入学习贯彻会议精神，扎实推进示例工作，努力取得新的成效。</p><p>（一）目标</p><p>到2025年，示例工作体系基本建成，服务水平明显提高。</p>",
            ),
            vec![part(
                "<p>（二）原则</p><p>坚持统筹协调，坚持因地制宜，坚持稳中求进。</p><p>二、主要任务</p><p>加强队伍建设，完善工作制度，健全保障机制。</p>",
            )],
        );
        let texts = texts(&whole);
        assert_eq!(texts.iter().filter(|text| *text == "关于示例工作的意见").count(), 1);
        let headings: Vec<&str> =
            texts.iter().filter(|text| text.starts_with(['1', '2'])).map(String::as_str).collect();
        assert_eq!(headings, ["1 一、总体要求", "2 （一）目标", "2 （二）原则", "1 二、主要任务"]);
    }

    #[test]
    fn a_sentence_cut_at_the_edge_of_a_page_goes_on() {
        let cut = "<p>各级各部门要高度重视，加强组织领导，细化工作措施，</p>";
        let rest = "<p>确保各项任务落到实处，并及时报告进展情况。</p><p>请各地认真贯彻执行，不得延误，确保按期完成。</p>";
        let joined =
            join(part(&format!("<p>现就有关事项提出如下意见，请遵照执行。</p>{cut}")), vec![part(rest)]);
        assert!(texts(&joined).contains(
            &"各级各部门要高度重视，加强组织领导，细化工作措施，确保各项任务落到实处，并及时报告进展情况。".to_owned()
        ));
        let whole = "<p>各级各部门要高度重视，加强组织领导，细化工作措施。</p>";
        let apart =
            join(part(&format!("<p>现就有关事项提出如下意见，请遵照执行。</p>{whole}")), vec![part(rest)]);
        assert_eq!(texts(&apart).len(), texts(&joined).len() + 1);
        assert!(
            apart.body.iter().all(|block| !matches!(block, Block::Paragraph(p) if p.role == Role::Signature))
        );
    }
}
