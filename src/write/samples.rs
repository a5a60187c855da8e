//! Turns nothing into Documents that hold every kind of content: what the writers' tests write.

use std::sync::Arc;

use crate::document::{
    Align, Asset, AssetId, Attachment, Block, Cell, Document, Field, Figure, Heading, Image, Inline, Level,
    List, Marker, Note, Origin, Paragraph, Position, Role, Row, Run, Style, Table,
};

/// A PNG of 2 × 1 pixels, black and white.
#[rustfmt::skip]
const PNG: &[u8] = &[
    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48, 0x44, 0x52,
    0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0xD1, 0x49, 0x20,
    0x56, 0x00, 0x00, 0x00, 0x0B, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63, 0x60, 0xF8, 0x0F, 0x00,
    0x01, 0x02, 0x01, 0x00, 0x42, 0xBE, 0xBC, 0x68, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4E, 0x44,
    0xAE, 0x42, 0x60, 0x82,
];

pub(crate) fn text(text: &str) -> Inline {
    Inline::Text(Run::plain(text))
}

pub(crate) fn role(role: Role, words: &str) -> Block {
    Block::Paragraph(Paragraph { role, align: Align::Start, content: vec![text(words)] })
}

pub(crate) fn paragraph(words: &str) -> Block {
    role(Role::Body, words)
}

pub(crate) fn heading(level: u8, words: &str, run_in: bool) -> Block {
    Block::Heading(Heading {
        level: Level::new(level),
        content: vec![text(words)],
        run_in,
        align: Align::Start,
    })
}

pub(crate) fn link(words: &str, target: &str) -> Inline {
    Inline::Text(Run { link: Some(target.to_owned()), ..Run::plain(words) })
}

pub(crate) fn styled(words: &str, style: Style) -> Inline {
    Inline::Text(Run { style, ..Run::plain(words) })
}

pub(crate) fn cell(words: &str) -> Cell {
    let blocks = if words.is_empty() { vec![] } else { vec![paragraph(words)] };
    Cell { blocks, ..Cell::default() }
}

pub(crate) fn spanning(words: &str, rowspan: usize, colspan: usize) -> Cell {
    Cell { rowspan, colspan, ..cell(words) }
}

pub(crate) fn of(body: Vec<Block>) -> Document {
    Document { body, ..Document::default() }
}

/// The table of two header rows with spans, an empty cell and a sum.
pub(crate) fn funds() -> Table {
    Table {
        caption: vec![text("表1 资金安排表")],
        unit: vec![],
        columns: 4,
        header_rows: 2,
        rows: vec![
            Row {
                cells: vec![spanning("序号", 2, 1), spanning("项目情况", 1, 2), spanning("备注", 2, 1)]
            },
            Row { cells: vec![cell("名称"), cell("金额(万元)")] },
            Row {
                cells: vec![cell("1"), cell("劳动监察能力建设"), cell("1,234.50"), cell("含省级补助")]
            },
            Row { cells: vec![cell("2"), cell("培训"), cell("80.00"), cell("")] },
            Row { cells: vec![spanning("合计", 1, 2), cell("1,314.50"), cell("")] },
        ],
    }
}

/// A 通知 with every role and every kind of block.
#[expect(clippy::too_many_lines, reason = "one document, read from top to bottom")]
pub(crate) fn notice() -> Document {
    let id = AssetId("a".repeat(64));
    let image = |alternative: &str, asset: Option<AssetId>| Image {
        source: "http://example.gov.cn/a/1.png".to_owned(),
        asset,
        alternative: alternative.to_owned(),
        width: Some(120),
        height: Some(60),
    };
    let plain = Style::default();
    let mut document = of(vec![
        role(Role::DocumentNumber, "粤示发〔2018〕1号"),
        Block::Title {
            lines: vec!["广东省示例厅关于印发".to_owned(), "《示例办法》的通知".to_owned()]
        },
        role(Role::Subtitle, "（2018年1月31日厅务会议通过）"),
        role(Role::Addressee, "各地级以上市人民政府，省政府各部门、各直属机构："),
        Block::Paragraph(Paragraph {
            content: vec![
                text(
                    "现将《示例办法》印发给你们，“放管服”改革……面积达12㎡，x<y && a>b，字面的 &lt; 与 &amp;amp; 不变",
                ),
                Inline::NoteReference { note: 0 },
                text("。"),
                styled("加粗", Style { strong: true, ..plain }),
                styled("强调", Style { emphasis: true, ..plain }),
                styled("划线", Style { underline: true, ..plain }),
                styled("删除", Style { strike: true, ..plain }),
                text("CO"),
                styled("2", Style { position: Position::Subscript, ..plain }),
                text("，10"),
                styled("3", Style { position: Position::Superscript, ..plain }),
                text("，见"),
                link("省政府网站", "http://example.gov.cn/a?x=1&y=2"),
                Inline::LineBreak,
                text("另起一行𠮷，见"),
                link("脚本", "javascript:void(0)"),
            ],
            ..Paragraph::default()
        }),
        heading(1, "一、总体要求", false),
        heading(2, "（一）强化组织领导。", true),
        paragraph("厅党组将其作为重要工作来抓，推进建设形成统分结合、上下联动的工作格局。"),
        heading(3, "1.任务分工", false),
        heading(4, "（1）责任到人", false),
        paragraph("各单位要明确责任人。"),
        Block::List(List {
            marker: Marker::Decimal,
            start: 1,
            items: vec![
                vec![paragraph("提高认识；"), paragraph("同一项的第二段；")],
                vec![
                    paragraph("加强领导"),
                    Block::List(List {
                        marker: Marker::Bullet,
                        start: 1,
                        items: vec![vec![paragraph("明确责任；")], vec![paragraph("定期检查。")]],
                    }),
                ],
                vec![Block::List(List {
                    marker: Marker::Han,
                    start: 3,
                    items: vec![vec![paragraph("只有内层的一项")]],
                })],
            ],
        }),
        Block::List(List {
            marker: Marker::None, start: 1, items: vec![vec![paragraph("无标记的一项")]]
        }),
        Block::Quote {
            body: vec![
                paragraph("引文一段，用楷体排。"),
                Block::Quote { body: vec![paragraph("引文中的引文。")] },
            ],
        },
        Block::Table(funds()),
        Block::Table(funds()),
        Block::Figure(Figure {
            image: image("公章图片", Some(id.clone())),
            caption: vec![text("图1 示例图")],
        }),
        Block::Figure(Figure { image: image("", None), caption: vec![] }),
        Block::Paragraph(Paragraph {
            content: vec![
                text("行内图片"),
                Inline::Image(image("小图标", Some(id.clone()))),
                text("与缺图"),
                Inline::Image(image("流程图", None)),
                text("再引一次注释"),
                Inline::NoteReference { note: 0 },
                text("和另一条"),
                Inline::NoteReference { note: 1 },
                text("。"),
            ],
            ..Paragraph::default()
        }),
        role(Role::AttachmentNote, "附件：1. 示例办法实施细则及其配套的若干规范性文件汇编（2018年修订版）"),
        role(Role::AttachmentNote, "2. 资金安排表"),
        role(Role::Signature, "广东省人力资源和社会保障厅"),
        role(Role::SignedDate, "2018年1月31日"),
        role(Role::Annotation, "（此件公开发布）"),
    ]);
    document.notes = vec![
        Note {
            mark: "[1]".to_owned(),
            content: vec![text("见《示例条例》第三条 & 附则，"), link("链接", "http://example.gov.cn/note")],
        },
        Note { mark: "②".to_owned(), content: vec![text("第二条注释。")] },
    ];
    document.attachments = vec![Attachment {
        name: "示例办法实施细则".to_owned(),
        url: "http://example.gov.cn/a/1.doc".to_owned(),
        media_type: Some("application/msword".to_owned()),
    }];
    document.assets.insert(
        id,
        Asset { media_type: "image/png".to_owned(), width: 2, height: 1, bytes: Arc::new(PNG.to_vec()) },
    );
    let field = |value: &str, origin: Origin| Some(Field::new(value.to_owned(), origin));
    document.metadata.title = field("广东省示例厅关于印发《示例办法》的通知", Origin::Heading);
    document.metadata.number = field("粤示发〔2018〕1号", Origin::Body);
    document.metadata.issuer = field("广东省示例厅", Origin::Index("发文机关".to_owned()));
    document.metadata.index_number = field("006939748/2018-00012", Origin::Index("索引号".to_owned()));
    document.metadata.source = field("本网", Origin::InfoLine("来源".to_owned()));
    document.metadata.url = field("http://example.gov.cn/a?x=1&y=2", Origin::Given);
    document.metadata.published = Some(Field::new("2018-02-02".parse().expect("a date"), Origin::Body));
    document.metadata.written = Some(Field::new("2018-01-31".parse().expect("a date"), Origin::Body));
    document.provenance.file = "notice.html".to_owned();
    document.provenance.sha256 = "0123456789abcdef".repeat(4);
    document.provenance.bytes = 12345;
    document.provenance.encoding.name = "gb18030".to_owned();
    document.provenance.encoding.evidence = "meta".to_owned();
    document.provenance.encoding.declared = Some("gb2312".to_owned());
    document
}

/// A table too wide for the upright page, between paragraphs.
pub(crate) fn wide() -> Document {
    let columns = 14;
    let row = |words: &dyn Fn(usize) -> String| Row {
        cells: (0..columns).map(|column| cell(&words(column))).collect(),
    };
    let mut rows = vec![row(&|column| format!("指标名称之{column}"))];
    rows.extend((0..60).map(|line| row(&|column| format!("{},{:03}.{column}", line + 1, column * 7))));
    of(vec![
        Block::Title { lines: vec!["关于公布年度指标的通知".to_owned()] },
        paragraph("各项指标见下表。"),
        Block::Table(Table {
            caption: vec![text("表2 年度指标")],
            unit: vec![text("单位：万元")],
            columns,
            header_rows: 1,
            rows,
        }),
        paragraph("以上指标自公布之日起执行。"),
    ])
}

/// Notes that nothing refers to, nested tables, a list in a cell and a picture of a kind that Word cannot show.
pub(crate) fn corners() -> Document {
    let id = AssetId("b".repeat(64));
    let inner = Table {
        caption: vec![],
        unit: vec![],
        columns: 1,
        header_rows: 0,
        rows: vec![Row { cells: vec![cell("内表")] }],
    };
    let nested = Table {
        caption: vec![],
        unit: vec![text("单位：人")],
        columns: 2,
        header_rows: 0,
        rows: vec![
            Row {
                cells: vec![
                    Cell {
                        blocks: vec![paragraph("前"), Block::Table(inner.clone()), Block::Table(inner)],
                        ..Cell::default()
                    },
                    Cell {
                        blocks: vec![Block::List(List {
                            marker: Marker::LowerRoman,
                            start: 9,
                            items: vec![
                                vec![paragraph("格内一项")],
                                vec![paragraph("格内二项"), paragraph("续")],
                            ],
                        })],
                        align: Align::End,
                        header: true,
                        ..Cell::default()
                    },
                ],
            },
            Row { cells: vec![spanning("", 2, 2)] },
            Row::default(),
        ],
    };
    let mut document = of(vec![
        Block::Table(nested.clone()),
        Block::Table(nested),
        Block::Paragraph(Paragraph {
            content: vec![
                Inline::Image(Image {
                    source: "data:image/webp".to_owned(),
                    asset: Some(id.clone()),
                    ..Image::default()
                }),
                text("----------"),
            ],
            align: Align::Center,
            role: Role::Body,
        }),
        heading(2, "（二）排在项中。", true),
        paragraph("正文接排 e\u{301} \u{F9D1} ㎡ 葛\u{E0100}。"),
        Block::List(List {
            marker: Marker::UpperAlpha,
            start: 26,
            items: vec![
                vec![Block::Quote { body: vec![paragraph("项中引文")] }],
                vec![Block::Table(funds())],
                vec![],
            ],
        }),
        role(Role::SignedDate, "二〇一八年一月三十一日"),
    ]);
    document.notes = vec![
        Note { mark: "①".to_owned(), content: vec![text("无处引用的注。")] },
        Note { mark: String::new(), content: vec![text("无号的注。")] },
    ];
    document.assets.insert(
        id,
        Asset { media_type: "image/webp".to_owned(), width: 2, height: 1, bytes: Arc::new(vec![0]) },
    );
    document
}

/// A table of more columns than Word opens, with spans across its limit.
pub(crate) fn broad() -> Document {
    let mut rows =
        vec![Row { cells: vec![spanning("甲", 1, 60), spanning("乙", 2, 10), spanning("丙", 1, 30)] }];
    rows.push(Row { cells: (0..90).map(|column| cell(&format!("{column}"))).collect() });
    of(vec![Block::Table(Table { caption: vec![], unit: vec![], columns: 100, header_rows: 1, rows })])
}

/// Every sample, and the empty Document.
pub(crate) fn all() -> Vec<Document> {
    vec![notice(), wide(), corners(), broad(), Document::default()]
}
