//! The contract of the command: sources, outputs, exit codes, streams, languages.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use crate::support::{Run, files, guidang, page, run};

fn folder_with(pages: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in pages {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

#[test]
fn bare_guidang_converts_input_to_output() {
    let folder = folder_with(&[
        ("input/a.html", &page("关于甲的通知", "甲")),
        ("input/2018/b c.htm", &page("关于乙的通知", "乙")),
        ("input/README.md", "# not a page"),
    ]);
    let run = run(folder.path(), &[]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{run:?}");
    assert_eq!(
        files(&folder.path().join("output")),
        ["2018/b c.docx", "2018/b c.pdf", "2018/b c.txt", "a.docx", "a.pdf", "a.txt"]
    );
}

#[test]
fn formats_are_those_asked_for() {
    let folder = folder_with(&[("a.html", &page("关于甲的通知", "甲"))]);
    let run = run(folder.path(), &["convert", "a.html", "-f", "json,txt", "-o", "out"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(files(&folder.path().join("out")), ["a.json", "a.txt"]);
    let text = fs::read_to_string(folder.path().join("out/a.txt")).unwrap();
    assert!(text.starts_with("标题：关于甲的通知\n"), "{text}");
    assert!(text.contains("\n----------\n"), "{text}");
    let json = fs::read_to_string(folder.path().join("out/a.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["metadata"]["title"]["value"], "关于甲的通知");
    assert_eq!(json["metadata"]["published"]["value"], "2018-01-31T09:30:00+08:00");
    assert!(json["metadata"]["number"].is_null());
}

#[test]
fn standard_input_is_a_source() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = guidang(folder.path())
        .args(["convert", "-", "-f", "txt"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(page("关于甲的通知", "甲").as_bytes()).unwrap();
    let run = Run::from(child.wait_with_output().unwrap());
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(files(&folder.path().join("output")), ["stdin.txt"]);
}

#[test]
fn exit_codes_mean_what_the_help_says() {
    let folder = folder_with(&[("good.html", &page("关于甲的通知", "甲")), ("empty.html", "")]);
    let code = |arguments: &[&str]| run(folder.path(), arguments).code;
    assert_eq!(code(&["convert", "good.html", "-f", "txt"]), 0);
    assert_eq!(code(&["convert", "empty.html"]), 1);
    assert_eq!(code(&["convert", "nowhere.html"]), 1);
    assert_eq!(code(&["convert", "good.html", "empty.html", "-f", "txt"]), 3);
    assert_eq!(code(&["convert", "--format", "odt"]), 2);
    assert_eq!(code(&["convert", "--no-such-option"]), 2);
    assert_eq!(code(&["convert", "good.html", "--base-url", "not a url"]), 2);
    assert_eq!(code(&["convert", "good.html", "--fonts", "nowhere"]), 2);
    assert_eq!(code(&["convert", "good.html", "-o", "good.html"]), 2);
}

#[test]
fn a_failure_names_its_stage_on_one_line_and_does_not_stop_the_others() {
    let folder = folder_with(&[("a.html", ""), ("b.html", &page("关于乙的通知", "乙"))]);
    let run = run(folder.path(), &["convert", "a.html", "b.html", "-f", "txt"]);
    let errors: Vec<&str> = run.stderr.lines().filter(|line| line.starts_with("error:")).collect();
    assert_eq!(errors, ["error: a.html [acquire] empty file: a.html"]);
    assert_eq!(files(&folder.path().join("output")), ["b.txt"]);
}

#[test]
fn sources_of_one_output_both_fail_before_anything_is_written() {
    let folder = folder_with(&[("a.html", &page("甲", "甲")), ("a.htm", &page("乙", "乙"))]);
    let run = run(folder.path(), &["convert", "a.html", "a.htm"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stderr.contains("a.html [acquire] would write the same output as a.htm"), "{run:?}");
    assert!(run.stderr.contains("a.htm [acquire] would write the same output as a.html"), "{run:?}");
    assert!(!folder.path().join("output").exists());
}

#[test]
fn an_output_never_replaces_a_source() {
    let text = page("关于甲的通知", "甲");
    let folder = folder_with(&[("a.txt", &text)]);
    let run = run(folder.path(), &["convert", "a.txt", "-f", "txt", "-o", "."]);
    assert_eq!(run.code, 1, "{run:?}");
    assert_eq!(fs::read_to_string(folder.path().join("a.txt")).unwrap(), text);
}

#[test]
fn skip_existing_resumes() {
    let folder = folder_with(&[
        ("in/a.html", &page("关于甲的通知", "甲")),
        ("in/b.html", &page("关于乙的通知", "乙")),
    ]);
    assert_eq!(run(folder.path(), &["in/a.html", "-f", "txt"]).code, 0);
    let run = run(folder.path(), &["in", "-f", "txt", "--skip-existing", "--report", "-"]);
    assert_eq!(run.code, 0, "{run:?}");
    let outcomes: Vec<String> = run
        .stdout
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["outcome"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(outcomes, ["skipped", "converted"]);
}

#[test]
fn the_report_follows_the_order_of_the_sources_and_gives_digests() {
    let pages: Vec<(String, String)> =
        (0..12).map(|n| (format!("in/{n:02}.html"), page(&format!("第{n}号通知"), "内容"))).collect();
    let pages: Vec<(&str, &str)> = pages.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let folder = folder_with(&pages);
    let run = run(folder.path(), &["in", "-f", "txt", "-j", "4", "--report", "report.jsonl"]);
    assert_eq!(run.code, 0, "{run:?}");
    let report = fs::read_to_string(folder.path().join("report.jsonl")).unwrap();
    for (n, line) in report.lines().enumerate() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["source"], format!("in/{n:02}.html"));
        let output = &line["outputs"][0];
        let bytes = fs::read(folder.path().join(output["path"].as_str().unwrap())).unwrap();
        assert_eq!(output["bytes"], bytes.len());
        assert_eq!(output["sha256"], guidang::document::sha256(&bytes));
    }
    assert_eq!(report.lines().count(), 12);
}

#[test]
fn strict_lets_a_warning_fail_the_source() {
    let folder = folder_with(&[("a.html", &page("关于甲的通知", "我厅、、持续推进"))]);
    assert_eq!(run(folder.path(), &["a.html", "-f", "txt"]).code, 0);
    let run = run(folder.path(), &["a.html", "-f", "txt", "--strict"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stderr.contains("[strict]"), "{run:?}");
}

#[test]
fn help_and_messages_are_chinese_under_a_chinese_locale() {
    let folder = tempfile::tempdir().unwrap();
    let chinese =
        Run::from(guidang(folder.path()).env("LANG", "zh_CN.UTF-8").arg("--help").output().unwrap());
    assert_eq!(chinese.code, 0);
    assert!(chinese.stdout.contains("用法：") && chinese.stdout.contains("退出码："), "{}", chinese.stdout);
    for leftover in ["Usage", "Options", "Arguments", "Commands", "Print", "default", "possible values"] {
        assert!(!chinese.stdout.contains(leftover), "{leftover} in:\n{}", chinese.stdout);
    }
    let english = run(folder.path(), &["--help"]);
    assert!(
        english.stdout.contains("Usage:") && english.stdout.contains("Exit codes:"),
        "{}",
        english.stdout
    );
    let error = run(folder.path(), &["--lang", "zh", "nowhere.html"]);
    assert!(error.stderr.contains("错误：nowhere.html [acquire] 文件或文件夹不存在"), "{}", error.stderr);
    let usage = run(folder.path(), &["--lang", "zh", "--format", "odt"]);
    assert_eq!(usage.code, 2);
    assert!(usage.stderr.starts_with("错误：") && usage.stderr.lines().count() == 1, "{}", usage.stderr);
}

#[test]
fn help_is_a_command_too_and_a_group_of_commands_shows_its_help() {
    let folder = tempfile::tempdir().unwrap();
    for (asked, same) in
        [(&["help"][..], &["--help"][..]), (&["help", "jobs", "check"], &["jobs", "check", "--help"])]
    {
        let (asked, same) = (run(folder.path(), asked), run(folder.path(), same));
        assert_eq!((asked.code, asked.stdout), (0, same.stdout));
    }
    let unknown = run(folder.path(), &["help", "nothing"]);
    assert_eq!((unknown.code, unknown.stdout.as_str()), (2, ""), "{unknown:?}");
    let alone = Run::from(guidang(folder.path()).env("LANG", "zh_CN.UTF-8").arg("jobs").output().unwrap());
    assert_eq!(alone.code, 2);
    assert!(
        alone.stderr.contains("用法：guidang jobs") && alone.stderr.contains("命令：\n"),
        "{}",
        alone.stderr
    );
    assert!(!alone.stderr.contains("用法错误") && !alone.stderr.contains("Usage"), "{}", alone.stderr);
}

#[test]
fn chinese_help_tells_each_default_once() {
    let folder = tempfile::tempdir().unwrap();
    let commands = [
        "convert",
        "inspect",
        "archive",
        "run",
        "appraise",
        "stream",
        "shard",
        "ingest",
        "log",
        "timestamp",
        "verify",
        "diff",
        "export",
        "search",
    ];
    for command in commands {
        let help = run(folder.path(), &[command, "--help", "--lang", "zh"]).stdout;
        assert!(help.contains("用法："), "{command}: {help}");
        assert!(help.lines().all(|line| line.matches("默认：").count() < 2), "{command}: {help}");
    }
}

#[test]
fn what_the_system_says_is_told_in_chinese() {
    let folder = tempfile::tempdir().unwrap();
    let run = run(folder.path(), &["jobs", "check", "none.toml", "--lang", "zh"]);
    assert_eq!(run.stderr, "错误：none.toml：没有该文件或文件夹（系统错误 2）\n");
}

#[test]
fn the_same_page_gives_the_same_bytes_in_every_process_and_with_any_number_of_workers() {
    let pages: Vec<(String, String)> = (0..6)
        .map(|n| (format!("in/{n}.html"), page(&format!("关于第{n}件事的通知"), "一二三，ABC 123。")))
        .collect();
    let pages: Vec<(&str, &str)> = pages.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let folder = folder_with(&pages);
    for (output, workers) in [("one", "1"), ("three", "3")] {
        let run = run(folder.path(), &["in", "-o", output, "-j", workers, "-f", "pdf,docx,txt,md,html,json"]);
        assert_eq!(run.code, 0, "{run:?}");
    }
    let names = files(&folder.path().join("one"));
    assert_eq!(names.len(), 36);
    for name in names {
        let read = |output: &str| fs::read(folder.path().join(output).join(&name)).unwrap();
        assert!(read("one") == read("three"), "{name} differs");
    }
}

#[test]
fn the_date_comes_from_the_page_else_from_source_date_epoch_never_from_the_clock() {
    let dateless =
        page("关于甲的通知", "甲").replace("<meta name=\"PubDate\" content=\"2018-01-31 09:30\">", "");
    let folder = folder_with(&[("a.html", &dateless)]);
    let with_epoch = |epoch: &str, output: &str| {
        let run = Run::from(
            guidang(folder.path())
                .env("SOURCE_DATE_EPOCH", epoch)
                .args(["a.html", "-f", "pdf", "-o", output])
                .output()
                .unwrap(),
        );
        assert_eq!(run.code, 0, "{run:?}");
        assert!(run.stderr.contains("states no publication date"), "{run:?}");
        fs::read(folder.path().join(output).join("a.pdf")).unwrap()
    };
    assert!(with_epoch("1517362200", "x") == with_epoch("1517362200", "y"));
    assert!(with_epoch("1517362200", "x") != with_epoch("1517362201", "z"));
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_whole_files_only_and_says_which_signal() {
    let pages: Vec<(String, String)> = (0..400)
        .map(|n| (format!("in/{n:03}.html"), page(&format!("第{n}号通知"), &"内容".repeat(300))))
        .collect();
    let pages: Vec<(&str, &str)> = pages.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let folder = folder_with(&pages);
    let child = guidang(folder.path()).args(["in", "-j", "2"]).stderr(Stdio::piped()).spawn().unwrap();
    let pid = child.id().to_string();
    // Wait for the first output, then terminate in the middle.
    let output = folder.path().join("output");
    while files(&output).is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap();
    let run = Run::from(child.wait_with_output().unwrap());
    assert_eq!(run.code, 143, "{run:?}");
    assert!(run.stderr.contains("not begun"), "{run:?}");
    let left = files(&output);
    assert!(left.len() < 1200, "the signal came too late to prove anything");
    assert!(left.iter().all(|name| !name.contains(".tmp")), "{left:?}");
    for name in left.iter().filter(|name| name.contains(".pdf")) {
        let bytes = fs::read(output.join(name)).unwrap();
        assert!(bytes.starts_with(b"%PDF-") && bytes.trim_ascii_end().ends_with(b"%%EOF"), "{name}");
    }
}

#[test]
fn inspect_draws_its_decisions_on_the_page() {
    let folder = folder_with(&[("a.html", &page("关于甲的通知", "甲"))]);
    let to_file =
        run(folder.path(), &["inspect", "a.html", "--explain", "html", "--lang", "zh", "-o", "out/a.html"]);
    assert_eq!((to_file.code, to_file.stdout.as_str()), (0, ""), "{to_file:?}");
    let drawn = fs::read_to_string(folder.path().join("out/a.html")).unwrap();
    assert!(drawn.contains("data-label=\"标题\"") && drawn.contains("class=\"region\""), "{drawn}");
    assert!(drawn.contains("default-src 'none'") && !drawn.contains("<script"));
    let to_stdout = run(folder.path(), &["inspect", "a.html", "--explain", "html", "--lang", "en"]);
    assert!(to_stdout.stdout.contains("data-label=\"title\""), "{to_stdout:?}");
}

#[test]
fn the_pages_of_one_article_are_one_document() {
    let part = |index: u32, text: &str| {
        page("关于甲的通知", &format!("{text}<script>createPageHTML(3, {index}, \"t1\", \"html\");</script>"))
    };
    let (first, second, third) = (part(0, "甲之一。"), part(1, "甲之二。"), part(2, "甲之三。"));
    let folder = folder_with(&[("t1.html", &first), ("t1_1.html", &second), ("t1_2.html", &third)]);
    let whole = run(folder.path(), &["convert", ".", "-f", "txt,json", "-o", "out", "--strict"]);
    assert_eq!(whole.code, 0, "{whole:?}");
    assert_eq!(files(&folder.path().join("out")), ["t1.json", "t1.txt"]);
    let text = fs::read_to_string(folder.path().join("out/t1.txt")).unwrap();
    let at = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words} in {text}"));
    assert!(at("甲之一。") < at("甲之二。") && at("甲之二。") < at("甲之三。"));
    let document = fs::read_to_string(folder.path().join("out/t1.json")).unwrap();
    assert!(document.contains("\"t1_1.html\"") && document.contains("\"t1_2.html\""), "{document}");

    fs::remove_file(folder.path().join("t1_2.html")).unwrap();
    let gap = run(folder.path(), &["convert", ".", "-f", "txt", "-o", "gap", "--report", "-"]);
    assert!(gap.stdout.contains("part-missing") && gap.stdout.contains("t1_2.html"), "{gap:?}");
}

/// The figure has to get as far as the writer, which alone can tell whether a picture of paths can be drawn.
#[test]
fn a_picture_of_paths_is_drawn_in_the_pdf() {
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' width='90' height='40'><text y='20'>流程</text></svg>";
    let page = format!(
        "{}<p><img src='flow.svg' alt='流程图'></p>",
        "<h1>关于流程的通知</h1><p>　　各单位应当按照下图所示的流程办理有关事项，不得遗漏任何一个环节。</p>"
    );
    let folder = folder_with(&[("p.html", &page), ("flow.svg", svg)]);
    let ended = run(folder.path(), &["convert", "p.html", "-o", "out", "-f", "pdf"]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(!ended.stderr.contains("flow.svg"), "{}", ended.stderr);
}
