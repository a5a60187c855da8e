//! The numbers of a run in one line, for people and for programs.

use serde_json::{Value, json};

use super::ledger::{Counts, RunOutcome};
use crate::message::Language;

/// The numbers in words: `12 new, 3 changed, 240 unchanged, 1 failed`.
#[must_use]
pub fn words(counts: &Counts, language: Language) -> String {
    let Counts { created, changed, unchanged, failed, gone, refused, left, .. } = counts;
    let mut line = match language {
        Language::English => {
            format!("{created} new, {changed} changed, {unchanged} unchanged, {failed} failed")
        }
        Language::Chinese => {
            format!("新归档 {created} 个，有变化 {changed} 个，未变 {unchanged} 个，失败 {failed} 个")
        }
    };
    for (number, english, chinese) in [
        (*gone, "gone", "已撤下"),
        (*refused, "refused", "拒收"),
        (*left, "left for the next run", "留待下次"),
    ] {
        if number > 0 {
            line += &match language {
                Language::English => format!(", {number} {english}"),
                Language::Chinese => format!("，{chinese} {number} 个"),
            };
        }
    }
    line
}

/// The numbers of a run that ended so. Where no page failed and yet not all went well, it was sources that did.
#[must_use]
pub fn words_of(outcome: Option<RunOutcome>, counts: &Counts, language: Language) -> String {
    let words = words(counts, language);
    match (outcome, counts.badly(), language) {
        (Some(RunOutcome::Partly), 0, Language::English) => {
            format!("{words}; some lists or sources could not be read")
        }
        (Some(RunOutcome::Partly), 0, Language::Chinese) => format!("{words}；有列表页或其他来源未能读取"),
        _ => words,
    }
}

/// How a run ended, in a word.
#[must_use]
pub fn outcome(outcome: RunOutcome, language: Language) -> &'static str {
    match (outcome, language) {
        (RunOutcome::Done, Language::English) => "done",
        (RunOutcome::Done, Language::Chinese) => "完成",
        (RunOutcome::Partly, Language::English) => "finished, some failed",
        (RunOutcome::Partly, Language::Chinese) => "已完成，部分失败",
        (RunOutcome::Failed, Language::English) => "failed",
        (RunOutcome::Failed, Language::Chinese) => "失败",
        (RunOutcome::Interrupted, Language::English) => "interrupted",
        (RunOutcome::Interrupted, Language::Chinese) => "中断",
    }
}

/// The numbers for programs. Keys are only ever added.
#[must_use]
pub fn json(counts: &Counts) -> Value {
    json!({
        "listed": counts.listed,
        "new": counts.new,
        "created": counts.created,
        "changed": counts.changed,
        "unchanged": counts.unchanged,
        "gone": counts.gone,
        "refused": counts.refused,
        "failed": counts.failed,
        "left": counts.left,
        "requests": counts.requests,
    })
}

#[cfg(test)]
mod tests {
    use super::words_of;
    use crate::message::Language;
    use crate::runs::ledger::{Counts, RunOutcome};

    #[test]
    fn a_run_without_failed_pages_says_what_failed() {
        let none = Counts { created: 2, ..Counts::default() };
        let told = |outcome, counts: &Counts| words_of(Some(outcome), counts, Language::Chinese);
        assert!(told(RunOutcome::Partly, &none).ends_with("失败 0 个；有列表页或其他来源未能读取"));
        assert!(told(RunOutcome::Done, &none).ends_with("失败 0 个"));
        let one = Counts { failed: 1, ..none };
        assert!(told(RunOutcome::Partly, &one).ends_with("失败 1 个"));
    }
}
