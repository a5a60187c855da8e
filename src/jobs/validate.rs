//! Turns what was typed into what is meant, or names the first mistake.

mod places;
mod source;
mod web;

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use toml::Spanned;
use url::Url;

use super::configuration::{Configuration, Job, NamedFile};
use super::cron::Cron;
use super::error::{ConfigurationError, Mistake};
use super::file::{self, File, Number, Text};
use super::period::duration;
use super::position::{key_at, line_and_column};
use super::recheck::Recheck;
use super::schedule::Schedule;
use super::settings::{Limits, Notifications, Occasion, WebSettings};
use super::zone::Zone;
use crate::appraisal::Retention;
use crate::discovery::LinkRules;
use crate::write::Format;

/// The renditions that an archived version may have.
const FORMATS: [Format; 3] = [Format::Pdf, Format::Docx, Format::Text];

/// Where a store is that the file does not name: in the folder of the file.
const STORE: &str = "archive";

type Checked<T> = Result<T, ConfigurationError>;

/// Checks everything.
pub(super) fn configuration(file: &File, text: &str, folder: &Path) -> Checked<Configuration> {
    Check { text, folder }.configuration(file)
}

/// All mistakes that can be told independently: those of the top of the file by part, then the first of each job.
pub(super) fn mistakes(file: &File, text: &str, folder: &Path) -> Vec<ConfigurationError> {
    let check = Check { text, folder };
    let mut mistakes = check.all(file);
    if mistakes.is_empty() {
        // What is only looked at where each job is right by itself.
        mistakes.extend(check.configuration(file).err());
    }
    mistakes
}

/// The text that mistakes point into, and the folder that paths start from.
struct Check<'a> {
    text: &'a str,
    folder: &'a Path,
}

impl Check<'_> {
    fn configuration(&self, file: &File) -> Checked<Configuration> {
        let zone = self.given(file.time_zone.as_ref(), |typed| {
            Zone::parse(typed).ok_or_else(|| Mistake::Zone { value: typed.to_owned() })
        })?;
        let shared = Shared {
            zone: zone.unwrap_or_default(),
            store: self.path(file.store.as_ref())?.unwrap_or_else(|| self.folder.join(STORE)),
            operator: self.plain(file.operator.as_ref())?,
            web: self.web(&file.web)?,
            limits: self.limits(&file.limits)?,
            notifications: self.notifications(&file.notifications, &Notifications::default())?,
        };
        if file.job.is_empty() {
            // Where one could be written.
            let end = if self.text.trim().is_empty() { 0 } else { self.text.len() };
            return Err(self.mistake(&(end..end), Mistake::NoJob).without_key());
        }
        let mut names = BTreeSet::new();
        let mut jobs = Vec::new();
        for typed in &file.job {
            let job = self.job(typed, &shared)?;
            if !names.insert(job.name.clone()) {
                return Err(self.mistake(&typed.get_ref().name.span(), Mistake::SameName { name: job.name }));
            }
            jobs.push(job);
        }
        self.stores_and_folders(file, &jobs)?;
        let (metrics, report) = self.papers(file)?;
        let webs = std::iter::once(&file.web).chain(file.job.iter().map(|job| &job.get_ref().web));
        let extra_roots = webs.filter_map(|web| web.extra_roots.as_ref()).map(|typed| self.named_file(typed));
        Ok(Configuration {
            jobs,
            zone: shared.zone,
            metrics,
            report,
            extra_roots: extra_roots.collect::<Checked<_>>()?,
            notifications: shared.notifications,
        })
    }

    /// The mistakes of each part of the file by itself.
    fn all(&self, file: &File) -> Vec<ConfigurationError> {
        let mut mistakes = Vec::new();
        let zone = self.given(file.time_zone.as_ref(), |typed| {
            Zone::parse(typed).ok_or_else(|| Mistake::Zone { value: typed.to_owned() })
        });
        let shared = Shared {
            zone: kept(zone, &mut mistakes).flatten().unwrap_or_default(),
            store: kept(self.path(file.store.as_ref()), &mut mistakes)
                .flatten()
                .unwrap_or_else(|| self.folder.join(STORE)),
            operator: kept(self.plain(file.operator.as_ref()), &mut mistakes).flatten(),
            web: kept(self.web(&file.web), &mut mistakes).unwrap_or_default(),
            limits: kept(self.limits(&file.limits), &mut mistakes).unwrap_or_default(),
            notifications: kept(
                self.notifications(&file.notifications, &Notifications::default()),
                &mut mistakes,
            )
            .unwrap_or_default(),
        };
        for job in &file.job {
            kept(self.job(job, &shared), &mut mistakes);
        }
        mistakes
    }

    fn job(&self, typed: &Spanned<file::Job>, shared: &Shared) -> Checked<Job> {
        let (job, span) = (typed.get_ref(), typed.span());
        let name = job.name.get_ref();
        if name.trim().is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
            return Err(self.mistake(&job.name.span(), Mistake::Name));
        }
        let rules =
            job.rules.as_ref().map_or(Ok(LinkRules::default()), |rules| self.rules(rules.get_ref()))?;
        if job.sources.get_ref().is_empty() {
            return Err(self.mistake(&job.sources.span(), Mistake::NoSource));
        }
        let sources = job.sources.get_ref().iter().map(|source| self.source(source, &rules));
        Ok(Job {
            name: name.clone(),
            enabled: job.enabled.unwrap_or(true),
            sources: sources.collect::<Checked<_>>()?,
            schedule: self.schedule(job, span, shared.zone)?,
            recheck: self.recheck(job)?,
            formats: self.formats(job)?,
            store: self.path(job.store.as_ref())?.unwrap_or_else(|| shared.store.clone()),
            operator: self.plain(job.operator.as_ref())?.or_else(|| shared.operator.clone()),
            retention: self.given(job.retention.as_ref(), |typed| {
                one_of(typed, Retention::ALL.map(|retention| (retention.name(), retention)))
            })?,
            limits: self.limits(&job.limits)?.or(&shared.limits),
            web: self.web(&job.web)?.or(&shared.web),
            notifications: self.notifications(&job.notifications, &shared.notifications)?,
        })
    }

    fn schedule(&self, job: &file::Job, span: Range<usize>, zone: Zone) -> Checked<Schedule> {
        match (&job.schedule, &job.every) {
            (Some(typed), None) => Cron::parse(typed.get_ref(), job.name.get_ref())
                .map(|cron| Schedule::cron(cron, zone))
                .map_err(|(why, at)| {
                    // Points into the expression where the file has it letter for letter.
                    let Range { start, end } = typed.span();
                    let inner = self.text.get(start + 1..end.saturating_sub(1));
                    let start = if inner == Some(typed.get_ref().as_str()) { start + 1 + at } else { start };
                    self.mistake(&(start..end), Mistake::Cron { why })
                        .with_key_of(self.text, typed.span().start)
                }),
            (None, Some(typed)) => {
                let schedule = Schedule::every(self.length(typed)?, zone);
                schedule.ok_or_else(|| {
                    self.mistake(&typed.span(), Mistake::TooShort { value: typed.get_ref().clone() })
                })
            }
            (None, None) => Err(self.mistake(&span, Mistake::NoSchedule)),
            (Some(_), Some(second)) => Err(self.mistake(&second.span(), Mistake::NoSchedule)),
        }
    }

    fn recheck(&self, job: &file::Job) -> Checked<Option<Recheck>> {
        let Some(typed) = &job.recheck else {
            return match &job.recheck_at_most {
                Some(typed) => Err(self.mistake(&typed.span(), Mistake::Intervals)),
                None => Ok(None),
            };
        };
        let base = self.length(typed)?;
        if base < Schedule::SHORTEST {
            return Err(self.mistake(&typed.span(), Mistake::TooShort { value: typed.get_ref().clone() }));
        }
        let at_most = match &job.recheck_at_most {
            Some(typed) => self.length(typed)?,
            None => Recheck::AT_MOST.max(base),
        };
        let place = job.recheck_at_most.as_ref().unwrap_or(typed);
        Recheck::new(base, at_most).map(Some).ok_or_else(|| self.mistake(&place.span(), Mistake::Intervals))
    }

    fn formats(&self, job: &file::Job) -> Checked<Vec<Format>> {
        let Some(typed) = &job.formats else { return Ok(FORMATS.to_vec()) };
        if typed.get_ref().is_empty() {
            return Err(self.mistake(&typed.span(), Mistake::EmptyList));
        }
        let mut formats = Vec::new();
        for typed in typed.get_ref() {
            let format =
                self.text(typed, |word| one_of(word, FORMATS.map(|format| (format.extension(), format))))?;
            if !formats.contains(&format) {
                formats.push(format);
            }
        }
        Ok(formats)
    }

    fn limits(&self, typed: &file::Limits) -> Checked<Limits> {
        const MANY: u64 = 1 << 40;
        Ok(Limits {
            pages: self.number(typed.pages.as_ref(), 1, MANY)?,
            max_duration: typed.max_duration.as_ref().map(|typed| self.length(typed)).transpose()?,
            list_pages: self.number(typed.list_pages.as_ref(), 1, 100_000)?,
            max_bytes: self.number(typed.max_bytes.as_ref(), 1, MANY)?,
            max_attachment_bytes: self.number(typed.max_attachment_bytes.as_ref(), 0, MANY)?,
            max_pixels: self.number(typed.max_pixels.as_ref(), 1, MANY)?,
        })
    }

    fn notifications(&self, typed: &file::Notifications, above: &Notifications) -> Checked<Notifications> {
        let webhooks: Vec<Url> =
            typed.webhooks.iter().map(|typed| self.address(typed)).collect::<Checked<_>>()?;
        let networks: Vec<_> =
            typed.allow_net.iter().map(|typed| self.network(typed)).collect::<Checked<_>>()?;
        let on = typed.on.as_ref().map(|words| {
            let occasion =
                |word: &str| one_of(word, Occasion::ALL.map(|occasion| (occasion.name(), occasion)));
            words.iter().map(|typed| self.text(typed, occasion)).collect::<Checked<BTreeSet<_>>>()
        });
        Ok(Notifications {
            webhooks: if webhooks.is_empty() { above.webhooks.clone() } else { webhooks },
            on: on.transpose()?.unwrap_or_else(|| above.on.clone()),
            ping: typed.ping.as_ref().map(|typed| self.address(typed)).transpose()?,
            allow_net: if networks.is_empty() { above.allow_net.clone() } else { networks },
        })
    }

    /// An absolute http or https address, without fragment.
    fn address(&self, typed: &Text) -> Checked<Url> {
        self.text(typed, |value| {
            let url = Url::parse(value.trim())
                .ok()
                .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
            let mut url = url.ok_or_else(|| Mistake::Address { value: value.to_owned() })?;
            if !url.username().is_empty() || url.password().is_some() {
                return Err(Mistake::Credentials);
            }
            url.set_fragment(None);
            Ok(url)
        })
    }

    fn length(&self, typed: &Text) -> Checked<Duration> {
        self.text(typed, |value| duration(value).ok_or_else(|| Mistake::Duration { value: value.to_owned() }))
    }

    fn path(&self, typed: Option<&Text>) -> Checked<Option<PathBuf>> {
        typed.map(|typed| self.full_path(typed)).transpose()
    }

    fn full_path(&self, typed: &Text) -> Checked<PathBuf> {
        self.text(typed, |path| not_empty(path).map(|path| self.folder.join(path)))
    }

    fn named_file(&self, typed: &Text) -> Checked<NamedFile> {
        let path = self.full_path(typed)?;
        let (line, column) = line_and_column(self.text, typed.span().start);
        Ok(NamedFile { path, line, column, key: key_at(self.text, typed.span().start) })
    }

    /// Text that goes into records.
    fn plain(&self, typed: Option<&Text>) -> Checked<Option<String>> {
        self.given(typed, |value| {
            if value.chars().any(char::is_control) { Err(Mistake::Control) } else { not_empty(value) }
        })
    }

    fn number<T: TryFrom<u64>>(&self, typed: Option<&Number>, least: u64, most: u64) -> Checked<Option<T>> {
        let Some(typed) = typed else { return Ok(None) };
        let number = u64::try_from(*typed.get_ref()).ok().filter(|number| (least..=most).contains(number));
        let number = number.and_then(|number| T::try_from(number).ok());
        number.map(Some).ok_or_else(|| self.mistake(&typed.span(), Mistake::Range { least, most }))
    }

    fn given<T>(
        &self,
        typed: Option<&Text>,
        read: impl FnOnce(&str) -> Result<T, Mistake>,
    ) -> Checked<Option<T>> {
        typed.map(|typed| self.text(typed, read)).transpose()
    }

    fn text<T>(&self, typed: &Text, read: impl FnOnce(&str) -> Result<T, Mistake>) -> Checked<T> {
        read(typed.get_ref()).map_err(|why| self.mistake(&typed.span(), why))
    }

    fn mistake(&self, span: &Range<usize>, why: Mistake) -> ConfigurationError {
        let (line, column) = line_and_column(self.text, span.start);
        ConfigurationError { line, column, key: key_at(self.text, span.start), why }
    }
}

impl ConfigurationError {
    fn without_key(self) -> Self {
        Self { key: String::new(), ..self }
    }

    fn with_key_of(self, text: &str, offset: usize) -> Self {
        Self { key: key_at(text, offset), ..self }
    }
}

/// What was read; a mistake goes to the others.
fn kept<T>(checked: Checked<T>, mistakes: &mut Vec<ConfigurationError>) -> Option<T> {
    checked.map_err(|mistake| mistakes.push(mistake)).ok()
}

/// What jobs take over from the top of the file.
struct Shared {
    zone: Zone,
    store: PathBuf,
    operator: Option<String>,
    web: WebSettings,
    limits: Limits,
    notifications: Notifications,
}

fn not_empty(text: &str) -> Result<String, Mistake> {
    if text.trim().is_empty() { Err(Mistake::Empty) } else { Ok(text.to_owned()) }
}

/// The meaning of `word`.
fn one_of<T: Copy, const N: usize>(word: &str, known: [(&'static str, T); N]) -> Result<T, Mistake> {
    let found = known.iter().find(|(name, _)| *name == word).map(|(_, meaning)| *meaning);
    found.ok_or_else(|| Mistake::Word {
        value: word.to_owned(),
        known: known.map(|(name, _)| name).join(", "),
    })
}
