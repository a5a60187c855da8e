//! Turns jobs of which some are further pages of another's article into jobs of whole articles.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::Job;
use crate::acquire::Source;

/// A call of `createPageHTML` names fewer parts than this.
const MOST_CALLED: u32 = 500;

/// How much of a first page is looked at, in bytes. Pagers stand behind the text.
const LOOKED_AT: u64 = 8 << 20;

/// Attaches `t1_1.html`, `t1_2.html` … to `t1.html` if they are in `jobs`, in the same folder, and the page `t1.html`
/// names them. A likeness of names alone joins nothing.
pub(super) fn join(jobs: Vec<Job>) -> Vec<Job> {
    let by_path: BTreeMap<PathBuf, usize> = jobs
        .iter()
        .enumerate()
        .filter_map(|(index, job)| match &job.source {
            Source::File { path, .. } => Some((path.clone(), index)),
            Source::StandardInput | Source::Recorded(_) | Source::Captured(_) | Source::Web(_) => None,
        })
        .collect();
    let mut candidates: BTreeMap<&Path, Vec<(u32, usize)>> = BTreeMap::new();
    for (path, &part) in &by_path {
        if let Some((first, number)) = first_of(path)
            && let Some((first, _)) = by_path.get_key_value(&first)
        {
            candidates.entry(first).or_default().push((number, part));
        }
    }
    let mut parts: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for (path, mut numbers) in candidates {
        numbers.sort_unstable();
        let page = beginning(path);
        numbers.retain(|(number, _)| names(&page, path, *number));
        let named: Vec<usize> = numbers.into_iter().map(|(_, part)| part).collect();
        taken.extend(named.iter().copied());
        parts.insert(by_path[path], named);
    }
    let sources: Vec<Source> = jobs.iter().map(|job| job.source.clone()).collect();
    jobs.into_iter()
        .enumerate()
        .filter(|(index, _)| !taken.contains(index))
        .map(|(index, mut job)| {
            let own = parts.get(&index).into_iter().flatten();
            job.parts = own.map(|&part| sources[part].clone()).collect();
            job
        })
        .collect()
}

/// `t1.html` and 2 for `t1_2.html`.
fn first_of(path: &Path) -> Option<(PathBuf, u32)> {
    let (stem, digits) = path.file_stem()?.to_str()?.rsplit_once('_')?;
    let number: u32 = digits.parse().ok().filter(|number| (1..1000).contains(number))?;
    let own = !stem.is_empty() && digits == number.to_string();
    own.then(|| {
        (path.with_file_name(format!("{stem}.{}", path.extension().unwrap_or_default().display())), number)
    })
}

/// The beginning of the file; what cannot be read is told of when its turn comes.
fn beginning(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    if path.is_file()
        && let Ok(file) = File::open(path)
        && file.take(LOOKED_AT).read_to_end(&mut bytes).is_err()
    {
        bytes.clear();
    }
    bytes
}

/// The names of the parts that `page`, at `name`, names in a link or a call of `createPageHTML`, in order. Once through
/// the page, however often it does.
pub(in crate::acquire) fn named(page: &[u8], name: &str) -> Vec<String> {
    let Some((stem, extension)) = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()) else {
        return Vec::new();
    };
    let beginning = format!("{stem}_");
    let mut numbers: BTreeSet<u32> = positions(page, beginning.as_bytes())
        .filter_map(|at| {
            let start = at + beginning.len();
            let digits = page[start..].iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
            let digits = std::str::from_utf8(&page[start..start + digits]).ok()?;
            let number: u32 = digits.parse().ok().filter(|number: &u32| digits == number.to_string())?;
            let part = format!("{beginning}{digits}.{extension}");
            (number > 0 && page[at..].starts_with(part.as_bytes()) && is_linked(page, at, part.len()))
                .then_some(number)
        })
        .collect();
    numbers.extend(1..called(page, stem, extension).min(MOST_CALLED));
    numbers.into_iter().map(|number| format!("{stem}_{number}.{extension}")).collect()
}

/// Whether `page` names its part `number`: in a call of `createPageHTML(count, 0, "t1", "html")` or in a link.
/// Names of parts are ASCII, and so alike in every encoding of a page but UTF-16.
fn names(page: &[u8], path: &Path, number: u32) -> bool {
    let (Some(stem), Some(extension)) = (
        path.file_stem().and_then(|stem| stem.to_str()),
        path.extension().and_then(|extension| extension.to_str()),
    ) else {
        return false;
    };
    let part = format!("{stem}_{number}.{extension}");
    positions(page, part.as_bytes()).any(|at| is_linked(page, at, part.len()))
        || number < called(page, stem, extension)
}

/// Whether what stands at `at` in `page`, `length` bytes long, stands as the target of a link.
fn is_linked(page: &[u8], at: usize, length: usize) -> bool {
    let before = at.checked_sub(1).map(|before| page[before]);
    let after = page.get(at + length);
    matches!(before, Some(b'"' | b'\'' | b'/' | b'='))
        && matches!(after, None | Some(b'"' | b'\'' | b'>' | b' ' | b'#'))
}

/// The largest number of parts that a call of `createPageHTML` gives for the article of this name; 0 without one.
fn called(page: &[u8], stem: &str, extension: &str) -> u32 {
    positions(page, b"createPageHTML(")
        .filter_map(|at| {
            let rest = &page[at + "createPageHTML(".len()..];
            let call: String =
                rest.iter().take(400).take_while(|b| **b != b')').map(|b| char::from(*b)).collect();
            let arguments: Vec<&str> =
                call.split(',').map(|argument| argument.trim().trim_matches(['"', '\''])).collect();
            match &arguments[..] {
                [count, "0", name, suffix, ..] if *name == stem && *suffix == extension => count.parse().ok(),
                _ => None,
            }
        })
        .max()
        .unwrap_or(0)
}

fn positions<'a>(bytes: &'a [u8], wanted: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    bytes.windows(wanted.len()).enumerate().filter(move |(_, window)| *window == wanted).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::expand;

    /// The jobs of a folder with these files: first page and number of further parts.
    fn jobs(files: &[(&str, &str)]) -> Vec<(String, usize)> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (name, text) in files {
            fs::write(folder.path().join(name), text).expect("a file");
        }
        expand(&[folder.path().into()])
            .0
            .iter()
            .map(|job| (job.output.display().to_string(), job.parts.len()))
            .collect()
    }

    #[test]
    fn parts_that_the_first_page_names_are_one_source() {
        let call = "<script>createPageHTML(3, 0, \"t1\", \"html\");</script>";
        assert_eq!(jobs(&[("t1.html", call), ("t1_1.html", ""), ("t1_2.html", "")]), [("t1".to_owned(), 2)]);
        let pager = "<a href=\"./t1_2.html\">2</a><a href='t1_3.html'>3</a>";
        assert_eq!(jobs(&[("t1.html", pager), ("t1_2.html", ""), ("t1_3.html", "")]), [("t1".to_owned(), 2)]);
    }

    #[test]
    fn names_that_are_alike_join_nothing() {
        let two = [("t1".to_owned(), 0), ("t1_1".to_owned(), 0)];
        assert_eq!(jobs(&[("t1.html", "t1_1.html"), ("t1_1.html", "")]), two);
        assert_eq!(jobs(&[("t1.html", "createPageHTML(3, 0, \"t2\", \"html\")"), ("t1_1.html", "")]), two);
    }

    #[test]
    fn parts_beyond_the_count_stay_apart() {
        let call = "createPageHTML(2,0,'t1','html')";
        let found = jobs(&[("t1.html", call), ("t1_1.html", ""), ("t1_2.html", "")]);
        assert_eq!(found, [("t1".to_owned(), 1), ("t1_2".to_owned(), 0)]);
    }
}
