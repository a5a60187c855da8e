//! Turns what a page says about its document into metadata: every value with its origin, the others kept beside it.

pub(super) mod breadcrumb;
pub(super) mod date;
pub(super) mod info_line;
pub(super) mod labelled;
pub(super) mod labels;
pub(super) mod number;
pub(super) mod tags;
pub(super) mod title;

use url::Url;

use self::labelled::{Found, labelled};
use self::labels::{Slot, is_void};
use self::tags::{Tags, clean};
use self::title::{Heading, Hints};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{Candidate, Field, Metadata, Moment, Origin};
use crate::extract::page::{self, Page};
use crate::extract::region::Region;
use crate::extract::whitespace::squeeze;

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
        page.items.iter().filter_map(page::Item::element).filter(|element| element.name() == "link").find_map(
            |element| {
                let canonical =
                    page::attribute(element, "rel").is_some_and(|rel| rel.eq_ignore_ascii_case("canonical"));
                let target = page::attribute(element, "href").filter(|_| canonical)?;
                let url = Url::parse(target).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
                Some(Field::new(url.to_string(), Origin::Link("canonical".to_owned())))
            },
        )
    };
    metadata.url =
        url.map(|url| Field::new(url.to_string(), Origin::Given)).or_else(declared).or_else(canonical);
}
