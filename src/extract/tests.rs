//! Small invented pages, one for each way in which extraction of government pages is known to fail.

use url::Url;

use super::{Choice, ExtractError, ExtractOptions, Extraction, Sites, extract};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{Align, Block, Document, Inline, Marker, Position, Role, check, text};
use crate::parse::Dom;

fn run(
    html: &str,
    url: Option<&str>,
    options: &ExtractOptions,
) -> (Result<Extraction, ExtractError>, Diagnostics) {
    let mut diagnostics = Diagnostics::default();
    let dom = Dom { html: scraper::Html::parse_document(html) };
    let url = url.map(|url| Url::parse(url).expect("a URL"));
    (extract(&dom, url.as_ref(), options, &mut diagnostics), diagnostics)
}

fn page(html: &str) -> Extraction {
    let (result, _) = run(html, None, &ExtractOptions::default());
    let extraction = result.expect("a document");
    assert_eq!(check(&document(&extraction)), []);
    assert_eq!(extraction.trace.kept.len(), extraction.body.len(), "every block has its place");
    extraction
}

fn document(extraction: &Extraction) -> Document {
    Document {
        metadata: extraction.metadata.clone(),
        body: extraction.body.clone(),
        notes: extraction.notes.clone(),
        attachments: extraction.attachments.clone(),
        ..Document::default()
    }
}

fn lines(extraction: &Extraction) -> Vec<String> {
    text::text(&document(extraction)).lines().map(str::to_owned).collect()
}

fn roles(extraction: &Extraction) -> Vec<(Role, String)> {
    extraction
        .body
        .iter()
        .filter_map(|block| match block {
            Block::Paragraph(paragraph) => Some((paragraph.role, super::inlines::text(&paragraph.content))),
            _ => None,
        })
        .collect()
}

fn headings(extraction: &Extraction) -> Vec<(u8, bool, String)> {
    extraction
        .body
        .iter()
        .filter_map(|block| match block {
            Block::Heading(heading) => {
                Some((heading.level.get(), heading.run_in, super::inlines::text(&heading.content)))
            }
            _ => None,
        })
        .collect()
}

const PROSE: &str =
    "为进一步规范示例管理工作，提高服务质量，经研究决定，现将有关事项通知如下，请认真贯彻执行。";

/// A whole notice: tags, breadcrumb, info line, share bar, attachments, signature, foot.
const NOTICE: &str = r#"<html><head><title>关于做好示例工作的通知_通知公告_示例省示例厅</title>
<meta name="sitename" content="示例省示例厅"><meta name="SiteDomain" content="slt.example.gov.cn">
<meta content="关于做好示例工作的通知" name="ArticleTitle"><meta name="PubDate" content="2018-02-02 09:30">
<meta name="ContentSource" content="本网"><meta name="ColumnName" content="通知公告"></head><body>
<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/a">政务公开</a></li><li><a href="/b">办事服务</a></li></ul></div>
<div class="pos">当前位置：<a href="/">首页</a> &gt; <a href="/a">政务公开</a> &gt; 通知公告</div>
<h1>关于做好<br>示例工作的通知</h1>
<div class="info">信息来源：本网　时间：2018-02-01　【字体：<a href="javascript:">大</a> 中 小】 <span>分享到：</span></div>
<div class="box"><p>　　各地级以上市示例局：</p><p>&nbsp;&nbsp;&nbsp;&nbsp;为进一步规范示例管理
工作，提高服务质量，经研究决定，现将有关事项通知如下。</p>
<p>　　一、总体要求</p><p>　　（一）提高认识。各单位要充分认识示例工作的重要意义，加强领导，明确责任。</p>
<p>　　（二）加强协作。各单位要加强沟通，形成合力，按时完成任务。</p><p>　　二、工作安排</p>
<p>　　一是摸底阶段。二是实施阶段。增长3.5%。</p>
<p>　　附件：1.<a href="./W0201.docx">示例表</a></p><p>　　　　　2.<a href="./W0202.xls">示例清单</a></p>
<p style="text-align:right">示例省示例厅</p><p style="text-align:right">2018年1月31日</p><p>　　（此件公开发布）</p></div>
<div><a href="javascript:window.print()">【打印本页】</a><a href="javascript:window.close()">【关闭窗口】</a></div>
<div>扫一扫在手机打开当前页</div><div>上一篇：<a href="/x">另一则通知</a></div>
<div class="footer">主办单位：示例省示例厅　粤ICP备00000000号　网站标识码：4400000000</div></body></html>"#;

#[test]
fn a_notice_comes_out_whole_and_alone() {
    for generic_only in [false, true] {
        let (result, diagnostics) = run(
            NOTICE,
            Some("http://slt.example.gov.cn/zw/post_1.html"),
            &ExtractOptions { generic_only, ..ExtractOptions::default() },
        );
        let extraction = result.expect("a document");
        assert_eq!(check(&document(&extraction)), []);
        assert_eq!(
            extraction.body[0],
            Block::Title { lines: vec!["关于做好".into(), "示例工作的通知".into()] }
        );
        let text = lines(&extraction).join("\n");
        for noise in ["首页", "来源", "字体", "打印", "关闭", "扫一扫", "上一篇", "ICP"] {
            assert!(!text.contains(noise), "{noise} in {text}");
        }
        assert_eq!(
            roles(&extraction).into_iter().filter(|(role, _)| *role != Role::Body).collect::<Vec<_>>(),
            [
                (Role::Addressee, "各地级以上市示例局：".into()),
                (Role::AttachmentNote, "附件：1.示例表".into()),
                (Role::AttachmentNote, "2.示例清单".into()),
                (Role::Signature, "示例省示例厅".into()),
                (Role::SignedDate, "2018年1月31日".into()),
                (Role::Annotation, "（此件公开发布）".into()),
            ]
        );
        assert_eq!(
            headings(&extraction),
            [
                (1, false, "一、总体要求".into()),
                (2, true, "（一）提高认识。".into()),
                (2, true, "（二）加强协作。".into()),
                (1, false, "二、工作安排".into()),
            ]
        );
        assert!(text.contains("为进一步规范示例管理工作，"), "a source line break between Han is no space");
        let removed: Vec<&str> = extraction.trace.removed.iter().map(|removed| removed.kind).collect();
        for kind in ["breadcrumb", "info-line", "print", "scan", "previous-next", "footer"] {
            assert!(removed.contains(&kind), "{kind} in {removed:?}");
        }
        assert!(
            diagnostics.iter().any(|diagnostic| matches!(diagnostic, Diagnostic::BoilerplateRemoved { .. }))
        );
    }
}

#[test]
fn metadata_has_origins_and_candidates() {
    let metadata = page(NOTICE).metadata;
    let title = metadata.title.expect("a title");
    assert_eq!(
        (title.value.as_str(), title.origin.to_string().as_str()),
        ("关于做好示例工作的通知", "meta:ArticleTitle")
    );
    let published = metadata.published.expect("a date");
    assert_eq!(
        (published.value.to_string().as_str(), published.origin.to_string().as_str()),
        ("2018-02-01", "info-line:时间")
    );
    assert_eq!(published.candidates[0].value, "2018-02-02T09:30:00+08:00");
    assert_eq!(metadata.written.expect("signed").value.to_string(), "2018-01-31");
    assert_eq!(metadata.issuer.expect("signed").value, "示例省示例厅");
    assert_eq!(metadata.breadcrumb.expect("a path").value, ["首页", "政务公开", "通知公告"]);
    assert_eq!(metadata.site_name.expect("any case").origin.to_string(), "meta:sitename");
    assert_eq!(metadata.site_id.expect("in the foot").value, "4400000000");
}

#[test]
fn tags_of_another_site_are_not_believed() {
    let (result, diagnostics) =
        run(NOTICE, Some("http://shop.example.com/a.html"), &ExtractOptions::default());
    let title = result.expect("a document").metadata.title.expect("a title");
    assert_eq!(title.origin.to_string(), "heading");
    assert!(diagnostics.iter().any(|diagnostic| matches!(diagnostic, Diagnostic::MetadataUntrusted { .. })));
}

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
fn layout_tables_dissolve_and_the_index_table_is_metadata() {
    let extraction = page(
        "<table width=700><tr><td><table class=bd1><tr><td>索 引 号：</td><td>0001/2004-1</td><td>主题分类：</td><td>卫生</td></tr>
         <tr><td>发文机关：</td><td>示例办公厅</td><td>成文日期：</td><td>2004年12月17日</td></tr>
         <tr><td>标　　题：</td><td colspan=3>示例办公厅关于示例事项的复函</td></tr>
         <tr><td>发文字号：</td><td>示办函[2004]088号</td><td>发布日期：</td><td>2018年12月24日</td></tr></table></td></tr></table>
         <table width=700><tr><td><table><tr><td id=UCAP-CONTENT><p align=center><b>示例办公厅关于示例</b></p>
         <p align=center><b>事项的复函</b></p><p align=center>示办函〔2004〕88号</p><p>示例省人民政府：</p>
         <p>你省《关于示例事项的请示》收悉。经研究，现函复如下：</p><p align=right>示例办公厅　　</p>
         <p align=right>二〇〇四年十二月十七日　</p></td></tr></table></td></tr></table>",
    );
    assert_eq!(
        extraction.body[0],
        Block::Title { lines: vec!["示例办公厅关于示例".into(), "事项的复函".into()] }
    );
    assert!(extraction.body.iter().all(|block| !matches!(block, Block::Table(_))));
    let found: Vec<Role> = roles(&extraction).into_iter().map(|(role, _)| role).collect();
    assert_eq!(found, [Role::DocumentNumber, Role::Addressee, Role::Body, Role::Signature, Role::SignedDate]);
    let metadata = &extraction.metadata;
    let number = metadata.number.as_ref().expect("a number");
    assert_eq!(
        (number.value.as_str(), number.printed.as_deref()),
        ("示办函〔2004〕88号", Some("示办函[2004]088号"))
    );
    assert_eq!(metadata.published.as_ref().expect("a date").value.to_string(), "2018-12-24");
    assert_eq!(metadata.written.as_ref().expect("a date").value.to_string(), "2004-12-17");
    assert_eq!(metadata.index_number.as_ref().expect("given").value, "0001/2004-1");
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
    assert_eq!(super::inlines::text(&table.caption), "表1 资金安排表");
    assert_eq!(super::inlines::text(&table.unit), "单位：万元");
    assert_eq!(table.rows[2].cells[2].align, Align::End);
}

#[test]
fn short_documents_are_found_without_rules() {
    let extraction = page(
        "<div><a href=/>首页</a><a href=/a>政务公开</a></div><h2>行政处罚信息公示</h2><div><div>发布时间：2020-05-06</div>
         <div><div>当事人某商店未按规定明码标价，违反《示例法》第十三条，决定处以罚款五百元。</div></div></div>
         <div>版权所有 示例市某局</div>",
    );
    assert_eq!(
        lines(&extraction),
        ["行政处罚信息公示", "当事人某商店未按规定明码标价，违反《示例法》第十三条，决定处以罚款五百元。"]
    );
    assert!(matches!(extraction.trace.choice, Choice::Scored(_)));
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
        (extraction.notes[0].mark.as_str(), super::inlines::text(&extraction.notes[0].content).as_str()),
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
    assert_eq!(super::inlines::text(&figures[0].caption), "图为会议现场");
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
fn a_notice_that_is_a_picture_is_a_document() {
    let extraction = page(
        "<div><a href=/><img src=logo.png></a><a href=/a>新闻中心</a></div><div class=tit>示例产业园开园</div><div>日期：2023-06-08 来源：示例中心</div>
         <div><p><img src=static/w0201.png></p></div><div>【关闭窗口】</div>",
    );
    assert!(matches!(extraction.body.last(), Some(Block::Figure(_))));
    assert_eq!(extraction.metadata.title.expect("displayed").value, "示例产业园开园");
}

#[test]
fn what_is_no_document_is_refused_by_name() {
    let list: Vec<String> = (1..=20)
        .map(|n| {
            format!("<li><a href=/{n}.html>关于第{n}个示例事项的通知公告</a><span>2020-01-{n:02}</span></li>")
        })
        .collect();
    let list = list.concat();
    for (html, error) in [
        (
            "<html><head><script>document.cookie='__jsl_clearance=1';location.reload()</script></head><body></body></html>",
            ExtractError::Challenge,
        ),
        (
            "<html><title>404</title><body><p>对不起，您访问的页面不存在或已删除</p></body></html>",
            ExtractError::NotFound,
        ),
        ("<html><body><form>用户登录 <input type=password></form></body></html>", ExtractError::Login),
        (
            "<html><frameset cols='20%,*'><frame src=a.htm><frame src=b.htm></frameset></html>",
            ExtractError::Frameset,
        ),
        (&format!("<html><body><h2>通知公告</h2><ul>{list}</ul></body></html>"), ExtractError::IndexPage),
        ("<html><body><p><a href=a.pdf>下载</a></p></body></html>", ExtractError::AttachmentOnly),
        ("<html><body><div></div></body></html>", ExtractError::EmptyBody),
        (
            "\u{FFFD}\u{1}\u{2}\u{FFFD}\u{FFFD}\u{3}PK\u{4}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}",
            ExtractError::NotText,
        ),
    ] {
        assert_eq!(run(html, None, &ExtractOptions::default()).0, Err(error), "{html}");
    }
}

#[test]
fn rules_of_the_user_come_first() {
    let html = format!(
        "<div id=zoom><p>{PROSE}</p></div><div class=own><p>用户所指的正文，自成一段，文字不多，句读俱全。</p></div>"
    );
    let sites = Sites::extended("[[rule]]\nname = 'own'\ncontainers = ['.own']").expect("sound");
    let options = ExtractOptions { sites: Some(sites), ..ExtractOptions::default() };
    let extraction = run(&html, None, &options).0.expect("a document");
    assert_eq!(extraction.trace.choice, Choice::Rule("own".into()));
}

#[test]
fn doubtful_text_is_kept_and_told() {
    let (result, diagnostics) = run(
        &format!("<div id=zoom><p>{PROSE}我局、、持续推进。</p></div>"),
        None,
        &ExtractOptions::default(),
    );
    assert!(lines(&result.expect("a document"))[0].contains("我局、、持续"));
    assert!(diagnostics.iter().any(
        |diagnostic| matches!(diagnostic, Diagnostic::SuspiciousText { excerpt } if excerpt.contains("、、"))
    ));
}

#[test]
fn hostile_pages_end() {
    let deep = format!("{}{PROSE}", "<table border=1><tr><td>甲<td><ul><li>".repeat(100));
    let wide = format!(
        "<div id=zoom><p>{PROSE}</p><table border=1><tr>{}</tr>{}</table></div>",
        "<td>一".repeat(3000),
        "<tr><td>二".repeat(3000)
    );
    for html in [deep, wide, format!("<div id=zoom>{}</div>", "<span>字，</span>".repeat(50_000))] {
        page(&html);
    }
}

/// The chosen values: title, number, index number, issuer, source.
fn stated(extraction: &Extraction) -> [Option<&str>; 5] {
    let metadata = &extraction.metadata;
    [&metadata.title, &metadata.number, &metadata.index_number, &metadata.issuer, &metadata.source]
        .map(|field| field.as_ref().map(|field| field.value.as_str()))
}

fn published(extraction: &Extraction) -> Option<String> {
    extraction.metadata.published.as_ref().map(|field| field.value.to_string())
}

#[test]
fn an_index_block_need_be_no_table_and_need_no_colons() {
    let rows =
        [("索 引 号", "A01/2024-00012"), ("发布机构", "示例市财政局"), ("文　　号", "示财〔2024〕5号")];
    let head = "<title>关于示例工作的通知</title><body>";
    let text = format!("<h1>关于示例工作的通知</h1><div><p>{PROSE}</p></div>");
    let layouts: [fn(&str, &str) -> String; 4] = [
        |label, value| format!("<li><p><span>{label}</span></p><div>{value}</div></li>"),
        |label, value| format!("<li><strong>{label}</strong>{value}</li>"),
        |label, value| format!("<li>[{label}] <span>{value}</span></li>"),
        |label, value| format!("<div class=row><div>{label}</div><div>{value}</div></div>"),
    ];
    for layout in layouts {
        let block: String = rows.iter().map(|(label, value)| layout(label, value)).collect();
        let extraction = page(&format!("{head}<div class=index>{block}</div>{text}"));
        assert_eq!(
            stated(&extraction)[1..4],
            [Some("示财〔2024〕5号"), Some("A01/2024-00012"), Some("示例市财政局")],
            "{block}"
        );
        assert!(!lines(&extraction).concat().contains("发布机构"), "{block}");
    }
}

#[test]
fn a_date_without_a_label_is_that_of_publication_if_a_program_wrote_it() {
    let with = |line: &str| {
        page(&format!(
            "<title>关于示例工作的通知</title><h1>关于示例工作的通知</h1><p>{line}</p><div><p>{PROSE}</p><p>{PROSE}</p></div>"
        ))
    };
    for line in
        ["2024/3/5 8:05 示例发布", "20240305", "（2024-3-5　　阅读 123 次）", "2024-03-05 10:20　点击：12"]
    {
        let extraction = with(line);
        assert!(published(&extraction).is_some_and(|date| date.starts_with("2024-03-05")), "{line}");
        assert!(
            !lines(&extraction).iter().any(|kept| kept.contains("次") || kept.contains("点击")),
            "{line}"
        );
    }
    // The line under the title of a speech belongs to the document.
    let speech = page(&format!(
        "<h1>在示例会议上的讲话</h1><div><p>（2024年3月1日）</p><p>{PROSE}</p><p>{PROSE}</p></div>"
    ));
    assert!(lines(&speech).contains(&"（2024年3月1日）".to_owned()));
}

#[test]
fn the_date_of_an_event_is_no_publication() {
    let extraction = page(&format!(
        "<title>示例音乐会预告</title><h1>示例音乐会预告</h1><p>开始时间：</p><p>2024-05-08</p><div><p>{PROSE}</p></div>"
    ));
    assert_eq!(published(&extraction), None);
}

#[test]
fn a_chronicle_keeps_its_dates() {
    let events: String =
        (1..20).map(|day| format!("<p>2023-01-{day:02} 示例市召开第{day}次常务会议</p>")).collect();
    let extraction = page(&format!(
        "<title>示例市2023年大事记</title><h1>示例市2023年大事记</h1><p>来源：示例市　时间：2024-03-05</p><div>{events}</div>"
    ));
    assert!(lines(&extraction).iter().any(|line| line.starts_with("2023-01-01 示例市")));
}

#[test]
fn a_number_between_title_and_text_is_the_documents() {
    let extraction = page(&format!(
        "<title>示例总局关于优化服务的公告</title><h1>示例总局关于优化服务的公告</h1><p>示例总局公告2024年第6号</p>\
         <p>发布日期：2024-03-05</p><div id=fontzoom><p>{PROSE}</p></div>"
    ));
    assert_eq!(stated(&extraction)[1], Some("示例总局公告2024年第6号"));
}

#[test]
fn titles_leave_behind_what_is_not_theirs() {
    for (element, body) in [
        ("示例市财政局 通知公告 关于示例工作的通知", "<p>发布时间：2024-03-05</p>"),
        (
            "无标题页",
            "<span style='font-size:20px;font-weight:bold'>关于示例工作的通知</span><br>2024-3-5 8:05:33",
        ),
        ("关于示例工作的通知", "<h2>关于示例工作的通知<small>(2024年03月05日)</small></h2>"),
        (
            "关于示例工作的通知",
            "<p align=center><b style='font-size:22pt'>关于示例</b></p><p align=center><b style='font-size:22pt'>工作的通知</b></p>",
        ),
        (
            "示例市人民政府文件",
            "<p align=center><font size=7>示例市人民政府文件</font></p><p align=center>示政发【2024】03号</p>\
             <p align=center><b>关于示例工作的通知</b></p>",
        ),
    ] {
        let extraction = page(&format!(
            "<html><title>{element}</title><body><div>{body}<div><p>{PROSE}</p><p>{PROSE}</p></div></div>"
        ));
        assert_eq!(stated(&extraction)[0], Some("关于示例工作的通知"), "{element} {body}");
    }
}

#[test]
fn a_notice_of_one_sentence_is_a_document() {
    let extraction = page(
        "<title>关于召开会议的通知</title><h1>关于召开会议的通知</h1><p>日期：2024-03-05　来源：示例办</p>\
         <div><p>定于3月8日召开会议。</p></div>",
    );
    assert!(lines(&extraction).contains(&"定于3月8日召开会议。".to_owned()));
}

#[test]
fn lists_with_abstracts_and_forms_are_no_documents() {
    let refused = |html: &str| run(html, None, &ExtractOptions::default()).0.err();
    let items: String = (1..12)
        .map(|day| {
            format!(
                "<li><h3><a href=/{day}.html>示例省第{day}项重点工作取得进展</a></h3><p>{PROSE}</p><span>2024-03-{day:02}</span></li>"
            )
        })
        .collect();
    assert_eq!(refused(&format!("<title>工作动态</title><ul>{items}</ul>")), Some(ExtractError::IndexPage));
    let fields: String = (1..9).map(|row| format!("<div>第{row}行座位 <input type=text></div>")).collect();
    assert_eq!(
        refused(&format!("<title>座位设置</title><form><div>{fields}</div></form>")),
        Some(ExtractError::EmptyBody)
    );
}

#[test]
fn a_note_may_have_several_paragraphs() {
    let extraction = page(&format!(
        "<div id=zoom><p>{PROSE}<a href='#_ftn1' name='_ftnref1'>[1]</a></p><p>{PROSE}</p>\
         <div id=ftn1><p><a href='#_ftnref1' name='_ftn1'>[1]</a> 数据来自示例局。</p><p>含示例区。</p></div><p>示例完。</p></div>"
    ));
    assert_eq!(extraction.notes.len(), 1);
    assert_eq!(super::inlines::text(&extraction.notes[0].content).trim(), "数据来自示例局。\n含示例区。");
    assert_eq!(lines(&extraction).iter().filter(|line| line.contains("示例完。")).count(), 1);
}
