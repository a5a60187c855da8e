use jiff::Timestamp;

use super::{Found, JobReport, Report, html};
use crate::compare::Summary;
use crate::message::Language;
use crate::runs::ledger::{Counts, Notice, NoticeKind, RunOutcome, RunRecord, Standing};
use crate::runs::notify::Page;

fn job() -> JobReport {
    let run = |day: i64, created, outcome| RunRecord {
        number: day,
        id: "x".to_owned(),
        begun: Timestamp::from_second(1_795_500_000 + day * 86_400).expect("a time"),
        ended: Timestamp::from_second(1_795_500_075 + day * 86_400).ok(),
        outcome: Some(outcome),
        code: None,
        counts: Counts { created, changed: 1, failed: 2, requests: 9, ..Counts::default() },
    };
    let change = Notice {
        kind: NoticeKind::Change,
        url: "https://www.gd.gov.cn/a.html?x=1&y=\"2\"".to_owned(),
        title: Some("关于<script>alert(1)</script>的通知".to_owned()),
        code: None,
        message: None,
        old: Some(1),
        new: Some(2),
    };
    let page = Page {
        notice: change,
        difference: Some((Summary { changed: 1, ..Summary::default() }, "- <b>".to_owned())),
    };
    JobReport {
        job: "省政府<文件>".to_owned(),
        history: vec![run(0, 30, RunOutcome::Done), run(1, 4, RunOutcome::Partly)],
        totals: Counts { created: 34, ..Counts::default() },
        standing: Standing { items: 36, failing: vec![("timeout".to_owned(), 2)], ..Standing::default() },
        failures: 0,
        next: None,
        found: vec![(NoticeKind::Change, Found { pages: vec![page], all: 3 })],
    }
}

#[test]
fn words_of_pages_are_words_and_nothing_loads() {
    let jobs = [job(), JobReport { job: "new".to_owned(), ..JobReport::default() }];
    for language in [Language::English, Language::Chinese] {
        let page = html(&Report { time: Timestamp::UNIX_EPOCH, run: "id", jobs: &jobs }, language);
        assert!(page.contains("default-src 'none'") && !page.contains("<script") && !page.contains("src=\""));
        assert!(page.contains("关于&lt;script&gt;") && page.contains("省政府&lt;文件&gt;"));
        assert!(page.contains("href=\"https://www.gd.gov.cn/a.html?x=1&amp;y=&quot;2&quot;\""));
        assert!(page.contains("<pre>- &lt;b&gt;</pre>") && page.contains("v1 → v2"));
        assert!(!page.contains("style=\""), "inline styles are not allowed by the policy");
        assert_eq!(page.matches("<svg viewBox=\"0 0 760").count(), 1, "a job that never ran has no plot");
    }
}

#[test]
fn an_address_that_is_no_link_is_not_made_one() {
    let mut job = job();
    job.found[0].1.pages[0].notice.url = "javascript:alert(1)".to_owned();
    let page = html(&Report { time: Timestamp::UNIX_EPOCH, run: "id", jobs: &[job] }, Language::English);
    assert!(!page.contains("href=\"javascript"));
}
