//! `guidang diff`: what differs between two versions of a page, or between two files.

use std::env;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use console::Term;

use super::args::DiffArgs;
use super::{Exit, settings, words};
use crate::acquire::Source;
use crate::archive::place;
use crate::archive::store::{Object, ObjectId, Store};
use crate::compare::{self, TerminalOptions, compare};
use crate::document::{self, Document};
use crate::message::{Describe, In, Language, messages};
use crate::pipeline::Pipeline;

messages! {
    /// Why there is nothing to compare.
    #[derive(Clone, Debug, PartialEq, Eq)]
    enum DiffError {
        /// A number of targets or a version that cannot be meant.
        Version { typed: String } = "version",
            "{typed} is not the number of a version", "{typed} 不是版本号";
        /// The object has no such version.
        NoVersion { id: String, version: u64, head: u64 } = "no-version",
            "{id} has no version {version}, the last is {head}", "{id} 没有第 {version} 版，最新为第 {head} 版";
        /// The same version twice.
        SameVersion { version: u64 } = "same-version",
            "version {version} is compared with itself: nothing can differ", "第 {version} 版与自身比对，不会有差异";
        /// There is but one version.
        OneVersion { id: String } = "one-version",
            "{id} has one version only, there is nothing to compare it with", "{id} 只有一个版本，无从比对";
        /// Nothing in the store has this name.
        Unknown { typed: String, store: String } = "unknown-object",
            "{typed} is neither a file nor in the archive store {store}", "{typed} 既不是文件，也不在归档库 {store} 中";
        /// Several objects have this name.
        Ambiguous { typed: String, found: String } = "ambiguous-object",
            "{typed} may be any of {found}", "{typed} 不唯一：{found}";
        /// A single file.
        OneFile { path: String } = "one-file",
            "{path} is a file: name a second one to compare it with", "{path} 是文件，请再指定一个与之比对的文件";
        /// A file or stored version that is no Document.
        Unreadable { name: String, why: String } = "unreadable", "{name}: {why}", "{name}：{why}";
    }
}

/// Two Documents, with the numbers of their versions where they come from the archive.
struct Sides {
    old: (Document, Option<u32>),
    new: (Document, Option<u32>),
}

/// Runs it.
pub(super) fn run(args: &DiffArgs, language: Language) -> Exit {
    let sides = match sides(args, language) {
        Ok(sides) => sides,
        Err((line, exit)) => {
            words::error(language, &line);
            return exit;
        }
    };
    let mut comparison = compare(&sides.old.0, &sides.new.0);
    comparison.old.version = sides.old.1;
    comparison.new.version = sides.new.1;
    let written = match &args.html {
        Some(path) => {
            let page = compare::html(&comparison, language);
            if path.as_os_str() == "-" {
                data(&page, language)
            } else {
                place(path, page.as_bytes()).map_err(|error| error.describe(language))
            }
        }
        None if args.json => data(&compare::to_json(&comparison), language),
        None => data(&compare::terminal(&comparison, &options(args, language)), language),
    };
    if let Err(line) = written {
        words::error(language, &line);
        return Exit::Failed;
    }
    if args.exit_code && !comparison.is_empty() { Exit::Failed } else { Exit::Done }
}

fn data(text: &str, language: Language) -> Result<(), String> {
    match words::data(text) {
        // A pager that was left early has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(match language {
            Language::English => format!("cannot write standard output: {error}"),
            Language::Chinese => format!("无法写入标准输出：{error}"),
        }),
        Ok(()) => Ok(()),
    }
}

/// Colours and width of the terminal, if it is one. <https://no-color.org>
fn options(args: &DiffArgs, language: Language) -> TerminalOptions {
    let terminal = io::stdout().is_terminal();
    let plain = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
        || env::var_os("TERM").is_some_and(|value| value == "dumb");
    let width =
        terminal.then(|| Term::stdout().size_checked()).flatten().map(|(_, columns)| usize::from(columns));
    TerminalOptions { colour: terminal && !plain, width, context: args.context, language }
}

type Failure = (String, Exit);

fn sides(args: &DiffArgs, language: Language) -> Result<Sides, Failure> {
    let usage = |error: DiffError| (error.describe(language), Exit::Usage);
    match &args.targets[..] {
        [old, new] if Path::new(old).is_file() => Ok(Sides {
            old: (from_file(Path::new(old), args, language)?, None),
            new: (from_file(Path::new(new), args, language)?, None),
        }),
        [path] if Path::new(path).is_file() => Err(usage(DiffError::OneFile { path: path.clone() })),
        [id, versions @ ..] => from_store(id, versions, args, language),
        [] => Err(usage(DiffError::Version { typed: String::new() })),
    }
}

/// A page, read through the pipeline, or a Document in JSON.
fn from_file(path: &Path, args: &DiffArgs, language: Language) -> Result<Document, Failure> {
    let name = path.display().to_string();
    let unreadable =
        |why: String| (DiffError::Unreadable { name: name.clone(), why }.describe(language), Exit::Failed);
    if path.extension().is_some_and(|extension| extension == "json") {
        let json = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
        return document::from_json(&json).map_err(unreadable);
    }
    let configured = settings::reading(&args.read)
        .and_then(|options| Ok((options, settings::environment(&args.read)?)))
        .map_err(|error| (error.describe(language), Exit::Usage))?;
    let (options, environment) = configured;
    let root = path.parent().filter(|root| !root.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let source = Source::File { path: path.to_path_buf(), root: root.to_path_buf() };
    match Pipeline::new(&options, &environment).read(&source) {
        Ok(reading) => Ok(reading.conversion.document),
        Err(error) => Err(unreadable(In(language, &error).to_string())),
    }
}

/// Two versions of an object of the archive; the last two unless others are named.
fn from_store(
    typed: &str,
    versions: &[String],
    args: &DiffArgs,
    language: Language,
) -> Result<Sides, Failure> {
    let usage = |error: DiffError| (error.describe(language), Exit::Usage);
    let root = args.store.clone().unwrap_or_else(|| PathBuf::from("output/archive"));
    if args.store.is_none() && !root.exists() {
        return Err(usage(DiffError::Unknown { typed: typed.to_owned(), store: root.display().to_string() }));
    }
    let broken = |error: &dyn Describe| (error.describe(language), Exit::Failed);
    let store = Store::open(&root).map_err(|error| broken(&error))?;
    let object = find(&store, typed, language)?;
    let (id, head) = (object.id().as_str().to_owned(), object.head());
    let numbers: Vec<u32> = versions
        .iter()
        .map(|typed| {
            let number = typed.strip_prefix('v').unwrap_or(typed).parse::<u32>();
            number.map_err(|_| usage(DiffError::Version { typed: typed.clone() }))
        })
        .collect::<Result<_, _>>()?;
    let (old, new) = match numbers[..] {
        [] if head < 2 => return Err(usage(DiffError::OneVersion { id })),
        [] => (head - 1, head),
        // One version: what came of it since.
        [old] => (old, head),
        [old, new, ..] => (old, new),
    };
    for version in [old, new] {
        if version == 0 || version > head {
            let (version, head) = (u64::from(version), u64::from(head));
            return Err(usage(DiffError::NoVersion { id, version, head }));
        }
    }
    if old == new {
        return Err(usage(DiffError::SameVersion { version: u64::from(old) }));
    }
    let read = |version: u32| -> Result<(Document, Option<u32>), Failure> {
        let json = object.read(version, "document.json").map_err(|error| broken(&error))?;
        let unreadable = |why: String| {
            let name = format!("{id} v{version} document.json");
            (DiffError::Unreadable { name, why }.describe(language), Exit::Failed)
        };
        let json = String::from_utf8(json).map_err(|error| unreadable(error.to_string()))?;
        Ok((document::from_json(&json).map_err(unreadable)?, Some(version)))
    };
    Ok(Sides { old: read(old)?, new: read(new)? })
}

/// The object by its whole name, else by an unambiguous part of it.
fn find(store: &Store, typed: &str, language: Language) -> Result<Object, Failure> {
    /// Names told when several are possible.
    const MOST_TOLD: usize = 5;
    let broken = |error: &dyn Describe| (error.describe(language), Exit::Failed);
    if let Some(id) = ObjectId::parse(typed)
        && let Some(object) = store.object(&id).map_err(|error| broken(&error))?
    {
        return Ok(object);
    }
    let mut found: Vec<Object> = Vec::new();
    for object in store.objects() {
        // What is broken elsewhere in the store is for `verify` to tell.
        let Ok(object) = object else { continue };
        if object.id().as_str().contains(typed) {
            found.push(object);
        }
    }
    // The end of an address is a better name than its middle.
    if found.len() > 1 && found.iter().filter(|object| object.id().as_str().ends_with(typed)).count() == 1 {
        found.retain(|object| object.id().as_str().ends_with(typed));
    }
    let mut names: Vec<String> = found.iter().map(|object| object.id().as_str().to_owned()).collect();
    match (found.pop(), names.len()) {
        (Some(object), 1) => Ok(object),
        (None, _) => {
            let store = store.root().display().to_string();
            Err((DiffError::Unknown { typed: typed.to_owned(), store }.describe(language), Exit::Usage))
        }
        (Some(_), count) => {
            names.sort();
            names.truncate(MOST_TOLD);
            let mut told = names.join(", ");
            if count > MOST_TOLD {
                told += " …";
            }
            Err((
                DiffError::Ambiguous { typed: typed.to_owned(), found: told }.describe(language),
                Exit::Usage,
            ))
        }
    }
}
