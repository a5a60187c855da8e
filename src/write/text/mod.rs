//! Turns a Document into plain text: a header of what the page states, a rule, then one line for each paragraph.
//!
//! The rule is exactly ten hyphens and the first such line of the file. Words are written as they are; what the
//! writer adds (header, list marks, labels of pictures, the list of links) is told as furniture, and where the
//! tables stand is told as [`TableArea`]s, since a table drawn with `+-|` does not read line by line.

mod body;
mod draw;
mod encode;
mod header;
mod inline;
mod table;
mod width;
mod wrap;

use std::borrow::Cow;

use crate::document::Document;
use crate::furniture::{Furniture, Written};

pub use encode::{LineEnding, TextEncoding};
pub use table::{CellArea, TableArea};
pub use width::{Ambiguous, character_width};

/// How to write plain text.
#[derive(Clone, Debug, Default)]
pub struct TextOptions {
    /// Wrap lines at so many display columns (at least 20); `None` writes each paragraph on one line.
    pub wrap: Option<usize>,
    /// The character encoding of the file.
    pub encoding: TextEncoding,
    /// What ends a line.
    pub line_ending: LineEnding,
    /// How wide the reader's font draws characters of East Asian Ambiguous width.
    pub ambiguous: Ambiguous,
    /// Put `[n]` after each link and number the list of links at the end.
    pub link_marks: bool,
}

/// A text file before it gets its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextWritten {
    /// The file and what the writer added, in reading order: a table counts cell by cell, its borders not at all.
    pub written: Written,
    /// Where tables are drawn, from the top.
    pub tables: Vec<TableArea>,
    /// The widths the tables were drawn with.
    pub ambiguous: Ambiguous,
    /// The encoding of the file.
    pub encoding: TextEncoding,
    /// Characters that the encoding does not bring back, each with what a reader gets instead; ascending.
    pub lost: Vec<(char, char)>,
}

/// Writes `document` as plain text. The same Document and options give the same bytes.
#[must_use]
pub fn text(document: &Document, options: &TextOptions) -> TextWritten {
    let mut composer = body::Composer::new(document, options);
    composer.header();
    composer.body();
    let body::Composed { text, furniture, tables } = composer.finish();
    let text = match options.line_ending {
        LineEnding::Lf => Cow::Borrowed(&text[..]),
        LineEnding::CrLf => Cow::Owned(text.replace('\n', "\r\n")),
    };
    let (bytes, lost) = encode::encode(&text, options.encoding);
    let furniture: Vec<Furniture> = furniture;
    TextWritten {
        written: Written { bytes, furniture },
        tables,
        ambiguous: options.ambiguous,
        encoding: options.encoding,
        lost,
    }
}

#[cfg(test)]
mod tests {
    use super::{Ambiguous, TextOptions, character_width, text};
    use crate::document::{Block, Document};
    use crate::write::samples;

    fn written(document: &Document) -> String {
        String::from_utf8(text(document, &TextOptions::default()).written.bytes).expect("UTF-8")
    }

    #[test]
    fn the_table_of_the_design_note_is_drawn_as_it_has_it() {
        let drawn = written(&samples::of(vec![Block::Table(samples::funds())]));
        let expected = "\
----------

表1 资金安排表
+------+-------------------------------+------------+
|      |           项目情况            |            |
| 序号 +------------------+------------+    备注    |
|      |       名称       | 金额(万元) |            |
+------+------------------+------------+------------+
| 1    | 劳动监察能力建设 |   1,234.50 | 含省级补助 |
+------+------------------+------------+------------+
| 2    | 培训             |      80.00 |            |
+------+------------------+------------+------------+
| 合计                    |   1,314.50 |            |
+-------------------------+------------+------------+
";
        assert_eq!(drawn, expected);
    }

    #[test]
    fn a_notice_reads_as_a_notice() {
        let file = written(&samples::notice());
        let (header, body) = file.split_once("----------\n").expect("a rule");
        assert!(header.starts_with(
            "标题：广东省示例厅关于印发《示例办法》的通知\n发文机关：广东省示例厅\n文号：粤示发〔2018〕1号\n"
        ));
        assert!(header.contains("\n发布日期：2018-02-02\n来源：本网\n索引号：006939748/2018-00012\n"));
        let lines: Vec<&str> = body.lines().collect();
        for line in [
            "《示例办法》的通知",
            "各地级以上市人民政府，省政府各部门、各直属机构：",
            "　　一、总体要求",
            "　　（一）强化组织领导。厅党组将其作为重要工作来抓，推进建设形成统分结合、上下联动的工作格局。",
            "  1. 提高认识；",
            "     同一项的第二段；",
            "       ● 定期检查。",
            "       三、只有内层的一项",
            "[图片：公章图片]",
            "　　　　　2. 资金安排表",
            "                                                  广东省人力资源和社会保障厅",
            "                                                               2018年1月31日",
            "[1] 见《示例条例》第三条 & 附则，链接",
        ] {
            assert!(lines.contains(&line), "{line}\n{body}");
        }
        assert!(file.ends_with(
            "链接\nhttp://example.gov.cn/a?x=1&y=2\njavascript:void(0)\nhttp://example.gov.cn/note\n"
        ));
    }

    #[test]
    fn all_lines_of_a_table_are_equally_wide_whichever_width_ambiguous_characters_have() {
        let mut table = samples::funds();
        table.rows[3].cells[1] = samples::cell("“放管服”……①·");
        for ambiguous in [Ambiguous::Wide, Ambiguous::Narrow] {
            let options = TextOptions { ambiguous, ..TextOptions::default() };
            let file = text(&samples::of(vec![Block::Table(table.clone())]), &options).written.bytes;
            let file = String::from_utf8(file).expect("UTF-8");
            let mut widths: Vec<usize> = file
                .lines()
                .filter(|line| line.starts_with(['+', '|']))
                .map(|line| line.chars().map(|c| character_width(c, ambiguous)).sum())
                .collect();
            widths.dedup();
            assert_eq!(widths.len(), 1, "{file}");
        }
    }

    #[test]
    fn what_a_narrow_column_broke_up_stands_on_one_line() {
        let mut table = samples::funds();
        table.rows[2].cells[3].blocks = vec![samples::paragraph("（三）"), samples::paragraph("合理用药")];
        let drawn = written(&samples::of(vec![Block::Table(table)]));
        assert!(drawn.contains("| （三） 合理用药 |\n"), "{drawn}");
    }

    #[test]
    fn a_wrapped_table_keeps_to_the_line() {
        let options = TextOptions { wrap: Some(40), ..TextOptions::default() };
        let file = text(&samples::of(vec![Block::Table(samples::funds())]), &options).written.bytes;
        let file = String::from_utf8(file).expect("UTF-8");
        for line in file.lines().filter(|line| line.starts_with(['+', '|'])) {
            assert!(line.chars().map(|c| character_width(c, Ambiguous::Wide)).sum::<usize>() <= 44, "{file}");
        }
    }

    #[test]
    fn a_file_without_anything_is_its_rule() {
        assert_eq!(written(&Document::default()), "----------\n");
    }
}
