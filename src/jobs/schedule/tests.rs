//! The laws of schedules, and a few days to look at.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use proptest::prelude::{Just, Strategy, prop_oneof, proptest};

use super::super::cron::Cron;
use super::super::zone::Zone;
use super::Schedule;

fn cron(text: &str) -> Schedule {
    Schedule::cron(Cron::parse(text, "job").expect("an expression"), Zone::default())
}

fn every(hours: u64) -> Schedule {
    Schedule::every(Duration::from_secs(hours * 3600), Zone::default()).expect("a period")
}

/// A moment of China Standard Time: `2024-02-29T03:00:00`.
fn at(local: &str) -> Timestamp {
    format!("{local}+08:00").parse().expect("a moment")
}

fn slots(schedule: &Schedule, after: &str, count: usize) -> Vec<String> {
    let mut slot = at(after);
    let mut found = Vec::new();
    for _ in 0..count {
        slot = schedule.next_after(slot).expect("a slot");
        found.push(jiff::tz::Offset::constant(8).to_datetime(slot).to_string());
    }
    found
}

#[test]
fn slots_lie_where_the_local_clock_shows_them() {
    assert_eq!(
        slots(&cron("30 3 * * *"), "2024-01-15T03:30:00", 2),
        ["2024-01-16T03:30:00", "2024-01-17T03:30:00"]
    );
    assert_eq!(
        slots(&every(6), "2024-01-15T03:00:00", 3),
        ["2024-01-15T06:00:00", "2024-01-15T12:00:00", "2024-01-15T18:00:00"]
    );
    // 2024-01-15 is a Monday.
    assert_eq!(
        slots(&every(7 * 24), "2024-01-14T23:59:59", 2),
        ["2024-01-15T00:00:00", "2024-01-22T00:00:00"]
    );
    let tokyo = Schedule::cron(
        Cron::parse("30 3 * * *", "job").expect("an expression"),
        Zone::parse("+09:00").expect("a zone"),
    );
    assert_eq!(slots(&tokyo, "2024-01-15T03:00:00", 1), ["2024-01-16T02:30:00"]);
}

#[test]
fn leap_days_come_when_the_calendar_has_them() {
    let leap = cron("0 8 29 2 *");
    assert_eq!(slots(&leap, "2024-02-29T07:59:59", 2), ["2024-02-29T08:00:00", "2028-02-29T08:00:00"]);
    // 2100 is no leap year.
    assert_eq!(slots(&leap, "2096-03-01T00:00:00", 1), ["2104-02-29T08:00:00"]);
    assert_eq!(
        slots(&cron("0 0 L 2 *"), "2023-12-31T00:00:00", 3),
        ["2024-02-29T00:00:00", "2025-02-28T00:00:00", "2026-02-28T00:00:00"]
    );
    assert_eq!(slots(&every(24), "2024-02-28T12:00:00", 2), ["2024-02-29T00:00:00", "2024-03-01T00:00:00"]);
}

#[test]
fn a_day_has_24_hours_also_in_the_years_of_summer_time() {
    // China had summer time from 1986 to 1991 and none since; slots do not know it in any year.
    for day in ["1988-04-17", "1988-09-11", "2024-03-31", "2024-10-27"] {
        let after = format!("{day}T00:00:00");
        let found = slots(&cron("0 * * * *"), &after, 24);
        assert_eq!(found[0], format!("{day}T01:00:00"));
        assert_eq!(&found[23][11..], "00:00:00");
    }
}

#[test]
fn a_run_that_was_missed_is_caught_up_once() {
    let daily = cron("0 3 * * *");
    let last = Some(at("2024-01-10T03:00:04"));
    // The machine was off for a week.
    assert!(daily.due(last, at("2024-01-17T09:12:00")));
    assert!(!daily.due(Some(at("2024-01-17T09:12:00")), at("2024-01-17T09:13:00")));
    assert_eq!(
        daily.next_due(Some(at("2024-01-17T09:12:00")), at("2024-01-17T09:13:00")),
        Some(at("2024-01-18T03:00:00"))
    );
    assert!(daily.due(None, at("2024-01-17T09:12:00")), "a job that never ran is due at once");
}

#[test]
fn a_timer_that_is_early_one_day_does_not_lose_the_day() {
    // systemd's RandomizedDelaySec: 03:09 one day, 03:01 the next. Less than a day lies between.
    let daily = every(24);
    assert!(daily.due(Some(at("2024-01-15T03:09:00")), at("2024-01-16T03:01:00")));
}

#[test]
fn a_clock_set_back_past_the_run_does_not_run_the_slot_twice() {
    let daily = cron("0 3 * * *");
    let last = Some(at("2024-01-15T03:00:05"));
    for now in ["2024-01-15T02:59:00", "2024-01-15T03:00:00", "2024-01-15T03:00:04", "2024-01-14T23:00:00"] {
        assert!(!daily.due(last, at(now)), "{now}");
    }
    assert!(daily.due(last, at("2024-01-16T03:00:00")));
}

#[test]
fn a_run_in_a_far_future_does_not_stall_the_job() {
    // The clock once stood at 2099.
    let daily = cron("0 3 * * *");
    let now = at("2024-01-15T12:00:00");
    assert!(daily.due(Some(at("2099-12-31T00:00:00")), now));
    assert!(!daily.due(Some(now), now));
}

#[test]
fn a_year_passes_in_milliseconds() {
    let jobs =
        [(cron("30 3 * * *"), 366), (every(6), 366 * 4), (cron("0 9 * * MON"), 53), (cron("0 8 29 2 *"), 1)];
    let (start, end) = (at("2023-12-31T23:59:59"), at("2025-01-01T00:00:00"));
    let began = Instant::now();
    for (schedule, expected) in jobs {
        let (mut now, mut last, mut runs) = (start, Some(start), 0);
        while now < end {
            if schedule.due(last, now) {
                runs += 1;
                last = Some(now);
            }
            now = schedule.next_due(last, now).expect("a slot");
        }
        assert_eq!(runs, expected, "{schedule}");
    }
    let took = began.elapsed();
    assert!(took < Duration::from_secs(30), "{took:?}"); // a few milliseconds where optimised, on a quiet machine
}

fn schedules() -> impl Strategy<Value = Schedule> {
    let expression = prop_oneof![
        Just("0 3 * * *".to_owned()),
        Just("*/15 * * * *".to_owned()),
        Just("59 23 L * *".to_owned()),
        Just("0 0 29 2 *".to_owned()),
        Just("0 9 1,15 * 1-5".to_owned()),
        (0u8..60, 0u8..24, 1u8..29).prop_map(|(minute, hour, day)| format!("{minute} {hour} {day} * *")),
    ];
    let period = (60u64..40 * 86_400).prop_map(Duration::from_secs);
    prop_oneof![
        expression.prop_map(|text| cron(&text)),
        period.prop_map(|period| Schedule::every(period, Zone::default()).expect("a period")),
    ]
}

/// 1970 to 2100, to the nanosecond.
fn moments() -> impl Strategy<Value = Timestamp> {
    (0i64..4_102_444_800, 0i32..1_000_000_000)
        .prop_map(|(second, nanosecond)| Timestamp::new(second, nanosecond).expect("a moment"))
}

proptest! {
    #[test]
    fn slots_strictly_increase_and_depend_on_nothing_but_the_schedule(schedule in schedules(), start in moments()) {
        let first = schedule.next_after(start).expect("a slot");
        let second = schedule.next_after(first).expect("a slot");
        assert!(start < first && first < second);
        // Whoever asks from between two slots gets the same one.
        let between = Timestamp::from_second(i64::midpoint(first.as_second(), second.as_second())).expect("a moment");
        assert_eq!(schedule.next_after(between), Some(second));
    }

    #[test]
    fn after_any_gap_a_job_is_due_once(schedule in schedules(), last in moments(), gap in 0i64..400 * 86_400) {
        let now = Timestamp::from_second(last.as_second() + gap + 1).expect("a moment");
        let slot_between = schedule.next_after(last).expect("a slot") <= now;
        assert_eq!(schedule.due(Some(last), now), slot_between);
        assert!(!schedule.due(Some(now), now));
    }

    #[test]
    fn whatever_the_last_run_claims_the_next_comes_within_two_slots(schedule in schedules(), last in moments(), now in moments()) {
        let due = schedule.next_due(Some(last), now).expect("a slot");
        let second = (0..2).fold(now, |time, _| schedule.next_after(time).expect("a slot"));
        assert!(due <= second);
    }

    /// A clock that goes forward and back at will. Time that really passes is counted beside it.
    #[test]
    fn a_jumping_clock_adds_at_most_one_run_for_each_jump(
        schedule in schedules(),
        start in moments(),
        steps in proptest::collection::vec((0i64..100_000, proptest::option::of(-10_000_000i64..10_000_000)), 1..60),
    ) {
        let mut now = start.as_second() + 20_000_000;
        let mut last = Timestamp::from_second(now).ok();
        let (mut runs, mut slots, mut jumps) = (0usize, 0usize, 0usize);
        for (passes, jump) in steps {
            let before = Timestamp::from_second(now).expect("a moment");
            now += passes;
            // Slots that the clock shows while time passes.
            let mut slot = schedule.next_after(before).expect("a slot");
            while slot.as_second() <= now && slots < 100_000 {
                slots += 1;
                slot = schedule.next_after(slot).expect("a slot");
            }
            if let Some(jump) = jump {
                now = (now + jump).max(0);
                jumps += 1;
            }
            let moment = Timestamp::from_second(now).expect("a moment");
            if schedule.due(last, moment) {
                runs += 1;
                last = Some(moment);
            }
            assert!(!schedule.due(last, moment) || last.is_some_and(|last| last > moment));
        }
        assert!(runs <= slots + jumps, "{runs} runs, {slots} slots, {jumps} jumps");
    }
}
