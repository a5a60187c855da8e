//! `guidang shard`: one of n processes that share a list, for batch systems that count: Slurm, Kubernetes, GNU parallel.

use std::env;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::stream::{self, StreamArgs, StreamUsage};
use super::{Exit, words};
use crate::document::sha256;
use crate::message::{Describe, Language, messages};
use crate::stream::storage::{Object, ReadError, StorageError, Store};
use crate::stream::{Plan, Shard, StreamError, Tally, answers_key, run as answer};

/// Chinese help of this command's arguments, by their clap ids.
pub(super) const CHINESE: [(&str, &str); 3] = [
    ("index", "本进程的序号，从 0 起 [默认：取自 SLURM_ARRAY_TASK_ID 或 JOB_COMPLETION_INDEX]"),
    ("count", "进程总数 [默认：取自 SLURM_ARRAY_TASK_COUNT]"),
    ("manifest", "清单：每行一条记录、一个地址或一个路径"),
];

/// `guidang shard`.
#[derive(Debug, Args)]
pub(super) struct ShardArgs {
    /// Number of this process, from 0 [default: of Slurm or Kubernetes]
    #[arg(long, value_name = "I")]
    pub index: Option<u64>,
    /// How many processes share the list [default: of Slurm]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub count: Option<u64>,
    /// The list: a record, an address or a path on each line
    #[arg(long, value_name = "FILE")]
    pub manifest: PathBuf,
    /// How records are converted
    #[command(flatten)]
    pub stream: StreamArgs,
}

messages! {
    /// Why a shard cannot begin. Exit code 2.
    #[derive(Clone, Debug, PartialEq, Eq)]
    enum ShardUsage {
        /// Neither typed nor in the environment.
        Unnumbered = "shard-unnumbered",
            "--index and --count are needed where neither Slurm nor Kubernetes gives them",
            "Slurm 或 Kubernetes 未给出序号和总数时，须用 --index 和 --count";
        /// Not below the count.
        Index { index: u64, count: u64 } = "shard-index",
            "--index {index} is not below --count {count}: it counts from 0", "--index {index} 应小于 --count {count}（从 0 起）";
        /// The list cannot be read.
        Manifest { path: String, why: String } = "shard-manifest",
            "cannot read {path}: {why}", "无法读取 {path}：{why}";
        /// Wrong for a stream too.
        Stream { why: StreamUsage } = "stream", "{why}", "{why}";
    }
}

/// Runs it.
pub(super) fn run(args: &ShardArgs, arguments: &[OsString], language: Language) -> Exit {
    if args.stream.worker {
        return stream::run(&args.stream, arguments, language);
    }
    let prepared = numbers(args).and_then(|numbers| {
        let plan = stream::plan(&args.stream, arguments).map_err(|why| ShardUsage::Stream { why })?;
        Ok((numbers, plan, list(args)?))
    });
    let ((index, count), plan, mut list) = match prepared {
        Ok(prepared) => prepared,
        Err(error) => {
            words::error(language, &error.describe(language));
            return Exit::Usage;
        }
    };
    let name = format!("{index}/{count}");
    match shard(&plan, &mut list, index, count) {
        Ok((key, tally)) => {
            words::say(&match (language, tally) {
                (Language::English, None) => format!("shard {name} was finished before: {key}"),
                (Language::English, Some(_)) => format!("shard {name} is finished: {key}"),
                (Language::Chinese, None) => format!("分片 {name} 此前已完成：{key}"),
                (Language::Chinese, Some(_)) => format!("分片 {name} 已完成：{key}"),
            });
            tally.map_or(Exit::Done, |tally| stream::finish(Ok(tally), language))
        }
        Err(error) => stream::finish(Err(error), language),
    }
}

/// The number of this process and of all: typed, else as Slurm or Kubernetes gives them.
fn numbers(args: &ShardArgs) -> Result<(u64, u64), ShardUsage> {
    let given = |name: &str| env::var(name).ok()?.parse::<u64>().ok();
    // An array may begin with any number; a stepped one has gaps, and numbers typed by hand.
    let slurm = || given("SLURM_ARRAY_TASK_ID")?.checked_sub(given("SLURM_ARRAY_TASK_MIN").unwrap_or(0));
    let index = args.index.or_else(slurm).or_else(|| given("JOB_COMPLETION_INDEX"));
    let count = args.count.or_else(|| given("SLURM_ARRAY_TASK_COUNT").filter(|count| *count > 0));
    match (index, count) {
        (Some(index), Some(count)) if index < count => Ok((index, count)),
        (Some(index), Some(count)) => Err(ShardUsage::Index { index, count }),
        _ => Err(ShardUsage::Unnumbered),
    }
}

fn list(args: &ShardArgs) -> Result<File, ShardUsage> {
    let wrong = |why: String| ShardUsage::Manifest { path: args.manifest.display().to_string(), why };
    let metadata = args.manifest.metadata().map_err(|error| wrong(error.to_string()))?;
    if !metadata.is_file() {
        return Err(wrong("not a regular file".to_owned()));
    }
    File::open(&args.manifest).map_err(|error| wrong(error.to_string()))
}

/// Answers the lines of the shard, and stores the answers when they are complete. None of them is given where they are
/// stored already.
fn shard(
    plan: &Arc<Plan>,
    list: &mut File,
    index: u64,
    count: u64,
) -> Result<(String, Option<Tally>), StreamError> {
    let unreadable = |error: io::Error| StreamError::Input { why: error.to_string() };
    let unwritable = |error: io::Error| StreamError::Output { why: error.to_string() };
    let terms = format!("{} {} {}", plan.profile.digest(), plan.fonts, plan.archivable);
    let key = answers_key(list, &terms, index, count).map_err(unreadable)?;
    let store = Store::open(&plan.output, &plan.input.settings)?;
    match store.get(&key, 0) {
        Ok(_) | Err(ReadError::TooLarge) => return Ok((key, None)),
        Err(ReadError::Refused { .. }) => {}
        Err(ReadError::Storage(why)) => return Err(why.into()),
    }
    list.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    let lines = list.try_clone().map_err(unreadable)?;
    let lines = Shard::new(BufReader::with_capacity(64 << 10, lines), index, count);
    let mut answers = tempfile::tempfile().map_err(unwritable)?;
    let mut writer = BufWriter::new(&mut answers);
    let tally = answer(BufReader::with_capacity(64 << 10, lines), &mut Unhurried(&mut writer), plan)?;
    writer.flush().map_err(unwritable)?;
    drop(writer);
    let mut bytes = Vec::new();
    answers.seek(SeekFrom::Start(0)).and_then(|_| answers.read_to_end(&mut bytes)).map_err(unwritable)?;
    // Another attempt may have been faster: its answers differ in who wrote what only.
    let stored: Result<_, StorageError> =
        store.put(&[Object { key: key.clone(), sha256: sha256(&bytes), bytes }]);
    stored?;
    Ok((key, Some(tally)))
}

/// Nobody waits for the single answer here.
struct Unhurried<W>(W);

impl<W: Write> Write for Unhurried<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
