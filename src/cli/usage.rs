//! Wrong usage: what is wrong with the command line, in the language of the user.

use std::error::Error as _;
use std::ffi::OsString;

use clap::CommandFactory;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::args::Cli;
use super::{language, words};
use crate::message::Language;

/// What parsers of values say in a few words, and its Chinese.
const REASONS: [(&str, &str); 8] = [
    ("a size is written 512MiB, 500kB or 1000000", "大小写作 512MiB、500kB 或 1000000"),
    ("a time is written 30s, 500ms or 2m", "时长写作 30s、500ms 或 2m"),
    ("at least 64MiB", "至少 64MiB"),
    ("not a number of seconds from 0 to 86400", "应为 0 至 86400 之间的秒数"),
    ("not a length of time such as 30s, 15m, 2h", "时长写作 30s、15m 或 2h"),
    ("invalid IP address syntax", "不是 IP 地址或网段"),
    ("invalid prefix length", "网段前缀长度不对"),
    ("invalid digit found in string", "应为整数"),
];

/// The whole command in `language`.
pub(super) fn command(language: Language) -> clap::Command {
    match language {
        Language::English => Cli::command(),
        Language::Chinese => language::in_chinese(Cli::command()),
    }
}

/// `guidang help COMMAND` as `guidang COMMAND --help`, which says the same; else `arguments` as they are.
///
/// # Errors
/// The name of a command that there is not.
pub(super) fn with_help(arguments: Vec<OsString>) -> Result<Vec<OsString>, String> {
    let Some((program, [first, rest @ ..])) = arguments.split_first() else { return Ok(arguments) };
    if first != "help" {
        return Ok(arguments);
    }
    let mut command = Cli::command();
    let mut asked = vec![program.clone()];
    let mut rest = rest.iter();
    while let Some(argument) = rest.next() {
        let name = argument.to_string_lossy();
        if name.starts_with('-') {
            // `--lang zh`: the language was looked up before.
            if name == "--lang" {
                rest.next();
            }
            continue;
        }
        command = command.find_subcommand(name.as_ref()).cloned().ok_or_else(|| name.clone().into_owned())?;
        asked.push(argument.clone());
    }
    asked.push("--help".into());
    Ok(asked)
}

/// Tells that there is no command called `name`.
pub(super) fn no_command(name: &str, language: Language) {
    words::error(
        language,
        &match language {
            Language::English => format!("there is no command {name}"),
            Language::Chinese => format!("没有这个命令：{name}"),
        },
    );
}

/// Tells what is wrong with `arguments`.
pub(super) fn tell(error: &clap::Error, arguments: &[OsString], language: Language) {
    let without_command = error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    match language {
        // Help in place of an error: the command does nothing by itself.
        Language::Chinese if !without_command => words::error(language, &in_chinese(error)),
        _ => {
            let text = with_whole_usage(error, arguments).unwrap_or_else(|| error.render().to_string());
            let text = if language == Language::Chinese { language::with_wide_colons(&text) } else { text };
            text.trim_end().lines().for_each(words::say);
        }
    }
}

/// The error with the usage of the whole command: of a command without a needed argument clap shows those options that were
/// given as if they were needed too.
fn with_whole_usage(error: &clap::Error, arguments: &[OsString]) -> Option<String> {
    if error.kind() != ErrorKind::MissingRequiredArgument {
        return None;
    }
    let mut command = Cli::command();
    command.build();
    let name = arguments.get(1)?.to_str()?;
    let usage = command.find_subcommand_mut(name)?.render_usage().to_string();
    let usage = usage.strip_prefix("Usage: ")?.to_owned();
    let command = Cli::command().mut_subcommand(name, |subcommand| subcommand.override_usage(usage));
    Some(command.try_get_matches_from(arguments).err()?.render().to_string())
}

/// A usage error in one line of Chinese.
fn in_chinese(error: &clap::Error) -> String {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join("、"),
        _ => String::new(),
    };
    let argument = context(ContextKind::InvalidArg);
    let value = context(ContextKind::InvalidValue);
    match error.kind() {
        ErrorKind::UnknownArgument => format!("没有这个选项：{argument}"),
        ErrorKind::InvalidValue if value.is_empty() => format!("选项 {argument} 缺少取值"),
        ErrorKind::InvalidValue => {
            format!("选项 {argument} 的取值“{value}”无效，可取：{}", context(ContextKind::ValidValue))
        }
        ErrorKind::ValueValidation => {
            let why = error.source().and_then(|why| reason(&why.to_string()));
            let why = why.map(|why| format!("：{why}")).unwrap_or_default();
            format!("选项 {argument} 的取值“{value}”无效{why}")
        }
        ErrorKind::InvalidSubcommand => format!("没有这个命令：{}", context(ContextKind::InvalidSubcommand)),
        ErrorKind::MissingRequiredArgument => format!("缺少参数：{argument}"),
        ErrorKind::ArgumentConflict => format!("选项 {argument} 不能重复或同时使用"),
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("选项 {argument} 的取值个数不对")
        }
        _ => "用法错误".to_owned(),
    }
}

/// Why a value is refused, in Chinese where that is known.
fn reason(why: &str) -> Option<String> {
    if let Some((_, range)) = why.split_once(" is not in ") {
        return Some(match range.split_once("..") {
            Some((least, "")) => format!("应不小于 {least}"),
            Some((least, most)) => format!("应在 {least} 至 {} 之间", most.trim_start_matches('=')),
            None => format!("应在 {range} 之内"),
        });
    }
    if why.starts_with("number too large") {
        return Some("数值过大".to_owned());
    }
    REASONS.iter().find(|(english, _)| *english == why).map(|(_, chinese)| (*chinese).to_owned())
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use clap::CommandFactory;

    use super::{Cli, command, in_chinese, reason, with_help, with_whole_usage};
    use crate::message::Language;

    fn typed(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    fn wrong(line: &str) -> clap::Error {
        command(Language::Chinese).try_get_matches_from(typed(line)).expect_err(line)
    }

    #[test]
    fn help_may_be_asked_for_as_a_command() {
        assert_eq!(with_help(typed("guidang help")), Ok(typed("guidang --help")));
        assert_eq!(
            with_help(typed("guidang help jobs check --lang zh")),
            Ok(typed("guidang jobs check --help"))
        );
        assert_eq!(with_help(typed("guidang help me")), Err("me".to_owned()));
        assert_eq!(with_help(typed("guidang convert help")), Ok(typed("guidang convert help")));
    }

    #[test]
    fn a_value_that_is_refused_has_its_reason() {
        assert_eq!(
            in_chinese(&wrong("guidang convert --jobs 0 a")),
            "选项 --jobs <N> 的取值“0”无效：应在 1 至 1024 之间"
        );
        assert_eq!(
            in_chinese(&wrong("guidang stream -o out --memory-limit 1")),
            "选项 --memory-limit <SIZE> 的取值“1”无效：至少 64MiB"
        );
        for line in [
            "guidang convert --jobs x a",
            "guidang convert --delay soon a",
            "guidang convert --allow-net x a",
            "guidang convert --allow-net 10.0.0.0/99 a",
            "guidang convert --max-bytes much a",
            "guidang convert --wrap 99999999 a",
            "guidang run --limit 0",
            "guidang run --max-duration soon",
            "guidang stream -o out --time-limit soon",
        ] {
            assert!(in_chinese(&wrong(line)).contains("无效："), "{line}: {}", in_chinese(&wrong(line)));
        }
        assert_eq!(reason("0 is not in 1.."), Some("应不小于 1".to_owned()));
    }

    #[test]
    fn the_usage_of_a_missing_argument_is_that_of_the_whole_command() {
        let line = typed("guidang ingest --store s --outputs out");
        let error = Cli::command().try_get_matches_from(&line).expect_err("no manifest");
        let told = with_whole_usage(&error, &line).expect("a missing argument");
        assert!(told.contains("<MANIFEST>...\n"), "{told}");
        assert!(
            told.contains("Usage: guidang ingest [OPTIONS] --outputs <DIR-or-URL> <MANIFEST>..."),
            "{told}"
        );
    }
}
