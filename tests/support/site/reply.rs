//! What a path of the site answers.

use std::io::Write;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::{Request, wait};

/// A reply, and how it is sent.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    status: u16,
    fields: Vec<(String, String)>,
    body: Vec<u8>,
    /// Sent as it is, head and all.
    raw: Option<Vec<u8>>,
    chunked: bool,
    /// The connection breaks after so many bytes of the body.
    truncated: Option<usize>,
    /// So many bytes, then a pause, and so on.
    slow: Option<(usize, Duration)>,
    /// Before the first byte.
    delay: Duration,
}

impl Reply {
    /// Any body of any type.
    pub(crate) fn new(media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: 200,
            fields: vec![("Content-Type".to_owned(), media_type.to_owned())],
            body: body.into(),
            raw: None,
            chunked: false,
            truncated: None,
            slow: None,
            delay: Duration::ZERO,
        }
    }

    /// A page in UTF-8.
    pub(crate) fn html(html: &str) -> Self {
        Self::new("text/html; charset=utf-8", html)
    }

    /// A page in GBK, whose encoding only the page itself names.
    pub(crate) fn gbk(html: &str) -> Self {
        Self::new("text/html", encoding_rs::GBK.encode(&html.replace("utf-8", "gbk")).0.into_owned())
    }

    /// 404, with a page that says so.
    pub(crate) fn not_found() -> Self {
        Self::html("<html><title>404</title><body>您访问的页面不存在</body></html>").status(404)
    }

    /// 302 or another status, with a `Location`.
    pub(crate) fn redirect(status: u16, to: &str) -> Self {
        Self::html("").status(status).field("Location", to)
    }

    /// 429 with `Retry-After`.
    pub(crate) fn rate_limited(seconds: u64) -> Self {
        Self::html("too many requests").status(429).field("Retry-After", &seconds.to_string())
    }

    /// The page that 瑞数 and 加速乐 send in place of the real one.
    pub(crate) fn challenge(status: u16) -> Self {
        let script = "<html><head><script>document.cookie='__jsl_clearance=1';location.href=location.pathname</script></head></html>";
        Self::html(script).status(status)
    }

    /// A small body that unpacks to `bytes`.
    pub(crate) fn bomb(bytes: usize) -> Self {
        Self::html("").body(vec![b' '; bytes]).gzip()
    }

    /// Exactly these bytes, and then the connection is closed.
    pub(crate) fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self { raw: Some(bytes.into()), ..Self::html("") }
    }

    pub(crate) fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    pub(crate) fn field(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// With an `ETag` made of the body.
    pub(crate) fn tagged(self) -> Self {
        let sum = self.body.iter().fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| {
            (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
        self.field("ETag", &format!("\"{sum:016x}\""))
    }

    /// Packs the body.
    pub(crate) fn gzip(mut self) -> Self {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&self.body).unwrap();
        self.body = encoder.finish().unwrap();
        self.field("Content-Encoding", "gzip")
    }

    /// Sends the body in chunks, without its length.
    pub(crate) fn chunked(mut self) -> Self {
        self.chunked = true;
        self
    }

    /// Breaks off after so many bytes of the body.
    pub(crate) fn truncated(mut self, after: usize) -> Self {
        self.truncated = Some(after);
        self
    }

    /// Sends so many bytes, pauses, and so on.
    pub(crate) fn slow(mut self, bytes: usize, pause: Duration) -> Self {
        self.slow = Some((bytes, pause));
        self
    }

    /// Lets the client wait for the first byte.
    pub(crate) fn delayed(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Whether the client has this already, by what it asks.
    fn is_had(&self, request: &Request) -> bool {
        let own = |name: &str| self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value);
        match (request.fields.get("if-none-match"), request.fields.get("if-modified-since")) {
            (Some(asked), _) => own("ETag").is_some_and(|etag| asked == etag),
            (None, Some(asked)) => own("Last-Modified").is_some_and(|date| asked == date),
            (None, None) => false,
        }
    }

    /// Sends it; whether the connection goes on.
    pub(super) fn send(&self, request: &Request, to: &mut impl Write) -> bool {
        wait(self.delay);
        if let Some(raw) = &self.raw {
            let _ = to.write_all(raw).and_then(|()| to.flush());
            return false;
        }
        let not_modified = self.status == 200 && self.is_had(request);
        let status = if not_modified { 304 } else { self.status };
        let mut head = format!("HTTP/1.1 {status} {}\r\n", reason(status));
        for (name, value) in &self.fields {
            head += &format!("{name}: {value}\r\n");
        }
        if not_modified {
            return to.write_all((head + "\r\n").as_bytes()).and_then(|()| to.flush()).is_ok();
        }
        head += &if self.chunked {
            "Transfer-Encoding: chunked\r\n\r\n".to_owned()
        } else {
            format!("Content-Length: {}\r\n\r\n", self.body.len())
        };
        let body = &self.body[..self.truncated.unwrap_or(self.body.len()).min(self.body.len())];
        let (step, pause) = self.slow.unwrap_or((usize::MAX, Duration::ZERO));
        let sent = to.write_all(head.as_bytes()).and_then(|()| {
            for part in body.chunks(step.min(body.len().max(1))) {
                if self.chunked {
                    write!(to, "{:x}\r\n", part.len())?;
                }
                to.write_all(part)?;
                if self.chunked {
                    to.write_all(b"\r\n")?;
                }
                to.flush()?;
                wait(pause);
            }
            if self.chunked && self.truncated.is_none() {
                to.write_all(b"0\r\n\r\n")?;
            }
            to.flush()
        });
        sent.is_ok() && self.truncated.is_none()
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        301 => "Moved Permanently",
        302 => "Found",
        304 => "Not Modified",
        404 => "Not Found",
        _ => "Something",
    }
}
