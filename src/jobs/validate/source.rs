//! Turns a source and its link rules into what is meant.

use toml::Spanned;

use super::super::error::Mistake;
use super::super::file::{self, Text};
use super::super::sources::{ConsumeFolder, JobSource, SourceKind};
use super::{Check, Checked, not_empty};
use crate::discovery::LinkRules;

impl Check<'_> {
    pub(super) fn source(&self, typed: &Spanned<file::Source>, rules: &LinkRules) -> Checked<JobSource> {
        let source = typed.get_ref();
        let kinds = [
            ("column", &source.column),
            ("feed", &source.feed),
            ("sitemap", &source.sitemap),
            ("urls", &source.urls),
            ("url", &source.url),
            ("folder", &source.folder),
        ];
        let mut given = kinds.iter().filter_map(|(kind, typed)| Some((*kind, typed.as_ref()?)));
        let (Some((kind, place)), None) = (given.next(), given.next()) else {
            let known = kinds.map(|(kind, _)| kind).join(", ");
            return Err(self.mistake(&typed.span(), Mistake::SourceKind { known }));
        };
        let is_list = !matches!(kind, "url" | "folder");
        let misplaced = [
            ("list-pages", source.list_pages.as_ref().map(Spanned::span), kind == "column"),
            ("name", source.name.as_ref().map(Spanned::span), kind != "folder"),
            ("rules", source.rules.as_ref().map(Spanned::span), is_list),
            ("done", source.done.as_ref().map(Spanned::span), kind == "folder"),
            ("failed", source.failed.as_ref().map(Spanned::span), kind == "folder"),
            ("settle", source.settle.as_ref().map(Spanned::span), kind == "folder"),
        ];
        for (name, span, fits) in misplaced {
            if let (Some(span), false) = (span, fits) {
                return Err(self.mistake(&span, Mistake::Misplaced { name, kind }));
            }
        }
        let url = || self.address(place);
        let kind = match kind {
            "column" => SourceKind::Column {
                url: url()?,
                list_pages: self.number(source.list_pages.as_ref(), 1, 100_000)?,
            },
            "feed" => SourceKind::Feed { url: url()? },
            "sitemap" => SourceKind::Sitemap { url: url()? },
            "url" => SourceKind::Page { url: url()? },
            "urls" => SourceKind::Addresses { file: self.full_path(place)? },
            _ => SourceKind::Folder(self.folder(source, place)?),
        };
        let rules = source.rules.as_ref().map_or(Ok(rules.clone()), |rules| self.rules(rules.get_ref()))?;
        Ok(JobSource { kind, rules, name: self.plain(source.name.as_ref())? })
    }

    fn folder(&self, source: &file::Source, place: &Text) -> Checked<ConsumeFolder> {
        let path = self.full_path(place)?;
        let settle = source.settle.as_ref().map(|typed| self.length(typed)).transpose()?;
        // Within the folder, unless an absolute path is given.
        let beside = |typed: Option<&Text>, default: &str| {
            self.given(typed, not_empty).map(|typed| path.join(typed.as_deref().unwrap_or(default)))
        };
        Ok(ConsumeFolder {
            done: beside(source.done.as_ref(), "done")?,
            failed: beside(source.failed.as_ref(), "failed")?,
            settle: settle.unwrap_or(ConsumeFolder::SETTLE),
            path,
        })
    }

    pub(super) fn rules(&self, rules: &file::Rules) -> Checked<LinkRules> {
        let texts = |list: &[Text]| list.iter().map(|typed| typed.get_ref().clone()).collect::<Vec<_>>();
        let lists = [&rules.include, &rules.exclude, &rules.examples, &rules.hosts].map(|list| texts(list));
        let [include, exclude, examples, hosts] =
            lists.each_ref().map(|list| list.iter().map(String::as_str).collect::<Vec<_>>());
        LinkRules::new(&include, &exclude, &examples, &hosts).map_err(|(list, position, why)| {
            let list = match list {
                "include" => &rules.include,
                "exclude" => &rules.exclude,
                "examples" => &rules.examples,
                _ => &rules.hosts,
            };
            let span = list.get(position).map_or(0..0, Spanned::span);
            self.mistake(&span, Mistake::Rule { why })
        })
    }
}
