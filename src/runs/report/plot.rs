//! Draws pages over time as SVG: how many are archived (a line), and what each run brought (bars).

use jiff::Timestamp;
use jiff::tz::Offset;

use crate::message::Language;
use crate::runs::ledger::{RunOutcome, RunRecord};
use crate::runs::summary;

const WIDTH: f64 = 760.0;
/// Left of the axes, right of them.
const MARGINS: (f64, f64) = (56.0, 16.0);
/// Top and bottom of the line's panel, and of the bars'.
const LINE: (f64, f64) = (14.0, 130.0);
const BARS: (f64, f64) = (158.0, 232.0);
const HEIGHT: f64 = 262.0;
/// Times are shown as they are in China: +08:00, without summer time.
const ZONE: Offset = Offset::constant(8);

/// A run in the plot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Point {
    time: Timestamp,
    /// Where it is drawn: not after the runs that followed it. A clock that was ahead and was put right is no future.
    at: Timestamp,
    /// Pages archived by then.
    archived: u64,
    created: u64,
    changed: u64,
    failed: u64,
    /// Whether the run failed as a whole.
    whole: bool,
}

/// The plot of `history`, oldest run first, in which `runs` runs are taken together; `archived` pages are archived after the last. Empty if nothing has run, or
/// nothing has come of any run.
#[must_use]
pub(super) fn plot(history: &[RunRecord], runs: u64, archived: u64, language: Language) -> String {
    let points = points(history, archived);
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return String::new() };
    let span = (last.at.as_second() - first.at.as_second()).max(1);
    let room = WIDTH - MARGINS.0 - MARGINS.1;
    let bar = (room / number(points.len() as u64) * 0.7).clamp(1.0, 18.0);
    let x = |time: Timestamp| {
        let share = number(time.as_second().abs_diff(first.at.as_second())) / number(span.unsigned_abs());
        let share = if points.len() == 1 { 0.5 } else { share };
        MARGINS.0 + bar / 2.0 + share * (room - bar)
    };
    let most = points.iter().map(|point| point.archived).max().unwrap_or(0);
    let busiest = points.iter().map(|point| point.created + point.changed + point.failed).max().unwrap_or(0);
    if most == 0 && busiest == 0 {
        return String::new();
    }
    let (line_axis, bar_axis) = (Axis::of(most, LINE), Axis::of(busiest, BARS));

    let failed = summary::outcome(RunOutcome::Failed, language);
    let (label, detail) = match language {
        Language::English => {
            ("Pages over time", format!("runs: {runs}; pages archived at last: {}", last.archived))
        }
        Language::Chinese => {
            ("网页数量变化", format!("共 {runs} 次运行，最后累计归档 {} 个网页", last.archived))
        }
    };
    let mut out = format!(
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{label}\"><title>{label}</title><desc>{detail}</desc>\n"
    );
    out += &line_axis.draw();
    out += &bar_axis.draw();
    let steps: Vec<String> =
        points.iter().map(|point| format!("{:.1},{:.1}", x(point.at), line_axis.y(point.archived))).collect();
    let (left, right) = (x(first.at), x(last.at));
    out += &format!(
        "<polygon class=\"area\" points=\"{left:.1},{:.1} {} {right:.1},{:.1}\"/>\n<polyline class=\"archived\" points=\"{}\"/>\n",
        LINE.1,
        steps.join(" "),
        LINE.1,
        steps.join(" "),
    );
    out += &format!(
        "<circle class=\"dot\" cx=\"{right:.1}\" cy=\"{:.1}\" r=\"3\"/>\n",
        line_axis.y(last.archived)
    );
    for point in &points {
        let mut below = 0;
        for (class, pages) in
            [("created", point.created), ("changed", point.changed), ("failed", point.failed)]
        {
            if pages > 0 {
                let (top, bottom) = (bar_axis.y(below + pages), bar_axis.y(below));
                out += &format!(
                    "<rect class=\"{class}\" x=\"{:.1}\" y=\"{top:.1}\" width=\"{bar:.1}\" height=\"{:.1}\"><title>{} · {pages}</title></rect>\n",
                    x(point.at) - bar / 2.0,
                    bottom - top,
                    when(point.time, span),
                );
                below += pages;
            }
        }
        if point.whole {
            let (x, y) = (x(point.at), BARS.1 - 7.0);
            out += &format!(
                "<path class=\"cross\" d=\"M{:.1} {:.1}L{:.1} {:.1}M{:.1} {:.1}L{:.1} {:.1}\"><title>{} · {failed}</title></path>\n",
                x - 4.0,
                y - 4.0,
                x + 4.0,
                y + 4.0,
                x + 4.0,
                y - 4.0,
                x - 4.0,
                y + 4.0,
                when(point.time, span),
            );
        }
    }
    let base = BARS.1 + 18.0;
    if points.len() == 1 {
        out +=
            &format!("<text x=\"{left:.1}\" y=\"{base}\" class=\"middle\">{}</text>\n", when(first.at, span));
    } else {
        out += &format!(
            "<text x=\"{}\" y=\"{base}\">{}</text>\n<text x=\"{}\" y=\"{base}\" class=\"end\">{}</text>\n",
            MARGINS.0,
            when(first.at, span),
            WIDTH - MARGINS.1,
            when(last.at, span),
        );
    }
    out + "</svg>\n"
}

/// The runs with what was archived after each, worked out backwards from the end.
fn points(history: &[RunRecord], archived: u64) -> Vec<Point> {
    let (mut after, mut latest) = (archived, Timestamp::MAX);
    let mut points: Vec<Point> = history
        .iter()
        .rev()
        .map(|run| {
            let counts = &run.counts;
            latest = latest.min(run.begun);
            let point = Point {
                time: run.begun,
                at: latest,
                archived: after,
                created: counts.created,
                changed: counts.changed,
                failed: counts.badly(),
                whole: run.outcome == Some(RunOutcome::Failed),
            };
            after = after.saturating_sub(counts.created);
            point
        })
        .collect();
    points.reverse();
    points
}

/// A vertical axis from 0, with lines at round numbers.
struct Axis {
    top: f64,
    bottom: f64,
    step: u64,
    steps: u64,
}

impl Axis {
    fn of(most: u64, (top, bottom): (f64, f64)) -> Self {
        let step = round_step(most);
        Self { top, bottom, step, steps: most.div_ceil(step).max(1) }
    }

    fn y(&self, value: u64) -> f64 {
        self.bottom - (self.bottom - self.top) * number(value) / number(self.step * self.steps)
    }

    fn draw(&self) -> String {
        let mut out = String::new();
        for step in 0..=self.steps {
            let (value, y) = (step * self.step, self.y(step * self.step));
            out += &format!(
                "<line class=\"grid\" x1=\"{}\" x2=\"{}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/><text class=\"end\" x=\"{}\" y=\"{:.1}\">{value}</text>\n",
                MARGINS.0,
                WIDTH - MARGINS.1,
                MARGINS.0 - 7.0,
                y + 4.0,
            );
        }
        out
    }
}

/// 1, 2 or 5 times a power of ten, so that three to five steps reach `most`.
fn round_step(most: u64) -> u64 {
    let mut power = 1u64;
    loop {
        for factor in [1, 2, 5] {
            let step = power.saturating_mul(factor);
            if step.saturating_mul(4) >= most {
                return step;
            }
        }
        power = power.saturating_mul(10);
    }
}

/// The day; with the time of day where the plot covers less than three days.
fn when(time: Timestamp, span: i64) -> String {
    let local = ZONE.to_datetime(time);
    if span < 3 * 86_400 { local.strftime("%m-%d %H:%M").to_string() } else { local.date().to_string() }
}

#[expect(clippy::cast_precision_loss, reason = "a plot is no wider than a thousand pixels")]
fn number(value: u64) -> f64 {
    value as f64
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::{Axis, LINE, plot, points, round_step};
    use crate::message::Language;
    use crate::runs::ledger::{Counts, RunOutcome, RunRecord};

    fn run(day: i64, created: u64, failed: u64) -> RunRecord {
        RunRecord {
            number: day,
            id: String::new(),
            begun: Timestamp::from_second(day * 86_400).expect("a time"),
            ended: None,
            outcome: None,
            code: None,
            counts: Counts { created, failed, ..Counts::default() },
        }
    }

    #[test]
    fn what_is_archived_grows_with_the_runs() {
        let archived: Vec<u64> = points(&[run(1, 5, 0), run(2, 0, 1), run(3, 7, 0)], 20)
            .iter()
            .map(|point| point.archived)
            .collect();
        assert_eq!(archived, [13, 13, 20]);
    }

    #[test]
    fn axes_have_few_round_steps() {
        for most in [0, 1, 3, 4, 5, 9, 10, 99, 1234, 987_654, u64::MAX / 100] {
            let axis = Axis::of(most, LINE);
            assert!((1..=4).contains(&axis.steps), "{most}: {}", axis.steps);
            assert!(axis.step * axis.steps >= most);
        }
        assert_eq!([0, 4, 5, 8, 9, 41].map(round_step), [1, 1, 2, 2, 5, 20]);
    }

    #[test]
    fn runs_of_a_clock_that_was_ahead_are_drawn_within() {
        let history = [run(10, 5, 0), run(50, 1, 0), run(51, 0, 1), run(11, 2, 0), run(12, 1, 0)];
        let svg = plot(&history, 5, 9, Language::English);
        let line = svg
            .split("<polyline class=\"archived\" points=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        let xs: Vec<f64> = line
            .unwrap_or_default()
            .split(' ')
            .filter_map(|point| point.split(',').next()?.parse().ok())
            .collect();
        assert_eq!(xs.len(), 5, "{svg}");
        assert!(
            xs.is_sorted()
                && xs.iter().all(|x| (super::MARGINS.0..=super::WIDTH - super::MARGINS.1).contains(x)),
            "{xs:?}"
        );
        assert!(svg.contains("02-20 08:00 · 1</title>"), "the run has the time that it was told: {svg}");
    }

    #[test]
    fn every_number_in_the_plot_is_one_and_within() {
        let many: Vec<RunRecord> = (0..400).map(|day| run(day, day.unsigned_abs() % 7, 1)).collect();
        for history in [&many[..1], &many[..2], &many] {
            let svg = plot(history, 400, 1200, Language::English);
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
            let coordinates = svg.split(['"', ' ', ',']).filter_map(|part| part.parse::<f64>().ok());
            assert!(coordinates.into_iter().all(|value| (0.0..=1200.0).contains(&value)));
        }
        assert_eq!(plot(&[], 0, 0, Language::English), "");
        let failed = RunRecord { outcome: Some(RunOutcome::Failed), ..run(2, 0, 0) };
        assert_eq!(plot(std::slice::from_ref(&failed), 1, 0, Language::English), "", "nothing to be drawn");
        let svg = plot(&[run(1, 5, 0), failed], 2, 5, Language::Chinese);
        assert_eq!(svg.matches("class=\"cross\"").count(), 1, "{svg}");
    }
}
