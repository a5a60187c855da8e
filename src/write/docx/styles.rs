//! Turns the house style of GB/T 9704-2012 into `styles.xml`: Chinese names over Word's built-in styles.
//!
//! A style that a civil servant picks (`一级标题`, `公文正文`) is based on the built-in style that Word, WPS,
//! LibreOffice and screen readers know by its reserved name (`heading 1`), so the navigation pane and tables of
//! contents work. The bare name `标题` is what Chinese Word itself calls the built-in `Title`; a style of ours by
//! that name would clash with it, hence `公文标题`.

use super::xml::Xml;

/// Ids of the paragraph styles that writers use.
pub(super) mod id {
    /// Built-in, the base of all.
    pub(in crate::write::docx) const NORMAL: &str = "Normal";
    /// 公文标题.
    pub(in crate::write::docx) const TITLE: &str = "GongwenTitle";
    /// 公文副标题.
    pub(in crate::write::docx) const SUBTITLE: &str = "GongwenSubtitle";
    /// 一级标题 … 六级标题.
    pub(in crate::write::docx) const HEADINGS: [&str; 6] = [
        "GongwenHeading1",
        "GongwenHeading2",
        "GongwenHeading3",
        "GongwenHeading4",
        "GongwenHeading5",
        "GongwenHeading6",
    ];
    /// 公文正文.
    pub(in crate::write::docx) const BODY: &str = "GongwenBody";
    /// 发文字号.
    pub(in crate::write::docx) const NUMBER: &str = "GongwenNumber";
    /// 主送机关.
    pub(in crate::write::docx) const ADDRESSEE: &str = "GongwenAddressee";
    /// 附件说明.
    pub(in crate::write::docx) const ATTACHMENTS: &str = "GongwenAttachments";
    /// 附件标识.
    pub(in crate::write::docx) const ATTACHMENT_LABEL: &str = "GongwenAttachmentLabel";
    /// 发文机关署名.
    pub(in crate::write::docx) const SIGNATURE: &str = "GongwenSignature";
    /// 成文日期.
    pub(in crate::write::docx) const SIGNED_DATE: &str = "GongwenSignedDate";
    /// 附注.
    pub(in crate::write::docx) const ANNOTATION: &str = "GongwenAnnotation";
    /// Built-in 列表段落.
    pub(in crate::write::docx) const LIST: &str = "ListParagraph";
    /// Built-in 引用.
    pub(in crate::write::docx) const QUOTE: &str = "Quote";
    /// 表题.
    pub(in crate::write::docx) const TABLE_CAPTION: &str = "GongwenTableCaption";
    /// 表格单位.
    pub(in crate::write::docx) const TABLE_UNIT: &str = "GongwenTableUnit";
    /// 表格文字, from 小四 down to 六号.
    pub(in crate::write::docx) const TABLE_TEXT: [&str; 4] =
        ["GongwenTableText", "GongwenTableText21", "GongwenTableText18", "GongwenTableText15"];
    /// 表头文字, from 小四 down to 六号.
    pub(in crate::write::docx) const TABLE_HEAD: [&str; 4] =
        ["GongwenTableHead", "GongwenTableHead21", "GongwenTableHead18", "GongwenTableHead15"];
    /// 公文表格, a table style.
    pub(in crate::write::docx) const TABLE: &str = "GongwenTable";
    /// 图片.
    pub(in crate::write::docx) const PICTURE: &str = "GongwenPicture";
    /// 图注.
    pub(in crate::write::docx) const FIGURE_CAPTION: &str = "GongwenFigureCaption";
    /// 分隔段: an empty paragraph of no height that the file format asks for.
    pub(in crate::write::docx) const SEPARATOR: &str = "GongwenSeparator";
    /// 著录信息标题.
    pub(in crate::write::docx) const COLOPHON: &str = "GongwenColophon";
    /// Built-in 页脚.
    pub(in crate::write::docx) const FOOTER: &str = "Footer";
    /// Built-in 脚注文本.
    pub(in crate::write::docx) const NOTE: &str = "FootnoteText";
    /// Built-in 脚注引用, a character style.
    pub(in crate::write::docx) const NOTE_MARK: &str = "FootnoteReference";
    /// Built-in 超链接, a character style.
    pub(in crate::write::docx) const LINK: &str = "Hyperlink";
    /// 楷体强调, a character style.
    pub(in crate::write::docx) const EMPHASIS: &str = "GongwenEmphasis";
    /// 缺图说明, a character style: a frame around a note.
    pub(in crate::write::docx) const MISSING: &str = "GongwenMissing";
}

/// A style as data: the insides of `w:pPr` and `w:rPr` are markup in schema order.
struct Style {
    id: &'static str,
    name: &'static str,
    based_on: &'static str,
    next: &'static str,
    paragraph: &'static str,
    run: &'static str,
}

const fn style(
    id: &'static str,
    name: &'static str,
    based_on: &'static str,
    next: &'static str,
    paragraph: &'static str,
    run: &'static str,
) -> Style {
    Style { id, name, based_on, next, paragraph, run }
}

/// 首行左空二字, as characters for Word and WPS and as twips for those that know no characters.
const FIRST_LINE: &str = r#"<w:ind w:firstLineChars="200" w:firstLine="640"/>"#;
const HEI: &str = r#"<w:rFonts w:eastAsia="黑体"/>"#;
const KAI: &str = r#"<w:rFonts w:eastAsia="楷体"/>"#;
const FANG: &str = r#"<w:rFonts w:eastAsia="仿宋"/>"#;

const SIZE_21: &str = r#"<w:sz w:val="21"/><w:szCs w:val="21"/>"#;
const SIZE_18: &str = r#"<w:sz w:val="18"/><w:szCs w:val="18"/>"#;
const SIZE_15: &str = r#"<w:sz w:val="15"/><w:szCs w:val="15"/>"#;

/// Lines of a table 1.35 times as high as its type, so that its length does not depend on the font at hand.
const LINE_21: &str = r#"<w:spacing w:line="284" w:lineRule="atLeast"/>"#;
const LINE_18: &str = r#"<w:spacing w:line="243" w:lineRule="atLeast"/>"#;
const LINE_15: &str = r#"<w:spacing w:line="203" w:lineRule="atLeast"/>"#;

/// Built-in headings: 一级黑体, 二级楷体, then 仿宋 (GB/T 9704-2012, 7.3.3).
const HEADING_FONTS: [&str; 6] = [HEI, KAI, FANG, FANG, FANG, FANG];
const HEADING_NAMES: [&str; 6] = ["一级标题", "二级标题", "三级标题", "四级标题", "五级标题", "六级标题"];

#[rustfmt::skip]
const PARAGRAPHS: &[Style] = &[
    // 二号小标宋, centred, one or several lines; a blank line below (7.3.1, 7.3.2).
    style("Title", "Title", id::NORMAL, id::BODY,
        r#"<w:keepNext/><w:keepLines/><w:snapToGrid w:val="0"/><w:spacing w:after="498" w:line="660" w:lineRule="exact"/><w:jc w:val="center"/>"#,
        r#"<w:rFonts w:eastAsia="方正小标宋简体"/><w:spacing w:val="0"/><w:sz w:val="44"/><w:szCs w:val="44"/>"#),
    style(id::TITLE, "公文标题", "Title", id::BODY, "", ""),
    style("Subtitle", "Subtitle", id::NORMAL, id::BODY,
        r#"<w:keepNext/><w:spacing w:after="579"/><w:jc w:val="center"/>"#, KAI),
    style(id::SUBTITLE, "公文副标题", "Subtitle", id::BODY, "", ""),
    style(id::NUMBER, "发文字号", id::NORMAL, id::BODY, r#"<w:spacing w:after="579"/><w:jc w:val="center"/>"#, ""),
    style(id::BODY, "公文正文", id::NORMAL, id::BODY, FIRST_LINE, ""),
    style(id::ADDRESSEE, "主送机关", id::NORMAL, id::BODY, r#"<w:jc w:val="left"/>"#, ""),
    style(id::ATTACHMENTS, "附件说明", id::NORMAL, id::ATTACHMENTS, r#"<w:jc w:val="left"/>"#, ""),
    style(id::SIGNATURE, "发文机关署名", id::NORMAL, id::SIGNED_DATE,
        r#"<w:keepNext/><w:ind w:rightChars="200" w:right="640"/><w:jc w:val="right"/>"#, ""),
    style(id::SIGNED_DATE, "成文日期", id::NORMAL, id::BODY,
        r#"<w:ind w:rightChars="400" w:right="1280"/><w:jc w:val="right"/>"#, ""),
    style(id::ANNOTATION, "附注", id::NORMAL, id::BODY, FIRST_LINE, ""),
    // On a new page, flush left, its title in the third line (7.3.7).
    style(id::ATTACHMENT_LABEL, "附件标识", id::NORMAL, id::BODY,
        r#"<w:keepNext/><w:pageBreakBefore/><w:spacing w:after="579"/><w:jc w:val="left"/>"#, HEI),
    style(id::LIST, "List Paragraph", id::NORMAL, id::LIST, "", ""),
    style(id::QUOTE, "Quote", id::NORMAL, id::BODY,
        r#"<w:ind w:leftChars="200" w:left="640" w:rightChars="200" w:right="640" w:firstLineChars="200" w:firstLine="640"/>"#, KAI),
    style("Caption", "caption", id::NORMAL, id::BODY, r#"<w:jc w:val="center"/>"#,
        r#"<w:rFonts w:eastAsia="黑体"/><w:spacing w:val="0"/><w:sz w:val="24"/><w:szCs w:val="24"/>"#),
    style(id::TABLE_CAPTION, "表题", "Caption", id::BODY,
        r#"<w:keepNext/><w:snapToGrid w:val="0"/><w:spacing w:before="145" w:line="384" w:lineRule="atLeast"/>"#, ""),
    style(id::FIGURE_CAPTION, "图注", "Caption", id::BODY,
        r#"<w:snapToGrid w:val="0"/><w:spacing w:line="360" w:lineRule="atLeast"/>"#, KAI),
    style(id::TABLE_UNIT, "表格单位", id::NORMAL, id::BODY,
        r#"<w:keepNext/><w:snapToGrid w:val="0"/><w:spacing w:line="336" w:lineRule="atLeast"/><w:jc w:val="right"/>"#,
        r#"<w:spacing w:val="0"/><w:sz w:val="21"/><w:szCs w:val="21"/>"#),
    style(id::TABLE_TEXT[0], "表格文字", id::NORMAL, "",
        r#"<w:snapToGrid w:val="0"/><w:spacing w:line="324" w:lineRule="atLeast"/><w:jc w:val="left"/>"#,
        r#"<w:spacing w:val="0"/><w:sz w:val="24"/><w:szCs w:val="24"/>"#),
    style(id::TABLE_TEXT[1], "表格文字（五号）", id::TABLE_TEXT[0], "", LINE_21, SIZE_21),
    style(id::TABLE_TEXT[2], "表格文字（小五）", id::TABLE_TEXT[0], "", LINE_18, SIZE_18),
    style(id::TABLE_TEXT[3], "表格文字（六号）", id::TABLE_TEXT[0], "", LINE_15, SIZE_15),
    style(id::TABLE_HEAD[0], "表头文字", id::TABLE_TEXT[0], "", r#"<w:jc w:val="center"/>"#, HEI),
    style(id::TABLE_HEAD[1], "表头文字（五号）", id::TABLE_HEAD[0], "", LINE_21, SIZE_21),
    style(id::TABLE_HEAD[2], "表头文字（小五）", id::TABLE_HEAD[0], "", LINE_18, SIZE_18),
    style(id::TABLE_HEAD[3], "表头文字（六号）", id::TABLE_HEAD[0], "", LINE_15, SIZE_15),
    // Pictures need automatic line height: an exact one clips them.
    style(id::PICTURE, "图片", id::NORMAL, id::BODY,
        r#"<w:snapToGrid w:val="0"/><w:spacing w:before="100" w:after="100" w:line="240" w:lineRule="auto"/><w:jc w:val="center"/>"#, ""),
    style(id::SEPARATOR, "分隔段", id::NORMAL, id::BODY,
        r#"<w:snapToGrid w:val="0"/><w:spacing w:line="20" w:lineRule="exact"/>"#,
        r#"<w:sz w:val="2"/><w:szCs w:val="2"/>"#),
    style(id::COLOPHON, "著录信息标题", id::NORMAL, id::TABLE_TEXT[0],
        r#"<w:keepNext/><w:spacing w:after="289"/><w:jc w:val="center"/>"#, HEI),
    // 四号半角宋体 (7.5).
    style(id::FOOTER, "footer", id::NORMAL, id::FOOTER,
        r#"<w:snapToGrid w:val="0"/><w:spacing w:line="240" w:lineRule="auto"/>"#,
        r#"<w:rFonts w:ascii="宋体" w:hAnsi="宋体" w:eastAsia="宋体"/><w:spacing w:val="0"/><w:sz w:val="28"/><w:szCs w:val="28"/>"#),
    style(id::NOTE, "footnote text", id::NORMAL, id::NOTE,
        r#"<w:snapToGrid w:val="0"/><w:spacing w:line="336" w:lineRule="atLeast"/><w:jc w:val="left"/>"#,
        r#"<w:spacing w:val="0"/><w:sz w:val="21"/><w:szCs w:val="21"/>"#),
];

#[rustfmt::skip]
const CHARACTERS: &[Style] = &[
    style(id::NOTE_MARK, "footnote reference", "DefaultParagraphFont", "", "", r#"<w:vertAlign w:val="superscript"/>"#),
    // 文字颜色均为黑色 (5.2.4): a link is underlined, not coloured.
    style(id::LINK, "Hyperlink", "DefaultParagraphFont", "", "", r#"<w:u w:val="single"/>"#),
    style(id::EMPHASIS, "楷体强调", "DefaultParagraphFont", "", "", KAI),
    style(id::MISSING, "缺图说明", "DefaultParagraphFont", "", "",
        r#"<w:rFonts w:eastAsia="楷体"/><w:sz w:val="24"/><w:szCs w:val="24"/><w:bdr w:val="single" w:sz="4" w:space="0" w:color="auto"/>"#),
];

const BUILT_IN: &[&str] = &[
    "Title",
    "Subtitle",
    "ListParagraph",
    "Quote",
    "Caption",
    "Footer",
    "FootnoteText",
    "FootnoteReference",
    "Hyperlink",
];

/// The styles part.
pub(super) fn styles() -> String {
    let mut xml = Xml::part();
    xml.open("w:styles", &[("xmlns:w", &super::WORDPROCESSING)]);
    xml.raw(concat!(
        r#"<w:docDefaults><w:rPrDefault><w:rPr>"#,
        r#"<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="仿宋" w:cs="Times New Roman"/>"#,
        r#"<w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ug-CN"/>"#,
        r#"</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"#,
        // 28 characters of 16 pt less 0.25 pt each fill 156 mm; 22 lines of 28.95 pt fill 225 mm (5.2.3).
        r#"<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/>"#,
        r#"<w:pPr><w:widowControl w:val="0"/><w:spacing w:line="579" w:lineRule="exact"/><w:jc w:val="both"/></w:pPr>"#,
        r#"<w:rPr><w:spacing w:val="-5"/><w:sz w:val="32"/><w:szCs w:val="32"/></w:rPr></w:style>"#,
        r#"<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/>"#,
        r#"<w:uiPriority w:val="1"/><w:semiHidden/><w:unhideWhenUsed/></w:style>"#,
        r#"<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>"#,
        r#"<w:uiPriority w:val="99"/><w:semiHidden/><w:unhideWhenUsed/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>"#,
        r#"<w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/>"#,
        r#"<w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>"#,
        r#"<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/>"#,
        r#"<w:uiPriority w:val="99"/><w:semiHidden/><w:unhideWhenUsed/></w:style>"#,
    ));
    for level in 1..=6 {
        headings(&mut xml, level);
    }
    for style in PARAGRAPHS {
        write(&mut xml, "paragraph", style);
    }
    for style in CHARACTERS {
        write(&mut xml, "character", style);
    }
    xml.raw(concat!(
        r#"<w:style w:type="table" w:customStyle="1" w:styleId="GongwenTable"><w:name w:val="公文表格"/>"#,
        r#"<w:basedOn w:val="TableNormal"/><w:qFormat/><w:tblPr><w:tblBorders>"#,
        r#"<w:top w:val="single" w:sz="4" w:space="0" w:color="auto"/><w:left w:val="single" w:sz="4" w:space="0" w:color="auto"/>"#,
        r#"<w:bottom w:val="single" w:sz="4" w:space="0" w:color="auto"/><w:right w:val="single" w:sz="4" w:space="0" w:color="auto"/>"#,
        r#"<w:insideH w:val="single" w:sz="4" w:space="0" w:color="auto"/><w:insideV w:val="single" w:sz="4" w:space="0" w:color="auto"/>"#,
        r#"</w:tblBorders><w:tblCellMar><w:top w:w="85" w:type="dxa"/><w:left w:w="85" w:type="dxa"/><w:bottom w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>"#,
    ));
    xml.finish()
}

/// The built-in heading of `level` and the Chinese style that is based on it.
fn headings(xml: &mut Xml, level: usize) {
    let (fonts, name) = (HEADING_FONTS[level - 1], HEADING_NAMES[level - 1]);
    let built_in = format!("Heading{level}");
    xml.open("w:style", &[("w:type", &"paragraph"), ("w:styleId", &built_in)]);
    xml.empty("w:name", &[("w:val", &format_args!("heading {level}"))]);
    xml.empty("w:basedOn", &[("w:val", &id::NORMAL)]);
    xml.empty("w:next", &[("w:val", &id::BODY)]);
    xml.empty("w:uiPriority", &[("w:val", &9)]);
    xml.raw("<w:qFormat/><w:pPr><w:keepNext/>");
    xml.raw(FIRST_LINE);
    xml.empty("w:outlineLvl", &[("w:val", &(level - 1))]);
    xml.raw("</w:pPr><w:rPr>");
    xml.raw(fonts);
    xml.raw("</w:rPr>");
    xml.close();
    write(xml, "paragraph", &style(id::HEADINGS[level - 1], name, "", id::BODY, "", ""));
}

fn write(xml: &mut Xml, kind: &'static str, style: &Style) {
    if BUILT_IN.contains(&style.id) {
        xml.open("w:style", &[("w:type", &kind), ("w:styleId", &style.id)]);
    } else {
        xml.open("w:style", &[("w:type", &kind), ("w:customStyle", &"1"), ("w:styleId", &style.id)]);
    }
    xml.empty("w:name", &[("w:val", &style.name)]);
    let based_on = id::HEADINGS.iter().position(|heading| *heading == style.id);
    match based_on {
        Some(index) => xml.empty("w:basedOn", &[("w:val", &format_args!("Heading{}", index + 1))]),
        None => xml.empty("w:basedOn", &[("w:val", &style.based_on)]),
    }
    if !style.next.is_empty() && style.next != style.id {
        xml.empty("w:next", &[("w:val", &style.next)]);
    }
    xml.raw("<w:qFormat/>");
    if !style.paragraph.is_empty() {
        xml.raw("<w:pPr>");
        xml.raw(style.paragraph);
        xml.raw("</w:pPr>");
    }
    if !style.run.is_empty() {
        xml.raw("<w:rPr>");
        xml.raw(style.run);
        xml.raw("</w:rPr>");
    }
    xml.close();
}
