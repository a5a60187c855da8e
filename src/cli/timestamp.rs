//! `guidang timestamp`: a token of a time-stamp authority (RFC 3161) over the head of a store's event log.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use super::args::Lang;
use super::{Exit, settings, words};
use crate::acquire::web::post;
use crate::archive::events::timestamp::{
    QUERY_MEDIA_TYPE, REPLY_MEDIA_TYPE, TimestampError, Token, check, request,
};
use crate::archive::events::{Event, EventKind, Head, Outcome};
use crate::archive::place;
use crate::archive::store::{Store, StoreError, Writer};
use crate::message::{Describe, Language, messages};

/// Exit codes, as they stand in the help.
pub(super) const EXIT_CODES: &str = "\
Exit codes:
  0    the token was kept, or the request written
  1    the authority refused or cannot be reached, or the answer proves nothing
  2    wrong usage
  75   another process is writing to the store";

/// The same in Chinese.
pub(super) const EXIT_CODES_IN_CHINESE: &str = "\
退出码：
  0    时间戳已保存，或请求已写出
  1    时间戳服务拒绝或无法访问，或应答不能证明任何内容
  2    用法错误
  75   另一进程正在写入归档库";

/// Chinese help of this command's arguments, by their clap ids.
pub(super) const CHINESE: [(&str, &str); 3] = [
    ("url", "以 HTTP 向此地址的时间戳服务申请"),
    ("request", "将申请写入 FILE，以便另行提交"),
    ("reply", "保存 FILE 中的时间戳应答"),
];

/// `guidang timestamp`.
#[derive(Debug, Args)]
pub(super) struct TimestampArgs {
    /// Ask the authority at this http or https address
    #[arg(long, value_name = "URL", required_unless_present_any = ["request", "reply"])]
    #[arg(conflicts_with_all = ["request", "reply"])]
    pub url: Option<String>,
    /// Write the request to FILE, to be taken to an authority by other means
    #[arg(long, value_name = "FILE", conflicts_with = "reply")]
    pub request: Option<PathBuf>,
    /// Keep the answer in FILE, which an authority gave to a request written before
    #[arg(long, value_name = "FILE")]
    pub reply: Option<PathBuf>,
    /// The store
    #[arg(long, value_name = "DIR", default_value = "output/archive")]
    pub store: PathBuf,
    /// Seconds to wait for another process that writes to the store
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    pub lock_wait: u32,
    /// Language of messages
    #[arg(long, value_enum, value_name = "LANG")]
    pub lang: Option<Lang>,
}

messages! {
    /// Why there is no token.
    #[derive(Clone, Debug, PartialEq, Eq)]
    enum Failure {
        /// Nothing has happened yet.
        Empty = "log-empty", "the event log is empty: there is nothing to stamp", "日志为空，无从加盖时间戳";
        /// The answer is about no entry of this log.
        Foreign = "timestamp-foreign",
            "the answer is about no entry of this store's event log", "应答与本归档库日志的任何一条均不相符";
        /// A file cannot be read.
        Unreadable { path: String, why: String } = "timestamp-unreadable", "{path}: {why}", "{path}：{why}";
    }
}

type Ended = (String, Exit);

/// Runs it.
pub(super) fn run(args: &TimestampArgs, language: Language) -> Exit {
    match stamp(args, language) {
        Ok(line) => {
            words::say(&line);
            Exit::Done
        }
        Err((line, exit)) => {
            words::error(language, &line);
            exit
        }
    }
}

fn stamp(args: &TimestampArgs, language: Language) -> Result<String, Ended> {
    let failed = |error: &dyn Describe| (error.describe(language), Exit::Failed);
    let of_store = |error: StoreError| {
        let exit = match error {
            StoreError::Locked { .. } => Exit::Locked,
            StoreError::NotAStore { .. } | StoreError::Unsupported { .. } => Exit::Usage,
            _ => Exit::Failed,
        };
        (error.describe(language), exit)
    };
    let store = Store::open(&args.store).map_err(of_store)?;
    if let Some(path) = &args.request {
        let head = store.head().map_err(of_store)?.ok_or_else(|| failed(&Failure::Empty))?;
        let request = request(&head, nonce(&head)).ok_or_else(|| failed(&Failure::Empty))?;
        place(path, &request).map_err(|error| failed(&error))?;
        return Ok(match language {
            Language::English => format!("request over entry {} written", head.sequence),
            Language::Chinese => format!("已写出对第 {} 条日志的时间戳申请", head.sequence),
        });
    }
    // Held while the authority answers: nothing is appended in between, and the entry about the token follows the head.
    let mut writer = store.writer(Duration::from_secs(args.lock_wait.into())).map_err(of_store)?;
    let (head, token, response, from) = if let Some(url) = &args.url {
        let head = store.head().map_err(of_store)?.ok_or_else(|| failed(&Failure::Empty))?;
        let request = request(&head, nonce(&head)).ok_or_else(|| failed(&Failure::Empty))?;
        let response =
            post::post(url, QUERY_MEDIA_TYPE, REPLY_MEDIA_TYPE, &request).map_err(|error| failed(&error))?;
        let token = check(&response, &head, Some(nonce(&head))).map_err(|error| failed(&error))?;
        (head, token, response, Some(url.as_str()))
    } else {
        let path = args.reply.as_deref().unwrap_or(Path::new(""));
        let response = small(path)
            .map_err(|why| failed(&Failure::Unreadable { path: path.display().to_string(), why }))?;
        let (head, token) = answered(&store, &response, language)?;
        (head, token, response, None)
    };
    keep(&mut writer, &head, &token, &response, from, language, of_store)
}

fn keep(
    writer: &mut Writer<'_>,
    head: &Head,
    token: &Token,
    response: &[u8],
    from: Option<&str>,
    language: Language,
    of_store: impl Fn(StoreError) -> Ended,
) -> Result<String, Ended> {
    let (now, _) = settings::clock().map_err(|error| (error.describe(language), Exit::Usage))?;
    writer.keep_timestamp(head.sequence, response).map_err(&of_store)?;
    let mut detail = BTreeMap::from([
        ("entry".to_owned(), head.sequence.to_string()),
        ("serial".to_owned(), token.serial.clone()),
        ("time".to_owned(), token.time.to_string()),
    ]);
    if let Some(url) = from {
        detail.insert("authority".to_owned(), url.to_owned());
    }
    let event = Event {
        time: now(),
        agent: concat!("guidang ", env!("CARGO_PKG_VERSION")).to_owned(),
        kind: EventKind::Timestamping,
        object: None,
        version: None,
        outcome: Outcome::Success,
        detail,
    };
    writer.record(&event).map_err(&of_store)?;
    Ok(match language {
        Language::English => format!("entries 1 to {} stamped at {}", head.sequence, token.time),
        Language::Chinese => format!("第 1 至 {} 条日志已于 {} 加盖时间戳", head.sequence, token.time),
    })
}

/// Ties an answer to its request. From the head, so that the answer to a written request is known again. That it can be
/// foreseen does no harm: an older answer about the same head would prove as much, and earlier.
fn nonce(head: &Head) -> u64 {
    head.digest.get(..16).and_then(|digits| u64::from_str_radix(digits, 16).ok()).unwrap_or(1)
}

/// The entry that `response` is about: the log may have grown since the request was written.
fn answered(store: &Store, response: &[u8], language: Language) -> Result<(Head, Token), Ended> {
    let events = store.events().map_err(|error| (error.describe(language), Exit::Failed))?;
    for entry in events {
        let entry = entry.map_err(|error| (error.describe(language), Exit::Failed))?;
        let head = Head { sequence: entry.sequence, digest: entry.digest };
        match check(response, &head, Some(nonce(&head))) {
            Ok(token) => return Ok((head, token)),
            Err(TimestampError::Imprint) => {}
            Err(error) => return Err((error.describe(language), Exit::Failed)),
        }
    }
    Err((Failure::Foreign.describe(language), Exit::Failed))
}

/// A file of a size that an answer may have.
fn small(path: &Path) -> Result<Vec<u8>, String> {
    if !fs::metadata(path).map_err(|error| error.to_string())?.is_file() {
        return Err("not a file".to_owned());
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| error.to_string())?;
    file.take(post::MOST_BYTES + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > post::MOST_BYTES {
        return Err(format!("larger than {} bytes", post::MOST_BYTES));
    }
    Ok(bytes)
}
