//! Turns what a page says about its document into metadata: every value with its origin, the others kept beside it.

pub(super) mod breadcrumb;
pub(super) mod date;
pub(super) mod info_line;
pub(super) mod labels;
pub(super) mod number;
pub(super) mod tags;
pub(super) mod title;

use std::collections::BTreeSet;

use url::Url;

use self::info_line::{dated_line, is_value};
use self::labels::{Slot, is_void};
use self::tags::{Tags, clean};
use self::title::{Heading, Hints};
use super::boilerplate::{is_footer, is_linked};
use super::lines::Line;
use super::page::{NO_TABLE, Page};
use super::region::Region;
use super::whitespace::squeeze;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{Candidate, Field, Metadata, Moment, Origin};

/// How far from the text labelled values are looked for, in lines.
const BEFORE: usize = 70;
const AFTER: usize = 14;

/// A value found under a label.
struct Found {
    slot: Slot,
    value: String,
    origin: Origin,
}

/// What the page says apart from the text of its document.
pub(super) struct Gathered {
    /// The metadata.
    pub(super) metadata: Metadata,
    /// The element that displays the title.
    pub(super) heading: Option<Heading>,
    /// Where the breadcrumb stands.
    pub(super) breadcrumb: Option<usize>,
}

/// Gathers the metadata of `page`, whose document stands in `region`; `inside` are lines of the region that were
/// taken out of it.
pub(super) fn gather(
    page: &Page<'_>,
    region: &Region,
    inside: &[usize],
    tags: &Tags<'_>,
    url: Option<&Url>,
    title_element: &str,
    diagnostics: &mut Diagnostics,
) -> Gathered {
    let mut metadata = Metadata::default();
    let trail = breadcrumb::find(page, region.start());
    site(&mut metadata, page, tags, url);
    let found = labelled(page, region, inside);
    let of = |slot: Slot| found.iter().filter(move |found| found.slot == slot);

    // Title: the tag, the index table, the heading, the <title> element.
    let mut names: Vec<String> =
        trail.iter().flat_map(|(names, _)| names).map(|name| squeeze(name)).collect();
    names.extend(
        [&metadata.site_name, &metadata.column].into_iter().flatten().map(|field| squeeze(&field.value)),
    );
    let declared = tags
        .get("ArticleTitle")
        .map(|(name, value)| (clean(value), Origin::Meta(name.to_owned())))
        .into_iter()
        .chain(of(Slot::Title).map(|found| (clean(&found.value), found.origin.clone())))
        .find(|(value, _)| {
            let squeezed = squeeze(value);
            squeezed.chars().count() >= 2 && !names.contains(&squeezed) && !value.ends_with(['…', '.'])
        });
    let title_text = clean(title_element);
    let squeezed_declared = declared.as_ref().map(|(value, _)| squeeze(value));
    let hints =
        Hints { title_element: &squeeze(&title_text), declared: squeezed_declared.as_deref(), names: &names };
    let heading = title::heading(page, region.start(), region.end(), &hints);
    let stripped = title::from_title_element(&title_text, &names);
    let mut titles: Vec<(String, Origin)> = declared.into_iter().collect();
    let shown = heading.as_ref().map(|heading| (heading.text(), Origin::Heading));
    let element = stripped.map(|title| (title, Origin::TitleElement));
    // A weak heading yields to a <title> that reads like one.
    let weak = heading
        .as_ref()
        .is_none_or(|heading| heading.score < 8 && !squeeze(&heading.text()).contains(&squeeze(&title_text)))
        && element.as_ref().is_some_and(|(title, _)| title.chars().count() >= 12);
    if weak {
        titles.extend(element.into_iter().chain(shown));
    } else {
        titles.extend(shown.into_iter().chain(element));
    }
    metadata.title = choose("title", titles, squeeze, diagnostics);

    metadata.published = published(&found, tags, diagnostics);
    let sources = tags
        .get("ContentSource")
        .map(|(name, value)| (clean(value), Origin::Meta(name.to_owned())))
        .into_iter()
        .chain(of(Slot::Source).map(|found| (found.value.clone(), found.origin.clone())))
        .collect();
    metadata.source = choose("source", sources, squeeze, diagnostics);
    metadata.number = of(Slot::Number).next().map(|found| number_field(&found.value, found.origin.clone()));
    for (slot, field, name) in [
        (Slot::IndexNumber, &mut metadata.index_number, "index_number"),
        (Slot::Issuer, &mut metadata.issuer, "issuer"),
        (Slot::Validity, &mut metadata.validity, "validity"),
        (Slot::Subject, &mut metadata.subject, "subject"),
        (Slot::Genre, &mut metadata.genre, "genre"),
    ] {
        let values = of(slot).map(|found| (found.value.clone(), found.origin.clone())).collect();
        *field = choose(name, values, squeeze, diagnostics);
    }
    for (slot, field) in [
        (Slot::Written, &mut metadata.written),
        (Slot::Effective, &mut metadata.effective),
        (Slot::Printed, &mut metadata.printed),
    ] {
        *field = of(slot).find_map(|found| {
            let moment = date::tag(&found.value)?;
            Some(Field::new(moment, found.origin.clone()))
        });
    }
    let either = |tag: &str, slot: Slot| -> Option<Field<String>> {
        let tag = tags.get(tag).map(|(name, value)| (clean(value), Origin::Meta(name.to_owned())));
        of(slot)
            .next()
            .map(|found| (found.value.clone(), found.origin.clone()))
            .or(tag)
            .map(|(value, origin)| Field::new(value, origin))
    };
    metadata.description = either("Description", Slot::Description);
    metadata.author = either("Author", Slot::Author);
    metadata.editor =
        of(Slot::Editor).next().map(|found| Field::new(found.value.clone(), found.origin.clone()));
    metadata.keywords = either("Keywords", Slot::Keywords).and_then(|field| {
        let words: Vec<String> = field
            .value
            .split([',', '，', ';', '；', '、', ' ', '\u{3000}', '|'])
            .map(str::trim)
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        (!words.is_empty()).then(|| Field::new(words, field.origin))
    });
    if metadata.column.is_none()
        && let Some((names, _)) = &trail
        && let Some(last) =
            names.iter().rev().find(|name| !matches!(name.as_str(), "正文" | "详情" | "内容" | "首页"))
        && metadata.title.as_ref().is_none_or(|title| squeeze(&title.value) != squeeze(last))
    {
        metadata.column = Some(Field::new(last.clone(), Origin::Breadcrumb));
    }
    let breadcrumb = trail.as_ref().map(|(_, item)| *item);
    metadata.breadcrumb = trail.map(|(names, _)| Field::new(names, Origin::Breadcrumb));
    Gathered { metadata, heading, breadcrumb }
}

/// The number that `printed` is, canonical where it has a canonical form.
pub(super) fn number_field(printed: &str, origin: Origin) -> Field<String> {
    let squeezed = squeeze(printed);
    let value = number::whole(printed)
        .or_else(|| number::find(&squeezed).map(|number| number.canonical))
        .unwrap_or_else(|| squeezed.clone());
    let mut field = Field::new(value, origin);
    if field.value != printed {
        field.printed = Some(printed.to_owned());
    }
    field
}

/// The first of `values`, the others that differ under `key` kept as candidates.
fn choose(
    name: &'static str,
    values: Vec<(String, Origin)>,
    key: impl Fn(&str) -> String,
    diagnostics: &mut Diagnostics,
) -> Option<Field<String>> {
    let mut values = values.into_iter().filter(|(value, _)| !is_void(value));
    let (value, origin) = values.next()?;
    let mut seen = vec![key(&value)];
    let mut field = Field::new(value, origin);
    for (value, origin) in values {
        let key = key(&value);
        if !seen.contains(&key) && seen.len() < 8 {
            seen.push(key);
            diagnostics.push(Diagnostic::MetadataConflict {
                field: name,
                chosen: field.value.clone(),
                other: value.clone(),
            });
            field.candidates.push(Candidate { value, origin });
        }
    }
    Some(field)
}

/// The publication date: what the page displays, else what its tags say. A time of day is taken from wherever the
/// same day is given with one.
fn published(found: &[Found], tags: &Tags<'_>, diagnostics: &mut Diagnostics) -> Option<Field<Moment>> {
    let mut moments: Vec<(Moment, Origin)> = Vec::new();
    for slot in [Slot::Published, Slot::Updated] {
        moments.extend(
            found
                .iter()
                .filter(|found| found.slot == slot)
                .filter_map(|found| Some((date::tag(&found.value)?, found.origin.clone()))),
        );
        if slot == Slot::Published {
            for name in
                ["PubDate", "publishdate", "firstpublishedtime", "article:published_time", "publish_time"]
            {
                if let Some((spelled, value)) = tags.get(name)
                    && let Some(moment) = date::tag(value)
                {
                    moments.push((moment, Origin::Meta(spelled.to_owned())));
                }
            }
        }
    }
    let mut moments = moments.into_iter();
    let (moment, origin) = moments.next()?;
    let mut field = Field::new(moment, origin);
    let mut days = vec![moment.date];
    for (moment, origin) in moments {
        if moment.date == field.value.date {
            if field.value.time.is_none() && moment.time.is_some() {
                field.value = moment;
                field.origin = origin;
            }
        } else if !days.contains(&moment.date) && days.len() < 8 {
            days.push(moment.date);
            diagnostics.push(Diagnostic::MetadataConflict {
                field: "published",
                chosen: field.value.to_string(),
                other: moment.to_string(),
            });
            field.candidates.push(Candidate { value: moment.to_string(), origin });
        }
    }
    Some(field)
}

/// What the tags and the foot say about the site and the page's address.
fn site(metadata: &mut Metadata, page: &Page<'_>, tags: &Tags<'_>, url: Option<&Url>) {
    for (name, field) in [
        ("SiteName", &mut metadata.site_name),
        ("SiteDomain", &mut metadata.site_domain),
        ("SiteIDCode", &mut metadata.site_id),
        ("ColumnName", &mut metadata.column),
        ("ColumnType", &mut metadata.column_type),
    ] {
        *field = tags.get(name).map(|(name, value)| Field::new(clean(value), Origin::Meta(name.to_owned())));
    }
    if metadata.site_id.is_none() {
        metadata.site_id =
            page.lines.iter().rev().take(80).filter(|line| line.length <= 300).find_map(|line| {
                let squeezed = line.squeezed();
                let (_, rest) = squeezed.split_once("网站标识码")?;
                let code: String = rest
                    .trim_start_matches(['：', ':'])
                    .chars()
                    .take_while(char::is_ascii_alphanumeric)
                    .collect();
                (code.len() == 10).then(|| Field::new(code, Origin::Footer))
            });
    }
    let declared = || {
        let (name, value) = tags.get("Url")?;
        let url = Url::parse(value).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        Some(Field::new(url.to_string(), Origin::Meta(name.to_owned())))
    };
    let canonical = || {
        page.items
            .iter()
            .filter_map(super::page::Item::element)
            .filter(|element| element.name() == "link")
            .find_map(|element| {
                let canonical = super::page::attribute(element, "rel")
                    .is_some_and(|rel| rel.eq_ignore_ascii_case("canonical"));
                let target = super::page::attribute(element, "href").filter(|_| canonical)?;
                let url = Url::parse(target).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
                Some(Field::new(url.to_string(), Origin::Link("canonical".to_owned())))
            })
    };
    metadata.url =
        url.map(|url| Field::new(url.to_string(), Origin::Given)).or_else(declared).or_else(canonical);
}

/// The labelled values around the text: info line, index table, editor.
fn labelled(page: &Page<'_>, region: &Region, inside: &[usize]) -> Vec<Found> {
    let before = page.lines.partition_point(|line| line.start < region.start());
    let after = page.lines.partition_point(|line| line.start < region.end());
    let mut order: Vec<usize> = (before.saturating_sub(BEFORE)..before).collect();
    let mut sorted = inside.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    order.extend(sorted);
    order.extend(
        (after..page.lines.len().min(after + AFTER))
            .take_while(|&at| page.lines[at].length > 400 || !is_footer(&page.lines[at].squeezed())),
    );
    let mut found = Vec::new();
    // Dates that may be the document's own: they count where nothing else says when the page was published.
    let mut doubtful = Vec::new();
    let labels_alone = labels_alone(page, &order);
    // Whether the lines at hand belong to an index table: one of its labels was met shortly before.
    let mut index_block = 0usize;
    let mut position = 0;
    while position < order.len() {
        let line = &page.lines[order[position]];
        let next = order
            .get(position + 1)
            .filter(|&&next| next == order[position] + 1)
            .map(|&next| &page.lines[next]);
        position += 1;
        index_block = index_block.saturating_sub(1);
        if line.length > 260 {
            continue;
        }
        let squeezed = line.squeezed();
        // A label in a cell or element of its own: the value is the next line.
        let in_cell = page.tables[line.start] != NO_TABLE;
        if let Some((label, slot)) = labels::only(&squeezed)
            && (squeezed.ends_with(['：', ':', ']', '】'])
                || in_cell
                || labels_alone.contains(&order[position - 1]))
        {
            if is_core(slot) {
                index_block = 10;
            }
            if let Some(next) = next.filter(|next| next.length <= 300 && slot != Slot::Ignored) {
                let is_label = next.length <= 12 && labels::only(&next.squeezed()).is_some();
                let is_field = next.length <= 80 && {
                    let (lead, fields) = labels::fields(&next.text);
                    lead.is_empty() && !fields.is_empty()
                };
                if !is_label && !is_field && !is_void(&next.text) {
                    push(&mut found, slot, label, next.text.trim().to_owned(), index_block > 0);
                    position += 1;
                }
            }
            continue;
        }
        if is_linked(line) {
            continue;
        }
        // 「某某通知（2024年03月05日）」: some systems print the date within the heading.
        if line.length <= 120
            && (before.saturating_sub(8)..before).contains(&order[position - 1])
            && !line.text.contains(['：', ':'])
            && let Some(open) = title::date_at_end(&line.text)
            && let Some(moment) = date::find(&line.text[open..]).map(|found| found.moment)
        {
            push(&mut doubtful, Slot::Published, "", moment.to_string(), false);
            continue;
        }
        // What stands between title and text.
        let at = order[position - 1];
        let near = at + 8 >= before && at < before || inside.contains(&at);
        if near && index_block == 0 && !is_value(page, at) {
            if let Some(dated) = dated_line(&line.text).filter(|dated| !dated.rest.contains(['：', ':', '∶']))
            {
                push(&mut found, Slot::Published, "", dated.moment.to_string(), false);
                continue;
            }
            if let Some(moment) = date::whole(&line.text) {
                push(&mut doubtful, Slot::Published, "", moment.to_string(), false);
                continue;
            }
            if line.length <= 40 && number::whole(&line.text).is_some() {
                push(&mut doubtful, Slot::Number, "", line.text.trim().to_owned(), false);
                continue;
            }
        }
        let marked = marked(page, line);
        if !marked.contains(['：', ':', '∶', ']', '】']) {
            continue;
        }
        let (lead, fields) = labels::fields(&marked);
        if fields.is_empty() {
            continue;
        }
        if let Some(date) = date::find(&lead).filter(|date| date.range.start == 0) {
            push(&mut found, Slot::Published, "", lead[date.range].to_owned(), false);
        }
        let count = fields.len();
        for (at, field) in fields.into_iter().enumerate() {
            if is_core(field.slot) {
                index_block = 10;
            }
            let mut value = field.value;
            if value.is_empty()
                && at + 1 == count
                && field.slot != Slot::Ignored
                && let Some(next) = next.filter(|next| next.length <= 120 && !next.text.contains(['：', ':']))
                && !is_linked(next)
            {
                next.text.trim().clone_into(&mut value);
            }
            if field.slot == Slot::Source
                && let Some(date) = date::find(&value)
            {
                push(&mut found, Slot::Published, "", value[date.range.clone()].to_owned(), false);
                value.truncate(value[..date.range.start].trim_end().len());
            }
            push(&mut found, field.slot, field.label, value, index_block > 0);
        }
    }
    // 标题 is a label of index tables only.
    let indexed = found.iter().any(|found| is_core(found.slot));
    found.extend(doubtful);
    found.retain(|found| indexed || found.slot != Slot::Title);
    found
}

/// The text of `line` with marks where its elements meet, and a colon after an element that is a label and nothing
/// else: `<b>发布机构</b>某市人民政府`.
pub(super) fn marked(page: &Page<'_>, line: &Line) -> String {
    let mut out = String::with_capacity(line.text.len() + 16);
    for item in &page.items[line.start..line.end] {
        let super::page::Kind::Text(text) = item.kind else { continue };
        if item.hidden || text.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push(labels::BOUNDARY);
        }
        let squeezed = if text.len() <= 60 { squeeze(text) } else { String::new() };
        let mut words = text.split([' ', '\n', '\t', '\r']);
        out.push_str(words.next().unwrap_or_default());
        for word in words {
            if !out.ends_with(' ') {
                out.push(' ');
            }
            out.push_str(word);
        }
        if squeezed.chars().count() >= 2
            && squeezed.chars().all(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c))
            && labels::only(&squeezed).is_some()
        {
            out.push('：');
        }
    }
    out
}

/// The lines of `order` that are a label without a colon, one of several: label and value alternate
/// (`<dt>索引号</dt><dd>…</dd>`, two `<div>`s a row).
fn labels_alone(page: &Page<'_>, order: &[usize]) -> BTreeSet<usize> {
    let label = |at: usize| {
        let line = &page.lines[at];
        line.length <= 12 && labels::only(&line.squeezed()).is_some()
    };
    let all: Vec<usize> = order.iter().copied().filter(|&at| label(at)).collect();
    let neighbours = |left: usize, right: usize| (1..=4).contains(&(right - left));
    let mut alone = BTreeSet::new();
    for trio in all.windows(3) {
        if let &[a, b, c] = trio
            && neighbours(a, b)
            && neighbours(b, c)
        {
            alone.extend([a, b, c]);
        }
    }
    alone
}

/// Labels that only index tables have.
fn is_core(slot: Slot) -> bool {
    matches!(slot, Slot::IndexNumber | Slot::Number | Slot::Issuer | Slot::Written | Slot::Subject)
}

fn push(found: &mut Vec<Found>, slot: Slot, label: &str, value: String, indexed: bool) {
    let dated =
        matches!(slot, Slot::Published | Slot::Updated | Slot::Written | Slot::Effective | Slot::Printed);
    let sound = !is_void(&value)
        && labels::only(&squeeze(&value)).is_none()
        && slot != Slot::Ignored
        && (!dated || date::tag(&value).is_some())
        && (slot != Slot::Source || value.chars().count() <= 60);
    if sound {
        let origin =
            if indexed { Origin::Index(label.to_owned()) } else { Origin::InfoLine(label.to_owned()) };
        found.push(Found { slot, value, origin });
    }
}
