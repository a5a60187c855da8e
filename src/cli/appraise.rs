//! `guidang appraise`: what awaits a decision on 档号, 类别 and 保管期限, what rules propose, and who decided what.

mod decide;
mod show;

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};

use super::args::Lang;
use super::{Exit, words};
use crate::appraisal::{LARGEST, Register, RegisterError, Retention, Rules, RulesError};
use crate::archive::store::layout::RULES;
use crate::archive::store::{Store, StoreError};
use crate::message::{Describe, Language, Size, messages};

/// Exit codes, as they stand in the help.
pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0    listed, or everything that was asked for is decided
  1    nothing was decided, or the store cannot be read
  2    wrong usage, or the rules are wrong
  3    some of what was named could not be decided
  75   another process is writing to the store";

/// The same in Chinese.
pub(super) const EXIT_CODES_IN_CHINESE: &str = "\
退出码：
  0    已列出，或所要求的均已决定
  1    未作出任何决定，或归档库无法读取
  2    用法错误，或规则文件有误
  3    所指对象部分未能决定
  75   另一进程正在写入归档库";

/// `guidang appraise`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("deed").args(["accept", "set_by_hand", "withdraw"]).requires("by"))]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line are independent of each other")]
pub(super) struct AppraiseArgs {
    /// Objects by address, an unambiguous part of it, or 档号 [default when listing: all]
    #[arg(id = "appraised", value_name = "OBJECT")]
    pub objects: Vec<String>,
    /// The store
    #[arg(id = "archive_folder", long = "store", value_name = "DIR", default_value = "output/archive")]
    pub store: PathBuf,
    /// Rules that propose (TOML) [default: appraisal.toml in the store]
    #[arg(long, value_name = "FILE")]
    pub rules: Option<PathBuf>,
    /// Accept what the rules propose
    #[arg(long)]
    pub accept: bool,
    /// Of everything that awaits a decision
    #[arg(id = "all_waiting", long = "all", requires = "accept", conflicts_with = "appraised")]
    pub all: bool,
    /// Only what this rule proposes
    #[arg(id = "of_rule", long = "rule", value_name = "NAME", conflicts_with_all = ["set_by_hand", "withdraw"])]
    pub rule: Option<String>,
    /// Decide otherwise than proposed: --set OBJECT --retention 永久
    #[arg(id = "set_by_hand", long = "set", requires = "appraised")]
    pub set: bool,
    /// 保管期限: 永久, 定期30年 or 定期10年 (Y, D30, D10)
    #[arg(long, value_name = "PERIOD", requires = "set_by_hand")]
    pub retention: Option<Retention>,
    /// 类别, by code or name
    #[arg(long, value_name = "CLASS", requires = "set_by_hand")]
    pub class: Option<String>,
    /// 年度, where the date of the document is not the one
    #[arg(long, value_name = "YEAR", requires = "set_by_hand", value_parser = clap::value_parser!(i16).range(1000..=9999))]
    pub year: Option<i16>,
    /// Withdraw the decision; its 件号 is given to nothing else
    #[arg(long, requires = "appraised")]
    pub withdraw: bool,
    /// Who decides
    #[arg(long, value_name = "NAME", requires = "deed")]
    pub by: Option<String>,
    /// Why, for the record
    #[arg(id = "decision_note", long = "note", value_name = "TEXT", requires = "deed")]
    pub note: Option<String>,
    /// List what is decided instead of what awaits a decision
    #[arg(long, conflicts_with = "deed")]
    pub decided: bool,
    /// Most documents listed [default: 50; all with --json]
    #[arg(id = "most_listed", long = "limit", value_name = "N")]
    pub limit: Option<usize>,
    /// Print JSON, for programs
    #[arg(long, conflicts_with = "deed")]
    pub json: bool,
    /// Seconds to wait for another process that writes to the store
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    pub lock_wait: u32,
    /// Language of messages
    #[arg(long, value_enum, value_name = "LANG")]
    pub lang: Option<Lang>,
}

/// Chinese help of this command's arguments, by their clap ids.
pub(super) const CHINESE: [(&str, &str); 14] = [
    ("appraised", "对象：网址、其中能唯一确定的一段，或档号 [列出时默认：全部]"),
    ("rules", "提出建议的规则（TOML）[默认：归档库中的 appraisal.toml]"),
    ("accept", "采纳规则的建议"),
    ("all_waiting", "采纳全部待定的建议"),
    ("of_rule", "仅限此规则所建议的"),
    ("set_by_hand", "不依建议，直接决定：--set 对象 --retention 永久"),
    ("retention", "保管期限：永久、定期30年 或 定期10年（Y、D30、D10）"),
    ("class", "类别（代码或名称）"),
    ("year", "年度（不依文件日期时）"),
    ("withdraw", "撤销决定；其件号不再给予其他文件"),
    ("by", "决定人"),
    ("decision_note", "说明，记入日志"),
    ("decided", "列出已决定的，而非待定的"),
    ("most_listed", "最多列出的件数 [默认：50；--json 时为全部]"),
];

messages! {
    /// Why nothing is listed or decided.
    #[derive(Clone, Debug, PartialEq, Eq)]
    enum Failure {
        /// There is no rule file at the place.
        NoRules { path: String } = "no-rules",
            "there are no rules at {path}: put a file there, or name one with --rules (input/appraisal.toml is an example)",
            "{path} 处没有规则：请放置规则文件，或用 --rules 指定（示例见 input/appraisal.toml）";
        /// The rule file cannot be read.
        Unreadable { path: String, why: String } = "rules-unreadable", "{path}: {why}", "{path}：{why}";
        /// A folder, or far too large.
        NoRuleFile { path: String, limit: Size } = "rules-unreadable",
            "{path}: not a file of at most {limit}", "{path}：不是不超过 {limit} 的文件";
        /// The rule file is wrong.
        Rules { path: String, fault: Wrong } = "rules", "{path}: {fault}", "{path}：{fault}";
        /// No rule has the name.
        NoSuchRule { name: String } = "no-such-rule", "there is no rule “{name}”", "没有规则“{name}”";
        /// No class has the code or name.
        NoSuchClass { typed: String } = "no-such-class", "there is no class “{typed}”", "没有类别“{typed}”";
        /// Nothing says what is to be decided on.
        NoTarget = "no-target",
            "say what to accept: OBJECT, --rule NAME or --all", "请指明要采纳的：对象、--rule 规则名 或 --all";
        /// `--set` without a period for a document that no rule proposes one for.
        NoPeriod { object: String } = "no-period",
            "{object}: no rule proposes a period, state it with --retention", "{object}：没有规则建议保管期限，请用 --retention 指定";
        /// `--set` without a class for a document that no rule proposes one for.
        NoClass { object: String } = "no-class",
            "{object}: no rule proposes a class, state it with --class", "{object}：没有规则建议类别，请用 --class 指定";
    }
}

/// A [`RulesError`] as a word of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Wrong(RulesError);

impl crate::message::Word for Wrong {
    fn word(&self, language: Language) -> std::borrow::Cow<'_, str> {
        self.0.describe(language).into()
    }
}

/// A line for the user and how the run ends.
type Ended = (String, Exit);

/// Runs it.
pub(super) fn run(args: &AppraiseArgs, language: Language) -> Exit {
    let ended = if args.accept || args.set || args.withdraw {
        decide::run(args, language)
    } else {
        show::run(args, language)
    };
    ended.unwrap_or_else(|(line, exit)| {
        words::error(language, &line);
        exit
    })
}

fn of_store(error: &StoreError, language: Language) -> Ended {
    let exit = match error {
        StoreError::Locked { .. } => Exit::Locked,
        StoreError::NotAStore { .. } | StoreError::Unsupported { .. } => Exit::Usage,
        _ => Exit::Failed,
    };
    (error.describe(language), exit)
}

fn register(store: &Store, language: Language) -> Result<Register, Ended> {
    Register::read(store).map_err(|error: RegisterError| (error.describe(language), Exit::Failed))
}

fn rules(args: &AppraiseArgs, store: &Store, language: Language) -> Result<Option<Rules>, Ended> {
    rules_at(args.rules.as_deref(), store, language)
}

/// The rules at `path`, else those in the store, else none.
///
/// # Errors
/// If the file cannot be read or is wrong.
pub(super) fn rules_at(
    path: Option<&Path>,
    store: &Store,
    language: Language,
) -> Result<Option<Rules>, Ended> {
    match path {
        Some(path) => read_rules(path, language).map(Some),
        None if default_rules(store).symlink_metadata().is_err() => Ok(None),
        None => read_rules(&default_rules(store), language).map(Some),
    }
}

/// Where the rules of a store are.
fn default_rules(store: &Store) -> PathBuf {
    store.root().join(RULES)
}

/// Reads a rule file.
///
/// # Errors
/// If it cannot be read or is wrong.
fn read_rules(path: &Path, language: Language) -> Result<Rules, Ended> {
    let shown = || path.display().to_string();
    let unreadable =
        |why: String| (Failure::Unreadable { path: shown(), why }.describe(language), Exit::Usage);
    let mut text = String::new();
    let found = fs::metadata(path).map_err(|error| unreadable(error.to_string()))?;
    if !found.is_file() || found.len() > LARGEST {
        let error = Failure::NoRuleFile { path: shown(), limit: Size(LARGEST) };
        return Err((error.describe(language), Exit::Usage));
    }
    let opened = fs::File::open(path).map_err(|error| unreadable(error.to_string()))?;
    opened.take(LARGEST).read_to_string(&mut text).map_err(|error| unreadable(error.to_string()))?;
    // Some editors begin files with a byte order mark.
    Rules::parse(text.strip_prefix('\u{FEFF}').unwrap_or(&text)).map_err(|fault| {
        (Failure::Rules { path: shown(), fault: Wrong(fault) }.describe(language), Exit::Usage)
    })
}

/// Index of the rule that `--rule` names.
fn rule_index(
    args: &AppraiseArgs,
    rules: Option<&Rules>,
    language: Language,
) -> Result<Option<usize>, Ended> {
    let Some(name) = &args.rule else { return Ok(None) };
    let found = rules.and_then(|rules| rules.rules.iter().position(|rule| rule.name == *name));
    let missing = || (Failure::NoSuchRule { name: name.clone() }.describe(language), Exit::Usage);
    found.map(Some).ok_or_else(missing)
}
