//! Turns words into Markdown that reads as those words (`CommonMark` 0.31, 2.4).

/// `text` with every character escaped that could be markup within a line.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    let mut previous = ' ';
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        let special = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '~' => true,
            // Within a word it is no emphasis: `file_name`.
            '_' => !(previous.is_alphanumeric() && rest.starts_with(char::is_alphanumeric)),
            '&' => is_entity(rest),
            _ => false,
        };
        if special {
            out.push('\\');
        }
        out.push(c);
        previous = c;
    }
    out
}

/// Whether what follows `&` would make it a character reference.
fn is_entity(rest: &str) -> bool {
    rest.split_once(';').is_some_and(|(name, _)| {
        let name = name.strip_prefix('#').unwrap_or(name);
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// A line of a paragraph that begins no block: no heading, list, quotation, rule or table.
pub(super) fn line_start(line: &str) -> String {
    let line = line.trim_matches([' ', '\t']);
    if line.starts_with(['#', '>', '+', '-', '=', ':', '|']) {
        return format!("\\{line}");
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &line[digits..];
    if digits > 0 && rest.starts_with(['.', ')']) && (rest.len() == 1 || rest[1..].starts_with([' ', '\t'])) {
        return format!("{}\\{rest}", &line[..digits]);
    }
    line.to_owned()
}

/// An address in angle brackets (`CommonMark` 0.31, 6.3).
pub(super) fn destination(link: &str) -> String {
    let mut out = String::with_capacity(link.len() + 2);
    out.push('<');
    for c in link.chars() {
        match c {
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            '\\' => out.push_str("%5C"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out.push('>');
    out
}

#[cfg(test)]
mod tests {
    use super::{escape, line_start};

    #[test]
    fn only_what_could_be_markup_is_escaped() {
        assert_eq!(
            escape("a_b _c_ 1*2 [1] x<y &lt; a&b=c; AT&T"),
            r"a_b \_c\_ 1\*2 \[1\] x\<y \&lt; a&b=c; AT&T"
        );
    }

    #[test]
    fn no_line_begins_a_block() {
        for (line, escaped) in [
            ("# 一", r"\# 一"),
            ("1. 提高认识", r"1\. 提高认识"),
            ("1.任务分工", "1.任务分工"),
            ("2018)", r"2018\)"),
            ("----------", r"\----------"),
            ("  　　正文", "　　正文"),
        ] {
            assert_eq!(line_start(line), escaped);
        }
    }
}
