//! Turns how the jobs stand into metrics in the Prometheus text format, for the textfile collector of its node exporter.
//!
//! <https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format>

use jiff::Timestamp;

use super::ledger::{Counts, JobState, PageOutcome, RunOutcome, RunRecord, Standing};

/// How a job stands.
#[derive(Clone, Debug, Default)]
pub struct JobMetrics {
    /// Its name.
    pub job: String,
    /// What the ledger knows of it.
    pub state: JobState,
    /// Its last run, if it ever ran.
    pub last: Option<RunRecord>,
    /// The pages of all its runs.
    pub totals: Counts,
    /// Its pages.
    pub standing: Standing,
    /// When it is due next.
    pub next: Option<Timestamp>,
}

type Reading = fn(&JobMetrics) -> Vec<(&'static str, String)>;

/// Name, type, help, and the samples of a job: a further label with its value, or none, and the number.
const FAMILIES: &[(&str, &str, &str, Reading)] = &[
    (
        "guidang_job_last_success_timestamp_seconds",
        "gauge",
        "When the last run in which nothing failed ended.",
        |job| one(job.state.success.map(Timestamp::as_second)),
    ),
    ("guidang_job_last_run_begin_timestamp_seconds", "gauge", "When the last run began.", |job| {
        one(job.last.as_ref().map(|run| run.begun.as_second()))
    }),
    ("guidang_job_last_run_end_timestamp_seconds", "gauge", "When the last run ended.", |job| {
        one(job.last.as_ref().and_then(|run| run.ended).map(Timestamp::as_second))
    }),
    ("guidang_job_last_run_duration_seconds", "gauge", "How long the last run took.", |job| {
        one(job.last.as_ref().and_then(|run| Some(run.ended?.as_second() - run.begun.as_second())))
    }),
    ("guidang_job_last_run_outcome", "gauge", "1 for how the last run ended, 0 for the others.", |job| {
        let Some(last) = job.last.as_ref().and_then(|run| run.outcome) else { return Vec::new() };
        [RunOutcome::Done, RunOutcome::Partly, RunOutcome::Failed, RunOutcome::Interrupted]
            .into_iter()
            .map(|outcome| (outcome.name(), u8::from(outcome == last).to_string()))
            .collect()
    }),
    ("guidang_job_last_run_pages", "gauge", "Pages of the last run by what became of them.", |job| {
        job.last.as_ref().map_or_else(Vec::new, |run| by_outcome(&run.counts))
    }),
    ("guidang_job_last_run_pages_left", "gauge", "Pages that the last run left for the next.", |job| {
        one(job.last.as_ref().map(|run| run.counts.left))
    }),
    ("guidang_job_last_run_requests", "gauge", "Requests of the last run.", |job| {
        one(job.last.as_ref().map(|run| run.counts.requests))
    }),
    ("guidang_job_consecutive_failures", "gauge", "Runs in a row that failed as a whole.", |job| {
        one(Some(job.state.failures))
    }),
    ("guidang_job_pages_total", "counter", "Pages of all runs by what became of them.", |job| {
        by_outcome(&job.totals)
    }),
    ("guidang_job_requests_total", "counter", "Requests of all runs.", |job| one(Some(job.totals.requests))),
    ("guidang_job_known_pages", "gauge", "Pages that were ever listed.", |job| one(Some(job.standing.items))),
    ("guidang_job_waiting_pages", "gauge", "Pages that were listed and never looked at.", |job| {
        one(Some(job.standing.waiting))
    }),
    ("guidang_job_failing_pages", "gauge", "Pages that failed when last looked at.", |job| {
        one(Some(job.standing.failing.iter().map(|(_, number)| number).sum::<u64>()))
    }),
    ("guidang_job_next_run_timestamp_seconds", "gauge", "When the job is due next.", |job| {
        one(job.next.map(Timestamp::as_second))
    }),
];

fn one<T: ToString>(value: Option<T>) -> Vec<(&'static str, String)> {
    value.map(|value| ("", value.to_string())).into_iter().collect()
}

fn by_outcome(counts: &Counts) -> Vec<(&'static str, String)> {
    PageOutcome::ALL
        .into_iter()
        .map(|outcome| {
            let number = match outcome {
                PageOutcome::Created => counts.created,
                PageOutcome::Changed => counts.changed,
                PageOutcome::Unchanged => counts.unchanged,
                PageOutcome::Gone => counts.gone,
                PageOutcome::Refused => counts.refused,
                PageOutcome::Failed => counts.failed,
            };
            (outcome.name(), number.to_string())
        })
        .collect()
}

/// The metrics of `jobs`, in their order.
#[must_use]
pub fn metrics(jobs: &[JobMetrics]) -> String {
    let mut out = String::new();
    for (name, kind, help, reading) in FAMILIES {
        out += &format!("# HELP {name} {help}\n# TYPE {name} {kind}\n");
        for job in jobs {
            for (outcome, value) in reading(job) {
                let further =
                    if outcome.is_empty() { String::new() } else { format!(",outcome=\"{outcome}\"") };
                out += &format!("{name}{{job=\"{}\"{further}}} {value}\n", escape(&job.job));
            }
        }
    }
    out
}

/// A label value: backslash, quotation mark and line feed are escaped.
fn escape(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{JobMetrics, metrics};
    use crate::runs::ledger::{Counts, JobState, RunOutcome, RunRecord};

    #[test]
    fn samples_stand_below_their_family_and_labels_are_escaped() {
        let at = |second| Timestamp::from_second(second).expect("a time");
        let ran = JobMetrics {
            job: "通知\\公告\"1\"".to_owned(),
            state: JobState { success: Some(at(1_000)), ..JobState::default() },
            last: Some(RunRecord {
                number: 1,
                id: "a".to_owned(),
                begun: at(990),
                ended: Some(at(1_000)),
                outcome: Some(RunOutcome::Done),
                code: None,
                counts: Counts { created: 3, requests: 4, ..Counts::default() },
            }),
            totals: Counts { created: 10, ..Counts::default() },
            ..JobMetrics::default()
        };
        let text = metrics(&[ran, JobMetrics { job: "new".to_owned(), ..JobMetrics::default() }]);
        for line in [
            "guidang_job_last_success_timestamp_seconds{job=\"通知\\\\公告\\\"1\\\"\"} 1000",
            "guidang_job_last_run_duration_seconds{job=\"通知\\\\公告\\\"1\\\"\"} 10",
            "guidang_job_last_run_pages{job=\"通知\\\\公告\\\"1\\\"\",outcome=\"created\"} 3",
            "guidang_job_pages_total{job=\"通知\\\\公告\\\"1\\\"\",outcome=\"created\"} 10",
            "guidang_job_pages_total{job=\"new\",outcome=\"created\"} 0",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} in {text}");
        }
        assert!(!text.contains("last_success_timestamp_seconds{job=\"new\"}"), "what never was has no time");
        let mut family = "";
        for line in text.lines() {
            match line.strip_prefix("# TYPE ") {
                Some(declared) => family = declared.split(' ').next().unwrap_or_default(),
                None => assert!(line.starts_with("# HELP ") || line.starts_with(&format!("{family}{{"))),
            }
        }
    }
}
