//! Turns versions into a folder that an archive office takes in (《电子档案移交与接收办法》, annexes 2 and 3):
//!
//! ```text
//! 说明文件.TXT    the medium, what is on it, and how it is read
//! 文件目录.XML    one entry for each 件
//! 电子档案/       年度/类别/件/v0001/… content and metadata (DA/T 46, GB/T 33480)
//! 其他/           rules, schemas, lists of digests, the form that both parties sign
//! ```
//!
//! Everything but the form is in the lists of digests, and the form holds the digest of the list.

pub mod check;
mod described;
mod digests;
mod directory;
mod electronic_record;
mod encoding;
mod explanation;
mod names;
mod numbering;
mod official_document;
mod plan;
mod read_back;
mod receipt;
mod xml;

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

pub use encoding::Encoding;

use super::copy::Digesting;
use super::{ExportError, Order, Summary, copy, put};
use crate::appraisal::{Decision, Facts, Register, Rules};
use crate::archive::package::{DOCUMENT, METADATA, PackageMetadata};
use crate::archive::store::{Object, StoreError};
use crate::document::{Document, from_json};
use check::DIRECTORY;
use described::Described;
use digests::DigestLists;
use explanation::Account;
use names::{DOCUMENT_METADATA, EXPLANATION, FORM, OTHER, RECORD_METADATA, RECORDS, UNDECIDED, folder};
use numbering::Numbering;
use plan::{Planned, facts, plan};

/// Makes a page to be printed of a Document: PDF/A.
pub type Print<'a> = &'a dyn Fn(&Document) -> Result<Vec<u8>, String>;

/// What else is asked for.
#[derive(Clone, Copy, Default)]
pub struct Options<'a> {
    /// How the characters of XML and TXT files are written.
    pub encoding: Encoding,
    /// Hand over what nobody has decided on, too.
    pub undecided: bool,
    /// The rules of appraisal: they know the 全宗, the parties and the medium.
    pub rules: Option<&'a Rules>,
    /// Prints the form that both parties sign; without it there is only its XML.
    pub print: Option<Print<'a>>,
}

/// The schemas of the XML files, as they are handed over.
const SCHEMAS: [(&str, &str); 4] = [
    ("文件目录.XSD", include_str!("schemas/文件目录.XSD")),
    ("文书类电子文件元数据.XSD", include_str!("schemas/文书类电子文件元数据.XSD")),
    ("电子公文元数据.XSD", include_str!("schemas/电子公文元数据.XSD")),
    ("电子档案移交与接收登记表.XSD", include_str!("schemas/电子档案移交与接收登记表.XSD")),
];

/// Writes what `order` asks for into the empty folder `root`.
///
/// # Errors
/// If nothing is selected, nobody has decided on something that is, the event log or a file of the store is damaged, or the
/// folder cannot be written.
pub fn write(order: &Order<'_>, root: &Path, options: &Options<'_>) -> Result<Summary, ExportError> {
    let register = Register::read(order.store).map_err(|fault| ExportError::Appraisal { fault })?;
    let planned = plan(order, &register, options.undecided)?;
    let mut work = Work::begin(order, root, options, &register)?;
    for planned in &planned {
        order.proceed()?;
        work.record(planned)?;
    }
    work.end()
}

/// A hand-over in the making.
struct Work<'a> {
    order: &'a Order<'a>,
    root: &'a Path,
    options: &'a Options<'a>,
    register: &'a Register,
    lists: DigestLists,
    directory: Digesting<BufWriter<File>>,
    numbering: Numbering,
    records: u64,
    undecided: u64,
    versions: u64,
}

impl<'a> Work<'a> {
    fn begin(
        order: &'a Order<'a>,
        root: &'a Path,
        options: &'a Options<'a>,
        register: &'a Register,
    ) -> Result<Self, ExportError> {
        let path = root.join(DIRECTORY);
        let failed = |error| ExportError::writing(&path, &error);
        let file = File::create_new(&path).map_err(failed)?;
        let mut directory = Digesting::new(BufWriter::new(file));
        directory.write_all(&directory::beginning(options.encoding)).map_err(failed)?;
        let lists = DigestLists::new(root)?;
        let numbering = Numbering::default();
        let (records, undecided, versions) = (0, 0, 0);
        Ok(Self { order, root, options, register, lists, directory, numbering, records, undecided, versions })
    }

    /// Writes all that is wanted of a 件.
    fn record(&mut self, planned: &Planned) -> Result<(), ExportError> {
        let missing = || StoreError::Missing { path: planned.id.to_string() };
        let object = self.order.store.object(&planned.id)?.ok_or_else(missing)?;
        let facts = facts(&object)?;
        let decision = self.register.decision(&planned.id);
        let folder = self.folder(&object, &facts, decision.as_ref())?;
        let numbers = self.order.numbers(&object);
        self.records += 1;
        match &decision {
            Some(decision) => self.numbering.add(&decision.code),
            None => self.undecided += 1,
        }
        for (index, number) in numbers.iter().enumerate() {
            let within = format!("{folder}/v{number:04}");
            let (metadata, document) = read(&object, *number)?;
            let version = Described {
                metadata: &metadata,
                document: &document,
                decision: decision.as_ref(),
                rules: self.options.rules,
                folder: &within,
                handed_over: self.order.created,
            };
            self.version(&object, *number, &version)?;
            if index + 1 == numbers.len() {
                // The date of an older version, when that is what was asked for.
                let facts = Facts::of(object.id().clone(), *number, &metadata);
                let encoding = self.options.encoding;
                let entry =
                    directory::entry(self.records, &version, &facts, &folder, numbers.len(), encoding);
                let failed = |error| ExportError::writing(&self.root.join(DIRECTORY), &error);
                self.directory.write_all(&entry).map_err(failed)?;
            }
        }
        Ok(())
    }

    /// Makes the folder of an object, relative to the root.
    fn folder(
        &self,
        object: &Object,
        facts: &Facts,
        decision: Option<&Decision>,
    ) -> Result<String, ExportError> {
        let year = decision.map_or_else(|| facts.year(), |decision| decision.code.series.year);
        let class = decision.map_or(UNDECIDED, |decision| decision.class.as_str());
        let above = format!("{RECORDS}/{year:04}/{class}");
        let path = self.root.join(&above);
        fs::create_dir_all(&path).map_err(|error| ExportError::writing(&path, &error))?;
        let code = decision.map(|decision| &decision.code);
        // Eight digits can be made to agree; a name that is taken is never written into.
        for whole in [false, true] {
            let name = folder(code, facts.value("index_number"), facts.date, object.id().as_str(), whole);
            let relative = format!("{above}/{name}");
            match fs::create_dir(self.root.join(&relative)) {
                Ok(()) => return Ok(relative),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists && !whole => {}
                Err(error) => return Err(ExportError::writing(&self.root.join(&relative), &error)),
            }
        }
        Err(ExportError::Nothing)
    }

    /// Writes a version: its files, and its metadata in both forms.
    fn version(&mut self, object: &Object, number: u32, version: &Described<'_>) -> Result<(), ExportError> {
        self.versions += 1;
        for (logical, file) in object.files(number)? {
            self.order.proceed()?;
            let relative = format!("{}/{logical}", version.folder);
            let copied = copy(object, &file, &self.root.join(&relative))?;
            self.lists.add(&relative, &copied)?;
        }
        let encoding = self.options.encoding;
        self.put(
            &format!("{}/{RECORD_METADATA}", version.folder),
            &electronic_record::xml(version, encoding),
        )?;
        self.put(
            &format!("{}/{DOCUMENT_METADATA}", version.folder),
            &official_document::xml(version, encoding),
        )
    }

    fn put(&mut self, relative: &str, bytes: &[u8]) -> Result<(), ExportError> {
        let copied = put(&self.root.join(relative), bytes)?;
        self.lists.add(relative, &copied)
    }

    /// Writes what is about the whole.
    fn end(self) -> Result<Summary, ExportError> {
        let Self { order, root, options, register, mut lists, mut directory, .. } = self;
        let encoding = options.encoding;
        let account = Account {
            rules: options.rules,
            records: self.records,
            undecided: self.undecided,
            versions: self.versions,
            files: lists.files,
            bytes: lists.bytes,
            numbering: self.numbering.lines(register),
            tool: &order.agent.name,
            operator: order.agent.operator.as_deref(),
            created: order.created,
            encoding,
        };
        let failed = |error| ExportError::writing(&root.join(DIRECTORY), &error);
        directory.write_all(&directory::end(encoding)).map_err(failed)?;
        let (mut out, copied) = directory.finish();
        out.flush().map_err(failed)?;
        lists.add(DIRECTORY, &copied)?;
        let mut list = |relative: &str, bytes: &[u8]| lists.add(relative, &put(&root.join(relative), bytes)?);
        list(EXPLANATION, &encoding.text(&explanation::explanation(&account)))?;
        let texts = [
            ("分类编号规则.TXT", explanation::numbering_rules(options.rules)),
            ("文件命名规则.TXT", explanation::NAMING_RULES.to_owned()),
            ("元数据规范说明.TXT", explanation::METADATA_RULES.to_owned()),
        ];
        for (name, text) in texts {
            list(&format!("{OTHER}/{name}"), &encoding.text(&text))?;
        }
        for (name, schema) in SCHEMAS {
            list(&format!("{OTHER}/{name}"), schema.as_bytes())?;
        }
        let digest = lists.finish()?;
        put(&root.join(format!("{FORM}.XML")), &receipt::xml(&account, &digest, encoding))?;
        if let Some(print) = options.print {
            let path = root.join(format!("{FORM}.PDF"));
            let pdf = print(&receipt::document(&account, &digest));
            let pdf = pdf.map_err(|why| ExportError::Write { path: path.display().to_string(), why })?;
            put(&path, &pdf)?;
        }
        Ok(Summary {
            objects: account.records,
            versions: account.versions,
            files: account.files,
            bytes: account.bytes,
            digest,
        })
    }
}

/// Metadata and Document of a version.
fn read(object: &Object, number: u32) -> Result<(PackageMetadata, Document), ExportError> {
    let unfit =
        |why: String| ExportError::Unfit { object: object.id().to_string(), version: number.into(), why };
    let metadata = PackageMetadata::from_json(&object.read(number, METADATA)?).map_err(unfit)?;
    let json = String::from_utf8(object.read(number, DOCUMENT)?).map_err(|error| unfit(error.to_string()))?;
    Ok((metadata, from_json(&json).map_err(unfit)?))
}
