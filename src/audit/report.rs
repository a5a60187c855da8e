//! Gathers what the checks found into a report.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Check, Fault, Property};
use crate::message::{Describe, Language};

/// Name and version of the JSON form. The number rises when a reader of the old form would misread the new one.
pub const SCHEMA: &str = "guidang-audit/1";
/// Findings told one by one; of more only the number is told.
pub const MOST_FINDINGS: usize = 10_000;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The check failed.
    Fault,
    /// Worth knowing: an attachment that could not be had, a catalogue that is behind.
    Remark,
}

/// What a check found, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The check.
    pub check: Check,
    /// How grave.
    pub severity: Severity,
    /// The identifier of the object, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// The version, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// The file below the store, parts between `/`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Stable name of what is wrong: `altered`.
    pub code: String,
    /// What is wrong, in English.
    pub english: String,
    /// What is wrong, in Chinese.
    pub chinese: String,
}

impl Finding {
    /// What is wrong.
    #[must_use]
    pub fn words(&self, language: Language) -> &str {
        match language {
            Language::English => &self.english,
            Language::Chinese => &self.chinese,
        }
    }
}

/// How often a check was made, and how often it found something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Things looked at.
    pub checked: u64,
    /// Faults.
    pub faults: u64,
    /// Remarks.
    pub remarks: u64,
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Everything looked at was as it should be.
    Passed,
    /// Something was not.
    Failed,
    /// There was nothing to look at, or it was not asked for.
    NotApplicable,
}

impl Count {
    /// How the check ended.
    #[must_use]
    pub fn verdict(self) -> Verdict {
        match self {
            Self { faults: 1.., .. } => Verdict::Failed,
            Self { checked: 0, remarks: 0, .. } => Verdict::NotApplicable,
            _ => Verdict::Passed,
        }
    }
}

/// What was found so far: of one object, or of all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// By check.
    pub counts: BTreeMap<Check, Count>,
    /// At most [`MOST_FINDINGS`].
    pub findings: Vec<Finding>,
    /// Objects looked at.
    pub objects: u64,
    /// Versions looked at.
    pub versions: u64,
    /// Files whose digests were computed.
    pub files: u64,
    /// Bytes read for that.
    pub bytes: u64,
}

/// What a finding is about.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Subject<'a> {
    pub(super) object: Option<&'a str>,
    pub(super) version: Option<u32>,
    pub(super) file: Option<&'a str>,
}

impl Tally {
    /// Something was looked at.
    pub(super) fn looked(&mut self, check: Check) {
        self.counts.entry(check).or_default().checked += 1;
    }

    pub(super) fn fault(&mut self, check: Check, subject: Subject<'_>, fault: &Fault) {
        self.found(check, Severity::Fault, subject, fault);
    }

    pub(super) fn remark(&mut self, check: Check, subject: Subject<'_>, fault: &Fault) {
        self.found(check, Severity::Remark, subject, fault);
    }

    fn found(&mut self, check: Check, severity: Severity, subject: Subject<'_>, fault: &Fault) {
        let count = self.counts.entry(check).or_default();
        match severity {
            Severity::Fault => count.faults += 1,
            Severity::Remark => count.remarks += 1,
        }
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(Finding {
                check,
                severity,
                object: subject.object.map(str::to_owned),
                version: subject.version,
                file: subject.file.map(str::to_owned),
                code: fault.code().to_owned(),
                english: fault.describe(Language::English),
                chinese: fault.describe(Language::Chinese),
            });
        }
    }

    /// Adds what was found elsewhere.
    pub(super) fn add(&mut self, other: Self) {
        for (check, count) in other.counts {
            let sum = self.counts.entry(check).or_default();
            sum.checked += count.checked;
            sum.faults += count.faults;
            sum.remarks += count.remarks;
        }
        let room = MOST_FINDINGS.saturating_sub(self.findings.len());
        self.findings.extend(other.findings.into_iter().take(room));
        self.objects += other.objects;
        self.versions += other.versions;
        self.files += other.files;
        self.bytes += other.bytes;
    }

    /// Faults of all checks.
    #[must_use]
    pub fn faults(&self) -> u64 {
        self.counts.values().map(|count| count.faults).sum()
    }

    /// Remarks of all checks.
    #[must_use]
    pub fn remarks(&self) -> u64 {
        self.counts.values().map(|count| count.remarks).sum()
    }

    /// Of one check.
    #[must_use]
    pub fn count(&self, check: Check) -> Count {
        self.counts.get(&check).copied().unwrap_or_default()
    }

    /// Of all checks of a property: failed if any failed, not applicable if all are.
    #[must_use]
    pub fn verdict(&self, property: Property) -> Verdict {
        let of = Check::ALL.into_iter().filter(|check| check.property() == property);
        let verdicts: Vec<Verdict> = of.map(|check| self.count(check).verdict()).collect();
        if verdicts.contains(&Verdict::Failed) {
            Verdict::Failed
        } else if verdicts.contains(&Verdict::Passed) {
            Verdict::Passed
        } else {
            Verdict::NotApplicable
        }
    }
}

/// The whole of a 四性检测.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The folder of the store, as the user named it.
    pub store: String,
    /// When it was made.
    pub time: jiff::Timestamp,
    /// Name and version of the program.
    pub tool: String,
    /// The part of the objects that was looked at, in words: `all`, `5 % (seed 7)`, an identifier.
    pub scope: String,
    /// Number and digest of the log's last entry at the beginning.
    pub head: Option<(u64, String)>,
    /// What was found.
    pub tally: Tally,
}

#[derive(Serialize)]
struct ReportJson<'a> {
    schema: &'static str,
    store: &'a str,
    time: jiff::Timestamp,
    tool: &'a str,
    scope: &'a str,
    event_log_head: Option<HeadJson<'a>>,
    passed: bool,
    objects: u64,
    versions: u64,
    files: u64,
    bytes: u64,
    faults: u64,
    remarks: u64,
    properties: Vec<PropertyJson>,
    findings: &'a [Finding],
    findings_left_off: u64,
}

#[derive(Serialize)]
struct HeadJson<'a> {
    sequence: u64,
    digest: &'a str,
}

#[derive(Serialize)]
struct PropertyJson {
    property: Property,
    name: &'static str,
    result: Verdict,
    checks: Vec<CheckJson>,
}

#[derive(Serialize)]
struct CheckJson {
    check: Check,
    english: &'static str,
    chinese: &'static str,
    result: Verdict,
    #[serde(flatten)]
    count: Count,
}

impl Report {
    /// Whether no check failed.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.tally.faults() == 0
    }

    /// Indented JSON with a final newline.
    #[must_use]
    pub fn to_json(&self) -> String {
        let tally = &self.tally;
        let checks = |property| {
            let of = Check::ALL.into_iter().filter(move |check: &Check| check.property() == property);
            of.map(|check| CheckJson {
                check,
                english: check.name(Language::English),
                chinese: check.name(Language::Chinese),
                result: tally.count(check).verdict(),
                count: tally.count(check),
            })
            .collect()
        };
        let json = ReportJson {
            schema: SCHEMA,
            store: &self.store,
            time: self.time,
            tool: &self.tool,
            scope: &self.scope,
            event_log_head: self
                .head
                .as_ref()
                .map(|(sequence, digest)| HeadJson { sequence: *sequence, digest }),
            passed: self.passed(),
            objects: tally.objects,
            versions: tally.versions,
            files: tally.files,
            bytes: tally.bytes,
            faults: tally.faults(),
            remarks: tally.remarks(),
            properties: Property::ALL
                .into_iter()
                .map(|property| PropertyJson {
                    property,
                    name: property.name(Language::Chinese),
                    result: tally.verdict(property),
                    checks: checks(property),
                })
                .collect(),
            findings: &tally.findings,
            findings_left_off: (tally.faults() + tally.remarks()).saturating_sub(tally.findings.len() as u64),
        };
        // Every key is a string and there are no floats.
        let mut json = serde_json::to_string_pretty(&json).unwrap_or_default();
        json.push('\n');
        json
    }
}
