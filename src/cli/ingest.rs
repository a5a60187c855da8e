//! `guidang ingest`: files what other machines converted in the preservation store.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use clap::Args;

use super::args::{MissingGlyph, ReadArgs};
use super::run::{listen, open_report};
use super::settings::{self, SettingsError};
use super::{Exit, quantity, search, stream, words};
use crate::archive::store::{Agent, Store, StoreError, Writer};
use crate::batch::filing::{
    self, ConvertedPage, Elsewhere, Filed, FilingOptions, FilingOutcome, STORED_UNDER, Supply, Task,
};
use crate::environment::Environment;
use crate::error::Error;
use crate::message::{Describe, In, Language, messages};
use crate::pipeline::Options;
use crate::stream::storage::{self, Location, Settings, StorageError};
use crate::stream::{Answer, Profile, Terms, fetch, font_set, key_of, next_answer};
use crate::write::pdf::PdfStandard;

/// So many pages are in hand at a time.
const CHUNK: usize = 4096;

/// Exit codes, as they stand in the help.
pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0    everything that was converted is in the store
  1    nothing could be filed, or a manifest cannot be read
  2    wrong usage or configuration
  3    finished, some pages could not be filed
  75   another process is writing to the store
  130  interrupted (SIGINT)
  143  terminated (SIGTERM)";

/// The same in Chinese.
pub(super) const EXIT_CODES_IN_CHINESE: &str = "\
退出码：
  0    已转换的均已入库
  1    全部未能入库，或清单无法读取
  2    用法或配置错误
  3    已完成，部分未能入库
  75   归档库正由其他进程写入
  130  被中断（SIGINT）
  143  被终止（SIGTERM）";

/// Chinese help of this command's arguments, by their clap ids.
pub(super) const CHINESE: [(&str, &str); 2] = [
    ("manifests", "guidang stream 的应答（NDJSON），- 表示标准输入"),
    ("outputs", "guidang stream 的输出位置：文件夹、s3://、gs:// 或 az:// 地址"),
];

/// `guidang ingest`.
#[derive(Debug, Args)]
pub(super) struct IngestArgs {
    /// Answers of `guidang stream --archivable` (NDJSON), or - for standard input
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
        /// A manifest cannot be read.
        Manifest { path: String, why: String } = "manifest", "cannot read {path}: {why}", "无法读取 {path}：{why}";
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
        Ok(ingest(args, &desk, report, &store, &mut writer, known, language))
    });
    match ingested {
        Ok(exit) => {
            search::follow(&store, language);
            exit
        }
        Err(error) => broken(&error, language),
    }
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
    let outputs = Location::parse(&args.outputs)
        .and_then(|location| storage::Store::open(&location, &settings))
        .map_err(|why| IngestError::Outputs { why })?;
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
}

impl Supply for InHand<'_> {
    fn fetch(&self, page: &Elsewhere) -> Result<ConvertedPage, Error> {
        let answer = self.answers.get(page.number);
        let answer = answer.ok_or_else(|| Error::Internal("no such answer".to_owned()))?;
        Ok(fetch(&self.desk.outputs, answer, &self.desk.terms)?)
    }
}

#[derive(Default)]
struct Tally {
    created: u64,
    versions: u64,
    unchanged: u64,
    failed: u64,
    /// Answers that tell of an error: there is nothing to file.
    not_converted: u64,
    /// Filed before, by this run or an earlier one.
    known: u64,
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
    let mut tally = Tally::default();
    let mut unreadable = false;
    for path in &args.manifests {
        let mut answers = match Answers::open(path) {
            Ok(answers) => answers,
            Err(error) => {
                words::error(language, &error.describe(language));
                unreadable = true;
                continue;
            }
        };
        while !stop.load(Ordering::Relaxed) {
            let (chunk, damage) = answers.chunk(&mut known, &mut tally);
            let end = chunk.is_empty() && damage.is_none();
            let filed = file(args, desk, store, writer, chunk, &stop, &mut |outcome| {
                tell(&outcome, &mut tally, language);
                if let Some(report) = &mut report {
                    let _ = writeln!(report, "{}", filing::line(&outcome)).and_then(|()| report.flush());
                }
            });
            if let Err(line) = filed {
                words::error(language, &line.describe(language));
                return Exit::Failed;
            }
            if let Some(error) = damage {
                words::error(language, &error.describe(language));
                unreadable = true;
                break;
            }
            if end {
                break;
            }
        }
    }
    summary(&tally, language);
    if let signal @ 1.. = signal.load(Ordering::SeqCst) {
        return Exit::Signal(signal);
    }
    let filed = tally.created + tally.versions + tally.unchanged + tally.known;
    match (unreadable || tally.failed > 0, filed) {
        (false, _) => Exit::Done,
        (true, 0) => Exit::Failed,
        (true, _) => Exit::Partly,
    }
}

fn file(
    args: &IngestArgs,
    desk: &Desk,
    store: &Store,
    writer: &mut Writer<'_>,
    answers: Vec<(String, Answer)>,
    stop: &AtomicBool,
    tell: &mut dyn FnMut(FilingOutcome),
) -> Result<(), Error> {
    let tasks: Vec<Task> = answers
        .iter()
        .enumerate()
        .map(|(number, (key, answer))| {
            let shown = answer.id.as_str().map_or_else(|| answer.id.to_string(), str::to_owned);
            Task::Elsewhere(Elsewhere { shown, key: key.clone(), number })
        })
        .collect();
    let supply = InHand { answers: answers.into_iter().map(|(_, answer)| answer).collect(), desk };
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
    filing::run(&tasks, Vec::new(), store, writer, &filing, options, environment, stop, tell)?;
    Ok(())
}

/// A manifest that is read.
struct Answers {
    path: String,
    reader: Box<dyn BufRead>,
    line: u64,
}

impl Answers {
    fn open(path: &std::path::Path) -> Result<Self, IngestError> {
        let shown = path.display().to_string();
        let reader: Box<dyn BufRead> = if path.as_os_str() == "-" {
            Box::new(BufReader::new(io::stdin()))
        } else {
            let file = File::open(path)
                .map_err(|error| IngestError::Manifest { path: shown.clone(), why: error.to_string() })?;
            Box::new(BufReader::new(file))
        };
        Ok(Self { path: shown, reader, line: 0 })
    }

    /// The next answers that are to be filed, with what they are stored under; and what is wrong behind them.
    fn chunk(
        &mut self,
        known: &mut BTreeSet<String>,
        tally: &mut Tally,
    ) -> (Vec<(String, Answer)>, Option<IngestError>) {
        let mut chunk = Vec::new();
        while chunk.len() < CHUNK {
            self.line += 1;
            let path = || self.path.clone();
            match next_answer(&mut self.reader) {
                Ok(None) => break,
                Ok(Some(Ok(answer))) if answer.error.is_some() => tally.not_converted += 1,
                Ok(Some(Ok(answer))) => {
                    // Without a record there is no key; what is missing is told when it is looked for.
                    let key = key_of(&answer).unwrap_or_default();
                    if key.is_empty() || known.insert(key.clone()) {
                        chunk.push((key, answer));
                    } else {
                        tally.known += 1;
                    }
                }
                Ok(Some(Err(why))) => {
                    return (chunk, Some(IngestError::Line { path: path(), line: self.line, why }));
                }
                Err(error) => {
                    return (chunk, Some(IngestError::Manifest { path: path(), why: error.to_string() }));
                }
            }
        }
        (chunk, None)
    }
}

fn tell(outcome: &FilingOutcome, tally: &mut Tally, language: Language) {
    match &outcome.result {
        Ok(Filed::Created) => tally.created += 1,
        Ok(Filed::NewVersion(_)) => tally.versions += 1,
        Ok(Filed::Unchanged(_)) => tally.unchanged += 1,
        Err(error) => {
            tally.failed += 1;
            words::error(
                language,
                &format!("{} [{}] {}", outcome.source, error.stage(), In(language, error)),
            );
        }
    }
}

fn summary(tally: &Tally, language: Language) {
    let Tally { created, versions, unchanged, failed, not_converted, known } = tally;
    let mut line = match language {
        Language::English => {
            format!("{created} created, {versions} new versions, {unchanged} unchanged, {failed} failed")
        }
        Language::Chinese => {
            format!("新建 {created} 个，新版本 {versions} 个，未变 {unchanged} 个，失败 {failed} 个")
        }
    };
    for (count, english, chinese) in
        [(known, "filed before", "此前已入库"), (not_converted, "not converted", "未能转换")]
    {
        if *count > 0 {
            line += &match language {
                Language::English => format!(", {count} {english}"),
                Language::Chinese => format!("，{chinese} {count} 个"),
            };
        }
    }
    words::say(&line);
}
