//! Turns numbered, bold and tagged paragraphs into headings of an outline: 一、（一）1.（1） and 第X章/节/条.

use crate::document::{Align, Role};
use crate::extract::blocks::Draft;
use crate::extract::blocks::inlines;
use crate::extract::blocks::paragraphs::Paragraph;
use crate::extract::whitespace::is_edge;

/// What numbers or marks a heading, outermost first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::extract) enum Rung {
    /// The title of an annex.
    Annex,
    /// 第一编, 第一部分.
    Part,
    /// 第一章.
    Chapter,
    /// 第一节.
    Section,
    /// `<h1>` to `<h6>` without a number.
    Tagged(u8),
    /// 一、
    Han,
    /// A bold line without a number.
    Marked,
    /// （一）
    HanBracketed,
    /// 第一条.
    Article,
    /// 1.
    Arabic,
    /// （1）
    ArabicBracketed,
}

/// A number at the beginning of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::extract) struct Numbering {
    /// Its rung.
    pub(in crate::extract) rung: Rung,
    /// Its length in bytes.
    pub(in crate::extract) length: usize,
}

/// How much of a paragraph is a heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::extract) enum Extent {
    /// All of it.
    Whole,
    /// So many bytes of its text; the rest runs on.
    RunIn(usize),
}

/// The number that `text` begins with. 「一是…」 and 「3.5」 are none.
pub(in crate::extract) fn numbering(text: &str) -> Option<Numbering> {
    let text_start = text.len() - text.trim_start_matches(is_edge).len();
    let body = &text[text_start..];
    let first = body.chars().next()?;
    let found = |rung, rest: &str| Some(Numbering { rung, length: text.len() - rest.len() });
    if first == '第' {
        let rest = &body[first.len_utf8()..];
        let digits = rest.trim_start_matches(|c: char| is_han_number(c) || c.is_ascii_digit());
        if digits.len() == rest.len() || rest.len() - digits.len() > 24 {
            return None;
        }
        for (name, rung) in [
            ("部分", Rung::Part),
            ("编", Rung::Part),
            ("章", Rung::Chapter),
            ("节", Rung::Section),
            ("条", Rung::Article),
        ] {
            if let Some(after) = digits.strip_prefix(name) {
                let refers = after.starts_with([
                    '规', '的', '、', '和', '第', '款', '至', '中', '所', '之', '，', '与', '及', '或',
                ]) || after.starts_with("修改为");
                return if refers { None } else { found(rung, after) };
            }
        }
        return None;
    }
    if matches!(first, '（' | '(') {
        let rest = &body[first.len_utf8()..];
        let close = rest.find(['）', ')']).filter(|at| *at <= 15)?;
        let inside = rest[..close].trim();
        let after = &rest[close..].chars().next().map_or("", |c| &rest[close + c.len_utf8()..]);
        if !inside.is_empty() && inside.chars().all(is_han_number) {
            return found(Rung::HanBracketed, after);
        }
        if (1..=3).contains(&inside.len()) && inside.bytes().all(|b| b.is_ascii_digit()) {
            return found(Rung::ArabicBracketed, after);
        }
        return None;
    }
    if is_han_number(first) {
        let after = body.trim_start_matches(is_han_number);
        if body.len() - after.len() > 15 {
            return None;
        }
        return after.strip_prefix(['、', '．', '.']).and_then(|after| found(Rung::Han, after));
    }
    if first.is_ascii_digit() || ('０'..='９').contains(&first) {
        let after = body.trim_start_matches(|c: char| c.is_ascii_digit() || ('０'..='９').contains(&c));
        if body.len() - after.len() > 9 || body[..body.len() - after.len()].chars().count() > 3 {
            return None;
        }
        let rest = after.strip_prefix(['.', '．', '、'])?;
        if rest.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        return found(Rung::Arabic, rest);
    }
    None
}

fn is_han_number(c: char) -> bool {
    "一二三四五六七八九十百〇零".contains(c)
}

/// The headings among `drafts`: for each draft its rung and extent, if it is one.
pub(in crate::extract) fn headings(drafts: &[Draft]) -> Vec<Option<(Rung, Extent)>> {
    let facts = Facts::of(drafts);
    let mut signed = false;
    drafts
        .iter()
        .enumerate()
        .map(|(index, draft)| {
            let paragraph = draft.paragraph()?;
            signed |= paragraph.role == Role::SignedDate;
            if paragraph.role != Role::Body || paragraph.length == 0 {
                return None;
            }
            // Pictures between a heading and its text do not part them.
            let next = drafts[index + 1..].iter().take(4).find_map(Draft::paragraph);
            decide(paragraph, next, signed, &facts)
        })
        .collect()
}

/// What the document as a whole says about its marks.
#[expect(clippy::struct_excessive_bools, reason = "independent observations")]
struct Facts {
    /// Articles number the text; what is numbered otherwise are their items.
    law: bool,
    /// 一、 or 第一章 number the text.
    numbered: bool,
    /// Heading tags are used for headings, not for everything.
    tags: bool,
    /// Bold lines are few enough to be headings.
    bold: bool,
}

impl Facts {
    fn of(drafts: &[Draft]) -> Self {
        let (mut articles, mut numbered, mut all) = (0, 0, 0);
        let (mut tagged, mut length, mut bold) = (0, 0, 0);
        for paragraph in drafts.iter().filter_map(Draft::paragraph) {
            all += 1;
            length += paragraph.length;
            match lead(paragraph).and_then(|lead| numbering(&lead)).map(|numbering| numbering.rung) {
                Some(Rung::Article) => articles += 1,
                Some(Rung::Han | Rung::Chapter) => numbered += 1,
                _ => {}
            }
            if paragraph.heading.is_some() {
                tagged += paragraph.length;
            }
            bold += usize::from(paragraph.bold || paragraph.display);
        }
        Self {
            law: articles >= 3,
            numbered: numbered > 0,
            tags: tagged * 3 <= length,
            bold: bold * 5 <= all * 2,
        }
    }
}

/// The first characters of a paragraph.
fn lead(paragraph: &Paragraph) -> Option<String> {
    match paragraph.content.first() {
        Some(crate::document::Inline::Text(_)) => {
            Some(inlines::text(&paragraph.content).chars().take(24).collect())
        }
        _ => None,
    }
}

fn decide(
    paragraph: &Paragraph,
    next: Option<&Paragraph>,
    signed: bool,
    facts: &Facts,
) -> Option<(Rung, Extent)> {
    let text = inlines::text(&paragraph.content);
    let length = paragraph.length;
    let one_line = !text.contains('\n');
    let open_ended = !text.ends_with(['。', '；', ';', '，', ',', '…', '：', ':', '！', '、']);
    let marked = paragraph.bold || paragraph.display;
    let tagged = paragraph.heading.filter(|_| facts.tags);
    if let Some(numbering) = numbering(&text)
        && numbering.length < text.len()
    {
        let rung = numbering.rung;
        let extent = match rung {
            Rung::Part | Rung::Chapter | Rung::Section => {
                (length <= 50 && !text.contains('。')).then_some(Extent::Whole)
            }
            Rung::Article if facts.law => {
                let rest = &text[numbering.length..];
                let gap = rest.len() - rest.trim_start_matches(is_edge).len();
                Some(Extent::RunIn(numbering.length + gap))
            }
            Rung::Article => None,
            Rung::HanBracketed | Rung::Arabic | Rung::ArabicBracketed if facts.law && tagged.is_none() => {
                None
            }
            Rung::Han | Rung::HanBracketed => {
                han(&text, &numbering, paragraph, one_line && open_ended, marked)
            }
            _ => arabic(&text, &numbering, paragraph, next, one_line && open_ended, marked),
        };
        if extent.is_some() || tagged.is_none() {
            return extent.map(|extent| (rung, extent));
        }
    }
    // 第一条 alone on its line, above its text.
    if let Some(numbering) = numbering(&text)
        && numbering.rung == Rung::Article
        && facts.law
    {
        return Some((Rung::Article, Extent::Whole));
    }
    if let Some(level) = tagged
        && length <= 100
    {
        return Some((Rung::Tagged(level), Extent::Whole));
    }
    let annex = signed && paragraph.align == Align::Center && (marked || paragraph.large) && length <= 80;
    if annex && open_ended && !text.starts_with(['（', '(']) {
        return Some((Rung::Annex, Extent::Whole));
    }
    let above_text = next.is_some_and(|next| {
        next.role == Role::Body && !next.bold && next.length > length && !next.align_differs()
    });
    let sober = !text.ends_with(['？', '?', '”', '）', ')', '．', '.'])
        && !text.starts_with(['（', '(', '附', '注'])
        && !text.contains(['：', ':']);
    if facts.bold
        && !facts.numbered
        && paragraph.bold
        && one_line
        && open_ended
        && sober
        && length <= 40
        && above_text
    {
        return Some((Rung::Marked, Extent::Whole));
    }
    None
}

impl Paragraph {
    /// Whether it is centred or flush right, as captions and signatures are.
    fn align_differs(&self) -> bool {
        self.align != Align::Start
    }
}

/// 一、 and （一）: a line of its own, or the first sentence where more follows.
fn han(text: &str, numbering: &Numbering, paragraph: &Paragraph, line: bool, marked: bool) -> Option<Extent> {
    if line && paragraph.length <= 60 && !text.contains('。') {
        return Some(Extent::Whole);
    }
    let bracketed = numbering.rung == Rung::HanBracketed;
    if let Some(end) = sentence_end(text, 64)
        && end < text.len()
    {
        let sentence = &text[..end];
        // Unmarked, only a short phrase is a heading: 「（一）强化组织领导，发挥引领作用。」
        let plain = !sentence.contains(['：', '；', ':'])
            && sentence.chars().count() <= 42
            && sentence.matches(['，', ',']).count() <= 1;
        return (paragraph.marked_head || paragraph.bold || bracketed && plain).then_some(Extent::RunIn(end));
    }
    // A whole paragraph of one marked sentence.
    (marked && paragraph.length <= 60 && text.ends_with(['。', '：', ':'])).then_some(Extent::Whole)
}

/// 1. and （1）: marked, or short above a text.
fn arabic(
    text: &str,
    numbering: &Numbering,
    paragraph: &Paragraph,
    next: Option<&Paragraph>,
    line: bool,
    marked: bool,
) -> Option<Extent> {
    if line && paragraph.length <= 40 && !text.contains(['。', '；']) {
        let above_text = next.is_some_and(|next| {
            let text = inlines::text(&next.content);
            next.role == Role::Body
                && next.length > 30
                && text.ends_with(['。', '；', '：'])
                && self::numbering(&text).is_none_or(|next| next.rung > numbering.rung)
        });
        return (marked || above_text || paragraph.heading.is_some()).then_some(Extent::Whole);
    }
    let end = sentence_end(text, 36).filter(|end| *end < text.len())?;
    let sentence = &text[numbering.length..end];
    let short = sentence.chars().count() <= 18 && !sentence.contains(['，', '：', '；', ',']);
    (paragraph.marked_head && !paragraph.bold || short && numbering.rung == Rung::Arabic)
        .then_some(Extent::RunIn(end))
}

/// The end of the first sentence, if it comes within `most` characters and more text follows on the line.
fn sentence_end(text: &str, most: usize) -> Option<usize> {
    let (at, mark) = text.char_indices().take(most).find(|(_, c)| matches!(c, '。' | '\n'))?;
    if mark == '\n' {
        return None;
    }
    let end = at + mark.len_utf8();
    // A closing quotation mark or bracket belongs to the sentence.
    let closing =
        text[end..].chars().next().filter(|c| matches!(c, '”' | '’' | '）' | ')')).map_or(0, char::len_utf8);
    Some(end + closing)
}

/// The level of each rung that occurs: its rank among them, so that no level is skipped where the document as a
/// whole skips none.
pub(in crate::extract) fn level(rung: Rung, present: &[Rung]) -> u8 {
    if rung == Rung::Annex {
        return 1;
    }
    let above = present.iter().filter(|other| **other < rung && **other != Rung::Annex).count();
    u8::try_from(above + 1).unwrap_or(6).min(6)
}

/// The rungs that occur among `headings`, outermost first.
pub(in crate::extract) fn present(headings: &[Option<(Rung, Extent)>]) -> Vec<Rung> {
    let mut rungs: Vec<Rung> = headings.iter().flatten().map(|(rung, _)| *rung).collect();
    rungs.sort_unstable();
    rungs.dedup();
    rungs
}

#[cfg(test)]
mod tests {
    use super::{Rung, level, numbering};

    #[test]
    fn numbers_of_every_rung() {
        for (text, rung) in [
            ("一、总体要求", Rung::Han),
            ("十二、附则", Rung::Han),
            ("（一）强化领导。", Rung::HanBracketed),
            ("(十一)强化领导。", Rung::HanBracketed),
            ("1.提高认识", Rung::Arabic),
            ("１．提高认识", Rung::Arabic),
            ("2、加强领导", Rung::Arabic),
            ("（1）明确责任", Rung::ArabicBracketed),
            ("(2)明确责任", Rung::ArabicBracketed),
            ("第一章　总则", Rung::Chapter),
            ("第二节 责任", Rung::Section),
            ("第二十九条　外国机构", Rung::Article),
            ("第12条 条文", Rung::Article),
        ] {
            assert_eq!(numbering(text).map(|found| found.rung), Some(rung), "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_a_number() {
        for text in [
            "一是坚持统筹规划。",
            "3.5亿元",
            "第五条规定的情形",
            "（试行）",
            "2018年",
            "第一批名单",
            "（一九九六年）",
            "1996.5",
        ] {
            assert_eq!(numbering(text), None, "{text}");
        }
    }

    #[test]
    fn levels_are_ranks() {
        let present = [Rung::Han, Rung::HanBracketed, Rung::Arabic];
        assert_eq!(present.map(|rung| level(rung, &present)), [1, 2, 3]);
        assert_eq!(level(Rung::Arabic, &[Rung::Han, Rung::Arabic]), 2);
    }
}
