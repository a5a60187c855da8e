//! The language of help and messages: `--lang`, else the locale; and the Chinese help.

use std::env;
use std::ffi::OsString;

use super::{
    appraise, export, ingest, jobs, manual, scheduled, search, shard, stream, timestamp, verify, web,
};
use crate::message::Language;

/// The language asked for. Looked up before the command line is parsed, because help and usage errors need it too.
#[must_use]
pub(super) fn choose(arguments: &[OsString]) -> Language {
    let mut arguments = arguments.iter().filter_map(|argument| argument.to_str());
    while let Some(argument) = arguments.next() {
        let typed = match argument.split_once('=') {
            Some(("--lang", value)) => Some(value),
            _ if argument == "--lang" => arguments.next(),
            _ => None,
        };
        match typed {
            Some("zh") => return Language::Chinese,
            Some("en") => return Language::English,
            _ => {}
        }
    }
    // POSIX: the first of these that is set and not empty decides.
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(|name| env::var(name).ok())
        .find(|value| !value.is_empty());
    if locale.is_some_and(|locale| locale.starts_with("zh")) { Language::Chinese } else { Language::English }
}

/// Chinese help of each argument, by its clap id.
const ARGUMENTS: &[(&str, &str)] = &[
    ("sources", "网址、文件、网页归档文件、文件夹（逐层查找）、通配符，或 - 表示标准输入 [默认：input]"),
    ("source", "网址、网页文件、网页归档文件，或 - 表示标准输入"),
    ("output", "输出文件夹"),
    ("format", "输出格式，以逗号分隔"),
    ("jobs", "并行任务数 [默认：处理器核数]"),
    ("pdf_standard", "PDF 所遵循的标准"),
    ("report", "每个来源写一行 JSON 到 FILE（- 表示标准输出）"),
    ("strict", "有警告即视为失败"),
    ("no_verify", "不回读核验输出"),
    ("skip_existing", "输出均已存在的来源不再转换"),
    ("encoding", "指定网页编码，不采信网页声明"),
    ("base_url", "网页地址（文件中没有时）"),
    ("no_site_rules", "不用站点规则，仅用通用抽取"),
    ("no_tags", "不采信国办发〔2017〕47号规定的网页标签"),
    ("sites", "附加的站点规则（TOML），先于内置规则"),
    ("max_bytes", "网页的最大大小"),
    ("max_nesting", "元素最大嵌套层数，更深的予以展平"),
    ("max_cells", "一个网页最多的表格单元数"),
    ("contents", "在正文前加目录（标题与页码，仅 PDF）"),
    ("no_colophon", "不加文末的著录信息页（来源、日期、摘要、备注）"),
    ("wrap", "纯文本按 N 栏折行"),
    ("text_encoding", "纯文本的编码"),
    ("line_ending", "纯文本的换行符"),
    ("missing_glyph", "字库缺字时：fail 视为失败，substitute 以〓代替"),
    ("max_pixels", "一幅图片最多的像素数"),
    ("url_filter", "网页归档文件中只取网址与此通配符匹配的网页（可重复；* 也匹配 /）"),
    ("from", "网页归档文件中只取此时（UTC）及以后采集的网页，如 2024、2024-05、2024-05-06"),
    ("to", "网页归档文件中只取此时（UTC）及以前采集的网页"),
    ("lang", "消息语言"),
    ("fonts", "字体文件夹"),
    ("json", "输出 JSON，供程序使用"),
    ("lock_wait", "等待其他写入进程的秒数"),
    ("rerender", "为每个来源生成新版本；不给来源时，按库中存档的源文件重新生成全部网页"),
    ("operator", "归档人或单位，记入档案"),
    ("max_attachment_bytes", "一个附件的最大大小"),
    ("no_fsync", "不等待写入介质，仅供测量"),
    ("object", "只显示此对象的记录"),
    ("last", "只显示最后 N 条"),
    (
        "targets",
        "已归档的网页（地址或其中能唯一确定的一段）和一个或两个版本号 [默认：最近两版]；或两个文件：网页或 JSON 格式的 Document",
    ),
    ("store", "归档库文件夹 [默认：output/archive]"),
    ("html", "左右对照写成一个 HTML 页面（- 表示标准输出）"),
    ("exit_code", "有差异时以 1 退出"),
    ("context", "每处变化前后显示的未变段落数"),
    ("help", "显示帮助"),
];

const TEMPLATE: &str = "\
{about-with-newline}
用法：{usage}

{all-args}{after-help}";

const EXIT_CODES: &str = "\
退出码：
  0    全部转换成功
  1    全部失败
  2    用法或配置错误
  3    已完成，部分来源失败
  75   归档库正由其他进程写入
  130  被中断（SIGINT）
  143  被终止（SIGTERM）";

const DIFF_EXIT_CODES: &str = "\
退出码：
  0  已比对，无论有无差异
  1  网页或版本读不出；用 --exit-code 时：有差异
  2  用法错误，或没有该网页、该版本";

/// How the command `name` is called.
fn usage(name: &str) -> &'static str {
    match name {
        "convert" => "guidang convert [选项] [来源]...",
        "inspect" => "guidang inspect [选项] <来源>",
        "archive" => "guidang archive [选项] [来源]...",
        "run" => "guidang run [选项] [任务文件]",
        "appraise" => {
            "guidang appraise [--decided] [选项] [对象]...\n      \
             guidang appraise --accept <对象... | --rule 规则名 | --all> --by 姓名\n      \
             guidang appraise --set <对象>... --retention 保管期限 --class 类别 --by 姓名\n      \
             guidang appraise --withdraw <对象>... --by 姓名"
        }
        "stream" => "guidang stream --output <文件夹或地址> [选项]",
        "shard" => "guidang shard --manifest <清单> --output <文件夹或地址> [选项]",
        "ingest" => "guidang ingest --outputs <文件夹或地址> [选项] <清单>...",
        "log" => "guidang log [选项]",
        "timestamp" => "guidang timestamp <--url URL | --request FILE | --reply FILE> [选项]",
        "verify" => "guidang verify [选项]",
        "diff" => "guidang diff [选项] <网页> [旧版 [新版]]\n      guidang diff [选项] <旧文件> <新文件>",
        "export" => {
            "guidang export <--bagit DEST | --layout 移交 DEST | --wacz DEST | --warc DEST> [选项] [网页]..."
        }
        "search" => "guidang search [选项] [词]...",
        "catalogue" => "guidang catalogue <命令>",
        "rebuild" => "guidang catalogue rebuild [选项]",
        "jobs" => "guidang jobs <命令>",
        "check" => "guidang jobs check [选项] [文件]",
        "list" => "guidang jobs list [选项] [文件]",
        "man" => "guidang man [选项] <文件夹>",
        "completions" => "guidang completions [选项] <命令解释器>",
        _ => "guidang [选项] [来源]...\n      guidang <命令>",
    }
}

/// The command with its help in Chinese.
#[must_use]
pub(super) fn in_chinese(command: clap::Command) -> clap::Command {
    let about = match command.get_name() {
        "convert" => "将网页转换为 PDF、DOCX 和纯文本",
        "inspect" => "显示对网页作出的判断及依据",
        "archive" => "将网页存入归档库，内容有变的存为新版本",
        "run" => "运行到期的任务：抓取栏目中的新网页，发现旧网页的变化",
        "appraise" => "鉴定：由规则建议、由人决定保管期限和档号",
        "stream" => "转换标准输入的记录（NDJSON），逐行应答，供 Spark、Ray 等使用",
        "shard" => "转换清单（记录、地址或路径）中属于本进程的部分，供 Slurm、Kubernetes、GNU parallel 使用",
        "ingest" => "将 guidang stream 转换的网页存入归档库",
        "log" => "显示归档库的操作记录",
        "timestamp" => "由时间戳服务（RFC 3161）为操作记录作证",
        "verify" => "检测归档库的真实性、完整性、可用性、安全性（DA/T 70-2018）",
        "diff" => "比对一个已归档网页的两个版本，或两个文件",
        "export" => "将归档内容写成 BagIt 包、移交目录、WACZ 或 WARC 文件",
        "search" => "在归档库中检索",
        "catalogue" => "管理检索所用的目录库",
        "rebuild" => "依据归档库重建目录库",
        "jobs" => "检查任务文件，或显示任务何时到期",
        "check" => "检查任务文件；有误时指出行、列和键",
        "list" => "显示各任务何时到期、上次结果如何",
        "man" => "生成手册页",
        "completions" => "输出命令解释器的补全脚本",
        _ => "归档政府网站发布的网页：网页 → PDF/A、DOCX、纯文本",
    };
    let exit_codes = match command.get_name() {
        "inspect" | "log" | "catalogue" | "rebuild" | "jobs" | "man" | "completions" => None,
        "appraise" => Some(appraise::EXIT_CODES_IN_CHINESE),
        "check" | "list" => Some(jobs::EXIT_CODES_IN_CHINESE),
        "diff" => Some(DIFF_EXIT_CODES),
        "stream" | "shard" => Some(stream::EXIT_CODES_IN_CHINESE),
        "ingest" => Some(ingest::EXIT_CODES_IN_CHINESE),
        "timestamp" => Some(timestamp::EXIT_CODES_IN_CHINESE),
        "run" => Some(scheduled::EXIT_CODES_IN_CHINESE),
        "export" => Some(export::EXIT_CODES_IN_CHINESE),
        "search" => Some(search::EXIT_CODES_IN_CHINESE),
        "verify" => Some(verify::EXIT_CODES_IN_CHINESE),
        _ => Some(EXIT_CODES),
    };
    let has_version = command.get_version().is_some();
    let subcommands: Vec<String> =
        command.get_subcommands().map(|subcommand| subcommand.get_name().to_owned()).collect();
    let usage = usage(command.get_name());
    let mut command = command
        .about(about)
        .override_usage(usage)
        .help_template(TEMPLATE)
        .subcommand_help_heading("命令")
        .disable_help_flag(true)
        .arg(
            clap::Arg::new("help")
                .short('h')
                .long("help")
                .action(clap::ArgAction::Help)
                .help("显示帮助")
                .help_heading("选项"),
        )
        .mut_args(|argument| {
            let help = ARGUMENTS
                .iter()
                .chain(&scheduled::CHINESE)
                .chain(&appraise::CHINESE)
                .chain(&search::CHINESE)
                .chain(&stream::CHINESE)
                .chain(&shard::CHINESE)
                .chain(&ingest::CHINESE)
                .chain(&timestamp::CHINESE)
                .chain(&verify::CHINESE)
                .chain(&web::CHINESE)
                .chain(&export::CHINESE)
                .chain(&jobs::CHINESE)
                .chain(&manual::CHINESE)
                .find(|(id, _)| *id == argument.get_id().as_str())
                .map(|(_, help)| *help);
            let heading = match argument.get_help_heading() {
                Some("Limits") => "限度",
                Some("Web archives") => "网页归档文件",
                Some("Web") => "网络",
                Some("Search") => "检索",
                _ if argument.is_positional() => "参数",
                _ => "选项",
            };
            let help = help.map(|help| with_values(help, &argument));
            let argument = argument.help_heading(heading).hide_env(true);
            let argument = if argument.get_action().takes_values() {
                argument.hide_default_value(true).hide_possible_values(true)
            } else {
                argument
            };
            match help {
                Some(help) => argument.help(help),
                None => argument,
            }
        });
    if has_version {
        command = command.disable_version_flag(true).arg(
            clap::Arg::new("version")
                .short('V')
                .long("version")
                .action(clap::ArgAction::Version)
                .help("显示版本")
                .help_heading("选项"),
        );
    }
    if let Some(exit_codes) = exit_codes {
        command = command.after_help(exit_codes);
    }
    for name in subcommands {
        command = command.mut_subcommand(name, in_chinese);
    }
    command
}

/// `help` with what clap would add in English: the default, the values, the environment variable.
fn with_values(help: &str, argument: &clap::Arg) -> String {
    let mut help = help.to_owned();
    let mut add = |label: &str, value: String| {
        // Where two commands share a text, one of them may say itself what clap knows of the other.
        if !value.is_empty() && !help.contains(&format!("[{label}：")) {
            help += &format!(" [{label}：{value}]");
        }
    };
    let defaults: Vec<_> =
        argument.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    // Flags have the default false, which says nothing.
    if argument.get_action().takes_values() {
        add("默认", defaults.join(","));
        let values = argument.get_possible_values();
        add("可取", values.iter().map(|value| value.get_name().to_owned()).collect::<Vec<_>>().join("、"));
    }
    add("环境变量", argument.get_env().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default());
    help
}

/// Help with wide colons after its headings: clap puts half-width ones.
#[must_use]
pub(super) fn with_wide_colons(help: &str) -> String {
    help.replace(":\n", "：\n")
}
