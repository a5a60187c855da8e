//! Turns the beginning of a clause into its number and the words after it: 「第三条」, 「二、」, 「（一）」, 「1.」.

/// What kind of number a clause bears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Numbering {
    /// None.
    None,
    /// 第三条.
    Article,
    /// 第二章, 第一节, 第一编.
    Division,
    /// 一、.
    Han,
    /// （一）.
    HanInBrackets,
    /// 1. or 1、.
    Digits,
    /// （1）, 1）, `[1]`.
    DigitsInBrackets,
    /// ①.
    Circled,
    /// 附件1.
    Attachment,
}

fn is_han_numeral(character: char) -> bool {
    matches!(
        character,
        '一' | '二'
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
            | '零'
            | '〇'
            | '两'
    )
}

fn is_digit(character: char) -> bool {
    character.is_ascii_digit() || ('０'..='９').contains(&character)
}

/// Number of bytes of the leading characters that `test` accepts, at most six of them.
fn leading(text: &str, test: impl Fn(char) -> bool) -> usize {
    text.chars().take_while(|&character| test(character)).take(6).map(char::len_utf8).sum()
}

/// The kind of number at the beginning of `text`, the number with the white space around it, and what follows.
/// The two parts together are `text`.
pub(super) fn split(text: &str) -> (Numbering, &str, &str) {
    let start = text.trim_start();
    let (kind, length) = kind_and_length(start);
    if kind == Numbering::None {
        return (kind, "", text);
    }
    let rest = start[length..].trim_start();
    let (number, rest) = text.split_at(text.len() - rest.len());
    (kind, number, rest)
}

/// Of a text without white space before it.
fn kind_and_length(text: &str) -> (Numbering, usize) {
    const NONE: (Numbering, usize) = (Numbering::None, 0);
    let Some(first) = text.chars().next() else { return NONE };
    let numeral = |character| is_han_numeral(character) || is_digit(character);
    match first {
        '第' => {
            let number = leading(&text[3..], numeral);
            let unit = text[3 + number..].chars().next();
            match unit {
                Some('条') if number > 0 => {
                    let length = 3 + number + 3;
                    // 第三条之一: an article put in between.
                    let between = text[length..].strip_prefix('之').map_or(0, |rest| leading(rest, numeral));
                    (Numbering::Article, length + if between > 0 { 3 + between } else { 0 })
                }
                Some('章' | '节' | '编' | '篇') if number > 0 => (Numbering::Division, 3 + number + 3),
                _ => NONE,
            }
        }
        '（' | '(' | '[' | '［' | '〔' => {
            let open = first.len_utf8();
            let number = leading(&text[open..], numeral);
            let close = text[open + number..].chars().next();
            match close {
                Some(close @ ('）' | ')' | ']' | '］' | '〕')) if number > 0 => {
                    let han = text[open..].chars().next().is_some_and(is_han_numeral);
                    let kind = if han { Numbering::HanInBrackets } else { Numbering::DigitsInBrackets };
                    (kind, open + number + close.len_utf8())
                }
                _ => NONE,
            }
        }
        '①'..='⑳' | '㈠'..='㈩' => (Numbering::Circled, first.len_utf8()),
        '附' if text.starts_with("附件") => {
            let number = leading(&text[6..], numeral);
            let colon = text[6 + number..].chars().next().filter(|&mark| matches!(mark, '：' | ':'));
            if number > 0 {
                (Numbering::Attachment, 6 + number + colon.map_or(0, char::len_utf8))
            } else {
                NONE
            }
        }
        _ if is_han_numeral(first) => {
            let number = leading(text, is_han_numeral);
            match text[number..].chars().next() {
                Some(mark @ ('、' | '．')) => (Numbering::Han, number + mark.len_utf8()),
                _ => NONE,
            }
        }
        _ if is_digit(first) => {
            let number = leading(text, is_digit);
            let mut rest = text[number..].chars();
            match (rest.next(), rest.next()) {
                (Some(mark @ ('、' | '．' | '.')), next) if !next.is_some_and(is_digit) => {
                    (Numbering::Digits, number + mark.len_utf8())
                }
                (Some(mark @ ('）' | ')')), _) => (Numbering::DigitsInBrackets, number + mark.len_utf8()),
                _ => NONE,
            }
        }
        _ => NONE,
    }
}

#[cfg(test)]
mod tests {
    use super::{Numbering, split};

    #[test]
    fn numbers_of_official_documents() {
        for (text, kind, number) in [
            ("第三条　本办法", Numbering::Article, "第三条　"),
            ("第十二条之一 本", Numbering::Article, "第十二条之一 "),
            ("第二章　总则", Numbering::Division, "第二章　"),
            ("二、工作要求", Numbering::Han, "二、"),
            ("　　（十一）加强", Numbering::HanInBrackets, "　　（十一）"),
            ("1.加强", Numbering::Digits, "1."),
            ("(2)加强", Numbering::DigitsInBrackets, "(2)"),
            ("3）加强", Numbering::DigitsInBrackets, "3）"),
            ("①甲", Numbering::Circled, "①"),
            ("附件1：清单", Numbering::Attachment, "附件1："),
            ("[1] 见前注", Numbering::DigitsInBrackets, "[1] "),
        ] {
            assert_eq!(split(text), (kind, number, &text[number.len()..]));
        }
    }

    #[test]
    fn what_only_looks_like_a_number() {
        for text in ["1.5万元", "2018年", "第三方机构", "一是加强", "（略）", "附件", "十分重要", "", "第"]
        {
            assert_eq!(split(text), (Numbering::None, "", text));
        }
    }
}
