//! Turns the HTTP head that came with a page into one that is true of the block it is kept with.
//!
//! A block holds the body as it reads, transfer and content encodings undone: a reader that believed the fields which
//! announce them would undo them again and find damage, or stop at the length of what was sent. Such fields are kept under
//! the name `X-Archive-Orig-…`, as other archiving tools do, and the length is stated anew.

/// Fields of what was sent, not of what is kept.
const OF_WHAT_WAS_SENT: [&str; 4] = ["content-encoding", "transfer-encoding", "content-length", "trailer"];

/// What they are called then.
const PREFIX: &str = "X-Archive-Orig-";

/// `head` for a body of `length` bytes, up to and including the empty line, every line ended by CRLF; none if it does
/// not begin with the status line of a response. A head that is true already comes back byte for byte.
pub(super) fn true_to(head: &[u8], length: usize) -> Option<Vec<u8>> {
    let lines: Vec<&[u8]> = head
        .split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .take_while(|line| !line.trim_ascii().is_empty())
        .collect();
    let (status, fields) = lines.split_first()?;
    if !status.get(..5).is_some_and(|start| start.eq_ignore_ascii_case(b"HTTP/")) {
        return None;
    }
    let sent: Vec<(&str, &[u8])> = fields.iter().filter_map(|line| of_what_was_sent(line)).collect();
    let length = length.to_string();
    let is_true = matches!(sent[..], [("content-length", value)] if value == length.as_bytes());

    let mut out = Vec::with_capacity(head.len() + 64);
    let mut add = |parts: &[&[u8]]| {
        for part in parts {
            out.extend_from_slice(part);
        }
        out.extend_from_slice(b"\r\n");
    };
    add(&[status]);
    for line in fields {
        if !is_true && of_what_was_sent(line).is_some() {
            add(&[PREFIX.as_bytes(), line]);
        } else {
            add(&[line]);
        }
    }
    if !is_true {
        add(&[b"Content-Length: ", length.as_bytes()]);
    }
    add(&[]);
    Some(out)
}

/// Name and value of a field that tells of what was sent.
fn of_what_was_sent(line: &[u8]) -> Option<(&'static str, &[u8])> {
    // A line that begins with white space goes on with the field before it.
    if matches!(line.first(), Some(b' ' | b'\t')) {
        return None;
    }
    let colon = line.iter().position(|byte| *byte == b':')?;
    let name = line[..colon].trim_ascii_end();
    let known = OF_WHAT_WAS_SENT.into_iter().find(|known| name.eq_ignore_ascii_case(known.as_bytes()))?;
    Some((known, line[colon + 1..].trim_ascii()))
}

#[cfg(test)]
mod tests {
    use super::true_to;

    fn made(head: &str, length: usize) -> Option<String> {
        true_to(head.as_bytes(), length).map(|head| String::from_utf8_lossy(&head).into_owned())
    }

    #[test]
    fn what_was_sent_is_kept_under_another_name() {
        let sent = "HTTP/1.1 200 OK\r\nServer: nginx\r\ncontent-encoding: gzip\r\nTransfer-Encoding : chunked\r\n\
            X-Long: a\r\n\tContent-Length: b\r\nContent-Length: 17\r\n\r\n";
        let kept = "HTTP/1.1 200 OK\r\nServer: nginx\r\nX-Archive-Orig-content-encoding: gzip\r\n\
            X-Archive-Orig-Transfer-Encoding : chunked\r\nX-Long: a\r\n\tContent-Length: b\r\n\
            X-Archive-Orig-Content-Length: 17\r\nContent-Length: 42\r\n\r\n";
        assert_eq!(made(sent, 42).as_deref(), Some(kept));
        // Once made, it stays.
        assert_eq!(made(kept, 42).as_deref(), Some(kept));
    }

    #[test]
    fn a_true_head_comes_back_and_bare_line_feeds_become_line_ends() {
        let head = "HTTP/1.0 200 OK\r\nContent-Length: 3\r\nContent-Type: text/html; charset=gbk\r\n\r\n";
        assert_eq!(made(head, 3).as_deref(), Some(head));
        assert_eq!(made(&head.replace("\r\n", "\n"), 3).as_deref(), Some(head));
        assert_eq!(
            made("HTTP/1.1 200 OK\r\n\r\n", 0).as_deref(),
            Some("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        );
    }

    #[test]
    fn what_is_no_response_is_no_head() {
        assert_eq!(made("", 1), None);
        assert_eq!(made("\r\n\r\n", 1), None);
        assert_eq!(made("Content-Type: text/html\r\n\r\n", 1), None);
    }
}
