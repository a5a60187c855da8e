//! 说明文件.TXT and the texts in 其他/: what a reader who has nothing but the medium must know.

use super::described::local_day;
use super::encoding::Encoding;
use crate::appraisal::{Handover, Rules};
use jiff::Timestamp;

/// What is told about the whole.
pub(super) struct Account<'a> {
    /// The rules, which know the parties and the medium.
    pub(super) rules: Option<&'a Rules>,
    /// Number of 件.
    pub(super) records: u64,
    /// Those nobody has decided on.
    pub(super) undecided: u64,
    /// Versions of all of them.
    pub(super) versions: u64,
    /// Files in 电子档案.
    pub(super) files: u64,
    /// Their bytes.
    pub(super) bytes: u64,
    /// A line for each series.
    pub(super) numbering: Vec<String>,
    /// The program.
    pub(super) tool: &'a str,
    /// The person or office that made it.
    pub(super) operator: Option<&'a str>,
    /// When it was made.
    pub(super) created: Timestamp,
    /// The encoding of XML and TXT files.
    pub(super) encoding: Encoding,
}

impl Account<'_> {
    pub(super) fn handover(&self) -> Handover {
        self.rules.map(|rules| rules.handover.clone()).unwrap_or_default()
    }

    /// `J001 全宗`, as the work is called if nobody has named it.
    pub(super) fn task(&self) -> String {
        let stated = self.handover().task;
        stated.unwrap_or_else(|| match self.rules {
            Some(rules) => format!("{} 全宗政府网站网页档案移交", rules.fonds.code),
            None => "政府网站网页档案移交".to_owned(),
        })
    }

    /// `12件（15个版本），其中未定2件`.
    pub(super) fn amount(&self) -> String {
        let mut amount = format!("{} 件（{} 个版本）", self.records, self.versions);
        if self.undecided > 0 {
            amount += &format!("，其中未定 {} 件", self.undecided);
        }
        amount
    }

    /// In GB with three digits behind the point, as annex 3 asks for, and exactly.
    pub(super) fn volume(&self) -> String {
        let thousandths = self.bytes.div_ceil(1_000_000);
        format!(
            "{}.{:03} GB（{} 个文件，{} 字节）",
            thousandths / 1000,
            thousandths % 1000,
            self.files,
            self.bytes
        )
    }
}

/// 说明文件.TXT.
pub(super) fn explanation(account: &Account<'_>) -> String {
    let blank = |value: &Option<String>| value.clone().unwrap_or_default();
    let handover = account.handover();
    let fonds = account.rules.map(|rules| rules.fonds.clone()).unwrap_or_default();
    let mut out = String::from("说明文件\n");
    let mut section = |head: &str, lines: &[(&str, String)]| {
        out += &format!("\n{head}\n");
        for (label, value) in lines {
            out += &if label.is_empty() { format!("{value}\n") } else { format!("{label}：{value}\n") };
        }
    };
    section(
        "一、载体",
        &[
            ("载体编号", blank(&handover.medium_number)),
            ("载体类型、规格", blank(&handover.medium_type)),
            ("载体容量", blank(&handover.medium_capacity)),
            ("载体保管单位", blank(&handover.custodian)),
            ("载体制作单位", blank(&handover.producer)),
            ("载体检查单位", blank(&handover.inspector)),
        ],
    );
    let mut lines = vec![
        ("交接工作名称", account.task()),
        ("内容描述", blank(&handover.description)),
        ("全宗号", fonds.code),
        ("全宗名称", fonds.name.unwrap_or_default()),
        ("立档单位", fonds.creator.unwrap_or_default()),
        ("移交单位", blank(&handover.sender)),
        ("接收单位", blank(&handover.receiver)),
        ("电子档案数量", account.amount()),
        ("数据量", account.volume()),
    ];
    lines.extend(account.numbering.iter().map(|line| ("档号起止", line.clone())));
    section("二、内容", &lines);
    section("三、存储结构", &STRUCTURE.map(|line| ("", line.to_owned())));
    section("四、读取所需的软硬件环境", &ENVIRONMENT.map(|line| ("", line.to_owned())));
    let made = match account.operator {
        Some(operator) => format!("{}（{operator}）", account.tool),
        None => account.tool.to_owned(),
    };
    let mut lines = vec![
        ("制作软件", made),
        ("制作日期", local_day(account.created)),
        (
            "文字编码",
            format!(
                "XML 文件和 TXT 文件为 {}；数字摘要清单和模式文件（XSD）为 UTF-8",
                account.encoding.name()
            ),
        ),
    ];
    lines.extend(REMARKS.map(|line| ("", line.to_owned())));
    section("五、其他说明", &lines);
    out
}

const STRUCTURE: [&str; 5] = [
    "说明文件.TXT    本文件",
    "文件目录.XML    每件一条，“电子档案名称”为其文件夹",
    "电子档案/       年度/类别/件/版本（v0001、v0002……），每一版本含内容及其元数据",
    "其他/           元数据规范、分类编号规则、文件命名规则、XML 模式、数字摘要清单、移交与接收登记表",
    "校验方法：在本文件夹中执行 sha256sum -c 其他/数字摘要-SHA256.TXT",
];

const ENVIRONMENT: [&str; 6] = [
    "硬件：无特殊要求",
    "PDF（document.pdf，PDF/A）：任何 PDF 阅读软件",
    "DOCX（document.docx，Office Open XML）：WPS 文字、Microsoft Word 或 LibreOffice",
    "TXT、XML、JSON：任何文本编辑软件；XML 可用浏览器打开，用“其他”中的模式校验",
    "WARC（source.warc.gz，GB/T 33994、ISO 28500，逐条 gzip 压缩）：网页归档回放软件",
    "附件：按其各自的格式",
];

const REMARKS: [&str; 4] = [
    "电子档案为政府网站公开发布的网页。网页未标注密级，目录中“密级”一栏故为空白。",
    "题名、文号、责任者、日期等均照录网页所载，未作改动；网页未载的留空，并在备注中说明。",
    "件号在鉴定时编定，撤销后不再使用，称空号；鉴定的依据、决定人和时间见各件元数据及归档库的事件日志。",
    "存储结构、目录和登记表依《电子档案移交与接收办法》；元数据与 DA/T 46-2009、GB/T 33480-2016 已公布的范围对应，未取得全文之处不作符合性声明。",
];

/// 其他/分类编号规则.TXT.
pub(super) fn numbering_rules(rules: Option<&Rules>) -> String {
    let mut out = String::from(
        "分类编号规则\n\n\
         档号结构：全宗号-档案门类代码·年度-保管期限代码-机构（问题）代码-件号\n\
         （DA/T 22-2015、DA/T 13-2022；上、下位代码之间用“-”连接，同一级代码之间用“·”隔开）\n\n\
         年度：四位数字，取成文日期；网页未载的依次取印发日期、发布日期、采集日期、入库日期\n\
         保管期限代码：Y 永久，D30 定期30年，D10 定期10年\n\
         件号：四位数字，在全宗、门类、年度、保管期限、机构（问题）之内从 0001 起连续编号；撤销的件号不再使用\n\n",
    );
    if let Some(rules) = rules {
        out += &format!(
            "全宗号：{}\n档案门类代码：{}\n\n机构（问题）代码\n",
            rules.fonds.code, rules.fonds.category
        );
        for class in &rules.classes {
            out += &format!("{}\t{}\n", class.code, class.name);
        }
    }
    out
}

/// 其他/文件命名规则.TXT.
pub(super) const NAMING_RULES: &str = "\
文件命名规则

电子档案/年度/类别/件/版本/文件

年度：四位数字
类别：机构（问题）名称；尚未鉴定的为“未定”
件：有档号的为“档号_摘要”；没有档号的为“索引号_摘要”；也没有索引号的为“年月日_摘要”。
    摘要为网页标识（规范网址）的 SHA-256 的前 8 位，重名时为全部 64 位。索引号中不宜用于文件名的字符以“_”代替。
    题名不入文件名，见目录和元数据。
版本：v0001 起，同一网页内容每变化一次为一个版本

版本文件夹中的文件
source.warc.gz              网站服务器发送的原始数据（WARC）
document.pdf                供阅览和打印的版式文件（PDF/A）
document.docx               可编辑的文件
document.txt                纯文本
document.json               网页内容的结构化数据
images/                     图片，以其 SHA-256 命名
attachments/                附件，按网页中的次序编号
metadata.json               采集和著录信息、数字摘要
premis.xml                  保存元数据（PREMIS 3）
文书类电子文件元数据.XML    元数据（DA/T 46-2009）
电子公文元数据.XML          元数据（GB/T 33480-2016）
并非每一版本都有以上全部文件。
";

/// 其他/元数据规范说明.TXT.
pub(super) const METADATA_RULES: &str = "\
元数据规范说明

文书类电子文件元数据.XML
    元素名称、层次和次序取自 DA/T 46-2009《文书类电子文件元数据方案》公布的目次；“编号”依目次顺序推得。
    “档号”的值写在属性“值”中，其下为各组成部分。“机构人员”引用本文件中机构人员实体的“标识”。
    模式：其他/文书类电子文件元数据.XSD

电子公文元数据.XML
    GB/T 33480-2016《党政机关电子公文元数据规范》公布的 18 项核心元数据，次序不变；网页未载的不出现。
    模式：其他/电子公文元数据.XSD

文件目录.XML
    《电子档案移交与接收办法》附件2所列各项。
    模式：其他/文件目录.XSD

电子档案移交与接收登记表.XML
    《电子档案移交与接收办法》附件3所列各项；检验、签名和印章由双方填写，故不在数字摘要清单之内。
    其中的数字摘要是清单“其他/数字摘要-SHA256.TXT”的 SHA-256。
    模式：其他/电子档案移交与接收登记表.XSD

premis.xml
    PREMIS 数据字典第3版，模式见 https://www.loc.gov/standards/premis/v3/

以上与各标准已公布的范围对应；未取得标准全文之处不作符合性声明。
约束（必选、重复、值域）由所附模式自行规定。
";
