//! Turns the 当前位置 line into the names on the path to the page.

use crate::extract::boilerplate::{Kind, classify, is_linked};
use crate::extract::page::Page;
use crate::extract::whitespace::squeeze;

/// The path that the page shows before item `start`, outermost first, and where it stands.
pub(in crate::extract) fn find(page: &Page<'_>, start: usize) -> Option<(Vec<String>, usize)> {
    let last = page.lines.partition_point(|line| line.start < start);
    let lines = &page.lines[..last.max(page.lines.len().min(last + 12))];
    for (index, line) in lines.iter().enumerate() {
        let squeezed = if line.length <= 200 { line.squeezed() } else { continue };
        let labelled = classify(&squeezed) == Some(Kind::Breadcrumb);
        let trail = line.text.contains(['>', '＞', '»', '›', '→'])
            && (is_linked(line) || squeezed.starts_with("首页"));
        if !(labelled || trail) {
            continue;
        }
        // Paths set in cells take several lines: go on while lines begin with the separator.
        let mut text = line.text.clone();
        for next in lines.iter().skip(index + 1).take(8) {
            let separated = next.text.starts_with(['>', '＞', '»', '›', '→', '/'])
                || text.ends_with(['>', '＞', '»', '›', '→', '：', ':']);
            if next.length > 60 || !separated {
                break;
            }
            text.push(' ');
            text.push_str(&next.text);
        }
        let names = names(&text);
        if names.len() > 1 || names.len() == 1 && labelled {
            return Some((names, line.start));
        }
    }
    // Separators set by style sheets or in lines of their own: a run of links that begins with 首页.
    from_cells(page, lines.len())
}

/// 首页 in a line of its own, followed by lines that begin with a separator.
fn from_cells(page: &Page<'_>, count: usize) -> Option<(Vec<String>, usize)> {
    let lines = &page.lines[..count];
    for (index, line) in lines.iter().enumerate() {
        let next = lines.get(index + 1)?;
        if squeeze(&line.text) == "首页" && next.text.starts_with(['>', '＞', '»', '›', '→']) {
            let mut names = vec![line.text.clone()];
            for next in lines.iter().skip(index + 1).take(8) {
                if !next.text.starts_with(['>', '＞', '»', '›', '→']) {
                    break;
                }
                names.extend(self::names(&next.text));
            }
            return Some((names, line.start));
        }
    }
    None
}

fn names(text: &str) -> Vec<String> {
    let text = match text.find(['：', ':']) {
        Some(at) if text[..at].contains("位置") => text[at..].trim_start_matches(['：', ':']),
        _ => text.trim_start_matches(|c| "您你当前现在所的位置".contains(c)),
    };
    text.split(['>', '＞', '»', '›', '→'])
        .flat_map(|part| part.split(" / "))
        .map(|part| part.trim().trim_matches(['\u{3000}', '\u{A0}']).to_owned())
        .filter(|part| !part.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn the_label_is_no_part_of_the_path() {
        assert_eq!(names("当前位置:首页 > 政策法规 > 综合"), ["首页", "政策法规", "综合"]);
        assert_eq!(names("您所在的位置： 首页 >> 重点专题 >> 动态"), ["首页", "重点专题", "动态"]);
    }
}
