//! `guidang verify`: the 四性检测 of a store, told on the terminal, in JSON, and as a document to print.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use clap::Args;
use jiff::Timestamp;

use super::args::Lang;
use super::printed::printed;
use super::run::listen;
use super::settings::{self, SettingsError};
use super::{Exit, words};
use crate::archive::events::{Event, EventKind, Outcome};
use crate::archive::place;
use crate::archive::store::{ObjectId, Store, StoreError};
use crate::audit::{self, Depth, Options, Progress, ProgressError, Report, Selection};
use crate::message::{Describe, Language, messages};
use crate::write::Format;

/// Exit codes, as they stand in the help.
pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0    nothing was found wrong
  1    findings, or a report cannot be written
  2    wrong usage, or no store
  75   another process is writing to the store (--record)
  130  interrupted (SIGINT); with --state, --resume goes on from there
  143  terminated (SIGTERM)";

/// The same in Chinese.
pub(super) const EXIT_CODES_IN_CHINESE: &str = "\
退出码：
  0    未发现问题
  1    发现问题，或无法写出报告
  2    用法错误，或不是归档库
  75   归档库正由其他进程写入（--record）
  130  被中断（SIGINT）；有 --state 时可用 --resume 继续
  143  被终止（SIGTERM）";

/// `guidang verify`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line are independent of each other")]
pub(super) struct VerifyArgs {
    /// The store
    #[arg(long, value_name = "DIR", default_value = "output/archive")]
    pub store: PathBuf,
    /// Only structure, event log and SHA-512: as fast as the medium
    #[arg(long)]
    pub fixity: bool,
    /// With --fixity, SHA-256 and SM3 too
    #[arg(long)]
    pub all_digests: bool,
    /// Only this object
    #[arg(id = "verify_object", long = "object", value_name = "ID", conflicts_with = "sample")]
    pub object: Option<String>,
    /// Only this share of the objects: 5%
    #[arg(long, value_name = "SHARE")]
    pub sample: Option<Share>,
    /// Which objects are in the sample: another number, other objects
    #[arg(long, value_name = "N", default_value_t = 0, requires = "sample")]
    pub seed: u64,
    /// Most bytes read in a second: 20MiB/s
    #[arg(long, value_name = "RATE")]
    pub rate_limit: Option<Rate>,
    /// Number of workers [default: number of cores]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// Keep in FILE how far the check got, so that --resume can go on from there
    #[arg(long, value_name = "FILE")]
    pub state: Option<PathBuf>,
    /// Go on from where the check that --state was kept of got to
    #[arg(long, requires = "state")]
    pub resume: bool,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
    /// Write the report to FILE, as its extension says: json, pdf, docx, txt, md, html. May be given several times
    #[arg(id = "verify_report", long = "report", value_name = "FILE")]
    pub report: Vec<PathBuf>,
    /// Record the result in the event log of the store
    #[arg(long)]
    pub record: bool,
    /// Findings shown on the terminal
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub most: usize,
    /// Language of messages
    #[arg(long, value_enum, value_name = "LANG")]
    pub lang: Option<Lang>,
    /// Folder with the fonts, for a report as PDF
    #[arg(long, value_name = "DIR", env = "GUIDANG_FONTS", hide_env_values = true)]
    pub fonts: Option<PathBuf>,
}

/// Chinese help of these arguments, by their clap ids.
pub(super) const CHINESE: [(&str, &str); 11] = [
    ("fixity", "只查结构、事件日志和 SHA-512，速度取决于介质"),
    ("all_digests", "与 --fixity 同用时，也查 SHA-256 和 SM3"),
    ("verify_object", "只检测此对象"),
    ("sample", "只抽检此比例的对象，如 5%"),
    ("seed", "抽样种子：数不同则所抽对象不同"),
    ("rate_limit", "每秒最多读取的字节数，如 20MiB/s"),
    ("state", "将检测进度存于 FILE，供 --resume 继续"),
    ("resume", "从 --state 所存进度继续"),
    ("verify_report", "将报告写到 FILE，格式依扩展名：json、pdf、docx、txt、md、html，可给多次"),
    ("record", "将检测结果记入归档库事件日志"),
    ("most", "终端最多显示的问题数"),
];

messages! {
    /// Why a check cannot begin or be told of.
    #[derive(Clone, Debug, PartialEq, Eq)]
    enum VerifyError {
        /// `--object` is no identifier.
        Object { id: String } = "object-id", "--object {id} is no identifier", "--object {id} 不是对象标识";
        /// The state cannot be read.
        State { path: String, why: String } = "audit-state", "{path}: {why}", "{path}：{why}";
        /// The state cannot be gone on from.
        Progress { path: String, why: ProgressError } = "audit-state-unusable", "{path}: {why}", "{path}：{why}";
        /// `SOURCE_DATE_EPOCH` is no time.
        Settings { why: SettingsError } = "settings", "{why}", "{why}";
        /// A report has no extension of a format.
        Format { path: String } = "report-format",
            "{path}: the extension of a report is json, pdf, docx, txt, md or html",
            "{path}：报告的扩展名应为 json、pdf、docx、txt、md 或 html";
        /// A report cannot be written.
        Report { path: String, why: String } = "report", "cannot write the report {path}: {why}",
            "无法写入报告 {path}：{why}";
    }
}

/// A share of all, in millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Share(u32);

impl FromStr for Share {
    type Err = &'static str;

    /// `5%`, `0.15%`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "a share is written 5% or 0.15%, up to 100%";
        let (whole, part) = {
            let number = text.strip_suffix('%').ok_or(WRONG)?;
            number.split_once('.').unwrap_or((number, "0"))
        };
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(part) || part.len() > 4 || whole.len() > 3 {
            return Err(WRONG);
        }
        let number = |text: &str| text.parse::<u32>().map_err(|_| WRONG);
        let share = number(whole)? * 10_000 + number(&format!("{part:0<4}"))?;
        if share <= 1_000_000 { Ok(Self(share)) } else { Err(WRONG) }
    }
}

/// Bytes a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rate(u64);

impl FromStr for Rate {
    type Err = &'static str;

    /// `20MiB/s`, `500kB`, `1000000`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "a rate is written 20MiB/s, 500kB/s or 1000000";
        let text = text.strip_suffix("/s").unwrap_or(text);
        let end = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(end);
        let unit = match unit.trim() {
            "" | "B" => 1,
            "kB" | "KB" => 1000,
            "KiB" | "K" => 1 << 10,
            "MB" => 1_000_000,
            "MiB" | "M" => 1 << 20,
            "GB" => 1_000_000_000,
            "GiB" | "G" => 1 << 30,
            _ => return Err(WRONG),
        };
        let number: u64 = number.parse().map_err(|_| WRONG)?;
        number.checked_mul(unit).filter(|rate| *rate > 0).map(Self).ok_or(WRONG)
    }
}

/// Runs it.
pub(super) fn run(args: &VerifyArgs, language: Language) -> Exit {
    let prepared = prepare(args);
    let (options, now, formats) = match prepared {
        Ok(prepared) => prepared,
        Err(line) => {
            words::error(language, &line.describe(language));
            return Exit::Usage;
        }
    };
    let store = match Store::suspected(&args.store) {
        Ok(store) => store,
        Err(error) => {
            words::error(language, &error.describe(language));
            return Exit::Usage;
        }
    };
    let mut progress = match progress(args, &options) {
        Ok(progress) => progress,
        Err(error) => {
            words::error(language, &error.describe(language));
            return Exit::Usage;
        }
    };
    let (stop, signal) = listen();
    let mut unsaved = None;
    let outcome = audit::run(&store, &options, &mut progress, &stop, |progress| {
        if let Some(path) = &args.state {
            unsaved = place(path, &progress.to_json()).err();
        }
    });
    if let Some(error) = unsaved {
        words::error(language, &error.describe(language));
    }
    if !outcome.finished {
        words::say(match language {
            Language::English => "interrupted",
            Language::Chinese => "已中断",
        });
        return Exit::Signal(signal.load(Ordering::Relaxed).max(1));
    }
    if let Some(path) = &args.state {
        // The check is done: there is nothing to go on from.
        let _ = fs::remove_file(path);
    }
    let report = Report {
        store: args.store.display().to_string(),
        time: now,
        tool: concat!("guidang ", env!("CARGO_PKG_VERSION")).to_owned(),
        scope: options.selection.words(),
        head: outcome.head,
        tally: outcome.tally,
    };
    tell(args, &store, &report, &formats, language)
}

/// Prints, writes and records the report.
fn tell(
    args: &VerifyArgs,
    store: &Store,
    report: &Report,
    formats: &[(PathBuf, Format)],
    language: Language,
) -> Exit {
    let text = if args.json { report.to_json() } else { audit::terminal(report, language, args.most) };
    let mut exit = if report.passed() { Exit::Done } else { Exit::Failed };
    if words::data(&text).is_err() {
        exit = Exit::Failed;
    }
    for (path, format) in formats {
        let written = written(report, *format, args.fonts.as_deref())
            .and_then(|bytes| place(path, &bytes).map_err(|error| error.to_string()));
        if let Err(why) = written {
            let error = VerifyError::Report { path: path.display().to_string(), why };
            words::error(language, &error.describe(language));
            exit = Exit::Failed;
        }
    }
    if args.record
        && let Err(error) = record(store, report)
    {
        words::error(language, &error.describe(language));
        return if matches!(error, StoreError::Locked { .. }) { Exit::Locked } else { Exit::Failed };
    }
    exit
}

type Prepared = (Options, Timestamp, Vec<(PathBuf, Format)>);

fn prepare(args: &VerifyArgs) -> Result<Prepared, VerifyError> {
    let selection = match (&args.object, args.sample) {
        (Some(id), _) => {
            Selection::Object(ObjectId::parse(id).ok_or_else(|| VerifyError::Object { id: id.clone() })?)
        }
        (None, Some(Share(share))) => Selection::Sample { share, seed: args.seed },
        (None, None) => Selection::All,
    };
    let (now, _) = settings::clock().map_err(|why| VerifyError::Settings { why })?;
    let mut formats = Vec::new();
    for path in &args.report {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        let format = [Format::Pdf, Format::Docx, Format::Text, Format::Markdown, Format::Html, Format::Json]
            .into_iter()
            .find(|format| format.extension().eq_ignore_ascii_case(extension))
            .ok_or_else(|| VerifyError::Format { path: path.display().to_string() })?;
        formats.push((path.clone(), format));
    }
    let workers =
        args.jobs.map_or_else(|| thread::available_parallelism().map_or(1, usize::from), usize::from);
    let options = Options {
        depth: if args.fixity { Depth::Fixity } else { Depth::Full },
        all_digests: args.all_digests || !args.fixity,
        workers,
        limit: args.rate_limit.map(|Rate(rate)| rate),
        selection,
        stopwatch: settings::stopwatch as fn() -> Duration,
    };
    Ok((options, now(), formats))
}

/// Where to begin.
fn progress(args: &VerifyArgs, options: &Options) -> Result<Progress, VerifyError> {
    let (Some(path), true) = (&args.state, args.resume) else { return Ok(Progress::new(options)) };
    let shown = path.display().to_string();
    match fs::read(path) {
        Ok(json) => {
            Progress::from_json(&json, options).map_err(|why| VerifyError::Progress { path: shown, why })
        }
        // Nothing was interrupted: from the beginning.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Progress::new(options)),
        Err(error) => Err(VerifyError::State { path: shown, why: error.to_string() }),
    }
}

/// The report in this format. All but JSON go the way of every other document, and are read back.
fn written(report: &Report, format: Format, fonts: Option<&Path>) -> Result<Vec<u8>, String> {
    let json = report.to_json().into_bytes();
    if format == Format::Json {
        return Ok(json);
    }
    printed(audit::document(report), "四性检测.json", json, format, fonts)
}

fn record(store: &Store, report: &Report) -> Result<(), StoreError> {
    let tally = &report.tally;
    let outcome = match (tally.faults(), tally.remarks()) {
        (0, 0) => Outcome::Success,
        (0, _) => Outcome::Warning,
        _ => Outcome::Fail,
    };
    let detail = [
        ("scope", report.scope.clone()),
        ("objects", tally.objects.to_string()),
        ("files", tally.files.to_string()),
        ("findings", tally.faults().to_string()),
        ("remarks", tally.remarks().to_string()),
    ];
    let event = Event {
        time: report.time,
        agent: report.tool.clone(),
        kind: EventKind::Validation,
        object: None,
        version: None,
        outcome,
        detail: detail.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
    };
    store.writer(Duration::ZERO)?.record(&event).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::{Rate, Share};

    #[test]
    fn shares_and_rates_are_read_as_people_write_them() {
        assert_eq!("5%".parse(), Ok(Share(50_000)));
        assert_eq!("0.15%".parse(), Ok(Share(1_500)));
        assert_eq!("100%".parse(), Ok(Share(1_000_000)));
        for wrong in ["5", "101%", "-1%", "%", "1.23456%", "1.%"] {
            assert!(wrong.parse::<Share>().is_err(), "{wrong}");
        }
        assert_eq!("20MiB/s".parse(), Ok(Rate(20 << 20)));
        assert_eq!("500kB/s".parse(), Ok(Rate(500_000)));
        assert_eq!("1000".parse(), Ok(Rate(1000)));
        for wrong in ["", "MiB/s", "0", "20 parsecs", "99999999999999999999"] {
            assert!(wrong.parse::<Rate>().is_err(), "{wrong}");
        }
    }
}
