//! Messages in two languages, with codes that are the same in both.

mod quantity;
pub mod system;

use std::borrow::Cow;
use std::fmt;

pub use quantity::{Milliseconds, Size};

/// The language of help, messages and diagnostics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// 简体中文.
    Chinese,
}

/// Something that can be told to a person.
pub trait Describe {
    /// Stable name in kebab-case, the same in every language: `not-found`.
    fn code(&self) -> &'static str;
    /// One line without a final full stop.
    fn describe(&self, language: Language) -> String;
}

/// A word within a message, in the language of the message.
pub trait Word {
    /// The word.
    fn word(&self, language: Language) -> Cow<'_, str>;
}

impl Word for String {
    fn word(&self, _: Language) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

impl Word for &'static str {
    fn word(&self, _: Language) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

impl Word for u64 {
    fn word(&self, _: Language) -> Cow<'_, str> {
        Cow::Owned(self.to_string())
    }
}

impl Word for usize {
    fn word(&self, _: Language) -> Cow<'_, str> {
        Cow::Owned(self.to_string())
    }
}

/// What another part of the program has to say, kept in both languages where its type cannot be named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    code: &'static str,
    english: String,
    chinese: String,
}

impl Told {
    /// What `what` says.
    #[must_use]
    pub fn of(what: &dyn Describe) -> Self {
        let (english, chinese) = (what.describe(Language::English), what.describe(Language::Chinese));
        Self { code: what.code(), english, chinese }
    }

    /// Its code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }
}

impl Word for Told {
    fn word(&self, language: Language) -> Cow<'_, str> {
        Cow::Borrowed(match language {
            Language::English => &self.english,
            Language::Chinese => &self.chinese,
        })
    }
}

/// `word` of a field called `field`, as a message has it: what is called `why` comes from the system or a library where it
/// is a text, and is told in Chinese as far as [`system`] knows it. Titles, paths and the like are never called so.
#[must_use]
pub fn told<'a>(field: &str, word: Cow<'a, str>, language: Language) -> Cow<'a, str> {
    match (field, language) {
        ("why", Language::Chinese) => reason(word, language),
        _ => word,
    }
}

/// What the system or a library gives as the reason of something, in `language` as far as it is known.
#[must_use]
pub fn reason(why: Cow<'_, str>, language: Language) -> Cow<'_, str> {
    match language {
        Language::English => why,
        Language::Chinese => match system::in_chinese(&why) {
            Cow::Owned(chinese) => Cow::Owned(chinese),
            Cow::Borrowed(_) => why,
        },
    }
}

/// Shows a [`Describe`] in a language.
pub struct In<'a, T: Describe + ?Sized>(pub Language, pub &'a T);

impl<T: Describe + ?Sized> fmt::Display for In<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.1.describe(self.0))
    }
}

/// Declares an error or diagnostic enum together with its codes and its English and Chinese messages.
///
/// `Variant { field: Type } = "code", "English with {field}", "中文 {field}";` A field may itself be such an enum. A field
/// called `why` that is a text is what the system or a library says ([`told`]).
macro_rules! messages {
    (
        $(#[$meta:meta])*
        $visibility:vis enum $name:ident {
            $(
                $(#[$variant_meta:meta])*
                $variant:ident $({ $( $(#[$field_meta:meta])* $field:ident : $type:ty ),* $(,)? })?
                    = $code:literal, $english:literal, $chinese:literal;
            )*
        }
    ) => {
        $(#[$meta])*
        $visibility enum $name {
            $(
                $(#[$variant_meta])*
                $variant $({ $( $(#[$field_meta])* #[doc = concat!("`{", stringify!($field), "}` of the message.")] $field: $type ),* })?,
            )*
        }

        impl $crate::message::Describe for $name {
            fn code(&self) -> &'static str {
                match self {
                    $( Self::$variant $({ $( $field: _ ),* })? => $code, )*
                }
            }

            fn describe(&self, language: $crate::message::Language) -> String {
                match self {
                    $( Self::$variant $({ $( $field ),* })? => {
                        $($( let $field = $crate::message::told(stringify!($field), $crate::message::Word::word($field, language), language); )*)?
                        match language {
                            $crate::message::Language::English => format!($english),
                            $crate::message::Language::Chinese => format!($chinese),
                        }
                    } )*
                }
            }
        }

        impl $crate::message::Word for $name {
            fn word(&self, language: $crate::message::Language) -> std::borrow::Cow<'_, str> {
                std::borrow::Cow::Owned($crate::message::Describe::describe(self, language))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&$crate::message::Describe::describe(self, $crate::message::Language::English))
            }
        }
    };
}

pub(crate) use messages;
