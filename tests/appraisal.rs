//! `guidang appraise` and `guidang export --layout 移交`: rules propose, people decide, the log remembers, and what is handed
//! over is what was decided on.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Run, files, guidang, page, root};

const EPOCH: &str = "1795500000";

const RULES: &str = "\
[fonds]
code = \"J001\"
category = \"WS\"
[[class]]
code = \"ZCWJ\"
name = \"政策文件\"
[[class]]
code = \"GZDT\"
name = \"工作动态\"
[[rule]]
name = \"通知\"
class = \"ZCWJ\"
retention = \"定期10年\"
title = [\"*通知\"]
";

fn guidang_in(folder: &Path, arguments: &[&str]) -> Run {
    let mut command = guidang(folder);
    Run::from(command.env("SOURCE_DATE_EPOCH", EPOCH).args(arguments).output().unwrap())
}

fn done(folder: &Path, arguments: &[&str]) -> Run {
    let run = guidang_in(folder, arguments);
    assert_eq!(run.code, 0, "{arguments:?}: {run:?}");
    run
}

fn appraise(folder: &Path, arguments: &[&str]) -> Run {
    guidang_in(folder, &[&["appraise", "--store", "store"], arguments].concat())
}

fn hand_over(folder: &Path, to: &str, arguments: &[&str]) -> Run {
    guidang_in(folder, &[&["export", "--store", "store", "--layout", "移交", to], arguments].concat())
}

/// A page that states its address and an index number.
fn at(number: usize, title: &str, index: &str) -> String {
    let link = format!("<link rel=\"canonical\" href=\"https://www.yunshan.gov.cn/t{number}.html\"></head>");
    let table = format!("<table class=\"index\"><tr><td>索引号：</td><td>{index}</td></tr></table><h1>");
    page(title, "请各单位认真贯彻执行。").replace("</head>", &link).replacen("<h1>", &table, 1)
}

/// A store with three 通知 and a page that no rule is about.
fn store(titles: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    for (number, title) in titles.iter().enumerate() {
        fs::write(folder.path().join(format!("in/{number}.html")), at(number, title, "000014349/2018-1"))
            .unwrap();
    }
    done(
        folder.path(),
        &["archive", "in", "--store", "store", "--no-fsync", "--missing-glyph", "substitute"],
    );
    fs::write(folder.path().join("store/appraisal.toml"), RULES).unwrap();
    folder
}

const FOUR: [&str; 4] = ["关于甲的通知", "关于乙的通知", "关于丙的通知", "工作简讯一则"];

fn json(folder: &Path, arguments: &[&str]) -> serde_json::Value {
    let run = appraise(folder, &[&["--json"], arguments].concat());
    assert_eq!(run.code, 0, "{run:?}");
    serde_json::from_str(&run.stdout).unwrap()
}

/// Last line of what was told.
fn told(run: &Run) -> String {
    run.stderr.lines().last().unwrap_or_default().to_owned()
}

/// In capitals, as the transfer rules have it.
fn is_xml(file: &str) -> bool {
    Path::new(file).extension().is_some_and(|extension| extension == "XML")
}

#[test]
fn a_proposal_decides_nothing_until_somebody_accepts_it() {
    let folder = store(&FOUR);
    let listed = appraise(folder.path(), &[]);
    assert_eq!(listed.code, 0, "{listed:?}");
    assert!(listed.stdout.contains("4 await a decision, 3 with a proposal; 0 are decided"), "{listed:?}");
    assert!(listed.stdout.contains("定期10年") && listed.stdout.contains("关于甲的通知"), "{listed:?}");
    let waiting = json(folder.path(), &[]);
    assert_eq!((waiting["waiting"].as_u64(), waiting["proposed"].as_u64()), (Some(4), Some(3)));
    let first = &waiting["documents"][0];
    assert_eq!(first["proposal"]["series"], "J001-WS·2018-D10-ZCWJ");
    assert_eq!((&first["date_is"], &first["decision"]), (&"published".into(), &serde_json::Value::Null));

    let one = appraise(folder.path(), &["--accept", "t1.html", "--by", "王某"]);
    assert_eq!(one.code, 0, "{one:?}");
    let all = appraise(folder.path(), &["--accept", "--all", "--by", "王某"]);
    assert_eq!((all.code, told(&all).as_str()), (0, "2 decided, 1 not"), "{all:?}");
    let decided = json(folder.path(), &["--decided"]);
    let codes: Vec<&str> = decided["documents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|document| document["decision"]["reference_code"].as_str().unwrap())
        .collect();
    assert_eq!(
        codes,
        ["J001-WS·2018-D10-ZCWJ-0001", "J001-WS·2018-D10-ZCWJ-0002", "J001-WS·2018-D10-ZCWJ-0003"]
    );
    assert_eq!(decided["documents"][0]["object"], "https://www.yunshan.gov.cn/t1.html");
    assert_eq!(decided["documents"][0]["decision"]["by"], "王某");
    assert_eq!(decided["documents"][0]["decision"]["rule"], "通知");

    // It stands in the log, with who and by what, and the log's chain holds.
    let log = done(folder.path(), &["log", "--store", "store"]).stdout;
    let line = log.lines().find(|line| line.contains("appraisal")).unwrap();
    for part in ["by=王某", "decision=accepted", "reference-code=J001-WS·2018-D10-ZCWJ-0001", "rule=通知"]
    {
        assert!(line.contains(part), "{line}");
    }
    done(folder.path(), &["verify", "--store", "store", "--fixity"]);
}

#[test]
fn people_decide_otherwise_and_take_decisions_back() {
    let folder = store(&FOUR);
    let set = |arguments: &[&str]| appraise(folder.path(), &[&["--set", "--by", "李某"], arguments].concat());
    let first = set(&["t3.html", "--retention", "永久", "--class", "工作动态", "--note", "本市首次"]);
    assert_eq!(first.code, 0, "{first:?}");
    assert!(first.stderr.contains("J001-WS·2018-Y-GZDT-0001  永久  工作动态"), "{first:?}");
    // What is not stated is as the rule proposes, then as it was decided.
    assert!(set(&["t0.html", "--retention", "D30"]).stderr.contains("J001-WS·2018-D30-ZCWJ-0001"));
    assert!(set(&["t0.html", "--year", "2017"]).stderr.contains("J001-WS·2017-D30-ZCWJ-0001"));
    let back = appraise(folder.path(), &["--withdraw", "J001-WS·2018-Y-GZDT-0001", "--by", "李某"]);
    assert_eq!((back.code, told(&back).as_str()), (0, "1 withdrawn, 0 not"), "{back:?}");
    // The number is not given to another.
    assert!(set(&["t1.html", "--retention", "Y", "--class", "GZDT"]).stderr.contains("Y-GZDT-0002"));
    let again = appraise(folder.path(), &["--accept", "t1.html", "t2.html", "--by", "李某"]);
    assert_eq!((again.code, told(&again).as_str()), (3, "1 decided, 1 not"), "{again:?}");
    let nothing = appraise(folder.path(), &["--withdraw", "t3.html", "--by", "李某"]);
    assert_eq!(nothing.code, 1, "{nothing:?}");
}

#[test]
fn nothing_is_decided_by_nobody_or_by_wrong_rules() {
    let folder = store(&FOUR);
    let before = fs::read(folder.path().join("store/events/log.jsonl")).unwrap();
    for (arguments, told) in [
        (&["--accept", "--all"][..], "--by"),
        (&["--accept", "--all", "--by", ""], "must be a name"),
        (&["--accept", "--all", "--by", " \u{3000}"], "must be a name"),
        (&["--accept", "--all", "--by", "王\n某"], "must be a name"),
        (&["--accept", "--all", "--by", "王某", "--note", "\u{1b}[2J"], "a note must have"),
        (&["--accept", "--by", "王某"], "say what to accept"),
        (&["--accept", "--rule", "没有", "--by", "王某"], "there is no rule"),
        (&["--accept", "nowhere.html", "--by", "王某"], "nowhere.html"),
        (&["--set", "t3.html", "--by", "王某"], "no rule proposes a period"),
        (&["--set", "t3.html", "--retention", "永久", "--by", "王某"], "no rule proposes a class"),
        (&["--set", "t3.html", "--retention", "长期", "--by", "王某"], "长期"),
        (&["--set", "t3.html", "--retention", "永久", "--class", "X", "--by", "王某"], "there is no class"),
        (&["--set", "t3.html", "--year", "99999", "--by", "王某"], "99999"),
        (&["--by", "王某"], "--accept|--set|--withdraw"),
        (&["--accept", "--all", "--by", "王某", "--rules", "missing.toml"], "missing.toml"),
    ] {
        let run = appraise(folder.path(), arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {run:?}");
        assert!(run.stderr.contains(told), "{arguments:?}: {run:?}");
    }
    fs::write(folder.path().join("wrong.toml"), RULES.replace("定期10年", "十年")).unwrap();
    let wrong = appraise(folder.path(), &["--rules", "wrong.toml"]);
    assert_eq!(wrong.code, 2, "{wrong:?}");
    assert!(wrong.stderr.contains("wrong.toml: line 13, column 13: “十年” is none of"), "{wrong:?}");
    fs::remove_file(folder.path().join("store/appraisal.toml")).unwrap();
    assert_eq!(appraise(folder.path(), &["--accept", "--all", "--by", "王某"]).code, 2);
    assert_eq!(appraise(folder.path(), &[]).code, 0);
    assert_eq!(fs::read(folder.path().join("store/events/log.jsonl")).unwrap(), before);
}

#[test]
fn on_a_damaged_log_nothing_is_decided() {
    let folder = store(&FOUR);
    let path = folder.path().join("store/events/log.jsonl");
    let log = fs::read_to_string(&path).unwrap();
    fs::write(&path, log.replacen("\"kind\":\"creation\"", "\"kind\":\"capture\"", 1)).unwrap();
    let run = appraise(folder.path(), &["--accept", "--all", "--by", "王某"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stderr.contains("entry 1 has been altered"), "{run:?}");
}

#[test]
fn what_is_undecided_is_handed_over_only_if_that_is_wanted() {
    let folder = store(&FOUR);
    assert_eq!(appraise(folder.path(), &["--accept", "--all", "--by", "王某"]).code, 0);
    let refused = hand_over(folder.path(), "out", &[]);
    assert_ne!(refused.code, 0, "{refused:?}");
    assert!(refused.stderr.contains("https://www.yunshan.gov.cn/t3.html"), "{refused:?}");
    assert!(!folder.path().join("out").exists());
    let run = hand_over(folder.path(), "out", &["--undecided", "--encoding", "utf-8"]);
    assert_eq!(run.code, 0, "{run:?}");
    let directory = fs::read_to_string(folder.path().join("out/文件目录.XML")).unwrap();
    assert!(directory.contains("<档号>J001-WS·2018-D10-ZCWJ-0001</档号>"), "{directory}");
    assert!(directory.contains("<档号>未定</档号>") && directory.contains("工作简讯一则"), "{directory}");
    let all = files(&folder.path().join("out"));
    assert!(all.iter().any(|file| file.starts_with("电子档案/2018/政策文件/J001-WS·2018-D10-ZCWJ-0001_")));
    // By its index number, made fit for a file name.
    assert!(all.iter().any(|file| file.starts_with("电子档案/2018/未定/000014349_2018-1_")), "{all:?}");
    // Decided ones alone need no permission.
    assert_eq!(hand_over(folder.path(), "three", &["t0.html", "t1.html", "t2.html"]).code, 0);
}

#[test]
fn two_pages_with_one_index_number_are_two_records() {
    let folder = store(&["关于甲的通知", "关于乙的通知"]);
    assert_eq!(hand_over(folder.path(), "out", &["--undecided"]).code, 0);
    let records: Vec<PathBuf> = fs::read_dir(folder.path().join("out/电子档案/2018/未定"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(records.len(), 2, "{records:?}");
}

#[test]
fn the_texts_are_in_the_encoding_that_was_asked_for_and_hold_any_title() {
    let title = "关于&#x20000;&lt;甲&gt;&amp;&quot;乙&quot;&#xE5E5;&#x9FB4;的通知";
    let folder = store(&[title]);
    assert_eq!(appraise(folder.path(), &["--accept", "--all", "--by", "王<某>&\"某\""]).code, 0);
    for (name, encoding) in [("gb18030", encoding_rs::GB18030), ("utf-8", encoding_rs::UTF_8)] {
        let run = hand_over(folder.path(), name, &["--encoding", name]);
        assert_eq!(run.code, 0, "{run:?}");
        let out = folder.path().join(name);
        for file in files(&out).iter().filter(|file| is_xml(file) || *file == "说明文件.TXT") {
            let bytes = fs::read(out.join(file)).unwrap();
            let (text, wrong) = encoding.decode_without_bom_handling(&bytes);
            assert!(!wrong, "{file} is not in {name}");
            assert!(!is_xml(file) || text.contains(&format!("encoding=\"{}\"", name.to_uppercase())));
            let in_title = "关于𠀀&lt;甲&gt;&amp;&quot;乙&quot;&#xE5E5;&#x9FB4;的通知";
            let titled = ["文件目录.XML", "数据.XML"].iter().any(|end| file.ends_with(end));
            assert!(!titled || text.contains(in_title), "{file}: {text}");
        }
    }
}

#[test]
fn the_same_store_is_handed_over_in_the_same_bytes() {
    let folder = store(&FOUR);
    appraise(folder.path(), &["--accept", "--all", "--by", "王某"]);
    assert_eq!(hand_over(folder.path(), "one", &["--undecided"]).code, 0);
    assert_eq!(hand_over(folder.path(), "two", &["--undecided"]).code, 0);
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    assert_eq!(files(&one), files(&two));
    for file in files(&one) {
        assert_eq!(fs::read(one.join(&file)).unwrap(), fs::read(two.join(&file)).unwrap(), "{file}");
    }
}

#[test]
fn a_folder_that_was_tampered_with_is_refused_by_name() {
    let folder = store(&["关于甲的通知", "关于乙的通知"]);
    appraise(folder.path(), &["--accept", "--all", "--by", "王某"]);
    assert_eq!(hand_over(folder.path(), "out", &["--encoding", "utf-8"]).code, 0);
    let out = folder.path().join("out");
    let all = files(&out);
    let find = |end: &str| all.iter().find(|file| file.ends_with(end)).unwrap().clone();
    let list = "其他/数字摘要-SHA256.TXT".to_owned();
    let append = |file: &str| {
        let path = out.join(file);
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, [&bytes[..], b"\n"].concat()).unwrap();
        (path, bytes)
    };
    let refused = |name: &str| {
        let run = guidang_in(folder.path(), &["archive", "out", "--store", "other", "--no-fsync"]);
        assert_ne!(run.code, 0, "{name}: {run:?}");
        assert!(run.stderr.contains(name), "{name}: {run:?}");
    };
    for file in [find("document.pdf"), find("source.warc.gz"), "文件目录.XML".to_owned(), list.clone()] {
        let (path, bytes) = append(&file);
        refused(&file);
        fs::remove_file(&path).unwrap();
        refused(&file);
        fs::write(&path, bytes).unwrap();
    }
    let stray = out.join("电子档案/夹带.exe");
    fs::write(&stray, b"MZ").unwrap();
    refused("夹带.exe");
    fs::remove_file(stray).unwrap();
    // A list that leads out of the folder, or lists a file twice.
    let text = fs::read_to_string(out.join(&list)).unwrap();
    let first = text.lines().next().unwrap();
    for (line, told) in [
        (format!("{}  ../in/0.html\n", &first[..64]), "../in/0.html"),
        (format!("{first}\n"), "数字摘要-SHA256.TXT"),
    ] {
        fs::write(out.join(&list), format!("{text}{line}")).unwrap();
        refused(told);
    }
    fs::write(out.join(&list), &text).unwrap();
    // The form is there to be filled in.
    fs::write(out.join("其他/电子档案移交与接收登记表.JPG"), b"signed and scanned").unwrap();
    let run = guidang_in(folder.path(), &["archive", "out", "--store", "other", "--no-fsync"]);
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn the_schemas_are_those_of_the_source() {
    let folder = store(&["关于甲的通知"]);
    assert_eq!(hand_over(folder.path(), "out", &["--undecided"]).code, 0);
    for entry in fs::read_dir(root().join("src/export/handover/schemas")).unwrap() {
        let path = entry.unwrap().path();
        let handed_over = folder.path().join("out/其他").join(path.file_name().unwrap());
        assert_eq!(fs::read(&path).unwrap(), fs::read(handed_over).unwrap(), "{}", path.display());
    }
}
