//! Pagination that a list page prints by a script. The script is read as text, by the forms that content management
//! systems give it; it is never run.

use std::sync::LazyLock;

use regex::Regex;
use url::Url;

static CALL: LazyLock<Regex> =
    LazyLock::new(|| compiled(r"(?:function\s+)?createPage(?:HTML|Html)?\s*\(([^()]{1,300})\)"));
static CURRENT: LazyLock<Regex> = LazyLock::new(|| compiled(r"\bcurrentPage\s*=\s*['\x22]?(\d{1,6})"));
static COUNT: LazyLock<Regex> = LazyLock::new(|| compiled(r"\bcountPage\s*=\s*['\x22]?(\d{1,6})"));
static EXTENSION: LazyLock<Regex> = LazyLock::new(|| compiled(r"\.?\b(shtml|html|htm|jhtml)\b"));
static QUOTED: LazyLock<Regex> = LazyLock::new(|| compiled(r#"'([^'"<>\s]{1,2000})'|"([^'"<>\s]{1,2000})""#));

fn compiled(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap_or_else(|error| unreachable!("{error}"))
}

/// What a script says about the next list page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// Its address, relative to the list.
    Next(String),
    /// This is the last page.
    Last,
}

/// What the scripts of the list at `list` say about the next page.
pub(super) fn next(scripts: &[String], list: Option<&Url>) -> Option<Said> {
    scripts
        .iter()
        .find_map(|script| call(script))
        .or_else(|| scripts.iter().find_map(|script| variables(script, list)))
}

/// TRS prints pages by a call with the number of pages, the current one and the name of the file: with the first page
/// numbered 0 (`createPageHTML(25, 0, "index", "html")`), or, with the id of an element before, numbered 1
/// (`createPageHTML('page_div', 25, 1, 'zcwj_list', 'shtml', 495)`). In both the file of a further page is
/// `NAME_NUMBER.EXTENSION`, the number being that which the call will have there.
fn call(script: &str) -> Option<Said> {
    CALL.captures_iter(script).find_map(|captures| {
        if captures.get(0)?.as_str().starts_with("function") {
            return None;
        }
        let arguments: Vec<&str> = captures
            .get(1)?
            .as_str()
            .split(',')
            .map(|argument| argument.trim().trim_matches(['\'', '"']))
            .collect();
        let number = |position: usize| arguments.get(position)?.parse::<u32>().ok();
        let (count, current, last, name) = match (number(0), number(1), number(2)) {
            (Some(count), Some(current), _) => (count, current, current.checked_add(1)? >= count, 2),
            (None, Some(count), Some(current)) => (count, current, current >= count, 3),
            _ => return None,
        };
        let (name, extension) = (*arguments.get(name)?, arguments.get(name + 1)?.trim_start_matches('.'));
        let plain = |text: &str| {
            !text.is_empty()
                && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/'))
        };
        if !plain(name) || !plain(extension) || extension.len() > 5 {
            return None;
        }
        Some(if last || count <= 1 {
            Said::Last
        } else {
            Said::Next(format!("{name}_{}.{extension}", current + 1))
        })
    })
}

/// Other templates of TRS count in two variables, `var currentPage = 0; var countPage = 25;`, and print the links
/// themselves. The file's name is the list's own.
fn variables(script: &str, list: Option<&Url>) -> Option<Said> {
    let number = |pattern: &Regex| pattern.captures(script)?.get(1)?.as_str().parse::<u32>().ok();
    let (current, count) = (number(&CURRENT)?, number(&COUNT)?);
    if current.checked_add(1)? >= count {
        return Some(Said::Last);
    }
    let file = list?.path().rsplit('/').next().unwrap_or_default();
    let (stem, extension) = match file.rsplit_once('.') {
        Some((stem, extension)) => (stem, extension),
        None => (
            "index",
            EXTENSION.captures(script).and_then(|found| found.get(1)).map_or("html", |found| found.as_str()),
        ),
    };
    // `index_3` is page 3 of `index`.
    let stem = match stem.rsplit_once('_') {
        Some((name, digits)) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            name
        }
        _ => stem,
    };
    Some(Said::Next(format!("{stem}_{}.{extension}", current + 1)))
}

/// The first text in quotes in `script` that looks like a path: `queryArticleByCondition(this,'/zwgk/17081-2.html')`.
pub(super) fn quoted_path(script: &str) -> Option<&str> {
    QUOTED.captures_iter(script).find_map(|captures| {
        let text = captures.get(1).or_else(|| captures.get(2))?.as_str();
        looks_like_path(text).then_some(text)
    })
}

/// Whether `text` looks like the address of a page rather than a word or a selector.
pub(super) fn looks_like_path(text: &str) -> bool {
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    let page = name.rsplit_once('.').is_some_and(|(stem, extension)| {
        !stem.is_empty()
            && (2..=5).contains(&extension.len())
            && extension.bytes().all(|byte| byte.is_ascii_alphabetic())
    });
    !text.starts_with("javascript:")
        && !text.contains(['(', '[', '{'])
        && (page || text.starts_with('/') || text.starts_with('?') || text.contains("://"))
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::{Said, next, quoted_path};

    fn said(script: &str, list: &str) -> Option<Said> {
        next(&[script.to_owned()], Some(&Url::parse(list).expect("an address")))
    }

    fn next_is(path: &str) -> Said {
        Said::Next(path.to_owned())
    }

    const LIST: &str = "https://www.yunshan.example/zwgk/";

    #[test]
    fn calls_count_from_zero_or_with_an_element_from_one() {
        assert_eq!(said("createPageHTML(25, 0, \"index\", \"html\");", LIST), Some(next_is("index_1.html")));
        assert_eq!(said("createPageHTML('25','23','index','shtml')", LIST), Some(next_is("index_24.shtml")));
        assert_eq!(said("createPageHTML(25, 24, \"index\", \"html\")", LIST), Some(Said::Last));
        assert_eq!(said("createPageHTML(1, 0, \"index\", \"html\")", LIST), Some(Said::Last));
        assert_eq!(
            said("createPageHTML('page_div',25, 1,'zcwj_list','shtml',495);", LIST),
            Some(next_is("zcwj_list_2.shtml"))
        );
        assert_eq!(
            said("createPageHTML('page_div',25, 25,'zcwj_list','shtml',495);", LIST),
            Some(Said::Last)
        );
    }

    #[test]
    fn the_definition_of_the_function_is_no_call() {
        let script = "function createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt){}\n\
                      createPageHTML(3, 1, 'index', 'htm')";
        assert_eq!(said(script, LIST), Some(next_is("index_2.htm")));
    }

    #[test]
    fn variables_are_read_too() {
        let script = "var currentPage = 0;//所在页从0开始\nvar countPage = 50//共多少页\ndocument.write('<a href=\"index_'+nextPage+'.shtml\">')";
        assert_eq!(said(script, LIST), Some(next_is("index_1.shtml")));
        assert_eq!(said(script, "https://www.yunshan.example/zwgk/zc.htm"), Some(next_is("zc_1.htm")));
        let later = script.replace("currentPage = 0", "currentPage = 7");
        assert_eq!(
            said(&later, "https://www.yunshan.example/zwgk/index_7.shtml"),
            Some(next_is("index_8.shtml"))
        );
        assert_eq!(said(&script.replace("50", "1"), LIST), Some(Said::Last));
    }

    #[test]
    fn what_would_leave_the_folder_by_tricks_is_not_followed() {
        for script in [
            "createPageHTML(3, 0, 'javascript:alert(1)', 'html')",
            "createPageHTML(3, 0, 'a b', 'html')",
            "createPageHTML(3, 0, '', 'html')",
            "createPageHTML(4294967295, 4294967295, 'index', 'html')",
            "createPageHTML(n, i, name, ext)",
        ] {
            assert!(!matches!(said(script, LIST), Some(Said::Next(_))), "{script}");
        }
    }

    #[test]
    fn paths_are_found_in_handlers() {
        assert_eq!(
            quoted_path("queryArticleByCondition(this,'/zwgk/17081-2.html')"),
            Some("/zwgk/17081-2.html")
        );
        assert_eq!(quoted_path("goto(\"next\", 'index_2.jhtml')"), Some("index_2.jhtml"));
        assert_eq!(quoted_path("__doPostBack('ctl00$pager','2')"), None);
        assert_eq!(quoted_path("$('.page').show()"), None);
    }
}
