//! `guidang ingest`: files what other machines converted in the preservation store.

mod manifest;
mod tally;

use std::collections::{BTreeSet, VecDeque};
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use clap::Args;

use self::manifest::Manifest;
use self::tally::Tally;
use super::args::{MissingGlyph, ReadArgs};
use super::run::{listen, open_report};
use super::settings::{self, SettingsError};
use super::{Exit, quantity, search, stream, words};
use crate::archive::store::{Agent, Store, StoreError, Writer};
use crate::batch::filing::{
    self, ConvertedPage, Elsewhere, FilingOptions, FilingOutcome, STORED_UNDER, Supply, Task,
};
use crate::environment::Environment;
use crate::error::Error;
use crate::message::{Describe, Language, messages};
use crate::pipeline::Options;
use crate::stream::storage::{self, Location, Settings, StorageError};
use crate::stream::{Answer, FetchError, Profile, Terms, fetch, font_set};
use crate::write::pdf::PdfStandard;

/// Exit codes, as they stand in the help.
pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0    everything that was converted is in the store
  1    nothing could be filed, or the outputs cannot be reached: try again
  2    wrong usage or configuration
  3    finished, some pages could not be filed, or some manifests or lines of them not read
  75   another process is writing to the store
  130  interrupted (SIGINT)
  143  terminated (SIGTERM)";

/// The same in Chinese.
pub(super) const EXIT_CODES_IN_CHINESE: &str = "\
退出码：
  0    已转换的均已入库
  1    全部未能入库，或无法访问输出位置（可重试）
  2    用法或配置错误
  3    已完成，部分未能入库，或部分清单、清单行无法读取
  75   归档库正由其他进程写入
  130  被中断（SIGINT）
  143  被终止（SIGTERM）";

/// Chinese help of this command's arguments, by their clap ids.
pub(super) const CHINESE: [(&str, &str); 2] = [
    ("manifests", "guidang stream 的应答（NDJSON，可用 gzip 压缩），- 表示标准输入"),
    ("outputs", "guidang stream 的输出位置：文件夹、s3://、gs:// 或 az:// 地址"),
];

/// `guidang ingest`.
#[derive(Debug, Args)]
pub(super) struct IngestArgs {
    /// Answers of `guidang stream --archivable` (NDJSON, maybe compressed with gzip), or - for standard input
    #[arg(value_name = "MANIFEST", required = true)]
    pub manifests: Vec<PathBuf>,
    /// Where the stream put its outputs
    #[arg(long, value_name = "DIR-or-URL")]
    pub outputs: String,
    /// The store
    #[arg(long, value_name = "DIR", default_value = "output/archive")]
    pub store: PathBuf,
    /// Number of workers [default: number of cores]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// Seconds to wait for another process that writes to the store
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    pub lock_wait: u32,
    /// The person or office that files, for the record
    #[arg(long, value_name = "NAME")]
    pub operator: Option<String>,
    /// How long a store of outputs that does not answer is tried again
    #[arg(long, value_name = "TIME", default_value = "3m", value_parser = quantity::duration)]
    pub store_timeout: Duration,
    /// Standard that the PDF claims
    #[arg(long, value_enum, value_name = "S", default_value = "a-2a")]
    pub pdf_standard: PdfStandard,
    /// Characters that no font has: fail the source, or print 〓 with the true character behind it
    #[arg(long, value_enum, value_name = "WHAT", default_value = "fail")]
    pub missing_glyph: MissingGlyph,
    /// Write one JSON line for each source to FILE (- for standard output)
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// How pages were read
    #[command(flatten)]
    pub read: ReadArgs,
}

messages! {
    /// Why nothing is filed, or no more.
    #[derive(Clone, Debug, PartialEq, Eq)]
    enum IngestError {
        /// An option of another command.
        Settings { why: SettingsError } = "settings", "{why}", "{why}";
        /// The place of the outputs is none.
        Outputs { why: StorageError } = "outputs", "{why}", "{why}";
        /// There is no such folder.
        NoOutputs { path: String } = "outputs-missing",
            "no such folder: {path} (--outputs)", "文件夹不存在：{path}（--outputs）";
        /// A manifest cannot be read.
        Manifest { path: String, why: String } = "manifest", "cannot read {path}: {why}", "无法读取 {path}：{why}";
        /// A manifest is on another machine.
        Elsewhere { path: String } = "manifest-elsewhere",
            "{path}: a manifest is read from a file of this machine, or from standard input with -",
            "{path}：清单须为本机文件，或用 - 从标准输入读取";
        /// A manifest is a table, as the Spark job writes it.
        Parquet { path: String } = "manifest-parquet",
            "{path} is Parquet: integrations/spark/answers.py {path} | guidang ingest - makes answers of it",
            "{path} 是 Parquet：请用 integrations/spark/answers.py {path} | guidang ingest - 转为应答";
        /// A file that is something else.
        NoManifest { path: String, lines: u64, why: String } = "manifest-none",
            "{path} is no manifest: none of its {lines} lines is an answer of guidang stream (the first: {why})",
            "{path} 不是清单：共 {lines} 行，均不是 guidang stream 的应答（首行：{why}）";
        /// A line of a manifest is no answer.
        Line { path: String, line: u64, why: String } = "manifest-line",
            "{path}, line {line} is no answer of guidang stream: {why}", "{path} 第 {line} 行不是 guidang stream 的应答：{why}";
    }
}

impl From<SettingsError> for IngestError {
    fn from(why: SettingsError) -> Self {
        Self::Settings { why }
    }
}

/// All that is needed to file.
struct Desk {
    options: Options,
    environment: Environment,
    terms: Terms,
    outputs: storage::Store,
}

/// Runs it.
pub(super) fn run(args: &IngestArgs, language: Language) -> Exit {
    let (desk, report) = match prepare(args) {
        Ok(prepared) => prepared,
        Err(error) => {
            words::error(language, &error.describe(language));
            return Exit::Usage;
        }
    };
    let store = match Store::create_or_open(&args.store) {
        Ok(store) => store,
        Err(error) => return broken(&error, language),
    };
    let ingested = store.writer(Duration::from_secs(args.lock_wait.into())).and_then(|mut writer| {
        let known = already_filed(&store)?;
        let exit = ingest(args, &desk, report, &store, &mut writer, known, language);
        // While the store is locked: the next writer waits, and two would make one catalogue.
        search::follow(&store, language);
        Ok(exit)
    });
    ingested.unwrap_or_else(|error| broken(&error, language))
}

fn broken(error: &StoreError, language: Language) -> Exit {
    words::error(language, &error.describe(language));
    match error {
        StoreError::Locked { .. } => Exit::Locked,
        StoreError::NotAStore { .. } | StoreError::Unsupported { .. } => Exit::Usage,
        _ => Exit::Failed,
    }
}

type Report = Option<Box<dyn Write>>;

fn prepare(args: &IngestArgs) -> Result<(Desk, Report), IngestError> {
    let read = &args.read;
    let options = settings::filing(read, args.operator.as_ref(), args.missing_glyph, args.pdf_standard)?;
    let environment = settings::environment(read)?;
    let sites = read.sites.as_deref().map(fs::read_to_string).transpose();
    let sites =
        sites.map_err(|error| SettingsError::Sites { path: String::new(), why: error.to_string() })?;
    let profile = Profile::new(&options, environment.epoch, sites.as_deref()).digest();
    let terms = Terms { profile, fonts: font_set(&environment.fonts) };
    let settings = Settings { variables: stream::variables(), patience: args.store_timeout };
    let outputs = Location::parse(&args.outputs).and_then(|location| match location {
        // Opening it would make it.
        Location::Folder(path) if !path.is_dir() => Ok(Err(path.display().to_string())),
        location => storage::Store::open(&location, &settings).map(Ok),
    });
    let outputs = outputs
        .map_err(|why| IngestError::Outputs { why })?
        .map_err(|path| IngestError::NoOutputs { path })?;
    let report = args.report.as_deref().map(open_report).transpose()?;
    Ok((Desk { options, environment, terms, outputs }, report))
}

/// What the log says was filed from a stream.
fn already_filed(store: &Store) -> Result<BTreeSet<String>, StoreError> {
    let mut keys = BTreeSet::new();
    for entry in store.events()? {
        keys.extend(entry?.event.detail.remove(STORED_UNDER));
    }
    Ok(keys)
}

/// The answers in hand, for the workers.
struct InHand<'a> {
    answers: Vec<Answer>,
    desk: &'a Desk,
    trouble: &'a Trouble<'a>,
}

/// What has become of the store of the outputs: without it every page would fail.
struct Trouble<'a> {
    why: OnceLock<StorageError>,
    /// Ends the run.
    stop: &'a AtomicBool,
}

impl Supply for InHand<'_> {
    fn fetch(&self, page: &Elsewhere) -> Result<ConvertedPage, Error> {
        let answer = self.answers.get(page.number);
        let answer = answer.ok_or_else(|| Error::Internal("no such answer".to_owned()))?;
        fetch(&self.desk.outputs, answer, &self.desk.terms).map_err(|error| match error {
            FetchError::Page(error) => error.into(),
            FetchError::Storage(why) => {
                let error = Error::Internal(why.to_string());
                // The first one is told; the pages in hand have it too.
                let _ = self.trouble.why.set(why);
                self.trouble.stop.store(true, Ordering::SeqCst);
                error
            }
        })
    }
}

fn ingest(
    args: &IngestArgs,
    desk: &Desk,
    mut report: Report,
    store: &Store,
    writer: &mut Writer<'_>,
    mut known: BTreeSet<String>,
    language: Language,
) -> Exit {
    let (stop, signal) = listen();
    let trouble = Trouble { why: OnceLock::new(), stop: &stop };
    let mut tally = Tally::default();
    for path in &args.manifests {
        let mut manifest = match Manifest::open(path) {
            Ok(manifest) => manifest,
            Err(error) => {
                words::error(language, &error.describe(language));
                tally.malformed += 1;
                continue;
            }
        };
        while !stop.load(Ordering::SeqCst) {
            let chunk = manifest.chunk(&known, &mut tally);
            for error in &chunk.malformed {
                words::error(language, &error.describe(language));
            }
            // Outcomes come in the order of their pages, those of no page among them.
            let mut waiting: VecDeque<(String, String)> =
                chunk.pages.iter().map(|(key, answer)| (shown(answer), key.clone())).collect();
            let filed = file(args, desk, store, writer, chunk.pages, &trouble, &mut |outcome| {
                let its = waiting.front().is_some_and(|(shown, _)| *shown == outcome.source);
                let page = if its { waiting.pop_front() } else { None };
                if outcome.result.is_ok() {
                    known.extend(page.map(|(_, key)| key).filter(|key| !key.is_empty()));
                } else if trouble.why.get().is_some() {
                    // It is no fault of the page.
                    return;
                }
                tally.add(&outcome, language);
                if let Some(report) = &mut report {
                    let _ = writeln!(report, "{}", filing::line(&outcome)).and_then(|()| report.flush());
                }
            });
            if let Err(error) = filed {
                words::error(language, &error.describe(language));
                return Exit::Failed;
            }
            if chunk.last {
                break;
            }
        }
    }
    tally.say(language);
    if let Some(why) = trouble.why.get() {
        words::error(language, &why.describe(language));
        return Exit::Failed;
    }
    if let signal @ 1.. = signal.load(Ordering::SeqCst) {
        return Exit::Signal(signal);
    }
    let filed = tally.created + tally.versions + tally.unchanged + tally.known;
    match (tally.malformed > 0 || tally.failed > 0, filed) {
        (false, _) => Exit::Done,
        (true, 0) => Exit::Failed,
        (true, _) => Exit::Partly,
    }
}

/// How the page of an answer is shown to the user.
fn shown(answer: &Answer) -> String {
    answer.id.as_str().map_or_else(|| answer.id.to_string(), str::to_owned)
}

fn file(
    args: &IngestArgs,
    desk: &Desk,
    store: &Store,
    writer: &mut Writer<'_>,
    answers: Vec<(String, Answer)>,
    trouble: &Trouble<'_>,
    tell: &mut dyn FnMut(FilingOutcome),
) -> Result<(), Error> {
    let tasks: Vec<Task> = answers
        .iter()
        .enumerate()
        .map(|(number, (key, answer))| {
            Task::Elsewhere(Elsewhere { shown: shown(answer), key: key.clone(), number })
        })
        .collect();
    let supply = InHand { answers: answers.into_iter().map(|(_, answer)| answer).collect(), desk, trouble };
    let (now, time_stands_still) = settings::clock().map_err(|error| Error::Internal(error.to_string()))?;
    let workers =
        args.jobs.map_or_else(|| thread::available_parallelism().map_or(1, usize::from), usize::from);
    let agent = Agent {
        name: concat!("guidang ", env!("CARGO_PKG_VERSION")).to_owned(),
        operator: args.operator.clone(),
    };
    let filing = FilingOptions {
        workers,
        agent,
        rerender: false,
        now: &now,
        time_stands_still,
        found_by: &|_| None,
        supply: &supply,
        begin: &|| true,
    };
    let (options, environment) = (&desk.options, &desk.environment);
    filing::run(&tasks, Vec::new(), store, writer, &filing, options, environment, trouble.stop, tell)?;
    Ok(())
}
