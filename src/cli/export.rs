//! `guidang export`: what is in a store, as a bag, a hand-over folder, a WACZ or a WARC file.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::args::Lang;
use super::printed::printed;
use super::run::listen;
use super::search::{Failure, Filters, current};
use super::settings::{self, SettingsError};
use super::{Exit, appraise, words};
use crate::appraisal::Rules;
use crate::archive::store::{Agent, Store, StoreError, Writer};
use crate::catalogue::Query;
use crate::document::Document;
use crate::export::{
    Destination, ExportError, Order, Selection, Shape, Summary, Versions, bag, find, handover, wacz, warc,
};
use crate::message::{Describe, Language};
use crate::write::Format;

/// Exit codes, as they stand in the help.
pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0    exported
  1    nothing was exported: the archive is damaged, or the destination cannot be written
  2    wrong usage, nothing selected, or the destination exists
  75   another process is writing to the store
  130  interrupted (SIGINT)
  143  terminated (SIGTERM)";

/// The same in Chinese.
pub(super) const EXIT_CODES_IN_CHINESE: &str = "\
退出码：
  0    已导出
  1    未导出：归档库受损，或目标无法写入
  2    用法错误、没有选中内容，或目标已存在
  75   归档库正由其他进程写入
  130  被中断（SIGINT）
  143  被终止（SIGTERM）";

/// `guidang export`.
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("form").required(true).args(["bagit", "layout", "wacz", "warc"])))]
pub(super) struct ExportArgs {
    /// Pages (an address or an unambiguous part of it) [default: the whole store]
    #[arg(id = "objects", value_name = "OBJECT")]
    pub objects: Vec<String>,
    /// Write a bag (RFC 8493) into the new folder DEST
    #[arg(long, value_name = "DEST")]
    pub bagit: Option<PathBuf>,
    /// Write a hand-over folder for an archive office (移交) into the new folder DEST
    #[arg(long, num_args = 2, value_names = ["移交", "DEST"])]
    pub layout: Option<Vec<PathBuf>>,
    /// Write a WACZ file DEST
    #[arg(long, value_name = "DEST")]
    pub wacz: Option<PathBuf>,
    /// Write one WARC file DEST (.warc.gz), or files of at most about 1 GB into the new folder DEST
    #[arg(long, value_name = "DEST")]
    pub warc: Option<PathBuf>,
    /// The store
    #[arg(id = "archive_folder", long = "store", value_name = "DIR", default_value = "output/archive")]
    pub store: PathBuf,
    /// Which versions of each page
    #[arg(long, value_enum, value_name = "WHICH", default_value = "all")]
    pub versions: WhichVersions,
    /// Pages that `search` finds with these words
    #[arg(id = "search_words", long = "search", value_name = "QUERY", conflicts_with = "objects")]
    pub search: Option<String>,
    /// What else a page that is searched for must have
    #[command(flatten)]
    pub filters: Filters,
    /// Encoding of the texts of a hand-over folder
    #[arg(
        id = "handover_encoding",
        long = "encoding",
        value_enum,
        value_name = "ENCODING",
        default_value = "gb18030"
    )]
    pub encoding: HandoverEncoding,
    /// Hand over what nobody has decided on, too
    #[arg(long)]
    pub undecided: bool,
    /// Rules of appraisal (TOML): a hand-over takes 全宗, parties and medium from them [default: appraisal.toml in the store]
    #[arg(long, value_name = "FILE")]
    pub rules: Option<PathBuf>,
    /// Folder with the fonts, for the form of a hand-over
    #[arg(long, value_name = "DIR", env = "GUIDANG_FONTS", hide_env_values = true)]
    pub fonts: Option<PathBuf>,
    /// Replace the file DEST
    #[arg(long)]
    pub force: bool,
    /// The person or office that exports, for the record
    #[arg(id = "exporter", long = "operator", value_name = "NAME")]
    pub operator: Option<String>,
    /// Seconds to wait for another process that writes to the store
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub lock_wait: u64,
    /// Language of messages
    #[arg(long, value_enum, value_name = "LANG")]
    pub lang: Option<Lang>,
}

/// Chinese help of these arguments, by their clap ids.
pub(super) const CHINESE: [(&str, &str); 11] = [
    ("objects", "网页（地址或其中能唯一确定的一段）[默认：整个归档库]"),
    ("bagit", "在新文件夹 DEST 中写成 BagIt 包（RFC 8493）"),
    ("layout", "在新文件夹 DEST 中写成向档案馆移交的目录结构"),
    ("wacz", "写成 WACZ 文件 DEST"),
    ("warc", "写成一个 WARC 文件 DEST（.warc.gz），或在新文件夹 DEST 中写成若干个约 1 GB 以内的文件"),
    ("versions", "每个网页的哪些版本"),
    ("search_words", "以检索词选取网页"),
    ("handover_encoding", "移交文件的字符编码"),
    ("undecided", "未经鉴定的也一并移交"),
    ("force", "替换已有的文件 DEST"),
    ("exporter", "导出人或单位，记入档案"),
];

/// Which versions of each page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum WhichVersions {
    // All of them.
    All,
    // The last.
    Newest,
}

/// Encoding of the texts of a hand-over folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum HandoverEncoding {
    Gb18030,
    #[value(name = "utf-8")]
    Utf8,
}

/// What is written, and where.
enum Form<'a> {
    Bag(&'a Path),
    Handover(&'a Path),
    Wacz(&'a Path),
    Warc(&'a Path),
}

impl<'a> Form<'a> {
    /// None if the layout is not one that is known.
    fn of(args: &'a ExportArgs) -> Option<Self> {
        Some(match args {
            ExportArgs { bagit: Some(path), .. } => Self::Bag(path),
            ExportArgs { wacz: Some(path), .. } => Self::Wacz(path),
            ExportArgs { warc: Some(path), .. } => Self::Warc(path),
            ExportArgs { layout: Some(typed), .. } => match typed.as_slice() {
                [name, path] if name.as_os_str() == "移交" || name.as_os_str() == "handover" => {
                    Self::Handover(path)
                }
                _ => return None,
            },
            _ => return None,
        })
    }

    /// Its name in the event log.
    fn name(&self) -> &'static str {
        match self {
            Self::Bag(_) => "bagit",
            Self::Handover(_) => "handover",
            Self::Wacz(_) => "wacz",
            Self::Warc(_) => "warc",
        }
    }

    fn destination(&self) -> (&'a Path, Shape) {
        match *self {
            Self::Bag(path) | Self::Handover(path) => (path, Shape::Folder),
            Self::Wacz(path) => (path, Shape::File),
            Self::Warc(path) => (path, if warc::is_file_name(path) { Shape::File } else { Shape::Folder }),
        }
    }
}

/// Runs it.
pub(super) fn run(args: &ExportArgs, language: Language) -> Exit {
    let Some(form) = Form::of(args) else {
        words::error(
            language,
            match language {
                Language::English => "--layout knows one layout: 移交 (or handover)",
                Language::Chinese => "--layout 只有一种：移交（或 handover）",
            },
        );
        return Exit::Usage;
    };
    let (now, _) = match settings::clock() {
        Ok(clock) => clock,
        Err(error) => return usage(&error, language),
    };
    if args.operator.as_deref().is_some_and(settings::is_no_name) {
        return usage(&SettingsError::Operator, language);
    }
    let agent = Agent {
        name: concat!("guidang ", env!("CARGO_PKG_VERSION")).to_owned(),
        operator: args.operator.clone(),
    };
    let (stop, signal) = listen();
    let outcome = Store::open(&args.store).map_err(ExportError::from).and_then(|store| {
        let selection = selection(args, &store, language)?;
        let versions = match args.versions {
            WhichVersions::All => Versions::All,
            WhichVersions::Newest => Versions::Newest,
        };
        let order = Order {
            store: &store,
            selection: &selection,
            versions,
            created: now(),
            agent: &agent,
            stop: &stop,
        };
        export(&form, &order, args, language)
    });
    match outcome {
        Ok(summary) => {
            words::say(&told(&summary, language));
            Exit::Done
        }
        Err(error) => {
            words::error(language, &error.describe(language));
            exit(&error, signal.load(Ordering::SeqCst))
        }
    }
}

fn usage(error: &SettingsError, language: Language) -> Exit {
    words::error(language, &error.describe(language));
    Exit::Usage
}

fn exit(error: &ExportError, signal: usize) -> Exit {
    match error {
        ExportError::Interrupted if signal != 0 => Exit::Signal(signal),
        ExportError::Store { fault: StoreError::Locked { .. } } | ExportError::InUse { .. } => Exit::Locked,
        ExportError::Store { fault: StoreError::NotAStore { .. } | StoreError::Unsupported { .. } }
        | ExportError::Unknown { .. }
        | ExportError::Ambiguous { .. }
        | ExportError::Nothing
        | ExportError::Rules { .. }
        | ExportError::Occupied { .. }
        | ExportError::FileExists { .. }
        | ExportError::WithinStore { .. } => Exit::Usage,
        _ => Exit::Failed,
    }
}

fn selection(args: &ExportArgs, store: &Store, language: Language) -> Result<Selection, ExportError> {
    if args.search.is_some() || args.filters.any() {
        let catalogue = current(store, language).map_err(|failure| match failure {
            Failure::Store(error) => ExportError::from(error),
            Failure::Catalogue(error) => error.into(),
        })?;
        let query = Query { words: args.search.clone().unwrap_or_default(), ..args.filters.query() };
        let found = Selection::found(&catalogue, &query)?;
        return if found.is_empty() { Err(ExportError::Nothing) } else { Ok(Selection::of(found)) };
    }
    if args.objects.is_empty() {
        return Ok(Selection::Whole);
    }
    let named = args.objects.iter().map(|typed| Ok(find(store, typed)?.id().clone()));
    Ok(Selection::of(named.collect::<Result<_, ExportError>>()?))
}

fn export(
    form: &Form<'_>,
    order: &Order<'_>,
    args: &ExportArgs,
    language: Language,
) -> Result<Summary, ExportError> {
    let (path, shape) = form.destination();
    let destination = Destination::prepare(path, shape, args.force, order.store.root())?;
    let to = destination.temporary();
    let summary = match form {
        Form::Bag(_) => bag::write(order, to)?,
        Form::Handover(_) => {
            let encoding = match args.encoding {
                HandoverEncoding::Gb18030 => handover::Encoding::Gb18030,
                HandoverEncoding::Utf8 => handover::Encoding::Utf8,
            };
            let rules = rules(args, order.store, language)?;
            let print = |document: &Document| {
                printed(document.clone(), "登记表.xml", Vec::new(), Format::Pdf, args.fonts.as_deref())
            };
            let options = handover::Options {
                encoding,
                undecided: args.undecided,
                rules: rules.as_ref(),
                print: Some(&print),
            };
            handover::write(order, to, &options)?
        }
        Form::Wacz(_) => wacz::write(order, to)?,
        Form::Warc(_) => warc::write(order, to, shape)?,
    };
    // Nothing goes out that the log does not tell of, where the log can be written at all.
    let mut writer = writer(order, args, language)?;
    order.proceed()?;
    destination.publish()?;
    if let Some(writer) = &mut writer {
        writer.record(&summary.event(order, form.name()))?;
    }
    Ok(summary)
}

/// The rules of appraisal: those that were named, else those in the store, else none.
fn rules(args: &ExportArgs, store: &Store, language: Language) -> Result<Option<Rules>, ExportError> {
    appraise::rules_at(args.rules.as_deref(), store, language).map_err(|(why, _)| ExportError::Rules { why })
}

/// The writer of the store; none where the store is on a medium that cannot be written.
fn writer<'store>(
    order: &Order<'store>,
    args: &ExportArgs,
    language: Language,
) -> Result<Option<Writer<'store>>, ExportError> {
    match order.store.writer(Duration::from_secs(args.lock_wait)) {
        Ok(writer) => Ok(Some(writer)),
        Err(error @ StoreError::Write { .. }) => {
            let line = error.describe(language);
            words::say(&match language {
                Language::English => format!("warning: the export is not in the event log: {line}"),
                Language::Chinese => format!("警告：本次导出未记入事件日志：{line}"),
            });
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

fn told(summary: &Summary, language: Language) -> String {
    let Summary { objects, versions, files, bytes, digest } = summary;
    match language {
        Language::English => {
            let (object, version) = (plural(*objects, "object"), plural(*versions, "version"));
            format!("{object}, {version}, {files} files, {bytes} bytes; SHA-256 {digest}")
        }
        Language::Chinese => {
            format!("{objects} 个网页，{versions} 个版本，{files} 个文件，{bytes} 字节；SHA-256 {digest}")
        }
    }
}

fn plural(count: u64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
