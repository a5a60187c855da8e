//! Turns what was typed into what is meant: validated options and the environment of a run.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::tz::Offset;
use url::Url;

use super::args::{ArchiveArgs, ConvertArgs, MissingGlyph, ReadArgs};
use crate::acquire::container::{CaptureFilter, FilterError};
use crate::acquire::sources::SourceError;
use crate::acquire::web::WebError;
use crate::document::Moment;
use crate::environment::Environment;
use crate::extract::Sites;
use crate::fonts::{FontError, FontLibrary};
use crate::message::messages;
use crate::pipeline::Options;
use crate::write::pdf::{PdfFonts, PdfStandard};

messages! {
    /// Why a run cannot begin. Exit code 2.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(super) enum SettingsError {
        /// `--base-url` is no absolute http(s) address.
        BaseUrl { url: String } = "base-url",
            "--base-url {url} is not an absolute http or https address", "--base-url {url} 不是完整的 http 或 https 地址";
        /// `--sites` cannot be read or is no rule file.
        Sites { path: String, why: String } = "sites", "site rules {path}: {why}", "站点规则 {path}：{why}";
        /// No folder with the fonts was found.
        NoFonts { tried: String } = "no-fonts",
            "no fonts found (tried {tried}); name their folder with --fonts",
            "找不到字体（已查找 {tried}），请用 --fonts 指定文件夹";
        /// The fonts cannot be used.
        Fonts { why: FontError } = "fonts", "{why}", "{why}";
        /// `SOURCE_DATE_EPOCH` is not a number of seconds.
        Epoch { value: String } = "source-date-epoch",
            "SOURCE_DATE_EPOCH={value} is not a number of seconds", "SOURCE_DATE_EPOCH={value} 不是秒数";
        /// `--url-filter`, `--from` or `--to` is malformed.
        Filter { why: FilterError } = "filter", "{why}", "{why}";
        /// The output folder is a file.
        OutputIsFile { path: String } = "output-is-file",
            "the output folder {path} is a file", "输出文件夹 {path} 是一个文件";
        /// `--base-url` is the address of one page.
        BaseUrlOfMany = "base-url-of-many",
            "--base-url names one page; give one source", "--base-url 只能用于一个网页";
        /// `--operator` is empty or holds control characters.
        Operator = "operator",
            "--operator must be a name without control characters", "--operator 应为不含控制字符的名称";
        /// What was typed gives no source.
        Source { why: SourceError } = "source", "{why}", "{why}";
        /// An option of the web cannot be used.
        Web { why: WebError } = "web", "{why}", "{why}";
        /// `--ca-certificate` cannot be read.
        Certificate { path: String, why: String } = "ca-certificate",
            "cannot read the certificates {path}: {why}", "无法读取证书 {path}：{why}";
        /// The report cannot be written.
        Report { path: String, why: String } = "report",
            "cannot write the report {path}: {why}", "无法写入报告 {path}：{why}";
    }
}

/// A name and password typed with the address are nobody else's business: the address goes into every output.
fn without_credentials(mut url: Url) -> Url {
    // Both only fail for URLs without a host.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}

/// The options that `inspect` and `convert` share.
pub(super) fn reading(args: &ReadArgs) -> Result<Options, SettingsError> {
    let mut options = Options::default();
    options.acquire.max_bytes = args.max_bytes;
    options.acquire.base_url = match &args.base_url {
        Some(typed) => Some(
            Url::parse(typed)
                .ok()
                .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
                .map(without_credentials)
                .ok_or_else(|| SettingsError::BaseUrl { url: typed.clone() })?,
        ),
        None => None,
    };
    options.decode.encoding.clone_from(&args.encoding);
    options.parse.nesting = usize::from(args.max_nesting);
    options.parse.cells = args.max_cells;
    options.assets.pixels = args.max_pixels;
    options.extract.generic_only = args.no_site_rules;
    options.extract.ignore_tags = args.no_tags;
    if let Some(path) = &args.sites {
        let failed = |why: String| SettingsError::Sites { path: path.display().to_string(), why };
        let text = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
        options.extract.sites = Some(Sites::extended(&text).map_err(failed)?);
    }
    Ok(options)
}

/// Which captures of web archives are wanted.
pub(super) fn capture_filter(args: &ReadArgs) -> Result<CaptureFilter, SettingsError> {
    CaptureFilter::new(&args.url_filter, args.from.as_deref(), args.to.as_deref())
        .map_err(|why| SettingsError::Filter { why })
}

/// The options of `convert`.
pub(super) fn converting(args: &ConvertArgs) -> Result<Options, SettingsError> {
    Ok(args.conversion.options(reading(&args.read)?))
}

/// Whether an operator cannot be called that.
pub(super) fn is_no_name(name: &str) -> bool {
    name.trim().is_empty() || name.chars().any(char::is_control)
}

/// The options of `archive`: what is archived is always whole and always read back.
pub(super) fn archiving(args: &ArchiveArgs) -> Result<Options, SettingsError> {
    let mut options = filing(&args.read, args.operator.as_ref(), args.missing_glyph, args.pdf_standard)?;
    options.attachments.bytes = usize::try_from(args.max_attachment_bytes).unwrap_or(usize::MAX);
    options.strict = args.strict;
    Ok(options)
}

/// The options of whatever is filed, by whomever.
pub(super) fn filing(
    read: &ReadArgs,
    operator: Option<&String>,
    missing_glyph: MissingGlyph,
    pdf_standard: PdfStandard,
) -> Result<Options, SettingsError> {
    if operator.is_some_and(|name| is_no_name(name)) {
        return Err(SettingsError::Operator);
    }
    let mut options = reading(read)?;
    options.attachments.wanted = true;
    options.page.substitute_missing = missing_glyph == MissingGlyph::Substitute;
    options.pdf_standard = pdf_standard;
    Ok(options)
}

/// The time, in whole seconds: `SOURCE_DATE_EPOCH` if that is set, and whether it is.
pub(super) fn clock() -> Result<(impl Fn() -> Timestamp + Send + Sync + 'static, bool), SettingsError> {
    let epoch = epoch_timestamp()?;
    let now = move || {
        let now = || Timestamp::from_second(Timestamp::now().as_second()).unwrap_or_default();
        epoch.unwrap_or_else(now)
    };
    Ok((now, epoch.is_some()))
}

/// Fonts, date of last resort, stopwatch.
pub(super) fn environment(args: &ReadArgs) -> Result<Environment, SettingsError> {
    typesetting(args.fonts.as_deref())
}

/// The same, where no page is read.
pub(super) fn typesetting(fonts: Option<&Path>) -> Result<Environment, SettingsError> {
    let fonts = self::fonts(fonts)?;
    let pdf_fonts = PdfFonts::new(&fonts);
    Ok(Environment { fonts, pdf_fonts, epoch: source_date_epoch()?, stopwatch })
}

/// The fonts in the folder `given`, or where they are looked for.
pub(super) fn fonts(given: Option<&Path>) -> Result<FontLibrary, SettingsError> {
    FontLibrary::open(&font_folder(given)?).map_err(|why| SettingsError::Fonts { why })
}

/// Time since the first call. Only differences are used.
pub(super) fn stopwatch() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

/// `--fonts` or `GUIDANG_FONTS`; else beside the executable, in its `../share/guidang` or two folders up;
/// else `./fonts`.
fn font_folder(given: Option<&Path>) -> Result<PathBuf, SettingsError> {
    if let Some(given) = given {
        return Ok(given.to_path_buf());
    }
    let executable = env::current_exe().ok();
    let beside = executable.as_deref().and_then(Path::parent);
    let mut candidates = Vec::new();
    if let Some(beside) = beside {
        candidates.push(beside.join("fonts"));
        candidates.push(beside.join("../share/guidang/fonts"));
        candidates.push(beside.join("../../fonts")); // run out of the source tree, from another folder
    }
    candidates.push(PathBuf::from("fonts"));
    candidates.iter().find(|folder| folder.join("SHA256SUMS").is_file()).cloned().ok_or_else(|| {
        let tried: Vec<String> = candidates.iter().map(|folder| folder.display().to_string()).collect();
        SettingsError::NoFonts { tried: tried.join(", ") }
    })
}

/// `SOURCE_DATE_EPOCH` as a date and time in China Standard Time.
pub(super) fn source_date_epoch() -> Result<Option<Moment>, SettingsError> {
    Ok(epoch_timestamp()?.map(|timestamp| {
        let local = Offset::constant(8).to_datetime(timestamp);
        Moment { date: local.date(), time: Some(local.time()) }
    }))
}

/// <https://reproducible-builds.org/specs/source-date-epoch/>
fn epoch_timestamp() -> Result<Option<Timestamp>, SettingsError> {
    let Ok(value) = env::var("SOURCE_DATE_EPOCH") else { return Ok(None) };
    let wrong = || SettingsError::Epoch { value: value.clone() };
    let seconds: i64 = value.parse().map_err(|_| wrong())?;
    Timestamp::from_second(seconds).map(Some).map_err(|_| wrong())
}
