//! `guidang man` and `guidang completions`: the manual and the shells' completions, made from the command line itself.

use std::path::{Path, PathBuf};

use clap::Args;
use clap_complete::Shell;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use super::args::Lang;
use super::{Exit, usage, words};
use crate::archive::{PlaceError, place};
use crate::message::{Describe, Language};

/// Chinese help of these commands' arguments, by their clap ids.
pub(super) const CHINESE: [(&str, &str); 2] = [("folder", "手册页所在文件夹"), ("shell", "命令解释器")];

/// `guidang man`.
#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// Folder for the manual pages, as man1
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Language of the pages
    #[arg(long, value_enum, value_name = "LANG")]
    pub lang: Option<Lang>,
}

/// `guidang completions`.
#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: Shell,
    /// Language of the descriptions
    #[arg(long, value_enum, value_name = "LANG")]
    pub lang: Option<Lang>,
}

/// Writes a page for the command and one for each of its subcommands.
pub(super) fn man(args: &ManArgs, language: Language) -> Exit {
    let mut command = usage::command(language);
    command.build();
    match pages(&command, "guidang", language).iter().try_for_each(|page| page.write(&args.folder)) {
        Ok(()) => Exit::Done,
        Err(error) => {
            words::error(language, &error.describe(language));
            Exit::Failed
        }
    }
}

/// Prints the completions.
pub(super) fn completions(args: &CompletionsArgs, language: Language) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut usage::command(language), "guidang", &mut script);
    // A reader that has seen enough is no failure.
    let _ = words::data(&String::from_utf8_lossy(&script));
    Exit::Done
}

/// A page of the manual.
struct Page {
    /// `guidang-jobs-check.1`.
    name: String,
    text: Vec<u8>,
}

impl Page {
    fn write(&self, folder: &Path) -> Result<(), PlaceError> {
        place(&folder.join(&self.name), &self.text)
    }
}

/// The page of `command` and those of its subcommands.
fn pages(command: &clap::Command, name: &str, language: Language) -> Vec<Page> {
    let mut pages = vec![Page { name: format!("{name}.1"), text: page(command, name, language) }];
    for subcommand in command.get_subcommands().filter(|subcommand| !subcommand.is_hide_set()) {
        pages.extend(self::pages(subcommand, &format!("{name}-{}", subcommand.get_name()), language));
    }
    pages
}

/// The page of `command`. No date: the same version gives the same bytes.
fn page(command: &clap::Command, name: &str, language: Language) -> Vec<u8> {
    let heading = |english: &'static str, chinese: &'static str| match language {
        Language::English => english,
        Language::Chinese => chinese,
    };
    let after_help = command.get_after_help().map(ToString::to_string);
    let man = Man::new(command.clone().version(env!("CARGO_PKG_VERSION")).display_name(name));
    // clap_mangen leaves an empty date out, and what follows takes its place.
    let manual = heading("guidang manual", "归档手册");
    let title = format!(".TH {name} 1 \"\" \"guidang {}\" \"{manual}\"\n", env!("CARGO_PKG_VERSION"));
    let mut text = title.into_bytes();
    // Writing into memory does not fail.
    let _ = man.render_name_section(&mut text);
    let _ = man.render_synopsis_section(&mut text);
    let _ = man.render_description_section(&mut text);
    let _ = man.render_options_section(&mut text);
    let mut roff = Roff::default();
    let visible: Vec<&clap::Command> =
        command.get_subcommands().filter(|subcommand| !subcommand.is_hide_set()).collect();
    if !visible.is_empty() {
        roff.control("SH", [heading("COMMANDS", "命令")]);
        for subcommand in &visible {
            roff.control("TP", []);
            roff.text([roman(format!("{name}-{}(1)", subcommand.get_name()))]);
            roff.text([roman(subcommand.get_about().map(ToString::to_string).unwrap_or_default())]);
        }
    }
    if let Some(after_help) = after_help {
        exit_status(&mut roff, &after_help, heading("EXIT STATUS", "退出码"));
    }
    let (parent, _) = name.rsplit_once('-').unwrap_or((name, ""));
    if parent != name {
        roff.control("SH", [heading("SEE ALSO", "另见")]);
        roff.text([roman(format!("{parent}(1)"))]);
    }
    let _ = roff.to_writer(&mut text);
    text
}

/// The table of exit codes as a list: `  75   another process …`.
fn exit_status(roff: &mut Roff, after_help: &str, heading: &str) {
    roff.control("SH", [heading]);
    for line in after_help.lines().skip(1) {
        if let Some((code, meaning)) = line.trim().split_once("  ") {
            roff.control("TP", []);
            roff.text([roman(code.to_owned())]);
            roff.text([roman(meaning.trim().to_owned())]);
        } else if !line.trim().is_empty() {
            roff.text([roman(line.trim().to_owned())]);
        }
    }
}
