//! From a byte of a jobs file to line, column and key.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

/// Line and column of the byte `offset` of `text`, both from 1; the column in characters.
pub(super) fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(offset.min(text.len()))];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

/// The key whose value, or the key whose name, is at `offset`: `job[2].sources[1].column`. What the file has of a wrong
/// syntax is read as far as it goes.
pub(super) fn key_at(text: &str, offset: usize) -> String {
    let (table, _) = DeTable::parse_recoverable(text);
    let mut best = (0, String::new());
    visit_table(table.get_ref(), "", offset, &mut best);
    best.1
}

/// Keeps in `best` the key that begins last, but not after `offset`.
fn visit_table(table: &DeTable<'_>, path: &str, offset: usize, best: &mut (usize, String)) {
    for (name, value) in table {
        let path =
            if path.is_empty() { name.get_ref().to_string() } else { format!("{path}.{}", name.get_ref()) };
        consider(name.span(), &path, offset, best);
        visit_value(value.get_ref(), &path, offset, best);
    }
}

fn visit_value(value: &DeValue<'_>, path: &str, offset: usize, best: &mut (usize, String)) {
    match value {
        DeValue::Table(table) => visit_table(table, path, offset, best),
        DeValue::Array(array) => {
            for (position, element) in array.iter().enumerate() {
                let path = format!("{path}[{}]", position + 1);
                consider(element.span(), &path, offset, best);
                visit_value(element.get_ref(), &path, offset, best);
            }
        }
        _ => {}
    }
}

fn consider(span: Range<usize>, path: &str, offset: usize, best: &mut (usize, String)) {
    // Of keys that begin at the same byte the longer path is the more exact.
    if span.start <= offset && (span.start >= best.0) {
        *best = (span.start, path.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::{key_at, line_and_column};

    const TEXT: &str = "store = \"档案\"\n[web]\ndelay = \"1s\"\n\n[[job]]\nname = \"甲\"\n\n[[job]]\nname = \"乙\"\n\
                        sources = [{ url = \"a\" }, { column = \"b\", pages = 2 }]\n[job.web]\nports = [80, 443]\n";

    fn key(what: &str) -> String {
        key_at(TEXT, TEXT.find(what).expect(what))
    }

    #[test]
    fn keys_are_named_from_the_top() {
        assert_eq!(key("store"), "store");
        assert_eq!(key("\"档案\""), "store");
        assert_eq!(key("\"1s\""), "web.delay");
        assert_eq!(key("\"甲\""), "job[1].name");
        assert_eq!(key("\"乙\""), "job[2].name");
        assert_eq!(key("\"b\""), "job[2].sources[2].column");
        assert_eq!(key("443"), "job[2].web.ports[2]");
    }

    #[test]
    fn columns_count_characters() {
        let offset = TEXT.find("\"\n[web]").expect("the end of the first line");
        assert_eq!(line_and_column(TEXT, offset), (1, 12));
        assert_eq!(line_and_column(TEXT, TEXT.find("乙").expect("the second job")), (9, 9));
        assert_eq!(line_and_column("", 7), (1, 1));
        assert_eq!(line_and_column("甲", 1), (1, 1), "within a character");
    }

    #[test]
    fn broken_files_still_have_keys() {
        let text = "[[job]]\nname = \"甲\"\nevery = 6h\n";
        assert_eq!(key_at(text, text.find("6h").expect("the mistake")), "job[1].every");
    }
}
