//! Turns the spellings of a document number within folded text into one: `国办发[2018]第03号` → `国办发[2018]3号`.
//!
//! Which bracket it is makes no difference to the index, so only what stands between the brackets and 「号」 is
//! looked at (GB/T 9704-2012, 7.2.5: no leading zero, no 「第」).

use super::fold::Folded;

/// Most digits of a serial number, leading zeros included.
const DIGITS: usize = 7;

/// Leaves out the leading zeros and the 「第」 of serial numbers, and the 「年」 within the brackets.
pub(super) fn canonical(folded: &mut Vec<Folded>) {
    let mut left_out: Vec<usize> = Vec::new();
    let mut at = 0;
    while at < folded.len() {
        if is_open(folded[at].character)
            && let Some(end) = serial(folded, at + 1, &mut left_out)
        {
            at = end;
        } else {
            at += 1;
        }
    }
    if left_out.is_empty() {
        return;
    }
    let mut left_out = left_out.into_iter().peekable();
    let mut index = 0;
    folded.retain(|_| {
        let keep = left_out.next_if_eq(&index).is_none();
        index += 1;
        keep
    });
}

/// Reads `2018〕第03号` from `at` on, white space anywhere; adds what is superfluous to `left_out`, in order. The index
/// behind it, or `None` if something else stands there.
fn serial(folded: &[Folded], at: usize, left_out: &mut Vec<usize>) -> Option<usize> {
    let mut superfluous = Vec::new();
    let mut reader = Reader { folded, at };
    let year: String = (0..4).map_while(|_| reader.take(|c| c.is_ascii_digit())).map(|(_, c)| c).collect();
    if year.len() != 4 || !(year.starts_with("19") || year.starts_with("20")) {
        return None;
    }
    superfluous.extend(reader.take(|c| c == '年').map(|(index, _)| index));
    reader.take(is_close)?;
    superfluous.extend(reader.take(|c| c == '第').map(|(index, _)| index));
    let digits: Vec<(usize, char)> = (0..DIGITS).map_while(|_| reader.take(|c| c.is_ascii_digit())).collect();
    let (_, leading) = digits.split_last()?;
    superfluous.extend(leading.iter().take_while(|(_, digit)| *digit == '0').map(|(index, _)| *index));
    reader.take(|c| c == '号')?;
    left_out.append(&mut superfluous);
    Some(reader.at)
}

struct Reader<'a> {
    folded: &'a [Folded],
    at: usize,
}

impl Reader<'_> {
    /// Most white space between two parts.
    const SPACES: usize = 4;

    /// The next character, white space before it passed over, if it `is` one of those; its index with it.
    fn take(&mut self, is: impl Fn(char) -> bool) -> Option<(usize, char)> {
        let rest = self.folded.get(self.at..)?;
        let spaces = rest.iter().take(Self::SPACES).take_while(|f| f.character.is_whitespace()).count();
        let character = rest.get(spaces).map(|folded| folded.character).filter(|&c| is(c))?;
        let index = self.at + spaces;
        self.at = index + 1;
        Some((index, character))
    }
}

fn is_open(c: char) -> bool {
    matches!(c, '〔' | '[' | '(' | '【' | '﹝' | '{' | '〈' | '<' | '《' | '?' | '〖' | '〘')
}

fn is_close(c: char) -> bool {
    matches!(c, '〕' | ']' | ')' | '】' | '﹞' | '}' | '〉' | '>' | '》' | '?' | '〗' | '〙')
}

#[cfg(test)]
mod tests {
    use super::super::fold::fold;

    fn folded(text: &str) -> String {
        fold(text).iter().map(|folded| folded.character).filter(|c| c.is_alphanumeric()).collect()
    }

    #[test]
    fn spellings_of_a_number_are_one() {
        for printed in [
            "国办发〔2018〕3号",
            "国办发[2018]3号",
            "国办发(2018)3号",
            "国办发（2018）第3号",
            "国办发【2018】03号",
            "国办发﹝２０１８﹞０３号",
            "国办发{2018}3号",
            "国办发?2018?003号",
            "国办发〔2018年〕3号",
            "国办发 〔 2018 〕 第 3 号",
        ] {
            assert_eq!(folded(printed), "国办发20183号", "{printed}");
        }
    }

    #[test]
    fn other_numbers_stay() {
        for printed in
            ["第03号", "〔2018〕第一号", "(0755)0300", "公告2018年第05号", "〔2018〕0", "〔1800〕03号"]
        {
            let plain: String = printed.chars().filter(|c| c.is_alphanumeric()).collect();
            assert_eq!(folded(printed), plain);
        }
        assert_eq!(folded("〔2018〕000号"), "20180号");
    }
}
