//! Reads a Markdown file back with pulldown-cmark, its HTML as a browser does, and compares the text.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use scraper::Html;

use super::html;
use super::{VerifyError, compare};
use crate::furniture::Written;

const FORMAT: &str = "Markdown";

/// Compares the text of the file, front matter aside, with `expected`, the text of the Document.
///
/// # Errors
/// If the file is not UTF-8, lacks a piece of furniture, or says anything else than `expected`.
pub fn verify(expected: &str, written: &Written) -> Result<(), VerifyError> {
    let file = std::str::from_utf8(&written.bytes)
        .map_err(|error| VerifyError::Unreadable { format: FORMAT, why: error.to_string() })?;
    compare(FORMAT, expected, &read(file), &written.furniture)
}

/// The text of a Markdown file; front matter and alternative texts are none.
fn read(file: &str) -> String {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let (mut text, mut markup) = (String::new(), String::new());
    let (mut pictures, mut metadata) = (0usize, false);
    for event in Parser::new_ext(file, options) {
        match event {
            Event::Start(Tag::Image { .. }) => pictures += 1,
            Event::End(TagEnd::Image) => pictures -= 1,
            Event::Start(Tag::MetadataBlock(_)) => metadata = true,
            Event::End(TagEnd::MetadataBlock(_)) => metadata = false,
            Event::Html(piece) => markup.push_str(&piece),
            Event::End(TagEnd::HtmlBlock) => {
                text.push_str(&html::text(&Html::parse_fragment(&std::mem::take(&mut markup))));
            }
            Event::Text(piece) | Event::Code(piece) if pictures == 0 && !metadata => text.push_str(&piece),
            Event::SoftBreak | Event::HardBreak => text.push('\n'),
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::verify;
    use crate::document::text::text;
    use crate::document::{Block, Inline, List, Marker, Paragraph, Run, Style};
    use crate::verify::VerifyError;
    use crate::write::markdown::{MarkdownOptions, markdown};
    use crate::write::samples;

    #[test]
    fn document_and_markdown_say_the_same_whatever_is_in_them() {
        for document in samples::all() {
            for no_front_matter in [false, true] {
                let written = markdown(&document, &MarkdownOptions { no_front_matter });
                assert_eq!(verify(&text(&document), &written), Ok(()));
            }
        }
    }

    #[test]
    fn no_words_are_taken_for_markup() {
        let words = [
            "# 不是标题",
            "- 不是列表",
            "1. 不是列表",
            "> 不是引文",
            "---",
            "===",
            "```",
            "~~~",
            "    四格",
            "a | b",
            ":--",
            "[x]: http://a.cn",
            "<div>",
            "<!-- 注 -->",
            "&nbsp;&amp;",
            "*a* _b_ `c` ~~d~~",
            r"\ \\ \*",
            "![a](b)",
            "***",
            "http://a_b_c.cn/*",
        ];
        let strong = Style { strong: true, ..Style::default() };
        for first in words {
            for second in words {
                let document = samples::of(vec![
                    Block::Paragraph(Paragraph {
                        content: vec![
                            Inline::Text(Run::plain(first)),
                            Inline::LineBreak,
                            Inline::Text(Run { style: strong, ..Run::plain(second) }),
                            Inline::Text(Run::plain(first)),
                            Inline::LineBreak,
                        ],
                        ..Paragraph::default()
                    }),
                    samples::heading(6, second, false),
                    Block::List(List {
                        marker: Marker::LowerAlpha,
                        start: 1,
                        items: vec![vec![samples::paragraph(first), samples::paragraph(second)], vec![]],
                    }),
                    Block::Quote { body: vec![samples::paragraph(second), Block::Table(samples::funds())] },
                ]);
                let written = markdown(&document, &MarkdownOptions::default());
                assert_eq!(
                    verify(&text(&document), &written),
                    Ok(()),
                    "{}",
                    String::from_utf8_lossy(&written.bytes)
                );
            }
        }
    }

    #[test]
    fn a_changed_character_is_found() {
        let document = samples::notice();
        let written = markdown(&document, &MarkdownOptions::default());
        let expected = text(&document).replace("责任到人", "责任到位");
        assert!(matches!(verify(&expected, &written), Err(VerifyError::TextDiffers { .. })));
    }
}
