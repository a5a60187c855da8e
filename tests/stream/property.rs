//! Whatever comes in: as many lines go out, in order.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;

use super::{answers, record, run_on, stream};

fn line() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        (0..1000usize).prop_map(|number| record(number).to_string().into_bytes()),
        // Records that were cut off, or hit by something.
        (0..1000usize, any::<proptest::sample::Index>(), any::<u8>()).prop_map(|(number, at, byte)| {
            let mut line = record(number).to_string().into_bytes();
            let at = at.index(line.len());
            line[at] = if byte == b'\n' { b' ' } else { byte };
            line
        }),
        (0..1000usize, any::<proptest::sample::Index>()).prop_map(|(number, at)| {
            let line = record(number).to_string().into_bytes();
            line[..at.index(line.len())].to_vec()
        }),
        vec(any::<u8>().prop_filter("one line", |byte| *byte != b'\n'), 0..200),
        "\\{(\"(v|id|url|uri|warc|html_b64|fetched_at)\":(null|1|-1|1e9|\"\"|\"x\"|\\[\\]|\\{\\}),?){0,4}\\}"
            .prop_map(String::into_bytes),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_answer_for_each_line(lines in vec(line(), 0..24), terminated: bool, lanes in 1..4u8) {
        let folder = tempfile::tempdir().unwrap();
        let mut input = lines.join(&b'\n');
        // Of no line, a line feed would make one.
        if (terminated && !lines.is_empty()) || lines.last().is_some_and(Vec::is_empty) {
            input.push(b'\n');
        }
        let expected = if input.is_empty() { 0 } else { lines.len() };
        let run = run_on(stream(folder.path(), &["--jobs", &lanes.to_string()]), &input);
        prop_assert_eq!(run.code, 0, "{:?}", run);
        let answers = answers(&run);
        prop_assert_eq!(answers.len(), expected);
        for (line, answer) in lines.iter().zip(&answers) {
            let known = serde_json::from_slice::<Value>(line).ok().map(|record| record["id"].clone());
            let once = String::from_utf8_lossy(line).matches("\"id\"").count() == 1;
            let known = known.filter(|id| once && (id.is_string() || id.is_u64() || id.is_i64()));
            if let Some(id) = known {
                prop_assert_eq!(&answer["id"], &id);
            }
            prop_assert_eq!(answer["status"] == "ok", answer["error"].is_null());
            prop_assert_eq!(answer["status"] == "ok", answer["outputs"] != serde_json::json!([]));
        }
    }
}
