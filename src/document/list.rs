//! Lists whose marks the page left to the browser, and the marks.

use serde::{Deserialize, Serialize};

use super::{Block, text};

/// A list whose marks the page left to the browser. The marks are furniture: they are not part of the text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct List {
    /// What stands before each item.
    pub marker: Marker,
    /// Number of the first item; 1 unless the page says otherwise.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub start: u32,
    /// The items, each a list of blocks.
    pub items: Vec<Vec<Block>>,
}

/// What stands before a list item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Marker {
    /// `●`.
    Bullet,
    /// `1.`.
    Decimal,
    /// `a.`.
    LowerAlpha,
    /// `A.`.
    UpperAlpha,
    /// `i.`.
    LowerRoman,
    /// `I.`.
    UpperRoman,
    /// `一、`.
    Han,
    /// Nothing: `list-style: none`.
    None,
}

impl List {
    /// The mark of the item at `index` (from 0), empty for [`Marker::None`].
    #[must_use]
    pub fn mark(&self, index: usize) -> String {
        self.marker.mark(self.start.saturating_add(u32::try_from(index).unwrap_or(u32::MAX)))
    }
}

impl Marker {
    /// The mark for item number `n`.
    #[must_use]
    pub fn mark(self, n: u32) -> String {
        match self {
            Self::None => String::new(),
            Self::Bullet => "●".to_owned(),
            Self::Decimal => format!("{n}."),
            Self::LowerAlpha => format!("{}.", alphabetic(n)),
            Self::UpperAlpha => format!("{}.", alphabetic(n).to_uppercase()),
            Self::LowerRoman => format!("{}.", roman(n)),
            Self::UpperRoman => format!("{}.", roman(n).to_uppercase()),
            Self::Han => format!("{}、", text::han_number(n)),
        }
    }
}

/// `a`…`z`, `aa`… (CSS Counter Styles 3, `lower-alpha`); 0 falls back to digits as CSS has it.
fn alphabetic(mut n: u32) -> String {
    if n == 0 {
        return "0".to_owned();
    }
    let mut letters = Vec::new();
    while n > 0 {
        n -= 1;
        letters.push(char::from(b'a' + u8::try_from(n % 26).unwrap_or(0)));
        n /= 26;
    }
    letters.iter().rev().collect()
}

/// `i`, `ii`… (CSS Counter Styles 3, `lower-roman`, range 1 to 3999, else digits).
fn roman(mut n: u32) -> String {
    const PARTS: [(u32, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    if !(1..=3999).contains(&n) {
        return n.to_string();
    }
    let mut numeral = String::new();
    for (value, letters) in PARTS {
        while n >= value {
            numeral.push_str(letters);
            n -= value;
        }
    }
    numeral
}

fn one() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if passes a reference")]
fn is_one(value: &u32) -> bool {
    *value == 1
}
