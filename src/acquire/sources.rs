//! Turns what was typed — addresses, files, web archives, folders, globs, `-` — into a list of sources and the names of their outputs.

mod captures;
pub(super) mod parts;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use url::Url;
use walkdir::WalkDir;

pub use captures::Inventory;

use crate::acquire::Source;
use crate::acquire::container::{self, CaptureFilter, ContainerError, names};
use crate::acquire::web::{Web, WebPage};
use crate::message::messages;

/// File name extensions that make a file in a folder a page.
const PAGE_EXTENSIONS: [&str; 4] = ["html", "htm", "shtml", "xhtml"];

/// A source and the name of its outputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Where the page is.
    pub source: Source,
    /// Further pages of the same article, in order.
    pub parts: Vec<Source>,
    /// How the source is shown to the user: the path as typed or found, `-` for standard input.
    pub shown: String,
    /// Path of the outputs below the output folder, without extension. Relative, and never leads out of it.
    pub output: PathBuf,
}

messages! {
    /// Why something that was typed gives no source.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum SourceError {
        /// No such file or folder.
        NotFound { path: String } = "not-found", "no such file or folder: {path}", "文件或文件夹不存在：{path}";
        /// A folder without a page in it.
        NoPages { path: String } = "no-pages",
            "no .html, .htm, .shtml or .xhtml file and no web archive in {path}",
            "{path} 中没有 .html、.htm、.shtml、.xhtml 文件，也没有网页归档文件";
        /// Not an address that can be fetched.
        Address { url: String, why: String } = "address",
            "{url} is no http or https address: {why}", "{url} 不是 http 或 https 网址：{why}";
        /// A glob that is malformed or matches nothing.
        NoMatch { pattern: String } = "no-match", "nothing matches {pattern}", "没有与 {pattern} 匹配的文件";
        /// A folder that cannot be read through.
        Unreadable { path: String, why: String } = "unreadable",
            "cannot read {path}: {why}", "无法读取 {path}：{why}";
        /// An output would replace a page that is being read.
        OverwritesSource { output: String } = "overwrites-source",
            "the output {output} would replace a source", "输出 {output} 会覆盖源文件";
        /// A web archive, or a part of one, that cannot be read.
        Container { why: ContainerError } = "web-archive", "{why}", "{why}";
        /// A filter was given, and the source is no web archive.
        NotFiltered = "not-filtered",
            "--url-filter, --from and --to choose within web archives; this is none",
            "--url-filter、--from、--to 只用于网页归档文件，此来源不是";
        /// A web archive of which no page is wanted, or without any.
        NoPagesWithin { path: String } = "no-pages-within", "no page to convert in {path}", "{path} 中没有可转换的网页";
        /// Two sources would write the same output.
        SameOutput { other: String, output: String } = "same-output",
            "would write the same output as {other}: {output}", "与 {other} 的输出相同：{output}";
    }
}

impl std::error::Error for SourceError {}

/// A source that was asked for and cannot be converted, and why.
pub type Refused = (String, SourceError);

/// What was typed names these.
#[derive(Clone, Debug, Default)]
pub struct Expanded {
    /// The sources, in order, each once.
    pub jobs: Vec<Job>,
    /// What cannot be one.
    pub refused: Vec<Refused>,
    /// What else is in the web archives among them.
    pub inventories: Vec<Inventory>,
}

/// Lists the sources that `typed` names, in order, each once; and what cannot be one.
#[must_use]
pub fn expand(typed: &[PathBuf]) -> (Vec<Job>, Vec<Refused>) {
    let Expanded { jobs, refused, .. } = expand_filtered(typed, &CaptureFilter::default(), None);
    (jobs, refused)
}

/// The same with those captures of web archives only that `filter` wants, by time of capture; and an inventory of each
/// web archive. With a filter, sources that are no web archive are refused. Addresses are fetched from `web`, when their
/// turn comes.
#[must_use]
pub fn expand_filtered(typed: &[PathBuf], filter: &CaptureFilter, web: Option<&Arc<Web>>) -> Expanded {
    let mut jobs = Vec::new();
    let mut refused = Vec::new();
    for argument in typed {
        if argument.as_os_str() == "-" {
            let source = Source::StandardInput;
            jobs.push(Job { source, parts: Vec::new(), shown: "-".to_owned(), output: "stdin".into() });
        } else if let Some(address) = address(argument) {
            match (address, web) {
                (Ok(url), Some(web)) => jobs.push(page(url, web)),
                (Ok(url), None) => {
                    refused.push((url.to_string(), SourceError::NotFound { path: url.to_string() }));
                }
                (Err(why), _) => refused.push((argument.display().to_string(), why)),
            }
        } else if argument.is_dir() {
            folder(argument, &mut jobs, &mut refused);
        } else if argument.exists() {
            jobs.push(file(argument, argument.parent().unwrap_or(Path::new("")), None));
        } else {
            pattern(argument, &mut jobs, &mut refused);
        }
    }
    let mut seen = BTreeSet::new();
    jobs.retain(|job| seen.insert((identity(&job.source), job.output.clone())));
    name_pages(&mut jobs);
    let mut inventories = Vec::new();
    let jobs = captures::expand(parts::join(jobs), filter, &mut refused, &mut inventories);
    let (jobs, refused) = refuse_collisions(jobs, refused);
    Expanded { jobs, refused, inventories }
}

/// The address that was typed, without fragment, name and password; none if it is no address at all, as a file's name.
///
/// # Errors
/// If it begins like one and is none.
#[must_use]
pub fn address(typed: &Path) -> Option<Result<Url, SourceError>> {
    let typed = typed.to_str()?;
    let begins = |scheme: &str| typed.get(..scheme.len()).is_some_and(|own| own.eq_ignore_ascii_case(scheme));
    if !begins("http://") && !begins("https://") {
        return None;
    }
    let parsed = Url::parse(typed).map(|mut url| {
        url.set_fragment(None);
        // Both only fail for addresses without a host.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        url
    });
    Some(parsed.map_err(|error| SourceError::Address { url: typed.to_owned(), why: error.to_string() }))
}

fn page(url: Url, web: &Arc<Web>) -> Job {
    let (shown, output) = (url.to_string(), PathBuf::new());
    Job { source: Source::Web(WebPage::new(url, Arc::clone(web))), parts: Vec::new(), shown, output }
}

/// Names the outputs of pages of the web as those of a web archive: `www.gd.gov.cn/zw/post_1`.
fn name_pages(jobs: &mut [Job]) {
    let mut pages: Vec<(String, &mut PathBuf)> = jobs
        .iter_mut()
        .filter_map(|job| match &job.source {
            Source::Web(page) => Some((page.url.to_string(), &mut job.output)),
            _ => None,
        })
        .collect();
    let addresses: Vec<(&str, Timestamp)> =
        pages.iter().map(|(address, _)| (address.as_str(), Timestamp::UNIX_EPOCH)).collect();
    let named = names::outputs(&addresses);
    for ((_, output), name) in pages.iter_mut().zip(named) {
        **output = name;
    }
}

/// Pages of a folder and its folders, in the order of their names; outputs mirror the folders.
fn folder(root: &Path, jobs: &mut Vec<Job>, refused: &mut Vec<Refused>) {
    let before = jobs.len() + refused.len();
    for entry in WalkDir::new(root).sort_by_file_name() {
        match entry {
            Ok(entry) if is_page(entry.path()) && entry.path().is_file() => {
                jobs.push(file(entry.path(), root, Some(root)));
            }
            Ok(entry) if is_page(entry.path()) && entry.path_is_symlink() => {
                // A link to a folder is no page; a link to nothing is a page that is missing.
                if let Err(error) = entry.path().metadata() {
                    let path = entry.path().display().to_string();
                    refused.push((path.clone(), SourceError::Unreadable { path, why: error.to_string() }));
                }
            }
            Ok(_) => {}
            Err(error) => {
                let path = error.path().unwrap_or(root).display().to_string();
                let why = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
                refused.push((path.clone(), SourceError::Unreadable { path, why }));
            }
        }
    }
    if jobs.len() + refused.len() == before {
        let path = root.display().to_string();
        refused.push((path.clone(), SourceError::NoPages { path }));
    }
}

fn pattern(argument: &Path, jobs: &mut Vec<Job>, refused: &mut Vec<Refused>) {
    let typed = argument.display().to_string();
    if !typed.contains(['*', '?', '[']) {
        refused.push((typed.clone(), SourceError::NotFound { path: typed }));
        return;
    }
    let before = jobs.len();
    for path in glob::glob(&typed).into_iter().flatten().flatten() {
        if path.is_dir() {
            folder(&path, jobs, refused);
        } else if is_page(&path) {
            jobs.push(file(&path, path.parent().unwrap_or(Path::new("")), None));
        }
    }
    if jobs.len() == before {
        refused.push((typed.clone(), SourceError::NoMatch { pattern: typed }));
    }
}

fn file(path: &Path, root: &Path, mirror: Option<&Path>) -> Job {
    let relative = mirror
        .and_then(|mirror| path.strip_prefix(mirror).ok())
        .map_or_else(|| path.file_name().map_or_else(PathBuf::new, PathBuf::from), Path::to_path_buf);
    // A page's name may hold anything but must not lead the outputs astray.
    let inside: PathBuf = relative.components().filter(|part| matches!(part, Component::Normal(_))).collect();
    let root = if root.as_os_str().is_empty() { Path::new(".") } else { root };
    Job {
        source: Source::File { path: path.to_path_buf(), root: root.to_path_buf() },
        parts: Vec::new(),
        shown: path.display().to_string(),
        output: if container::kind(path).is_some() {
            container::stem(&inside)
        } else {
            inside.with_extension("")
        },
    }
}

/// One name for each file, however it was typed.
fn identity(source: &Source) -> PathBuf {
    match source {
        Source::File { path, .. } => path.canonicalize().unwrap_or_else(|_| path.clone()),
        Source::Web(page) => PathBuf::from(page.url.as_str()),
        Source::StandardInput | Source::Recorded(_) | Source::Captured(_) => PathBuf::from(source.name()),
    }
}

/// Whether a file of this name in a folder is a page or a web archive.
#[must_use]
pub fn is_page(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| PAGE_EXTENSIONS.iter().any(|page| page.eq_ignore_ascii_case(extension)))
        || container::kind(path).is_some()
}

/// Sources that would write the same output all fail, each naming another: neither may win by chance.
fn refuse_collisions(jobs: Vec<Job>, mut refused: Vec<Refused>) -> (Vec<Job>, Vec<Refused>) {
    // Indices, not copies of the names: a web archive may have a million pages.
    let mut order: Vec<usize> = (0..jobs.len()).collect();
    order.sort_by(|a, b| jobs[*a].output.cmp(&jobs[*b].output).then(a.cmp(b)));
    let mut others: BTreeMap<usize, String> = BTreeMap::new();
    for same in order.chunk_by(|a, b| jobs[*a].output == jobs[*b].output).filter(|same| same.len() > 1) {
        for &index in same {
            let shown = &jobs[index].shown;
            let other = same.iter().map(|&other| &jobs[other].shown).find(|other| *other != shown);
            others.insert(index, other.unwrap_or(shown).clone());
        }
    }
    let mut kept = Vec::with_capacity(jobs.len());
    for (index, job) in jobs.into_iter().enumerate() {
        match others.remove(&index) {
            Some(other) => {
                let output = job.output.display().to_string();
                refused.push((job.shown, SourceError::SameOutput { other, output }));
            }
            None => kept.push(job),
        }
    }
    (kept, refused)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::{SourceError, expand};

    fn outputs(typed: &[PathBuf]) -> Vec<String> {
        expand(typed).0.iter().map(|job| job.output.display().to_string()).collect()
    }

    #[test]
    fn a_folder_gives_its_pages_in_order_and_mirrors_its_folders() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir_all(folder.path().join("2018/一月")).expect("folders");
        for name in ["b.HTM", "a.html", "README.md", "a.png", "2018/一月/c d.shtml"] {
            fs::write(folder.path().join(name), "x").expect("a file");
        }
        assert_eq!(outputs(&[folder.path().into()]), ["2018/一月/c d", "a", "b"]);
    }

    #[test]
    fn a_file_named_explicitly_is_a_source_whatever_its_name() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let page = folder.path().join("content_1.aspx");
        fs::write(&page, "x").expect("a file");
        assert_eq!(outputs(&[page]), ["content_1"]);
    }

    #[test]
    fn a_name_with_dots_does_not_lead_out_of_the_output_folder() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(folder.path().join("sub")).expect("a folder");
        fs::write(folder.path().join("..page.html"), "x").expect("a file");
        let typed = folder.path().join("sub/../..page.html");
        assert_eq!(outputs(&[typed]), ["..page"]);
    }

    #[test]
    fn two_sources_of_one_output_both_fail_and_name_each_other() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::write(folder.path().join("a.html"), "x").expect("a file");
        fs::write(folder.path().join("a.htm"), "x").expect("a file");
        let (jobs, refused) = expand(&[folder.path().into()]);
        assert!(jobs.is_empty());
        assert_eq!(refused.len(), 2);
        assert!(refused.iter().all(|(_, error)| matches!(error, SourceError::SameOutput { .. })));
    }

    #[test]
    fn a_glob_finds_pages_only_and_an_empty_one_is_named() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::write(folder.path().join("a.html"), "x").expect("a file");
        fs::write(folder.path().join("a.css"), "x").expect("a file");
        assert_eq!(outputs(&[folder.path().join("a.*")]), ["a"]);
        let (_, refused) = expand(&[folder.path().join("z*")]);
        assert!(matches!(refused[0].1, SourceError::NoMatch { .. }));
    }
}
