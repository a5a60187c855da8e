//! A column as government sites have them: list pages that name articles, with their pagination, and the feeds beside.

use super::{Reply, Site};

/// An article, with everything that a page needs.
pub(crate) fn article(title: &str, date: &str, paragraphs: &[&str]) -> String {
    let body: String = paragraphs.iter().map(|paragraph| format!("<p>　　{paragraph}</p>")).collect();
    format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"ArticleTitle\" content=\"{title}\"><meta name=\"PubDate\" content=\"{date} 09:30\"></head>\
         <body><h1>{title}</h1><div class=\"TRS_Editor\">{body}\
         <p>　　请认真贯彻执行，并于每月底前报送落实情况。各单位要加强组织领导，明确责任分工，确保各项任务落到实处。</p></div></body></html>"
    )
}

/// A column with articles, newest first.
pub(crate) struct Column {
    /// `/zwgk/tzgg/`.
    pub(crate) folder: String,
    pub(crate) name: String,
    /// File name, title and date of each article.
    pub(crate) articles: Vec<(String, String, String)>,
    /// Articles named on one list page.
    pub(crate) per_page: usize,
}

impl Column {
    /// A column of `count` articles, `post_1.html` the oldest.
    pub(crate) fn of(folder: &str, count: usize) -> Self {
        let article = |number: usize| {
            let date = format!("2024-{:02}-{:02}", number / 28 % 12 + 1, number % 28 + 1);
            (format!("post_{number}.html"), format!("关于第{number}号事项的通知"), date)
        };
        Self {
            folder: folder.to_owned(),
            name: "通知公告".to_owned(),
            articles: (1..=count).rev().map(article).collect(),
            per_page: 20,
        }
    }

    /// Puts list pages, articles, a feed and a site map on `site`.
    pub(crate) fn publish(&self, site: &Site) {
        for (file, title, date) in &self.articles {
            let text = format!("现将{title}印发给你们。");
            site.page(&format!("{}{file}", self.folder), &article(title, date, &[&text]));
        }
        self.publish_lists(site);
    }

    /// The list pages, the feed and the site map only.
    pub(crate) fn publish_lists(&self, site: &Site) {
        let pages = self.articles.len().div_ceil(self.per_page).max(1);
        for page in 0..pages {
            let path = match page {
                0 => self.folder.clone(),
                _ => format!("{}index_{page}.html", self.folder),
            };
            site.page(&path, &self.list(page, pages));
        }
        site.put(
            &format!("{}rss.xml", self.folder),
            Reply::new("application/rss+xml; charset=utf-8", self.rss(site)).tagged(),
        );
        site.put("/sitemap.xml", Reply::new("application/xml", self.sitemap(site)).tagged());
    }

    fn list(&self, page: usize, pages: usize) -> String {
        let articles = self.articles.iter().skip(page * self.per_page).take(self.per_page);
        let items: String = articles
            .map(|(file, title, date)| {
                format!("<li><a href=\"./{file}\" title=\"{title}\">{title}</a><span>{date}</span></li>\n")
            })
            .collect();
        let next = if page + 1 < pages {
            format!("<a href=\"./index_{}.html\">下一页</a>", page + 1)
        } else {
            String::new()
        };
        format!(
            "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>{name}</title>\
             <meta name=\"ColumnName\" content=\"{name}\"></head><body><div class=\"nav\"><a href=\"/\">首页</a></div>\
             <ul class=\"list\">{items}</ul><div class=\"page\"><script>createPageHTML({pages}, {page}, \"index\", \"html\");</script>\
             {next}</div></body></html>",
            name = self.name
        )
    }

    fn rss(&self, site: &Site) -> String {
        let items: String = self
            .articles
            .iter()
            .map(|(file, title, date)| {
                let url = site.url(&format!("{}{file}", self.folder));
                format!("<item><title>{title}</title><link>{url}</link><dc:date>{date}</dc:date></item>")
            })
            .collect();
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\
             <channel><title>{}</title>{items}</channel></rss>",
            self.name
        )
    }

    fn sitemap(&self, site: &Site) -> String {
        let urls: String = self
            .articles
            .iter()
            .map(|(file, _, date)| {
                let url = site.url(&format!("{}{file}", self.folder));
                format!("<url><loc>{url}</loc><lastmod>{date}</lastmod></url>")
            })
            .collect();
        format!(
            "<?xml version=\"1.0\"?><urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{urls}</urlset>"
        )
    }
}
