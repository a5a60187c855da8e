//! `guidang shard`: one of n processes that share a list, for batch systems that count: Slurm, Kubernetes, GNU parallel.

mod list;
mod numbers;

use std::env;
use std::ffi::OsString;
use std::io::{self, BufReader};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use self::list::List;
use self::numbers::numbers;
use super::stream::{self, StreamArgs, StreamUsage};
use super::{Exit, words};
use crate::message::{Describe, Language, messages};
use crate::stream::storage::Store;
use crate::stream::{Keeper, Part, Plan, Shard, Standing, StreamError, Tally, run as answer};

/// Chinese help of this command's arguments, by their clap ids.
pub(super) const CHINESE: [(&str, &str); 4] = [
    ("index", "本进程的序号，从 0 起 [默认：取自 SLURM_ARRAY_TASK_ID 或 JOB_COMPLETION_INDEX]"),
    ("count", "进程总数 [默认：取自 SLURM_ARRAY_TASK_COUNT]"),
    ("manifest", "清单：每行一条记录、一个地址或一个路径，可用 gzip 压缩；- 表示标准输入"),
    ("retry_errors", "此前已完成的部分中，因网页无法取得或工作进程终止而出错的记录再转换一次"),
];

/// `guidang shard`.
#[derive(Debug, Args)]
pub(super) struct ShardArgs {
    /// Number of this process, from 0 [default: `SLURM_ARRAY_TASK_ID` or `JOB_COMPLETION_INDEX`]
    #[arg(long, value_name = "I")]
    pub index: Option<u64>,
    /// How many processes share the list [default: `SLURM_ARRAY_TASK_COUNT`]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub count: Option<u64>,
    /// The list: a record, an address or a path on each line, maybe compressed with gzip; - for standard input
    #[arg(long, value_name = "FILE")]
    pub manifest: PathBuf,
    /// Where the part was finished before, try those records again that could not be had or that cost their worker
    #[arg(long)]
    pub retry_errors: bool,
    /// How records are converted
    #[command(flatten)]
    pub stream: StreamArgs,
}

messages! {
    /// Why a shard cannot begin. Exit code 2, but for a list that cannot be read: 1.
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
        /// The list is a folder, a device or the like.
        NotAFile { path: String } = "shard-manifest",
            "cannot read {path}: not a regular file", "无法读取 {path}：不是普通文件";
        /// An array of Slurm that does not tell how many parts there are.
        Slurm { task: u64 } = "shard-slurm",
            "task {task} of this Slurm array may be one of more parts than the array has tasks: \
             give --index and --count, as integrations/slurm/array.sh does",
            "无法由此 Slurm 数组任务（{task}）得知总数：须用 --index 和 --count（参见 integrations/slurm/array.sh）";
        /// The list is on another machine.
        Elsewhere { path: String } = "shard-manifest-elsewhere",
            "{path}: a list is read from a file of this machine, or from standard input with --manifest -",
            "{path}：清单须为本机文件，或用 --manifest - 从标准输入读取";
        /// The list is a table.
        Parquet { path: String } = "shard-manifest-parquet",
            "{path} is a Parquet file: integrations/spark reads those", "{path} 是 Parquet 文件，请用 integrations/spark";
        /// The list names web archives, not pages.
        WebArchives { path: String, first: String } = "shard-manifest-warc",
            "{path} lists web archives ({first}), and a shard takes pages: find their records with warc-paths or cc-index of \
             integrations/spark, or give each file to guidang convert",
            "{path} 所列为网页存档（{first}），而分片只处理网页：请用 integrations/spark 的 warc-paths 或 cc-index 找出记录，或将各文件交给 guidang convert";
        /// Wrong for a stream too.
        Stream { why: StreamUsage } = "stream", "{why}", "{why}";
    }
}

/// Runs it.
pub(super) fn run(args: &ShardArgs, arguments: &[OsString], language: Language) -> Exit {
    if args.stream.worker {
        return stream::run(&args.stream, arguments, language);
    }
    let given = |name: &str| env::var(name).ok()?.parse::<u64>().ok();
    let prepared = numbers(args.index, args.count, given).and_then(|numbers| {
        let plan = stream::plan(&args.stream, arguments).map_err(|why| ShardUsage::Stream { why })?;
        Ok((numbers, plan, List::open(&args.manifest)?))
    });
    let ((index, count), plan, mut list) = match prepared {
        Ok(prepared) => prepared,
        Err(error) => {
            words::error(language, &error.describe(language));
            // A volume that is not mounted yet is no wrong usage: the engine tries again.
            return if matches!(error, ShardUsage::Manifest { .. }) { Exit::Failed } else { Exit::Usage };
        }
    };
    let name = format!("{index}/{count}");
    match shard(args, &plan, &mut list, index, count) {
        Ok(Outcome::Before { key, standing }) => {
            words::say(&before(&name, &key, &standing, language));
            Exit::Done
        }
        Ok(Outcome::Now { key, tally }) => {
            words::say(&match language {
                Language::English => format!("shard {name} is finished: {key}"),
                Language::Chinese => format!("分片 {name} 已完成：{key}"),
            });
            stream::finish(Ok(tally), language)
        }
        Err(error) => stream::finish(Err(error), language),
    }
}

/// What became of the part.
enum Outcome {
    /// It was finished before.
    Before { key: String, standing: Standing },
    /// It is finished now.
    Now { key: String, tally: Tally },
}

/// That the part was finished before, and what is left to be done of it.
fn before(name: &str, key: &str, standing: &Standing, language: Language) -> String {
    let (errors, may_pass) = (standing.errors(), standing.may_pass());
    let mut line = match language {
        Language::English => format!("shard {name} was finished before, with {errors} errors: {key}"),
        Language::Chinese => format!("分片 {name} 此前已完成，出错 {errors} 个：{key}"),
    };
    if may_pass > 0 {
        line += &match language {
            Language::English => format!(" ({may_pass} of them may pass: --retry-errors)"),
            Language::Chinese => format!("（其中 {may_pass} 个可用 --retry-errors 重试）"),
        };
    }
    line
}

/// All that decides what the answers say: a part that was finished under other terms is other work.
fn terms(args: &StreamArgs, plan: &Plan) -> String {
    let mut formats: Vec<&str> = args.conversion.format.iter().map(|format| format.extension()).collect();
    formats.sort_unstable();
    formats.dedup();
    let (strict, no_verify, limits) = (args.conversion.strict, args.conversion.no_verify, &plan.limits);
    let (max_bytes, roots) = (plan.input.max_bytes, &plan.input.roots);
    format!(
        "{} {} {} {} {formats:?} {strict} {no_verify} {limits:?} {max_bytes} {roots:?}",
        concat!("guidang ", env!("CARGO_PKG_VERSION")),
        plan.profile.digest(),
        plan.fonts,
        plan.archivable,
    )
}

/// Answers the lines of the part, and stores the answers. Of a part that was finished before, those lines only that are to
/// be tried again.
fn shard(
    args: &ShardArgs,
    plan: &Arc<Plan>,
    list: &mut List,
    index: u64,
    count: u64,
) -> Result<Outcome, StreamError> {
    let unreadable = |error: io::Error| StreamError::Input { why: error.to_string() };
    let bytes = list.bytes().map_err(unreadable)?;
    let part = Part::of(bytes, &terms(&args.stream, plan), index, count).map_err(unreadable)?;
    let store = Store::open(&plan.output, &plan.input.settings)?;
    let mut lines = || {
        let text = list.text().map_err(unreadable)?;
        Ok::<_, StreamError>(Shard::new(text, index, count, plan.longest_line))
    };
    let (keeper, lines) = match part.standing(&store)? {
        None => (Keeper::new(&store, &part, 0), lines()?),
        // Somebody emptied or cut off what was stored.
        Some(standing) if standing.answered() != lines()?.count().map_err(unreadable)? => {
            (Keeper::new(&store, &part, 0).replacing(), lines()?)
        }
        Some(standing) if args.retry_errors && standing.may_pass() > 0 => {
            (Keeper::new(&store, &part, standing.rounds()), lines()?.only(standing.to_try_again()))
        }
        Some(standing) => return Ok(Outcome::Before { key: part.key(0), standing }),
    };
    let (key, mut keeper) = (keeper.key(), keeper);
    let answered = answer(BufReader::with_capacity(64 << 10, lines), &mut keeper, plan);
    // The stream knows only that the answers were not taken.
    let tally = match keeper.trouble() {
        Some(why) => return Err(why.into()),
        None => answered?,
    };
    keeper.finish()?;
    Ok(Outcome::Now { key, tally })
}
