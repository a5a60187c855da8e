//! `guidang run`: the jobs of a jobs file that are due, once or for ever.

mod serving;
mod telling;

use std::path::PathBuf;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use clap::{Args, ValueEnum};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use super::args::Lang;
use super::jobs::configuration;
use super::run::listen;
use super::settings::{self, SettingsError};
use super::web::RunClock;
use super::{Exit, words};
use crate::acquire::web::WebClock;
use crate::archive::store::Durability;
use crate::catalogue;
use crate::document::sha256;
use crate::environment::Environment;
use crate::jobs::{self, Configuration, Zone};
use crate::message::{Describe, Language};
use crate::pipeline::Options;
use crate::runs::log::Event;
use crate::runs::preview::preview;
use crate::runs::{self, Ending, RunError, RunOptions, World};
use telling::Voice;

/// Exit codes, as they stand in the help.
pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0    everything that was due is done, or nothing was due
  1    nothing could be done
  2    wrong usage or configuration
  3    finished, some pages or sources failed, or something was not as it had been left
  N    everything is done and there is news, where --exit-on-change N was given
  75   another process is writing to the store, or the sites ask to come again later
  130  interrupted (SIGINT); the next run goes on
  143  terminated (SIGTERM); the next run goes on";

/// The same in Chinese.
pub(super) const EXIT_CODES_IN_CHINESE: &str = "\
退出码：
  0    到期的任务均已完成，或没有到期的任务
  1    全部未能完成
  2    用法或配置错误
  3    已完成，但部分网页或来源失败，或库中有异状
  N    全部完成且有变化（指定 --exit-on-change N 时）
  75   归档库正由其他进程写入，或网站要求稍后再试
  130  被中断（SIGINT），下次继续
  143  被终止（SIGTERM），下次继续";

/// Chinese help of this command's arguments, by their clap ids.
pub(super) const CHINESE: [(&str, &str); 9] = [
    ("file", "任务文件"),
    ("only", "只运行此任务，无论是否到期（可重复）"),
    ("dry_run", "只说明将做什么及原因，不联网，不写文件"),
    ("limit", "最多处理 N 个网页，余者下次继续"),
    ("max_duration", "超过此时长（如 30m、2h）不再开始新的网页，余者下次继续"),
    ("daemon", "常驻运行，到期即执行；收到 SIGHUP 重读任务文件"),
    ("exit_on_change", "全部完成且有网页新归档、有变化或已撤下时，以 N 而非 0 退出（1–255）"),
    ("log_format", "日志格式：text 为文字，json 为每事件一行 JSON"),
    ("workers", "并行任务数 [默认：处理器核数]"),
];

/// So long after a signal the process ends whatever it is doing, as safely as if it had been killed. Before that, the page
/// in hand was given time to finish, and whoever is to be told was told.
const END: Duration = Duration::from_secs(9);
/// How often it is looked whether a signal has come.
const LOOK: Duration = Duration::from_millis(100);

/// `guidang run`.
#[derive(Debug, Args)]
pub(super) struct RunArgs {
    /// The jobs file
    #[arg(value_name = "FILE", default_value = "jobs.toml", hide_default_value = true)]
    pub file: PathBuf,
    /// Run this job only, due or not (may be repeated)
    #[arg(long = "job", value_name = "NAME")]
    pub only: Vec<String>,
    /// Say what would be done and why; ask nothing of the web, write nothing
    #[arg(long, conflicts_with = "daemon")]
    pub dry_run: bool,
    /// Look at no more than N pages; the next run goes on
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub limit: Option<u64>,
    /// Begin no page after so long (30m, 2h); the next run goes on
    #[arg(long, value_name = "TIME", value_parser = period)]
    pub max_duration: Option<Duration>,
    /// Stay, and run each job when it is due; SIGHUP reads the jobs file anew
    #[arg(long, conflicts_with_all = ["only", "limit", "max_duration"])]
    pub daemon: bool,
    /// Exit with N in place of 0 if pages are new, changed or gone
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..), conflicts_with_all = ["daemon", "dry_run"])]
    pub exit_on_change: Option<u8>,
    /// Log as words, or as one JSON object for each event
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    pub log_format: LogFormat,
    /// Number of workers [default: number of cores]
    #[arg(short = 'j', long = "jobs", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub workers: Option<u16>,
    /// Seconds to wait for another process that writes to the store
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    pub lock_wait: u32,
    /// Do not wait until what is written is on the medium. For measurements: a power failure may lose it
    #[arg(long, hide = true)]
    pub no_fsync: bool,
    /// Language of messages
    #[arg(long, value_enum, value_name = "LANG")]
    pub lang: Option<Lang>,
    /// Folder with the fonts
    #[arg(long, value_name = "DIR", env = "GUIDANG_FONTS", hide_env_values = true)]
    pub fonts: Option<PathBuf>,
}

/// How events are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    /// In words: what matters.
    Text,
    /// As JSON lines: everything.
    Json,
}

fn period(typed: &str) -> Result<Duration, String> {
    jobs::duration(typed).ok_or_else(|| "not a length of time such as 30s, 15m, 2h".to_owned())
}

/// Runs it.
pub(super) fn run(args: &RunArgs, language: Language) -> Exit {
    // Before the run has begun, all that goes wrong is told under the number that it would have had.
    let id = identifier();
    let voice = Voice { format: args.log_format, language, zone: Zone::default(), run: &id };
    let configuration = match configuration(&args.file, language) {
        Ok(configuration) => configuration,
        Err(line) => {
            voice.fault("configuration", &line);
            return Exit::Usage;
        }
    };
    let usage = |error: &SettingsError| {
        voice.fault(error.code(), &error.describe(language));
        Exit::Usage
    };
    let (now, time_stands_still) = match settings::clock() {
        Ok(clock) => clock,
        Err(error) => return usage(&error),
    };
    if args.dry_run {
        return show(args, &configuration, now(), &voice);
    }
    let environment = match settings::typesetting(args.fonts.as_deref()) {
        Ok(environment) => environment,
        Err(error) => return usage(&error),
    };
    let (stop, signal) = listen();
    let halt = Arc::new(AtomicBool::new(false));
    for number in [SIGINT, SIGTERM] {
        // After the flag of `listen`: who sees this one sees that one too.
        let _ = flag::register(number, Arc::clone(&halt));
    }
    watch(&signal);
    let clock: Arc<dyn WebClock> = Arc::new(RunClock::new(Box::new(now), stop));
    let office =
        Office { args, language, environment, clock, time_stands_still, halt, signal: Arc::clone(&signal) };
    let exit =
        if args.daemon { serving::serve(&office, configuration) } else { office.once(&configuration, &id) };
    match signal.load(Ordering::SeqCst) {
        0 => exit,
        signal => Exit::Signal(signal),
    }
}

/// Ends the process some time after a signal, whatever it is waiting for: a look-up of a host cannot be broken off.
fn watch(signal: &Arc<AtomicUsize>) {
    let signal = Arc::clone(signal);
    let watch = move || {
        while signal.load(Ordering::SeqCst) == 0 {
            thread::sleep(LOOK);
        }
        thread::sleep(END);
        process::exit(i32::try_from(128 + signal.load(Ordering::SeqCst)).unwrap_or(1));
    };
    // Without it the run ends after the page in hand, as other commands do.
    let _ = thread::Builder::new().name("signal".to_owned()).spawn(watch);
}

/// What would be done.
fn show(args: &RunArgs, configuration: &Configuration, now: jiff::Timestamp, voice: &Voice<'_>) -> Exit {
    let previews = match preview(configuration, &args.only, now, args.limit) {
        Ok(previews) => previews,
        Err(error) => return failed(&error, voice),
    };
    let lines: String = previews
        .iter()
        .map(|preview| match args.log_format {
            LogFormat::Text => preview.words(voice.language),
            LogFormat::Json => preview.json(),
        })
        .collect();
    if words::data(&lines).is_err() { Exit::Failed } else { Exit::Done }
}

fn failed(error: &RunError, voice: &Voice<'_>) -> Exit {
    voice.fault(error.code(), &error.describe(voice.language));
    match error {
        RunError::UnknownJob { .. } | RunError::Web { .. } => Exit::Usage,
        error if error.is_locked() => Exit::Locked,
        _ => Exit::Failed,
    }
}

/// What all runs of this process have in common.
struct Office<'a> {
    args: &'a RunArgs,
    language: Language,
    environment: Environment,
    clock: Arc<dyn WebClock>,
    time_stands_still: bool,
    halt: Arc<AtomicBool>,
    signal: Arc<AtomicUsize>,
}

impl Office<'_> {
    /// One run.
    fn once(&self, configuration: &Configuration, id: &str) -> Exit {
        match self.turn(configuration, &self.args.only, id) {
            Ok((_, code)) => match code {
                0 => Exit::Done,
                3 => Exit::Partly,
                75 => Exit::Locked,
                1 => Exit::Failed,
                code => Exit::News(code),
            },
            Err(error) => failed(&error, &self.voice(configuration, id)),
        }
    }

    fn voice<'a>(&self, configuration: &Configuration, run: &'a str) -> Voice<'a> {
        Voice { format: self.args.log_format, language: self.language, zone: configuration.zone, run }
    }

    /// The run `id`, told as it goes, with its result on standard output; how it ended, and its exit code, signals aside.
    fn turn(
        &self,
        configuration: &Configuration,
        only: &[String],
        id: &str,
    ) -> Result<(Ending, u8), RunError> {
        let (args, language) = (self.args, self.language);
        let durability = if args.no_fsync { Durability::None } else { Durability::Fsync };
        let options = RunOptions {
            id: id.to_owned(),
            only: only.to_vec(),
            limit: args.limit,
            max_duration: args.max_duration,
            workers: args
                .workers
                .map_or_else(|| thread::available_parallelism().map_or(1, usize::from), usize::from),
            lock_wait: Duration::from_secs(args.lock_wait.into()),
            durability,
            language,
        };
        let pipeline = Options::default();
        let world = World {
            environment: &self.environment,
            options: &pipeline,
            clock: Arc::clone(&self.clock),
            time_stands_still: self.time_stands_still,
            halt: &self.halt,
            signal: &self.signal,
        };
        let voice = self.voice(configuration, id);
        let ending = runs::run(configuration, &options, &world, &mut |job, event| {
            voice.tell(self.clock.now(), job, event);
        })?;
        for store in &ending.stores {
            // Under the lock: two would make one catalogue. Who holds the store now catches up for both when it ends.
            let Ok(_writer) = store.writer(options.lock_wait) else { continue };
            // What was filed is safe without it: a failure is told and no more.
            if let Err(error) = catalogue::update(store) {
                let message = error.describe(language);
                voice.tell(self.clock.now(), None, &Event::Warning { code: error.code(), message: &message });
            }
        }
        let code = match (ending.code(), args.exit_on_change) {
            (0, Some(code)) if ending.has_news() => code,
            (code, _) => code,
        };
        voice.result(&ending, world.code(code));
        Ok((ending, code))
    }
}

/// A new UUID (RFC 9562, version 8): of the time and the process.
fn identifier() -> String {
    let digest = sha256(format!("{} {}", jiff::Timestamp::now(), process::id()).as_bytes());
    let part = |from: usize, length: usize| digest.get(from..from + length).unwrap_or_default();
    // The variant is 10 in the two highest bits.
    format!("{}-{}-8{}-a{}-{}", part(0, 8), part(8, 4), part(12, 3), part(15, 3), part(18, 12))
}

#[cfg(test)]
mod tests {
    use super::{identifier, period};

    #[test]
    fn an_identifier_is_a_uuid() {
        let id = identifier();
        let lengths: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        assert!(id.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit()), "{id}");
        assert_eq!((&id[14..15], &id[19..20]), ("8", "a"));
    }

    #[test]
    fn lengths_of_time_are_read_as_in_jobs_files() {
        assert_eq!(period("2h"), Ok(std::time::Duration::from_secs(7200)));
        assert!(period("soon").is_err());
    }
}
