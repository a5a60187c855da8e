//! Turns the tree of a page into what the document says: main-content extraction, metadata, structure.
//!
//! 1. `page`: the tree becomes a flat view with the `lines` a reader sees;
//! 2. `refusal`: what is no document is refused by name;
//! 3. `region`: site rules (`sites`) or weights (`score`) find the container;
//! 4. `noise`: `boilerplate` (by `phrases` and `names`) within it is taken out, and told;
//! 5. `metadata`: tags, index table, info line, heading, breadcrumb;
//! 6. `blocks`: `paragraphs`, `tables`, `lists`, `pictures`, `notes`, `attachments`;
//! 7. `structure`: `compose` finds the place of the title, `roles`, `outline`, `captions`.
//!
//! An article that a site spreads over several pages is put together from their extractions in `parts`.

mod blocks;
mod boilerplate;
#[cfg(test)]
mod conservation;
mod metadata;
mod page;
mod parts;
mod refusal;
mod region;
mod structure;
mod suspicious;
#[cfg(test)]
mod tests;
mod trace;
mod whitespace;

pub use parts::{Pages, join};
pub use region::sites::Sites;
pub use trace::{Choice, Kept, Removed, Trace, TracedRegion};

use url::Url;

use self::blocks::Built;
use self::blocks::{attachments, inlines};
use self::boilerplate::Kind as Boilerplate;
use self::boilerplate::noise;
use self::boilerplate::noise::{Noise, Piece};
use self::metadata::Gathered;
use self::metadata::tags::Tags;
use self::page::lines;
use self::page::{Kind, Page};
use self::region::Region;
use self::region::score::Weights;
use self::structure::compose::{Composed, Title};
use self::structure::{compose, roles};
use self::trace::excerpt;
use self::whitespace::squeeze;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{Align, Attachment, Block, Document, Field, Metadata, Moment, Note, Origin, Role};
use crate::message::messages;
use crate::parse::Dom;

/// The first date in `text` as pages write dates, with its time of day: `2018-01-31 09:30`, `2018年1月31日`.
#[must_use]
pub fn written_date(text: &str) -> Option<Moment> {
    metadata::date::find(text).map(|found| found.moment)
}

/// How to extract.
#[derive(Clone, Debug, Default)]
pub struct ExtractOptions {
    /// Leave the site rules (`sites.toml`) aside and use the generic path alone.
    pub generic_only: bool,
    /// Ignore the tags of 国办发〔2017〕47号, as if the page had none.
    pub ignore_tags: bool,
    /// The site rules to follow; the built-in ones if `None`.
    pub sites: Option<Sites>,
}

/// What was extracted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extraction {
    /// What the page states about the document.
    pub metadata: Metadata,
    /// The document, in reading order.
    pub body: Vec<Block>,
    /// Its notes.
    pub notes: Vec<Note>,
    /// Its attachments.
    pub attachments: Vec<Attachment>,
    /// The parts of the article, if the page says that it is only one of them.
    pub pages: Option<Pages>,
    /// What was decided, for `inspect`.
    pub trace: Trace,
}

messages! {
    /// Why a page gave no document.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum ExtractError {
        /// The page holds no text of a document.
        EmptyBody = "empty-body", "the page holds no document text", "网页没有正文";
        /// The server answered with a script that must run before it shows the page.
        Challenge = "js-challenge", "the page is a JavaScript challenge, not the document", "网页为脚本验证页，并非正文";
        /// The page asks for a login.
        Login = "login-wall", "the page asks for a login", "网页要求登录";
        /// The page says that there is no such page.
        NotFound = "soft-404", "the page says that the document does not exist", "网页提示页面不存在";
        /// The page lists other pages.
        IndexPage = "index-page", "the page is a list of other pages", "网页为列表页或首页，并非单篇文档";
        /// The page shows other pages in frames.
        Frameset = "frameset", "the page only shows other pages in frames", "网页为框架页，正文在其他页面";
        /// The page holds nothing but files.
        AttachmentOnly = "attachment-only", "the page holds attachments but no text", "网页只有附件，没有正文";
        /// The source is no text.
        NotText = "not-text", "the source is not a page of text", "来源并非文本网页";
    }
}

impl std::error::Error for ExtractError {}

/// Extracts the document of a page; `url` is the page's address where it is known from outside.
///
/// # Errors
/// If the page is no document: see [`ExtractError`].
pub fn extract(
    dom: &Dom,
    url: Option<&Url>,
    options: &ExtractOptions,
    diagnostics: &mut Diagnostics,
) -> Result<Extraction, ExtractError> {
    let page = Page::new(&dom.html);
    let title_element = title_element(&page);
    refusal::before(&page, &title_element)?;
    let tags = Tags::new(&page, url, options.ignore_tags, diagnostics);
    let weights = Weights::new(&page, &title_element);
    let sites = options.sites.clone().unwrap_or_else(Sites::built_in);
    let host = url.and_then(Url::host_str);
    let region = region::find(&page, &weights, (!options.generic_only).then_some(&sites), host)
        .ok_or_else(|| refusal::without_region(&page, &title_element))?;
    if refusal::is_index(&page, &region, &weights, tags.get("ArticleTitle").is_some()) {
        return Err(ExtractError::IndexPage);
    }
    if refusal::is_form(&page, &region) {
        return Err(ExtractError::EmptyBody);
    }
    let noise = noise::find(&page, &region, &sites);
    let Gathered { mut metadata, heading, breadcrumb } =
        metadata::gather(&page, &region, &noise.lines, &tags, url, &title_element, diagnostics);
    let base = base(&page, url, &metadata);
    let Built { drafts, notes, dropped } =
        blocks::build(&page, &region, &noise.removed, base.as_ref(), diagnostics);
    if drafts.is_empty() {
        return Err(refusal::without_region(&page, &title_element));
    }
    if dropped > 0 {
        diagnostics.push(Diagnostic::ControlCharacter { count: dropped });
    }
    let title = title(&metadata, heading.as_ref());
    let Composed { mut body, mut places, repeated, title_in_text } =
        compose::compose(drafts, title, diagnostics);
    let mut attachments = attachments::within(&page, &region, &noise.removed, base.as_ref());
    if refusal::holds_only_files(&body, &attachments.list) {
        return Err(ExtractError::AttachmentOnly);
    }
    append_box(&page, &region, base.as_ref(), &mut attachments, &mut body, &mut places);
    complete(&mut metadata, &body);
    if metadata.title.is_none() {
        diagnostics.push(Diagnostic::TitleMissing);
    }
    if metadata.published.is_none() {
        diagnostics.push(Diagnostic::DateMissing);
    }
    suspicious::report(&body, diagnostics);

    let mut trace = trace_of(&page, &region, &noise, breadcrumb, &repeated);
    trace.heading = heading.filter(|_| !title_in_text).map(|heading| page.items[heading.item].id);
    for removed in &trace.removed {
        diagnostics
            .push(Diagnostic::BoilerplateRemoved { kind: removed.kind, text: removed.excerpt.clone() });
    }
    if region.rule.is_none()
        && let Some(traced) = trace.regions.first()
    {
        diagnostics.push(Diagnostic::RegionGuessed { path: traced.path.clone() });
    }
    trace.kept = kept(&page, &body, &places);
    Ok(Extraction {
        metadata,
        body,
        notes,
        attachments: attachments.list,
        pages: parts::declared(&page),
        trace,
    })
}

/// The text of the first `<title>` in the page.
fn title_element(page: &Page<'_>) -> String {
    let Some(index) =
        page.items.iter().position(|item| item.element().is_some_and(|element| element.name() == "title"))
    else {
        return String::new();
    };
    page.items[index..page.items[index].end]
        .iter()
        .filter_map(|item| match item.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        })
        .flat_map(str::chars)
        .take(400)
        .collect()
}

/// What links of the page are relative to: `<base href>`, else its address, else what its tags say.
fn base(page: &Page<'_>, url: Option<&Url>, metadata: &Metadata) -> Option<Url> {
    let address = url.cloned().or_else(|| Url::parse(&metadata.url.as_ref()?.value).ok());
    let declared = page
        .items
        .iter()
        .filter_map(page::Item::element)
        .filter(|element| element.name() == "base")
        .find_map(|element| page::attribute(element, "href"));
    match (declared, address) {
        (Some(declared), Some(address)) => address.join(declared).ok().or(Some(address)),
        (Some(declared), None) => Url::parse(declared).ok(),
        (None, address) => address,
    }
    .filter(|base| !base.cannot_be_a_base())
}

/// The title to place in the body.
fn title(metadata: &Metadata, heading: Option<&metadata::title::Heading>) -> Option<Title> {
    let value = metadata.title.as_ref()?;
    let mut wordings = vec![squeeze(&value.value)];
    let mut lines = vec![value.value.clone()];
    let mut item = 0;
    if let Some(heading) = heading.filter(|heading| heading.score >= 8 || value.origin == Origin::Heading) {
        let shown = squeeze(&heading.text());
        if !wordings.contains(&shown) {
            wordings.push(shown);
        }
        lines.clone_from(&heading.lines);
        item = heading.item;
    }
    lines = lines
        .iter()
        .map(|line| {
            line.chars().filter(|c| !whitespace::is_forbidden(*c)).collect::<String>().trim().to_owned()
        })
        .filter(|line| !line.is_empty())
        .collect();
    Some(Title { lines, item, wordings })
}

/// Adds the attachment box that stands beside the text.
fn append_box(
    page: &Page<'_>,
    region: &Region,
    base: Option<&Url>,
    attachments: &mut attachments::Found,
    body: &mut Vec<Block>,
    places: &mut Vec<(usize, String)>,
) {
    for line in attachments::beside(page, region, base, attachments) {
        places.push((line.origin, "attachment-note".to_owned()));
        body.push(Block::Paragraph(crate::document::Paragraph {
            role: Role::AttachmentNote,
            align: Align::Start,
            content: line.content,
        }));
    }
}

/// Takes from the text what the page states nowhere else.
fn complete(metadata: &mut Metadata, body: &[Block]) {
    if let Some(printed) = roles::first(body, Role::DocumentNumber) {
        match &mut metadata.number {
            None => metadata.number = Some(metadata::number_field(&printed, Origin::Body)),
            Some(field) => {
                let own = metadata::number_field(&printed, Origin::Body);
                if own.value != field.value {
                    field
                        .candidates
                        .push(crate::document::Candidate { value: own.value, origin: Origin::Body });
                }
            }
        }
    }
    if let Some(moment) = roles::first(body, Role::SignedDate).and_then(|text| metadata::date::whole(&text)) {
        match &mut metadata.written {
            None => metadata.written = Some(Field::new(moment, Origin::Body)),
            Some(field) if field.value.date != moment.date => {
                field
                    .candidates
                    .push(crate::document::Candidate { value: moment.to_string(), origin: Origin::Body });
            }
            Some(_) => {}
        }
    }
    if metadata.issuer.is_none()
        && metadata.written.as_ref().is_some_and(|written| written.origin == Origin::Body)
        && let Some(signature) = roles::first(body, Role::Signature)
    {
        metadata.issuer = Some(Field::new(squeeze(&signature), Origin::Body));
    }
    if metadata.subtitle.is_none()
        && let Some(subtitle) = roles::first(body, Role::Subtitle)
    {
        metadata.subtitle = Some(Field::new(subtitle.replace('\n', ""), Origin::Body));
    }
    if metadata.effective.is_none() {
        metadata.effective = effective(body);
    }
}

/// 「本办法自2019年1月1日起施行」.
fn effective(body: &[Block]) -> Option<Field<crate::document::Moment>> {
    body.iter().rev().find_map(|block| {
        let Block::Paragraph(paragraph) = block else { return None };
        let text = inlines::text(&paragraph.content);
        let (before, after) = text.split_once('自')?;
        let own = before.chars().count() <= 24 && before.contains('本') || before.is_empty();
        let found = metadata::date::find(after).filter(|found| found.range.start == 0 && own)?;
        let rest = &after[found.range.end..];
        ["起施行", "起实施", "起执行", "起生效"]
            .iter()
            .any(|phrase| rest.starts_with(phrase))
            .then(|| Field::new(found.moment, Origin::Body))
    })
}

fn trace_of(
    page: &Page<'_>,
    region: &Region,
    noise: &Noise,
    breadcrumb: Option<usize>,
    repeated: &[(usize, String)],
) -> Trace {
    let regions = region
        .parts
        .iter()
        .map(|part| {
            let whole = part.start == part.node;
            let children = if whole {
                Vec::new()
            } else {
                page.children(part.node)
                    .filter(|child| (part.start..part.end).contains(child))
                    .map(|child| page.items[child].id)
                    .collect()
            };
            TracedRegion { node: page.items[part.node].id, path: page.path(part.node), children }
        })
        .collect();
    let mut removed: Vec<(usize, &'static str, String)> = noise
        .pieces
        .iter()
        .map(|piece| (piece.item, piece.kind.name(), piece.text.clone()))
        .chain(repeated.iter().map(|(item, text)| (*item, "title-repeat", text.clone())))
        .chain(
            around(page, region, breadcrumb)
                .into_iter()
                .map(|piece| (piece.item, piece.kind.name(), piece.text)),
        )
        .collect();
    removed.sort_by_key(|(item, _, _)| *item);
    Trace {
        choice: region.choice.clone(),
        regions,
        removed: removed
            .into_iter()
            .map(|(item, kind, text)| Removed {
                kind,
                node: page.items[shown(page, item)].id,
                excerpt: excerpt(&text, 400),
            })
            .collect(),
        kept: Vec::new(),
        heading: None,
    }
}

/// Known furniture around the region: the nearest lines above and below, and the page's foot as one piece.
fn around(page: &Page<'_>, region: &Region, breadcrumb: Option<usize>) -> Vec<Piece> {
    let before = page.lines.partition_point(|line| line.start < region.start());
    let after = page.lines.partition_point(|line| line.start < region.end());
    let mut pieces = Vec::new();
    let near = (before.saturating_sub(40)..before).chain(after..page.lines.len().min(after + 40));
    for line in near.map(|at| &page.lines[at]).filter(|line| line.length <= 260) {
        let squeezed = line.squeezed();
        if boilerplate::is_footer(&squeezed) {
            continue;
        }
        let kind = if Some(line.start) == breadcrumb {
            Some(Boilerplate::Breadcrumb)
        } else if metadata::info_line::is_info_line(&line.text) {
            Some(Boilerplate::InfoLine)
        } else if boilerplate::is_related_label(&squeezed) {
            Some(Boilerplate::Related)
        } else if boilerplate::is_attachment_label(&squeezed) {
            Some(Boilerplate::AttachmentLabel)
        } else {
            boilerplate::classify(&squeezed)
        };
        if let Some(kind) = kind {
            pieces.push(Piece { kind, item: line.start, text: line.text.clone() });
        }
    }
    let foot: Vec<&lines::Line> = page.lines[after..]
        .iter()
        .filter(|line| line.length <= 300 && boilerplate::is_footer(&line.squeezed()))
        .take(20)
        .collect();
    if let Some(first) = foot.first() {
        let text = foot.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" ");
        pieces.push(Piece { kind: Boilerplate::Footer, item: first.start, text });
    }
    pieces
}

fn kept(page: &Page<'_>, body: &[Block], places: &[(usize, String)]) -> Vec<Kept> {
    let document = Document::default();
    body.iter()
        .zip(places)
        .map(|(block, (item, role))| {
            let mut text = String::new();
            crate::document::text::blocks(std::slice::from_ref(block), &document, &mut text);
            let node = shown(page, *item);
            Kept { node: page.items[node].id, role: role.clone(), excerpt: excerpt(text.trim_end(), 40) }
        })
        .collect()
}

/// The nearest block around a text that is all the block holds: what a person sees as the paragraph or line.
fn shown(page: &Page<'_>, item: usize) -> usize {
    match page.items[item].kind {
        Kind::Text(_) => page
            .ancestors(item)
            .find(|at| page.items[*at].tag().breaks_line())
            .filter(|at| page.lines_within(*at).len() <= 1)
            .unwrap_or(item),
        _ => item,
    }
}
