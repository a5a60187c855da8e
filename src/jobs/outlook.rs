//! How things stand with each job: when it is due, and how it went last.

use jiff::Timestamp;

use super::configuration::{Configuration, Job};

/// What is remembered of a job's runs. The ledger of a store is one.
pub trait History {
    /// The last run of `job`, if it ever ran.
    fn last_run(&self, job: &Job) -> Option<LastRun>;
}

/// The last run of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastRun {
    /// When it began.
    pub began: Timestamp,
    /// How it ended, by its stable name: `done`, `partly`, `failed`.
    pub outcome: String,
    /// How many runs in a row have failed, this one included.
    pub failures: u64,
    /// Whether it was interrupted: the next run goes on with it, at once.
    pub unfinished: bool,
    /// Whether it is going on at this moment, in another process.
    pub running: bool,
}

/// How things stand with a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlook<'a> {
    /// The job.
    pub job: &'a Job,
    /// Its last run.
    pub last: Option<LastRun>,
    /// From when on it is due. `None` if it is not enabled.
    pub due: Option<Timestamp>,
}

impl Outlook<'_> {
    /// Whether the job is due at `now`.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.due.is_some_and(|due| due <= now)
    }
}

/// How things stand with all jobs at `now`, in the order of the file.
#[must_use]
pub fn outlook<'a>(
    configuration: &'a Configuration,
    history: &dyn History,
    now: Timestamp,
) -> Vec<Outlook<'a>> {
    let of = |job: &'a Job| {
        let last = history.last_run(job);
        let due = match &last {
            Some(last) if last.unfinished => Some(last.began),
            last => job.schedule.next_due(last.as_ref().map(|last| last.began), now),
        };
        let due = due.filter(|_| job.enabled);
        Outlook { job, last, due }
    };
    configuration.jobs.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;

    use jiff::Timestamp;

    use super::{History, LastRun, outlook};
    use crate::jobs::{Configuration, Job};

    struct Remembered(BTreeMap<&'static str, &'static str>);

    impl History for Remembered {
        fn last_run(&self, job: &Job) -> Option<LastRun> {
            let began = self.0.get(job.name.as_str())?.parse().ok()?;
            Some(LastRun {
                began,
                outcome: "done".to_owned(),
                failures: 0,
                unfinished: job.name == "stopped",
                running: false,
            })
        }
    }

    #[test]
    fn each_job_is_due_by_its_own_schedule_and_history() {
        let job = |name: &str, more: &str| {
            format!(
                "[[job]]\nname = \"{name}\"\nsources = [{{ url = \"http://www.yunshan.example/1\" }}]\n{more}\n"
            )
        };
        let text = job("new", "every = \"6h\"")
            + &job("ran", "every = \"6h\"")
            + &job("missed", "schedule = \"0 3 * * *\"")
            + &job("stopped", "every = \"6h\"")
            + &job("off", "every = \"1h\"\nenabled = false");
        let configuration = Configuration::parse(&text, Path::new("")).expect("a configuration");
        let history = Remembered(BTreeMap::from([
            ("ran", "2024-01-15T06:00:01+08:00"),
            ("missed", "2024-01-10T03:00:01+08:00"),
            ("stopped", "2024-01-15T06:00:01+08:00"),
            ("off", "2024-01-10T03:00:01+08:00"),
        ]));
        let now: Timestamp = "2024-01-15T08:00:00+08:00".parse().expect("a moment");
        let due: Vec<(&str, bool, String)> = outlook(&configuration, &history, now)
            .iter()
            .map(|of| {
                (of.job.name.as_str(), of.is_due(now), of.due.map_or_else(String::new, |due| due.to_string()))
            })
            .collect();
        let expected = [
            ("new", true, "2024-01-15T00:00:00Z"),
            ("ran", false, "2024-01-15T04:00:00Z"),
            ("missed", true, "2024-01-10T19:00:00Z"),
            ("stopped", true, "2024-01-14T22:00:01Z"),
            ("off", false, ""),
        ];
        assert_eq!(due, expected.map(|(name, is_due, time)| (name, is_due, time.to_owned())));
    }
}
