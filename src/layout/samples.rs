//! Documents for the tests of layout and of the PDF writer, of our own writing.

use std::sync::Arc;

use crate::document::{
    Align, Asset, AssetId, Block, Cell, Document, Figure, Heading, Image, Inline, Level, List, Marker, Note,
    Paragraph, Role, Row, Run, Style, Table,
};

/// A plain run.
pub(crate) fn text(words: &str) -> Inline {
    Inline::Text(Run::plain(words))
}

/// A body paragraph.
pub(crate) fn paragraph(words: &str) -> Block {
    part(Role::Body, words)
}

/// A paragraph of a part.
pub(crate) fn part(role: Role, words: &str) -> Block {
    Block::Paragraph(Paragraph { role, align: Align::Start, content: vec![text(words)] })
}

/// A heading.
pub(crate) fn heading(level: u8, words: &str, run_in: bool) -> Block {
    Block::Heading(Heading {
        level: Level::new(level),
        content: vec![text(words)],
        run_in,
        align: Align::Start,
    })
}

/// A cell of one paragraph.
pub(crate) fn cell(words: &str) -> Cell {
    Cell { blocks: vec![paragraph(words)], ..Cell::default() }
}

/// A table of `rows` rows below a head.
pub(crate) fn table(rows: usize, columns: usize) -> Block {
    let head =
        Row { cells: (0..columns).map(|n| Cell { header: true, ..cell(&format!("栏{n}")) }).collect() };
    let body =
        (0..rows).map(|row| Row { cells: (0..columns).map(|n| cell(&format!("第{row}行{n}"))).collect() });
    Block::Table(Table {
        caption: vec![text("表题")],
        unit: vec![text("单位：个")],
        columns,
        header_rows: 1,
        rows: std::iter::once(head).chain(body).collect(),
    })
}

/// A document with these blocks.
pub(crate) fn document(body: Vec<Block>) -> Document {
    Document { body, ..Document::default() }
}

/// A notice with every kind of block and part.
pub(crate) fn notice() -> Document {
    let picture = AssetId("picture".to_owned());
    let styled = |words: &str, style: Style| Inline::Text(Run { style, ..Run::plain(words) });
    let link = Run {
        link: Some("https://www.example.gov.cn/公开/?a=1".to_owned()),
        ..Run::plain("信息公开栏目")
    };
    let mut notice = document(vec![
        Block::Title { lines: vec!["关于印发档案工作要点的".to_owned(), "通知".to_owned()] },
        part(Role::DocumentNumber, "粤档〔2018〕5号"),
        part(Role::Addressee, "各地级以上市档案局，省直各单位："),
        paragraph(
            "现将《档案工作要点》印发给你们，请认真贯彻执行——2018年覆盖率达到98.5%以上……投入￥1,234.56万元。",
        ),
        heading(1, "一、总体要求", false),
        heading(2, "（一）指导思想。", true),
        paragraph("坚持“公开为常态、不公开为例外”，做好各项工作。"),
        heading(3, "1.基本原则", false),
        heading(4, "（1）依法公开", false),
        Block::Paragraph(Paragraph {
            content: vec![
                text("正文含"),
                styled("加粗", Style { strong: true, ..Style::default() }),
                styled("强调", Style { emphasis: true, ..Style::default() }),
                styled("下划线", Style { underline: true, ..Style::default() }),
                text("和脚注"),
                Inline::NoteReference { note: 0 },
                Inline::Text(link),
                Inline::Image(Image { asset: Some(picture.clone()), ..Image::default() }),
                Inline::LineBreak,
                text("⼀一⼈人，不换行\u{A0}空格，零宽\u{200B}空格，生僻字㛃䶮𬱖"),
            ],
            ..Paragraph::default()
        }),
        Block::List(List {
            marker: Marker::Bullet,
            start: 1,
            items: vec![
                vec![paragraph("第一项")],
                vec![
                    paragraph("第二项"),
                    Block::List(List {
                        marker: Marker::Decimal,
                        start: 9,
                        items: vec![vec![paragraph("九")], vec![paragraph("十")]],
                    }),
                ],
            ],
        }),
        Block::Quote { body: vec![paragraph("引文。")] },
        Block::Figure(Figure {
            image: Image {
                asset: Some(picture.clone()),
                alternative: "示意图".to_owned(),
                ..Image::default()
            },
            caption: vec![text("图1 示意图")],
        }),
        Block::Figure(Figure {
            image: Image { source: "http://www.example.gov.cn/missing.jpg".to_owned(), ..Image::default() },
            caption: Vec::new(),
        }),
        Block::Table(Table {
            caption: vec![text("任务分工")],
            unit: Vec::new(),
            columns: 3,
            header_rows: 2,
            rows: vec![
                Row {
                    cells: vec![Cell { rowspan: 2, ..cell("序号") }, Cell { colspan: 2, ..cell("经费") }]
                },
                Row { cells: vec![cell("2017年"), cell("2018年")] },
                Row { cells: vec![cell("1"), cell("1,234.50"), Cell { rowspan: 2, ..cell("98.00") }] },
                Row { cells: vec![Cell { header: true, ..cell("2") }, Cell::default()] },
            ],
        }),
        part(Role::AttachmentNote, "附件：1.工作要点"),
        part(Role::AttachmentNote, "2.任务分工表"),
        part(Role::Signature, "广东省档案局"),
        part(Role::SignedDate, "2018年1月31日"),
        part(Role::Annotation, "（此件公开发布）"),
    ]);
    notice.notes.push(Note { mark: "[1]".to_owned(), content: vec![text("依据条例第二十条。")] });
    notice.assets.insert(picture, png());
    notice
}

/// A picture of 2 × 1 pixels.
pub(crate) fn png() -> Asset {
    const BYTES: [u8; 70] = [
        0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48, 0x44, 0x52, 0x00,
        0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x01, 0x08, 0x02, 0x00, 0x00, 0x00, 0x7B, 0x40, 0xE8, 0xDD, 0x00,
        0x00, 0x00, 0x0D, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63, 0xF8, 0xCF, 0x00, 0x04, 0xFF, 0x01, 0x07,
        0x00, 0x01, 0xFF, 0xE2, 0x23, 0x9E, 0x59, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42,
        0x60, 0x82,
    ];
    Asset { media_type: "image/png".to_owned(), width: 2, height: 1, bytes: Arc::new(BYTES.to_vec()) }
}
