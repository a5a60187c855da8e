//! What is told while a run goes on: the same events as lines for people and as lines for programs.

mod words;

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::ledger::{Counts, PageOutcome, RunOutcome};
use super::look::Look;
use super::plan::Why;
use super::summary;
use crate::message::Language;
use words::{colon, down, in_vain, sent, warnings};

/// How much an event matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// As it should be.
    Info,
    /// Worth a look.
    Warning,
    /// Something failed.
    Error,
}

impl Level {
    /// The name in the log.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Event<'a> {
    /// A job begins.
    JobBegan {
        /// Why it runs.
        why: Why,
        /// Whether it goes on after its lists, which an earlier run has read.
        resumed: bool,
    },
    /// A column, feed, sitemap or file of addresses was read.
    SourceRead {
        /// Its address or path.
        place: &'a str,
        /// Lists that it consists of.
        lists: u64,
        /// Entries.
        listed: u64,
        /// Entries never seen before.
        new: u64,
    },
    /// Something about a source is odd: a page of a list without entries, a limit that was reached.
    SourceRemark {
        /// Its address or path.
        place: &'a str,
        /// A code.
        code: &'a str,
        /// In words.
        message: &'a str,
    },
    /// A source could not be read, or not to its end.
    SourceFailed {
        /// Its address or path.
        place: &'a str,
        /// A code.
        code: &'a str,
        /// In words.
        message: &'a str,
    },
    /// A page or file was looked at.
    Page {
        /// Its address or path.
        url: &'a str,
        /// What came of it.
        look: &'a Look,
    },
    /// A host does not answer: its pages are left for the next run.
    HostDown {
        /// The host.
        host: &'a str,
        /// Why the last of its pages could not be had, as a code.
        code: Option<&'a str>,
    },
    /// A job ends.
    JobEnded {
        /// How.
        outcome: RunOutcome,
        /// Why it failed as a whole, as a code.
        code: Option<&'a str>,
        /// Its pages.
        counts: &'a Counts,
        /// How long it took, in seconds.
        seconds: i64,
    },
    /// Somebody was told.
    Told {
        /// The host that was told.
        host: &'a str,
        /// What: `ping`, or the occasion of a webhook.
        what: &'a str,
    },
    /// Somebody could not be told.
    NotTold {
        /// The host that was to be told.
        host: &'a str,
        /// What: `ping`, or the occasion of a webhook.
        what: &'a str,
        /// A code.
        code: &'a str,
        /// In words.
        message: &'a str,
    },
    /// Something is not as it should be, and the run goes on.
    Warning {
        /// A code.
        code: &'a str,
        /// In words.
        message: &'a str,
    },
    /// Something else failed.
    Fault {
        /// A code.
        code: &'a str,
        /// In words.
        message: &'a str,
    },
}

impl Event<'_> {
    /// How much it matters.
    #[must_use]
    pub fn level(&self) -> Level {
        match self {
            Self::SourceRemark { .. }
            | Self::HostDown { .. }
            | Self::NotTold { .. }
            | Self::Warning { .. } => Level::Warning,
            Self::SourceFailed { .. }
            | Self::Fault { .. }
            | Self::JobEnded { outcome: RunOutcome::Failed, .. } => Level::Error,
            Self::Page { look, .. } if look.outcome.is_bad() => Level::Error,
            Self::Page { look, .. }
                if look.outcome == PageOutcome::Gone || look.warnings().next().is_some() =>
            {
                Level::Warning
            }
            Self::JobBegan { .. }
            | Self::SourceRead { .. }
            | Self::Told { .. }
            | Self::Page { .. }
            | Self::JobEnded { .. } => Level::Info,
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::JobBegan { .. } => "job-began",
            Self::SourceRead { .. } => "source-read",
            Self::SourceRemark { .. } => "source-remark",
            Self::SourceFailed { .. } => "source-failed",
            Self::Page { .. } => "page",
            Self::HostDown { .. } => "host-down",
            Self::JobEnded { .. } => "job-ended",
            Self::Told { .. } => "told",
            Self::NotTold { .. } => "not-told",
            Self::Warning { .. } => "warning",
            Self::Fault { .. } => "fault",
        }
    }

    /// Counts in `counts` what it tells of.
    pub fn count(&self, counts: &mut Counts) {
        match self {
            Self::SourceRead { listed, new, .. } => {
                counts.listed += listed;
                counts.new += new;
            }
            Self::Page { look, .. } => counts.looked(look.outcome),
            _ => {}
        }
    }

    /// The event as a line of JSON without its line feed: `time`, `run`, `level`, `event`, `job`, and what belongs to the
    /// event. Members are only ever added.
    #[must_use]
    pub fn json(&self, time: Timestamp, run: &str, job: Option<&str>) -> String {
        let mut line = Map::new();
        let mut put = |name: &str, value: Value| {
            line.insert(name.to_owned(), value);
        };
        put("time", json!(time.to_string()));
        put("run", json!(run));
        put("level", json!(self.level().name()));
        put("event", json!(self.name()));
        if let Some(job) = job {
            put("job", json!(job));
        }
        match self {
            Self::JobBegan { why, resumed } => {
                put("why", json!(why.name()));
                put("resumed", json!(resumed));
            }
            Self::SourceRead { place, lists, listed, new } => {
                put("source", json!(place));
                put("lists", json!(lists));
                put("listed", json!(listed));
                put("new", json!(new));
            }
            Self::SourceRemark { place, code, message } | Self::SourceFailed { place, code, message } => {
                put("source", json!(place));
                put("code", json!(code));
                put("message", json!(message));
            }
            Self::Page { url, look } => {
                put("url", json!(url));
                put("outcome", json!(look.outcome.name()));
                if let Some(version) = look.version {
                    put("version", json!(version));
                }
                if let Some(code) = &look.code {
                    put("code", json!(code));
                    put("message", json!(look.message));
                }
                if !look.remarks.is_empty() {
                    let codes: BTreeSet<&str> = look.remarks.iter().map(|remark| remark.code).collect();
                    put("diagnostics", json!(codes));
                }
            }
            Self::HostDown { host, code } => {
                put("host", json!(host));
                put("code", json!(code));
            }
            Self::JobEnded { outcome, code, counts, seconds } => {
                put("outcome", json!(outcome.name()));
                put("code", json!(code));
                put("seconds", json!(seconds));
                put("counts", summary::json(counts));
            }
            Self::Told { host, what } => {
                put("host", json!(host));
                put("what", json!(what));
            }
            Self::NotTold { host, what, code, message } => {
                put("host", json!(host));
                put("what", json!(what));
                put("code", json!(code));
                put("message", json!(message));
            }
            Self::Warning { code, message } | Self::Fault { code, message } => {
                put("code", json!(code));
                put("message", json!(message));
            }
        }
        Value::Object(line).to_string()
    }

    /// The event in words; none if it is as it should be and nobody need read it.
    #[must_use]
    pub fn words(&self, job: Option<&str>, language: Language) -> Option<String> {
        let line = match (self, language) {
            (Self::SourceRemark { place, message, .. } | Self::SourceFailed { place, message, .. }, _) => {
                format!("{place}{}{message}", colon(language))
            }
            (Self::Page { url, look }, _) if self.level() > Level::Info => {
                let message = look.message.clone().unwrap_or_else(|| warnings(look, language));
                format!("{url}{}{message}", colon(language))
            }
            (Self::HostDown { host, code }, Language::English) => {
                format!("{host} {}; its pages are left for the next run", down(*code, language))
            }
            (Self::HostDown { host, code }, Language::Chinese) => {
                format!("{host} {}，其网页留待下次", down(*code, language))
            }
            // Numbers of pages that nobody has looked at would only confuse.
            (Self::JobEnded { outcome: outcome @ RunOutcome::Failed, code, counts, .. }, _)
                if counts.looked_at() == 0 =>
            {
                let why = in_vain(*code, language);
                format!("{}{}{why}", summary::outcome(*outcome, language), colon(language))
            }
            (Self::JobEnded { outcome, counts, .. }, _) => format!(
                "{}{}{}",
                summary::outcome(*outcome, language),
                colon(language),
                summary::words_of(Some(*outcome), counts, language)
            ),
            (Self::NotTold { host, what, message, .. }, Language::English) => {
                format!("{} could not be sent to {host}: {message}", sent(what, language))
            }
            (Self::NotTold { host, what, message, .. }, Language::Chinese) => {
                format!("未能向 {host} 发送{}：{message}", sent(what, language))
            }
            (Self::Warning { message, .. } | Self::Fault { message, .. }, _) => (*message).to_owned(),
            _ => return None,
        };
        Some(match job {
            Some(job) => format!("[{job}] {line}"),
            None => line,
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{Event, Level};
    use crate::diagnostic::{Diagnostic, Diagnostics, PictureFault};
    use crate::message::Language;
    use crate::runs::ledger::{Counts, PageOutcome, RunOutcome};
    use crate::runs::look::Look;

    #[test]
    fn a_line_for_programs_has_the_run_and_one_for_people_says_only_what_matters() {
        let failed = Look::badly(PageOutcome::Failed, "timeout", "h takes too long".to_owned(), true);
        let event = Event::Page { url: "http://h/1.html", look: &failed };
        let line: serde_json::Value =
            serde_json::from_str(&event.json(Timestamp::UNIX_EPOCH, "id", Some("甲"))).expect("JSON");
        assert_eq!(
            (&line["run"], &line["job"], &line["level"]),
            (&"id".into(), &"甲".into(), &"error".into())
        );
        assert_eq!(
            (&line["event"], &line["outcome"], &line["code"]),
            (&"page".into(), &"failed".into(), &"timeout".into())
        );
        let words = event.words(Some("甲"), Language::Chinese);
        assert_eq!(words.as_deref(), Some("[甲] http://h/1.html：h takes too long"));
        let well = Look::well(PageOutcome::Created, 1);
        assert_eq!(Event::Page { url: "http://h/1.html", look: &well }.words(None, Language::English), None);
    }

    #[test]
    fn what_is_missing_from_a_page_that_was_filed_is_told() {
        let mut diagnostics = Diagnostics::default();
        diagnostics.push(Diagnostic::EncodingGuessed { name: "GBK".to_owned() });
        for name in ["1.png", "2.png", "3.png", "4.png"] {
            diagnostics
                .push(Diagnostic::AssetMissing { source: name.to_owned(), reason: PictureFault::NotFound });
        }
        let look = Look::well(PageOutcome::Created, 1).remarking(&diagnostics, Language::Chinese);
        let event = Event::Page { url: "http://h/1.html", look: &look };
        assert_eq!(event.level(), Level::Warning);
        assert_eq!(
            event.words(None, Language::Chinese).as_deref(),
            Some(
                "http://h/1.html：图片缺失：1.png（文件不存在）；图片缺失：2.png（文件不存在）；\
                 图片缺失：3.png（文件不存在）；另有 1 项"
            )
        );
        let line: serde_json::Value =
            serde_json::from_str(&event.json(Timestamp::UNIX_EPOCH, "id", None)).expect("JSON");
        assert_eq!(line["diagnostics"], serde_json::json!(["asset-missing", "encoding-guessed"]));
    }

    #[test]
    fn why_a_host_is_left_alone_is_said() {
        let told = |code| Event::HostDown { host: "h", code }.words(None, Language::Chinese);
        assert_eq!(told(Some("rate-limited")).as_deref(), Some("h 要求稍后再试，其网页留待下次"));
        assert_eq!(told(Some("server-error")).as_deref(), Some("h 的服务器出错，其网页留待下次"));
        assert_eq!(told(None).as_deref(), Some("h 无应答，其网页留待下次"));
    }

    #[test]
    fn sources_are_not_blamed_for_what_was_never_tried() {
        let told = |code| {
            let outcome = RunOutcome::Failed;
            let counts = &Counts::default();
            Event::JobEnded { outcome, code, counts, seconds: 0 }.words(None, Language::Chinese)
        };
        assert_eq!(told(Some("connect")).as_deref(), Some("失败：所有来源均未能读取"));
        assert_eq!(told(Some("store")).as_deref(), Some("失败：归档库无法使用，未抓取任何网页"));
        assert_eq!(told(Some("rate-limited")).as_deref(), Some("失败：网站要求稍后再试，未抓取任何网页"));
    }
}
