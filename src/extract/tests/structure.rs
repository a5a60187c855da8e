//! Blocks: tables, lists, notes, pictures, attachments, articles.

use super::*;

#[test]
fn attachments_have_names_urls_and_types() {
    let (result, _) =
        run(NOTICE, Some("http://slt.example.gov.cn/zw/post_1.html"), &ExtractOptions::default());
    let attachments = result.expect("a document").attachments;
    assert_eq!(attachments.len(), 2);
    assert_eq!(attachments[0].name, "示例表");
    assert_eq!(attachments[1].url, "http://slt.example.gov.cn/zw/W0202.xls");
    assert_eq!(attachments[1].media_type.as_deref(), Some("application/vnd.ms-excel"));
}

#[test]
fn an_attachment_box_beside_the_text_is_read_and_an_empty_one_is_not() {
    let full = page(&format!(
        "<div id=zoom><p>{PROSE}</p></div><div class=fujian>相关附件：<p><a href='http://a.example.gov.cn/b.pdf'>示例表.pdf</a></p></div>"
    ));
    assert_eq!(roles(&full).last(), Some(&(Role::AttachmentNote, "示例表.pdf".to_owned())));
    let empty = page(&format!(
        "<div id=zoom><p>{PROSE}</p><div><h4>相关附件</h4><div></div></div></div><p>附件：</p>"
    ));
    assert_eq!(lines(&empty), [PROSE]);
}

#[test]
fn a_data_table_keeps_head_spans_caption_and_unit() {
    let extraction = page(&format!(
        "<div id=zoom><p>{PROSE}</p><p align=center>表1 资金安排表</p><p align=right>单位：万元</p><table border=1>
         <tr><td rowspan=2>序号</td><td colspan=2>项目情况</td></tr><tr><td>名称</td><td>金额</td></tr>
         <tr><td>1</td><td>培训</td><td align=right>80.00</td></tr></table></div>"
    ));
    let Some(Block::Table(table)) = extraction.body.iter().find(|block| matches!(block, Block::Table(_)))
    else {
        panic!("no table in {:?}", extraction.body)
    };
    assert_eq!((table.columns, table.header_rows, table.rows.len()), (3, 2, 3));
    assert_eq!((table.rows[0].cells[0].rowspan, table.rows[0].cells[1].colspan), (2, 2));
    assert_eq!(inlines::text(&table.caption), "表1 资金安排表");
    assert_eq!(inlines::text(&table.unit), "单位：万元");
    assert_eq!(table.rows[2].cells[2].align, Align::End);
}

#[test]
fn breaks_part_paragraphs_and_text_needs_no_element() {
    let extraction = page(&format!(
        "<div id=zoom>{PROSE}<br><br>　　第二段文字，由两个换行隔开。<br>　　第三段文字，以缩进开头。<div>第四段文字在 div 中。</div>
         第五段文字在任何元素之外。</div>"
    ));
    let found = lines(&extraction);
    assert_eq!(found.len(), 5);
    assert_eq!(found[2], "第三段文字，以缩进开头。");
}

#[test]
fn lists_marks_notes_and_ruby_survive() {
    let extraction = page(&format!(
        "<div id=zoom><p>{PROSE}面积5km<sup>2</sup>，<u>重点</u><b>项目</b><a name=_ftnref1 href='#_ftn1'>[1]</a>。</p>
         <ol start=3><li>第三项<ul><li>甲</li></ul></li><li>第四项</li></ol>
         <p>生僻字<ruby>彧<rp>（</rp><rt>yù</rt><rp>）</rp></ruby>。<o:p></o:p><span></span></p>
         <p><a name=_ftn1 href='#_ftnref1'>[1]</a>引自示例文件。</p></div>"
    ));
    let Block::Paragraph(first) = &extraction.body[0] else { panic!("a paragraph") };
    let styled = |wanted: fn(&crate::document::Style) -> bool| {
        first.content.iter().any(|inline| matches!(inline, Inline::Text(run) if wanted(&run.style)))
    };
    assert!(
        styled(|style| style.position == Position::Superscript)
            && styled(|style| style.underline)
            && styled(|style| style.strong)
    );
    assert!(first.content.contains(&Inline::NoteReference { note: 0 }));
    assert_eq!(extraction.notes.len(), 1);
    assert_eq!(
        (extraction.notes[0].mark.as_str(), inlines::text(&extraction.notes[0].content).as_str()),
        ("[1]", "引自示例文件。")
    );
    let Block::List(list) = &extraction.body[1] else { panic!("a list") };
    assert_eq!((list.marker, list.start, list.items.len()), (Marker::Decimal, 3, 2));
    assert!(matches!(list.items[0][1], Block::List(_)));
    assert_eq!(roles(&extraction)[1].1, "生僻字彧（yù）。");
}

#[test]
fn pictures_keep_source_alternative_and_caption() {
    let extraction = page(&format!(
        "<div id=zoom><p>{PROSE}</p><p><img src=blank.gif data-original='/a/1.jpg' alt=会场 width=600></p>
         <p align=center>图为会议现场</p><p><img src='data:image/png;base64,AAAA'></p></div>"
    ));
    let figures: Vec<_> = extraction
        .body
        .iter()
        .filter_map(|block| match block {
            Block::Figure(figure) => Some(figure),
            _ => None,
        })
        .collect();
    assert_eq!(figures.len(), 2);
    assert_eq!(
        (figures[0].image.source.as_str(), figures[0].image.alternative.as_str()),
        ("/a/1.jpg", "会场")
    );
    assert_eq!(figures[0].image.width, Some(600));
    assert_eq!(inlines::text(&figures[0].caption), "图为会议现场");
    assert_eq!(figures[1].image.source, "data:image/png;base64,AAAA");
}

#[test]
fn articles_of_a_law_are_run_in_headings() {
    let extraction = page(
        "<div id=zoom><p align=center>第一章　总则</p><p>　　第一条　为了规范示例工作，制定本办法。</p><p>　　第二条　本办法适用于下列情形：</p>
         <p>　　（一）第一种情形；</p><p>　　第三条　违反第一条规定的，予以处罚。</p><p>　　第四条　本办法自2019年1月1日起施行。</p></div>",
    );
    assert_eq!(headings(&extraction)[0], (1, false, "第一章　总则".into()));
    assert_eq!(headings(&extraction)[1], (2, true, "第一条　".into()));
    assert_eq!(headings(&extraction).len(), 5, "items and references are no headings");
    assert_eq!(extraction.metadata.effective.expect("stated").value.to_string(), "2019-01-01");
}

#[test]
fn a_note_may_have_several_paragraphs() {
    let extraction = page(&format!(
        "<div id=zoom><p>{PROSE}<a href='#_ftn1' name='_ftnref1'>[1]</a></p><p>{PROSE}</p>\
         <div id=ftn1><p><a href='#_ftnref1' name='_ftn1'>[1]</a> 数据来自示例局。</p><p>含示例区。</p></div><p>示例完。</p></div>"
    ));
    assert_eq!(extraction.notes.len(), 1);
    assert_eq!(inlines::text(&extraction.notes[0].content).trim(), "数据来自示例局。\n含示例区。");
    assert_eq!(lines(&extraction).iter().filter(|line| line.contains("示例完。")).count(), 1);
}
