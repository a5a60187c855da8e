//! A page that ends its worker, or takes too long or too much, costs one answer and nothing else.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{
    Conversation, answers, base64, heavy, is_alive, kill, lines, outcome, outcomes, record, run_on, stream,
    told, wait_until_busy, wait_until_given,
};

#[test]
fn a_page_that_takes_too_long_is_an_answer() {
    let folder = tempfile::tempdir().unwrap();
    let run = run_on(
        stream(folder.path(), &["--time-limit", "1ms"]),
        lines(&[heavy("a", 500), heavy("b", 500)]).as_bytes(),
    );
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(outcomes(&run), told(&[("a", "time-limit"), ("b", "time-limit")]));
    assert_eq!(answers(&run)[0]["error"]["stage"], "worker");
    assert!(run.stderr.contains("2 workers"), "{run:?}");
}

#[test]
fn a_page_that_takes_too_much_memory_is_an_answer() {
    let folder = tempfile::tempdir().unwrap();
    // 500,000 elements of about 200 bytes each, and as many attributes and texts.
    let bomb = format!("<html><body>{}", "<i title=x>x</i>".repeat(500_000));
    let bomb = json!({ "id": "bomb", "html_b64": base64(bomb.as_bytes()) });
    let input = lines(&[record(1), bomb, record(2)]);
    let run = run_on(stream(folder.path(), &["--memory-limit", "64MiB"]), input.as_bytes());
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(outcomes(&run), told(&[("r1", "ok"), ("bomb", "memory-limit"), ("r2", "ok")]));
}

#[test]
fn a_worker_that_is_killed_costs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut talk = Conversation::begin(stream(folder.path(), &["-f", "pdf", "--time-limit", "10m"]));
    talk.give(&record(1));
    assert_eq!(outcome(&talk.answer()), "ok");
    let [worker] = talk.workers().try_into().unwrap();

    // Between two pages.
    kill(worker);
    talk.give(&record(2));
    assert_eq!(outcome(&talk.answer()), "ok");
    let [worker] = talk.workers().try_into().unwrap();

    // In the middle of one, which is begun again.
    talk.give(&heavy("victim", 1000));
    wait_until_busy(worker);
    kill(worker);
    let answer = talk.answer();
    assert_eq!((&answer["id"], outcome(&answer).as_str()), (&json!("victim"), "ok"));
    assert_ne!(talk.workers(), [worker]);
    talk.give(&record(3));
    assert_eq!(outcome(&talk.answer()), "ok");
    assert_eq!(talk.end(), 0);
}

#[test]
fn a_page_whose_worker_dies_twice_is_an_answer() {
    let folder = tempfile::tempdir().unwrap();
    let mut talk = Conversation::begin(stream(folder.path(), &["-f", "pdf", "--time-limit", "10m"]));
    let victim = heavy("victim", 20_000);
    talk.give(&victim);
    let mut killed = Vec::new();
    while killed.len() < 2 {
        let next = talk.workers().into_iter().find(|worker| !killed.contains(worker));
        let Some(worker) = next else { continue };
        wait_until_given(worker, 1 << 20);
        kill(worker);
        killed.push(worker);
    }
    let answer = talk.answer();
    assert_eq!((&answer["id"], outcome(&answer).as_str()), (&json!("victim"), "worker-crashed"));
    assert!(answer["error"]["message"].as_str().unwrap().contains("signal: 9"), "{answer}");
    talk.give(&record(3));
    assert_eq!(outcome(&talk.answer()), "ok");
    assert_eq!(talk.end(), 0);
}

#[test]
fn no_worker_outlives_its_supervisor() {
    let folder = tempfile::tempdir().unwrap();
    let mut talk = Conversation::begin(stream(folder.path(), &["-f", "pdf"]));
    talk.give(&record(1));
    assert_eq!(outcome(&talk.answer()), "ok");
    let [worker] = talk.workers().try_into().unwrap();
    talk.give(&heavy("endless", 20_000));
    wait_until_busy(worker);
    kill(talk.child.id());
    let begin = Instant::now();
    while is_alive(worker) {
        assert!(begin.elapsed() < Duration::from_secs(5), "the worker lives on");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(talk.end(), -1);
}

#[test]
fn a_line_that_is_too_long_is_an_answer_with_its_id() {
    let folder = tempfile::tempdir().unwrap();
    let mut long = record(9);
    long["padding"] = json!("x".repeat(3 << 20));
    let large = json!({ "id": "large", "html_b64": base64(&vec![b'x'; 1000]) });
    let input = format!("{long}\n{}\n{}\n{large}\n", long.to_string().replace("\"id\"", "\"no\""), record(1));
    let run = run_on(stream(folder.path(), &["--max-bytes", "999"]), input.as_bytes());
    let found = outcomes(&run);
    assert_eq!(
        found,
        told(&[("r9", "record-too-long"), ("null", "record-too-long"), ("r1", "ok"), ("large", "too-large")])
    );
}
