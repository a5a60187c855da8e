//! Sizes and lengths of time as they are typed for options: `32MiB`, `60s`.

use std::borrow::Cow;
use std::fmt;

use super::{Language, Word};

/// A number of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size(pub u64);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(bytes) = *self;
        let unit = [(30, "GiB"), (20, "MiB"), (10, "KiB")]
            .into_iter()
            .find(|(power, _)| bytes > 0 && bytes.trailing_zeros() >= *power);
        match unit {
            Some((power, unit)) => write!(f, "{}{unit}", bytes >> power),
            None => write!(f, "{bytes}"),
        }
    }
}

impl Word for Size {
    fn word(&self, language: Language) -> Cow<'_, str> {
        let text = self.to_string();
        Cow::Owned(match language {
            _ if text.ends_with('B') => text,
            Language::English => format!("{text} bytes"),
            Language::Chinese => format!("{text} 字节"),
        })
    }
}

/// A number of milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Milliseconds(pub u64);

impl Word for Milliseconds {
    fn word(&self, _: Language) -> Cow<'_, str> {
        let Self(number) = *self;
        Cow::Owned(if number.is_multiple_of(1000) {
            format!("{}s", number / 1000)
        } else {
            format!("{number}ms")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Language, Milliseconds, Size, Word};

    #[test]
    fn quantities_are_shown_as_they_are_typed() {
        let size = |bytes| Size(bytes).word(Language::Chinese).into_owned();
        assert_eq!(size(32 << 20), "32MiB");
        assert_eq!([size(1 << 30), size(1 << 10), size(3 << 29)], ["1GiB", "1KiB", "1536MiB"]);
        assert_eq!([size(0), size(1_000_000)], ["0 字节", "1000000 字节"]);
        assert_eq!(Size(5000).word(Language::English), "5000 bytes");
        assert_eq!(Milliseconds(60_000).word(Language::English), "60s");
        assert_eq!(Milliseconds(1500).word(Language::English), "1500ms");
    }
}
