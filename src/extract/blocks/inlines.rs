//! Turns the text and inline elements of a block into runs: emphasis, links, line breaks, white space.

use crate::document::{Align, Inline, Position, Run, Style};
use crate::extract::page::attribute;
use crate::extract::whitespace::{indent, is_collapsible, is_edge, is_forbidden, keeps_space};
use scraper::node::Element;

/// What elements around a text say about it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::extract) struct State {
    /// Emphasis.
    pub(in crate::extract) style: Style,
    /// Index of the link target.
    pub(in crate::extract) link: Option<usize>,
    /// Alignment of the block.
    pub(in crate::extract) align: Align,
    /// Level of the nearest `<h1>` to `<h6>`.
    pub(in crate::extract) heading: Option<u8>,
    /// Set in 楷体 or 黑体, as headings are.
    pub(in crate::extract) display_face: bool,
    /// Font size in points where the page states it.
    pub(in crate::extract) size: Option<f32>,
    /// `text-indent` in em.
    pub(in crate::extract) indent: f32,
    /// White space is kept (`<pre>`, `white-space: pre`).
    pub(in crate::extract) preserve: bool,
}

impl State {
    /// The state within `element`.
    pub(in crate::extract) fn within(mut self, element: &Element) -> Self {
        match element.name() {
            "b" | "strong" => self.style.strong = true,
            "em" | "i" | "cite" | "dfn" | "var" => self.style.emphasis = true,
            "u" | "ins" => self.style.underline = true,
            "s" | "del" | "strike" => self.style.strike = true,
            "sup" => self.style.position = Position::Superscript,
            "sub" => self.style.position = Position::Subscript,
            "center" => self.align = Align::Center,
            "pre" | "listing" | "xmp" => self.preserve = true,
            "font" => {
                if let Some(face) = attribute(element, "face") {
                    self.display_face = is_display_face(face);
                }
            }
            _ => {}
        }
        if let Some(align) = attribute(element, "align").and_then(align) {
            self.align = align;
        }
        if let Some(style) = attribute(element, "style").filter(|style| !style.is_empty()) {
            self.declare(style);
        }
        self
    }

    fn declare(&mut self, style: &str) {
        for declaration in style.split(';') {
            let Some((name, value)) = declaration.split_once(':') else { continue };
            let name = name.trim();
            let value = value.trim().trim_end_matches("!important").trim_end();
            if name.eq_ignore_ascii_case("font-weight") {
                self.style.strong = value.eq_ignore_ascii_case("bold")
                    || value.eq_ignore_ascii_case("bolder")
                    || value.parse::<u16>().is_ok_and(|weight| weight >= 600);
            } else if name.eq_ignore_ascii_case("font-style") {
                self.style.emphasis = value.eq_ignore_ascii_case("italic");
            } else if name.eq_ignore_ascii_case("text-decoration")
                || name.eq_ignore_ascii_case("text-decoration-line")
            {
                self.style.underline |= value.contains("underline");
                self.style.strike |= value.contains("line-through");
            } else if name.eq_ignore_ascii_case("vertical-align") {
                if value.eq_ignore_ascii_case("super") {
                    self.style.position = Position::Superscript;
                } else if value.eq_ignore_ascii_case("sub") {
                    self.style.position = Position::Subscript;
                }
            } else if name.eq_ignore_ascii_case("text-align") {
                if let Some(align) = align(value) {
                    self.align = align;
                }
            } else if name.eq_ignore_ascii_case("font-family") {
                self.display_face = is_display_face(value);
            } else if name.eq_ignore_ascii_case("font-size") {
                self.size = points(value).or(self.size);
            } else if name.eq_ignore_ascii_case("text-indent") {
                self.indent = em(value, self.size).unwrap_or(self.indent);
            } else if name.eq_ignore_ascii_case("white-space") {
                self.preserve = value.eq_ignore_ascii_case("pre") || value.eq_ignore_ascii_case("pre-wrap");
            }
        }
    }
}

/// The alignment that an `align` attribute or `text-align` states.
pub(in crate::extract) fn align(value: &str) -> Option<Align> {
    let value = value.trim();
    if value.eq_ignore_ascii_case("center") || value.eq_ignore_ascii_case("middle") {
        Some(Align::Center)
    } else if value.eq_ignore_ascii_case("right") || value.eq_ignore_ascii_case("end") {
        Some(Align::End)
    } else if ["left", "start", "justify"].iter().any(|name| value.eq_ignore_ascii_case(name)) {
        Some(Align::Start)
    } else {
        None
    }
}

fn is_display_face(family: &str) -> bool {
    let first = family.split(',').next().unwrap_or_default();
    ["楷体", "黑体", "KaiTi", "SimHei", "小标宋"].iter().any(|name| first.contains(name))
        && !first.contains("雅黑")
}

fn points(value: &str) -> Option<f32> {
    if let Some(points) = value.strip_suffix("pt") {
        return points.trim().parse().ok();
    }
    value.strip_suffix("px").and_then(|pixels| pixels.trim().parse::<f32>().ok()).map(|pixels| pixels * 0.75)
}

fn em(value: &str, size: Option<f32>) -> Option<f32> {
    if let Some(em) = value.strip_suffix("em") {
        return em.trim().parse().ok();
    }
    points(value).map(|length| length / size.unwrap_or(12.0))
}

/// A piece of a paragraph between `<br>`s.
#[derive(Clone, Debug, Default)]
pub(in crate::extract) struct Segment {
    /// Its content.
    pub(in crate::extract) content: Vec<Inline>,
    /// Indent typed at its beginning, in em.
    pub(in crate::extract) indent: f32,
    /// Number of `<br>`s before it.
    pub(in crate::extract) breaks: usize,
    /// Its characters that are not white space.
    pub(in crate::extract) length: usize,
    /// How many of them are bold.
    pub(in crate::extract) strong: usize,
    /// How many of them are in 楷体 or 黑体.
    pub(in crate::extract) display: usize,
    /// How many of them are larger than 15 points.
    pub(in crate::extract) large: usize,
    /// Index of the item where it begins.
    pub(in crate::extract) origin: usize,
    /// What the elements around its beginning say.
    pub(in crate::extract) state: State,
}

impl Segment {
    /// Whether nothing is in it.
    pub(in crate::extract) fn is_empty(&self) -> bool {
        self.content.is_empty()
    }

    /// A segment of the same place and style without its content.
    pub(in crate::extract) fn clone_features(&self) -> Self {
        Self { content: Vec::new(), ..self.clone() }
    }

    /// Whether pictures are all that is in it.
    pub(in crate::extract) fn is_pictures(&self) -> bool {
        !self.content.is_empty() && self.content.iter().all(|inline| matches!(inline, Inline::Image(_)))
    }
}

/// The segments of a block that is being read.
#[derive(Default)]
pub(in crate::extract) struct Builder {
    segments: Vec<Segment>,
    current: Segment,
    /// Collapsible white space is pending, and whether it held a line break of the source.
    pending: Option<bool>,
    breaks: usize,
    /// Control characters dropped so far.
    pub(in crate::extract) dropped: u64,
}

impl Builder {
    /// Adds text of the item at `index` as `state` has it; `links` are the targets that states refer to.
    pub(in crate::extract) fn text(&mut self, text: &str, state: &State, links: &[String], index: usize) {
        if self.current.is_empty() {
            self.current.indent += indent(text);
        }
        for character in text.chars() {
            match character {
                '\n' if state.preserve => self.line_break(),
                '\u{2028}' | '\u{2029}' => self.line_break(),
                '\t' if state.preserve => self.character(' ', state, links, index),
                '\r' if state.preserve => {}
                _ if is_collapsible(character) && !state.preserve => {
                    self.pending = Some(self.pending.unwrap_or(false) || matches!(character, '\n' | '\r'));
                }
                _ if is_forbidden(character) => {
                    self.dropped += u64::from(character != '\u{FEFF}' && character != '\u{200B}');
                }
                _ if is_edge(character) && self.current.is_empty() => {}
                _ => {
                    if let Some(had_break) = self.pending.take()
                        && keeps_space(self.last_character(), had_break, character)
                    {
                        self.append(' ', state, links, index);
                    }
                    self.character(character, state, links, index);
                }
            }
        }
    }

    /// Adds an inline that is not text.
    pub(in crate::extract) fn inline(
        &mut self,
        inline: Inline,
        state: &State,
        links: &[String],
        index: usize,
    ) {
        if self.pending.take().is_some() && !self.current.is_empty() && self.last_character().is_some() {
            self.append(' ', state, links, index);
        }
        if self.current.is_empty() {
            self.begin(index, state);
        }
        self.current.content.push(inline);
    }

    /// Ends the line.
    pub(in crate::extract) fn line_break(&mut self) {
        self.pending = None;
        let mut segment = std::mem::take(&mut self.current);
        trim_end(&mut segment.content);
        if !segment.is_empty() {
            self.segments.push(segment);
            self.breaks = 0;
        }
        self.breaks += 1;
    }

    /// The segments read so far; the builder is empty afterwards.
    pub(in crate::extract) fn finish(&mut self) -> Vec<Segment> {
        self.line_break();
        self.breaks = 0;
        std::mem::take(&mut self.segments)
    }

    fn begin(&mut self, index: usize, state: &State) {
        self.current.origin = index;
        self.current.state = *state;
        self.current.breaks = self.breaks;
    }

    fn character(&mut self, character: char, state: &State, links: &[String], index: usize) {
        if self.current.is_empty() {
            if is_edge(character) {
                return;
            }
            self.begin(index, state);
        }
        self.append(character, state, links, index);
        if !character.is_whitespace() {
            self.current.length += 1;
            self.current.strong += usize::from(state.style.strong);
            self.current.display += usize::from(state.display_face);
            self.current.large += usize::from(state.size.is_some_and(|size| size > 15.0));
        }
    }

    fn append(&mut self, character: char, state: &State, links: &[String], index: usize) {
        let link = state.link.and_then(|at| links.get(at));
        if let Some(Inline::Text(run)) = self.current.content.last_mut()
            && run.style == state.style
            && run.link.as_ref() == link
        {
            run.text.push(character);
            return;
        }
        if self.current.is_empty() {
            self.begin(index, state);
        }
        let run = Run { text: character.to_string(), style: state.style, link: link.cloned() };
        self.current.content.push(Inline::Text(run));
    }

    fn last_character(&self) -> Option<char> {
        match self.current.content.last()? {
            Inline::Text(run) => run.text.chars().next_back(),
            Inline::LineBreak => None,
            // A picture or a note mark counts as a word.
            _ => Some('x'),
        }
    }
}

/// Removes layout characters and line breaks at the end of `content`.
pub(in crate::extract) fn trim_end(content: &mut Vec<Inline>) {
    while let Some(last) = content.last_mut() {
        match last {
            Inline::Text(run) => {
                let length = run.text.trim_end_matches(is_edge).len();
                run.text.truncate(length);
                if length > 0 {
                    return;
                }
            }
            Inline::LineBreak => {}
            _ => return,
        }
        content.pop();
    }
}

/// Removes layout characters and line breaks at the beginning of `content`.
pub(in crate::extract) fn trim_start(content: &mut Vec<Inline>) {
    loop {
        match content.first_mut() {
            Some(Inline::Text(run)) => {
                let kept = run.text.trim_start_matches(is_edge);
                if !kept.is_empty() {
                    if kept.len() < run.text.len() {
                        run.text = kept.to_owned();
                    }
                    return;
                }
            }
            Some(Inline::LineBreak) => {}
            _ => return,
        }
        content.remove(0);
    }
}

/// Appends `inline`, joining runs of one style.
pub(in crate::extract) fn push(content: &mut Vec<Inline>, inline: Inline) {
    if let (Some(Inline::Text(last)), Inline::Text(run)) = (content.last_mut(), &inline)
        && last.style == run.style
        && last.link == run.link
    {
        last.text.push_str(&run.text);
        return;
    }
    content.push(inline);
}

/// The characters of `content`; a line break counts as a newline.
pub(in crate::extract) fn text(content: &[Inline]) -> String {
    let mut out = String::new();
    for inline in content {
        match inline {
            Inline::Text(run) => out.push_str(&run.text),
            Inline::LineBreak => out.push('\n'),
            _ => {}
        }
    }
    out
}

/// `content` without emphasis by weight: what a heading is set in is not emphasis.
pub(in crate::extract) fn unweighted(content: Vec<Inline>) -> Vec<Inline> {
    let mut out = Vec::with_capacity(content.len());
    for mut inline in content {
        if let Inline::Text(run) = &mut inline {
            run.style.strong = false;
        }
        push(&mut out, inline);
    }
    out
}

/// Splits `content` after `bytes` bytes of its text.
pub(in crate::extract) fn split(content: Vec<Inline>, bytes: usize) -> (Vec<Inline>, Vec<Inline>) {
    let (mut head, mut tail) = (Vec::new(), Vec::new());
    let mut left = bytes;
    for inline in content {
        match inline {
            Inline::Text(mut run) if left > 0 && run.text.len() > left => {
                let rest = run.text.split_off(left);
                tail.push(Inline::Text(Run { text: rest, ..run.clone() }));
                head.push(Inline::Text(run));
                left = 0;
            }
            other if left > 0 => {
                left = left.saturating_sub(match &other {
                    Inline::Text(run) => run.text.len(),
                    Inline::LineBreak => 1,
                    _ => 0,
                });
                head.push(other);
            }
            other => tail.push(other),
        }
    }
    (head, tail)
}

#[cfg(test)]
mod tests {
    use super::{Builder, State, split, text};
    use crate::document::{Inline, Run, Style};

    fn read(pieces: &[(&str, bool)]) -> Vec<Inline> {
        let mut builder = Builder::default();
        for (piece, strong) in pieces {
            let state = State { style: Style { strong: *strong, ..Style::default() }, ..State::default() };
            builder.text(piece, &state, &[], 0);
        }
        builder.finish().into_iter().flat_map(|segment| segment.content).collect()
    }

    #[test]
    fn indents_and_source_line_breaks_leave_no_trace() {
        assert_eq!(
            text(&read(&[("\n  \u{3000}\u{3000}第一行\n    第二行 \u{A0}\u{A0}\n", false)])),
            "第一行第二行"
        );
        assert_eq!(text(&read(&[("A\nB 甲\u{A0}乙  丙", false)])), "A B 甲\u{A0}乙 丙");
    }

    #[test]
    fn runs_of_one_style_are_one_run() {
        let content = read(&[("甲", false), ("乙", false), ("丙", true)]);
        assert_eq!(content.len(), 2);
        assert_eq!(content[0], Inline::Text(Run::plain("甲乙")));
    }

    #[test]
    fn nothing_that_a_document_may_not_hold_comes_through() {
        assert_eq!(text(&read(&[("\u{FEFF}甲\u{1}乙\u{200B}丙\u{FFFE}", false)])), "甲乙丙");
    }

    #[test]
    fn splitting_cuts_a_run() {
        let (head, tail) = split(read(&[("甲乙", false), ("丙", true)]), 3);
        assert_eq!((text(&head).as_str(), text(&tail).as_str()), ("甲", "乙丙"));
    }
}
