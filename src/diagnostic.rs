//! What is told about a conversion that goes on: every removal, loss and guess, by name.

use serde::{Serialize, Serializer};

use crate::message::{Describe, Language, Told, messages};

/// How much a diagnostic matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// For the record: what extraction removed, how the encoding was found.
    Note,
    /// Something is missing or doubtful; `--strict` makes it fail the source.
    Warning,
}

impl Severity {
    /// `note` or `warning`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
        }
    }
}

messages! {
    /// What happened. Each variant says when it occurs.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum Diagnostic {
        /// The encoding was not declared, or its declaration contradicts the bytes; statistics decided.
        EncodingGuessed { name: String } = "encoding-guessed",
            "the encoding was guessed as {name}", "字符编码按统计推断为 {name}";
        /// The declared encoding contradicts the bytes and was not followed.
        EncodingContradicted { declared: String, used: String } = "encoding-contradicted",
            "the page declares {declared}, but its bytes are {used}", "网页声明编码为 {declared}，实际字节为 {used}";
        /// Bytes that mean nothing in the encoding became U+FFFD.
        ReplacementCharacter { count: u64 } = "replacement-character",
            "{count} undecodable sequences became U+FFFD", "{count} 处字节无法解码，以 U+FFFD 代替";
        /// The text holds private-use characters, whose meaning depends on the font of the page.
        PrivateUseCharacter { count: u64 } = "private-use-character",
            "{count} private-use characters", "含 {count} 个私用区字符";
        /// Control characters, which no output can hold, were dropped.
        ControlCharacter { count: u64 } = "control-character",
            "{count} control characters dropped", "去除 {count} 个控制字符";
        /// Elements nested deeper than the limit were flattened; their text is kept.
        NestingLimited { count: u64, limit: usize } = "nesting-limited",
            "{count} elements nested deeper than {limit} were flattened", "{count} 个元素嵌套超过 {limit} 层，已展平";
        /// The page's markup made the tree grow out of proportion; from some point on elements were flattened.
        MarkupLimited { count: u64 } = "markup-limited",
            "{count} elements were flattened: the markup is too tangled", "标记过于混乱，{count} 个元素已展平";
        /// Attributes beyond the limit for one tag were dropped.
        AttributesLimited { count: u64, limit: usize } = "attributes-limited",
            "{count} attributes beyond {limit} on a tag were dropped", "单个标签超过 {limit} 个属性，去除 {count} 个";
        /// Boilerplate inside or around the document was removed; the text is what was removed.
        BoilerplateRemoved { kind: &'static str, text: String } = "boilerplate-removed",
            "removed ({kind}): {text}", "已去除（{kind}）：{text}";
        /// No rule or declaration named the region of the document; scoring chose it.
        RegionGuessed { path: String } = "region-guessed",
            "the document's region was guessed: {path}", "正文区域为推断所得：{path}";
        /// A part of an article of several pages was not among the sources, or could not be read.
        PartMissing { name: String, why: String } = "part-missing",
            "a part of the article is missing: {name} ({why})", "缺少分页：{name}（{why}）";
        /// The page has no title.
        TitleMissing = "title-missing", "the page states no title", "网页未给出标题";
        /// The page has no publication date; the PDF's dates are shown as unknown.
        DateMissing = "date-missing", "the page states no publication date", "网页未给出发布日期";
        /// 47号文 tags were ignored because their SiteDomain is not the page's host.
        MetadataUntrusted { domain: String, host: String } = "metadata-untrusted",
            "the page's tags name the site {domain}, but the page is from {host}",
            "网页标签所称站点 {domain} 与页面域名 {host} 不符，未采信";
        /// Two places state different values; both are kept.
        MetadataConflict { field: &'static str, chosen: String, other: String } = "metadata-conflict",
            "{field}: {chosen} was chosen over {other}", "{field}：取“{chosen}”，另有“{other}”";
        /// The source text looks wrong (doubled marks, unbalanced quotes). It is kept as it is.
        SuspiciousText { excerpt: String } = "suspicious-text",
            "suspicious text kept as published: {excerpt}", "疑似原文差错，照录：{excerpt}";
        /// A heading is more than one level below the one before it.
        HeadingLevelSkipped { heading: String } = "heading-level-skipped",
            "heading level skipped at: {heading}", "标题层级跳跃：{heading}";
        /// A table's rows did not fill its grid; empty cells were added or spans cut.
        TableIrregular { columns: usize } = "table-irregular",
            "spans or rows of a table of {columns} columns did not fill its grid",
            "{columns} 列的表格行列不齐，已补齐";
        /// A table's grid is too large to be drawn; its cells became paragraphs.
        TableDissolved { columns: usize, rows: usize } = "table-dissolved",
            "a grid of {columns} by {rows} slots was dissolved into paragraphs",
            "{columns} 列 {rows} 行的表格过大，已改为段落";
        /// A picture could not be had; a framed note stands in its place.
        AssetMissing { source: String, reason: PictureFault } = "asset-missing",
            "picture missing: {source} ({reason})", "图片缺失：{source}（{reason}）";
        /// An attachment could not be had; the document names it all the same.
        AttachmentMissing { url: String, reason: PictureFault } = "attachment-missing",
            "attachment missing: {url} ({reason})", "附件缺失：{url}（{reason}）";
        /// A character had to be drawn from a fallback face of another style.
        GlyphFallback { characters: String, face: String } = "glyph-fallback",
            "drawn in {face}: {characters}", "以 {face} 替补：{characters}";
        /// No font has the character; 〓 was drawn with the true character behind it.
        GlyphMissing { characters: String } = "glyph-missing",
            "no font has: {characters}", "字库缺字：{characters}";
        /// A 目录 was asked for, but the document has no headings.
        ContentsEmpty = "contents-empty",
            "no contents page: the document has no headings", "未加目录：正文没有标题";
        /// A table is wider than the page; its text was made smaller or its columns squeezed.
        TableSqueezed { columns: usize } = "table-squeezed",
            "a table of {columns} columns had to be squeezed", "{columns} 列的表格已压缩列宽";
        /// A link's target is no address that a Word document may hold; its words are kept without the link.
        LinkDropped { target: String } = "link-dropped",
            "not a usable address, written without its link: {target}", "不是可用的网址，只留文字未留链接：{target}";
        /// The encoding of the text file does not bring these characters back.
        EncodingLoss { characters: String } = "encoding-loss",
            "the encoding of the text file cannot hold: {characters}", "纯文本的编码无法容纳：{characters}";
        /// The PDF claims a weaker standard than asked for, because of what the text holds.
        StandardLowered { from: &'static str, to: &'static str, why: String } = "standard-lowered",
            "{to} instead of {from}: {why}", "由 {from} 改为 {to}：{why}";
        /// `--no-verify`: the outputs were not read back.
        NotVerified = "not-verified", "outputs were not read back", "输出未经回读核验";
        /// Of a version that another store filed, the source reads differently here: another program or other options read
        /// it there.
        ReadsDifferently { tool: String } = "reads-differently",
            "the source says something else than the Document that was handed on with it (made by {tool})",
            "由源文件读出的内容与一并交来的文档（由 {tool} 生成）不同";
    }
}

messages! {
    /// Why a picture could not be had or shown.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum PictureFault {
        /// The source has no pictures at all, as standard input.
        NoSource = "no-source", "the source has no pictures", "来源不带图片";
        /// Its address is of another site, or the page's own is unknown.
        NotBeside = "not-beside", "not beside the page", "不在网页旁";
        /// No such file.
        NotFound = "not-found", "no such file", "文件不存在";
        /// The reference names no file.
        NoFileName = "no-file-name", "not a file name", "不是文件名";
        /// An absolute path.
        Absolute = "absolute-path", "an absolute path", "绝对路径";
        /// It leads out of the folder of the pages.
        Outside = "outside", "outside the folder", "在文件夹之外";
        /// A folder, device or pipe.
        NotAFile = "not-a-file", "not a regular file", "不是普通文件";
        /// The system does not let us read it.
        Unreadable { why: String } = "unreadable", "cannot be read: {why}", "无法读取：{why}";
        /// A `data:` URL that is malformed.
        DataUrl = "data-url", "a malformed data URL", "data 网址有误";
        /// The file is too large.
        TooManyBytes { limit: usize } = "too-many-bytes", "more than {limit} bytes", "超过 {limit} 字节";
        /// It cannot be fetched.
        Fetch { why: Told } = "fetch", "{why}", "{why}";
        /// The page asks for too many files.
        TooManyFiles { limit: usize } = "too-many-files",
            "the page asks for more than {limit} files", "网页引用的文件超过 {limit} 个";
        /// The pictures of the page are too large together.
        PageTooLarge { limit: usize } = "page-too-large",
            "the pictures of the page exceed {limit} bytes", "网页的图片共超过 {limit} 字节";
        /// The attachments of the page are too large together.
        AttachmentsTooLarge { limit: usize } = "attachments-too-large",
            "the attachments of the page exceed {limit} bytes", "网页的附件共超过 {limit} 字节";
        /// Too many pixels.
        TooManyPixels { width: u64, height: u64, limit: u64 } = "too-many-pixels",
            "{width} × {height} pixels are more than {limit}", "{width} × {height} 像素，超过 {limit}";
        /// Not a picture by its content.
        NotAPicture = "not-a-picture", "not a picture", "不是图片";
        /// The header is damaged or says that the picture has no extent.
        DamagedHeader { media_type: &'static str } = "damaged-header",
            "a damaged header of {media_type}", "{media_type} 文件头损坏";
        /// The file ends before the picture does.
        CutOff { media_type: &'static str } = "cut-off",
            "a damaged or cut off {media_type}", "{media_type} 损坏或不完整";
        /// The format cannot be shown in this output.
        NotShown { media_type: String, output: &'static str } = "not-shown",
            "{media_type} cannot be shown in {output}", "{output} 无法显示 {media_type}";
        /// Pictures that it takes from elsewhere, or that cannot be shown, are left out.
        PartlyShown { media_type: String, output: &'static str } = "partly-shown",
            "pictures inside {media_type} are left out in {output}", "{output} 略去了 {media_type} 内的图片";
    }
}

impl Diagnostic {
    /// How much it matters.
    #[must_use]
    pub fn severity(&self) -> Severity {
        match self {
            Self::BoilerplateRemoved { .. }
            | Self::EncodingGuessed { .. }
            | Self::EncodingContradicted { .. }
            | Self::RegionGuessed { .. }
            | Self::MetadataConflict { .. }
            | Self::GlyphFallback { .. }
            | Self::LinkDropped { .. }
            | Self::NotVerified => Severity::Note,
            _ => Severity::Warning,
        }
    }
}

impl Serialize for Diagnostic {
    /// `{"code", "severity", "message"}`, the message in English.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut object = serializer.serialize_struct("Diagnostic", 3)?;
        object.serialize_field("code", self.code())?;
        object.serialize_field("severity", &self.severity())?;
        object.serialize_field("message", &self.describe(Language::English))?;
        object.end()
    }
}

/// Diagnostics of one source, in the order in which they arose.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Adds one. That a table was squeezed is told once, though each writer squeezes it.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if matches!(diagnostic, Diagnostic::TableSqueezed { .. }) && self.0.contains(&diagnostic) {
            return;
        }
        self.0.push(diagnostic);
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter()
    }

    /// The first that would fail the source under `--strict`.
    #[must_use]
    pub fn first_warning(&self) -> Option<&Diagnostic> {
        self.0.iter().find(|diagnostic| diagnostic.severity() == Severity::Warning)
    }
}
