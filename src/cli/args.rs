//! What was typed: the command line as clap reads it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::conversion::ConversionArgs;
pub(super) use super::conversion::MissingGlyph;
use crate::write::pdf::PdfStandard;

/// Exit codes, as they stand in the help.
const EXIT_CODES: &str = "\
Exit codes:
  0    all sources converted
  1    all sources failed
  2    wrong usage or configuration
  3    finished, some sources failed
  75   another process is writing to the store
  130  interrupted (SIGINT)
  143  terminated (SIGTERM)";

/// Exit codes of `diff`.
const DIFF_EXIT_CODES: &str = "\
Exit codes:
  0    compared, whatever differs
  1    a page or version cannot be read; with --exit-code: something differs
  2    wrong usage, no such page or version";

/// Archive what Chinese government sites publish: page → PDF/A, DOCX, text
#[derive(Debug, Parser)]
#[command(name = "guidang", version, after_help = EXIT_CODES, args_conflicts_with_subcommands = true)]
#[command(disable_help_subcommand = true)]
pub(super) struct Cli {
    /// What to do; `convert` if left out
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The arguments of `convert`, which may be left out
    #[command(flatten)]
    pub convert: ConvertArgs,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Convert pages to PDF, DOCX and text
    #[command(after_help = EXIT_CODES)]
    Convert(ConvertArgs),
    /// Show what was decided about a page, and why
    Inspect(InspectArgs),
    /// File pages in a preservation store, a new version of each that has changed
    #[command(after_help = EXIT_CODES)]
    Archive(ArchiveArgs),
    /// Run the jobs that are due: fetch what is new in columns, notice what has changed
    #[command(after_help = super::scheduled::EXIT_CODES)]
    Run(super::scheduled::RunArgs),
    /// Decide how long documents are kept and under which 档号; rules propose, people decide
    #[command(after_help = super::appraise::EXIT_CODES)]
    Appraise(super::appraise::AppraiseArgs),
    /// Convert records from standard input (NDJSON), one answer a line, for Spark, Ray and the like
    #[command(after_help = super::stream::EXIT_CODES)]
    #[command(mut_arg("base_url", |arg| arg.hide(true)), mut_arg("url_filter", |arg| arg.hide(true)))]
    #[command(mut_arg("from", |arg| arg.hide(true)), mut_arg("to", |arg| arg.hide(true)))]
    Stream(super::stream::StreamArgs),
    /// Convert one process's part of a list of records, addresses or paths, for Slurm, Kubernetes and GNU parallel
    #[command(after_help = super::stream::EXIT_CODES)]
    #[command(mut_arg("base_url", |arg| arg.hide(true)), mut_arg("url_filter", |arg| arg.hide(true)))]
    #[command(mut_arg("from", |arg| arg.hide(true)), mut_arg("to", |arg| arg.hide(true)))]
    Shard(super::shard::ShardArgs),
    /// File what streams converted in a preservation store
    #[command(after_help = super::ingest::EXIT_CODES)]
    #[command(mut_arg("base_url", |arg| arg.hide(true)), mut_arg("url_filter", |arg| arg.hide(true)))]
    #[command(mut_arg("from", |arg| arg.hide(true)), mut_arg("to", |arg| arg.hide(true)))]
    Ingest(super::ingest::IngestArgs),
    /// Show what was done to a store
    Log(LogArgs),
    /// Have a time-stamp authority (RFC 3161) witness what was done to a store
    #[command(after_help = super::timestamp::EXIT_CODES)]
    Timestamp(super::timestamp::TimestampArgs),
    /// Check a store for 真实性, 完整性, 可用性 and 安全性 (DA/T 70-2018)
    #[command(after_help = super::verify::EXIT_CODES)]
    Verify(super::verify::VerifyArgs),
    /// Show what differs between two versions of an archived page, or between two files
    #[command(after_help = DIFF_EXIT_CODES)]
    Diff(DiffArgs),
    /// Write what is archived as a bag, a hand-over folder, a WACZ or a WARC file
    #[command(after_help = super::export::EXIT_CODES)]
    Export(super::export::ExportArgs),
    /// Find documents in the archive
    #[command(after_help = super::search::EXIT_CODES)]
    Search(super::search::SearchArgs),
    /// Look after the catalogue that search uses
    Catalogue(super::search::CatalogueArgs),
    /// Check a jobs file, or show when what is due
    Jobs(super::jobs::JobsArgs),
    /// Write the manual pages
    #[command(hide = true)]
    Man(super::manual::ManArgs),
    /// Print the completions of a shell
    #[command(hide = true)]
    Completions(super::manual::CompletionsArgs),
}

/// How a page is read.
#[derive(Debug, Args)]
pub(super) struct ReadArgs {
    /// Encoding of the pages, overriding what they declare
    #[arg(long, value_name = "LABEL")]
    pub encoding: Option<String>,
    /// Where the page came from, if the file does not say
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Leave the site rules aside: generic extraction only
    #[arg(long)]
    pub no_site_rules: bool,
    /// Leave the metadata tags of 国办发〔2017〕47号 aside
    #[arg(long)]
    pub no_tags: bool,
    /// Further site rules (TOML), tried before the built-in ones
    #[arg(long, value_name = "FILE")]
    pub sites: Option<PathBuf>,
    /// Largest page
    #[arg(long, value_name = "SIZE", default_value = "32MiB", value_parser = super::quantity::bytes, help_heading = "Limits")]
    pub max_bytes: u64,
    /// Deepest nesting of elements; deeper ones are flattened
    #[arg(long, value_name = "N", default_value_t = 512, value_parser = clap::value_parser!(u16).range(16..=4096), help_heading = "Limits")]
    pub max_nesting: u16,
    /// Most table cells in a page
    #[arg(long, value_name = "N", default_value_t = 200_000, help_heading = "Limits")]
    pub max_cells: usize,
    /// Most pixels in a picture
    #[arg(long, value_name = "N", default_value_t = 50_000_000, help_heading = "Limits")]
    pub max_pixels: u64,
    /// Of web archives, only captures of addresses that match this glob (may be repeated; * covers / too)
    #[arg(long, value_name = "GLOB", help_heading = "Web archives")]
    pub url_filter: Vec<String>,
    /// Of web archives, only captures of this time (UTC) or later: 2024, 2024-05, 2024-05-06, …
    #[arg(long, value_name = "DATE", help_heading = "Web archives")]
    pub from: Option<String>,
    /// Of web archives, only captures of this time (UTC) or earlier
    #[arg(long, value_name = "DATE", help_heading = "Web archives")]
    pub to: Option<String>,
    /// Language of messages
    #[arg(long, value_enum, value_name = "LANG")]
    pub lang: Option<Lang>,
    /// Folder with the fonts
    #[arg(long, value_name = "DIR", env = "GUIDANG_FONTS", hide_env_values = true)]
    pub fonts: Option<PathBuf>,
}

/// `guidang convert`.
#[derive(Debug, Args)]
pub(super) struct ConvertArgs {
    /// Addresses, files, web archives, folders (read through), globs, or - for standard input [default: input]
    #[arg(value_name = "SOURCE")]
    pub sources: Vec<PathBuf>,
    /// Folder for the results
    #[arg(short, long, value_name = "DIR", default_value = "output")]
    pub output: PathBuf,
    /// Number of workers [default: number of cores]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// Write one JSON line for each source to FILE (- for standard output)
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Pass over sources all of whose results exist
    #[arg(long)]
    pub skip_existing: bool,
    /// What is made of them
    #[command(flatten)]
    pub conversion: ConversionArgs,
    /// How pages are read
    #[command(flatten)]
    pub read: ReadArgs,
    /// How addresses are fetched
    #[command(flatten)]
    pub web: super::web::WebArgs,
}

/// `guidang inspect`.
#[derive(Debug, Args)]
pub(super) struct InspectArgs {
    /// The page: an address, a file, a web archive, or - for standard input
    #[arg(value_name = "SOURCE")]
    pub source: PathBuf,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
    /// Write the page with every decision drawn upon it
    #[arg(long, value_name = "FORMAT", conflicts_with = "json")]
    pub explain: Option<ExplainFormat>,
    /// Write to FILE instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// How the page is read
    #[command(flatten)]
    pub read: ReadArgs,
    /// How addresses are fetched
    #[command(flatten)]
    pub web: super::web::WebArgs,
}

/// `guidang archive`.
#[derive(Debug, Args)]
pub(super) struct ArchiveArgs {
    /// Addresses, files, web archives, bags and hand-over folders, folders (read through), globs, or - for standard input
    /// [default: input]
    #[arg(value_name = "SOURCE")]
    pub sources: Vec<PathBuf>,
    /// The store
    #[arg(long, value_name = "DIR", default_value = "output/archive")]
    pub store: PathBuf,
    /// Number of workers [default: number of cores]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub jobs: Option<u16>,
    /// Seconds to wait for another process that writes to the store
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    pub lock_wait: u32,
    /// Make a new version of every source, or, without a source, of every page in the store from its archived source
    #[arg(long)]
    pub rerender: bool,
    /// The person or office that files, for the record
    #[arg(long, value_name = "NAME")]
    pub operator: Option<String>,
    /// Standard that the PDF claims
    #[arg(long, value_enum, value_name = "S", default_value = "a-2a")]
    pub pdf_standard: PdfStandard,
    /// Characters that no font has: fail the source, or print 〓 with the true character behind it
    #[arg(long, value_enum, value_name = "WHAT", default_value = "fail")]
    pub missing_glyph: MissingGlyph,
    /// Largest attachment
    #[arg(long, value_name = "SIZE", default_value = "128MiB", value_parser = super::quantity::bytes, help_heading = "Limits")]
    pub max_attachment_bytes: u64,
    /// Write one JSON line for each source to FILE (- for standard output)
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Let a warning fail its source
    #[arg(long)]
    pub strict: bool,
    /// Do not wait until what is written is on the medium. For measurements: a power failure may lose it
    #[arg(long, hide = true)]
    pub no_fsync: bool,
    /// How pages are read
    #[command(flatten)]
    pub read: ReadArgs,
    /// How addresses are fetched
    #[command(flatten)]
    pub web: super::web::WebArgs,
}

/// `guidang diff`.
#[derive(Debug, Args)]
pub(super) struct DiffArgs {
    /// An archived page (its address or an unambiguous part of it) and one or two versions [default: the last two];
    /// or two files: pages, or Documents in JSON
    #[arg(value_name = "ID [V1 V2] | OLD NEW", required = true, num_args = 1..=3)]
    pub targets: Vec<String>,
    /// Folder of the archive [default: output/archive]
    #[arg(long, value_name = "DIR")]
    pub store: Option<PathBuf>,
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
    /// Write both sides next to each other as one HTML page (- for standard output)
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    pub html: Option<PathBuf>,
    /// End with 1 if anything differs
    #[arg(long)]
    pub exit_code: bool,
    /// Unchanged clauses shown around each that differs
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub context: usize,
    /// How pages are read
    #[command(flatten)]
    pub read: ReadArgs,
}

/// `guidang log`.
#[derive(Debug, Args)]
pub(super) struct LogArgs {
    /// The store
    #[arg(long, value_name = "DIR", default_value = "output/archive")]
    pub store: PathBuf,
    /// Print the entries as they stand in the log, one JSON object a line
    #[arg(long)]
    pub json: bool,
    /// Only what concerns this object
    #[arg(long, value_name = "ID")]
    pub object: Option<String>,
    /// Only the last N entries
    #[arg(short = 'n', long, value_name = "N")]
    pub last: Option<usize>,
    /// Language of messages
    #[arg(long, value_enum, value_name = "LANG")]
    pub lang: Option<Lang>,
}

/// In what form decisions are drawn upon the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ExplainFormat {
    /// One HTML file without scripts that loads nothing
    Html,
}

/// Language of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Lang {
    En,
    Zh,
}
