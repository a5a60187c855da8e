//! Turns signs of slips in the published text into diagnostics. The text itself is never touched.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{Block, Inline};
use crate::extract::trace;

/// More excerpts than this of one document tell nothing new.
const MOST: usize = 20;

/// Reports doubled marks and unbalanced brackets and quotation marks in `body`.
pub(super) fn report(body: &[Block], diagnostics: &mut Diagnostics) {
    let mut found = Vec::new();
    let mut text = String::new();
    // Quotations may span paragraphs: quotation marks are counted over the whole text, brackets by paragraph.
    let mut quotes = 0i64;
    let mut unclosed = None;
    let mut pending: Vec<&[Block]> = vec![body];
    while let Some(blocks) = pending.pop() {
        for (index, block) in blocks.iter().enumerate() {
            let run_in = matches!(block, Block::Heading(heading) if heading.run_in);
            match block {
                Block::Title { lines } => text = lines.concat(),
                Block::Heading(heading) => append(&heading.content, &mut text),
                Block::Paragraph(paragraph) => append(&paragraph.content, &mut text),
                Block::List(list) => pending.extend(list.items.iter().map(Vec::as_slice)),
                Block::Table(table) => {
                    pending.extend(
                        table.rows.iter().flat_map(|row| &row.cells).map(|cell| cell.blocks.as_slice()),
                    );
                }
                Block::Quote { body } => pending.push(body),
                Block::Figure(_) => {}
            }
            if run_in && index + 1 < blocks.len() {
                continue;
            }
            examine(&text, &mut found);
            let balance = count(&text, '“') - count(&text, '”');
            if balance != 0 && unclosed.is_none() {
                unclosed = Some(trace::excerpt(&text, 30));
            }
            quotes += balance;
            text.clear();
        }
    }
    if quotes != 0 {
        found.extend(unclosed);
    }
    found.dedup();
    for excerpt in found.into_iter().take(MOST) {
        diagnostics.push(Diagnostic::SuspiciousText { excerpt });
    }
}

fn append(content: &[Inline], text: &mut String) {
    for inline in content {
        if let Inline::Text(run) = inline {
            text.push_str(&run.text);
        }
    }
}

fn count(text: &str, mark: char) -> i64 {
    i64::try_from(text.matches(mark).count()).unwrap_or(0)
}

fn examine(text: &str, found: &mut Vec<String>) {
    let mut before = None;
    for (at, character) in text.char_indices() {
        let doubled = before == Some(character) && matches!(character, '、' | '，' | '。' | '；' | '：');
        let mixed = matches!(
            (before, character),
            (Some('，'), '。') | (Some('。'), '，') | (Some('、'), '，' | '。')
        );
        if (doubled || mixed) && found.len() < MOST {
            found.push(around(text, at));
        }
        before = Some(character);
    }
    if count(text, '《') != count(text, '》') && found.len() < MOST {
        let at = text.find(['《', '》']).unwrap_or(0);
        found.push(around(text, at));
    }
}

/// Ten characters before and after byte `at`.
fn around(text: &str, at: usize) -> String {
    let head: Vec<char> = text[..at].chars().rev().take(10).collect();
    head.into_iter().rev().chain(text[at..].chars().take(11)).collect()
}

#[cfg(test)]
mod tests {
    use super::report;
    use crate::diagnostic::{Diagnostic, Diagnostics};
    use crate::document::{Block, Inline, Paragraph, Run};

    fn told(paragraphs: &[&str]) -> Vec<String> {
        let body: Vec<Block> = paragraphs
            .iter()
            .map(|text| {
                Block::Paragraph(Paragraph {
                    content: vec![Inline::Text(Run::plain(*text))],
                    ..Paragraph::default()
                })
            })
            .collect();
        let mut diagnostics = Diagnostics::default();
        report(&body, &mut diagnostics);
        diagnostics
            .iter()
            .filter_map(|diagnostic| match diagnostic {
                Diagnostic::SuspiciousText { excerpt } => Some(excerpt.clone()),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn doubled_marks_are_told() {
        assert_eq!(told(&["我局、、持续推进"]), ["我局、、持续推进"]);
    }

    #[test]
    fn a_quotation_may_span_paragraphs() {
        assert_eq!(told(&["“第一段。", "第二段。”"]), Vec::<String>::new());
        assert_eq!(told(&["“第一段。"]).len(), 1);
        assert_eq!(told(&["见《通知》和《意见"]).len(), 1);
    }
}
