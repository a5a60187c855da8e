//! Lengths of time as people write them: `30s`, `15m`, `6h`, `7d`, `2w`, `1h30m`.

use std::time::Duration;

/// The longest length of time that a file may give: a hundred years.
const LONGEST: Duration = Duration::from_secs(100 * 366 * 86_400);

/// Units with their length in milliseconds. `ms` before `m`: the longer name is tried first.
const UNITS: [(&str, u64); 6] =
    [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("w", 604_800_000)];

/// The length of time that `text` is: numbers with units, without spaces. `None` if it is none, or too long.
#[must_use]
pub fn duration(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut milliseconds = 0u64;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: u64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let letters = rest.bytes().take_while(u8::is_ascii_lowercase).count();
        let (_, length) = UNITS.iter().find(|(name, _)| *name == &rest[..letters])?;
        rest = &rest[letters..];
        milliseconds = milliseconds.checked_add(number.checked_mul(*length)?)?;
    }
    let duration = Duration::from_millis(milliseconds);
    (duration <= LONGEST).then_some(duration)
}

/// A length of time in the form that files give it in, whole seconds: `1h30m`, `7d`; `0s` if there is none.
#[must_use]
pub fn in_words(duration: Duration) -> String {
    let mut left = duration.as_secs() * 1_000;
    let mut words = String::new();
    for (name, length) in UNITS.iter().rev().filter(|(name, _)| !matches!(*name, "ms" | "w")) {
        if left >= *length {
            words.push_str(&format!("{}{name}", left / length));
            left %= length;
        }
    }
    if words.is_empty() { "0s".to_owned() } else { words }
}

/// The same as people say it in Chinese: `1 小时 30 分钟`.
#[must_use]
pub(super) fn in_chinese(duration: Duration) -> String {
    let words = in_words(duration);
    let mut spoken = String::with_capacity(words.len() * 2);
    for character in words.chars() {
        match character {
            'd' => spoken.push_str(" 天 "),
            'h' => spoken.push_str(" 小时 "),
            'm' => spoken.push_str(" 分钟 "),
            's' => spoken.push_str(" 秒 "),
            digit => spoken.push(digit),
        }
    }
    spoken.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::{any, proptest};

    use super::{duration, in_chinese, in_words};

    #[test]
    fn lengths_of_time_are_read_as_written() {
        let seconds = |text| duration(text).map(|duration| duration.as_secs());
        assert_eq!(seconds("30s"), Some(30));
        assert_eq!(seconds("15m"), Some(900));
        assert_eq!(seconds("1h30m"), Some(5_400));
        assert_eq!(seconds("2w"), Some(1_209_600));
        assert_eq!(duration("1500ms"), Some(Duration::from_millis(1_500)));
    }

    #[test]
    fn what_is_no_length_of_time_is_refused() {
        let nonsense = [
            "",
            "6",
            "h",
            "6 h",
            "-6h",
            "6H",
            "6hours",
            "1.5h",
            "6h ",
            "六h",
            "6月",
            "999999999999999999999d",
            "6000w",
        ];
        for text in nonsense {
            assert_eq!(duration(text), None, "{text}");
        }
    }

    #[test]
    fn chinese_has_its_own_units() {
        let spoken = |seconds| in_chinese(Duration::from_secs(seconds));
        assert_eq!([3_600, 5_400, 604_800].map(spoken), ["1 小时", "1 小时 30 分钟", "7 天"]);
    }

    proptest! {
        #[test]
        fn words_and_lengths_are_each_others_inverse(seconds in 0u64..100 * 366 * 86_400) {
            let length = Duration::from_secs(seconds);
            assert_eq!(duration(&in_words(length)), Some(length));
        }

        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            let _ = duration(&text);
        }
    }
}
