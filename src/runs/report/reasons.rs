//! Words for the codes of failures, for lists where there is no room for the whole message, or none is remembered.

use super::{escape, pick};
use crate::message::Language;

/// Code, English, Chinese.
const REASONS: &[(&str, &str, &str)] = &[
    ("attachment-only", "attachments, no text", "只有附件，没有正文"),
    ("bomb", "unpacks to too much", "解压后过大"),
    ("challenge", "script challenge", "返回脚本验证页"),
    ("connect", "no connection", "无法连接"),
    ("connection-lost", "connection lost", "连接中断"),
    ("content-encoding", "encoding cannot be undone", "内容编码无法还原"),
    ("dns", "no such host", "域名无法解析"),
    ("dns-temporary", "host cannot be looked up at the moment", "域名暂时无法解析"),
    ("document-invalid", "extraction failed", "抽取结果不合规则"),
    ("empty-body", "no text", "没有正文"),
    ("empty-file", "empty file", "空文件"),
    ("folder-in-store", "folder within a store", "收件文件夹位于归档库内"),
    ("forbidden", "refused by the site", "网站拒绝访问"),
    ("frameset", "frames only", "框架页，正文在其他页面"),
    ("furniture-astray", "output differs from the page", "输出与网页不符"),
    ("glyph-missing", "characters without a font", "字库缺字"),
    ("gone", "no longer there", "网页已不存在"),
    ("index-page", "a list of other pages", "列表页或首页，并非单篇文档"),
    ("internal", "fault of guidang", "程序内部错误"),
    ("js-challenge", "script challenge", "返回脚本验证页"),
    ("list-bomb", "list too large", "列表过大"),
    ("list-damaged", "list breaks off", "列表不完整"),
    ("list-empty", "nothing to be filed in the list", "列表中没有可归档的网页"),
    ("list-kind", "list of another kind", "列表格式不符"),
    ("list-not-text", "list is not text", "列表无法读取"),
    ("list-page", "list page cannot be read", "列表页无法读取"),
    ("list-xml", "list is no XML", "列表不是有效的 XML"),
    ("login-wall", "asks for a login", "要求登录"),
    ("malformed-response", "answer is no HTTP", "应答不符合 HTTP"),
    ("mojibake", "garbled text", "文字为乱码"),
    ("no-address", "no address", "不是可用的网址"),
    ("no-page", "not a page", "不是网页"),
    ("not-found", "not found", "文件不存在"),
    ("not-moved", "could not be moved", "文件无法移走"),
    ("not-text", "not text", "不是文本网页"),
    ("output-unreadable", "output cannot be read back", "输出无法回读"),
    ("port", "port not allowed", "端口未获准"),
    ("rate-limited", "asks to come again later", "网站要求稍后再试"),
    ("redirect-loop", "redirected in a circle", "循环跳转"),
    ("refused-address", "no public address", "不是公网地址"),
    ("robots", "robots.txt asks to stay away", "robots.txt 不允许"),
    ("scheme", "no web address", "不是网页地址"),
    ("server-error", "fault of the server", "服务器出错"),
    ("soft-404", "says that there is no such page", "提示页面不存在"),
    ("status", "unexpected status", "返回异常状态"),
    ("text-differs", "output differs from the page", "输出与网页不符"),
    ("timeout", "takes too long", "超时"),
    ("tls", "no secure connection", "无法建立安全连接"),
    ("tls-expired", "certificate expired", "证书已过期"),
    ("too-large", "too large", "超过大小限制"),
    ("too-many-cells", "too many table cells", "表格单元过多"),
    ("too-many-elements", "too many elements", "网页元素过多"),
    ("too-many-redirects", "too many redirects", "跳转次数过多"),
    ("truncated", "answer broke off", "应答不完整"),
    ("unknown-encoding", "unknown encoding", "字符编码无法识别"),
    ("unreadable", "cannot be read", "无法读取"),
];

/// What `code` means, as HTML with the code in a tooltip; the code itself where there are no words for it.
pub(super) fn reason(code: &str, language: Language) -> String {
    let known = REASONS.iter().find(|(known, ..)| *known == code);
    let code = escape(code);
    match known {
        Some((_, english, chinese)) => {
            format!("<span title=\"{code}\">{}</span>", pick(language, english, chinese))
        }
        None => format!("<code>{code}</code>"),
    }
}
