//! The law that extraction keeps every character of the region that it does not report as removed.

use crate::extract::whitespace;
use proptest::prelude::*;

use crate::diagnostic::Diagnostics;
use crate::document::{Document, check, text};
use crate::extract::blocks;
use crate::extract::boilerplate::noise;
use crate::extract::page::{Kind, Page};
use crate::extract::region;
use crate::extract::region::score::Weights;
use crate::extract::region::sites::Sites;
use crate::extract::structure::compose::compose;

const PIECES: [&str; 58] = [
    "<table>",
    "<table border=1>",
    "<tr>",
    "<td>",
    "<td rowspan=0>",
    "<td colspan=1000 rowspan=9>",
    "<th>",
    "</td>",
    "</tr>",
    "</table>",
    "<caption>",
    "<thead>",
    "<p>",
    "</p>",
    "<p align=center>",
    "<p align=right>",
    "<br>",
    "<br><br>",
    "<div>",
    "</div>",
    "<ul>",
    "<ol start=5 type=a>",
    "<li>",
    "<li value=9>",
    "</ul>",
    "<h2>",
    "</h2>",
    "<b>",
    "</b>",
    "<span style='font-weight:bold;font-size:22pt'>",
    "</span>",
    "<a href='a.pdf'>",
    "</a>",
    "<img src=a.jpg width=600>",
    "<blockquote>",
    "<pre>",
    "\n  行首",
    "附件：1.示例表",
    "2.示例单",
    "一、总体要求",
    "（一）提高认识。各单位要加强领导。",
    "第一条　为了规范，",
    "第二条 本办法适用于示例。",
    "第三条　自2019年1月1日起施行。",
    "2018年1月31日",
    "示办发〔2018〕3号",
    "示例省人民政府：",
    "示例厅",
    "（此件公开发布）",
    "表1 一览表",
    "单位：万元",
    "图1",
    "\u{3000}\u{3000}",
    "\u{A0}",
    "\u{200B}甲\u{FEFF}",
    "《乙“丙、、",
    "打印",
    "为进一步规范，提高服务质量，经研究决定，现将有关事项通知如下。",
];

fn sorted(characters: impl Iterator<Item = char>) -> Vec<char> {
    let mut characters: Vec<char> = characters.collect();
    characters.sort_unstable();
    characters
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]
    #[test]
    fn nothing_of_the_region_is_lost_or_doubled(picks in prop::collection::vec(0..PIECES.len(), 1..60)) {
        let html: String = picks.iter().map(|pick| PIECES[*pick]).collect();
        let dom = scraper::Html::parse_document(&format!("<div id=zoom>{html}"));
        let page = Page::new(&dom);
        let sites = Sites::built_in();
        let Some(region) = region::find(&page, &Weights::new(&page, ""), Some(&sites), None) else {
            return Ok(());
        };
        let noise = noise::find(&page, &region, &sites);
        let mut diagnostics = Diagnostics::default();
        let built = blocks::build(&page, &region, &noise.removed, None, &mut diagnostics);
        let composed = compose(built.drafts, None, &mut diagnostics);
        let document = Document { body: composed.body, ..Document::default() };
        prop_assert_eq!(check(&document), []);

        let mut expected = Vec::new();
        for part in &region.parts {
            for (index, item) in page.items.iter().enumerate().take(part.end).skip(part.start) {
                if let Kind::Text(text) = item.kind
                    && !item.hidden
                    && !noise.removed[index]
                {
                    expected.extend(text::significant(text).filter(|c| !whitespace::is_forbidden(*c)));
                }
            }
        }
        let kept = text::text(&document);
        prop_assert_eq!(
            sorted(text::significant(&kept)).into_iter().collect::<String>(),
            sorted(expected.into_iter()).into_iter().collect::<String>()
        );
    }
}
