//! Reads a jobs file, and looks into the files that it names.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
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
    let bytes = bytes(path, language)?;
    let read =
        |folder: &Path| Configuration::read(&bytes, folder).map_err(|error| line(path, &error, language));
    let (folder, whole) = folders(path);
    if let Some(whole) = whole {
        read(&whole)?;
    }
    read(folder)
}

/// The same with all its mistakes, and with the files that it names looked into: a run leaves that to each job, so that a
/// file that is missing for a while takes no other job with it.
pub(super) fn checked(path: &Path, language: Language) -> Result<Configuration, Vec<String>> {
    let bytes = bytes(path, language).map_err(|line| vec![line])?;
    let told = |mistakes: Vec<ConfigurationError>| -> Result<(), Vec<String>> {
        if mistakes.is_empty() {
            return Ok(());
        }
        Err(mistakes.iter().map(|mistake| line(path, mistake, language)).collect())
    };
    let (folder, whole) = folders(path);
    if let Some(whole) = whole {
        told(Configuration::mistakes(&bytes, &whole))?;
    }
    told(Configuration::mistakes(&bytes, folder))?;
    let configuration =
        Configuration::read(&bytes, folder).map_err(|error| vec![line(path, &error, language)])?;
    let roots = configuration.extra_roots.iter();
    told(roots.filter_map(|file| Some(file.mistake(certificates(file).err()?))).collect())?;
    Ok(configuration)
}

/// A mistake in the file at `path`.
fn line(path: &Path, mistake: &ConfigurationError, language: Language) -> String {
    format!("{}:{}", path.display(), mistake.describe(language))
}

/// The folder of the file, and its whole path: only with that is it seen that a relative path leads to where an absolute
/// one does.
fn folders(path: &Path) -> (&Path, Option<PathBuf>) {
    let folder = path.parent().unwrap_or(Path::new(""));
    let whole = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    (folder, fs::canonicalize(whole).ok())
}

/// The bytes of the jobs file.
fn bytes(path: &Path, language: Language) -> Result<Vec<u8>, String> {
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
    fs::read(path).map_err(|error| unreadable(error.to_string()))
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
