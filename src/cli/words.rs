//! Words for a person, on standard error; data for a program, on standard output.

use std::io::{self, Write};

use crate::message::Language;

/// One line of words. A closed standard error is no reason to fail.
///
/// Names of files and words of pages may hold newlines and control sequences; they must not start a line of their own
/// nor steer the terminal.
pub(super) fn say(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", visible(line));
}

/// `line` with control characters as escapes: `\n`, `\u{1b}`.
fn visible(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    for character in line.chars() {
        if character.is_control() {
            out.extend(character.escape_default());
        } else {
            out.push(character);
        }
    }
    out
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
