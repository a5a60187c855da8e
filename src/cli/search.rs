//! `guidang search`: what the archive holds about something; `guidang catalogue rebuild`: the catalogue made anew.

mod filters;
mod show;

use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

pub(super) use filters::Filters;

use super::args::Lang;
use super::{Exit, words};
use crate::archive::store::{Object, Store, StoreError};
use crate::catalogue::{
    Catalogue, CatalogueError, DateField, Highlighter, Hit, Order, Query, Snippet, rebuild, update,
};
use crate::document::{from_json, text::text};
use crate::message::{Describe, Language};

/// Exit codes, as they stand in the help.
pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0    something was found
  1    nothing was found, or the archive cannot be read
  2    wrong usage";

/// The same in Chinese.
pub(super) const EXIT_CODES_IN_CHINESE: &str = "\
退出码：
  0    找到
  1    没有找到，或归档库无法读取
  2    用法错误";

/// `guidang search`.
#[derive(Debug, Args)]
pub(super) struct SearchArgs {
    /// Words that a document has, all of them; "…" for a phrase, -WORD for one it has not
    #[arg(value_name = "WORD")]
    pub words: Vec<String>,
    /// Folder of the archive
    #[arg(id = "archive_folder", long = "store", value_name = "DIR", default_value = "output/archive")]
    pub store: PathBuf,
    /// What else a document must have
    #[command(flatten)]
    pub filters: Filters,
    /// Earlier versions too
    #[arg(long)]
    pub all_versions: bool,
    /// What comes first
    #[arg(long, value_enum, value_name = "ORDER", default_value = "newest")]
    pub sort: Order,
    /// Most hits shown
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub limit: usize,
    /// Hits passed over
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub offset: usize,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
    /// Language of messages
    #[arg(long, value_enum, value_name = "LANG")]
    pub lang: Option<Lang>,
}

/// `guidang catalogue`.
#[derive(Debug, Args)]
pub(super) struct CatalogueArgs {
    /// What to do with the catalogue
    #[command(subcommand)]
    pub command: CatalogueCommand,
}

/// What to do with the catalogue.
#[derive(Debug, Subcommand)]
pub(super) enum CatalogueCommand {
    /// Make the catalogue anew from the archive
    Rebuild(RebuildArgs),
}

/// `guidang catalogue rebuild`.
#[derive(Debug, Args)]
pub(super) struct RebuildArgs {
    /// Folder of the archive
    #[arg(id = "archive_folder", long = "store", value_name = "DIR", default_value = "output/archive")]
    pub store: PathBuf,
    /// Seconds to wait for another process that writes
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    pub lock_wait: u64,
    /// Language of messages
    #[arg(long, value_enum, value_name = "LANG")]
    pub lang: Option<Lang>,
}

/// Chinese help of these commands' arguments, by their clap ids.
pub(super) const CHINESE: [(&str, &str); 16] = [
    ("words", "检索词，须全部出现；\"…\" 为短语，-词 为排除"),
    ("archive_folder", "归档库文件夹"),
    ("search_from", "起始年、月或日（2017、2017-03、2017-03-01）"),
    ("search_to", "截止年、月或日"),
    ("date_field", "--from、--to 及排序所依据的日期"),
    ("title", "标题包含"),
    ("number", "发文字号包含（写法不限）"),
    ("issuer", "发文机关包含"),
    ("source_label", "来源包含"),
    ("site", "网站名称或网址包含"),
    ("all_versions", "包括旧版本"),
    ("sort", "排序"),
    ("limit", "最多显示的件数"),
    ("offset", "略过的件数"),
    ("lock_wait", "等待其他写入进程的秒数"),
    ("command", "对目录库的操作"),
];

impl ValueEnum for Order {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Newest, Self::Relevance]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(match self {
            Self::Newest => "newest",
            Self::Relevance => "relevance",
        }))
    }
}

impl ValueEnum for DateField {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Published, Self::Written, Self::Effective, Self::Printed, Self::Captured]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(match self {
            Self::Published => clap::builder::PossibleValue::new("published"),
            Self::Written => clap::builder::PossibleValue::new("written").alias("signed"),
            Self::Effective => clap::builder::PossibleValue::new("effective"),
            Self::Printed => clap::builder::PossibleValue::new("printed"),
            Self::Captured => clap::builder::PossibleValue::new("captured"),
        })
    }
}

/// What was found, ready to be shown.
struct Found {
    total: u64,
    offset: usize,
    hits: Vec<Shown>,
}

/// A hit with its title and the place in its text, the words marked in both.
struct Shown {
    hit: Hit,
    title: Snippet,
    snippet: Snippet,
}

/// Why a command of the catalogue ends early.
pub(super) enum Failure {
    Store(StoreError),
    Catalogue(CatalogueError),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<CatalogueError> for Failure {
    fn from(error: CatalogueError) -> Self {
        Self::Catalogue(error)
    }
}

impl Failure {
    fn tell(&self, language: Language) -> Exit {
        let (line, exit) = match self {
            Self::Store(error @ StoreError::NotAStore { .. }) => (error.describe(language), Exit::Usage),
            Self::Store(error @ StoreError::Locked { .. }) => (error.describe(language), Exit::Locked),
            Self::Store(error) => (error.describe(language), Exit::Failed),
            Self::Catalogue(error @ CatalogueError::TooLong { .. }) => {
                (error.describe(language), Exit::Usage)
            }
            Self::Catalogue(error @ CatalogueError::Busy { .. }) => (error.describe(language), Exit::Locked),
            Self::Catalogue(error) => (error.describe(language), Exit::Failed),
        };
        words::error(language, &line);
        exit
    }
}

/// The command line with the hyphen before a word to leave out as a minus sign (U+2212), which clap does not take for an
/// option and the query reads alike.
pub(super) fn with_minus_signs(arguments: &[OsString]) -> Vec<OsString> {
    let is_search = arguments.get(1).is_some_and(|command| command == "search");
    arguments
        .iter()
        .map(|argument| match argument.to_str().and_then(|argument| argument.strip_prefix('-')) {
            Some(word) if is_search && !word.is_empty() && !word.starts_with('-') && word != "h" => {
                format!("−{word}").into()
            }
            _ => argument.clone(),
        })
        .collect()
}

/// Runs `guidang search`.
pub(super) fn run(args: &SearchArgs, language: Language) -> Exit {
    let terminal = std::io::stdout().is_terminal();
    let columns = show::columns(terminal);
    let found = match find(args, columns, language) {
        Ok(found) => found,
        Err(failure) => return failure.tell(language),
    };
    let text = if args.json {
        show::as_json(&found)
    } else {
        show::as_text(&found, show::Look { columns, colour: terminal && show::colour_wanted(), language })
    };
    match words::data(&text) {
        // A reader that has seen enough is no failure.
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            words::error(
                language,
                &match language {
                    Language::English => format!("cannot write standard output: {error}"),
                    Language::Chinese => format!("无法写入标准输出：{error}"),
                },
            );
            Exit::Failed
        }
        _ if found.total == 0 => Exit::Failed,
        _ => Exit::Done,
    }
}

fn find(args: &SearchArgs, columns: usize, language: Language) -> Result<Found, Failure> {
    let store = Store::open(&args.store)?;
    let catalogue = current(&store, language)?;
    let query = Query {
        words: args.words.join(" "),
        all_versions: args.all_versions,
        order: args.sort,
        offset: args.offset,
        limit: args.limit,
        ..args.filters.query()
    };
    let hits = catalogue.search(&query)?;
    let total = catalogue.count(&query)?;
    let highlighter = Highlighter::new(&query);
    // JSON must not depend on the terminal.
    let columns = if args.json { 160 } else { columns - show::INDENT };
    let hits = hits
        .into_iter()
        .map(|hit| Shown {
            title: highlighter.whole(hit.title.as_deref().unwrap_or_default()),
            snippet: highlighter.snippet(&text_of(&store, &hit, language), columns),
            hit,
        })
        .collect();
    Ok(Found { total, offset: args.offset, hits })
}

/// The text of a hit, from the store: the index has no text to show. Without its title, which is shown anyway.
fn text_of(store: &Store, hit: &Hit, language: Language) -> String {
    let read = || {
        let id = crate::archive::store::ObjectId::parse(&hit.id).ok_or_else(|| hit.id.clone())?;
        let object: Object = store
            .object(&id)
            .map_err(|error| error.describe(language))?
            .ok_or_else(|| StoreError::Missing { path: hit.id.clone() }.describe(language))?;
        let json = object.read(hit.version, "document.json").map_err(|error| error.describe(language))?;
        let mut document = from_json(&String::from_utf8_lossy(&json))?;
        document.body.retain(|block| !matches!(block, crate::document::Block::Title { .. }));
        Ok::<String, String>(text(&document))
    };
    read().unwrap_or_else(|why| {
        words::say(&why);
        String::new()
    })
}

/// Brings the catalogue up to date with what the caller, the store's writer, has just filed. What was filed is safe
/// without it: a failure is told and no more.
pub(super) fn follow(store: &Store, language: Language) {
    if let Err(error) = update(store) {
        let line = error.describe(language);
        words::say(&match language {
            Language::English => format!("warning: {line}"),
            Language::Chinese => format!("警告：{line}"),
        });
    }
}

/// The catalogue of `store`, brought up to date where this process may write it, made where there is none.
pub(super) fn current(store: &Store, language: Language) -> Result<Catalogue, Failure> {
    match Catalogue::open(store.root()) {
        Ok(catalogue) => {
            if catalogue.is_current(store)? || caught_up(store) {
                return Ok(catalogue);
            }
            words::say(match language {
                Language::English => "note: the catalogue does not yet have what was filed last",
                Language::Chinese => "提示：目录库尚未收入最近归档的内容",
            });
            Ok(catalogue)
        }
        Err(missing @ CatalogueError::Missing { .. }) => {
            // Whoever may not write is told how the catalogue is made, not that he may not.
            let Ok(_writer) = store.writer(Duration::ZERO) else { return Err(missing.into()) };
            match update(store) {
                Err(CatalogueError::ReadOnly { .. }) => return Err(missing.into()),
                result => result?,
            };
            Ok(Catalogue::open(store.root())?)
        }
        Err(error) => Err(error.into()),
    }
}

/// Whether the catalogue could be brought up to date now.
fn caught_up(store: &Store) -> bool {
    let Ok(_writer) = store.writer(Duration::ZERO) else { return false };
    update(store).is_ok()
}

/// Runs `guidang catalogue`.
pub(super) fn run_catalogue(args: &CatalogueArgs, language: Language) -> Exit {
    let CatalogueCommand::Rebuild(args) = &args.command;
    match rebuild_at(&args.store, Duration::from_secs(args.lock_wait)) {
        Ok(versions) => {
            words::say(&match language {
                Language::English if versions == 1 => "1 version catalogued".to_owned(),
                Language::English => format!("{versions} versions catalogued"),
                Language::Chinese => format!("已编目 {versions} 个版本"),
            });
            Exit::Done
        }
        Err(failure) => failure.tell(language),
    }
}

fn rebuild_at(root: &Path, wait: Duration) -> Result<u64, Failure> {
    let store = Store::open(root)?;
    let _writer = store.writer(wait)?;
    Ok(rebuild(&store)?)
}
