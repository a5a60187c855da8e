//! The jobs file as it is meant: checked, defaults filled in, paths made whole.

use crate::appraisal::Retention;
use std::path::{Path, PathBuf};

use super::error::{ConfigurationError, Mistake};
use super::position::line_and_column;
use super::recheck::Recheck;
use super::schedule::Schedule;
use super::settings::{Limits, Notifications, WebSettings};
use super::sources::JobSource;
use super::zone::Zone;
use super::{file, validate};
use crate::write::Format;

/// All that a jobs file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configuration {
    /// `[[job]]`, at least one, in the order of the file; names are unique.
    pub jobs: Vec<Job>,
    /// `time-zone`, which schedules are meant in. Default China Standard Time.
    pub zone: Zone,
    /// `metrics`: the file for a Prometheus node exporter.
    pub metrics: Option<PathBuf>,
    /// `report`: the page about the last run.
    pub report: Option<PathBuf>,
    /// `[notifications]` of the run as a whole: its `ping` is for the run; the rest is what jobs take over.
    pub notifications: Notifications,
    /// `extra-roots`, wherever they are given. Whether they hold certificates is for who reads files to find out.
    pub extra_roots: Vec<NamedFile>,
}

/// A file that a jobs file names, and where it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedFile {
    /// The file.
    pub path: PathBuf,
    /// The line of its name, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The key, from the top: `job[2].web.extra-roots`.
    pub key: String,
}

impl NamedFile {
    /// That something is wrong with it.
    #[must_use]
    pub fn mistake(&self, why: Mistake) -> ConfigurationError {
        let Self { line, column, key, .. } = self;
        ConfigurationError { line: *line, column: *column, key: key.clone(), why }
    }
}

/// A job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// `name`, unique in the file.
    pub name: String,
    /// `enabled`: whether it runs at all.
    pub enabled: bool,
    /// `sources`, at least one.
    pub sources: Vec<JobSource>,
    /// `schedule` or `every`.
    pub schedule: Schedule,
    /// `recheck` and `recheck-at-most`; `None`: a page that was filed is never looked at again.
    pub recheck: Option<Recheck>,
    /// `formats`: the renditions that each version gets, without repetition: PDF, DOCX, text. All three by default.
    pub formats: Vec<Format>,
    /// `store`.
    pub store: PathBuf,
    /// `operator`: the person or office that files, for the record.
    pub operator: Option<String>,
    /// `retention`: 保管期限 of what the job files, recorded with it; appraisal falls back on it.
    pub retention: Option<Retention>,
    /// `[job.limits]` over `[limits]`.
    pub limits: Limits,
    /// `[job.web]` over `[web]`.
    pub web: WebSettings,
    /// `[job.notifications]` over `[notifications]`.
    pub notifications: Notifications,
}

impl Configuration {
    /// Reads the bytes of a jobs file, as [`Configuration::parse`] does its text. A byte order mark is passed over.
    ///
    /// # Errors
    /// The first mistake, with its place; the first byte that is no UTF-8 is one.
    pub fn read(bytes: &[u8], folder: &Path) -> Result<Self, ConfigurationError> {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::parse(text, folder),
            Err(error) => {
                let before = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
                let (line, column) = line_and_column(&before, before.len());
                Err(ConfigurationError { line, column, key: String::new(), why: Mistake::Encoding })
            }
        }
    }

    /// Reads the text of a jobs file. Paths in it are relative to `folder`, where the file is.
    ///
    /// # Errors
    /// The first mistake, with its place.
    pub fn parse(text: &str, folder: &Path) -> Result<Self, ConfigurationError> {
        let file = file::parse(text)?;
        validate::configuration(&file, text, folder)
    }

    /// All mistakes of a jobs file that can be told independently, at least the one that [`Configuration::read`] tells; none
    /// if it is right. What is no TOML, or has a key that is not known, is told one at a time.
    #[must_use]
    pub fn mistakes(bytes: &[u8], folder: &Path) -> Vec<ConfigurationError> {
        let text = std::str::from_utf8(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes));
        match text.map(file::parse) {
            Ok(Ok(file)) => validate::mistakes(&file, text.unwrap_or_default(), folder),
            _ => Self::read(bytes, folder).err().into_iter().collect(),
        }
    }

    /// The job of this name.
    #[must_use]
    pub fn job(&self, name: &str) -> Option<&Job> {
        self.jobs.iter().find(|job| job.name == name)
    }
}

#[cfg(test)]
mod tests;
