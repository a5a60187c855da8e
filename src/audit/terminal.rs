//! Turns a report into lines for a terminal, to be read without colour.

use super::report::{Finding, Severity, Verdict};
use super::{Check, Property, Report};
use crate::message::Language;

/// The report: the four headings, a line for each check, the findings by file, a last line that sums up. At most `most`
/// findings are listed.
#[must_use]
pub fn terminal(report: &Report, language: Language, most: usize) -> String {
    let mut out = String::new();
    let mut line = |text: &str| {
        out.push_str(&visible(text));
        out.push('\n');
    };
    let tally = &report.tally;
    for property in Property::ALL {
        line(&format!("{}  {}", property.name(language), verdict(tally.verdict(property), language)));
        for check in Check::ALL.into_iter().filter(|check| check.property() == property) {
            let count = tally.count(check);
            let mark = match count.verdict() {
                Verdict::Passed => "✓",
                Verdict::Failed => "✗",
                Verdict::NotApplicable => "-",
            };
            let word = verdict(count.verdict(), language);
            let mut text = format!("  {mark} {word}  {}", check.name(language));
            if count.verdict() != Verdict::NotApplicable {
                let mut parts = Vec::new();
                for (number, one, many, chinese) in [
                    (count.checked, "checked", "checked", "检测"),
                    (count.faults, "finding", "findings", "问题"),
                    (count.remarks, "remark", "remarks", "提示"),
                ] {
                    if number > 0 || chinese == "检测" {
                        parts.push(match language {
                            Language::English => format!("{number} {}", if number == 1 { one } else { many }),
                            Language::Chinese => format!("{chinese} {number}"),
                        });
                    }
                }
                text += &match language {
                    Language::English => format!(" ({})", parts.join(", ")),
                    Language::Chinese => format!("（{}）", parts.join("，")),
                };
            }
            line(&text);
        }
    }
    for (severity, english, chinese) in
        [(Severity::Fault, "Findings", "问题"), (Severity::Remark, "Remarks", "提示")]
    {
        let of: Vec<&Finding> =
            tally.findings.iter().filter(|finding| finding.severity == severity).collect();
        if of.is_empty() {
            continue;
        }
        line(match language {
            Language::English => english,
            Language::Chinese => chinese,
        });
        for finding in of.iter().take(most) {
            line(&format!("  {}", place(finding)));
            line(&format!("    {}: {}", finding.check.code(), finding.words(language)));
        }
        let all = if severity == Severity::Fault { tally.faults() } else { tally.remarks() };
        let left = all.saturating_sub(of.len().min(most) as u64);
        if left > 0 {
            line(&match language {
                Language::English => format!("  … and {left} more"),
                Language::Chinese => format!("  ……另有 {left} 项"),
            });
        }
    }
    line(&summary(report, language));
    out
}

/// The file; and the object and version where they are known.
pub(super) fn place(finding: &Finding) -> String {
    let mut parts: Vec<String> = finding.file.iter().cloned().collect();
    parts.extend(finding.object.clone());
    parts.extend(finding.version.map(|version| format!("v{version}")));
    parts.join("  ")
}

/// How a check or property ended, in a word.
pub(super) fn verdict(verdict: Verdict, language: Language) -> &'static str {
    match (verdict, language) {
        (Verdict::Passed, Language::English) => "passed",
        (Verdict::Passed, Language::Chinese) => "合格",
        (Verdict::Failed, Language::English) => "failed",
        (Verdict::Failed, Language::Chinese) => "不合格",
        (Verdict::NotApplicable, Language::English) => "not applicable",
        (Verdict::NotApplicable, Language::Chinese) => "不适用",
    }
}

fn summary(report: &Report, language: Language) -> String {
    let tally = &report.tally;
    let result = verdict(if report.passed() { Verdict::Passed } else { Verdict::Failed }, language);
    let (objects, versions, files, bytes) = (tally.objects, tally.versions, tally.files, tally.bytes);
    let (faults, remarks, scope) = (tally.faults(), tally.remarks(), &report.scope);
    match language {
        Language::English => format!(
            "{result}: {objects} objects, {versions} versions, {files} files, {bytes} bytes ({scope}); {faults} findings, {remarks} remarks"
        ),
        Language::Chinese => format!(
            "{result}：对象 {objects} 个，版本 {versions} 个，文件 {files} 个，{bytes} 字节（范围 {scope}）；问题 {faults} 项，提示 {remarks} 项"
        ),
    }
}

/// Names of files may hold control sequences; they must not steer the terminal.
fn visible(line: &str) -> String {
    line.chars()
        .flat_map(|character| {
            let escaped: Box<dyn Iterator<Item = char>> = if character.is_control() {
                Box::new(character.escape_default())
            } else {
                Box::new(std::iter::once(character))
            };
            escaped
        })
        .collect()
}
