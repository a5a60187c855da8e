//! The command line: reads what was typed, runs it, and turns the end into an exit code.

mod appraise;
mod archive;
mod args;
mod conversion;
mod convert;
mod diff;
mod export;
mod ingest;
mod inspect;
mod jobs;
mod language;
mod log;
mod manual;
mod printed;
mod quantity;
mod run;
mod scheduled;
mod search;
mod settings;
mod shard;
mod stream;
mod timestamp;
mod usage;
mod verify;
mod web;
mod web_archive;
mod words;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::FromArgMatches;

use crate::message::Language;
use args::{Cli, Command};

/// How a run ends. The numbers stand in the help and in the README.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Everything was done.
    Done,
    /// All sources failed.
    Failed,
    /// Wrong usage or configuration.
    Usage,
    /// Finished, some sources failed.
    Partly,
    /// Another process holds the store: try again later.
    Locked,
    /// Everything was done, and there was news: the number that the user chose for that.
    News(u8),
    /// Stopped by this signal.
    Signal(usize),
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::Partly => 3,
            Exit::Locked => 75,
            Exit::News(code) => code,
            Exit::Signal(signal) => u8::try_from(128 + signal).unwrap_or(1),
        })
    }
}

/// Runs the command line `arguments`, the program's name first.
#[must_use]
pub fn run(arguments: &[OsString]) -> Exit {
    let language = language::choose(arguments);
    let command = usage::command(language);
    let arguments = match usage::with_help(arguments.to_vec()) {
        Ok(arguments) => arguments,
        Err(name) => {
            usage::no_command(&name, language);
            return Exit::Usage;
        }
    };
    let arguments = arguments.as_slice();
    let parsed = command
        .try_get_matches_from(search::with_minus_signs(arguments))
        .and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) if !error.use_stderr() => {
            // Help and version are data: they go to standard output.
            let text = error.render().to_string();
            let text = if language == Language::Chinese { language::with_wide_colons(&text) } else { text };
            let _ = words::data(&text);
            return Exit::Done;
        }
        Err(error) => {
            usage::tell(&error, arguments, language);
            return Exit::Usage;
        }
    };
    match cli.command {
        Some(Command::Inspect(args)) => inspect::run(&args, language),
        Some(Command::Archive(args)) => archive::run(&args, language),
        Some(Command::Run(args)) => scheduled::run(&args, language),
        Some(Command::Appraise(args)) => appraise::run(&args, language),
        Some(Command::Log(args)) => log::run(&args, language),
        Some(Command::Timestamp(args)) => timestamp::run(&args, language),
        Some(Command::Ingest(args)) => ingest::run(&args, language),
        Some(Command::Shard(args)) => shard::run(&args, arguments, language),
        Some(Command::Stream(args)) => stream::run(&args, arguments, language),
        Some(Command::Verify(args)) => verify::run(&args, language),
        Some(Command::Diff(args)) => diff::run(&args, language),
        Some(Command::Export(args)) => export::run(&args, language),
        Some(Command::Search(args)) => search::run(&args, language),
        Some(Command::Catalogue(args)) => search::run_catalogue(&args, language),
        Some(Command::Jobs(args)) => jobs::run(&args, language),
        Some(Command::Man(args)) => manual::man(&args, language),
        Some(Command::Completions(args)) => manual::completions(&args, language),
        Some(Command::Convert(args)) => convert::run(&args, language),
        None => convert::run(&cli.convert, language),
    }
}
