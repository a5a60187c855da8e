//! Bad input is normal input: each kind gets a clear one-line error or a bounded, correct conversion.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
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

fn wait(mut child: std::process::Child) -> Run {
    let begin = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if begin.elapsed() > HUNG {
            child.kill().unwrap();
            panic!("hung");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Run::from(child.wait_with_output().unwrap())
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
