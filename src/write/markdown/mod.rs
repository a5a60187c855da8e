//! Turns a Document into Markdown: `CommonMark` with GFM tables, and HTML tables where spans demand them.

mod body;
mod escape;
mod front_matter;
mod inline;

use crate::document::Document;
use crate::furniture::Written;

/// How to write Markdown.
#[derive(Clone, Debug, Default)]
pub struct MarkdownOptions {
    /// Leave out the YAML front matter with what the page states.
    pub no_front_matter: bool,
}

/// Writes `document` as Markdown. The same Document and options give the same bytes.
///
/// Furniture: list marks that Markdown does not know (`一、`, `a.`) and labels in the place of pictures that have no
/// address. The front matter is no part of the text.
#[must_use]
pub fn markdown(document: &Document, options: &MarkdownOptions) -> Written {
    let mut composer = body::Composer::new(document);
    if !options.no_front_matter {
        composer.out.push_str(&front_matter::front_matter(document));
    }
    composer.blocks(&document.body);
    composer.notes();
    let body::Composer { mut out, furniture, .. } = composer;
    let end = out.trim_end_matches('\n').len();
    out.truncate(end);
    out.push('\n');
    Written { bytes: out.into_bytes(), furniture }
}

#[cfg(test)]
mod tests {
    use super::{MarkdownOptions, markdown};
    use crate::write::samples;

    #[test]
    fn a_notice_is_plain_commonmark() {
        let file = String::from_utf8(markdown(&samples::notice(), &MarkdownOptions::default()).bytes)
            .expect("UTF-8");
        for part in [
            "---\n标题: \"广东省示例厅关于印发《示例办法》的通知\"\n",
            "\n# 广东省示例厅关于印发<br>《示例办法》的通知\n",
            "\n## 一、总体要求\n",
            "\n1. 提高认识；\n\n   同一项的第二段；\n",
            "\n2. 加强领导\n\n   - 明确责任；\n",
            "<strong>加粗</strong><em>强调</em><u>划线</u><del>删除</del>CO<sub>2</sub>",
            "[省政府网站](<http://example.gov.cn/a?x=1&y=2>)",
            "\n> 引文一段，用楷体排。\n>\n> > 引文中的引文。\n",
            "<th scope=\"col\" rowspan=\"2\">序号</th>",
            "\n![公章图片](<http://example.gov.cn/a/1.png>)\n",
        ] {
            assert!(file.contains(part), "{part}\n{file}");
        }
    }

    #[test]
    fn a_plain_table_is_a_gfm_table() {
        let file =
            String::from_utf8(markdown(&samples::wide(), &MarkdownOptions::default()).bytes).expect("UTF-8");
        assert!(file.contains("\n表2 年度指标\n\n单位：万元\n\n| 指标名称之0 | "), "{file}");
        assert!(file.contains("\n| ---: | ---: | "));
    }
}
