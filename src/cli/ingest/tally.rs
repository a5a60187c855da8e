//! Counts what became of the pages, and says it.

use crate::batch::filing::{Filed, FilingOutcome};
use crate::cli::words;
use crate::message::{In, Language};

/// What became of the pages.
#[derive(Default)]
pub(super) struct Tally {
    pub(super) created: u64,
    pub(super) versions: u64,
    pub(super) unchanged: u64,
    pub(super) failed: u64,
    /// Answers that tell of an error: there is nothing to file.
    pub(super) not_converted: u64,
    /// Filed before, by this run or an earlier one.
    pub(super) known: u64,
    /// Lines that are no answers, and manifests that cannot be read.
    pub(super) malformed: u64,
}

impl Tally {
    /// Counts an outcome; a failure is told.
    pub(super) fn add(&mut self, outcome: &FilingOutcome, language: Language) {
        match &outcome.result {
            Ok(Filed::Created) => self.created += 1,
            Ok(Filed::NewVersion(_)) => self.versions += 1,
            Ok(Filed::Unchanged(_)) => self.unchanged += 1,
            Err(error) => {
                self.failed += 1;
                let told = format!("{} [{}] {}", outcome.source, error.stage(), In(language, error));
                words::error(language, &told);
            }
        }
    }

    /// Says it in a line.
    pub(super) fn say(&self, language: Language) {
        let Self { created, versions, unchanged, failed, not_converted, known, malformed } = self;
        let mut line = match language {
            Language::English => {
                format!("{created} created, {versions} new versions, {unchanged} unchanged, {failed} failed")
            }
            Language::Chinese => {
                format!("新建 {created} 个，新版本 {versions} 个，未变 {unchanged} 个，失败 {failed} 个")
            }
        };
        for (count, english, chinese) in [
            (known, "filed before", "此前已入库"),
            (not_converted, "not converted", "未能转换"),
            (malformed, "not read", "无法读取"),
        ] {
            if *count > 0 {
                line += &match language {
                    Language::English => format!(", {count} {english}"),
                    Language::Chinese => format!("，{chinese} {count} 个"),
                };
            }
        }
        words::say(&line);
    }
}
