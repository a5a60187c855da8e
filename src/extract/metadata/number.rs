//! Turns printed document numbers into canonical ones: `国办发[2017]047号` → `国办发〔2017〕47号`.

use std::ops::Range;

use crate::extract::whitespace::squeeze;

/// A document number in a text without white space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::extract) struct Number {
    /// 机关代字〔年〕序号, brackets U+3014 and U+3015, no leading zero, no 「第」 (GB/T 9704-2012, 7.2.5).
    pub(in crate::extract) canonical: String,
    /// Which bytes of the text it is.
    pub(in crate::extract) range: Range<usize>,
}

/// The first bracketed document number in `squeezed`; in running text the sign may carry a lead-in.
pub(in crate::extract) fn find(squeezed: &str) -> Option<Number> {
    for (open, bracket) in squeezed.char_indices().filter(|(_, c)| is_open(*c)) {
        let sign_start = squeezed[..open]
            .char_indices()
            .rev()
            .take(24)
            .take_while(|(_, c)| is_sign(*c))
            .last()
            .map_or(open, |(at, _)| at);
        let sign = &squeezed[sign_start..open];
        if sign.is_empty() {
            continue;
        }
        let rest = &squeezed[open + bracket.len_utf8()..];
        let Some(year) = rest.get(..4).filter(|year| is_year(year)) else { continue };
        let after = rest[4..].strip_prefix('年').unwrap_or(&rest[4..]);
        let Some(after) = after.strip_prefix(is_close) else { continue };
        let after = after.strip_prefix('第').unwrap_or(after);
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        if !(1..=5).contains(&digits) {
            continue;
        }
        let Some(end) = after[digits..].strip_prefix('号') else { continue };
        let serial = after[..digits].trim_start_matches('0');
        let canonical = format!("{sign}〔{year}〕{}号", if serial.is_empty() { "0" } else { serial });
        return Some(Number { canonical, range: sign_start..squeezed.len() - end.len() });
    }
    None
}

/// The document number that all of `text` is, brackets around it and white space aside: also orders (`国令第706号`,
/// `第706号`) and notices (`2018年第5号`), which keep their printed form.
pub(in crate::extract) fn whole(text: &str) -> Option<String> {
    let squeezed = squeeze(text);
    if squeezed.len() > 120 {
        return None;
    }
    let inner = squeezed
        .strip_prefix(['（', '(', '【'])
        .and_then(|inner| inner.strip_suffix(['）', ')', '】']))
        .unwrap_or(&squeezed);
    if let Some(number) = find(inner)
        && number.range == (0..inner.len())
    {
        return Some(number.canonical);
    }
    let body = inner.strip_suffix('号')?;
    let (before, serial) = body.rsplit_once('第')?;
    let numbered = (1..=5).contains(&serial.chars().count())
        && serial.chars().all(|c| c.is_ascii_digit() || "〇零一二三四五六七八九十百".contains(c));
    let short = before.chars().count() <= 24;
    let yearly = before.strip_suffix('年').is_some_and(|year| {
        let digits = year.len().saturating_sub(4);
        year.is_char_boundary(digits) && is_year(&year[digits..])
    });
    (numbered && short && (before.is_empty() || before.ends_with('令') || before.ends_with("公告") || yearly))
        .then(|| inner.to_owned())
}

fn is_year(text: &str) -> bool {
    text.len() == 4
        && text.bytes().all(|b| b.is_ascii_digit())
        && (text.starts_with("19") || text.starts_with("20"))
}

fn is_open(c: char) -> bool {
    matches!(c, '〔' | '[' | '［' | '(' | '（' | '【' | '﹝' | '{' | '｛' | '〈' | '?' | '〖')
}

fn is_close(c: char) -> bool {
    matches!(c, '〕' | ']' | '］' | ')' | '）' | '】' | '﹞' | '}' | '｝' | '〉' | '?' | '〗')
}

/// Characters of the 机关代字; `A` to `Z` occur (`穗规划资源业务函A`).
fn is_sign(c: char) -> bool {
    ('\u{4E00}'..='\u{9FFF}').contains(&c) || c.is_ascii_alphabetic()
}

#[cfg(test)]
mod tests {
    use super::{find, whole};

    #[test]
    fn variants_have_one_canonical_form() {
        for printed in [
            "国办发〔2017〕47号",
            "国办发[2017]047号",
            "国办发（2017）第47号",
            "国办发【2017】47号",
            "国办发﹝2017﹞47号",
            "国办发{2017}47号",
            "国办发 〔2017〕 47 号",
            "（国办发〔2017〕47号）",
        ] {
            assert_eq!(whole(printed).as_deref(), Some("国办发〔2017〕47号"), "{printed}");
        }
    }

    #[test]
    fn orders_and_notices_keep_their_form() {
        for printed in
            ["国令第706号", "第706号", "公告2018年第5号", "2018年第5号", "中华人民共和国国务院令第七〇七号"]
        {
            assert_eq!(whole(printed).as_deref(), Some(printed));
        }
    }

    #[test]
    fn other_numbers_are_refused() {
        for text in ["（2018）5号", "人民路第12号", "根据国办发〔2018〕3号文", "12号", "第二章"]
        {
            assert_eq!(whole(text), None, "{text}");
        }
        assert_eq!(
            find("见《通知》（国办发〔2018〕3号）").map(|n| n.canonical).as_deref(),
            Some("国办发〔2018〕3号")
        );
    }
}
