//! Reads a jobs file, and looks into the files that it names.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use crate::acquire::web::{Web, WebOptions};
use crate::cli::web::RunClock;
use crate::jobs::{Configuration, ConfigurationError, Mistake, NamedFile};
use crate::message::{Describe, Language, reason};

/// A jobs file is not larger than this.
const LARGEST: u64 = 4 << 20;

/// The jobs file, or one line about what is wrong with it: `jobs.toml:12:8: job[1].every: …`.
pub(in crate::cli) fn configuration(path: &Path, language: Language) -> Result<Configuration, String> {
    let shown = path.display();
    let unreadable = |why: String| match language {
        Language::English => format!("{shown}: {why}"),
        Language::Chinese => format!("{shown}：{}", reason(why.into(), language)),
    };
    let metadata = fs::metadata(path).map_err(|error| unreadable(error.to_string()))?;
    if !metadata.is_file() || metadata.len() > LARGEST {
        return Err(unreadable(match language {
            Language::English => format!("not a file of at most {LARGEST} bytes"),
            Language::Chinese => format!("不是不超过 {LARGEST} 字节的文件"),
        }));
    }
    let bytes = fs::read(path).map_err(|error| unreadable(error.to_string()))?;
    let mistaken = |error: ConfigurationError| format!("{shown}:{}", error.describe(language));
    let folder = path.parent().unwrap_or(Path::new(""));
    // With the folder's whole path too: only so is it seen that a relative path leads to where an absolute one does.
    let whole = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    if let Ok(whole) = fs::canonicalize(whole) {
        Configuration::read(&bytes, &whole).map_err(mistaken)?;
    }
    Configuration::read(&bytes, folder).map_err(mistaken)
}

/// The same, with the files that it names looked into: a run leaves that to each job, so that a file that is missing for a
/// while takes no other job with it.
pub(super) fn checked(path: &Path, language: Language) -> Result<Configuration, String> {
    let configuration = configuration(path, language)?;
    for file in &configuration.extra_roots {
        certificates(file)
            .map_err(|why| format!("{}:{}", path.display(), file.mistake(why).describe(language)))?;
    }
    Ok(configuration)
}

/// Whether `file` can be used as `extra-roots`.
fn certificates(file: &NamedFile) -> Result<(), Mistake> {
    let path = file.path.display().to_string();
    let bytes = match fs::read(&file.path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Err(Mistake::MissingFile { path }),
        Err(error) => return Err(Mistake::Unreadable { path, why: error.to_string() }),
    };
    let options = WebOptions { extra_roots: Some(bytes), ..WebOptions::default() };
    let clock = RunClock::new(Box::new(Timestamp::now), Arc::default());
    match Web::new(options, Arc::new(clock)) {
        Ok(_) => Ok(()),
        Err(_) => Err(Mistake::NoCertificate { path }),
    }
}
