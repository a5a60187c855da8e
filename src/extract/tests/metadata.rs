//! What pages state about their documents, and in how many ways.

use super::*;

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
