//! What a page must have to be found, whichever command looks for it.

use clap::Args;

use crate::catalogue::{DateField, Day, Query};

/// What a page must have besides the words.
#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct Filters {
    /// From this day, month or year on (2017, 2017-03, 2017-03-01)
    #[arg(id = "search_from", long = "from", value_name = "DATE", help_heading = "Search")]
    pub from: Option<Day>,
    /// Up to this day, month or year
    #[arg(id = "search_to", long = "to", value_name = "DATE", help_heading = "Search")]
    pub to: Option<Day>,
    /// The date that --from and --to are about, and that the newest is the newest by
    #[arg(long, value_enum, value_name = "FIELD", default_value = "published", help_heading = "Search")]
    pub date_field: DateField,
    /// Part of the title
    #[arg(long, value_name = "TEXT", help_heading = "Search")]
    pub title: Option<String>,
    /// Part of the document number, however it is written
    #[arg(long, value_name = "TEXT", help_heading = "Search")]
    pub number: Option<String>,
    /// Part of the issuer's name
    #[arg(long, value_name = "TEXT", help_heading = "Search")]
    pub issuer: Option<String>,
    /// Part of the source that the page names
    #[arg(id = "source_label", long = "source", value_name = "TEXT", help_heading = "Search")]
    pub source: Option<String>,
    /// Part of the site's name or of the page's address
    #[arg(long, value_name = "TEXT", help_heading = "Search")]
    pub site: Option<String>,
}

impl Filters {
    /// Whether there is anything that a page must have.
    pub(in crate::cli) fn any(&self) -> bool {
        let texts = [&self.title, &self.number, &self.issuer, &self.source, &self.site];
        self.from.is_some() || self.to.is_some() || texts.into_iter().any(Option::is_some)
    }

    /// A query for them, without words.
    pub(in crate::cli) fn query(&self) -> Query {
        Query {
            title: self.title.clone(),
            number: self.number.clone(),
            issuer: self.issuer.clone(),
            source: self.source.clone(),
            site: self.site.clone(),
            date_field: self.date_field,
            from: self.from,
            to: self.to,
            ..Query::default()
        }
    }
}
