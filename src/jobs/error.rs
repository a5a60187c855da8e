//! What is wrong with a jobs file, and where.

use crate::discovery::RuleMistake;
use crate::jobs::cron::CronMistake;
use crate::jobs::grammar::{Grammar, Typed};
use crate::message::{Describe, Language, messages};

messages! {
    /// What is wrong.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum Mistake {
        /// Not TOML.
        Syntax { why: Grammar } = "syntax", "not TOML: {why}", "不是有效的 TOML：{why}";
        /// Not UTF-8.
        Encoding = "not-utf-8", "a jobs file is in UTF-8; this is not", "任务文件应为 UTF-8 编码，此处不是";
        /// A key that means nothing here.
        UnknownKey { name: String, known: String } = "unknown-key",
            "there is no key “{name}” here; there are {known}", "此处没有“{name}”这个键，可用：{known}";
        /// A key that must be given is not.
        MissingKey { name: String } = "missing-key", "“{name}” is missing", "缺少“{name}”";
        /// The same key twice.
        DuplicateKey = "duplicate-key", "this key is given twice", "此键重复";
        /// A value of another type.
        Type { found: Typed, expected: Typed } = "value-type",
            "{expected} is expected, not {found}", "应为{expected}，此处为{found}";
        /// What the reader of TOML says about it.
        Value { why: String } = "value", "{why}", "取值无效";
        /// There is no `[[job]]`.
        NoJob = "no-job", "there is no [[job]]", "没有任何 [[job]]";
        /// A job without a name, or with control characters, or of more than 100 characters.
        Name = "job-name", "a name has 1 to 100 characters, none of them control characters",
            "名称应为 1 至 100 个字符，且不含控制字符";
        /// Two jobs of the same name.
        SameName { name: String } = "same-name", "another job is called “{name}” too", "已有名为“{name}”的任务";
        /// No `schedule` and no `every`, or both.
        NoSchedule = "no-schedule", "give either “schedule” or “every”", "“schedule”和“every”须给出其一";
        /// A cron expression that cannot be read.
        Cron { why: CronMistake } = "cron", "{why}", "{why}";
        /// Not a length of time.
        Duration { value: String } = "duration",
            "“{value}” is no length of time (30s, 15m, 6h, 7d, 2w, 1h30m)",
            "“{value}”不是时长（如 30s、15m、6h、7d、2w、1h30m）";
        /// Less than a minute.
        TooShort { value: String } = "too-short", "“{value}” is less than a minute", "“{value}”不足一分钟";
        /// `recheck-at-most` before `recheck`, or without it.
        Intervals = "recheck-intervals",
            "“recheck-at-most” must not be shorter than “recheck”", "“recheck-at-most”不应短于“recheck”";
        /// Not a time zone without summer time.
        Zone { value: String } = "time-zone",
            "“{value}” is no time zone known here (Asia/Shanghai, UTC, or an offset such as +09:00)",
            "“{value}”不是可用的时区（Asia/Shanghai、UTC 或 +09:00 之类的时差）";
        /// A job without sources.
        NoSource = "no-source", "a job needs at least one source", "任务至少要有一个来源";
        /// A source that is none, or several at once.
        SourceKind { known: String } = "source-kind",
            "a source has exactly one of {known}", "一个来源应有且仅有下列之一：{known}";
        /// A key that this kind of source does not have.
        Misplaced { name: &'static str, kind: &'static str } = "misplaced-key",
            "a source with “{kind}” has no “{name}”", "“{kind}”来源没有“{name}”";
        /// Not an address.
        Address { value: String } = "address",
            "“{value}” is no absolute http or https address", "“{value}”不是完整的 http 或 https 地址";
        /// An address with a name or password: it would go into every record.
        Credentials = "credentials", "an address must not hold a user name or password", "地址中不得含有用户名或密码";
        /// A link rule that cannot be used.
        Rule { why: RuleMistake } = "rule", "{why}", "{why}";
        /// Not a network.
        Network { value: String } = "network",
            "“{value}” is no network (10.0.0.0/8, fd00::/8)", "“{value}”不是网段（如 10.0.0.0/8、fd00::/8）";
        /// Not one of the words that may stand here.
        Word { value: String, known: String } = "word",
            "“{value}” is none of {known}", "“{value}”无效，可取：{known}";
        /// A number that is too small or too large.
        Range { least: u64, most: u64 } = "range", "not within {least} to {most}", "应在 {least} 至 {most} 之间";
        /// A host with a scheme or path.
        Host { value: String } = "host", "“{value}” is no host name", "“{value}”不是主机名";
        /// An empty path or text.
        Empty = "empty", "must not be empty", "不得为空";
        /// Text with control characters, which no header field may hold.
        Control = "control-character", "must not hold control characters", "不得含有控制字符";
        /// Text with characters that no header field may hold.
        Unprintable = "not-ascii",
            "must be printable ASCII: it goes into a header of each request",
            "只能用可打印的 ASCII 字符，因其将写入每次请求的标头";
        /// A build without the feature.
        NoLegacyTls = "no-legacy-tls",
            "this program was built without the feature legacy-tls", "本程序构建时未启用 legacy-tls 特性";
        /// Not a proxy.
        Proxy { known: String } = "proxy",
            "a proxy is an address such as http://host:3128 or socks5h://host:1080 (schemes: {known})",
            "代理应为 http://host:3128、socks5h://host:1080 之类的地址（可用协议：{known}）";
        /// A file of certificates that is not there.
        MissingFile { path: String } = "missing-file", "there is no {path}", "{path} 不存在";
        /// A file of certificates that cannot be read.
        Unreadable { path: String, why: String } = "unreadable-file",
            "cannot read {path}: {why}", "无法读取 {path}：{why}";
        /// A file that should hold certificates.
        NoCertificate { path: String } = "no-certificate",
            "{path} holds no certificate (PEM)", "{path} 中没有可用的证书（PEM 格式）";
        /// A store that a watched folder would take apart.
        StoreInFolder { store: String, folder: String } = "store-in-folder",
            "the store {store} and the watched folder {folder} must not lie within each other",
            "归档库 {store} 与收件文件夹 {folder} 不得相同，也不得互相包含";
        /// A place for filed pages that is the watched folder, or around it.
        MovedNowhere { name: &'static str } = "moved-nowhere",
            "“{name}” must not be the watched folder, nor contain it", "“{name}”不得是收件文件夹本身，也不得包含它";
        /// A place for filed pages within a store.
        MovedIntoStore { name: &'static str } = "moved-into-store",
            "“{name}” must not lie within a store", "“{name}”不得位于归档库内";
        /// A metrics file that nobody reads.
        MetricsName = "metrics-name",
            "the name must end in .prom: a node exporter reads no other files", "文件名须以 .prom 结尾，node_exporter 只读取此类文件";
        /// Two files at one path.
        SameFile { name: &'static str } = "same-file",
            "“{name}” is the same file", "与“{name}”是同一个文件";
        /// The list is empty.
        EmptyList = "empty-list", "the list is empty", "列表为空";
    }
}

/// A mistake in a jobs file, and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigurationError {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The key that is wrong, from the top: `job[2].sources[1].column`, counted from 1. Empty where there is none.
    pub key: String,
    /// What is wrong.
    pub why: Mistake,
}

impl std::error::Error for ConfigurationError {}

impl Describe for ConfigurationError {
    fn code(&self) -> &'static str {
        self.why.code()
    }

    /// `12:8: job[1].every: …`, to be put after the file's name and a colon.
    fn describe(&self, language: Language) -> String {
        let Self { line, column, key, why } = self;
        let why = why.describe(language);
        match (language, key.is_empty()) {
            (_, true) => format!("{line}:{column}: {why}"),
            (Language::English, false) => format!("{line}:{column}: {key}: {why}"),
            (Language::Chinese, false) => format!("{line}:{column}: {key}：{why}"),
        }
    }
}

impl std::fmt::Display for ConfigurationError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.describe(Language::English))
    }
}
