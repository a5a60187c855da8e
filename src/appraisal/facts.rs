//! What the newest version of an object says about itself, as far as appraisal asks for it.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use serde_json::Value;

use super::Retention;
use crate::archive::package::{METADATA, PackageError, PackageMetadata};
use crate::archive::store::{Object, ObjectId, StoreError};
use crate::message::{Describe, Language};

/// What is known about an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The object.
    pub id: ObjectId,
    /// The version that was looked at: the newest.
    pub version: u32,
    /// Keys of the crosswalk (`title`, `number`, `issuer` …) with their values, in its order, and what a scheduled job
    /// knows (`job`, `column`). A list has one entry for each of its values.
    pub elements: Vec<(String, String)>,
    /// The date that the 年度 is taken from.
    pub date: Date,
    /// Which date that is.
    pub basis: Basis,
    /// 保管期限 that the scheduled job states which filed it.
    pub retention: Option<Retention>,
}

/// Which of a document's dates its 年度 is taken from: the first there is, in this order. DA/T 22-2015 5.2 goes by the date
/// on which the document was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// 成文日期.
    Written,
    /// 印发日期.
    Printed,
    /// 发布日期.
    Published,
    /// The time of capture, for want of a date on the page.
    Captured,
    /// The time of filing, for want of both.
    Filed,
}

impl Basis {
    /// The name in the log: `written`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Printed => "printed",
            Self::Published => "published",
            Self::Captured => "captured",
            Self::Filed => "filed",
        }
    }

    /// What it is called in Chinese.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Written => "成文日期",
            Self::Printed => "印发日期",
            Self::Published => "发布日期",
            Self::Captured => "采集日期",
            Self::Filed => "入库日期",
        }
    }
}

impl Facts {
    /// Reads the newest version of `object`.
    ///
    /// # Errors
    /// If its metadata cannot be read.
    pub fn read(object: &Object) -> Result<Self, FactsError> {
        let version = object.head();
        let json = object.read(version, METADATA).map_err(FactsError::Store)?;
        let metadata = PackageMetadata::from_json(&json).map_err(|why| {
            FactsError::Package(PackageError::Metadata { object: object.id().to_string(), why })
        })?;
        Ok(Self::of(object.id().clone(), version, &metadata))
    }

    /// What `metadata` says of version `version` of the object `id`.
    #[must_use]
    pub fn of(id: ObjectId, version: u32, metadata: &PackageMetadata) -> Self {
        let mut elements = Vec::new();
        for element in &metadata.elements {
            let key = || element.key.clone();
            match &element.value {
                Value::String(value) => elements.push((key(), value.clone())),
                Value::Array(values) => {
                    elements.extend(
                        values.iter().filter_map(Value::as_str).map(|value| (key(), value.to_owned())),
                    );
                }
                _ => {}
            }
        }
        let (date, basis) = date(&elements, metadata);
        let mut retention = None;
        if let Some(job) = &metadata.job {
            elements.push(("job".to_owned(), job.name.clone()));
            elements.extend(job.column.iter().map(|column| ("column".to_owned(), column.clone())));
            retention = job.retention.as_deref().and_then(|name| name.parse().ok());
        }
        Self { id, version, elements, date, basis, retention }
    }

    /// The first value of the element `key`.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<&str> {
        self.values(key).next()
    }

    /// All values of the element `key`; those of `url` are the object's address.
    pub fn values<'a>(&'a self, key: &str) -> impl Iterator<Item = &'a str> {
        let address = (key == "url").then(|| self.id.as_str());
        let stated =
            self.elements.iter().filter(move |(name, _)| name == key).map(|(_, value)| value.as_str());
        address.into_iter().chain(stated)
    }

    /// The 年度.
    #[must_use]
    pub fn year(&self) -> i16 {
        self.date.year()
    }
}

/// Why an object's metadata cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactsError {
    /// The file cannot be read.
    Store(StoreError),
    /// It is not what it should be.
    Package(PackageError),
}

impl Describe for FactsError {
    fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
            Self::Package(error) => error.code(),
        }
    }

    fn describe(&self, language: Language) -> String {
        match self {
            Self::Store(error) => error.describe(language),
            Self::Package(error) => error.describe(language),
        }
    }
}

fn date(elements: &[(String, String)], metadata: &PackageMetadata) -> (Date, Basis) {
    /// Years that a 档号 can hold.
    fn plausible(date: Date) -> Option<Date> {
        (date.year() >= 1000).then_some(date)
    }
    let stated = |key: &str| {
        let (_, value) = elements.iter().find(|(name, _)| name == key)?;
        plausible(value.get(..10)?.parse().ok()?)
    };
    let local = |time: Timestamp| Offset::constant(8).to_datetime(time).date();
    let captured = || {
        let time: Timestamp = metadata.capture.captured.as_deref()?.parse().ok()?;
        plausible(local(time))
    };
    let first = [("written", Basis::Written), ("printed", Basis::Printed), ("published", Basis::Published)]
        .into_iter()
        .find_map(|(key, basis)| Some((stated(key)?, basis)));
    first
        .or_else(|| captured().map(|date| (date, Basis::Captured)))
        .unwrap_or_else(|| (plausible(local(metadata.created)).unwrap_or_default(), Basis::Filed))
}
