//! Turns a text into the pieces that a change never cuts: numbers, dates, Latin words, else single characters.

/// The pieces in order; together they are `text`.
pub(super) fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::with_capacity(text.len() / 3 + 1);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = date(rest).or_else(|| number(rest)).or_else(|| word(rest)).unwrap_or(first.len_utf8());
        let (token, after) = rest.split_at(length);
        tokens.push(token);
        rest = after;
    }
    tokens
}

fn is_digit(character: char) -> bool {
    character.is_ascii_digit() || ('０'..='９').contains(&character)
}

fn is_han_digit(character: char) -> bool {
    matches!(
        character,
        '〇' | '零'
            | '一'
            | '二'
            | '三'
            | '四'
            | '五'
            | '六'
            | '七'
            | '八'
            | '九'
            | '十'
            | '百'
            | '千'
            | '万'
            | '亿'
    )
}

/// Bytes of the longest run of characters that `test` accepts.
fn run(text: &str, test: fn(char) -> bool) -> usize {
    text.find(|character| !test(character)).unwrap_or(text.len())
}

/// 2018年1月31日, 2018年1月, 1月31日, 二〇一八年一月三十一日, 2018-01-31.
fn date(text: &str) -> Option<usize> {
    // The units that may follow one another, and whether any was found.
    let test: fn(char) -> bool =
        if text.chars().next().is_some_and(is_digit) { is_digit } else { is_han_digit };
    let mut length = 0;
    let mut units = 0;
    let mut allowed = ["年", "月", "日"].iter();
    loop {
        let digits = run(&text[length..], test);
        if digits == 0 {
            break;
        }
        let after = &text[length + digits..];
        let Some(unit) = allowed.find(|unit| after.starts_with(**unit)) else { break };
        length += digits + unit.len();
        units += 1;
    }
    if units >= 2 {
        return Some(length);
    }
    let mut parts = 0;
    let mut length = 0;
    loop {
        let digits = run(&text[length..], |character| character.is_ascii_digit());
        if digits == 0 {
            return None;
        }
        length += digits;
        parts += 1;
        match text[length..].chars().next() {
            Some('-' | '/') if parts < 3 => length += 1,
            _ if parts == 3 => return Some(length),
            _ => return None,
        }
    }
}

/// 1,234.50, 3.5%, 三十五, ２０１８.
fn number(text: &str) -> Option<usize> {
    let han = run(text, is_han_digit);
    if han > 3 {
        return Some(han);
    }
    let mut length = run(text, is_digit);
    if length == 0 {
        return None;
    }
    while let Some(mark) = text[length..].chars().next().filter(|mark| matches!(mark, '.' | ',' | '．')) {
        let digits = run(&text[length + mark.len_utf8()..], is_digit);
        if digits == 0 {
            break;
        }
        length += mark.len_utf8() + digits;
    }
    let unit = text[length..].chars().next().filter(|unit| matches!(unit, '%' | '％' | '‰'));
    Some(length + unit.map_or(0, char::len_utf8))
}

/// A Latin word, with the digits and hyphens within: `PDF`, `COVID-19`.
fn word(text: &str) -> Option<usize> {
    let first = text.chars().next()?;
    if !is_letter(first) {
        return None;
    }
    let length =
        run(text, |character| is_letter(character) || is_digit(character) || matches!(character, '-' | '_'));
    Some(text[..length].trim_end_matches(['-', '_']).len())
}

fn is_letter(character: char) -> bool {
    // Han and kana are letters too, but words of one character.
    character.is_alphabetic() && u32::from(character) < 0x2E80
}

#[cfg(test)]
mod tests {
    use super::tokens;

    #[test]
    fn numbers_dates_and_words_are_whole() {
        for (text, expected) in [
            ("自2018年1月31日起", "自|2018年1月31日|起"),
            ("二〇一八年一月三十一日", "二〇一八年一月三十一日"),
            ("2018年度", "2018|年|度"),
            ("2018-01-31发布", "2018-01-31|发|布"),
            ("1,234.50元，3.5%", "1,234.50|元|，|3.5%"),
            ("第1-2页", "第|1|-|2|页"),
            ("见3.", "见|3|."),
            ("三十五人，一人", "三十五|人|，|一|人"),
            ("COVID-19疫情", "COVID-19|疫|情"),
            ("a-", "a|-"),
            ("", ""),
        ] {
            assert_eq!(tokens(text).join("|"), expected);
        }
    }
}
