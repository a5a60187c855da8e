//! The Chinese of what the operating system, the standard library, SQLite and a few other libraries say in English.
//!
//! They know no Chinese, and their words stand at the end of many messages: `cannot read a.html: No such file or
//! directory (os error 2)`. What is not in the table here stays as it is, which is better than no reason at all.

use std::borrow::Cow;

/// How the standard library ends what the operating system says, and ends the number that it puts there.
const NUMBER: (&str, char) = (" (os error ", ')');

/// What they say, and its Chinese. Nothing in it is a name or path.
const KNOWN: &[(&str, &str)] = &[
    // The operating system.
    ("Operation not permitted", "不允许此操作"),
    ("No such file or directory", "没有该文件或文件夹"),
    ("Interrupted system call", "操作被中断"),
    ("Input/output error", "读写出错"),
    ("I/O error", "读写出错"),
    ("No such device or address", "没有该设备"),
    ("Argument list too long", "参数过长"),
    ("Exec format error", "不是可执行的程序"),
    ("Bad file descriptor", "文件描述符无效"),
    ("Resource temporarily unavailable", "资源暂时不可用"),
    ("Cannot allocate memory", "内存不足"),
    ("Permission denied", "权限不足"),
    ("Device or resource busy", "设备或资源正被占用"),
    ("File exists", "文件已存在"),
    ("Invalid cross-device link", "不能跨设备移动"),
    ("No such device", "没有该设备"),
    ("Not a directory", "不是文件夹"),
    ("Is a directory", "是文件夹"),
    ("Invalid argument", "参数无效"),
    ("Too many open files in system", "系统打开的文件过多"),
    ("Too many open files", "打开的文件过多"),
    ("Text file busy", "文件正在执行"),
    ("File too large", "文件过大"),
    ("No space left on device", "存储空间不足"),
    ("Illegal seek", "不能在其中定位"),
    ("Read-only file system", "文件系统只读"),
    ("Too many links", "链接过多"),
    ("Broken pipe", "对方已不再读取"),
    ("File name too long", "文件名过长"),
    ("Directory not empty", "文件夹不为空"),
    ("Too many levels of symbolic links", "符号链接层数过多"),
    ("Address already in use", "地址已被占用"),
    ("Cannot assign requested address", "无法使用该地址"),
    ("Network is down", "网络已断开"),
    ("Network is unreachable", "网络不可达"),
    ("Software caused connection abort", "连接中止"),
    ("Connection reset by peer", "连接被对方断开"),
    ("Connection timed out", "连接超时"),
    ("Connection refused", "连接被拒绝"),
    ("Host is down", "主机已停机"),
    ("No route to host", "主机不可达"),
    ("Stale file handle", "文件句柄已失效"),
    ("Disk quota exceeded", "超出磁盘配额"),
    // Looking up hosts.
    ("failed to lookup address information", "域名解析失败"),
    ("Name or service not known", "没有该域名"),
    ("Temporary failure in name resolution", "域名服务暂时不可用"),
    ("No address associated with hostname", "该域名没有地址"),
    ("no address", "没有地址"),
    // std::io::ErrorKind, and the standard library's own errors.
    ("entity not found", "没有该文件或文件夹"),
    ("permission denied", "权限不足"),
    ("connection refused", "连接被拒绝"),
    ("connection reset", "连接被对方断开"),
    ("host unreachable", "主机不可达"),
    ("network unreachable", "网络不可达"),
    ("connection aborted", "连接中止"),
    ("not connected", "没有连接"),
    ("address in use", "地址已被占用"),
    ("address not available", "无法使用该地址"),
    ("network down", "网络已断开"),
    ("broken pipe", "对方已不再读取"),
    ("entity already exists", "文件已存在"),
    ("operation would block", "资源暂时不可用"),
    ("not a directory", "不是文件夹"),
    ("is a directory", "是文件夹"),
    ("directory not empty", "文件夹不为空"),
    ("read-only filesystem or storage medium", "文件系统或存储介质只读"),
    ("filesystem loop or indirection limit (e.g. symlink loop)", "符号链接层数过多"),
    ("stale network file handle", "文件句柄已失效"),
    ("invalid input parameter", "参数无效"),
    ("invalid data", "数据无效"),
    ("timed out", "超时"),
    ("write zero", "无法继续写入"),
    ("failed to write whole buffer", "未能全部写入"),
    ("no storage space", "存储空间不足"),
    ("seek on unseekable file", "不能在其中定位"),
    ("quota exceeded", "超出磁盘配额"),
    ("file too large", "文件过大"),
    ("resource busy", "设备或资源正被占用"),
    ("executable file busy", "文件正在执行"),
    ("deadlock", "互相等待"),
    ("cross-device link or rename", "不能跨设备移动"),
    ("too many links", "链接过多"),
    ("invalid filename", "文件名无效"),
    ("argument list too long", "参数过长"),
    ("operation interrupted", "操作被中断"),
    ("unsupported", "不支持"),
    ("unexpected end of file", "内容不完整"),
    ("failed to fill whole buffer", "内容不完整"),
    ("stream did not contain valid UTF-8", "不是 UTF-8 编码"),
    ("out of memory", "内存不足"),
    // SQLite.
    ("database or disk is full", "数据库或磁盘已满"),
    ("database is locked", "数据库正被占用"),
    ("database table is locked", "数据库正被占用"),
    ("database schema has changed", "数据库结构已改变"),
    ("disk I/O error", "磁盘读写出错"),
    ("database disk image is malformed", "数据库已损坏"),
    ("file is not a database", "不是数据库文件"),
    ("attempt to write a readonly database", "数据库只读"),
    ("unable to open database file", "无法打开数据库文件"),
    ("access permission denied", "权限不足"),
    ("locking protocol", "数据库正被占用"),
    ("interrupted", "操作被中断"),
    // Wildcards.
    ("invalid range pattern", "方括号中的范围无效"),
    ("wildcards are either regular `*` or recursive `**`", "星号只能写作 * 或 **"),
    ("recursive wildcards must form a single path component", "** 须单独作为一级路径"),
    // HTTP.
    ("protocol", "协议错误"),
    ("http parse fail", "无法解析 HTTP"),
    ("invalid HTTP version", "HTTP 版本无效"),
    ("invalid HTTP status", "HTTP 状态无效"),
    ("invalid HTTP status-code parsed", "HTTP 状态无效"),
    ("invalid Response status", "HTTP 状态无效"),
    ("invalid header name", "标头名无效"),
    ("invalid header value", "标头值无效"),
    ("invalid new line", "换行无效"),
    ("invalid token", "字符无效"),
    ("too many headers", "标头过多"),
    ("invalid chunk size", "分块大小无效"),
    ("peer disconnected", "对方断开了连接"),
    ("Peer disconnected", "对方断开了连接"),
    ("connection failed", "连接失败"),
    ("Connection failed", "连接失败"),
    ("host not found", "没有该域名"),
    // TLS.
    ("invalid peer certificate", "对方的证书无效"),
    ("UnknownIssuer", "颁发者不受信任"),
    ("NotValidYet", "尚未生效"),
    ("Revoked", "已吊销"),
    ("BadSignature", "签名无效"),
    ("certificate not valid yet", "证书尚未生效"),
    ("received fatal alert", "对方报告错误"),
    ("HandshakeFailure", "握手失败"),
    ("ProtocolVersion", "协议版本不符"),
    // Addresses.
    ("relative URL without a base", "不是完整的地址"),
    ("empty host", "没有主机名"),
    ("invalid port number", "端口无效"),
    ("invalid IPv4 address", "IPv4 地址无效"),
    ("invalid IPv6 address", "IPv6 地址无效"),
    ("invalid international domain name", "域名无效"),
    ("invalid domain character", "域名中有无效字符"),
    // JSON.
    ("expected value", "不是 JSON"),
    ("expected ident", "不是 JSON"),
    ("EOF while parsing a value", "JSON 不完整"),
    ("EOF while parsing an object", "JSON 不完整"),
    ("EOF while parsing a list", "JSON 不完整"),
    ("EOF while parsing a string", "JSON 不完整"),
    ("trailing characters", "JSON 之后另有内容"),
    ("trailing comma", "多余的逗号"),
    ("key must be a string", "键须为字符串"),
    ("expected `:`", "缺少冒号"),
    ("expected `,` or `}`", "缺少逗号或右花括号"),
    ("expected `,` or `]`", "缺少逗号或右方括号"),
    ("invalid escape", "转义无效"),
    ("control character (\\u0000-\\u001F) found while parsing a string", "字符串中有控制字符"),
    // Our own, where they stand in place of a library's.
    ("no certificate (PEM) in it", "其中没有证书（PEM）"),
    ("no such file", "没有该文件"),
    ("a chunk of no length", "分块没有长度"),
    ("a chunk is cut off", "分块不完整"),
    ("it is no response and no resource", "既不是应答，也不是资源"),
    ("the records are too large together", "各记录合计过大"),
    ("too many content encodings", "内容编码层数过多"),
    ("not UTF-8", "不是 UTF-8 编码"),
    ("too large", "过大"),
    ("not among the sources", "不在来源之中"),
    ("an object of a page is missing", "缺少页面的对象"),
    ("the reader gave up", "读取程序中止"),
    ("malformed outlines", "字形轮廓有误"),
    ("malformed tables", "字体表有误"),
    ("a lane panicked", "处理线程崩溃"),
    ("no pipes", "没有管道"),
    ("it has not exactly one capture", "其中应有且仅有一次采集"),
    ("it is not of the page that the record is about", "与记录所指的网页不符"),
    ("a digest is not 64 hexadecimal digits", "摘要不是 64 位十六进制数"),
    ("the digest does not come last", "摘要不在末尾"),
    ("its entry does not follow from the event log", "其记录与操作记录不相接"),
    ("no whole WARC record at its end", "末尾没有完整的 WARC 记录"),
    ("not a declaration of BagIt 1.0 in UTF-8", "不是 BagIt 1.0（UTF-8）的声明"),
    // Compressed files.
    ("invalid gzip header", "gzip 头无效"),
    ("corrupt deflate stream", "压缩数据已损坏"),
    ("corrupt gzip stream does not have a matching checksum", "gzip 校验和不符"),
];

/// `why` in Chinese as far as it is known: as a whole, or those parts of it between colons that are.
#[must_use]
pub fn in_chinese(why: &str) -> Cow<'_, str> {
    let parts: Vec<&str> = why.split(": ").collect();
    let told: Vec<Option<String>> = parts.iter().map(|part| part_in_chinese(part)).collect();
    if told.iter().all(Option::is_none) {
        return Cow::Borrowed(why);
    }
    let told_before: Vec<bool> = told.iter().map(Option::is_some).collect();
    let mut out = String::new();
    for (index, (part, told)) in parts.iter().zip(&told).enumerate() {
        // A colon between two parts that stay as they are may belong to a name.
        match index.checked_sub(1).and_then(|before| told_before.get(before)) {
            None => {}
            Some(false) if told.is_none() => out.push_str(": "),
            Some(_) => out.push('：'),
        }
        out.push_str(told.as_deref().unwrap_or(part));
    }
    Cow::Owned(out)
}

/// One part: a text of the table, maybe with the number of the operating system or a place in a line behind it.
fn part_in_chinese(part: &str) -> Option<String> {
    if let Some((text, column)) = part.rsplit_once(" at column ") {
        let (_, chinese) = KNOWN.iter().find(|(english, _)| *english == text)?;
        return Some(format!("{chinese}（第 {column} 列）"));
    }
    let (text, number) = match part.strip_suffix(NUMBER.1).and_then(|part| part.rsplit_once(NUMBER.0)) {
        Some((text, number)) => (text, Some(number)),
        None => (part, None),
    };
    let (_, chinese) = KNOWN.iter().find(|(english, _)| *english == text)?;
    Some(match number {
        Some(number) => format!("{chinese}（系统错误 {number}）"),
        None => (*chinese).to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use std::io::{Error, ErrorKind};

    use super::{KNOWN, in_chinese};

    #[test]
    fn what_the_system_says_is_told_in_chinese() {
        assert_eq!(in_chinese(&Error::from_raw_os_error(2).to_string()), "没有该文件或文件夹（系统错误 2）");
        assert_eq!(in_chinese(&Error::from_raw_os_error(111).to_string()), "连接被拒绝（系统错误 111）");
        assert_eq!(
            in_chinese(&Error::from(ErrorKind::ReadOnlyFilesystem).to_string()),
            "文件系统或存储介质只读"
        );
        assert_eq!(
            in_chinese("protocol: http parse fail: invalid HTTP version"),
            "协议错误：无法解析 HTTP：HTTP 版本无效"
        );
        assert_eq!(in_chinese("expected value at column 1"), "不是 JSON（第 1 列）");
    }

    /// What an ordinary computer may answer to reading, writing and connecting.
    #[test]
    #[cfg(target_os = "linux")]
    fn no_common_error_of_the_system_is_missing() {
        for number in [
            1, 2, 4, 5, 11, 12, 13, 16, 17, 18, 20, 21, 22, 23, 24, 27, 28, 30, 31, 32, 36, 39, 40, 98, 99,
            100, 101, 103, 104, 110, 111, 112, 113, 116, 122,
        ] {
            let error = Error::from_raw_os_error(number);
            for why in [error.to_string(), error.kind().to_string()] {
                // Numbers without a kind of their own are “other error” or “uncategorized error”.
                if !why.ends_with("error") {
                    assert!(in_chinese(&why).contains(|c| c > '\u{4E00}'), "{number}: {why}");
                }
            }
        }
    }

    #[test]
    fn names_and_what_is_not_known_stay() {
        for text in ["", "通知: 附件", "a: b: c", "timed out.html", "无法读取 a（x）"] {
            assert_eq!(in_chinese(text), text);
        }
        assert_eq!(
            in_chinese("a: b/通知: No such file or directory (os error 2)"),
            "a: b/通知：没有该文件或文件夹（系统错误 2）"
        );
    }

    #[test]
    fn each_text_is_there_once() {
        for (index, (english, _)) in KNOWN.iter().enumerate() {
            assert!(KNOWN[index + 1..].iter().all(|(other, _)| other != english), "{english}");
        }
    }
}
