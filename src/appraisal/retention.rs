//! 保管期限: how long something is kept.

use std::fmt;
use std::str::FromStr;

/// How long a document is kept: the three periods of 《机关文件材料归档范围和文书档案保管期限规定》 (国家档案局令第8号).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Retention {
    /// 永久.
    Permanent,
    /// 定期30年.
    ThirtyYears,
    /// 定期10年.
    TenYears,
}

impl Retention {
    /// All of them, the longest first.
    pub const ALL: [Self; 3] = [Self::Permanent, Self::ThirtyYears, Self::TenYears];

    /// The code in a 档号: `Y`, `D30`, `D10`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Permanent => "Y",
            Self::ThirtyYears => "D30",
            Self::TenYears => "D10",
        }
    }

    /// The name: `永久`, `定期30年`, `定期10年`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Permanent => "永久",
            Self::ThirtyYears => "定期30年",
            Self::TenYears => "定期10年",
        }
    }
}

impl fmt::Display for Retention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Retention {
    type Err = String;

    /// The name or the code.
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|retention| [retention.name(), retention.code()].contains(&text))
            .ok_or_else(|| format!("“{text}” is none of 永久, 定期30年, 定期10年"))
    }
}

#[cfg(test)]
mod tests {
    use super::Retention;

    #[test]
    fn names_and_codes_are_read_and_nothing_else() {
        for retention in Retention::ALL {
            assert_eq!(retention.name().parse(), Ok(retention));
            assert_eq!(retention.code().parse(), Ok(retention));
        }
        for wrong in ["", "30", "30年", "长期", "y", "永久 "] {
            assert!(wrong.parse::<Retention>().is_err(), "{wrong}");
        }
    }
}
