//! Words for a person, on standard error; data for a program, on standard output.

use std::io::{self, Write};

use crate::message::Language;

/// One line of words. A closed standard error is no reason to fail.
pub(super) fn say(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// One line that begins with `error:`.
pub(super) fn error(language: Language, line: &str) {
    match language {
        Language::English => say(&format!("error: {line}")),
        Language::Chinese => say(&format!("错误：{line}")),
    }
}

/// Data on standard output.
///
/// # Errors
/// If standard output is closed or full.
pub(super) fn data(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}
