//! `guidang stream`: records in, answers out, for an engine that runs many such processes.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::{self, BufReader};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use super::args::ReadArgs;
use super::conversion::ConversionArgs;
use super::settings::{self, SettingsError};
use super::web::WebArgs;
use super::{Exit, quantity, words};
use crate::message::{Describe, Language, messages};
use crate::pipeline::Options;
use crate::stream::storage::{Location, Settings, StorageError};
use crate::stream::{
    InputOptions, Limits, Plan, Profile, Spawn, StreamError, Tally, font_set, run as answer, serve,
};
use crate::write::Format;

/// Exit codes, as they stand in the help.
pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0    every line was answered, be it with an error
  1    the stream broke: a store or list cannot be used, nobody reads the answers, no worker starts
  2    wrong usage or configuration";

/// The same in Chinese.
pub(super) const EXIT_CODES_IN_CHINESE: &str = "\
退出码：
  0    每行均已应答（包括以错误应答）
  1    中断：存储或清单无法使用，或应答无人读取，或无法启动工作进程
  2    用法或配置错误";

/// Chinese help of this command's arguments, by their clap ids.
pub(super) const CHINESE: [(&str, &str); 8] = [
    ("destination", "输出位置：文件夹、s3://、gs:// 或 az:// 地址"),
    ("archivable", "另存 guidang ingest 归档所需的内容：读入的网页、PDF、DOCX、文本、Document 及记录"),
    ("lanes", "同时转换的网页数，应答仍按顺序"),
    ("input_root", "网页只能从此文件夹或地址之下读取（可重复）"),
    ("store_timeout", "存储无应答时重试的时间"),
    ("time_limit", "一个网页最长的转换时间"),
    ("memory_limit", "转换一个网页的工作进程最多占用的内存"),
    ("worker", "作为工作进程运行"),
];

/// What `ingest` needs of a page, whatever else is wanted.
const ARCHIVED: [Format; 4] = [Format::Pdf, Format::Docx, Format::Text, Format::Json];

/// `guidang stream`.
#[derive(Debug, Args)]
pub(super) struct StreamArgs {
    /// Where outputs go: a folder, or an s3://, gs:// or az:// URL
    #[arg(id = "destination", short = 'o', long = "output", value_name = "DIR-or-URL")]
    pub output: String,
    /// Also keep what `guidang ingest` needs to file the pages: each as it was read, PDF, DOCX, text, its Document and a record
    #[arg(long)]
    pub archivable: bool,
    /// Pages converted at a time; answers stay in order
    #[arg(id = "lanes", short = 'j', long = "jobs", value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: u16,
    /// Read pages only below this folder or URL (may be repeated)
    #[arg(long, value_name = "DIR-or-URL")]
    pub input_root: Vec<String>,
    /// How long a store that does not answer is tried again
    #[arg(long, value_name = "TIME", default_value = "3m", value_parser = quantity::duration)]
    pub store_timeout: Duration,
    /// Longest time that a page may take
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = quantity::duration, help_heading = "Limits")]
    pub time_limit: Duration,
    /// Most memory that the worker which converts a page may take
    #[arg(long, value_name = "SIZE", default_value = "1GiB", value_parser = quantity::memory, help_heading = "Limits")]
    pub memory_limit: u64,
    /// Be the worker of a stream
    #[arg(long, hide = true)]
    pub worker: bool,
    /// What is made of pages
    #[command(flatten)]
    pub conversion: ConversionArgs,
    /// How pages are read
    #[command(flatten)]
    pub read: ReadArgs,
    /// How pages of the web are fetched
    #[command(flatten)]
    pub web: WebArgs,
}

messages! {
    /// Why a stream cannot begin. Exit code 2.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(super) enum StreamUsage {
        /// An option that is another command's.
        Settings { why: SettingsError } = "settings", "{why}", "{why}";
        /// A place that is none.
        Location { why: StorageError } = "location", "{why}", "{why}";
        /// Options that choose among pages or say of one what each record says.
        OfRecords = "of-records",
            "--base-url, --url-filter, --from and --to are not for records: each says its own url",
            "--base-url、--url-filter、--from、--to 不适用于记录：网址写在每条记录中";
        /// An option that changes what is archived, which is made in one way.
        NotArchivable { option: String } = "not-archivable",
            "{option} is not for --archivable: what is archived has one form, and ingest would refuse every page",
            "{option} 不能与 --archivable 同用：归档内容的形式固定，否则 ingest 会拒收每个网页";
        /// The memory of a worker cannot be watched.
        Memory = "memory-not-watched",
            "the memory of a worker cannot be watched on this system: /proc is missing",
            "此系统没有 /proc，无法监测工作进程的内存";
    }
}

impl From<SettingsError> for StreamUsage {
    fn from(why: SettingsError) -> Self {
        Self::Settings { why }
    }
}

/// Runs it. `arguments` is the whole command line: a worker is started with the same.
pub(super) fn run(args: &StreamArgs, arguments: &[OsString], language: Language) -> Exit {
    if args.worker {
        return worker(args, language);
    }
    match plan(args, arguments) {
        Ok(plan) => {
            let ended =
                answer(BufReader::with_capacity(64 << 10, io::stdin()), &mut io::stdout().lock(), &plan);
            finish(ended, language)
        }
        Err(error) => {
            words::error(language, &error.describe(language));
            Exit::Usage
        }
    }
}

/// Tells how a stream ended.
pub(super) fn finish(ended: Result<Tally, StreamError>, language: Language) -> Exit {
    match ended {
        Ok(Tally { converted, failed, workers }) => {
            words::say(&match language {
                Language::English => {
                    let plural = if workers == 1 { "" } else { "s" };
                    format!("{converted} converted, {failed} failed, {workers} worker{plural}")
                }
                Language::Chinese => format!("转换 {converted} 个，失败 {failed} 个，工作进程 {workers} 个"),
            });
            Exit::Done
        }
        Err(error) => {
            words::error(language, &error.describe(language));
            Exit::Failed
        }
    }
}

/// How the stream is run.
pub(super) fn plan(args: &StreamArgs, arguments: &[OsString]) -> Result<Arc<Plan>, StreamUsage> {
    let options = options(args)?;
    let location = |text: &String| Location::parse(text).map_err(|why| StreamUsage::Location { why });
    let store_settings = Settings { variables: variables(), patience: args.store_timeout };
    let output = location(&args.output)?;
    output.check(&store_settings).map_err(|why| StreamUsage::Location { why })?;
    let roots = args.input_root.iter().map(location).collect::<Result<Vec<_>, _>>()?;
    let library = settings::fonts(args.read.fonts.as_deref())?;
    let sites = args.read.sites.as_deref().map(fs::read_to_string).transpose().map_err(|error| {
        let path = args.read.sites.as_deref().map_or_else(String::new, |path| path.display().to_string());
        SettingsError::Sites { path, why: error.to_string() }
    })?;
    let profile = Profile::new(&options, settings::source_date_epoch()?, sites.as_deref());
    if cfg!(target_os = "linux") && fs::metadata("/proc/self/status").is_err() {
        return Err(StreamUsage::Memory);
    }
    let max_bytes = args.read.max_bytes;
    // In Base64 a page is a third longer; the rest of the record has room besides.
    let longest_line = usize::try_from(max_bytes.saturating_mul(2)).unwrap_or(usize::MAX).max(1 << 20);
    Ok(Arc::new(Plan {
        lanes: args.jobs.into(),
        longest_line,
        input: InputOptions {
            max_bytes,
            web: Arc::new(args.web.of_records(&roots)?),
            roots,
            settings: store_settings,
        },
        output,
        limits: Limits { time: args.time_limit, memory: args.memory_limit },
        spawn: spawn(arguments),
        stopwatch: settings::stopwatch,
        profile,
        fonts: font_set(&library),
        archivable: args.archivable,
    }))
}

/// The environment variables that configure object stores.
pub(super) fn variables() -> Vec<(String, String)> {
    env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| is_of_stores(name))
        .collect()
}

fn is_of_stores(name: &str) -> bool {
    ["AWS_", "GOOGLE_", "AZURE_"].iter().any(|prefix| name.starts_with(prefix))
}

/// A worker is this program with the same arguments, and without what it has no use for: the keys of stores.
fn spawn(arguments: &[OsString]) -> Spawn {
    let mut arguments: Vec<OsString> = arguments.iter().skip(1).cloned().collect();
    // Behind the name of the subcommand.
    arguments.insert(1.min(arguments.len()), "--worker".into());
    let secrets: Vec<String> = variables().into_iter().map(|(name, _)| name).collect();
    Arc::new(move || {
        let mut command = Command::new(env::current_exe()?);
        command.args(&arguments);
        for name in &secrets {
            command.env_remove(name);
        }
        Ok(command)
    })
}

fn worker(args: &StreamArgs, language: Language) -> Exit {
    let prepared = options(args).and_then(|options| Ok((options, settings::environment(&args.read)?)));
    let (options, environment) = match prepared {
        Ok(prepared) => prepared,
        Err(error) => {
            words::error(language, &error.describe(language));
            return Exit::Usage;
        }
    };
    match serve(io::stdin(), io::stdout(), options, environment, || std::process::exit(1)) {
        Ok(()) => Exit::Done,
        // The supervisor has gone, or knows better what happened.
        Err(_) => Exit::Failed,
    }
}

/// The options of the conversion.
fn options(args: &StreamArgs) -> Result<Options, StreamUsage> {
    let read = &args.read;
    if read.base_url.is_some() || !read.url_filter.is_empty() || read.from.is_some() || read.to.is_some() {
        return Err(StreamUsage::OfRecords);
    }
    let mut options = args.conversion.options(settings::reading(read)?);
    if args.archivable {
        if let Some(option) = args.conversion.other_than_archived() {
            return Err(StreamUsage::NotArchivable { option: option.to_owned() });
        }
        for format in ARCHIVED {
            if !options.formats.contains(&format) {
                options.formats.push(format);
            }
        }
    }
    // As `archive` does: what a page offers and cannot be had is told of in its outputs.
    options.attachments.wanted = args.archivable;
    Ok(options)
}
