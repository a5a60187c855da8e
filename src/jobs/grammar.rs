//! What the reader of TOML and serde say, which speak English, in both languages.

use std::borrow::Cow;

use crate::message::{Language, Word};

/// What is wrong with the syntax, as the reader of TOML says: `missing value for key, expected …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grammar(pub(super) String);

/// How the reader's sentences begin, and what they mean. The first that fits counts.
const SENTENCES: [(&str, &str); 27] = [
    ("string values must be quoted", "字符串须加引号"),
    ("key with no value", "键没有值，缺少等号"),
    ("missing value", "缺少值"),
    ("extra `=`", "多余的等号"),
    ("unexpected `=`", "数组中不得有等号"),
    ("unclosed array table", "“[[表名]]”缺少右括号"),
    ("unclosed table", "“[表名]”缺少右括号"),
    ("unclosed inline table", "内联表缺少右花括号 }"),
    ("unclosed array", "数组缺少右括号 ]"),
    ("extra comma", "多余的逗号"),
    ("missing comma", "各项之间缺少逗号"),
    ("missing assignment", "键与值之间缺少等号"),
    ("extra assignment", "多余的等号"),
    ("missing key", "缺少键"),
    ("missing opening quote", "缺少左引号"),
    ("invalid basic string", "字符串缺少右引号，或含有不允许的字符"),
    ("invalid literal string", "字符串缺少右引号，或含有不允许的字符"),
    ("invalid multi-line", "多行字符串缺少结尾的引号，或含有不允许的字符"),
    ("missing escaped value", "反斜线后的转义字符无效（反斜线本身写作 \\\\）"),
    ("too few unicode", "Unicode 转义的位数不足"),
    ("unquoted keys cannot be empty", "键不得为空"),
    ("invalid unquoted key", "键只能用字母、数字、- 和 _，否则须加引号"),
    ("keys cannot be multi-line", "键不得跨行"),
    ("unexpected key or value", "此处应换行"),
    ("carriage return", "回车符后缺少换行符"),
    ("`_` may only", "下划线只能用在数字之间"),
    ("unexpected leading zero", "数字不得以 0 开头"),
];

impl Word for Grammar {
    fn word(&self, language: Language) -> Cow<'_, str> {
        match language {
            Language::English => Cow::Borrowed(&self.0),
            Language::Chinese => {
                let known = SENTENCES.iter().find(|(begin, _)| self.0.starts_with(begin));
                Cow::Borrowed(known.map_or("此处语法有误", |(_, meaning)| meaning))
            }
        }
    }
}

/// A type, or a value with its type, as serde calls it: `a string`, ``integer `6` ``.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed(pub(super) String);

/// How serde's names of types begin, and what they are called.
const TYPES: [(&str, &str); 16] = [
    ("a string", "字符串"),
    ("string", "字符串"),
    ("a boolean", "布尔值（true 或 false）"),
    ("boolean", "布尔值"),
    ("integer", "整数"),
    ("floating point", "小数"),
    ("a sequence", "数组"),
    ("sequence", "数组"),
    ("a map", "表"),
    ("map", "表"),
    ("struct", "表"),
    ("datetime", "日期时间"),
    ("a datetime", "日期时间"),
    ("a borrowed string", "字符串"),
    ("i64", "整数"),
    ("u64", "整数"),
];

impl Word for Typed {
    fn word(&self, language: Language) -> Cow<'_, str> {
        if language == Language::English {
            return Cow::Borrowed(&self.0);
        }
        let name = TYPES
            .iter()
            .find(|(begin, _)| self.0.starts_with(begin))
            .map_or("其他类型", |(_, name)| name);
        // The value, if one is told: in backticks, a string in double quotes.
        let value = ['`', '"'].iter().find_map(|quote| {
            let (_, rest) = self.0.split_once(*quote)?;
            rest.strip_suffix(*quote)
        });
        Cow::Owned(value.map_or_else(|| name.to_owned(), |value| format!("{name}“{value}”")))
    }
}

#[cfg(test)]
mod tests {
    use super::{Grammar, Typed};
    use crate::message::{Language, Word};

    #[test]
    fn types_and_sentences_have_chinese_names() {
        let chinese = |typed: &str| Typed(typed.to_owned()).word(Language::Chinese).into_owned();
        assert_eq!(chinese("a string"), "字符串");
        assert_eq!(chinese("integer `6`"), "整数“6”");
        assert_eq!(chinese("string \"6h\""), "字符串“6h”");
        assert_eq!(chinese("struct Job"), "表");
        let grammar = |said: &str| Grammar(said.to_owned()).word(Language::Chinese).into_owned();
        assert_eq!(grammar("missing value for key, expected `=`"), "缺少值");
        assert_eq!(grammar("something new"), "此处语法有误");
    }
}
