//! Turns records into a CDXJ index, compressed in blocks, and the index of its blocks (`cdxj-gzip-1.0`).

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use super::records::Record;
use super::sorting::Sorter;
use super::surt::surt;
use crate::document::sha256;

/// Lines in a block, as other tools have it.
const LINES: usize = 1024;

/// The lines of the index, to be sorted.
#[derive(Default)]
pub(super) struct Index(Sorter);

impl Index {
    /// Adds a record of the group that begins at `offset` of the WARC file `name`. Descriptions of files are not looked up
    /// by anybody.
    pub(super) fn add(&mut self, record: &Record, name: &str, offset: u64) -> io::Result<()> {
        if !matches!(record.kind.as_str(), "response" | "resource" | "revisit") {
            return Ok(());
        }
        let time: String = record.date.chars().filter(char::is_ascii_digit).take(14).collect();
        let mut fields = json!({
            "url": record.target,
            "digest": record.digest,
            "mime": if record.kind == "revisit" { "warc/revisit" } else { &record.media_type },
            "offset": (offset + record.offset).to_string(),
            "length": record.length.to_string(),
            "filename": name,
        });
        if let Some(status) = &record.status {
            fields["status"] = json!(status);
        }
        self.0.push(format!("{} {time} {fields}", surt(&record.target)))
    }

    /// Writes the index in order to `out`, each block a gzip member; returns the index of the blocks.
    pub(super) fn write(self, out: &mut impl Write) -> io::Result<String> {
        let mut blocks = "!meta 0 ".to_owned();
        blocks += &json!({"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}).to_string();
        blocks.push('\n');
        let mut lines = self.0.sorted()?.peekable();
        let mut offset = 0;
        while let Some(first) = lines.next() {
            let first = first?;
            // Key and time of the first line stand for the block.
            let start = first.split(' ').take(2).collect::<Vec<_>>().join(" ");
            let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
            writeln!(encoder, "{first}")?;
            for line in lines.by_ref().take(LINES - 1) {
                writeln!(encoder, "{}", line?)?;
            }
            let block = encoder.finish()?;
            let fields = json!({
                "offset": offset,
                "length": block.len(),
                "digest": format!("sha256:{}", sha256(&block)),
                "filename": "index.cdx.gz",
            });
            blocks += &format!("{start} {fields}\n");
            offset += block.len();
            out.write_all(&block)?;
        }
        Ok(blocks)
    }
}
