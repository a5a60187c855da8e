//! Reads quantities with their units, as they are typed.

use std::time::Duration;

/// The least that [`memory`] may be.
const LEAST_MEMORY: u64 = 64 << 20;

/// A number of bytes: `512MiB`, `500kB`, `1000000`. Case makes no difference; `K`, `M` and `G` alone are powers of 1024,
/// as Kubernetes and Java have them.
pub(super) fn bytes(text: &str) -> Result<u64, &'static str> {
    const WRONG: &str = "a size is written 512MiB, 500kB or 1000000";
    let (number, unit) = parts(text).ok_or(WRONG)?;
    let unit = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "kb" => 1000,
        "kib" | "ki" | "k" => 1 << 10,
        "mb" => 1_000_000,
        "mib" | "mi" | "m" => 1 << 20,
        "gb" => 1_000_000_000,
        "gib" | "gi" | "g" => 1 << 30,
        _ => return Err(WRONG),
    };
    number.checked_mul(unit).filter(|bytes| *bytes > 0).ok_or(WRONG)
}

/// The memory of a worker: with less than this no page can be converted.
pub(super) fn memory(text: &str) -> Result<u64, &'static str> {
    bytes(text).and_then(|bytes| if bytes < LEAST_MEMORY { Err("at least 64MiB") } else { Ok(bytes) })
}

/// A length of time: `30s`, `500ms`, `2m`; a bare number is seconds.
pub(super) fn duration(text: &str) -> Result<Duration, &'static str> {
    const WRONG: &str = "a time is written 30s, 500ms or 2m";
    let (number, unit) = parts(text).ok_or(WRONG)?;
    let milliseconds = match unit {
        "ms" => 1,
        "" | "s" => 1000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        _ => return Err(WRONG),
    };
    let milliseconds = number.checked_mul(milliseconds).filter(|milliseconds| *milliseconds > 0);
    milliseconds.map(Duration::from_millis).ok_or(WRONG)
}

fn parts(text: &str) -> Option<(u64, &str)> {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(end);
    Some((number.parse().ok()?, unit.trim()))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{bytes, duration};

    #[test]
    fn units_are_understood_and_nothing_else() {
        assert_eq!(bytes("512MiB"), Ok(512 << 20));
        assert_eq!(bytes("1000000"), Ok(1_000_000));
        assert_eq!((bytes("1Gi"), bytes("512mib"), bytes("64M")), (Ok(1 << 30), Ok(512 << 20), Ok(64 << 20)));
        assert_eq!((bytes("5kB"), bytes("5 KB")), (Ok(5000), Ok(5000)));
        assert_eq!(duration("1ms"), Ok(Duration::from_millis(1)));
        assert_eq!(duration("30"), Ok(Duration::from_secs(30)));
        assert_eq!(duration("2 m"), Ok(Duration::from_secs(120)));
        for wrong in ["", "0", "-1", "1.5s", "5 lightyears", "99999999999999999999"] {
            assert!(bytes(wrong).is_err() && duration(wrong).is_err(), "{wrong}");
        }
    }
}
