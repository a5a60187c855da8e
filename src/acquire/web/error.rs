//! What may become of a request, by name.

use super::setting::{SettingName, SettingsPlace};
use crate::message::{Size, messages};

messages! {
    /// In what a request took too long.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Phase {
        /// Looking up the host.
        Lookup = "lookup", "looking up the host", "解析域名";
        /// Connecting, TLS included.
        Connect = "connect", "connecting", "建立连接";
        /// Waiting for the answer.
        Answer = "answer", "waiting for an answer", "等待应答";
        /// Receiving the body.
        Body = "body", "receiving the answer", "接收应答";
        /// All of it together.
        Whole = "whole", "all in all", "总时长";
    }
}

messages! {
    /// Why an address could not be had. Codes are stable.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum WebError {
        /// Not an address that can be fetched.
        Scheme { url: String } = "scheme",
            "{url} is not an http or https address", "{url} 不是 http 或 https 地址";
        /// Neither port 80, nor 443, nor one that the user allows.
        Port { port: u64, setting: SettingName } = "port", "port {port} is not allowed ({setting})", "不允许端口 {port}（{setting}）";
        /// The host is in a network that is not public.
        RefusedAddress { host: String, address: String, setting: SettingName } = "refused-address",
            "{host} is at {address}, which is no public address ({setting})",
            "{host} 位于 {address}，不是公网地址（{setting}）";
        /// An address that is not public stands in place of a name.
        NotPublic { address: String, setting: SettingName } = "refused-address",
            "{address} is no public address ({setting})", "{address} 不是公网地址（{setting}）";
        /// There is no such host.
        Dns { host: String, why: String } = "dns", "{host} cannot be looked up: {why}", "无法解析域名 {host}：{why}";
        /// Names cannot be looked up at the moment.
        DnsTemporary { host: String, why: String } = "dns-temporary",
            "{host} cannot be looked up at the moment: {why}", "暂时无法解析域名 {host}：{why}";
        /// The host cannot be connected to.
        Connect { host: String, why: String } = "connect", "cannot connect to {host}: {why}", "无法连接 {host}：{why}";
        /// The certificate has expired.
        TlsExpired { host: String } = "tls-expired", "the certificate of {host} has expired", "{host} 的证书已过期";
        /// The host cannot be trusted, or speaks no TLS that we do.
        Tls { host: String, why: String } = "tls", "no secure connection to {host}: {why}", "无法与 {host} 建立安全连接：{why}";
        /// It took too long.
        Timeout { host: String, phase: Phase } = "timeout", "{host} takes too long ({phase})", "{host} 超时（{phase}）";
        /// The connection broke.
        Lost { host: String, why: String } = "connection-lost",
            "the connection to {host} was lost: {why}", "与 {host} 的连接中断：{why}";
        /// What the host says is not HTTP, or goes beyond the limits of a head.
        Malformed { host: String, why: String } = "malformed-response",
            "{host} does not answer as HTTP asks: {why}", "{host} 的应答不符合 HTTP：{why}";
        /// The body is larger than the limit.
        TooLarge { limit: Size, setting: SettingName } = "too-large",
            "larger than {limit} ({setting})", "超过 {limit}（{setting}）";
        /// The body unpacks to more than the limit.
        Bomb { limit: Size } = "bomb", "unpacks to more than {limit}", "解压后超过 {limit}";
        /// The body's encoding is damaged or not known.
        Encoding { why: String } = "content-encoding", "its encoding cannot be undone: {why}", "无法还原内容编码：{why}";
        /// The body ended before its end.
        Truncated { host: String } = "truncated", "{host} broke off in the middle of the answer", "{host} 的应答不完整";
        /// Redirected more often than the limit.
        TooManyRedirects { limit: usize } = "too-many-redirects", "redirected more than {limit} times", "跳转超过 {limit} 次";
        /// Redirected in a circle.
        RedirectLoop { url: String } = "redirect-loop", "redirected in a circle: {url}", "循环跳转：{url}";
        /// Redirected to where the one who asks does not go.
        RedirectOutside { url: String } = "redirect-outside",
            "redirected to {url}, which is another site or outside of --input-root",
            "跳转至 {url}，属另一站点或在 --input-root 之外";
        /// A part of a file was asked for, and something else came.
        NoPart { host: String } = "no-part",
            "{host} does not give the part of the file that was asked for", "{host} 未给出所请求的文件片段";
        /// The site asks robots to stay away.
        Robots { url: String, setting: SettingName } = "robots",
            "robots.txt asks robots to stay away from {url} ({setting})", "robots.txt 不允许抓取 {url}（{setting}）";
        /// Status 404 or 410.
        Gone { status: u64 } = "gone", "the page is gone (status {status})", "网页已不存在（状态 {status}）";
        /// A page that only lets through who runs its script: status 412 or 521, or another with such a script.
        Challenge { status: u64 } = "challenge",
            "a script challenge in place of the page (status {status})", "返回的是脚本验证页（状态 {status}）";
        /// Status 401 or 403.
        Forbidden { status: u64 } = "forbidden", "the site refuses the page (status {status})", "网站拒绝访问（状态 {status}）";
        /// A file that is no page.
        NoPage { media_type: String } = "no-page", "not a page but {media_type}", "不是网页，而是 {media_type}";
        /// Any other status that is no page.
        Status { status: u64 } = "status", "answered with status {status}", "返回状态 {status}";
        /// The site asks to come again after a time.
        RateLimited { seconds: u64 } = "rate-limited",
            "the site asks to come again in {seconds} seconds", "网站要求 {seconds} 秒后再试";
        /// The site says that there were too many requests.
        TooManyRequests = "rate-limited", "too many requests", "请求过于频繁";
        /// Status 5xx.
        ServerError { status: u64 } = "server-error", "the server has a fault (status {status})", "服务器出错（状态 {status}）";
        /// The run was told to end.
        Stopped = "stopped", "not fetched: the run was told to end", "未抓取：运行已被要求结束";
        /// What was configured cannot be used.
        Option { name: &'static str, why: String } = "web-option", "{name}: {why}", "{name}：{why}";
    }
}

impl std::error::Error for WebError {}

impl WebError {
    /// Whether the same request may succeed another time: after timeouts, lost connections, 429 and 5xx, and where the run
    /// was told to end.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::DnsTemporary { .. }
                | Self::Connect { .. }
                | Self::Timeout { .. }
                | Self::Lost { .. }
                | Self::Truncated { .. }
                | Self::RateLimited { .. }
                | Self::TooManyRequests
                | Self::ServerError { .. }
                | Self::Stopped
        )
    }

    /// How many seconds the site asks to wait, if it does.
    #[must_use]
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Self::RateLimited { seconds } => Some(*seconds),
            _ => None,
        }
    }

    /// The same, with the setting that would change it named as it is written at `place`.
    #[must_use]
    pub fn settled_at(mut self, place: SettingsPlace) -> Self {
        if let Self::Port { setting, .. }
        | Self::RefusedAddress { setting, .. }
        | Self::NotPublic { setting, .. }
        | Self::TooLarge { setting, .. }
        | Self::Robots { setting, .. } = &mut self
        {
            setting.place = place;
        }
        self
    }
}
