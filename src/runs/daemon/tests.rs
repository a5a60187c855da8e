use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{Wake, serve};
use crate::acquire::web::WebClock;
use crate::jobs::Configuration;
use crate::runs::ledger::JobState;
use crate::runs::plan::{next_due, why};

/// Waiting takes no time; at some of its moments the clock is set.
struct Clock {
    now: Mutex<Timestamp>,
    end: Timestamp,
    /// When the clock shows the first, it is set by the second; each once, in order.
    jumps: Mutex<Vec<(Timestamp, SignedDuration)>>,
}

impl Clock {
    fn new(from: &str, to: &str, jumps: &[(&str, SignedDuration)]) -> Self {
        let jumps = jumps.iter().map(|(at, by)| (time(at), *by)).collect();
        Self { now: Mutex::new(time(from)), end: time(to), jumps: Mutex::new(jumps) }
    }
}

impl WebClock for Clock {
    fn now(&self) -> Timestamp {
        *self.now.lock().expect("the clock")
    }

    fn sleep(&self, duration: Duration) {
        let mut now = self.now.lock().expect("the clock");
        *now += SignedDuration::try_from(duration).expect("a short time");
        let mut jumps = self.jumps.lock().expect("the jumps");
        if jumps.first().is_some_and(|(at, _)| *now >= *at) {
            *now += jumps.remove(0).1;
        }
    }

    fn stopped(&self) -> bool {
        self.now() >= self.end
    }
}

fn time(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn configuration(jobs: &str) -> Configuration {
    let all: String = jobs
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            format!(
                "[[job]]\n{}\nsources = [{{ url = \"http://a.example/\" }}]\n",
                line.trim().replace("; ", "\n")
            )
        })
        .collect();
    Configuration::parse(&all, Path::new(".")).expect("a configuration")
}

/// When each job ran, with a ledger in memory, each run taking `length`.
fn runs(clock: &Clock, configuration: &Configuration, length: Duration) -> BTreeMap<String, Vec<Timestamp>> {
    let states: RefCell<BTreeMap<String, JobState>> = RefCell::default();
    let ran: RefCell<BTreeMap<String, Vec<Timestamp>>> = RefCell::default();
    serve(clock, &|| false, |_| {
        for job in &configuration.jobs {
            let begun = clock.now();
            let mut states = states.borrow_mut();
            let state = states.entry(job.name.clone()).or_default();
            if why(job, state, false, begun).runs() {
                clock.sleep(length);
                state.last = Some(begun);
                ran.borrow_mut().entry(job.name.clone()).or_default().push(begun);
            }
        }
        let (states, now) = (states.borrow(), clock.now());
        configuration.jobs.iter().filter_map(|job| next_due(job, &states[&job.name], now)).min()
    });
    ran.into_inner()
}

#[test]
fn a_year_of_jobs_runs_on_time_leap_day_included() {
    let clock = Clock::new("2024-01-01T00:00:00+08:00", "2025-01-01T00:00:00+08:00", &[]);
    let jobs = configuration(
        "name = \"daily\"; schedule = \"0 3 * * *\"
         name = \"hourly\"; every = \"1h\"
         name = \"leap\"; schedule = \"30 12 29 2 *\"
         name = \"weekly\"; schedule = \"0 9 * * MON\"",
    );
    let ran = runs(&clock, &jobs, Duration::from_secs(40));
    // Every job runs at the beginning, because it never has.
    assert_eq!(ran["daily"].len(), 1 + 366);
    assert_eq!(ran["hourly"].len(), 366 * 24);
    assert_eq!(ran["leap"].len(), 2);
    assert_eq!(ran["leap"][1].as_second() / 60, time("2024-02-29T12:30:00+08:00").as_second() / 60);
    assert_eq!(ran["weekly"].len(), 1 + 53);
    for begun in &ran["daily"][1..] {
        let late = (begun.as_second() + 8 * 3600 - 3 * 3600).rem_euclid(86_400);
        // The other jobs of the same minute may come first.
        assert!(late <= 41, "{begun}");
    }
}

#[test]
fn what_was_missed_while_asleep_is_caught_up_with_once() {
    let asleep = SignedDuration::from_hours(24 * 10);
    let clock = Clock::new(
        "2024-03-01T00:00:00+08:00",
        "2024-03-21T00:00:00+08:00",
        &[("2024-03-05T12:00:00+08:00", asleep)],
    );
    let jobs = configuration("name = \"daily\"; schedule = \"0 3 * * *\"");
    let days: Vec<String> = runs(&clock, &jobs, Duration::ZERO)["daily"]
        .iter()
        .map(|begun| jiff::tz::Offset::constant(8).to_datetime(*begun).strftime("%d %H").to_string())
        .collect();
    assert_eq!(
        days,
        [
            "01 00", "01 03", "02 03", "03 03", "04 03", "05 03", "15 12", "16 03", "17 03", "18 03",
            "19 03", "20 03"
        ]
    );
}

#[test]
fn a_clock_that_is_set_back_runs_nothing_twice_and_stalls_nothing() {
    let back = SignedDuration::from_hours(-5);
    let clock = Clock::new(
        "2024-03-01T00:00:00+08:00",
        "2024-03-04T00:00:00+08:00",
        &[("2024-03-02T04:00:00+08:00", back)],
    );
    let jobs = configuration("name = \"daily\"; schedule = \"0 3 * * *\"");
    assert_eq!(runs(&clock, &jobs, Duration::ZERO)["daily"].len(), 1 + 3, "once on each of three days");
    // A clock that was years ahead: what it put down does not keep the job waiting.
    let clock = Clock::new(
        "2034-03-01T00:00:00+08:00",
        "2034-03-05T00:00:00+08:00",
        &[
            ("2034-03-02T04:00:00+08:00", SignedDuration::from_hours(-24 * 3650)),
            ("2024-03-10T00:00:00+08:00", SignedDuration::from_hours(24 * 4000)),
        ],
    );
    let ran = &runs(&clock, &jobs, Duration::ZERO)["daily"];
    let in_2024 =
        ran.iter().filter(|begun| begun.as_second() < time("2025-01-01T00:00:00Z").as_second()).count();
    assert!((5..=7).contains(&in_2024), "{ran:?}");
}

#[test]
fn the_configuration_is_read_anew_when_asked_and_the_end_comes_at_once() {
    let clock = Clock::new("2024-03-01T00:00:00+08:00", "2024-03-01T01:00:00+08:00", &[]);
    let asked = Cell::new(3);
    let wakes = RefCell::new(Vec::new());
    let reload = || {
        asked.set(asked.get() - 1);
        asked.get() == 0
    };
    serve(&clock, &reload, |wake| {
        wakes.borrow_mut().push(wake);
        None
    });
    assert_eq!(wakes.into_inner(), [Wake::Due, Wake::Reload]);
}
