//! Bad input is normal input: each kind gets a clear one-line error or a bounded, correct conversion.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::support::{Run, files, guidang, page, run};

/// Not a performance limit, only the line between slow and hung.
const HUNG: Duration = Duration::from_secs(120);

/// Converts `bytes` as `bad.html`; the other page beside it must come out whatever happens.
fn convert(name: &str, bytes: &[u8], arguments: &[&str]) -> (Run, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    fs::write(folder.path().join("in").join(name), bytes).unwrap();
    fs::write(folder.path().join("in/good.html"), page("关于好网页的通知", "内容")).unwrap();
    let child = guidang(folder.path())
        .args(["in", "-f", "pdf,docx,txt,json"])
        .args(arguments)
        .stderr(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let run = wait(child);
    let left = files(&folder.path().join("output"));
    assert!(left.iter().any(|name| name == "good.pdf"), "the good page was lost: {run:?}");
    assert!(!run.stderr.contains("panicked"), "{run:?}");
    assert!(left.iter().all(|name| !name.contains(".tmp")), "{left:?}");
    // Nothing is written outside the output folder.
    assert_eq!(files(folder.path()).len(), left.len() + 2, "{:?}", files(folder.path()));
    (run, left)
}

fn wait(mut child: Child) -> Run {
    // Read while it runs: a full pipe would stop it.
    let stdout = child.stdout.take().map(|pipe| std::thread::spawn(move || read(pipe)));
    let stderr = child.stderr.take().map(|pipe| std::thread::spawn(move || read(pipe)));
    let begin = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if begin.elapsed() > HUNG {
            child.kill().unwrap();
            panic!("hung");
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    let text =
        |reader: Option<JoinHandle<Vec<u8>>>| reader.map(|reader| reader.join().unwrap()).unwrap_or_default();
    Run::from(Output { status, stdout: text(stdout), stderr: text(stderr) })
}

fn read(mut pipe: impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    pipe.read_to_end(&mut bytes).unwrap();
    bytes
}

/// The bad page failed with this stage and message, on one line, and left no output.
fn refused(name: &str, bytes: &[u8], stage: &str, message: &str) {
    let (run, left) = convert(name, bytes, &[]);
    assert_eq!(run.code, 3, "{run:?}");
    let errors: Vec<&str> = run.stderr.lines().filter(|line| line.starts_with("error:")).collect();
    assert_eq!(errors.len(), 1, "{run:?}");
    assert!(errors[0].contains(&format!("[{stage}]")) && errors[0].contains(message), "{}", errors[0]);
    assert_eq!(left.len(), 4, "{left:?}");
}

/// The bad page was converted in all formats.
fn converted(bytes: &[u8]) -> Run {
    let (run, left) = convert("bad.html", bytes, &[]);
    assert_eq!((run.code, left.len()), (0, 8), "{run:?}");
    run
}

#[test]
fn empty_file() {
    refused("bad.html", b"", "acquire", "empty file");
}

#[test]
fn white_space_only() {
    refused("bad.html", b" \r\n\t ", "extract", "");
}

#[test]
fn binary_file() {
    refused("bad.html", b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n1 0 obj\n", "decode", "PDF");
    refused("bad.html", &[0u8; 5000], "decode", "");
    let noise: Vec<u8> = (0..50_000u32).map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()[3]).collect();
    refused("bad.html", &noise, "decode", "");
}

#[test]
fn truncated_multibyte_sequence() {
    let mut bytes = page("关于甲的通知", "内容").into_bytes();
    let cut = bytes.windows(3).position(|w| w == "内".as_bytes()).unwrap();
    bytes.remove(cut + 1);
    let run = converted(&bytes);
    assert!(run.stderr.contains("undecodable"), "{run:?}");
}

#[test]
fn two_hundred_thousand_nested_divs() {
    let html = page("关于甲的通知", &format!("{}内容{}", "<div>".repeat(200_000), "</div>".repeat(200_000)));
    let run = converted(html.as_bytes());
    assert!(run.stderr.contains("nested deeper than 512"), "{run:?}");
}

#[test]
fn a_hundred_mebibytes() {
    let html = page("关于甲的通知", "内容").replace("内容", &"内容".repeat(20 << 20));
    refused("bad.html", html.as_bytes(), "acquire", "larger than");
}

#[test]
fn a_million_cells() {
    let html = page("关于甲的通知", &format!("<table><tr>{}</tr></table>", "<td>1".repeat(1_000_000)));
    refused("bad.html", html.as_bytes(), "parse", "table cells");
}

#[test]
fn a_hundred_thousand_attributes() {
    let attributes: String = (0..100_000).map(|n| format!(" a{n}=1")).collect();
    converted(page("关于甲的通知", &format!("<span{attributes}>内容</span>")).as_bytes());
}

#[test]
fn a_word_of_a_hundred_thousand_characters() {
    converted(page("关于甲的通知", &"a".repeat(100_000)).as_bytes());
}

#[test]
fn spans_that_lie() {
    let table = "<table border=1><tr><td rowspan=65534 colspan=1000>甲</td><td colspan=0>乙</td></tr>\
                 <tr><td rowspan=-3>丙</td><td colspan=99999999999>丁</td></tr></table>";
    converted(page("关于甲的通知", table).as_bytes());
}

#[test]
fn control_characters_and_byte_order_marks_in_the_text() {
    converted(
        page("关于甲\u{1}的通知", "内\u{0}容\u{b}\u{FEFF}\u{FFFE}甲\u{200B}乙&#x1;&#xFFFF;").as_bytes(),
    );
}

/// A PNG header that claims the size given.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    png.extend_from_slice(&width.to_be_bytes());
    png.extend_from_slice(&height.to_be_bytes());
    png.extend_from_slice(b"\x08\x06\0\0\0\0\0\0\0");
    png
}

fn with_picture(bytes: &[u8]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.png"), bytes).unwrap();
    fs::write(
        folder.path().join("a.html"),
        page("关于甲的通知", "内容</p><p><img src=\"a.png\" alt=\"图\">"),
    )
    .unwrap();
    let run = run(folder.path(), &["a.html", "-f", "pdf,docx,txt"]);
    assert_eq!((run.code, files(&folder.path().join("output")).len()), (0, 3), "{run:?}");
    run
}

#[test]
fn a_picture_that_is_not_a_picture() {
    assert!(with_picture(b"GIF? no, a text").stderr.contains("picture missing"));
    assert!(with_picture(b"").stderr.contains("picture missing"));
}

#[test]
fn a_picture_that_claims_sixty_thousand_pixels_square() {
    assert!(with_picture(&png_header(60_000, 60_000)).stderr.contains("picture missing"));
}

#[test]
fn a_picture_cut_off_after_its_header() {
    assert!(with_picture(&png_header(100, 100)).stderr.contains("picture missing"));
}

#[test]
fn a_picture_outside_the_folder_of_the_pages_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let mut png = png_header(1, 1);
    png.extend_from_slice(b"secret");
    fs::write(folder.path().join("secret.png"), &png).unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    for source in
        ["../secret.png", "%2e%2e/secret.png", "..\\secret.png", "file:///etc/passwd", "/etc/passwd"]
    {
        let text = page("关于甲的通知", &format!("内容</p><p><img src=\"{source}\">"));
        fs::write(folder.path().join("in/a.html"), text).unwrap();
        let run = run(folder.path(), &["in", "-f", "json"]);
        assert_eq!(run.code, 0, "{run:?}");
        assert!(run.stderr.contains("picture missing"), "{source}: {run:?}");
        let json = fs::read_to_string(folder.path().join("output/a.json")).unwrap();
        assert!(!json.contains("\"assets\""), "{source}: {json}");
    }
}

#[test]
fn names_with_spaces_chinese_and_dots() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["关于 甲.html", "..b.html", "c..html", "-d.html"] {
        fs::create_dir_all(folder.path().join("in")).unwrap();
        fs::write(folder.path().join("in").join(name), page("关于甲的通知", "内容")).unwrap();
    }
    let run = run(folder.path(), &["in", "-f", "txt"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(files(&folder.path().join("output")), ["-d.txt", "..b.txt", "c..txt", "关于 甲.txt"]);
}

#[test]
fn a_file_that_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("loop.html", folder.path().join("loop.html")).unwrap();
    let run = run(folder.path(), &["loop.html", "."]);
    assert_eq!(run.code, 1, "{run:?}");
    assert_eq!(run.stderr.lines().filter(|line| line.starts_with("error:")).count(), 2, "{run:?}");
}

#[test]
fn a_pipe_in_place_of_a_file_does_not_wait() {
    let folder = tempfile::tempdir().unwrap();
    Command::new("mkfifo").arg(folder.path().join("pipe.html")).status().unwrap();
    let child = guidang(folder.path()).arg("pipe.html").stderr(Stdio::piped()).spawn().unwrap();
    let run = wait(child);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stderr.contains("not a regular file"), "{run:?}");
}

/// A limit on the size of files stands in for a full disk: writing fails in the middle.
#[test]
fn a_full_disk() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.html"), page("关于甲的通知", "内容")).unwrap();
    fs::create_dir(folder.path().join("output")).unwrap();
    fs::write(folder.path().join("output/a.pdf"), "an older file").unwrap();
    let script = "trap '' XFSZ; ulimit -f 4; exec \"$0\" a.html -f pdf";
    let output = Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_guidang")])
        .current_dir(folder.path())
        .env("GUIDANG_FONTS", Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts"))
        .env("LC_ALL", "C")
        .output()
        .unwrap();
    let run = Run::from(output);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stderr.contains("a.html [archive] cannot write output/a.pdf"), "{run:?}");
    assert_eq!(fs::read_to_string(folder.path().join("output/a.pdf")).unwrap(), "an older file");
    assert_eq!(files(&folder.path().join("output")), ["a.pdf"]);
}

/// Everything below `folder/output`, by name.
fn outputs(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let output = folder.join("output");
    files(&output).into_iter().map(|name| (name.clone(), fs::read(output.join(name)).unwrap())).collect()
}

fn folder_of_pages(count: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    for number in 0..count {
        let text = page(&format!("关于第{number}号网页的通知"), &"内容。".repeat(number * 20));
        fs::write(folder.path().join(format!("in/{number}.html")), text).unwrap();
    }
    folder
}

/// Each run writes through files of its own, so none sees another's half-written file or sweeps it away.
#[test]
fn runs_at_the_same_time_into_one_folder() {
    let folder = folder_of_pages(12);
    let children: Vec<_> =
        (0..3).map(|_| guidang(folder.path()).arg("in").stderr(Stdio::piped()).spawn().unwrap()).collect();
    for child in children {
        let run = wait(child);
        assert_eq!(run.code, 0, "{run:?}");
    }
    let together = outputs(folder.path());
    assert_eq!(together.len(), 36);
    assert_eq!(run(folder.path(), &["in"]).code, 0);
    assert!(together == outputs(folder.path()), "not what a single run writes");
}

/// A kill cannot be caught: what is in its place must be whole, and what is not must go with the next run.
#[test]
fn a_killed_run_leaves_whole_files_and_the_next_run_sweeps() {
    let folder = folder_of_pages(12);
    assert_eq!(run(folder.path(), &["in"]).code, 0);
    let whole = outputs(folder.path());
    fs::remove_dir_all(folder.path().join("output")).unwrap();
    for milliseconds in [60, 120, 240] {
        let mut child = guidang(folder.path()).arg("in").stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(milliseconds));
        child.kill().unwrap();
        child.wait().unwrap();
        for (name, bytes) in outputs(folder.path()) {
            assert!(name.starts_with(".guidang-") || whole[&name] == bytes, "{name} is torn");
        }
    }
    fs::create_dir_all(folder.path().join("output")).unwrap();
    fs::write(folder.path().join("output/.guidang-abandoned.tmp"), "half a file").unwrap();
    assert_eq!(run(folder.path(), &["in"]).code, 0);
    assert!(whole == outputs(folder.path()));
}

/// A file name may hold what starts a line of its own or steers a terminal; the words about it stay one plain line.
#[test]
fn names_with_newlines_and_control_sequences() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    fs::write(folder.path().join("in/a\nerror: b\u{1b}[31m.html"), "").unwrap();
    let run = run(folder.path(), &["in"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert_eq!(run.stderr.lines().count(), 2, "{run:?}");
    assert!(run.stderr.starts_with("error: in/a\\nerror: b\\u{1b}[31m.html [acquire]"), "{run:?}");
}

/// A name that is no UTF-8, as unpacked from a GBK archive, is kept byte for byte.
#[test]
#[cfg(target_os = "linux")]
fn a_name_that_is_not_utf8() {
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    let name = std::ffi::OsStr::from_bytes(b"\xB9\xAB\xB8\xE6.html");
    fs::write(folder.path().join(name), page("关于甲的通知", "内容")).unwrap();
    let run = run(folder.path(), &[".", "-f", "txt", "--report", "-"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(
        folder.path().join("output").join(std::ffi::OsStr::from_bytes(b"\xB9\xAB\xB8\xE6.txt")).is_file()
    );
    assert!(serde_json::from_str::<serde_json::Value>(&run.stdout).is_ok(), "{run:?}");
}

/// A link to nothing is a page that is missing, not one that was never there; a link to a folder is no way in circles.
#[test]
fn links_to_nothing_and_in_circles() {
    let folder = folder_of_pages(1);
    std::os::unix::fs::symlink("nowhere.html", folder.path().join("in/lost.html")).unwrap();
    std::os::unix::fs::symlink("..", folder.path().join("in/up")).unwrap();
    let run = run(folder.path(), &["in", "-f", "txt"]);
    assert_eq!(run.code, 3, "{run:?}");
    assert!(run.stderr.contains("error: in/lost.html [acquire] cannot read in/lost.html"), "{run:?}");
    assert_eq!(files(&folder.path().join("output")), ["0.txt"]);
}

/// What stands in the way is named and left alone; the other pages come out.
#[test]
fn a_file_in_the_way_of_a_folder_and_a_folder_in_the_way_of_a_file() {
    let folder = folder_of_pages(2);
    fs::create_dir(folder.path().join("in/sub")).unwrap();
    fs::write(folder.path().join("in/sub/c.html"), page("关于丙的通知", "内容")).unwrap();
    fs::create_dir_all(folder.path().join("output/0.txt")).unwrap();
    fs::write(folder.path().join("output/sub"), "an older file").unwrap();
    let run = run(folder.path(), &["in", "-f", "txt"]);
    assert_eq!(run.code, 3, "{run:?}");
    assert!(run.stderr.contains("in/0.html [archive] cannot write output/0.txt"), "{run:?}");
    assert!(run.stderr.contains("in/sub/c.html [archive] cannot make the folder output/sub"), "{run:?}");
    assert_eq!(files(&folder.path().join("output")), ["1.txt", "sub"]);
    assert_eq!(fs::read_to_string(folder.path().join("output/sub")).unwrap(), "an older file");
}

/// The address is printed in every output: a password typed with it is not for the archive.
#[test]
fn a_password_in_the_base_url_reaches_no_output() {
    let folder = tempfile::tempdir().unwrap();
    let text = page("关于甲的通知", "内容<a href=\"b.pdf\">附表</a>");
    fs::write(folder.path().join("a.html"), text).unwrap();
    let base = "https://archivist:geheim@www.yunxi.gov.example/a/";
    let run = run(folder.path(), &["a.html", "-f", "txt,json", "--base-url", base]);
    assert_eq!(run.code, 0, "{run:?}");
    for (name, bytes) in outputs(folder.path()) {
        let text = String::from_utf8(bytes).unwrap();
        assert!(!text.contains("geheim") && !text.contains("archivist"), "{name}");
        assert!(text.contains("https://www.yunxi.gov.example/a/b.pdf"), "{name}");
    }
}

/// A report that cannot be written is named at the end, and the run does not say that all is well.
#[test]
#[cfg(target_os = "linux")]
fn a_report_on_a_full_disk_and_in_a_missing_folder() {
    let folder = folder_of_pages(1);
    let full = run(folder.path(), &["in", "-f", "txt", "--report", "/dev/full"]);
    assert!(full.code != 0 && full.stderr.contains("cannot write the report /dev/full"), "{full:?}");
    let missing = run(folder.path(), &["in", "-f", "txt", "--report", "missing/report.jsonl"]);
    assert!(missing.code == 2 && missing.stderr.contains("missing/report.jsonl"), "{missing:?}");
}

/// A picture's address is printed where the picture is missing; XML can hold no U+0004 (found by fuzzing).
#[test]
fn control_characters_in_the_address_of_a_picture() {
    converted(page("关于甲的通知", "内容</p><p><img src=\"data:image/p\u{4}ng;base64,A\">").as_bytes());
    converted(page("关于甲的通知", "内容</p><p><img src=\"a\u{4}\u{FEFF}\n.png\" alt=\"&#4;\">").as_bytes());
}

/// Targets are dropped, cleaned or kept; none may run a script, read a file or break the XML around it.
#[test]
fn links_of_every_evil_kind() {
    let targets = [
        "javascript:alert(1)",
        " JaVa\nScript:alert(1)",
        "vbscript:x",
        "data:text/html,<b>",
        "file:///etc/passwd",
        "\\\\host\\share",
        "http://[::1",
        "http://a b/",
        "http://a.gov.example/?x=1&y='2'<3>\n4\u{1}",
        "mailto:a@b.example?subject=<&>",
    ];
    let links: String = targets
        .iter()
        .map(|target| {
            format!("<a href=\"{}\">链接</a>，", target.replace('&', "&amp;").replace('"', "&quot;"))
        })
        .collect();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.html"), page("关于甲的通知", &links)).unwrap();
    let run = run(folder.path(), &["a.html", "-f", "pdf,docx,txt,json"]);
    assert_eq!(run.code, 0, "{run:?}");
    let json = fs::read_to_string(folder.path().join("output/a.json")).unwrap();
    for scheme in ["javascript:", "vbscript:", "data:", "file:"] {
        assert!(!json.to_lowercase().contains(scheme), "{scheme}: {json}");
    }
}

/// The picture is decoded once and thrown away; nothing keeps copies of its text.
#[test]
fn a_picture_of_twenty_megabytes_within_the_page() {
    let text = page(
        "关于甲的通知",
        &format!("内容</p><p><img src=\"data:image/png;base64,{}\">", "QUJD".repeat(5 << 20)),
    );
    assert!(converted(text.as_bytes()).stderr.contains("picture missing: data:image/png"));
}

/// More columns than a page can show or Word allows (63): the words are kept, and it is told once.
#[test]
fn a_row_of_three_hundred_columns() {
    let row: String = (0..300).map(|column| format!("<td>第{column}列</td>")).collect();
    let run = converted(page("关于甲的通知", &format!("<table border=1><tr>{row}</tr></table>")).as_bytes());
    assert_eq!(run.stderr.matches("300 columns had to be squeezed").count(), 1, "{run:?}");
}

/// Nobody has titles of this length, but a broken template may put a whole text there.
#[test]
fn a_title_of_two_thousand_characters() {
    let run = converted(page(&"关于甲乙丙丁".repeat(333), "内容").as_bytes());
    assert!(run.stderr.lines().all(|line| line.len() < 10_000), "{run:?}");
}

/// Missing pictures are looked for once each, not once for each that went before.
#[test]
fn five_thousand_pictures() {
    let pictures: String = (0..5_000).map(|number| format!("<p><img src=\"{number}.png\"></p>")).collect();
    let run = converted(page("关于甲的通知", &format!("内容</p>{pictures}<p>")).as_bytes());
    assert_eq!(run.stderr.matches("picture missing").count(), 5_000);
}

/// Attachments are found by their address, not by looking through all of them for each.
#[test]
fn five_thousand_attachments() {
    let links: String = (0..5_000)
        .map(|number| format!("<p><a href=\"http://a.gov.example/{number}.pdf\">{number}.名单</a></p>"))
        .collect();
    converted(page("关于甲的通知", &format!("内容</p>{links}<p>")).as_bytes());
}
