//! Messages in two languages, with codes that are the same in both.

use std::fmt;

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

/// Shows a [`Describe`] in a language.
pub struct In<'a, T: Describe + ?Sized>(pub Language, pub &'a T);

impl<T: Describe + ?Sized> fmt::Display for In<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.1.describe(self.0))
    }
}

/// Declares an error or diagnostic enum together with its codes and its English and Chinese messages.
///
/// `Variant { field: Type } = "code", "English with {field}", "中文 {field}";`
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
                match language {
                    $crate::message::Language::English => match self {
                        $( Self::$variant $({ $( $field ),* })? => format!($english), )*
                    },
                    $crate::message::Language::Chinese => match self {
                        $( Self::$variant $({ $( $field ),* })? => format!($chinese), )*
                    },
                }
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
