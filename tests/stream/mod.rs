//! `guidang stream` and what is built on it: one answer a line whatever comes, and nothing written twice.

mod contract;
mod ingest;
mod limits;
#[cfg(feature = "cloud")]
mod object_stores;
mod property;
mod shard;
mod stores;
mod web_pages;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::support::{Run, guidang, page};

/// Base64 (RFC 4648, 4).
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let group = (0..3).fold(0, |group, at| group << 8 | u32::from(chunk.get(at).copied().unwrap_or(0)));
        for digit in 0..4 {
            let shown = char::from(DIGITS[(group >> (18 - 6 * digit) & 63) as usize]);
            text.push(if digit <= chunk.len() { shown } else { '=' });
        }
    }
    text
}

/// A record of a page of its own.
fn record(number: usize) -> Value {
    let html = page(&format!("关于第{number}号事项的通知"), "有关事项通知如下。");
    json!({
        "v": 1,
        "id": format!("r{number}"),
        "url": format!("https://www.gd.gov.cn/zw/post_{number}.html"),
        "html_b64": base64(html.as_bytes()),
        "fetched_at": "2024-05-06T07:08:09Z",
    })
}

/// A page that takes a while: many paragraphs.
fn heavy(id: &str, paragraphs: usize) -> Value {
    let text = "<p>　　各单位要加强组织领导，明确责任分工，确保各项任务落到实处。</p>".repeat(paragraphs);
    let html = page("关于大量事项的通知", "有关事项通知如下。")
        .replace("</div></body>", &format!("{text}</div></body>"));
    json!({ "id": id, "html_b64": base64(html.as_bytes()) })
}

fn lines(records: &[Value]) -> String {
    records.iter().map(|record| format!("{record}\n")).collect()
}

/// `guidang stream` in `folder`, text files only, to `out`.
fn stream(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = guidang(folder);
    command.args(["stream", "--output", "out", "-f", "txt"]).args(arguments);
    command
}

/// Runs `command` on `input`.
fn run_on(mut command: Command, input: &[u8]) -> Run {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // Fails where the stream ends before its input does.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let run = Run::from(child.wait_with_output().unwrap());
    writer.join().unwrap();
    run
}

fn answers(run: &Run) -> Vec<Value> {
    run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The `id`, and the code of the error or `ok`.
fn outcomes(run: &Run) -> Vec<(String, String)> {
    answers(run).iter().map(|answer| (shown(&answer["id"]), outcome(answer))).collect()
}

fn outcome(answer: &Value) -> String {
    answer["error"]["code"].as_str().unwrap_or_else(|| answer["status"].as_str().unwrap()).to_owned()
}

fn shown(id: &Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}

fn told(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(id, code)| ((*id).to_owned(), (*code).to_owned())).collect()
}

/// A stream that is talked with: a record is given, then its answer read.
struct Conversation {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Conversation {
    fn begin(mut command: Command) -> Self {
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Self { child, input, output: BufReader::new(output) }
    }

    fn give(&mut self, record: &Value) {
        writeln!(self.input, "{record}").unwrap();
    }

    fn answer(&mut self) -> Value {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    fn end(self) -> i32 {
        let Self { mut child, input, output } = self;
        drop(input);
        let code = child.wait().unwrap().code().unwrap_or(-1);
        drop(output);
        code
    }

    /// The processes that it has started and that live.
    fn workers(&self) -> Vec<u32> {
        children(self.child.id())
    }
}

/// The living children of a process, as the system tells.
fn children(parent: u32) -> Vec<u32> {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    numbers
        .filter(|number| {
            let status = fs::read_to_string(format!("/proc/{number}/status")).unwrap_or_default();
            let field = |name: &str| {
                status.lines().find_map(|line| line.strip_prefix(name)).map(|value| value.trim().to_owned())
            };
            let zombie = field("State:").is_some_and(|state| state.starts_with('Z'));
            field("PPid:") == Some(parent.to_string()) && !zombie
        })
        .collect()
}

fn is_alive(process: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    status.lines().any(|line| line.starts_with("State:") && !line.contains('Z'))
}

/// Kills a process and waits until its pipes are closed: it is gone, or only its exit status is left. (Its first thread may
/// be a zombie before the others have ended.)
fn kill(process: u32) {
    assert!(Command::new("kill").args(["-9", &process.to_string()]).status().unwrap().success());
    let ended = || {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        let threads = fs::read_dir(format!("/proc/{process}/task")).map_or(0, Iterator::count);
        let zombie = stat.rsplit(')').next().unwrap_or_default().trim_start().starts_with(['Z', 'X']);
        stat.is_empty() || (zombie && threads <= 1)
    };
    while !ended() {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
}

/// Waits until a process has read so much out of its pipe: a page of that size is in hand. (Fonts are mapped, not read.)
fn wait_until_given(process: u32, bytes: u64) {
    let read = || -> u64 {
        let io = fs::read_to_string(format!("/proc/{process}/io")).unwrap_or_default();
        let line = io.lines().find_map(|line| line.strip_prefix("rchar:"));
        line.and_then(|line| line.trim().parse().ok()).unwrap_or(0)
    };
    while read() < bytes {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

/// Waits until a process works on something, as the processor time it takes tells.
fn wait_until_busy(process: u32) {
    let ticks = || -> u64 {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
        // Behind the name, which may hold spaces: the 12th and 13th field are user and system time.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_ascii_whitespace().collect();
        fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
    };
    let before = ticks();
    while ticks() < before + 3 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}
