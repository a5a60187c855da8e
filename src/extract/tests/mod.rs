//! Small invented pages, one for each way in which extraction of government pages is known to fail.

mod metadata;
mod structure;

use url::Url;

use super::{Choice, ExtractError, ExtractOptions, Extraction, Sites, extract};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{Align, Block, Document, Inline, Marker, Position, Role, check, text};
use crate::extract::blocks::inlines;
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
            Block::Paragraph(paragraph) => Some((paragraph.role, inlines::text(&paragraph.content))),
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
                Some((heading.level.get(), heading.run_in, inlines::text(&heading.content)))
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
