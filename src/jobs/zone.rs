//! The time zone that schedules are meant in: a fixed distance from UTC.

use std::fmt;

use jiff::Timestamp;
use jiff::tz::Offset;

/// A time zone without summer time, as China's has been since 1992.
///
/// Zones with summer time are not offered: there, an hour of the year happens twice and another never, and a schedule
/// within it has no plain meaning. Their standard time can be given as an offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Zone {
    /// Seconds to add to UTC.
    offset: i32,
}

impl Default for Zone {
    /// China Standard Time, +08:00.
    fn default() -> Self {
        Self { offset: 8 * 3600 }
    }
}

impl Zone {
    /// Coordinated Universal Time.
    pub const UTC: Self = Self { offset: 0 };

    /// `Asia/Shanghai` and the other names of its time, `UTC`, or an offset from `-14:00` to `+14:00`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "Asia/Shanghai" | "Asia/Chongqing" | "Asia/Hong_Kong" | "Asia/Macau" | "Asia/Taipei" | "PRC" => {
                return Some(Self::default());
            }
            "Asia/Urumqi" => return Some(Self { offset: 6 * 3600 }),
            "UTC" | "Etc/UTC" | "Z" => return Some(Self::UTC),
            _ => {}
        }
        let (sign, rest) = match text.split_at_checked(1)? {
            ("+", rest) => (1, rest),
            ("-", rest) => (-1, rest),
            _ => return None,
        };
        let (hours, minutes) = rest.split_once(':')?;
        let two_digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        if !two_digits(hours) || !two_digits(minutes) {
            return None;
        }
        let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
        let offset = hours * 3600 + minutes * 60;
        (minutes < 60 && offset <= 14 * 3600).then_some(Self { offset: sign * offset })
    }

    /// A moment as clocks in this zone show it, to the minute: `2024-01-15 06:00`.
    #[must_use]
    pub fn show(self, moment: Timestamp) -> String {
        let local = Offset::from_seconds(self.offset).unwrap_or(Offset::UTC).to_datetime(moment);
        format!("{} {:02}:{:02}", local.date(), local.hour(), local.minute())
    }

    /// Seconds to add to UTC.
    #[must_use]
    pub fn offset_seconds(self) -> i32 {
        self.offset
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minutes = self.offset.abs() / 60;
        let sign = if self.offset < 0 { '-' } else { '+' };
        write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::Zone;

    #[test]
    fn names_and_offsets_are_read() {
        let offset = |text| Zone::parse(text).map(Zone::offset_seconds);
        assert_eq!(offset("Asia/Shanghai"), Some(28_800));
        assert_eq!(offset("+08:00"), Some(28_800));
        assert_eq!(offset("UTC"), Some(0));
        assert_eq!(offset("-03:30"), Some(-12_600));
        assert_eq!(Zone::parse("-03:30").map(|zone| zone.to_string()).as_deref(), Some("-03:30"));
    }

    #[test]
    fn zones_with_summer_time_and_nonsense_are_refused() {
        for text in [
            "Europe/Berlin",
            "",
            "+",
            "+8",
            "+8:00",
            "+08:60",
            "+15:00",
            "08:00",
            "＋08:00",
            "+0８:00",
            "+-8:00",
        ] {
            assert_eq!(Zone::parse(text), None, "{text}");
        }
    }
}
