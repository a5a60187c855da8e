//! The words of the lines for people: what is missing from a page, why a host is left alone, what was to be sent.

use crate::message::Language;
use crate::runs::look::Look;

/// So many warnings about one page are told in words.
const WARNINGS: usize = 3;

/// The warnings about a page that was filed, the first of them in words.
pub(super) fn warnings(look: &Look, language: Language) -> String {
    let first: Vec<&str> = look.warnings().take(WARNINGS).collect();
    let more = look.warnings().count() - first.len();
    match language {
        Language::English if more > 0 => format!("{}; and {more} more", first.join("; ")),
        Language::English => first.join("; "),
        Language::Chinese if more > 0 => format!("{}；另有 {more} 项", first.join("；")),
        Language::Chinese => first.join("；"),
    }
}

/// What is the matter with a host whose pages fail with `code`.
pub(super) fn down(code: Option<&str>, language: Language) -> &'static str {
    let (english, chinese) = match code {
        Some("rate-limited") => ("asks to come again later", "要求稍后再试"),
        Some("server-error") => ("has a fault", "的服务器出错"),
        Some("timeout") => ("takes too long", "应答超时"),
        Some("dns-temporary") => ("cannot be looked up at the moment", "的域名暂时无法解析"),
        Some("connect") => ("cannot be connected to", "连接失败"),
        Some("connection-lost" | "truncated") => ("breaks off its answers", "的应答屡屡中断"),
        _ => ("does not answer", "无应答"),
    };
    match language {
        Language::English => english,
        Language::Chinese => chinese,
    }
}

/// Why a job that failed with `code` has looked at no page.
pub(super) fn in_vain(code: Option<&str>, language: Language) -> &'static str {
    let (english, chinese) = match code {
        Some("store" | "ledger") => {
            ("the store cannot be used, no page was fetched", "归档库无法使用，未抓取任何网页")
        }
        Some("web") => {
            ("its settings cannot be used, no page was fetched", "任务设置无法使用，未抓取任何网页")
        }
        Some("rate-limited") => {
            ("the site asks to come again later, no page was fetched", "网站要求稍后再试，未抓取任何网页")
        }
        _ => ("no source could be read", "所有来源均未能读取"),
    };
    match language {
        Language::English => english,
        Language::Chinese => chinese,
    }
}

/// What was to be sent, by its name in the log.
pub(super) fn sent(what: &str, language: Language) -> &str {
    let (english, chinese) = match what {
        "ping" => ("the ping", "心跳信号"),
        "first-failure" => ("the message about a first failure", "首次失败的通知"),
        "recovery" => ("the message about a recovery", "恢复正常的通知"),
        "change" => ("the message about a change", "内容变化的通知"),
        other => (other, other),
    };
    match language {
        Language::English => english,
        Language::Chinese => chinese,
    }
}

/// What stands between a name and what is said of it.
pub(super) fn colon(language: Language) -> &'static str {
    match language {
        Language::English => ": ",
        Language::Chinese => "：",
    }
}
