//! Turns the outline of a document into the words by which a clause is cited: 「第三条第二款」, 「二、（一）第 2 段」.
//!
//! Laws and regulations are cited by 条, 款 and 项 (《立法技术规范》, 全国人大常委会法工委), official documents by the
//! numbers of their headings (GB/T 9704-2012, 7.3.3: 一、（一）1.（1）) and the paragraph below.

use super::numbering::{self, Numbering};
use crate::document::text::han_number;

/// What the walk through a document says about a clause.
pub(super) enum Place {
    /// A heading.
    Heading {
        /// Its level, 1 to 6.
        level: u8,
        /// Its words.
        words: String,
        /// A paragraph goes on in its line.
        run_in: bool,
    },
    /// A body paragraph.
    Paragraph {
        /// Its words.
        words: String,
    },
    /// A clause that is cited by what it is, and is not counted.
    Fixed(String),
}

/// A number in force: of a heading with its level, or of a paragraph (level 7).
struct Step {
    level: u8,
    kind: Numbering,
    label: String,
}

/// An address of which the number of 款 in its article is not yet known.
enum Draft {
    Whole(String),
    InArticle { article: usize, label: String, clause: usize, rest: String },
}

/// Collects places in reading order.
#[derive(Default)]
pub(super) struct Builder {
    path: Vec<Step>,
    /// Paragraphs since the path last changed.
    paragraphs: usize,
    /// The article in force: its label, the 款 so far.
    article: Option<(String, usize)>,
    /// Number of 款 in each article, in order.
    clauses: Vec<usize>,
    run_in: bool,
    list_items: Vec<usize>,
    in_list: bool,
    tables: usize,
    figures: usize,
    drafts: Vec<Draft>,
}

/// Level of a numbered paragraph: below every heading.
const OF_PARAGRAPH: u8 = 7;

impl Builder {
    /// The next item of a list begins.
    pub(super) fn list_item(&mut self) {
        if !self.in_list {
            self.list_items.push(0);
            self.in_list = true;
        }
        if let Some(count) = self.list_items.last_mut() {
            *count += 1;
        }
    }

    /// The list ends.
    pub(super) fn list_end(&mut self) {
        self.in_list = false;
        self.list_items.clear();
    }

    /// The number of the next table.
    pub(super) fn table(&mut self) -> usize {
        self.tables += 1;
        self.tables
    }

    /// The number of the next figure.
    pub(super) fn figure(&mut self) -> usize {
        self.figures += 1;
        self.figures
    }

    /// The next clause.
    pub(super) fn push(&mut self, place: Place) {
        let draft = match place {
            Place::Fixed(name) => Draft::Whole(name),
            Place::Heading { level, words, run_in } => self.heading(level, &words, run_in),
            Place::Paragraph { words } => self.paragraph(&words),
        };
        self.drafts.push(draft);
    }

    /// The addresses in the order of [`push`](Self::push).
    pub(super) fn finish(self) -> Vec<String> {
        let clauses = self.clauses;
        self.drafts
            .into_iter()
            .map(|draft| match draft {
                Draft::Whole(address) => address,
                Draft::InArticle { article, label, clause, rest } => {
                    // 款 is named only where there is more than one.
                    let clause = if clauses.get(article).is_some_and(|&count| count > 1) {
                        format!("第{}款", number(clause))
                    } else {
                        String::new()
                    };
                    format!("{label}{clause}{rest}")
                }
            })
            .collect()
    }

    fn heading(&mut self, level: u8, words: &str, run_in: bool) -> Draft {
        let (kind, mark, rest) = numbering::split(words);
        self.run_in = run_in;
        if kind == Numbering::Article {
            return self.begin_article(mark);
        }
        if kind == Numbering::Division {
            self.article = None;
        }
        self.path.retain(|step| step.level < level);
        let label = if kind == Numbering::None {
            format!("“{}”", shortened(words))
        } else {
            mark.trim().to_owned()
        };
        let own = if kind == Numbering::None { label.clone() } else { format!("{label}{}", shortened(rest)) };
        let address = format!("{}{own}", self.prefix());
        self.path.push(Step { level, kind, label });
        self.paragraphs = 0;
        Draft::Whole(address)
    }

    fn begin_article(&mut self, mark: &str) -> Draft {
        let label = mark.trim().to_owned();
        self.article = Some((label.clone(), 1));
        self.clauses.push(1);
        self.path.clear();
        self.paragraphs = 1;
        Draft::InArticle { article: self.clauses.len() - 1, label, clause: 1, rest: String::new() }
    }

    fn paragraph(&mut self, words: &str) -> Draft {
        let (kind, mark, _) = numbering::split(words);
        if kind == Numbering::Article {
            return self.begin_article(mark);
        }
        let continues = std::mem::take(&mut self.run_in);
        if self.article.is_some() {
            return self.within_article(kind, mark, continues);
        }
        if continues {
            self.paragraphs += 1;
            return Draft::Whole(self.prefix());
        }
        if let Some(item) = self.list_items.last() {
            return Draft::Whole(format!("{}列表第 {item} 项", self.prefix()));
        }
        if kind != Numbering::None {
            self.number_paragraph(kind, mark);
            return Draft::Whole(self.prefix());
        }
        // A paragraph without number ends those with one.
        self.path.retain(|step| step.level < OF_PARAGRAPH);
        self.paragraphs += 1;
        Draft::Whole(format!("{}第 {} 段", self.prefix(), self.paragraphs))
    }

    fn number_paragraph(&mut self, kind: Numbering, mark: &str) {
        let same = self.path.iter().position(|step| step.level == OF_PARAGRAPH && step.kind == kind);
        if let Some(same) = same {
            self.path.truncate(same);
        }
        self.paragraphs += 1;
        self.path.push(Step { level: OF_PARAGRAPH, kind, label: mark.trim().to_owned() });
    }

    fn within_article(&mut self, kind: Numbering, mark: &str, continues: bool) -> Draft {
        let article = self.clauses.len().saturating_sub(1);
        let Some((label, clause)) = &mut self.article else { return Draft::Whole(String::new()) };
        let mut rest = String::new();
        if kind != Numbering::None {
            // 项 （一）, 目 1.
            let same = self.path.iter().position(|step| step.kind == kind);
            self.path.truncate(same.unwrap_or(self.path.len()));
            self.path.push(Step { level: OF_PARAGRAPH, kind, label: mark.trim().to_owned() });
            for (step, unit) in self.path.iter().zip(["项", "目", "", ""]) {
                let mark = step.label.trim_end_matches(['.', '、', '．']);
                rest += &format!("第{mark}{unit}");
            }
        } else if let Some(item) = self.list_items.last() {
            rest = format!("列表第 {item} 项");
        } else if !continues {
            self.path.clear();
            *clause += 1;
            if let Some(count) = self.clauses.last_mut() {
                *count = *clause;
            }
        }
        Draft::InArticle { article, label: label.clone(), clause: *clause, rest }
    }

    fn prefix(&self) -> String {
        self.path.iter().map(|step| step.label.as_str()).collect()
    }
}

fn number(n: usize) -> String {
    han_number(u32::try_from(n).unwrap_or(u32::MAX))
}

/// The first words of a heading, enough to know it by.
fn shortened(words: &str) -> String {
    const LONGEST: usize = 16;
    let words = words.replace('\n', "");
    let words = words.trim().trim_end_matches(['。', '：', '；']);
    if words.chars().count() <= LONGEST {
        return words.to_owned();
    }
    words.chars().take(LONGEST - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::{Builder, Place};

    fn addresses(places: Vec<Place>) -> Vec<String> {
        let mut builder = Builder::default();
        for place in places {
            builder.push(place);
        }
        builder.finish()
    }

    fn heading(level: u8, words: &str) -> Place {
        Place::Heading { level, words: words.to_owned(), run_in: false }
    }

    fn paragraph(words: &str) -> Place {
        Place::Paragraph { words: words.to_owned() }
    }

    #[test]
    fn a_notice_is_cited_by_headings() {
        let run_in = Place::Heading { level: 2, words: "（二）压实责任。".to_owned(), run_in: true };
        let found = addresses(vec![
            paragraph("现将有关事项通知如下："),
            heading(1, "一、总体要求"),
            paragraph("坚持。"),
            paragraph("坚决。"),
            heading(2, "（一）加强领导"),
            paragraph("1.落实责任。"),
            paragraph("2.强化监督。"),
            run_in,
            paragraph("各地要……"),
            heading(1, "工作要求"),
            paragraph("报送。"),
        ]);
        let expected = [
            "第 1 段",
            "一、总体要求",
            "一、第 1 段",
            "一、第 2 段",
            "一、（一）加强领导",
            "一、（一）1.",
            "一、（一）2.",
            "一、（二）压实责任",
            "一、（二）",
            "“工作要求”",
            "“工作要求”第 1 段",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_regulation_is_cited_by_articles() {
        let found = addresses(vec![
            heading(1, "第一章　总则"),
            paragraph("第一条　为了规范，制定本办法。"),
            paragraph("第二条　有下列情形之一的："),
            paragraph("（一）甲；"),
            paragraph("（二）乙。"),
            paragraph("前款所称……"),
            paragraph("第三条　本办法自公布之日起施行。"),
        ]);
        let expected = [
            "第一章总则",
            "第一条",
            "第二条第一款",
            "第二条第一款第（一）项",
            "第二条第一款第（二）项",
            "第二条第二款",
            "第三条",
        ];
        assert_eq!(found, expected);
    }
}
