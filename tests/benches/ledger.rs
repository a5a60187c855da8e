//! Time and memory of a ledger: `cargo bench --bench ledger [-- PAGES]`, 100,000 unless told. Pages are listed, looked at
//! once, listed again with nothing new, and the few that are due are looked up; the resident memory must not grow with them.
#![expect(clippy::unwrap_used, reason = "a benchmark stops where something is not as it should be")]
#![expect(clippy::print_stdout, reason = "its results")]

use std::time::Instant;

use guidang::runs::Ledger;
use guidang::runs::ledger::{Check, Listed, PageOutcome, RunOutcome};
use jiff::Timestamp;

const JOB: &str = "政策文件";
/// Entries of one list page.
const LIST: usize = 20;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_795_492_800 + second).unwrap()
}

/// Resident memory now and at its highest, in MiB, as Linux tells; zeros elsewhere.
fn memory() -> (u64, u64) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
    };
    (field("VmRSS:"), field("VmHWM:"))
}

fn entries(list: usize) -> Vec<Listed> {
    let entry = |number: usize| Listed {
        url: format!("https://www.gd.gov.cn/zwgk/zcwj/post_{number}.html"),
        parent: Some(format!("https://www.gd.gov.cn/zwgk/zcwj/index_{list}.html")),
        column: Some("政策文件".to_owned()),
        date: Some("2024-05-06".to_owned()),
        modified: None,
        title: Some(format!("关于第{number}号事项的通知")),
    };
    (list * LIST..(list + 1) * LIST).map(entry).collect()
}

fn main() {
    let pages: usize = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(100_000);
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(folder.path()).unwrap();
    let tell = |what: &str, begin: Instant, times: usize| {
        let each = begin.elapsed() / u32::try_from(times.max(1)).unwrap();
        let (now, most) = memory();
        println!("{what:<46} {each:>12.1?} each   resident {now:>4} MiB, at most {most:>4} MiB");
    };

    let (run, _) = ledger.begin(JOB, "first", at(0), false).unwrap();
    let begin = Instant::now();
    for list in 0..pages / LIST {
        ledger.list(run, JOB, &entries(list), at(0)).unwrap();
    }
    tell("a list page of 20 new entries put down", begin, pages / LIST);

    let begin = Instant::now();
    let (mut after, mut looked) = (0, 0);
    loop {
        let some = ledger.due(JOB, at(0), true, after, 256).unwrap();
        let Some(last) = some.last() else { break };
        after = last.row;
        for due in some {
            let check = Check {
                now: at(1),
                outcome: PageOutcome::Created,
                code: None,
                transient: false,
                version: Some(1),
                due: Some(at(if looked % 1000 == 0 { 10 } else { 86_400 })),
                notices: Vec::new(),
            };
            ledger.checked(run, JOB, due.row, &check).unwrap();
            looked += 1;
        }
    }
    tell("a page taken, and its result put down (fsync)", begin, looked);
    ledger.end(JOB, run, at(2), RunOutcome::Done, None, 0, 0).unwrap();

    let (run, _) = ledger.begin(JOB, "second", at(10), false).unwrap();
    let begin = Instant::now();
    for list in 0..pages / LIST {
        ledger.list(run, JOB, &entries(list), at(10)).unwrap();
    }
    tell("a list page with nothing new", begin, pages / LIST);
    let begin = Instant::now();
    let due = ledger.due(JOB, at(10), false, 0, 256).unwrap().len();
    tell(&format!("what is due found: {due} of {pages}"), begin, 1);
    let begin = Instant::now();
    let standing = ledger.standing(JOB).unwrap();
    tell(&format!("how {} pages stand", standing.items), begin, 1);
}
