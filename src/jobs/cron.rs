//! Cron expressions: what the five fields say, and the moments that they name.

use std::borrow::Cow;
use std::fmt;

use cronexpr::{Crontab, MakeTimestamp, ParseOptions, parse_crontab_with};
use sha2::{Digest, Sha256};

use crate::message::{Language, Word, messages};

/// Days that do not exist every four years (29 February on a Sunday, across 2100) come at least once in so many
/// searches of four years each.
const SEARCHES: i64 = 12;

/// How far one search of `cronexpr` reaches, in seconds; a little less, so that nothing falls between two searches.
const REACH: i64 = 4 * 365 * 86_400;

/// Where the search for a first moment begins when an expression is checked: 2001-01-01.
const CHECKED_FROM: i64 = 978_307_200;

/// A field of a cron expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CronField {
    /// 0–59.
    Minute,
    /// 0–23.
    Hour,
    /// 1–31, `L`, `15W`.
    DayOfMonth,
    /// 1–12 or JAN–DEC.
    Month,
    /// 0–7 or SUN–SAT, `5L`, `5#3`.
    DayOfWeek,
}

impl CronField {
    const ALL: [Self; 5] = [Self::Minute, Self::Hour, Self::DayOfMonth, Self::Month, Self::DayOfWeek];
}

impl Word for CronField {
    fn word(&self, language: Language) -> Cow<'_, str> {
        let (english, chinese) = match self {
            Self::Minute => ("minute (0-59)", "分（0–59）"),
            Self::Hour => ("hour (0-23)", "时（0–23）"),
            Self::DayOfMonth => ("day of month (1-31, L)", "日（1–31、L）"),
            Self::Month => ("month (1-12)", "月（1–12）"),
            Self::DayOfWeek => ("day of week (0-7, SUN-SAT)", "星期（0–7、SUN–SAT）"),
        };
        Cow::Borrowed(match language {
            Language::English => english,
            Language::Chinese => chinese,
        })
    }
}

messages! {
    /// What is wrong with a cron expression.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum CronMistake {
        /// Not five fields.
        Fields { count: usize } = "cron-fields",
            "a cron expression has 5 fields (minute hour day month weekday), not {count}",
            "cron 表达式应有 5 个字段（分 时 日 月 星期），此处为 {count} 个";
        /// A space of Chinese typography, or another that separates no fields.
        Space = "cron-space",
            "a full-width or other special space stands here; fields are separated by ordinary spaces",
            "此处是全角空格或其他特殊空格，字段之间应为半角空格";
        /// A field cannot be read.
        Field { value: String, field: CronField } = "cron-field",
            "“{value}” is no {field}", "“{value}”不是有效的{field}";
        /// No such day exists: 30 February.
        Never = "cron-never", "no such moment ever comes", "永远不会到期";
    }
}

/// A mistake, and the byte of the expression that it is at.
pub(super) type Placed = (CronMistake, usize);

/// A cron expression, in local time.
#[derive(Clone)]
pub(super) struct Cron {
    text: String,
    crontab: Crontab,
}

impl Cron {
    /// Reads the five fields of `text`, or `@hourly` and the like. `H` in a field is a number that depends on `name`
    /// alone: jobs of one schedule do not all begin in the same minute.
    pub(super) fn parse(text: &str, name: &str) -> Result<Self, Placed> {
        let spelt = match text.trim() {
            "@hourly" => "0 * * * *",
            "@daily" | "@midnight" => "0 0 * * *",
            "@weekly" => "0 0 * * 0",
            "@monthly" => "0 0 1 * *",
            "@yearly" | "@annually" => "0 0 1 1 *",
            _ => text,
        };
        if let Some(at) = spelt.find(|c: char| c.is_whitespace() && !c.is_ascii()) {
            return Err((CronMistake::Space, at));
        }
        let count = spelt.split_whitespace().count();
        if count != CronField::ALL.len() {
            return Err((CronMistake::Fields { count }, 0));
        }
        let digest = Sha256::digest(name.as_bytes());
        let mut options = ParseOptions::default();
        options.hashed_value = Some(digest.iter().take(8).fold(0, |all, byte| all << 8 | u64::from(*byte)));
        // The zone is ours to add: theirs would come from a database of the system.
        let crontab =
            parse_crontab_with(&format!("{spelt} UTC"), options).map_err(|_| first_wrong(spelt, options))?;
        let cron = Self { text: text.trim().to_owned(), crontab };
        if cron.next_after(CHECKED_FROM).is_none() {
            return Err((CronMistake::Never, 0));
        }
        Ok(cron)
    }

    /// The first moment after `local` that the expression names. Both are seconds of local time, as if it were UTC.
    pub(super) fn next_after(&self, local: i64) -> Option<i64> {
        (0..SEARCHES).find_map(|search| {
            let from = MakeTimestamp::from_second(local.checked_add(search * REACH)?).ok()?;
            Some(self.crontab.find_next(from).ok()?.timestamp().as_second())
        })
    }
}

/// The first field that cannot be read by itself. Each is tried with the others left open, so that the answer does not
/// depend on the words of another crate's error.
fn first_wrong(text: &str, options: ParseOptions) -> Placed {
    for (position, part) in text.split_whitespace().enumerate() {
        let mut fields = ["*"; 5];
        if let Some(field) = fields.get_mut(position) {
            *field = part;
        }
        if parse_crontab_with(&format!("{} UTC", fields.join(" ")), options).is_err() {
            let at = part.as_ptr().addr() - text.as_ptr().addr();
            let field = CronField::ALL.get(position).copied().unwrap_or(CronField::Minute);
            return (CronMistake::Field { value: part.to_owned(), field }, at);
        }
    }
    (CronMistake::Fields { count: text.split_whitespace().count() }, 0)
}

impl PartialEq for Cron {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Cron {}

impl fmt::Debug for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cron({})", self.text)
    }
}

impl fmt::Display for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::{Cron, CronField, CronMistake};

    fn mistake(text: &str) -> (CronMistake, usize) {
        Cron::parse(text, "job").expect_err(text)
    }

    #[test]
    fn the_wrong_field_is_named_with_its_place() {
        let wrong = |value: &str, field| CronMistake::Field { value: value.to_owned(), field };
        assert_eq!(mistake("0 25 * * *"), (wrong("25", CronField::Hour), 2));
        assert_eq!(mistake("61 * * * *"), (wrong("61", CronField::Minute), 0));
        assert_eq!(mistake("0  0 1 十月 *"), (wrong("十月", CronField::Month), 7));
        assert_eq!(mistake("0 0 * * MOM"), (wrong("MOM", CronField::DayOfWeek), 8));
        assert_eq!(mistake("0 3 * *"), (CronMistake::Fields { count: 4 }, 0));
        assert_eq!(mistake("0 3 * * * Asia/Tokyo"), (CronMistake::Fields { count: 6 }, 0));
        assert_eq!(mistake(""), (CronMistake::Fields { count: 0 }, 0));
    }

    #[test]
    fn a_day_that_never_comes_is_refused() {
        assert_eq!(mistake("0 0 30 2 *"), (CronMistake::Never, 0));
        assert_eq!(mistake("0 0 31 4,6,9,11 *"), (CronMistake::Never, 0));
        // 29 February does come, even if it must be a Sunday.
        assert!(Cron::parse("0 0 29 2 *", "job").is_ok());
        assert!(Cron::parse("0 0 29 2 */7", "job").is_ok());
    }

    #[test]
    fn h_depends_on_the_name_of_the_job_alone() {
        let next = |name: &str| Cron::parse("H 3 * * *", name).expect("an expression").next_after(0);
        assert_eq!(next("甲"), next("甲"));
        let minutes: std::collections::BTreeSet<_> = (0..50).map(|n| next(&format!("job {n}"))).collect();
        assert!(minutes.len() > 20, "{minutes:?}");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            let _ = Cron::parse(&text, "job");
        }

        #[test]
        fn what_looks_like_an_expression_is_read_or_refused(text in "([0-9*/,LW#H-]{1,6} ){4}[0-9*/,L#-]{1,6}") {
            let _ = Cron::parse(&text, "job");
        }
    }
}
