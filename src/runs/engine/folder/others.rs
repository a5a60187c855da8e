//! Files of a watched folder that are no pages: they stay there, and that is said.

use std::borrow::Cow;
use std::path::Path;

use crate::message::{Language, Word, messages};

/// So many of them are named.
const NAMED: usize = 3;

messages! {
    /// What is said of a folder from which what is wanted was taken.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(in crate::runs::engine) enum FolderNote {
        /// Files that nobody takes lie in it.
        Others { number: usize, names: Names } = "folder-other-files",
            "files that are neither web pages nor web archives stay where they are ({number}): {names}",
            "有 {number} 个文件不是网页或网页存档，不予归档，留在原处：{names}";
    }
}

/// The first of some names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::runs::engine) struct Names {
    first: Vec<String>,
    more: bool,
}

impl Word for Names {
    fn word(&self, language: Language) -> Cow<'_, str> {
        let (between, end) = match language {
            Language::English => (", ", ", …"),
            Language::Chinese => ("、", " 等"),
        };
        Cow::Owned(self.first.join(between) + if self.more { end } else { "" })
    }
}

/// Files of a folder that are no pages.
#[derive(Debug, Default)]
pub(super) struct Others {
    number: usize,
    first: Vec<String>,
}

impl Others {
    pub(super) fn add(&mut self, name: &Path) {
        self.number += 1;
        if self.first.len() < NAMED {
            self.first.push(name.display().to_string());
        }
    }

    /// What is said of them; nothing if there are none.
    pub(super) fn note(self) -> Option<FolderNote> {
        let Self { number, first } = self;
        let more = number > first.len();
        (number > 0).then_some(FolderNote::Others { number, names: Names { first, more } })
    }
}
